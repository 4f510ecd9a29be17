"""Says how far long work is, not more often than anybody wants to read it."""

import time
from collections.abc import Callable
from typing import Final

SECONDS_BETWEEN: Final = 2.0


class Progress:
    """Call it with what is done so far; work that is over before the first line was due says nothing."""

    def __init__(
        self, tell: Callable[[str], None], what: str, total: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = tell
        self._what = what
        self._total = total
        self._clock = clock
        self._told_at = clock()
        self.done = 0

    def __call__(self, done: int) -> None:
        self.done = done
        now = self._clock()
        if now - self._told_at >= SECONDS_BETWEEN:
            self._told_at = now
            share = f" ({100 * done // self._total} %)" if self._total else ""
            self._tell(f"{self._what}: {done:,} of {self._total:,}{share}")

    def add(self, more: int) -> None:
        self(self.done + more)
