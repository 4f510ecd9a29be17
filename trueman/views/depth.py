"""The order book as the world sees it: how many lots wait at each price, nobody's name on them."""

from bisect import bisect_left, insort
from collections.abc import Iterable

from trueman.core.events import LevelChanged
from trueman.core.units import BUY, SELL

Level = tuple[int, int]
"""A price in ticks and the lots that wait there."""


class Depth:
    """One market's levels. Prices are kept sorted, so the best is the end of a list and a new level one bisection."""

    __slots__ = ("_ask_prices", "_bid_prices", "asks", "bids", "market", "update_id")

    def __init__(self, market: int, update_id: int = 0, levels: Iterable[tuple[int, int, int]] = ()) -> None:
        """`levels` are (side, price, lots) as they stood at `update_id`."""
        self.market = market
        self.update_id = update_id
        self.bids: dict[int, int] = {}
        self.asks: dict[int, int] = {}
        for side, price, lots in levels:
            assert lots > 0
            (self.bids if side == BUY else self.asks)[price] = lots
        self._bid_prices = sorted(self.bids)
        self._ask_prices = sorted(self.asks)

    def apply(self, change: LevelChanged) -> None:
        assert change.update_id == self.update_id + 1, "a change of the book is missing"
        self.update_id = change.update_id
        levels, prices = (self.bids, self._bid_prices) if change.side == BUY else (self.asks, self._ask_prices)
        price = change.price
        if change.quantity:
            if price not in levels:
                insort(prices, price)
            levels[price] = change.quantity
        elif price in levels:
            del levels[price]
            del prices[bisect_left(prices, price)]

    def top(self, limit: int) -> tuple[list[Level], list[Level]]:
        """At most `limit` bids and asks, best first."""
        bids, asks = self.bids, self.asks
        bid_prices = self._bid_prices[: -limit - 1 : -1] if limit else []
        ask_prices = self._ask_prices[:limit]
        return [(price, bids[price]) for price in bid_prices], [(price, asks[price]) for price in ask_prices]

    def best_bid(self) -> Level | None:
        if not self._bid_prices:
            return None
        price = self._bid_prices[-1]
        return price, self.bids[price]

    def best_ask(self) -> Level | None:
        if not self._ask_prices:
            return None
        price = self._ask_prices[0]
        return price, self.asks[price]

    def levels(self) -> list[tuple[int, int, int]]:
        """Every level as (side, price, lots), bids first, each side by rising price."""
        return [(BUY, price, self.bids[price]) for price in self._bid_prices] + [
            (SELL, price, self.asks[price]) for price in self._ask_prices
        ]
