"""One side of a mirrored book: who rests at which price, in which order, and what each level was told to show."""

from bisect import bisect_left, insort
from collections import OrderedDict

from trueman.checker.orders import RESTING, Order


class Side:
    def __init__(self, is_bid: bool) -> None:
        self.is_bid = is_bid
        self.queues: dict[int, OrderedDict[int, Order]] = {}
        """By price; the oldest of each price first."""
        self._prices: list[int] = []
        """Ascending."""
        self.shown: dict[int, int] = {}
        """By price, the lots that can be seen."""
        self.told: dict[int, int] = {}
        """What the log said of them last."""
        self.touched: set[int] = set()
        """Prices whose level may show something else than was told."""

    def best(self) -> int:
        """0: nobody is there."""
        if not self._prices:
            return 0
        return self._prices[-1] if self.is_bid else self._prices[0]

    def oldest(self) -> Order | None:
        """Of the best price."""
        return next(iter(self.queues[self.best()].values())) if self._prices else None

    def prices(self) -> list[int]:
        """Best first."""
        return self._prices[::-1] if self.is_bid else self._prices[:]

    def queue(self, price: int) -> list[Order]:
        return list(self.queues[price].values())

    def rest(self, order: Order) -> None:
        """At the end of its price."""
        order.state = RESTING
        order.visible = min(order.display, order.unfilled) if order.display else order.unfilled
        queue = self.queues.get(order.price)
        if queue is None:
            queue = self.queues[order.price] = OrderedDict()
            insort(self._prices, order.price)
            self.shown[order.price] = 0
        queue[order.id] = order
        self._show(order.price, order.visible)

    def has(self, order: Order) -> bool:
        """Of a false log also orders are told that left the book before."""
        return order.id in self.queues.get(order.price, ())

    def remove(self, order: Order) -> None:
        if not self.has(order):
            return
        queue = self.queues[order.price]
        del queue[order.id]
        self._show(order.price, -order.visible)
        order.visible = 0
        if not queue:
            del self.queues[order.price], self.shown[order.price]
            del self._prices[bisect_left(self._prices, order.price)]

    def take(self, order: Order, lots: int) -> None:
        """Visible lots go; the next slice shows at the end of the queue; who has nothing left is gone."""
        order.unfilled -= lots
        if not self.has(order):
            return
        order.visible -= lots
        self._show(order.price, -lots)
        if order.visible > 0:
            return
        if order.unfilled <= 0:
            self.remove(order)
            return
        order.visible = min(order.display or order.unfilled, order.unfilled)
        self.queues[order.price].move_to_end(order.id)
        self._show(order.price, order.visible)

    def shrink(self, order: Order, lots: int) -> None:
        """An amend: hidden lots go first, and it keeps its place."""
        hidden = order.unfilled - order.visible
        order.unfilled -= lots
        if lots > hidden and self.has(order):
            order.visible -= lots - hidden
            self._show(order.price, hidden - lots)

    def _show(self, price: int, lots: int) -> None:
        self.shown[price] += lots
        self.touched.add(price)
