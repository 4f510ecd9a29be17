"""A seat is one account at one market: its two ledger accounts there and the queue of its open orders."""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.members import FIRST_SEAT, Members
from trueman.core.units import MARKETS_MAX, NONE

SEAT_KEY: Final = MARKETS_MAX

ACCOUNT: Final = 0
MARKET: Final = 1
BASE: Final = 2
QUOTE: Final = 3
OLDEST: Final = 4
NEWEST: Final = 5
OPEN_ORDERS: Final = 6
ALGO_ORDERS: Final = 7
ICEBERG_ORDERS: Final = 8
MEMBER: Final = 9
NEXT_SEAT: Final = 10
SEAT_WORDS: Final = 12


@final
class Seats:
    """A seat is where its first word lies. Whoever had one keeps it."""

    def __init__(self, members: Members) -> None:
        self.members: Members = members
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

    def algo_orders(self, seat: i64) -> i64:
        """Open stop orders that were not activated yet."""
        return self.words[seat + ALGO_ORDERS]

    def iceberg_orders(self, seat: i64) -> i64:
        return self.words[seat + ICEBERG_ORDERS]

    def member(self, seat: i64) -> i64:
        return self.words[seat + MEMBER]

    def next_seat(self, seat: i64) -> i64:
        """The account's seat at another market, NONE after the last."""
        return self.words[seat + NEXT_SEAT]

    def count(self, seat: i64, field: i64, change: i64) -> None:
        """Add to one of the counts of orders."""
        self.words[seat + field] += change

    def add(self, account: i64, market: i64, base: i64, quote: i64) -> i64:
        member = self.members.open(account)
        seat: i64 = len(self.words)
        words = self.words
        word: i64 = 0
        while word < SEAT_WORDS:
            words = append(words, 0)
            word += 1
        words[seat + ACCOUNT] = account
        words[seat + MARKET] = market
        words[seat + BASE] = base
        words[seat + QUOTE] = quote
        words[seat + OLDEST] = NONE
        words[seat + NEWEST] = NONE
        words[seat + MEMBER] = member
        words[seat + NEXT_SEAT] = self.members.word(member, FIRST_SEAT)
        self.members.set(member, FIRST_SEAT, seat)
        self.words = words
        self.slots.put(account * SEAT_KEY + market, seat)
        return seat
