"""Answers of the database kept for a few seconds, so that a busy caller costs one query, not one a request.

Another process that takes a right away is obeyed when the answer is asked for again; this process obeys at once.
When the database is away, an answer may grow older, up to a bound: trading goes on through a short outage.
"""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

from trueman.api.errors import DATABASE_AWAY

FRESH_SECONDS: Final = 5.0
STALE_SECONDS_MAX: Final = 60.0
ENTRIES_MAX: Final = 20_000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    def __init__(
        self,
        load: Callable[[Key], Awaitable[Value]],
        *,
        fresh_seconds: float = FRESH_SECONDS,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._fresh_seconds = fresh_seconds
        self._clock_s = clock_s
        self._entries: dict[Key, tuple[float, Value]] = {}
        self._forgotten = 0

    async def get(self, key: Key) -> Value:
        now = self._clock_s()
        entry = self._entries.get(key)
        if entry is not None and now - entry[0] < self._fresh_seconds:
            return entry[1]
        forgotten = self._forgotten
        try:
            value = await self._load(key)
        except DATABASE_AWAY:
            if entry is not None and now - entry[0] < STALE_SECONDS_MAX and forgotten == self._forgotten:
                return entry[1]
            raise
        if forgotten == self._forgotten:  # else it may have changed while it was being read
            self._keep(key, now, value)
        return value

    def holds(self, key: Key) -> bool:
        return key in self._entries

    def forget(self, key: Key) -> None:
        self._forgotten += 1
        self._entries.pop(key, None)

    def _keep(self, key: Key, now: float, value: Value) -> None:
        if len(self._entries) >= ENTRIES_MAX:
            self._entries.clear()
        self._entries[key] = (now, value)
