"""One market's order book: best price first, then first come, first served.

A price level is a queue of resting orders. The levels of a side are linked from best to worst, so that the next one
is a step away; only a new price asks the ladder where it belongs.
"""

from typing import final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.ladder import Ladder
from trueman.core.resting import RestingOrders
from trueman.core.units import BUY, NONE, SELL


@final
class BookSide:
    """The buyers or the sellers. A level is a slot, and gone as soon as its queue is empty."""

    def __init__(self, side: i64, orders: RestingOrders) -> None:
        self.side: i64 = side
        self.orders: RestingOrders = orders
        self.ladder: Ladder = Ladder()
        self.best: i64 = NONE
        self.levels: i64 = 0
        self.free: i64 = NONE
        self.price: vec[i64] = vec[i64]()
        self.total: vec[i64] = vec[i64]()
        self.oldest: vec[i64] = vec[i64]()
        self.newest: vec[i64] = vec[i64]()
        self.better: vec[i64] = vec[i64]()
        self.worse: vec[i64] = vec[i64]()
        self.leaf: vec[i64] = vec[i64]()

    def crosses(self, price: i64) -> bool:
        """Whether an order of the other side at this price would trade here."""
        if self.best == NONE:
            return False
        best = self.price[self.best]
        return best <= price if self.side == SELL else best >= price

    def rest(self, place: i64, price: i64) -> i64:
        """Put an order last in the queue of its price; return the level."""
        orders = self.orders
        level = self._level_at(price)
        last = self.newest[level]
        orders.level[place] = level
        orders.older[place] = last
        orders.newer[place] = NONE
        if last == NONE:
            self.oldest[level] = place
        else:
            orders.newer[last] = place
        self.newest[level] = place
        self.total[level] += orders.unfilled[place]
        return level

    def fill(self, place: i64, quantity: i64) -> None:
        self.orders.unfilled[place] -= quantity
        self.total[self.orders.level[place]] -= quantity

    def leave(self, place: i64) -> None:
        """Take an order out of its queue. Whoever does so drops the level when it is empty."""
        orders = self.orders
        level = orders.level[place]
        older = orders.older[place]
        newer = orders.newer[place]
        if older == NONE:
            self.oldest[level] = newer
        else:
            orders.newer[older] = newer
        if newer == NONE:
            self.newest[level] = older
        else:
            orders.older[newer] = older
        self.total[level] -= orders.unfilled[place]
        orders.close(place)

    def drop_if_empty(self, level: i64) -> None:
        if self.oldest[level] != NONE:
            return
        assert self.total[level] == 0
        better = self.better[level]
        worse = self.worse[level]
        if better == NONE:
            self.best = worse
        else:
            self.worse[better] = worse
        if worse != NONE:
            self.better[worse] = better
        self.ladder.remove(self.price[level], self.leaf[level])
        self.worse[level] = self.free
        self.free = level
        self.levels -= 1

    def _level_at(self, price: i64) -> i64:
        best = self.best
        if best != NONE and self.price[best] == price:
            return best
        level = self.ladder.find(price)
        return self._open(price) if level == NONE else level

    def _open(self, price: i64) -> i64:
        level = self.free
        if level == NONE:
            level = self._grow()
        else:
            self.free = self.worse[level]
        self.price[level] = price
        self.total[level] = 0
        self.oldest[level] = NONE
        self.newest[level] = NONE
        self.leaf[level] = self.ladder.add(price, level)
        self._link(level, price)
        self.levels += 1
        return level

    def _link(self, level: i64, price: i64) -> None:
        """Between the next better level and the next worse one."""
        better = self._next_better(level, price)
        worse = self.best if better == NONE else self.worse[better]
        self.better[level] = better
        self.worse[level] = worse
        if better == NONE:
            self.best = level
        else:
            self.worse[better] = level
        if worse != NONE:
            self.better[worse] = level

    def _next_better(self, level: i64, price: i64) -> i64:
        best = self.best
        if best == NONE:
            return NONE
        if self.side == BUY:
            return NONE if price > self.price[best] else self.ladder.above(price, self.leaf[level])
        return NONE if price < self.price[best] else self.ladder.below(price, self.leaf[level])

    def _grow(self) -> i64:
        self.price = append(self.price, 0)
        self.total = append(self.total, 0)
        self.oldest = append(self.oldest, NONE)
        self.newest = append(self.newest, NONE)
        self.better = append(self.better, NONE)
        self.worse = append(self.worse, NONE)
        self.leaf = append(self.leaf, NONE)
        return len(self.price) - 1


@final
class Book:
    def __init__(self, orders: RestingOrders) -> None:
        self.bids: BookSide = BookSide(BUY, orders)
        self.asks: BookSide = BookSide(SELL, orders)

    def of(self, side: i64) -> BookSide:
        return self.bids if side == BUY else self.asks

    def against(self, side: i64) -> BookSide:
        return self.asks if side == BUY else self.bids
