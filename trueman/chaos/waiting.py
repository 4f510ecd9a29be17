"""Waiting for what other processes do: there is nothing to be told by, so one looks again and again."""

import asyncio
import time
from collections.abc import Callable

POLL_SECONDS = 0.02


async def until(holds: Callable[[], bool], seconds_max: float) -> bool:
    """False when it did not hold in time."""
    deadline = time.monotonic() + seconds_max
    while not holds():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
