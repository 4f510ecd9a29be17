"""Shadows and primaries over one log in memory, and the moments that tests wait for."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trueman.engine import service
from trueman.engine.database import MemoryEngineDatabase
from trueman.infra.log import Heartbeat, Log
from trueman.infra.settings import Settings

LEASE_SECONDS = 0.3
"""As short as settings allow: a test waits it out."""


class RunningShadow:
    def __init__(self, log: Log, database: MemoryEngineDatabase, data: Path, **settings: Any) -> None:
        self.stop = asyncio.Event()
        known = Settings(data=data, **{"lease_seconds": LEASE_SECONDS, **settings})
        self.task = asyncio.create_task(service.run(known, log, database, self.stop, is_shadow=True))

    async def __aenter__(self) -> "RunningShadow":
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])

    async def end(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.task, 5)


async def seen(log: Log, is_so: Callable[[Heartbeat], bool], *, within_seconds: float = 5.0) -> Heartbeat:
    """Wait until the log's heartbeat is as asked."""
    async with asyncio.timeout(within_seconds):
        while not is_so(heartbeat := await log.heartbeat()):  # noqa: ASYNC110 - the log has no event for it
            await asyncio.sleep(0.005)
    return heartbeat


async def stands_by(log: Log) -> None:
    """Since this was called, a shadow has shown that it lives and has compared everything."""
    before = (await log.heartbeat()).standby_beats
    end = await log.last_event()
    await seen(log, lambda now: now.standby_beats > before and now.standby_at >= end)


async def appears(is_there: Callable[[], bool], *, within_seconds: float = 5.0) -> None:
    async with asyncio.timeout(within_seconds):
        while not is_there():  # noqa: ASYNC110 - a file has no event
            await asyncio.sleep(0.005)
