"""One market's order book: best price first, then first come, first served.

A price level is a queue of resting orders. The levels of a side are linked from best to worst, so that the next one
is a step away; only a new price asks the ladder where it belongs.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.ladder import Ladder
from trueman.core.levels import HIDDEN, LEAF, NEWEST, OLDEST, TOTAL, Levels
from trueman.core.resting import ICEBERG, LEVEL, NEWER, OLDER, UNFILLED, RestingOrders
from trueman.core.units import BUY, NONE, SELL


@final
class BookSide:
    """The buyers or the sellers. A level is gone as soon as its queue is empty."""

    def __init__(self, side: i64, orders: RestingOrders) -> None:
        self.side: i64 = side
        self.orders: Final[RestingOrders] = orders
        self.levels: Final[Levels] = Levels()
        self.ladder: Final[Ladder] = Ladder()
        self.best: i64 = NONE

    def crosses(self, price: i64) -> bool:
        """Whether an order of the other side at this price would trade here."""
        if self.best == NONE:
            return False
        best = self.levels.price(self.best)
        return best <= price if self.side == SELL else best >= price

    def rest(self, place: i64, price: i64) -> i64:
        """Put an order last in the queue of its price; return the level."""
        level = self._level_at(price)
        self._append(place, level)
        return level

    def hide(self, place: i64, hidden: i64, display: i64) -> None:
        """Make an order that rests an iceberg, with so many lots behind those it shows."""
        orders = self.orders
        orders.words[place + ICEBERG] = orders.icebergs.open(hidden, display)
        self.levels.words[orders.level(place) + HIDDEN] += hidden

    def fill(self, place: i64, quantity: i64) -> i64:
        """Take lots from an order; return what it has left."""
        orders = self.orders.words
        levels = self.levels.words
        unfilled = orders[place + UNFILLED] - quantity
        assert quantity >= 0
        assert unfilled >= 0
        orders[place + UNFILLED] = unfilled
        levels[orders[place + LEVEL] + TOTAL] -= quantity
        return unfilled

    def shows_more(self, place: i64) -> bool:
        """Whether an order that shows nothing any more has a next slice; it is now the last of its level."""
        orders = self.orders
        if orders.words[place + ICEBERG] == NONE:
            return False
        level = orders.level(place)
        self.detach(place)
        orders.words[place + UNFILLED] = self._uncover(place, level, orders.display(place))
        self._append(place, level)
        return True

    def reduce(self, place: i64, reduction: i64) -> i64:
        """Take lots from an order that keeps its turn, hidden ones first; return how many fewer it shows."""
        orders = self.orders
        uncovered: i64 = 0
        if orders.words[place + ICEBERG] != NONE:
            uncovered = self._uncover(place, orders.level(place), reduction)
        left = self.fill(place, reduction - uncovered)
        assert left > 0
        return reduction - uncovered

    def leave(self, place: i64) -> None:
        """Take an order out of the book. Whoever does so drops the level when it is empty."""
        orders = self.orders
        if orders.words[place + ICEBERG] != NONE:
            self._uncover(place, orders.level(place), orders.hidden(place))
        self.detach(place)
        orders.close(place)

    def detach(self, place: i64) -> None:
        """Take an order out of its queue; its words remain."""
        orders = self.orders.words
        levels = self.levels.words
        level = orders[place + LEVEL]
        older = orders[place + OLDER]
        newer = orders[place + NEWER]
        if older == NONE:
            levels[level + OLDEST] = newer
        else:
            orders[older + NEWER] = newer
        if newer == NONE:
            levels[level + NEWEST] = older
        else:
            orders[newer + OLDER] = older
        levels[level + TOTAL] -= orders[place + UNFILLED]

    def drop_if_empty(self, level: i64) -> None:
        levels = self.levels
        if levels.oldest(level) != NONE:
            return
        assert levels.total(level) == 0
        assert levels.hidden(level) == 0
        if level == self.best:
            self.best = levels.worse(level)
        self.ladder.remove(levels.price(level), levels.leaf(level))
        levels.close(level)

    def _append(self, place: i64, level: i64) -> None:
        levels = self.levels.words
        orders = self.orders.words
        last = levels[level + NEWEST]
        orders[place + LEVEL] = level
        orders[place + OLDER] = last
        orders[place + NEWER] = NONE
        if last == NONE:
            levels[level + OLDEST] = place
        else:
            orders[last + NEWER] = place
        levels[level + NEWEST] = place
        levels[level + TOTAL] += orders[place + UNFILLED]

    def _uncover(self, place: i64, level: i64, most: i64) -> i64:
        """Take up to so many lots from what an iceberg hides; one that hides nothing any more is an order as any."""
        icebergs = self.orders.icebergs
        iceberg = self.orders.words[place + ICEBERG]
        lots = min(most, icebergs.hidden(iceberg))
        self.levels.words[level + HIDDEN] -= lots
        if icebergs.uncover(iceberg, lots) == 0:
            icebergs.close(iceberg)
            self.orders.words[place + ICEBERG] = NONE
        return lots

    def _level_at(self, price: i64) -> i64:
        best = self.best
        if best != NONE and self.levels.price(best) == price:
            return best
        level = self.ladder.find(price)
        return self._open(price) if level == NONE else level

    def _open(self, price: i64) -> i64:
        """A new level, between the next better and the next worse one."""
        levels = self.levels
        level = levels.open(price)
        levels.words[level + LEAF] = self.ladder.add(price, level)
        better = self._next_better(level, price)
        worse = self.best
        if better != NONE:
            worse = levels.worse(better)
        levels.link(level, better, worse)
        if better == NONE:
            self.best = level
        return level

    def _next_better(self, level: i64, price: i64) -> i64:
        best = self.best
        if best == NONE:
            return NONE
        best_price = self.levels.price(best)
        if self.side == BUY:
            if price > best_price:
                return NONE
            return self.ladder.above(price, self.levels.leaf(level))
        if price < best_price:
            return NONE
        return self.ladder.below(price, self.levels.leaf(level))


@final
class Book:
    def __init__(self, orders: RestingOrders) -> None:
        self.bids: Final[BookSide] = BookSide(BUY, orders)
        self.asks: Final[BookSide] = BookSide(SELL, orders)

    def of(self, side: i64) -> BookSide:
        return self.bids if side == BUY else self.asks

    def against(self, side: i64) -> BookSide:
        return self.asks if side == BUY else self.bids

    def is_crossed(self) -> bool:
        """Whether the best buyer pays what the best seller asks: only while nothing is matched."""
        bid = self.bids.best
        return bid != NONE and self.asks.crosses(self.bids.levels.price(bid))
