"""Guessing passwords is slow: a bucket for each address, and after a few failures a growing wait for each account.

The wait counts for the pair of account and address, so nobody can lock another person out from elsewhere.
"""

from collections.abc import Callable
from typing import Final

from trueman.api.limits import COUNTED_MAX, MINUTE_S, Window, network_of
from trueman.errors import TooManyRequests

FREE_FAILURES: Final = 3
WAIT_SECONDS_MAX: Final = 60


class LoginLimits:
    def __init__(self, logins_per_minute: int, clock_us: Callable[[], int]) -> None:
        self._clock_us = clock_us
        self._attempts = Window(MINUTE_S, logins_per_minute)
        self._failures: dict[tuple[str, str], tuple[int, int]] = {}
        """(e-mail, network) -> failures in a row, second of the last."""

    def attempt(self, email: str, client_ip: str) -> None:
        """Before a password is looked at. Raise TooManyRequests."""
        now_s = self._now_s()
        network = network_of(client_ip)
        wait_s = self._wait_s(email, network, now_s)
        if wait_s > 0:
            raise TooManyRequests("Too many failed log-ins; wait a little.", retry_after_s=wait_s)
        self.count(client_ip)

    def count(self, client_ip: str) -> None:
        """A log-in or a sign-up from this address. Raise TooManyRequests."""
        now_s = self._now_s()
        if self._attempts.add(network_of(client_ip), 1, now_s) > self._attempts.limit:
            raise TooManyRequests(
                f"At most {self._attempts.limit} log-ins and sign-ups a minute are possible from one address.",
                retry_after_s=self._attempts.left_s(now_s),
            )

    def failed(self, email: str, client_ip: str) -> None:
        pair = (email, network_of(client_ip))
        failures, _ = self._failures.get(pair, (0, 0))
        if len(self._failures) >= COUNTED_MAX:
            self._failures.clear()
        self._failures[pair] = (failures + 1, self._now_s())

    def succeeded(self, email: str, client_ip: str) -> None:
        self._failures.pop((email, network_of(client_ip)), None)

    def _wait_s(self, email: str, network: str, now_s: int) -> int:
        failures, last_s = self._failures.get((email, network), (0, 0))
        if failures < FREE_FAILURES:
            return 0
        wait_s = min(WAIT_SECONDS_MAX, 1 << min(failures - FREE_FAILURES, 10))
        return last_s + wait_s - now_s

    def _now_s(self) -> int:
        return self._clock_us() // 1_000_000
