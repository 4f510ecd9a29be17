"""How long this engine's event loop was ever held up: by a fork, a large file, a collection of garbage, the machine.

While the loop stands still no order is decided and no sign of life given. Nothing that takes longer than a command
belongs on it but the fork of a snapshot, and the loading of one at a start, when nobody waits for it. This is how
anybody can see whether that is so.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import Gauge, Histogram

TICK_SECONDS: Final = 0.01
"""Between two looks. A pause is seen as at most so much shorter than it was."""
WINDOW_SECONDS: Final = 60.0

LONGEST: Final = Gauge("trueman_engine_loop_pause_seconds", "Longest pause of the event loop in the last two minutes")
PAUSES: Final = Histogram(
    "trueman_engine_loop_pauses_seconds",
    "Pauses of the event loop",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3),
)


@contextmanager
def watched_pauses() -> Iterator["Pauses"]:
    pauses = Pauses()
    try:
        yield pauses
    finally:
        pauses.end()


class Pauses:
    """Looks at the loop's time again and again, and at how late it comes to do so."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._now = self._before = 0.0
        """The longest of this window, and of the one before."""
        self._window_end = self._loop.time() + WINDOW_SECONDS
        self._expect()

    @property
    def longest(self) -> float:
        return max(self._now, self._before)

    def end(self) -> None:
        self._next.cancel()

    def _expect(self) -> None:
        self._due = self._loop.time() + TICK_SECONDS
        self._next = self._loop.call_at(self._due, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        pause = now - self._due
        if pause >= TICK_SECONDS:
            PAUSES.observe(pause)
        if now >= self._window_end:
            self._before, self._now, self._window_end = self._now, 0.0, now + WINDOW_SECONDS
        self._now = max(self._now, pause)
        LONGEST.set(self.longest)
        self._expect()
