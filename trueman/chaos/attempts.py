"""What the load asked for and what it was told: the record by which the exchange is judged afterwards."""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["order", "cancel", "replace", "deposit", "withdrawal"]
Outcome = Literal["unknown", "acknowledged", "refused", "nothing"]
"""What the caller may believe: nothing at all yet, that it was done, that it was decided against, that it was never
written."""


@dataclass(slots=True)
class Attempt:
    kind: Kind
    account: int
    client_id: str
    """Chosen and written down before anything is sent: by it an unknown outcome is resolved."""
    invoked: float
    """Monotonic seconds, as `answered`, which is 0 while there is no answer."""
    answered: float = 0.0
    outcome: Outcome = "unknown"
    code: int = 0
    told: dict[str, Any] = field(default_factory=dict)
    resolved_later: bool = False
    """Its outcome was unknown at first, and asked for by its client id."""
    about: str = ""
    """Of a cancel and a replacement: the client id of the order that was to be cancelled."""
    sent: tuple[str, str] = ("", "")
    """Method and path: what is in doubt is sent once more under the same id."""
    deadline_ms: int = 0
    """After this moment of the exchange it takes no effect any more; 0: nobody has told."""


@dataclass(slots=True)
class Reading:
    """What an account was told that it has."""

    account: int
    invoked: float
    answered: float
    free: dict[str, str]
    locked: dict[str, str]


@dataclass(slots=True)
class Look:
    """An order as the exchange shows it when everything is over."""

    account: int
    client_id: str
    order_id: int
    status: str
    executed: str


@dataclass(slots=True)
class History:
    attempts: list[Attempt] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        return sum(attempt.outcome == outcome for attempt in self.attempts)
