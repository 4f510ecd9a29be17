"""How much one address or account may ask and one account may order: fixed windows, as Binance counts them."""

from collections.abc import Callable, Hashable
from ipaddress import IPv6Address, ip_address
from typing import Final

from trueman.errors import TooManyRequests
from trueman.infra.settings import Settings
from trueman.wire.binance_errors import TOO_MANY_ORDERS, TOO_MANY_REQUESTS

COUNTED_MAX: Final = 100_000
"""Callers told apart in one window; those beyond share one count."""
MINUTE_S: Final = 60
DAY_S: Final = 86_400
IPV6_NETWORK_BITS: Final = 64
"""A subscriber of IPv6 has a whole network of addresses."""


class Window:
    """Counts by caller, all forgotten when the window's time is over."""

    def __init__(self, seconds: int, limit: int) -> None:
        self.seconds = seconds
        self.limit = limit
        self._began_s = 0
        self._counts: dict[Hashable, int] = {}

    def add(self, caller: Hashable, count: int, now_s: int) -> int:
        """The caller's new count."""
        self._turn(now_s)
        if caller not in self._counts and len(self._counts) >= COUNTED_MAX:
            caller = None
        used = self._counts.get(caller, 0) + count
        self._counts[caller] = used
        return used

    def used(self, caller: Hashable, now_s: int) -> int:
        self._turn(now_s)
        return self._counts.get(caller, 0)

    def left_s(self, now_s: int) -> int:
        """Seconds until the window ends, at least 1."""
        return max(1, self._began_s + self.seconds - now_s)

    def _turn(self, now_s: int) -> None:
        began_s = now_s - now_s % self.seconds
        if began_s != self._began_s:
            self._began_s = began_s
            self._counts.clear()


class Limits:
    def __init__(self, settings: Settings, clock_us: Callable[[], int]) -> None:
        self._clock_us = clock_us
        self._weights = Window(MINUTE_S, settings.request_weight_per_minute)
        self._guesses = Window(MINUTE_S, settings.request_weight_per_minute)
        """A window of its own: who polls public data much may still sign a first request."""
        self._orders_10s = Window(10, settings.orders_per_10_seconds)
        self._orders_day = Window(DAY_S, settings.orders_per_day)

    def weigh(self, payer: str | int, weight: int) -> int:
        """Add to what an address or an account used in this minute and return the sum; raise TooManyRequests beyond."""
        used = self._weights.add(_counted(payer), weight, self._now_s())
        if used > self._weights.limit:
            raise self._weight_spent()
        return used

    def require_guess_left(self, client_ip: str) -> None:
        """Before an API key is looked up that may be nobody's. Raise TooManyRequests."""
        if self._guesses.used(network_of(client_ip), self._now_s()) >= self._guesses.limit:
            raise self._weight_spent()

    def count_guess(self, client_ip: str) -> None:
        """The key was nobody's."""
        self._guesses.add(network_of(client_ip), 1, self._now_s())

    def used_weight(self, payer: str | int) -> int:
        return self._weights.used(_counted(payer), self._now_s())

    def _weight_spent(self) -> TooManyRequests:
        return TooManyRequests(
            f"Too much request weight used; current limit is {self._weights.limit} request weight per 1 MINUTE. "
            "Please use WebSocket Streams for live updates to avoid polling the API.",
            code=TOO_MANY_REQUESTS,
            retry_after_s=self._weights.left_s(self._now_s()),
        )

    def count_order(self, account: int) -> tuple[int, int]:
        """Count a new order; its account's orders in these 10 seconds and this day. Raise TooManyRequests beyond."""
        now_s = self._now_s()
        for window, name in ((self._orders_10s, "10 SECOND"), (self._orders_day, "1 DAY")):
            if window.used(account, now_s) >= window.limit:
                raise TooManyRequests(
                    f"Too many new orders; current limit is {window.limit} orders per {name}.",
                    code=TOO_MANY_ORDERS,
                    retry_after_s=window.left_s(now_s),
                )
        return self._orders_10s.add(account, 1, now_s), self._orders_day.add(account, 1, now_s)

    def order_counts(self, account: int) -> tuple[int, int]:
        now_s = self._now_s()
        return self._orders_10s.used(account, now_s), self._orders_day.used(account, now_s)

    def _now_s(self) -> int:
        return self._clock_us() // 1_000_000


def _counted(payer: str | int) -> Hashable:
    return network_of(payer) if isinstance(payer, str) else payer


def network_of(client_ip: str) -> str:
    """What stands for one subscriber: an IPv4 address, or the network of an IPv6 address."""
    if ":" not in client_ip:
        return client_ip
    try:
        address = ip_address(client_ip)
    except ValueError:
        return client_ip
    assert isinstance(address, IPv6Address)
    return str(IPv6Address(int(address) >> IPV6_NETWORK_BITS << IPV6_NETWORK_BITS))
