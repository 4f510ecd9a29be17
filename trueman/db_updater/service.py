"""Follow the event log from the tables' own offset, for ever.

The next batch is folded while PostgreSQL takes the last one. Where the updater is, the database says: after every lost
connection it reads the offset again, and goes on from there, whether the COMMIT was heard of or not. When a neighbour
is away it waits, and says so; when somebody else owns the offset, or the log is not the one it knew, it ends.
"""

import asyncio
import os
import secrets
import socket
from typing import Final

import asyncpg
import structlog

from trueman.db_updater import metrics
from trueman.db_updater.batch import Batch
from trueman.db_updater.patience import Patience
from trueman.db_updater.tables import OffsetMoved, PostgresTables, Tables
from trueman.errors import DatabaseUnavailable, Fenced, LogDamaged, LogUnavailable
from trueman.infra.clock import Clock, wall_clock_us
from trueman.infra.lag import LagWatch
from trueman.infra.log import Log
from trueman.infra.service import announce_ready
from trueman.infra.settings import Settings

LIVE_COMMANDS_MAX: Final = 500
"""A batch with so many commands waits for no more."""
GATHER_SECONDS_MAX: Final = 0.020
CATCH_UP_COMMANDS_MAX: Final = 20_000
"""A batch takes no more once it has so many. While one is written, one more may be in memory."""
READ_ENTRIES_MAX: Final = 64
IDLE_WAIT_MS: Final = 500

logger = structlog.get_logger()


async def run(settings: Settings, log: Log, pool: asyncpg.Pool, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raise Fenced when another updater has taken over, LogDamaged when the log lost something."""
    updater = Updater(log, PostgresTables(pool), stop)
    watch = LagWatch(log, updater.newest, settings, lambda _: None)
    parts = {asyncio.create_task(updater.run()), asyncio.create_task(watch.run())}
    try:
        ended, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for part in parts:
            part.cancel()
        await asyncio.wait(parts)
    for part in ended:
        part.result()


class Updater:
    def __init__(self, log: Log, tables: Tables, stop: asyncio.Event, clock: Clock = wall_clock_us) -> None:
        self.log = log
        self.tables = tables
        self.stop = stop
        self.clock = clock
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.offset = 0
        """The newest command in the tables, as far as this process knows."""
        self._is_known = asyncio.Event()

    async def newest(self) -> int:
        """Once the tables have told."""
        await self._is_known.wait()
        return self.offset

    async def run(self) -> None:
        await self._take_over()
        writing: asyncio.Task[None] | None = None
        position = self.offset
        try:
            while not self.stop.is_set():
                batch = await self._gather(position)
                if writing is not None:
                    await writing
                    writing = None
                if batch is None:
                    await self._read_offset(Patience(self.stop))  # a restored backup may have brought it back
                if self.offset != position:
                    position = self.offset
                elif batch is not None:
                    writing = asyncio.create_task(self._store(batch))
                    position = batch.number
            if writing is not None:
                await writing
        finally:
            if writing is not None:
                writing.cancel()
        logger.info("stopped following the event log", after=self.offset)

    async def _take_over(self) -> None:
        patience = Patience(self.stop)
        while not self.stop.is_set():
            try:
                self.offset = await self.tables.take_over(self.owner)
                self._is_known.set()
                logger.info("following the event log", after=self.offset, owner=self.owner)
                announce_ready()
                return
            except DatabaseUnavailable as error:
                await patience.wait("database", error)

    async def _gather(self, position: int) -> Batch | None:
        """Everything of the moment that follows `position`; None when there is nothing yet."""
        patience, batch = Patience(self.stop), Batch(position)
        while not self.stop.is_set():
            try:
                await self._fill(batch)
                await self._compare(batch.number)
                break
            except LogUnavailable as error:
                await patience.wait("log", error)
        batch.finish()
        return batch if batch.commands else None

    async def _fill(self, batch: Batch) -> None:
        clock, wait_ms, begun = asyncio.get_running_loop().time, IDLE_WAIT_MS, 0.0
        await self._describe(batch)
        while batch.commands < CATCH_UP_COMMANDS_MAX:
            entries = await self.log.read_events(batch.number, wait_ms=wait_ms, count=READ_ENTRIES_MAX)
            for entry in entries:
                if batch.commands < CATCH_UP_COMMANDS_MAX:
                    batch.fold(entry)
                    await self._describe(batch)
            if not entries:
                return
            begun, wait_ms = begun or clock(), 0
            if batch.commands < LIVE_COMMANDS_MAX:
                await asyncio.sleep(begun + GATHER_SECONDS_MAX - clock())

    async def _describe(self, batch: Batch) -> None:
        """What was asked in the entry just folded, where its results alone do not tell."""
        while batch.owed:
            first = batch.owed[0].first
            asked = await self.log.read_commands(first - 1, count=1)
            if not asked:
                raise LogDamaged(f"the results from {first} on have no commands beside them")
            batch.describe(asked[0])

    async def _compare(self, number: int) -> None:
        """A log that ends before a command we have had is not the log it was."""
        last = await self.log.last_event()
        if last < number:
            raise LogDamaged(f"the event log ends at {last}, but command {number} was in it")

    async def _store(self, batch: Batch) -> None:
        """Afterwards `self.offset` is the batch's end; or where the tables really are, when they went back."""
        patience = Patience(self.stop)
        while self.offset == batch.after and not self.stop.is_set():
            try:
                await self.tables.write(batch, self.owner)
                self.offset = batch.number
            except (DatabaseUnavailable, OffsetMoved) as error:
                await patience.wait("database", error)
                await self._read_offset(patience)
        if self.offset == batch.number:
            self._report(batch)
        else:
            logger.warning("the tables are not where they were", expected=batch.number, offset=self.offset)

    async def _read_offset(self, patience: Patience) -> None:
        while not self.stop.is_set():
            try:
                self.offset, owner = await self.tables.read_offset()
                if owner != self.owner:
                    raise Fenced(f"{owner} updates the tables now")
                return
            except DatabaseUnavailable as error:
                await patience.wait("database", error)

    def _report(self, batch: Batch) -> None:
        metrics.BATCHES.inc()
        metrics.EVENTS.inc(batch.events)
        metrics.OFFSET.set(batch.number)
