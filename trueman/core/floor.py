"""The trading floor, the market side as a whole: every market's matching, over one arena of resting orders."""

from typing import final

from mypy_extensions import i64

from trueman.core.markets import Market
from trueman.core.matching import Matching
from trueman.core.messages import Order, Outbox
from trueman.core.resting import RestingOrders


@final
class Floor:
    def __init__(self) -> None:
        self.orders: RestingOrders = RestingOrders()
        self.outbox: Outbox = Outbox()
        self.matchings: list[Matching] = []

    def open(self, market: Market) -> None:
        assert market.number == len(self.matchings)
        self.matchings.append(Matching(market, self.orders, self.outbox))

    def place(self, market: i64, order: Order) -> Outbox:
        self.outbox.clear()
        self.matchings[market].place(order)
        return self.outbox

    def cancel(self, market: i64, place: i64, side: i64) -> Outbox:
        self.outbox.clear()
        self.matchings[market].cancel(place, side)
        return self.outbox
