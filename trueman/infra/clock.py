"""The wall clock as a value that can be passed in, so that whoever needs the time can be given another."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Microseconds since 1970."""


def wall_clock_us() -> int:
    return time.time_ns() // 1_000
