"""An order as the log tells of it: what was accepted, what became of it, and the terms that were sealed into it."""

from typing import Final

from trueman.core.events import OrderAccepted
from trueman.core.units import (
    BUY,
    GTC,
    GTD,
    LIMIT,
    LIMIT_MAKER,
    PPM_ONE,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)

PENDING: Final = 0
"""In a list, before its turn."""
TAKING: Final = 1
"""It is its turn to match: until it rests or closes."""
RESTING: Final = 2
DORMANT: Final = 3
"""A stop before its trigger."""
FIRED: Final = 4
"""Its trigger was reached, and it waits for its turn."""
CLOSED: Final = 5

LIMIT_TYPES: Final = (LIMIT, LIMIT_MAKER, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT)
STOP_TYPES: Final = (STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)


class Terms:
    """What an account pays, and for whom it counts, at the moment when an order is accepted."""

    __slots__ = ("group", "in_quote", "maker_ppm", "taker_ppm")

    def __init__(self, maker_ppm: int, taker_ppm: int, in_quote: int, group: int) -> None:
        self.maker_ppm = maker_ppm
        self.taker_ppm = taker_ppm
        self.in_quote = in_quote
        self.group = group


class Order:
    __slots__ = (
        "account", "bips", "budget", "credit", "display", "executed", "expire_us", "extreme", "first_stop", "force",
        "id", "is_buy", "is_ended", "is_limited", "is_refused", "is_rising", "is_stop", "is_tracking", "kind",
        "list_id", "market", "pair", "prevented", "price", "quantity", "since", "state", "stop", "stp", "terms",
        "trails_a_low", "unfilled", "visible",
    )  # fmt: skip

    def __init__(self, told: OrderAccepted, terms: Terms) -> None:
        self.id = told.order_id
        self.account = told.account
        self.market = told.market
        self.is_buy = told.side == BUY
        self.kind = told.type
        self.force = told.time_in_force
        self.stp = told.stp
        self.price = told.price
        self.quantity = self.unfilled = told.quantity
        self.terms = terms
        self.budget = -1
        """Atoms of quote that an order given in quote has left; -1: it is given in lots."""
        if told.quote_quantity:
            self.budget = told.quote_quantity
            if self.is_buy and terms.in_quote:
                self.budget = self.budget * PPM_ONE // (PPM_ONE + terms.taker_ppm)
        self.state = TAKING
        self.is_limited = told.type in LIMIT_TYPES
        self.is_stop = told.type in STOP_TYPES
        self.is_rising = self.is_stop and self.is_buy == (told.type in (STOP_LOSS, STOP_LOSS_LIMIT))
        self.stop = self.bips = self.display = self.expire_us = self.list_id = 0
        self.is_tracking = self.is_refused = self.is_ended = False
        self.trails_a_low = self.is_rising
        """Whether its stop lies above the lowest price since, once it tracks."""
        self.extreme = self.since = self.first_stop = 0
        self.pair: list[Order] | None = None
        """Both orders of which one cancels the other."""
        self.visible = 0
        """Lots that it shows while it rests."""
        self.executed = 0
        self.prevented = 0
        """Lots that it lost by DECREMENT."""
        self.credit = 0
        """What it overpaid in fees, or, below zero, what it is owed of rebates, in millionths of an atom."""

    @property
    def may_rest(self) -> bool:
        return self.is_limited and self.force in (GTC, GTD)

    def accepts(self, price: int) -> bool:
        if not self.is_limited:
            return True
        return price <= self.price if self.is_buy else price >= self.price

    def wants(self, price: int, tick_atoms: int) -> int:
        """Lots, at that price."""
        return self.unfilled if self.budget < 0 else self.budget // (price * tick_atoms)

    def take(self, lots: int, price: int, tick_atoms: int) -> None:
        if self.budget < 0:
            self.unfilled -= lots
        else:
            self.budget -= lots * price * tick_atoms
