"""What the api counts about itself, for /metrics."""

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

REQUESTS: Final = Counter("trueman_api_requests", "Requests answered.", ["route", "status"])
SECONDS: Final = Histogram(
    "trueman_api_request_seconds",
    "Time from the request's arrival to its answer.",
    ["route"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
OFFSET: Final = Gauge("trueman_api_view_offset", "The last result that the live views hold.")
LAG: Final = Gauge("trueman_api_view_lag", "Results in the event log that the live views do not hold yet.")


@cache
def _counters(route: str, status: int) -> tuple[Counter, Histogram]:
    """Found once for each route and status, both bounded: the library's own look-up costs more than counting."""
    return REQUESTS.labels(route, status), SECONDS.labels(route)


def count(route: str, status: int, seconds: float) -> None:
    requests, durations = _counters(route, status)
    requests.inc()
    durations.observe(seconds)
