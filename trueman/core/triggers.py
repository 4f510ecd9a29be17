"""The stop orders of one market, which lie dormant until the price reaches their stop.

A stop is a price and its orders are a queue, so the two books of triggers are sides of a book: those that wait for a
rise are met lowest stop first, as sellers are, those that wait for a fall highest stop first, as buyers are. Orders
that track the price lie in no book; see `trailing`. Of all at one stop the one that has been there longest goes first,
so whoever comes to a stop keeps the turn at which it did. A dormant order lies in the arena of all orders; what fired
waits in a queue of its own until the account side calls it.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.messages import Order
from trueman.core.resting import ICEBERG, LEVEL, NEWER, OLDER, OWNER, UNFILLED, RestingOrders
from trueman.core.rulesets import Rules
from trueman.core.trailing import Trailing
from trueman.core.trails import AT_NOTHING, stop_at
from trueman.core.units import BUY, NONE, SELL, STOP_LOSS_LIMIT

ARRIVAL: Final = OWNER
"""The turn at which it came to its stop, then a bit each: whether its stop rises with the price that it trails, or
would, and whether it waits for a rise now."""
WAITS_FOR_RISE: Final = 1
TRAILS_A_LOW: Final = 2
TURN_BITS: Final = 2
FIRED_STOP: Final = UNFILLED
TRAIL: Final = ICEBERG
"""What a dormant order keeps in the words that it does not need: it shows nothing and meets nobody."""
FIRED: Final = -2
"""The level of an order that has left its book and waits to go on."""
TRACKING: Final = -3
"""The level of one that follows the price."""


@final
class Triggers:
    """`turn` counts the arrivals at a stop: all trails that one price moves arrive together, the older first."""

    def __init__(self, orders: RestingOrders, rules: Rules) -> None:
        self.rules: Final[Rules] = rules
        self.orders: Final[RestingOrders] = orders
        self.rising: Final[BookSide] = BookSide(SELL, orders)
        self.falling: Final[BookSide] = BookSide(BUY, orders)
        self.rising_trails: Final[Trailing] = Trailing(True)
        self.falling_trails: Final[Trailing] = Trailing(False)
        self.turn: i64 = 0
        self.dormant: i64 = 0
        self.first_fired: i64 = NONE
        self.last_fired: i64 = NONE
        self.fired: i64 = 0

    def trailing_orders(self) -> i64:
        """How many dormant orders trail, tracking or not."""
        return self.rising_trails.trails.count + self.falling_trails.trails.count

    def arm(self, order: Order, reference: i64) -> i64:
        """Lay an order down; return its place."""
        is_rising = waits_for_rise(order.type, order.side)
        place = self._open(order.order_id, order.ticket, is_rising)
        if order.trailing_bips == 0:
            self._side(is_rising).rest(place, order.stop_price)
            return place
        if trails_a_low(order, self.rules) != is_rising:
            self.turn_round(place)
        trail = self._trail(place, order.trailing_bips)
        if order.stop_price == 0 or meets(is_rising, order.stop_price, reference):
            self._track(place, trail, reference)
        else:
            self._side(is_rising).rest(place, order.stop_price)
        return place

    def lay(self, order_id: i64, ticket: i64, is_rising: bool, stop: i64) -> i64:
        """Put an order behind those at its stop."""
        place = self._open(order_id, ticket, is_rising)
        self._side(is_rising).rest(place, stop)
        return place

    def turn_round(self, place: i64) -> None:
        """Once an order tracks, it waits for the other direction than until then."""
        self.orders.words[place + ARRIVAL] ^= TRAILS_A_LOW

    def turns_round(self, place: i64) -> bool:
        return self.is_rising(place) != self.follows_a_low(place)

    def trail(self, place: i64, bips: i64, extreme: i64) -> bool:
        """Let a dormant order follow the price, from an extreme if it tracks already; say whether its stop is right."""
        trail = self._trail(place, bips)
        if extreme == 0:
            return True
        trailing = self._trailing(self.is_rising(place))
        stop = self._side(self.is_rising(place)).levels.price(self.orders.level(place))
        if extreme == 1 and stop == 0:
            extreme = AT_NOTHING
        self._lift(place)
        self.orders.words[place + LEVEL] = TRACKING
        trailing.begin(trail, extreme, self.turn_of(place))
        return trailing.trails.stop(trail) == stop

    def disarm(self, place: i64) -> None:
        """Forget an order, dormant or fired."""
        if self.orders.level(place) == FIRED:
            self._unqueue(place)
        else:
            if self.orders.level(place) != TRACKING:
                self._lift(place)
            trail = self.trail_of(place)
            if trail != NONE:
                self._trailing(self.follows_a_low(place)).close(trail)
            self.dormant -= 1
        self.orders.close(place)

    def look(self, price: i64) -> None:
        """A price was traded at: fire what it reaches, then let what trails follow it."""
        self._fire_all(self.falling, self.falling_trails, price)
        self._fire_all(self.rising, self.rising_trails, price)
        if self.falling_trails.trails.count != 0 or self.rising_trails.trails.count != 0:
            self.turn += 1
            self.falling_trails.follow(price, self.turn)
            self.rising_trails.follow(price, self.turn)

    def fire_if_met(self, place: i64, price: i64) -> None:
        """Of one order that lies in its book, whatever lies beside it."""
        is_rising = self.is_rising(place)
        stop = self._side(is_rising).levels.price(self.orders.level(place))
        if meets(is_rising, stop, price):
            self._lift(place)
            self._fire(place, stop)

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
        return self.orders.words[place + ARRIVAL] & WAITS_FOR_RISE != 0

    def trail_of(self, place: i64) -> i64:
        return self.orders.words[place + TRAIL]

    def turn_of(self, place: i64) -> i64:
        """When an order that lies in its book came to its stop."""
        return self.orders.words[place + ARRIVAL] >> TURN_BITS

    def follows_a_low(self, place: i64) -> bool:
        return self.orders.words[place + ARRIVAL] & TRAILS_A_LOW != 0

    def _side(self, is_rising: bool) -> BookSide:
        return self.rising if is_rising else self.falling

    def _trailing(self, is_rising: bool) -> Trailing:
        return self.rising_trails if is_rising else self.falling_trails

    def _open(self, order_id: i64, ticket: i64, is_rising: bool) -> i64:
        self.turn += 1
        self.dormant += 1
        arrival = self.turn << TURN_BITS
        if is_rising:
            arrival += WAITS_FOR_RISE + TRAILS_A_LOW
        return self.orders.open(order_id, ticket, arrival, 0)

    def _trail(self, place: i64, bips: i64) -> i64:
        """What follows the price lies in the order in which it was laid down, wherever it began to track."""
        self.turn += 1
        trail = self._trailing(self.follows_a_low(place)).trails.open(place, bips, self.turn)
        self.orders.words[place + TRAIL] = trail
        return trail

    def _track(self, place: i64, trail: i64, price: i64) -> None:
        """From now on an order follows the price."""
        is_rising = self.follows_a_low(place)
        if is_rising != self.is_rising(place):
            self.orders.words[place + ARRIVAL] ^= WAITS_FOR_RISE
        self.orders.words[place + LEVEL] = TRACKING
        self.turn += 1
        self._trailing(is_rising).begin(trail, extreme_of(is_rising, price, self.rules), self.turn)

    def _fire_all(self, side: BookSide, trailing: Trailing, price: i64) -> None:
        """Whoever lies here may begin to track, and be met again."""
        while True:
            if trailing.stops.crosses(price):
                self._fire_tracking(side, trailing, price)
            elif side.crosses(price):
                self._reach(side, price)
            else:
                break

    def _fire_tracking(self, side: BookSide, trailing: Trailing, price: i64) -> None:
        """All that track and are at their first stop; before each, whoever in the book is met or was there earlier."""
        stop = trailing.first_stop()
        while self._is_before(side, stop, 0):
            self._reach(side, price)
        for turn, _, place in trailing.take(stop):
            while self._is_before(side, stop, turn):
                self._reach(side, price)
            self._fire(place, stop)

    def _is_before(self, side: BookSide, stop: i64, turn: i64) -> bool:
        """Whether somebody lies in the book who goes before all that came to this stop at this turn."""
        best = side.best
        if best == NONE:
            return False
        price = side.levels.price(best)
        if price == stop:
            return self.turn_of(side.levels.oldest(best)) < turn
        return price < stop if side.side == SELL else price > stop

    def _reach(self, side: BookSide, price: i64) -> None:
        """The order that is met first fires; a trailing one begins to track."""
        place = side.levels.oldest(side.best)
        stop = side.levels.price(side.best)
        trail = self.trail_of(place)
        self._lift(place)
        if trail == NONE:
            self._fire(place, stop)
        else:
            self._track(place, trail, price)

    def _fire(self, place: i64, stop: i64) -> None:
        self.orders.words[place + TRAIL] = NONE
        self.dormant -= 1
        self.queue(place, stop)

    def _lift(self, place: i64) -> None:
        """Take an order out of its book."""
        side = self._side(self.is_rising(place))
        level = self.orders.level(place)
        side.detach(place)
        side.drop_if_empty(level)

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


def trails_a_low(order: Order, rules: Rules) -> bool:
    """Whether the stop of an order that trails lies above the lowest price since, and not below the highest."""
    if rules.trails_by_side:
        return order.side == BUY
    return waits_for_rise(order.type, order.side)


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
    is_rising = trails_a_low(order, rules)
    return stop_at(is_rising, extreme_of(is_rising, extreme, rules), order.trailing_bips)


def extreme_of(is_rising: bool, price: i64, rules: Rules) -> i64:
    """What a trail has seen that begins to track at this price."""
    if price == 1 and not is_rising and not rules.keeps_stops_above_zero:
        return AT_NOTHING
    return price
