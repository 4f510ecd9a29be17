"""What a trader made of code is: it sees a view, it returns actions, and it draws from its own seeded stream.

A strategy does no I/O and reads no clock, so the same one trades through the public API, in-process against the
core at full speed, or as a load test. Prices are ticks, quantities lots, money atoms of quote.
"""

from dataclasses import dataclass, field
from typing import Protocol

from trueman.core.units import GTC, LIMIT


@dataclass(frozen=True, slots=True)
class MarketRules:
    """What a trader has to know of a market before it trades."""

    symbol: str
    base: str
    quote: str
    price_decimals: int
    tick_units: int
    """One tick, in units of ten to the minus `price_decimals`."""
    quantity_decimals: int
    lot_units: int
    lots_min: int
    lots_max: int
    notional_min: float
    """In whole units of quote."""

    def price(self, ticks: float) -> float:
        return float(ticks * self.tick_units / 10**self.price_decimals)

    def ticks(self, price: float) -> int:
        return max(1, round(price * float(10**self.price_decimals) / self.tick_units))

    def lots(self, quantity: float) -> int:
        lots = round(quantity * float(10**self.quantity_decimals) / self.lot_units)
        return max(self.lots_min, min(self.lots_max, lots))

    def lots_worth(self, quote: float, price: float) -> int:
        """Lots that cost about `quote` at `price`, at least what the market accepts."""
        return self.lots(max(quote, 1.1 * self.notional_min) / price)


@dataclass(slots=True)
class OwnOrder:
    order_id: int
    side: int
    price: int
    quantity: int


SPREAD_MAX = 0.02
"""Of the price; wider than this, the best prices say little about what a thing is worth."""


@dataclass(slots=True)
class View:
    """What a strategy sees at the moment it acts."""

    rules: MarketRules
    now_us: int = 0
    best_bid: int = 0
    """Ticks; 0 when that side is empty."""
    best_ask: int = 0
    last_price: int = 0
    orders: dict[int, OwnOrder] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        """The best guess at a price in ticks, 0 when nobody quotes and nothing has traded."""
        if self.best_bid and self.best_ask:
            return (self.best_bid + self.best_ask) / 2
        return float(self.best_bid or self.best_ask or self.last_price)

    @property
    def is_quoted(self) -> bool:
        """Both sides are there and close together: somebody makes this market."""
        return bool(self.best_bid and self.best_ask) and self.best_ask - self.best_bid <= SPREAD_MAX * self.middle


@dataclass(frozen=True, slots=True)
class Place:
    side: int
    price: int
    """Ticks; 0 for a market order."""
    quantity: int
    type: int = LIMIT
    time_in_force: int = GTC


@dataclass(frozen=True, slots=True)
class Cancel:
    order_id: int


Action = Place | Cancel


class Strategy(Protocol):
    def wait_seconds(self) -> float:
        """How long until it wants to act again."""
        ...

    def act(self, view: View) -> list[Action]: ...
