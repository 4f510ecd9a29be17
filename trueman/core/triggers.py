"""The stop orders of one market, which lie dormant until the price reaches their stop.

A stop is a price and its orders are a queue, so the two books of triggers are sides of a book: those that wait for a
rise are met lowest stop first, as sellers are, those that wait for a fall highest stop first, as buyers are. A dormant
order lies in the arena of all orders; what fired waits in a queue of its own until the account side calls it.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.messages import Order
from trueman.core.resting import ICEBERG, LEVEL, NEWER, OLDER, OWNER, UNFILLED, RestingOrders
from trueman.core.rulesets import Rules
from trueman.core.trailing import Trailing, trailing_stop
from trueman.core.units import BUY, NONE, SELL, STOP_LOSS_LIMIT

IS_RISING: Final = OWNER
FIRED_STOP: Final = UNFILLED
TRAIL: Final = ICEBERG
"""What a dormant order keeps in the words that it does not need: it shows nothing and meets nobody."""
FIRED: Final = -2
"""The level of an order that has left its book and waits to go on."""


@final
class Triggers:
    def __init__(self, orders: RestingOrders, rules: Rules) -> None:
        self.rules: Final[Rules] = rules
        self.orders: Final[RestingOrders] = orders
        self.rising: Final[BookSide] = BookSide(SELL, orders)
        self.falling: Final[BookSide] = BookSide(BUY, orders)
        self.trailing: Final[Trailing] = Trailing()
        self.dormant: i64 = 0
        self.first_fired: i64 = NONE
        self.last_fired: i64 = NONE
        self.fired: i64 = 0

    def arm(self, order: Order, reference: i64) -> i64:
        """Lay an order down; return its place."""
        is_rising = waits_for_rise(order.type, order.side)
        extreme: i64 = 0
        if order.trailing_bips != 0 and (order.stop_price == 0 or meets(is_rising, order.stop_price, reference)):
            extreme = reference
        stop = order.stop_price if extreme == 0 else trailing_stop(is_rising, extreme, order.trailing_bips, self.rules)
        place = self.lay(order.order_id, order.ticket, is_rising, stop)
        if order.trailing_bips != 0:
            self.trail(place, order.trailing_bips, extreme)
        return place

    def lay(self, order_id: i64, ticket: i64, is_rising: bool, stop: i64) -> i64:
        place = self.orders.open(order_id, ticket, 1 if is_rising else 0, 0)
        self._side(place).rest(place, stop)
        self.dormant += 1
        return place

    def trail(self, place: i64, bips: i64, extreme: i64) -> None:
        """Let a dormant order follow the price."""
        self.orders.words[place + TRAIL] = self.trailing.open(place, bips, extreme)

    def disarm(self, place: i64) -> None:
        """Forget an order, dormant or fired."""
        if self.orders.level(place) == FIRED:
            self._unqueue(place)
        else:
            self._lift(place)
            self._forget_trail(place)
            self.dormant -= 1
        self.orders.close(place)

    def look(self, price: i64) -> None:
        """A price was traded at: fire what it reaches, then let what trails follow it."""
        while self.falling.crosses(price):
            self._reach(self.falling, price)
        while self.rising.crosses(price):
            self._reach(self.rising, price)
        trail = self.trailing.oldest
        while trail != NONE:
            self._follow(trail, price)
            trail = self.trailing.newer(trail)

    def queue(self, place: i64, stop: i64) -> None:
        """Put an order that lies nowhere behind those that fired before it."""
        words = self.orders.words
        last = self.last_fired
        words[place + LEVEL] = FIRED
        words[place + FIRED_STOP] = stop
        words[place + OLDER] = last
        words[place + NEWER] = NONE
        if last == NONE:
            self.first_fired = place
        else:
            words[last + NEWER] = place
        self.last_fired = place
        self.fired += 1

    def fired_stop(self, place: i64) -> i64:
        return self.orders.words[place + FIRED_STOP]

    def is_rising(self, place: i64) -> bool:
        return self.orders.words[place + IS_RISING] != 0

    def trail_of(self, place: i64) -> i64:
        return self.orders.words[place + TRAIL]

    def _side(self, place: i64) -> BookSide:
        return self.rising if self.is_rising(place) else self.falling

    def _reach(self, side: BookSide, price: i64) -> None:
        """The order that is met first fires; a trailing one that tracked nothing yet begins to."""
        place = side.levels.oldest(side.best)
        stop = side.levels.price(side.best)
        trail = self.trail_of(place)
        self._lift(place)
        if trail != NONE and self.trailing.extreme(trail) == 0:
            self.trailing.track(trail, price)
            side.rest(place, trailing_stop(self.is_rising(place), price, self.trailing.bips(trail), self.rules))
            return
        self._forget_trail(place)
        self.dormant -= 1
        self.queue(place, stop)

    def _follow(self, trail: i64, price: i64) -> None:
        place = self.trailing.place(trail)
        extreme = self.trailing.extreme(trail)
        is_rising = self.is_rising(place)
        if extreme == 0 or (price >= extreme if is_rising else price <= extreme):
            return
        self.trailing.track(trail, price)
        side = self._side(place)
        stop = trailing_stop(is_rising, price, self.trailing.bips(trail), self.rules)
        if stop != side.levels.price(self.orders.level(place)):
            self._lift(place)
            side.rest(place, stop)

    def _lift(self, place: i64) -> None:
        """Take an order out of its book."""
        side = self._side(place)
        side.detach(place)
        side.drop_if_empty(self.orders.level(place))

    def _forget_trail(self, place: i64) -> None:
        trail = self.trail_of(place)
        if trail != NONE:
            self.trailing.close(trail)
            self.orders.words[place + TRAIL] = NONE

    def _unqueue(self, place: i64) -> None:
        words = self.orders.words
        older = words[place + OLDER]
        newer = words[place + NEWER]
        if older == NONE:
            self.first_fired = newer
        else:
            words[older + NEWER] = newer
        if newer == NONE:
            self.last_fired = older
        else:
            words[newer + OLDER] = older
        self.fired -= 1


def waits_for_rise(type_: i64, side: i64) -> bool:
    """Buyers who stop a loss and sellers who take a profit wait for a higher price, the others for a lower one."""
    return (type_ <= STOP_LOSS_LIMIT) == (side == BUY)


def meets(is_rising: bool, stop: i64, price: i64) -> bool:
    """Whether a stop's condition holds at a price; 0 is no price."""
    if price == 0:
        return False
    return price >= stop if is_rising else price <= stop


def first_stop(order: Order, reference: i64, rules: Rules) -> i64:
    """The stop that an order is weighed by when it is accepted; NONE where it trails a price that there is not."""
    if order.trailing_bips == 0:
        return order.stop_price
    extreme = order.stop_price if order.stop_price != 0 else reference
    if extreme == 0:
        return NONE
    return trailing_stop(waits_for_rise(order.type, order.side), extreme, order.trailing_bips, rules)
