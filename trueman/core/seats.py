"""A seat is one account at one market: its two ledger accounts there and the queue of its open orders."""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.units import MARKETS_MAX, NONE

SEAT_KEY: Final = MARKETS_MAX

ACCOUNT: Final = 0
MARKET: Final = 1
BASE: Final = 2
QUOTE: Final = 3
OLDEST: Final = 4
NEWEST: Final = 5
OPEN_ORDERS: Final = 6
SEAT_WORDS: Final = 8


@final
class Seats:
    """A seat is where its first word lies. Whoever had one keeps it."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.slots: Index = Index()

    def find(self, account: i64, market: i64) -> i64:
        return self.slots.find(account * SEAT_KEY + market)

    def account(self, seat: i64) -> i64:
        return self.words[seat + ACCOUNT]

    def market(self, seat: i64) -> i64:
        return self.words[seat + MARKET]

    def base(self, seat: i64) -> i64:
        """The ledger account of what is traded here."""
        return self.words[seat + BASE]

    def quote(self, seat: i64) -> i64:
        """The ledger account of what is paid with here."""
        return self.words[seat + QUOTE]

    def oldest(self, seat: i64) -> i64:
        return self.words[seat + OLDEST]

    def newest(self, seat: i64) -> i64:
        return self.words[seat + NEWEST]

    def open_orders(self, seat: i64) -> i64:
        return self.words[seat + OPEN_ORDERS]

    def add(self, account: i64, market: i64, base: i64, quote: i64) -> i64:
        seat: i64 = len(self.words)
        words = self.words
        word: i64 = 0
        while word < SEAT_WORDS:
            words = append(words, NONE)
            word += 1
        words[seat + ACCOUNT] = account
        words[seat + MARKET] = market
        words[seat + BASE] = base
        words[seat + QUOTE] = quote
        words[seat + OPEN_ORDERS] = 0
        self.words = words
        self.slots.put(account * SEAT_KEY + market, seat)
        return seat
