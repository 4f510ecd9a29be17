"""A seat is one account at one market: its two ledger accounts there and the queue of its open orders."""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.units import MARKETS_MAX, NONE

SEAT_KEY: Final = MARKETS_MAX


@final
class Seats:
    def __init__(self) -> None:
        self.account: vec[i64] = vec[i64]()
        self.market: vec[i64] = vec[i64]()
        self.base: vec[i64] = vec[i64]()
        self.quote: vec[i64] = vec[i64]()
        self.oldest: vec[i64] = vec[i64]()
        self.newest: vec[i64] = vec[i64]()
        self.open_orders: vec[i64] = vec[i64]()
        self.slots: Index = Index()

    def find(self, account: i64, market: i64) -> i64:
        return self.slots.find(account * SEAT_KEY + market)

    def add(self, account: i64, market: i64, base: i64, quote: i64) -> i64:
        self.account = append(self.account, account)
        self.market = append(self.market, market)
        self.base = append(self.base, base)
        self.quote = append(self.quote, quote)
        self.oldest = append(self.oldest, NONE)
        self.newest = append(self.newest, NONE)
        self.open_orders = append(self.open_orders, 0)
        seat: i64 = len(self.account) - 1
        self.slots.put(account * SEAT_KEY + market, seat)
        return seat
