"""A seat is one account at one market: its two ledger accounts there and the queue of its open orders."""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.members import FIRST_SEAT, Members
from trueman.core.units import MARKETS_MAX, NONE, OPEN_ORDERS_MAX

MARKET_BITS: Final = 12
MARKET_MASK: Final = 0xFFF
assert MARKETS_MAX == 1 << MARKET_BITS

KEY: Final = 0
"""The account, and in the lowest bits the market."""
BASE: Final = 1
QUOTE: Final = 2
OLDEST: Final = 3
NEWEST: Final = 4
COUNTS: Final = 5
"""How many open orders there are of four kinds, in one word: a kind's count stands at its shift."""
MEMBER: Final = 6
NEXT_SEAT: Final = 7
SEAT_WORDS: Final = 8

OPEN_ORDERS: Final = 0
ALGO_ORDERS: Final = 15
ICEBERG_ORDERS: Final = 30
TRAILING_ORDERS: Final = 45
"""Of the algo orders those that trail."""
COUNT_MASK: Final = 0x7FFF
assert OPEN_ORDERS_MAX < COUNT_MASK


@final
class Seats:
    """A seat is where its first word lies. Whoever had one keeps it."""

    def __init__(self, members: Members) -> None:
        self.members: Final[Members] = members
        self.words: vec[i64] = vec[i64]()
        self.slots: Final[Index] = Index()

    def find(self, account: i64, market: i64) -> i64:
        return self.slots.find(seat_key(account, market))

    def account(self, seat: i64) -> i64:
        at = seat + KEY
        return self.words[at] >> MARKET_BITS

    def market(self, seat: i64) -> i64:
        at = seat + KEY
        return self.words[at] & MARKET_MASK

    def base(self, seat: i64) -> i64:
        """The ledger account of what is traded here."""
        at = seat + BASE
        return self.words[at]

    def quote(self, seat: i64) -> i64:
        """The ledger account of what is paid with here."""
        at = seat + QUOTE
        return self.words[at]

    def oldest(self, seat: i64) -> i64:
        at = seat + OLDEST
        return self.words[at]

    def newest(self, seat: i64) -> i64:
        at = seat + NEWEST
        return self.words[at]

    def open_orders(self, seat: i64) -> i64:
        return self.counted(seat, OPEN_ORDERS)

    def algo_orders(self, seat: i64) -> i64:
        """Open stop orders that were not activated yet."""
        return self.counted(seat, ALGO_ORDERS)

    def iceberg_orders(self, seat: i64) -> i64:
        return self.counted(seat, ICEBERG_ORDERS)

    def counted(self, seat: i64, kind: i64) -> i64:
        at = seat + COUNTS
        return self.words[at] >> kind & COUNT_MASK

    def count(self, seat: i64, kind: i64, change: i64) -> None:
        """Add to the count of a kind."""
        at = seat + COUNTS
        self.words[at] += change << kind

    def member(self, seat: i64) -> i64:
        at = seat + MEMBER
        return self.words[at]

    def next_seat(self, seat: i64) -> i64:
        """The account's seat at another market, NONE after the last."""
        at = seat + NEXT_SEAT
        return self.words[at]

    def add(self, account: i64, market: i64, base: i64, quote: i64) -> i64:
        member = self.members.open(account)
        seat: i64 = len(self.words)
        words = self.words
        word: i64 = 0
        while word < SEAT_WORDS:
            words = append(words, 0)
            word += 1
        words[seat + KEY] = seat_key(account, market)
        words[seat + BASE] = base
        words[seat + QUOTE] = quote
        words[seat + OLDEST] = NONE
        words[seat + NEWEST] = NONE
        words[seat + MEMBER] = member
        words[seat + NEXT_SEAT] = self.members.word(member, FIRST_SEAT)
        self.members.set(member, FIRST_SEAT, seat)
        self.words = words
        self.slots.put(words[seat + KEY], seat)
        return seat


def seat_key(account: i64, market: i64) -> i64:
    return account << MARKET_BITS | market
