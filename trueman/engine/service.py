"""The engine as a process: start, live, end. At any moment at most one may write, and its epoch says which."""

import asyncio
from typing import NamedTuple

import structlog

from trueman import build
from trueman.core.exchange import Exchange
from trueman.engine.database import EngineDatabase
from trueman.engine.pipeline import Pipeline
from trueman.engine.poison import Poison
from trueman.engine.replay import recover, take_over
from trueman.engine.retention import Bounds, Keeper
from trueman.engine.snapshots import SnapshotStore, verify_elsewhere
from trueman.errors import DatabaseUnavailable, LogUnavailable, OutcomeUnknown, StartError
from trueman.infra.archive import Archive
from trueman.infra.log import Log
from trueman.infra.service import announce_ready
from trueman.infra.settings import Settings

START_RETRY_SECONDS = 0.5

logger = structlog.get_logger(__name__)


class Started(NamedTuple):
    exchange: Exchange
    epoch: int


async def run(settings: Settings, log: Log, database: EngineDatabase, stop: asyncio.Event) -> None:
    """Raise Fenced when a later engine takes over, StartError when log, snapshots and database do not fit together."""
    require_fresh_core(build.state())
    store = SnapshotStore(settings.data / "snapshots")
    poison = Poison(settings.data / "poison", log, store)
    started = await start(log, database, store, poison, stop)
    if started is None:
        return
    logger.info("live", sequence=started.exchange.sequence, epoch=started.epoch)
    announce_ready()
    keeper = keeper_of(settings, log, database)
    await Pipeline(log, started.exchange, started.epoch, keeper, poison).run(stop)


def keeper_of(settings: Settings, log: Log, database: EngineDatabase) -> Keeper:
    store, archive = SnapshotStore(settings.data / "snapshots"), Archive(settings.data / "archive")
    bounds = Bounds(settings.snapshot_commands, settings.log_keep_commands, settings.log_trim_alarm_seconds)
    return Keeper(log, database, store, archive, bounds, verify_elsewhere)


def require_fresh_core(state: build.State) -> None:
    """Slow is said, stale is refused: then rules would run that nobody can read."""
    if state == "stale":
        raise StartError(build.ADVICE[state])
    if state == "uncompiled":
        logger.warning(build.ADVICE[state])


async def start(
    log: Log, database: EngineDatabase, store: SnapshotStore, poison: Poison, stop: asyncio.Event
) -> Started | None:
    """Wait for log and database as long as it takes, from the beginning each time; None when told to stop first."""
    while not stop.is_set():
        try:
            exchange = await recover(log, database, store)
            poison.require_none_after(exchange.sequence)
            return Started(exchange, await take_over(log, database, exchange))
        except (LogUnavailable, DatabaseUnavailable, OutcomeUnknown) as error:
            logger.warning("waiting for a neighbour", error=str(error))
            await asyncio.sleep(START_RETRY_SECONDS)
    return None
