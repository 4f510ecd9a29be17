"""Where a process can die: every await at which a task of it goes on, and a death at just that one.

A kill that falls into a moment of time meets only the awaits that take time. Most take none: a lock that is free, a
task that was made just now, an answer that is there already. So deaths are counted in steps, not in seconds: a step
is what runs between two awaits, and the process dies instead of taking it.
"""

import asyncio
from asyncio.events import Handle
from collections import Counter
from collections.abc import Callable
from types import CodeType
from typing import Any, Final

PRODUCT: Final = "/trueman/"
STILL: Final = "before its first step"


class Countdown:
    """Dies instead of its step number `steps`."""

    def __init__(self, steps: int, die: Callable[[str], None]) -> None:
        self._left = steps
        self._die = die

    def __call__(self, handle: Handle) -> bool:
        self._left -= 1
        if self._left:
            return False
        self._die(place_of(handle))
        return True


class Watch:
    """Sees at which awaits the processes go on, by kind; where `deadly` names one of them it ends whoever is there."""

    def __init__(self, deadly: tuple[str, str] | None = None, nth: int = 1) -> None:
        self._deadly = deadly
        self._left = nth
        self.seen: Counter[tuple[str, str]] = Counter()
        """How often: engine, updater or api, and where in its code."""
        self.died = 0

    def of(self, kind: str, die: Callable[[str], None]) -> Callable[[Handle], bool]:
        def step(handle: Handle) -> bool:
            place = place_of(handle)
            if not place:
                return False
            self.seen[kind, place] += 1
            if (kind, place) != self._deadly or self.died:
                return False
            self._left -= 1
            if self._left:
                return False
            self.died += 1
            die(place)
            return True

        return step


def place_of(handle: Handle) -> str:
    """The innermost line of the product's at which a task waits that is to go on now; "" for anything else."""
    task = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
    return waits_at(task.get_coro()) if isinstance(task, asyncio.Task) else ""


def waits_at(waiting: Any) -> str:
    found = ""
    while waiting is not None:
        code: CodeType | None = getattr(waiting, "cr_code", None) or getattr(waiting, "gi_code", None)
        if code is None:
            break
        if PRODUCT in code.co_filename and "/tests/" not in code.co_filename:
            frame = getattr(waiting, "cr_frame", None)
            begun = frame is not None and frame.f_lasti > 0
            line = frame.f_lineno if begun else STILL
            found = f"{code.co_filename.rpartition(PRODUCT)[2]}:{code.co_qualname}:{line}"
        waiting = getattr(waiting, "cr_await", None)
    return found
