"""Running engines and a day of commands for the engine's tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.views.lived import DAY_START_US, Life
from trueman.core.codec import encode
from trueman.core.commands import Command
from trueman.core.exchange import Exchange
from trueman.engine import service
from trueman.engine.database import MemoryEngineDatabase
from trueman.infra.log import EventEntry, Log
from trueman.infra.settings import Settings


class Day:
    """Frames of random commands, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._life = Life(seed)
        self._time_us = DAY_START_US

    def next(self) -> Command:
        self._time_us += 10_000
        return self._life.next(self._time_us)[0]

    def frame(self, count: int) -> bytes:
        return b"".join(encode(self.next()) for _ in range(count))

    async def append(self, log: Log, *, frames: int = 10, count: int = 5) -> int:
        for _ in range(frames):
            _, last = await log.append_commands(count, self.frame(count))
        return last


class RunningEngine:
    def __init__(self, log: Log, database: MemoryEngineDatabase, data: Path, **settings: Any) -> None:
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(service.run(Settings(data=data, **settings), log, database, self.stop))

    async def end(self) -> None:
        self.stop.set()
        await self.task

    async def kill(self) -> None:
        """As far as one process can play it: no farewell, nothing written any more."""
        self.task.cancel()
        await asyncio.wait([self.task])


@asynccontextmanager
async def engine(log: Log, database: MemoryEngineDatabase, data: Path, **settings: Any) -> AsyncIterator[RunningEngine]:
    running = RunningEngine(log, database, data, **settings)
    try:
        yield running
    finally:
        await running.kill()


async def decided(log: Log, number: int, *, within_seconds: float = 10) -> None:
    """Wait until the event log holds the result of `number`."""
    async with asyncio.timeout(within_seconds):
        after = await log.last_event()
        while after < number:
            for entry in await log.read_events(after, wait_ms=500):
                after = entry.last


async def entries_of(log: Log, snapshot: Exchange | None = None) -> list[EventEntry]:
    after = snapshot.sequence if snapshot else 0
    entries: list[EventEntry] = []
    while found := await log.read_events(after):
        entries += found
        after = found[-1].last
    return entries


async def require_whole(log: Log) -> Exchange:
    """Every command decided once, as a core that never was interrupted decides it. Return that core."""
    exchange = Exchange()
    for event in await entries_of(log):
        (command,) = await log.read_commands(exchange.sequence, count=1)
        frame = exchange.apply(command.first, command.last - command.first + 1, command.time_us, command.frame)
        assert (event.first, event.last, event.frame) == (command.first, command.last, frame)
        assert event.chain == exchange.chain
    assert exchange.sequence == await log.last_command()
    exchange.check()
    return exchange


def snapshots_in(data: Path) -> list[Path]:
    return sorted((data / "snapshots").glob("snap-*"), key=lambda path: int(path.name.split("-")[1]))


def spoil(path: Path, at: int = -10) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[at] ^= 0xFF
    path.write_bytes(damaged)
