"""What happened to an order that an earlier batch has written: differences, and the newest of what is no sum."""

from dataclasses import dataclass

from trueman.core.events import MatchPrevented, OrderActivated, OrderAmended, Traded
from trueman.views.orders import NEW, PARTIALLY_FILLED


@dataclass(slots=True)
class Change:
    """It takes the same events as an `Order`; None and 0 leave the row as it is."""

    executed: int = 0
    executed_quote: int = 0
    prevented: int = 0
    prevention_id: int = 0
    status: int | None = None
    refusal: int = 0
    quantity: int | None = None
    triggered_us: int = 0
    called_us: int = 0
    """When its list called it: it works from then on, unless it is a stop."""
    updated_us: int = 0

    def fill(self, traded: Traded, time_us: int) -> None:
        self.executed += traded.quantity
        self.executed_quote += traded.quote_amount
        self.status = PARTIALLY_FILLED
        self.updated_us = time_us

    def prevent(self, prevented: MatchPrevented, lots: int, time_us: int) -> None:
        self.prevented += lots
        self.prevention_id = prevented.prevention_id
        self.updated_us = time_us

    def activate(self, activated: OrderActivated, time_us: int) -> None:
        if activated.price:
            self.triggered_us = time_us
        else:
            self.called_us = time_us
        self.status = NEW
        self.updated_us = time_us

    def amend(self, amended: OrderAmended, time_us: int) -> None:
        self.quantity = amended.quantity
        self.updated_us = time_us

    def refuse(self, reason: int, time_us: int) -> None:
        self.refusal = reason
        self.updated_us = time_us

    def close(self, status: int, time_us: int) -> None:
        self.status = status
        self.updated_us = time_us
