"""The trading floor, the market side as a whole: every market's matching, over one arena of orders."""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.auction import Uncrossing
from trueman.core.gate import activation_refusal, refusal
from trueman.core.markets import Market
from trueman.core.matching import Matching
from trueman.core.messages import Bounds, Order, Outbox
from trueman.core.prices import Moment
from trueman.core.resting import RestingOrders
from trueman.core.rulesets import Rules
from trueman.core.triggers import first_stop
from trueman.core.units import NONE


@final
class Floor:
    """Every call that may change something answers in the outbox, which the next one empties."""

    def __init__(self, ruleset: i64) -> None:
        self.rules: Final[Rules] = Rules(ruleset)
        self.orders: Final[RestingOrders] = RestingOrders()
        self.outbox: Final[Outbox] = Outbox()
        self.bounds: Final[Bounds] = Bounds()
        self.moment: Final[Moment] = Moment()
        self.matchings: Final[list[Matching]] = []
        self.fired_price: i64 = 0

    def open(self, market: Market) -> None:
        assert market.number == len(self.matchings)
        self.matchings.append(Matching(market, self.orders, self.outbox, self.moment, self.rules))

    def switch(self, ruleset: i64) -> None:
        """Follow other rules from now on."""
        self.rules.switch(ruleset)

    def begin(self, number: i64, time_us: i64) -> None:
        """A command begins: price bands are judged by the prices before it."""
        self.moment.number = number
        self.moment.time_us = time_us

    def reference(self, market: i64) -> i64:
        """The last trade's price, or what the operator gave for it; 0 if there is neither."""
        return self.matchings[market].prices.reference()

    def best_ask(self, market: i64) -> i64:
        """The price of the best sell order; 0 if there is none."""
        asks = self.matchings[market].book.asks
        return 0 if asks.best == NONE else asks.levels.price(asks.best)

    def first_stop(self, market: i64, order: Order) -> i64:
        """The stop by which a stop order is weighed; NONE if it trails a price that there is not."""
        return first_stop(order, self.matchings[market].prices.reference(), self.rules)

    def refusal(self, market: i64, order: Order) -> i64:
        """Why the market does not take a new order, or OK. Filters leave what they missed in `bounds`."""
        return refusal(self.matchings[market], order, self.bounds)

    def activation_refusal(self, market: i64, order: Order) -> i64:
        """Why an order whose trigger fired cannot meet the book, or OK."""
        return activation_refusal(self.matchings[market], order)

    def place(self, market: i64, order: Order) -> Outbox:
        self.outbox.clear()
        self.matchings[market].place(order)
        return self.outbox

    def cancel(self, market: i64, place: i64, side: i64, status: i64) -> Outbox:
        self.outbox.clear()
        self.matchings[market].cancel(place, side, status)
        return self.outbox

    def disarm(self, market: i64, place: i64, status: i64) -> Outbox:
        self.outbox.clear()
        self.matchings[market].disarm(place, status)
        return self.outbox

    def amend(self, market: i64, place: i64, side: i64, reduction: i64) -> Outbox:
        self.outbox.clear()
        self.matchings[market].amend(place, side, reduction)
        return self.outbox

    def fire_if_passed(self, market: i64, place: i64) -> None:
        """Let a dormant order that does not trail fire, if the market's price has passed its stop."""
        matching = self.matchings[market]
        matching.triggers.fire_if_met(place, matching.prices.reference())

    def has_fired(self, market: i64) -> bool:
        return self.matchings[market].triggers.first_fired != NONE

    def next_fired(self, market: i64) -> i64:
        """The ticket of the next order whose trigger fired, or NONE; `fired_price` is the stop at which it did."""
        triggers = self.matchings[market].triggers
        place = triggers.first_fired
        if place == NONE:
            return NONE
        ticket = self.orders.ticket(place)
        self.fired_price = triggers.fired_stop(place)
        triggers.disarm(place)
        return ticket

    def is_crossed(self, market: i64) -> bool:
        return self.matchings[market].book.is_crossed()

    def uncross(self, market: i64) -> Outbox:
        """Let the two sides of a crossed book trade with each other at one price."""
        self.outbox.clear()
        Uncrossing(self.matchings[market]).run()
        return self.outbox
