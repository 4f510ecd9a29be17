"""What an order would trade if it were let in now, without touching anything.

A level is met as a taker meets it: its visible lots in the order of the queue, then, slice by slice, what its icebergs
hide. Only an order that prevents self-trades has to look at the orders one by one.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.messages import Order
from trueman.core.prices import Prices
from trueman.core.resting import NEWER, OWNER, STP_BITS, RestingOrders
from trueman.core.units import BUY, NONE, STP_DECREMENT, STP_EXPIRE_MAKER, STP_NONE


def reaches(order: Order, price: i64) -> bool:
    """Whether the order would trade at a price; one without a price of its own takes any."""
    if order.side == BUY:
        return price <= order.price or order.price == 0
    return price >= order.price


def lots_wanted(order: Order, price: i64, tick_atoms: i64) -> i64:
    """How many lots the order still wants at a price. One given in quote wants what its budget pays for."""
    if order.quote_quantity != 0:
        return order.budget // (price * tick_atoms)
    return order.unfilled


@final
class Walk:
    """After a level was met: the lots that traded there, those lost to self-trade prevention on either side, and
    whether the order goes on to the next level."""

    def __init__(self, orders: RestingOrders, prices: Prices) -> None:
        self.orders: Final[RestingOrders] = orders
        self.prices: Final[Prices] = prices
        self.traded: i64 = 0
        self.lost: i64 = 0
        self.goes_on: bool = False

    def can_fill(self, against: BookSide, order: Order) -> bool:
        """Whether a fill-or-kill order would be filled to its last lot."""
        left = order.quantity
        level = against.best
        while level != NONE and self._may_trade(order, against.levels.price(level)):
            self._meet(against, order, level, left)
            left -= self.traded
            if left == 0:
                return True
            if not self.goes_on or self.lost != 0:
                return False
            level = against.levels.worse(level)
        return False

    def can_pay(self, against: BookSide, order: Order) -> bool:
        """Whether what an order without a price holds covers what it would trade. Only a buy by quantity and a sell
        by quote can want more than they hold."""
        if order.side == BUY:
            return order.quote_quantity != 0 or self._can_buy(against, order)
        return order.quote_quantity == 0 or self._can_sell(against, order)

    def _can_buy(self, against: BookSide, order: Order) -> bool:
        funds = order.funds
        left = order.quantity
        level = against.best
        while level != NONE and left > 0 and self._may_trade(order, against.levels.price(level)):
            lot_cost = against.levels.price(level) * self.prices.market.tick_atoms
            self._meet(against, order, level, left)
            if self.traded > funds // lot_cost:
                return False
            funds -= self.traded * lot_cost
            left -= self.traded + self.lost
            if not self.goes_on:
                break
            level = against.levels.worse(level)
        return True

    def _can_sell(self, against: BookSide, order: Order) -> bool:
        lots = order.funds
        budget = order.quote_quantity
        level = against.best
        while level != NONE and self._may_trade(order, against.levels.price(level)):
            lot_cost = against.levels.price(level) * self.prices.market.tick_atoms
            if budget < lot_cost:
                break
            self._meet(against, order, level, budget // lot_cost)
            lots -= self.traded
            budget -= (self.traded + self.lost) * lot_cost
            if lots < 0 or not self.goes_on:
                break
            level = against.levels.worse(level)
        return lots >= 0

    def _may_trade(self, order: Order, price: i64) -> bool:
        if not reaches(order, price):
            return False
        return self.prices.market.band_ppm == 0 or not self.prices.breaks_band(price)

    def _meet(self, against: BookSide, order: Order, level: i64, wanted: i64) -> None:
        self.lost = 0
        if order.stp == STP_NONE or not self._has_own(against, order, level):
            self._meet_all(wanted, against.levels.total(level) + against.levels.hidden(level))
        elif order.stp == STP_EXPIRE_MAKER:
            self._meet_others(against, order, level, wanted)
        elif order.stp == STP_DECREMENT:
            self._meet_in_rounds(against, order, level, wanted)
        else:
            self._meet_until_own(against, order, level, wanted)

    def _has_own(self, against: BookSide, order: Order, level: i64) -> bool:
        """Whether the level has an order of the same owner."""
        words = self.orders.words
        place = against.levels.oldest(level)
        while place != NONE:
            if words[place + OWNER] >> STP_BITS == order.group:
                return True
            place = words[place + NEWER]
        return False

    def _meet_all(self, wanted: i64, there: i64) -> None:
        self.traded = min(wanted, there)
        self.goes_on = wanted >= there

    def _meet_others(self, against: BookSide, order: Order, level: i64, wanted: i64) -> None:
        """The order's own are taken out of its way. One at the very end stays if nothing is wanted any more."""
        levels = against.levels
        own: i64 = 0
        place = levels.oldest(level)
        while place != NONE:
            if self.orders.group(place) == order.group:
                own += self.orders.unfilled(place)
            place = self.orders.newer(place)
        there = levels.total(level) + levels.hidden(level) - own
        self._meet_all(wanted, there)
        if wanted == there and self.orders.group(levels.newest(level)) == order.group:
            self.goes_on = self._others_hide(against, order, level)

    def _others_hide(self, against: BookSide, order: Order, level: i64) -> bool:
        place = against.levels.oldest(level)
        while place != NONE:
            if self.orders.group(place) != order.group and self.orders.hidden(place) != 0:
                return True
            place = self.orders.newer(place)
        return False

    def _meet_until_own(self, against: BookSide, order: Order, level: i64, wanted: i64) -> None:
        """The first of the order's own ends it, and whatever icebergs hide stands behind that one."""
        self.traded = 0
        self.goes_on = False
        place = against.levels.oldest(level)
        while place != NONE:
            if self.orders.group(place) == order.group:
                return
            self.traded += self.orders.visible(place)
            if self.traded > wanted:
                self.traded = wanted
                return
            place = self.orders.newer(place)
        self._meet_all(wanted, against.levels.total(level) + against.levels.hidden(level))

    def _meet_in_rounds(self, against: BookSide, order: Order, level: i64, wanted: i64) -> None:
        """A round lets every order show once. Count the whole rounds at once, then the one that is broken off."""
        rounds = self._rounds_below(against, level, wanted)
        self.traded = 0
        self._count_round(against, order, level, 0, rounds, wanted)
        self._count_round(against, order, level, rounds, rounds + 1, wanted)

    def _count_round(self, against: BookSide, order: Order, level: i64, begin: i64, end: i64, wanted: i64) -> None:
        """Count what shows from one round to another. The order ends where its last lot goes to one of its own."""
        there = against.levels.total(level) + against.levels.hidden(level)
        self.goes_on = wanted > there
        place = against.levels.oldest(level)
        while place != NONE and self.traded + self.lost < wanted:
            shown = self._shown(place, end) - self._shown(place, begin)
            lots = min(shown, wanted - self.traded - self.lost)
            is_own = self.orders.group(place) == order.group
            if is_own:
                self.lost += lots
            else:
                self.traded += lots
            if lots > 0 and self.traded + self.lost == wanted:
                self.goes_on = wanted == there and not is_own
            place = self.orders.newer(place)

    def _rounds_below(self, against: BookSide, level: i64, wanted: i64) -> i64:
        """How many whole rounds show fewer lots than are wanted."""
        if wanted <= against.levels.total(level):
            return 0
        least: i64 = 1
        most = self._rounds(against, level)
        while least < most:
            middle = (least + most + 1) // 2
            if self._shown_at(against, level, middle) < wanted:
                least = middle
            else:
                most = middle - 1
        return least

    def _rounds(self, against: BookSide, level: i64) -> i64:
        """How many rounds it takes until nothing is left."""
        most: i64 = 1
        place = against.levels.oldest(level)
        while place != NONE:
            hidden = self.orders.hidden(place)
            if hidden != 0:
                display = self.orders.display(place)
                most = max(most, 1 + (hidden + display - 1) // display)
            place = self.orders.newer(place)
        return most

    def _shown_at(self, against: BookSide, level: i64, rounds: i64) -> i64:
        lots: i64 = 0
        place = against.levels.oldest(level)
        while place != NONE:
            lots += self._shown(place, rounds)
            place = self.orders.newer(place)
        return lots

    def _shown(self, place: i64, rounds: i64) -> i64:
        """The lots that an order has shown after so many rounds."""
        if rounds == 0:
            return 0
        visible = self.orders.visible(place)
        hidden = self.orders.hidden(place)
        if hidden == 0:
            return visible
        display = self.orders.display(place)
        return visible + (hidden if rounds - 1 > hidden // display else (rounds - 1) * display)
