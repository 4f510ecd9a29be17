"""The kinds of traders: a maker who quotes both sides, and noise that takes, rests and changes its mind."""

from math import exp
from random import Random

from trueman.core.units import BUY, GTC, IOC, LIMIT, MARKET, SELL
from trueman.simulator.fair_value import FairValue
from trueman.simulator.strategy import Action, Cancel, OwnOrder, Place, View

LEVELS = 12
"""Price levels a maker keeps on each side."""
REQUOTES_MAX = 6
"""Orders a maker replaces at one time."""
RESTING_MAX = 4
"""Orders that a noise trader leaves in the book."""


class MarketMaker:
    """Keeps a ladder of orders around its fair value, tight at the top and deeper below."""

    def __init__(self, random: Random, fair: FairValue, *, quote_size: float, half_spread: float = 0.00004) -> None:
        self.random = random
        self.fair = fair
        self.quote_size = quote_size
        self.half_spread = half_spread

    def wait_seconds(self) -> float:
        return self.random.uniform(0.4, 0.8)

    def act(self, view: View) -> list[Action]:
        fair = self.fair.at(view.now_us)
        cancels: list[Action] = []
        quotes: list[Action] = []
        for side in (BUY, SELL):
            missing, stale = self._compare(view, side, self._ladder(view, side, fair))
            cancels += [Cancel(order.order_id) for order in stale[:REQUOTES_MAX]]
            quotes += [self._quote(view, side, price, rank) for rank, price in missing[:REQUOTES_MAX]]
        return cancels + quotes

    def _compare(self, view: View, side: int, ladder: list[int]) -> tuple[list[tuple[int, int]], list[OwnOrder]]:
        """Rungs without an order as (rank, price), and orders that no rung needs; one order a rung."""
        held: dict[int, OwnOrder] = {}
        stale: list[OwnOrder] = []
        inside = [order for order in view.orders.values() if order.side == side]
        for order in sorted(inside, key=lambda order: order.order_id):
            rank = min(range(len(ladder)), key=lambda rank: abs(ladder[rank] - order.price), default=0)
            gap = abs(ladder[0] - ladder[-1]) // (2 * LEVELS) + 1
            if rank in held or not ladder or abs(ladder[rank] - order.price) > gap:
                stale.append(order)
            else:
                held[rank] = order
        return [(rank, price) for rank, price in enumerate(ladder) if rank not in held], stale

    def _ladder(self, view: View, side: int, fair: float) -> list[int]:
        """Prices best first; they never cross the other side of the book."""
        sign = -1 if side == BUY else 1
        prices = []
        for level in range(LEVELS):
            away = self.half_spread * (1 + level * 1.2 + level * level * 0.4)
            price = view.rules.ticks(fair * (1 + sign * away))
            if side == BUY and view.best_ask:
                price = min(price, view.best_ask - 1)
            if side == SELL and view.best_bid:
                price = max(price, view.best_bid + 1)
            if price > 0 and price not in prices:
                prices.append(price)
        return prices

    def _quote(self, view: View, side: int, price: int, rank: int) -> Place:
        worth = self.quote_size * (0.4 + 0.25 * rank) * exp(self.random.gauss(0, 0.6))
        return Place(side, price, view.rules.lots_worth(worth, view.rules.price(price)))


class NoiseTrader:
    """Buys and sells for reasons of its own: its mood drifts, its sizes have a long tail."""

    def __init__(self, random: Random, *, quote_size: float, orders_per_second: float) -> None:
        self.random = random
        self.quote_size = quote_size
        self.orders_per_second = orders_per_second
        self.mood = 0.0

    def wait_seconds(self) -> float:
        return self.random.expovariate(self.orders_per_second)

    def act(self, view: View) -> list[Action]:
        if not view.is_quoted:
            return []  # what is left in an abandoned book is no price to trade at
        self.mood = 0.97 * self.mood + self.random.gauss(0, 0.12)
        side = BUY if self.random.gauss(self.mood, 1) > 0 else SELL
        pick = self.random.random()
        if pick < 0.5:
            return self._take(view, side, MARKET)
        if pick < 0.7:
            return self._take(view, side, LIMIT)
        return self._rest(view, side)

    def _take(self, view: View, side: int, kind: int) -> list[Action]:
        best = view.best_ask if side == BUY else view.best_bid
        if not best:
            return []
        lots = self._lots(view)
        if kind == MARKET:
            return [Place(side, 0, lots, MARKET, GTC)]
        slip = max(1, int(best * 0.0002))
        return [Place(side, max(1, best + (slip if side == BUY else -slip)), lots, LIMIT, IOC)]

    def _rest(self, view: View, side: int) -> list[Action]:
        actions: list[Action] = []
        if len(view.orders) >= RESTING_MAX:
            actions.append(Cancel(min(view.orders)))
        away = view.middle * abs(self.random.gauss(0, 0.0006))
        price = max(1, round(view.middle - away if side == BUY else view.middle + away))
        actions.append(Place(side, price, self._lots(view)))
        return actions

    def _lots(self, view: View) -> int:
        worth = self.quote_size * exp(self.random.gauss(0, 1.0))
        return view.rules.lots_worth(worth, view.rules.price(view.middle))
