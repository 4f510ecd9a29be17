"""The arena of resting orders, as the market side knows them: one slot an order, one vec a field, one free list."""

from typing import final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.units import NONE


@final
class RestingOrders:
    """Shared by all books of one market side. The slot is the order's `place`."""

    def __init__(self) -> None:
        self.order_id: vec[i64] = vec[i64]()
        self.ticket: vec[i64] = vec[i64]()
        self.account: vec[i64] = vec[i64]()
        self.unfilled: vec[i64] = vec[i64]()
        self.level: vec[i64] = vec[i64]()
        self.older: vec[i64] = vec[i64]()
        self.newer: vec[i64] = vec[i64]()
        self.free: i64 = NONE
        self.count: i64 = 0

    def open(self, order_id: i64, ticket: i64, account: i64, unfilled: i64) -> i64:
        place = self.free
        if place == NONE:
            place = self._grow()
        else:
            self.free = self.newer[place]
        self.order_id[place] = order_id
        self.ticket[place] = ticket
        self.account[place] = account
        self.unfilled[place] = unfilled
        self.count += 1
        return place

    def close(self, place: i64) -> None:
        self.level[place] = NONE
        self.newer[place] = self.free
        self.free = place
        self.count -= 1

    def _grow(self) -> i64:
        self.order_id = append(self.order_id, 0)
        self.ticket = append(self.ticket, NONE)
        self.account = append(self.account, NONE)
        self.unfilled = append(self.unfilled, 0)
        self.level = append(self.level, NONE)
        self.older = append(self.older, NONE)
        self.newer = append(self.newer, NONE)
        return len(self.order_id) - 1
