"""Stops before their trigger: which of them a price reaches, and in which order.

Nothing in the log says that a stop has fired, only that it went on (`OrderActivated`). But every price that was traded
is told, so who has to be in the queue, and where, follows from rules 7.8 to 7.10 alone.
"""

from bisect import bisect_left, insort
from collections import deque

from trueman.checker.orders import DORMANT, FIRED, Order
from trueman.core.units import BIPS_ONE

Place = tuple[int, int, Order]
"""Sorted by the stop (its negative for falling ones) and by since when it is there: no two are alike in both."""


class Stops:
    def __init__(self) -> None:
        self._rising: list[Place] = []
        self._falling: list[Place] = []
        self._trailing: dict[int, Order] = {}
        """In the order in which they lay down."""
        self._turn = 0
        self.fired: deque[Order] = deque()
        self.fired_now = 0
        """How many fired in this command."""

    def lie(self, order: Order, reference: int, ruleset: int) -> None:
        order.state = DORMANT
        order.first_stop = order.stop
        if order.bips:
            order.trails_a_low = order.is_buy if ruleset >= 5 else order.is_rising
            order.extreme = order.stop or reference
            order.first_stop = stop_at(order, ruleset)
            self._trailing[order.id] = order
            if order.stop == 0 or (reference and is_reached(order, reference)):
                self._track(order, reference)
                order.stop = stop_at(order, ruleset)
        self._put(order)

    def forget(self, order: Order) -> None:
        """It closed while it lay here."""
        self._take(order)
        self._trailing.pop(order.id, None)

    def fire(self, order: Order) -> None:
        self.forget(order)
        order.state = FIRED
        self.fired_now += 1
        self.fired.append(order)

    def look(self, price: int, ruleset: int) -> None:
        for side in (self._falling, self._rising):
            while side and is_reached(side[0][2], price):
                order = side[0][2]
                if order.bips and not order.is_tracking:
                    self._take(order)
                    self._track(order, price)
                    order.stop = stop_at(order, ruleset)
                    self._put(order)
                else:
                    self.fire(order)
        for order in self._trailing.values():
            if order.is_tracking and (price < order.extreme if order.is_rising else price > order.extreme):
                order.extreme = price
                if stop_at(order, ruleset) != order.stop:
                    self._move(order, ruleset)

    def _track(self, order: Order, price: int) -> None:
        """From now on it waits for the price to turn."""
        order.is_tracking, order.extreme, order.is_rising = True, price, order.trails_a_low

    def _move(self, order: Order, ruleset: int) -> None:
        self._take(order)
        order.stop = stop_at(order, ruleset)
        self._put(order)

    def _put(self, order: Order) -> None:
        self._turn += 1
        order.since = self._turn
        insort(self._side(order), self._place(order), key=lambda place: place[:2])

    def _take(self, order: Order) -> None:
        side = self._side(order)
        del side[bisect_left(side, self._place(order)[:2], key=lambda place: place[:2])]

    def _side(self, order: Order) -> list[Place]:
        return self._rising if order.is_rising else self._falling

    def _place(self, order: Order) -> Place:
        return (order.stop if order.is_rising else -order.stop, order.since, order)


def is_reached(order: Order, price: int) -> bool:
    return price >= order.stop if order.is_rising else price <= order.stop


def stop_at(order: Order, ruleset: int) -> int:
    """Of one that trails, at its extreme."""
    if order.trails_a_low:
        return -(-order.extreme * (BIPS_ONE + order.bips) // BIPS_ONE)
    stop = order.extreme * (BIPS_ONE - order.bips) // BIPS_ONE
    return stop if ruleset < 3 else max(1, stop)
