"""The engine as a process: start, live, end. At any moment at most one may write, and its epoch says which."""

import asyncio
from typing import NamedTuple

import structlog

from trueman import build
from trueman.core.exchange import Exchange
from trueman.engine.aside import portray_aside
from trueman.engine.database import EngineDatabase
from trueman.engine.grace import Grace
from trueman.engine.heart import Heart
from trueman.engine.pipeline import Pipeline
from trueman.engine.poison import Poison
from trueman.engine.replay import recover
from trueman.engine.retention import Bounds, Keeper
from trueman.engine.shadow import Shadow
from trueman.engine.snapshots import SnapshotStore, verify_elsewhere
from trueman.engine.succession import Succession
from trueman.engine.this_build import this_build
from trueman.errors import NEIGHBOUR_AWAY, StartError
from trueman.infra.archive import Archive
from trueman.infra.log import Log
from trueman.infra.service import announce_ready
from trueman.infra.settings import Settings
from trueman.infra.stopping import unless_stopped

START_RETRY_SECONDS = 0.5

logger = structlog.get_logger(__name__)


class Started(NamedTuple):
    exchange: Exchange
    epoch: int
    was_planned: bool
    """Whoever was primary before ended in order, or was asked to be replaced; or there was nobody."""


async def run(
    settings: Settings, log: Log, database: EngineDatabase, stop: asyncio.Event, *, is_shadow: bool = False
) -> None:
    """As primary at once, or first as a shadow.

    Raise Fenced when a later engine takes over, Halted when two disagree, StartError when log, snapshots and database
    do not fit together.
    """
    require_fresh_core(build.state())
    logger.info("this build", build=this_build(), core=build.state())
    engine = Engine(settings, log, database)
    started = await (engine.stand_by(stop) if is_shadow else engine.start(stop))
    if started is not None:
        await engine.live(started, stop)


class Engine:
    """One process' way from recovery to its end, in one role or first in the other."""

    def __init__(self, settings: Settings, log: Log, database: EngineDatabase) -> None:
        self._settings = settings
        self._log = log
        self._database = database
        self._store = SnapshotStore(settings.data / "snapshots")
        self._archive = Archive(settings.data / "archive")
        self._poison = Poison(settings.data / "poison", log, self._store)
        self._keeper = keeper_of(settings, log, database)

    async def start(self, stop: asyncio.Event) -> Started | None:
        """Recover and take over at once; None when told to stop first."""
        succession = Succession(self._log, self._database)
        while (exchange := await unless_stopped(stop, self._recovered())) is not None:
            try:
                await self._require_no_poison(exchange)
                epoch = await succession.attempt(exchange, await self._log.heartbeat())
                return Started(exchange, epoch, succession.was_planned)
            except NEIGHBOUR_AWAY as error:
                await wait_for(error)
        return None

    async def stand_by(self, stop: asyncio.Event) -> Started | None:
        """Recover and follow until it is our turn; None when told to stop first."""
        exchange = await unless_stopped(stop, self._recovered())
        if exchange is None:
            return None
        logger.info("standing by", sequence=exchange.sequence)
        announce_ready("shadow")
        self._keeper.begin_at(exchange.sequence)
        shadow = Shadow(self._log, self._database, exchange, self._keeper, self._settings.lease_seconds)
        epoch = None
        try:
            epoch = await shadow.stand_by(stop)
        finally:
            if epoch is None:
                await self._keeper.abandon()
        if epoch is None:
            return None
        while not stop.is_set():
            try:
                await self._require_no_poison(exchange)
                break
            except NEIGHBOUR_AWAY as error:
                await wait_for(error)
        return Started(exchange, epoch, shadow.was_planned)

    async def live(self, started: Started, stop: asyncio.Event) -> None:
        exchange, epoch, was_planned = started
        logger.info("live", sequence=exchange.sequence, epoch=epoch)
        self._keeper.begin_at(exchange.sequence)
        heart = Heart(self._log, epoch, self._settings.lease_seconds)
        pipeline = Pipeline(self._log, exchange, epoch, self._keeper, heart, self._poison)
        grace = Grace(self._log, self._database, exchange, epoch, self._settings.grace_seconds)
        # Before anything is decided: no order that comes from now on finds a market open.
        if not await unless_stopped(stop, grace.begin(was_planned=was_planned)):
            return  # without saying that it is over: whoever comes next owes the grace
        waiting = asyncio.create_task(grace.run())
        waiting.add_done_callback(lambda task: stop.set() if failed(task) else None)
        try:
            await pipeline.run(stop, lambda: announce_ready("primary"))
        finally:
            waiting.cancel()
            await asyncio.wait([waiting])
        if failed(waiting):
            waiting.result()

    async def _require_no_poison(self, exchange: Exchange) -> None:
        """What is signed by now is skipped; what is signed later, at the next start."""
        self._poison.skips = await self._database.skips()
        self._poison.require_none_after(exchange.sequence)

    async def _recovered(self) -> Exchange:
        """Wait for log and database as long as it takes, from the beginning each time."""
        while True:
            try:
                return await recover(self._log, self._database, self._store, self._archive)
            except NEIGHBOUR_AWAY as error:
                await wait_for(error)


def keeper_of(settings: Settings, log: Log, database: EngineDatabase) -> Keeper:
    store = SnapshotStore(settings.data / "snapshots", bytes_max=settings.snapshot_bytes_max)
    archive = Archive(settings.data / "archive")
    bounds = Bounds(settings.snapshot_commands, settings.log_keep_commands, settings.log_trim_alarm_seconds)
    return Keeper(log, database, store, archive, bounds, verify_elsewhere, portray=portray_aside)


def failed(task: asyncio.Task[None]) -> bool:
    return not task.cancelled() and task.exception() is not None


async def wait_for(error: Exception) -> None:
    logger.warning("waiting for a neighbour", error=str(error))
    await asyncio.sleep(START_RETRY_SECONDS)


def require_fresh_core(state: build.State) -> None:
    """Slow is said, stale is refused: then rules would run that nobody can read."""
    if state == "stale":
        raise StartError(build.ADVICE[state])
    if state == "uncompiled":
        logger.warning(build.ADVICE[state])
