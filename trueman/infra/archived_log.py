"""The log with its past: where the live log was trimmed, entries come from the archive.

So an updater whose database was restored to last week, an engine whose newest snapshots are damaged, and whoever looks
at an old state find everything again, however short the live log is kept.
"""

import asyncio
from typing import Any, cast

from trueman.errors import Gap
from trueman.infra.archive import Archive
from trueman.infra.log import CommandEntry, EventEntry, Log
from trueman.infra.segments import Pair


def archived(log: Log, archive: Archive) -> Log:
    """`log`, for readers that may be further behind than it reaches back."""
    return cast(Log, ArchivedLog(log, archive))


class ArchivedLog:
    """Whatever else a log is asked, the live one answers."""

    def __init__(self, log: Log, archive: Archive) -> None:
        self._log = log
        self._archive = archive

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[CommandEntry]:
        try:
            return await self._log.read_commands(after, wait_ms=wait_ms, count=count)
        except Gap as gap:
            return [pair.command for pair in await self._past(after, count, gap)]

    async def read_events(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[EventEntry]:
        try:
            return await self._log.read_events(after, wait_ms=wait_ms, count=count)
        except Gap as gap:
            return [pair.event for pair in await self._past(after, count, gap)]

    async def _past(self, after: int, count: int, gap: Gap) -> list[Pair]:
        found = await asyncio.to_thread(self._archive.following, after, count)
        if not found:
            raise gap
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)
