"""What becomes of an order, event by event; the live views, the history and the answer to its owner share it.

An order lies *pending* in a list until its turn, *dormant* until its trigger fires, and works from then on. Only a
working order rests in the book or trades.
"""

from dataclasses import dataclass, field
from typing import Final

from trueman.core.events import (
    MatchPrevented,
    OrderAccepted,
    OrderActivated,
    OrderAmended,
    OrderListAccepted,
    OrderTerms,
    Traded,
)
from trueman.core.units import OCO, STOP_LOSS, TAKE_PROFIT_LIMIT

NEW: Final = 0
PARTIALLY_FILLED: Final = 5
PENDING: Final = 6
"""The states of an open order; a closed one has core.units.FILLED, CANCELED, EXPIRED or EXPIRED_IN_MATCH."""
OPEN_STATES: Final = (NEW, PARTIALLY_FILLED, PENDING)


@dataclass(slots=True)
class Order:
    """Price in ticks, quantities in lots, quote sums in atoms; the first fields are those of `OrderAccepted`.

    `price` is 0 for MARKET, `quantity` 0 for an order given in quote.
    """

    market: int
    side: int
    type: int
    time_in_force: int
    stp: int
    order_id: int
    account: int
    price: int
    quantity: int
    quote_quantity: int
    client_id: str
    accepted_us: int
    updated_us: int
    working_us: int
    """Since when it may rest or trade; 0 while it may not."""
    executed: int = 0
    executed_quote: int = 0
    prevented: int = 0
    """Lots that it lost because it would have traded with its own account or group."""
    prevention_id: int = 0
    """Of the last such event, 0 when there was none."""
    status: int = NEW
    refusal: int = 0
    """Why it could not go on when its time came, as the core counts reasons."""
    stop_price: int = 0
    trailing_bips: int = 0
    display_quantity: int = 0
    expire_us: int = 0
    list_id: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATES

    @property
    def is_working(self) -> bool:
        return self.working_us > 0

    @property
    def unfilled(self) -> int:
        return max(self.quantity - self.executed - self.prevented, 0)

    def take_terms(self, terms: OrderTerms, waits: bool) -> None:
        """`waits` for the working order of its list."""
        _, self.stop_price, self.trailing_bips, self.display_quantity, self.expire_us, self.list_id = terms
        if waits:
            self.status = PENDING
            self.working_us = 0

    def activate(self, activated: OrderActivated, time_us: int) -> None:
        self.status = NEW
        self.updated_us = time_us
        if works_after(activated, self.type):
            self.working_us = time_us

    def amend(self, amended: OrderAmended, time_us: int) -> None:
        self.quantity = amended.quantity
        self.updated_us = time_us

    def fill(self, traded: Traded, time_us: int) -> None:
        self.executed += traded.quantity
        self.executed_quote += traded.quote_amount
        self.status = PARTIALLY_FILLED
        self.updated_us = time_us

    def prevent(self, prevented: MatchPrevented, lots: int, time_us: int) -> None:
        self.prevented += lots
        self.prevention_id = prevented.prevention_id
        self.updated_us = time_us

    def refuse(self, reason: int, time_us: int) -> None:
        self.refusal = reason
        self.updated_us = time_us

    def close(self, status: int, time_us: int) -> None:
        self.status = status
        self.updated_us = time_us


@dataclass(slots=True)
class OrderList:
    market: int
    type: int
    list_id: int
    account: int
    client_id: str
    accepted_us: int
    closed_us: int = 0
    """0 while one of its orders is open."""
    order_ids: list[int] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.closed_us == 0


def accepted_order(accepted: OrderAccepted, time_us: int) -> Order:
    return Order(*accepted, time_us, time_us, 0 if is_stop(accepted.type) else time_us)


def accepted_list(accepted: OrderListAccepted, time_us: int) -> OrderList:
    return OrderList(*accepted, time_us)


def is_stop(order_type: int) -> bool:
    """Whether orders of the type wait for a trigger."""
    return STOP_LOSS <= order_type <= TAKE_PROFIT_LIMIT


def waits_in(list_type: int, list_id: int, order_id: int) -> bool:
    """Whether an order of a list has to wait for the list's first one."""
    return list_type != OCO and order_id != list_id


def works_after(activated: OrderActivated, order_type: int) -> bool:
    """A stop that its list calls still waits for its trigger."""
    return activated.price > 0 or not is_stop(order_type)
