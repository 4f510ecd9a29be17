"""The keeper: snapshots of the state, the archive of both logs, and the live log above what all others have passed.

It works beside whoever has a state: the primary, or better the standby, so that the primary never pauses. A state is
offered at a moment when the event log has all of it; its bytes are taken at once and the rest happens in a task.
Where something fails the log just stays longer; but where a disk fails under a file, the process ends (NotDurable).
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import structlog
from prometheus_client import Counter, Gauge

from trueman.core.exchange import Exchange
from trueman.engine.archive import Archiver, Offload, in_thread
from trueman.engine.database import EngineDatabase
from trueman.engine.snapshots import Header, Snapshot, SnapshotStore, take
from trueman.engine.trimming import Alarms, Mark, Now, judge
from trueman.errors import NotDurable, ServiceError
from trueman.infra.archive import Archive, End
from trueman.infra.log import Log

Verify = Callable[[Path], Awaitable[bool]]
Portray = Callable[[SnapshotStore, Exchange, int], Awaitable[tuple[Header, Path]]]
"""Takes the state at once, and writes it while it is awaited."""

SNAPSHOT = Gauge("trueman_engine_snapshot_sequence", "Last command that the newest verified snapshot knows")
FAILURES = Counter("trueman_keeper_failures", "Snapshots, archive steps and trims that did not come about", ["work"])
REFUSED = Gauge("trueman_log_trim_refused", "1 while the log is not trimmed because a mark stays behind")
FINISH_SECONDS_MAX = 10.0
"""How long an orderly end waits for a snapshot or an archive step that is under way; the next engine makes another."""
BEHIND_SNAPSHOTS_MAX = 8
"""Snapshot intervals that a snapshot or a standby may be behind before the trimmer calls it ill."""

logger = structlog.get_logger(__name__)


class Bounds(NamedTuple):
    snapshot_commands: int
    log_keep_commands: int
    alarm_seconds: int

    @property
    def alarms(self) -> Alarms:
        return Alarms(self.snapshot_commands * BEHIND_SNAPSHOTS_MAX, self.alarm_seconds * 1_000_000)


class Keeper:
    """`verify` and `offload` are the ways to another process and to a thread; a simulation has neither."""

    def __init__(
        self,
        log: Log,
        database: EngineDatabase,
        store: SnapshotStore,
        archive: Archive,
        bounds: Bounds,
        verify: Verify,
        *,
        offload: Offload = in_thread,
        portray: Portray | None = None,
    ) -> None:
        self._log = log
        self._database = database
        self._store = store
        self._archiver = Archiver(log, archive, store=store, offload=offload)
        self._bounds = bounds
        self._verify = verify
        self._offload = offload
        self._portray = portray
        self._offered_at = 0
        self._verified: list[Header] = []
        """Of the snapshots that were loaded after they were written, oldest first; two are enough."""
        self._standby_beats: int | None = None
        """What a standby had given when we last looked; None until then."""
        self._task: asyncio.Task[None] | None = None

    def begin_at(self, sequence: int) -> None:
        """The state starts here: the first snapshot is due so many commands later."""
        self._offered_at = sequence

    def wants(self, sequence: int) -> bool:
        """Whether a snapshot is due and none is under way. Raise NotDurable when a disk failed under the last one."""
        if self._task is not None:
            if not self._task.done():
                return False
            self._task.result()
        return sequence - self._offered_at >= self._bounds.snapshot_commands

    def offer(self, exchange: Exchange, epoch: int) -> None:
        """The event log has everything that `exchange` knows: a state ahead of it could never be explained."""
        self._offered_at = exchange.sequence
        self._task = asyncio.create_task(self._work(self._portrait(exchange, epoch)))

    def _portrait(self, exchange: Exchange, epoch: int) -> Awaitable[tuple[Header, Path]]:
        return self._portray(self._store, exchange, epoch) if self._portray else self._save(take(exchange, epoch))

    async def finish(self, exchange: Exchange | None, epoch: int) -> None:
        """An orderly end, with one last snapshot of a durable state, which is verified when it is used."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=FINISH_SECONDS_MAX)
            if self._task.done():
                self._task.result()
            await self.abandon()
        if exchange is not None and exchange.sequence > self._offered_at:
            await self._try("snapshot", self._portrait(exchange, epoch))

    async def abandon(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _work(self, portrait: Awaitable[tuple[Header, Path]]) -> None:
        if await self._try("snapshot", self._keep(portrait)):
            await self._try("archive", self._archive(self._verified[-1]))

    async def _try(self, work: str, doing: Awaitable[object]) -> bool:
        """A failure costs a longer replay or a longer log, no more: whatever there was before is still there."""
        try:
            await doing
        except NotDurable:
            raise
        except (OSError, ServiceError) as error:
            FAILURES.labels(work).inc()
            said = f"{type(error).__name__}: {error}"
            logger.error("not kept", work=work, error=said, runbook="docs/runbooks/not-kept.md")
            return False
        return True

    async def _keep(self, portrait: Awaitable[tuple[Header, Path]]) -> None:
        header, path = await portrait
        if not await self._verify(path):
            raise ServiceError(f"{path} does not verify")
        self._verified = [*self._verified[-1:], header]
        SNAPSHOT.set(header.sequence)
        await self._offload(self._store.prune, [each.sequence for each in self._verified])

    async def _save(self, snapshot: Snapshot) -> tuple[Header, Path]:
        path: Path = await self._offload(self._store.save, snapshot)
        logger.info("snapshot", sequence=snapshot.header.sequence, bytes=len(snapshot.state))
        return snapshot.header, path

    async def _archive(self, header: Header) -> None:
        has_looked = self._standby_beats is not None
        standby = await self._standby()
        end = await self._archiver.advance(header.sequence)
        if has_looked and len(self._verified) == 2:
            await self._trim(Now(header.sequence, header.time_us), end, standby)

    async def _trim(self, now: Now, archived: End, standby: list[Mark]) -> None:
        marks = [
            Mark("the second-newest snapshot", self._verified[0].sequence),
            Mark("the archive", archived.number, archived.time_us),
            Mark("PostgreSQL", *await self._database.flushed_offset()),
            *standby,
        ]
        below, refusal = judge(marks, now, self._bounds.alarms, self._bounds.log_keep_commands)
        REFUSED.set(bool(refusal))
        if refusal:
            logger.error("the log is not trimmed", why=refusal, runbook="docs/runbooks/the-log-is-not-trimmed.md")
        elif below:
            await self._log.trim(below)

    async def _standby(self) -> list[Mark]:
        """Only of one that has given a sign of life since we last looked; the first look only learns."""
        found = await self._log.heartbeat()
        is_alive = self._standby_beats not in (None, found.standby_beats)
        self._standby_beats = found.standby_beats
        return [Mark("the standby", found.standby_at)] if is_alive else []
