"""Copies both logs into the archive, from where it ends to where a verified snapshot stands.

In memory is one segment at a time. Whoever dies here leaves whole segments, and the next one goes on after them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
import structlog
from prometheus_client import Gauge

from trueman.engine.snapshots import SnapshotStore, header_of
from trueman.errors import ArchiveDamaged, Gap
from trueman.infra.archive import Archive, End
from trueman.infra.log import Log
from trueman.infra.segments import RECORD, Pair

SEGMENT_BYTES_MAX = 8 << 20
"""Of entries before compression, beyond which a segment takes no more."""
READ_ENTRIES_MAX = 16
"""In one answer of the log, whose largest frames take long to be read from the wire."""

ARCHIVED = Gauge("trueman_archive_sequence", "Last command that the archive holds")

Offload = Callable[..., Awaitable[Any]]
"""Runs a function that blocks, away from the event loop."""

logger = structlog.get_logger(__name__)


async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    """A thread cannot be stopped: who is cancelled waits for it, so that no lock goes while it still writes."""
    running = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):  # told once is enough: it is passed on below
                await asyncio.wait([running])
        if error := running.exception():
            logger.error("failed while it was abandoned", error=f"{type(error).__name__}: {error}")
        raise


class Archiver:
    def __init__(
        self,
        log: Log,
        archive: Archive,
        *,
        store: SnapshotStore | None = None,
        offload: Offload = in_thread,
        segment_bytes: int = SEGMENT_BYTES_MAX,
    ) -> None:
        self._log = log
        self._archive = archive
        self._store = store
        """Where a snapshot to begin with is looked for when the log no longer reaches back to command 1."""
        self._offload = offload
        self._segment_bytes = segment_bytes

    async def advance(self, until: int) -> End:
        """Where the archive ends afterwards: at `until`, which an entry ends with, unless another archiver is at work.

        Raise ArchiveDamaged when the log does not go on from the archive's end.
        """
        with self._archive.alone() as is_alone:
            end: End = await self._offload(self._archive.end)
            if is_alone and end.number == 0:
                await self._begin()
                end = await self._offload(self._archive.end)
            if not end.link:
                end = end._replace(genesis_ruleset=await self._log.genesis_ruleset())
            await self._require_same_log(end)
            while is_alone and end.number < until:
                pairs = await self._gather(end, until)
                await self._offload(self._archive.append, end, pairs, end.genesis_ruleset)
                end = await self._offload(self._archive.end)
                ARCHIVED.set(end.number)
                logger.info("archived", first=pairs[0].command.first, last=end.number)
        return end

    async def _begin(self) -> None:
        """With command 1, or else with the oldest snapshot that the log still goes on from."""
        try:
            await self._log.read_events(0, count=1)
            return
        except Gap as gap:
            for path in reversed(self._store.paths() if self._store else []):
                try:
                    header = header_of(path)
                except msgspec.MsgspecError:
                    continue  # a damaged one is no beginning; who starts from it says so
                if await self._log.event_chain(header.sequence) == bytes.fromhex(header.chain):
                    await self._offload(self._archive.begin_with, path)
                    logger.warning("the archive does not begin with command 1", snapshot=str(path), why=str(gap))
                    return

    async def _require_same_log(self, end: End) -> None:
        chain = await self._log.event_chain(end.number)
        last = await self._log.last_event()
        if end.number > last or (end.number and chain not in (None, end.chain)):
            raise ArchiveDamaged(
                f"the archive in {self._archive.folder} ends at {end.number} and is of another log: "
                f"this one ends at {last} or has another hash chain there"
            )

    async def _gather(self, end: End, until: int) -> list[Pair]:
        """The entries of one segment. Raise ArchiveDamaged when the log has none that leads on to `until`."""
        pairs: list[Pair] = []
        after, room = end.number, self._segment_bytes
        while after < until and room > 0:
            before = after
            for pair in await self._read(after):
                if pair.command.last > until or room <= 0:
                    break
                pairs.append(pair)
                after = pair.command.last
                room -= RECORD.size + len(pair.command.frame) + len(pair.event.frame)
            if after == before:
                raise ArchiveDamaged(
                    f"the log has commands and results up to {after} and no further entry that ends by {until}, which "
                    f"the archive in {self._archive.folder} was to be brought up to"
                )
        return pairs

    async def _read(self, after: int) -> list[Pair]:
        try:
            commands = await self._log.read_commands(after, count=READ_ENTRIES_MAX)
            events = await self._log.read_events(after, count=READ_ENTRIES_MAX)
        except Gap as gap:
            raise ArchiveDamaged(
                f"the log does not reach back to {after + 1}, where {self._archive.folder} ends: {gap}"
            ) from gap
        return [Pair(command, event) for command, event in zip(commands, events, strict=False)]
