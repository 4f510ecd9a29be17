"""What is kept: snapshots of the state, and the log above what two of them and PostgreSQL have passed."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from prometheus_client import Gauge

from trueman.core.exchange import Exchange
from trueman.engine.database import EngineDatabase
from trueman.engine.snapshots import Snapshot, SnapshotStore, take
from trueman.errors import ServiceError
from trueman.infra.log import Log

Verify = Callable[[Path], Awaitable[bool]]

SNAPSHOT = Gauge("trueman_engine_snapshot_sequence", "Last command that the newest verified snapshot knows")

logger = structlog.get_logger(__name__)


class Retention:
    def __init__(
        self,
        log: Log,
        database: EngineDatabase,
        store: SnapshotStore,
        log_keep_commands: int,
        verify: Verify,
    ) -> None:
        self._log = log
        self._database = database
        self._store = store
        self._log_keep_commands = log_keep_commands
        self._verify = verify
        self._verified: list[int] = []
        """Sequences of the snapshots that were loaded after they were written, oldest first."""

    async def keep(self, snapshot: Snapshot, *, verify: bool = True) -> None:
        """Write it, have it verified, and forget what it makes superfluous.

        A failure costs a longer replay, no more: the log and the older snapshots are still there.
        """
        try:
            path = await asyncio.to_thread(self._store.save, snapshot)
            logger.info("snapshot", sequence=snapshot.header.sequence, bytes=len(snapshot.state))
            if verify and await self._verify(path):
                self._verified.append(snapshot.header.sequence)
                SNAPSHOT.set(snapshot.header.sequence)
                self._store.prune()
                await self._trim()
        except (OSError, ServiceError) as error:
            logger.error("snapshot or trim failed; the next one tries again", error=f"{type(error).__name__}: {error}")

    async def _trim(self) -> None:
        if len(self._verified) < 2:
            return
        passed = min(self._verified[-2], await self._database.updater_offset())
        if passed > self._log_keep_commands:
            await self._log.trim(passed - self._log_keep_commands)


class Keeper:
    """Keeps a snapshot every so many commands, one at a time, while its caller goes on deciding."""

    def __init__(self, retention: Retention, sequence: int, snapshot_commands: int) -> None:
        self._retention = retention
        self._snapshot_commands = snapshot_commands
        self._snapshot_at = sequence
        self._keeping: asyncio.Task[None] | None = None

    def wants(self, sequence: int) -> bool:
        if self._keeping is not None and self._keeping.done():
            self._keeping.result()
            self._keeping = None
        return self._keeping is None and sequence - self._snapshot_at >= self._snapshot_commands

    def offer(self, exchange: Exchange, epoch: int) -> None:
        """Take a snapshot when one is due. Only of what is durable: a state ahead of the event log explains nothing."""
        if self.wants(exchange.sequence):
            self._snapshot_at = exchange.sequence
            self._keeping = asyncio.create_task(self._retention.keep(take(exchange, epoch)))

    async def finish(self, exchange: Exchange, epoch: int) -> None:
        """At an orderly end: the next start replays nothing."""
        if self._keeping is not None:
            await self._keeping
        if exchange.sequence > self._snapshot_at:
            await self._retention.keep(take(exchange, epoch), verify=False)

    async def abandon(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
