"""Orders that lie dormant, and which of them a price wakes (rules 7.8 to 7.10). They only get into the queue here."""

from tests.reference.naive_holds import NaiveHolds
from tests.reference.naive_state import DORMANT, TRIGGERED, NaiveMarket, NaiveOrder


def is_met(order: NaiveOrder, price: int, stop: int) -> bool:
    return price >= stop if order.rises else price <= stop


class NaiveTriggers(NaiveHolds):
    def lay_dormant(self, order: NaiveOrder) -> None:
        reference = self.markets[order.market].reference
        order.state = DORMANT
        order.stop = order.stop_price
        order.at = order.dormant_since = self.moment()
        if order.trailing_bips and (
            order.stop_price == 0 or (reference and is_met(order, reference, order.stop_price))
        ):
            self._track(order, reference)

    def _track(self, order: NaiveOrder, price: int) -> None:
        order.tracks = True
        order.extreme = price
        order.stop = self.trailing_stop(order, price)
        order.at = self.moment()

    def dormant_in(self, market: NaiveMarket) -> list[NaiveOrder]:
        return [order for order in self.open if order.market == market.defined.market and order.state == DORMANT]

    def look_at_triggers(self, market: NaiveMarket, prices: list[int]) -> None:
        """Of the trades that were just made, in their order: the first price, and the last if it is another."""
        if prices:
            self._look_at(market, prices[0])
        if prices and prices[-1] != prices[0]:
            self._look_at(market, prices[-1])

    def _look_at(self, market: NaiveMarket, price: int) -> None:
        for rises in (False, True):
            while met := [o for o in self.dormant_in(market) if o.rises == rises and is_met(o, price, o.stop)]:
                order = min(met, key=lambda order: (order.stop if rises else -order.stop, order.at))
                if order.trailing_bips and not order.tracks:
                    self._track(order, price)
                else:
                    order.state = TRIGGERED
                    market.queue.append(order)
        for order in sorted(self.dormant_in(market), key=lambda order: order.dormant_since):
            if order.tracks and (price < order.extreme if order.rises else price > order.extreme):
                order.extreme = price
                if self.trailing_stop(order, price) != order.stop:
                    order.stop = self.trailing_stop(order, price)
                    order.at = self.moment()
