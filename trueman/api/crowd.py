"""Who is being served, and when there are too many for one more.

A request beyond what can be done in time is turned away before anything is done for it: its caller learns at once that
nothing happened, instead of late that nobody knows. Whoever wants to get out of the market passes, and so does whoever
looks after this process.
"""

from time import monotonic
from typing import Any, Final

from prometheus_client import Counter

from trueman.api import probes
from trueman.api.errors import error_response
from trueman.api.http import Headers
from trueman.errors import Overloaded

TURNED_AWAY: Final = Counter("trueman_api_requests_turned_away", "Requests not looked at: too many were under way.")
ORDER_SECONDS_MAX: Final = 1.5
ORDERS_WAITING_MIN: Final = 200
"""A few that wait long wait for a neighbour, and do so better here; many that wait long are more than can be done."""
CANCELS: Final = frozenset({"/v1/orders/cancel-all-after"})
"""What ends orders, or keeps the switch from ending them, by other methods than DELETE."""
_REFUSAL: Final = error_response(Overloaded("Too many requests are under way; nothing was done. Cancels are taken."))
BODY: Final = _REFUSAL.body
HEADERS: Final[Headers] = list(_REFUSAL.headers)


class Crowd:
    def __init__(self, requests_max: int) -> None:
        self._requests_max = requests_max
        self._orders: dict[int, float] = {}
        """Since when each new order that was read is on its way, the one that waits longest first."""
        self._last = 0
        self.requests = 0

    def turns_away(self, scope: Any) -> bool:
        """Whether this request is not even looked at. It is counted then."""
        if not self._is_full() or _passes(scope):
            return False
        TURNED_AWAY.inc()
        return True

    def begin_order(self) -> int:
        """Return what `end_order` wants. Call it when the request was read: a slow caller is no sign of a crowd."""
        self._last += 1
        self._orders[self._last] = monotonic()
        return self._last

    def end_order(self, order: int) -> None:
        del self._orders[order]

    def _is_full(self) -> bool:
        if self.requests >= self._requests_max:
            return True
        if len(self._orders) < ORDERS_WAITING_MIN:
            return False
        return monotonic() - next(iter(self._orders.values())) > ORDER_SECONDS_MAX


def places_orders(method: str, path: str) -> bool:
    return method == "POST" and path.startswith(("/api/v3/order", "/v1/orders")) and path not in CANCELS


def _passes(scope: Any) -> bool:
    return scope["method"] == "DELETE" or scope["path"] in CANCELS or scope["path"] in probes.PATHS
