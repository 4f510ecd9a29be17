"""A log in memory whose answers get lost, as they do on a network and a disk."""

import asyncio
from collections.abc import Sequence
from random import Random

from trueman.errors import LogUnavailable, OutcomeUnknown
from trueman.infra.log import CommandEntry, EventEntry
from trueman.infra.memory_log import MemoryLog


class FaultyLog(MemoryLog):
    """Each fault is raised once, by the next append of results; `chance` makes them common instead."""

    def __init__(self, seed: int = 0, chance: float = 0.0) -> None:
        super().__init__()
        self._random = Random(seed)
        self.chance = chance
        self.away = False
        self.lose_before = False
        self.lose_after = False
        self.open = asyncio.Event()
        """Closed: an append of results has been sent and reaches the log only when the test opens it."""
        self.open.set()
        self.appends = 0

    async def append_event_entries(self, entries: Sequence[EventEntry]) -> None:
        self.appends += 1
        await self.open.wait()
        self._require_here()
        if self.lose_before or self._random.random() < self.chance:
            self.lose_before = False
            raise OutcomeUnknown("connection lost before the append")
        await super().append_event_entries(entries)
        if self.lose_after or self._random.random() < self.chance:
            self.lose_after = False
            raise OutcomeUnknown("connection lost after the append")

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[CommandEntry]:
        self._require_here()
        return await super().read_commands(after, wait_ms=wait_ms, count=count)

    async def last_event(self) -> int:
        self._require_here()
        return await super().last_event()

    def _require_here(self) -> None:
        if self.away or self._random.random() < self.chance / 4:
            raise LogUnavailable("the log is away")
