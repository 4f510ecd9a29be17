"""Answers of the database kept for a few seconds, so that a busy caller costs one query, not one a request.

Another process that takes a right away is obeyed when the answer is asked for again; this process obeys at once.
When the database is away, or hangs, an answer may grow older, up to a bound: who is known can still cancel. Little is
lost by it, for rights are taken away in that same database.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

from trueman.api.errors import DATABASE_AWAY

FRESH_SECONDS: Final = 5.0
STALE_SECONDS_MAX: Final = 3_600.0
ANSWER_SECONDS_MAX: Final = 2.0
"""How long a caller waits for the database. The question stays asked, once for each key, and its answer is kept."""
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
        self._loading: dict[Key, asyncio.Task[Value]] = {}
        self._forgotten = 0

    async def get(self, key: Key) -> Value:
        """Raise what the load raises; TimeoutError when the database hangs and nothing is remembered."""
        now = self._clock_s()
        entry = self._entries.get(key)
        if entry is not None and now - entry[0] < self._fresh_seconds:
            return entry[1]
        forgotten = self._forgotten
        try:
            return await self._loaded(key, now, waits=entry is None or key not in self._loading)
        except DATABASE_AWAY:
            if entry is not None and now - entry[0] < STALE_SECONDS_MAX and forgotten == self._forgotten:
                return entry[1]
            raise

    def holds(self, key: Key) -> bool:
        return key in self._entries

    def forget(self, key: Key) -> None:
        self._forgotten += 1
        self._entries.pop(key, None)
        self._loading.pop(key, None)

    async def _loaded(self, key: Key, now: float, *, waits: bool) -> Value:
        """All who ask for the same wait for one answer; who has an old one does not wait behind another's question."""
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = asyncio.create_task(self._load_and_keep(key, now, self._forgotten))
            loading.add_done_callback(_look_at)
        await asyncio.wait({loading}, timeout=ANSWER_SECONDS_MAX if waits else 0)
        if not loading.done():
            raise TimeoutError("the database does not answer")
        return loading.result()

    async def _load_and_keep(self, key: Key, now: float, forgotten: int) -> Value:
        this = asyncio.current_task()
        try:
            value = await self._load(key)
        finally:
            if self._loading.get(key) is this:
                del self._loading[key]
        if forgotten == self._forgotten:  # else it may have changed while it was being read
            self._keep(key, now, value)
        return value

    def _keep(self, key: Key, now: float, value: Value) -> None:
        if len(self._entries) >= ENTRIES_MAX:
            self._entries.clear()
        self._entries[key] = (now, value)


def _look_at(loading: asyncio.Task[Value]) -> None:
    """Its callers may be gone."""
    if not loading.cancelled():
        loading.exception()
