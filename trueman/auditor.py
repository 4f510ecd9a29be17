"""Does everything say the same, asked once or for as long as the exchange lives.

At one command number, the database's offset: the engine's state against every table, the tables against one another,
and the engine's own newest snapshot against a replay that begins before it. Nothing needs to stand still.
"""

import asyncio
from typing import Final

import asyncpg
import structlog
from prometheus_client import Counter, Gauge

from trueman.core.exchange import Exchange
from trueman.db_updater.reconcile import SECONDS_MAX, reconcile
from trueman.db_updater.report import Report, check_of
from trueman.engine.past import Compared, newest_snapshot_again, state_at
from trueman.engine.skipping import SkipList
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import DatabaseUnavailable, LogUnavailable, StartError
from trueman.infra.archive import Archive
from trueman.infra.archived_log import archived
from trueman.infra.database.connection import READER, connect_pool
from trueman.infra.database.skip_list import skips_in
from trueman.infra.log import Log
from trueman.infra.service import announce_ready
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog

RUNBOOK: Final = "docs/runbooks/engine-and-database-differ.md"
REPLAYED: Final = "the engine's newest snapshot is what a replay comes to"

RUNS: Final = Counter("trueman_auditor_runs", "Audits by what came of them", ["outcome"])
AGREED: Final = Gauge("trueman_auditor_agreed_command", "The newest command at which everything agreed")
DIFFERENCES: Final = Gauge("trueman_auditor_differences", "Differences that the last audit found")
SECONDS: Final = Gauge("trueman_auditor_seconds", "How long the last audit took")

logger = structlog.get_logger(__name__)


class Auditor:
    def __init__(self, log: Log, snapshots: SnapshotStore, pool: asyncpg.Pool) -> None:
        self._log = log
        self._snapshots = snapshots
        self._pool = pool
        self._skips = SkipList(lambda: skips_in(pool))
        self._compared: Compared | None = None

    async def audit(self) -> Report:
        """Raise StartError when the state of that moment cannot be rebuilt, or differs from its own log."""
        genesis = await self._log.genesis_ruleset()
        report = await reconcile(self._pool, self._state_at, genesis)
        compared = await newest_snapshot_again(self._log, self._snapshots, self._skips, known=self._compared)
        if compared is None:
            return report
        self._compared = compared
        return report.with_check(check_of(REPLAYED, compared.differences))

    async def _state_at(self, number: int) -> Exchange:
        return await state_at(self._log, self._snapshots, number, self._skips)

    async def run(self, every_seconds: float, stop: asyncio.Event) -> None:
        """Until `stop`. A difference is an alarm, never the end: it is for people to say which side is right."""
        announce_ready()
        while not stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                self._tell(await self.audit())
            except (DatabaseUnavailable, LogUnavailable) as error:
                RUNS.labels("away").inc()
                logger.warning("an audit waits for a neighbour", error=str(error))
            except StartError as error:
                RUNS.labels("failed").inc()
                DIFFERENCES.set(1)  # the alarm: what cannot be audited, or differs from its own log, does not agree
                logger.error("the state cannot be audited", error=str(error), runbook=RUNBOOK)
            SECONDS.set(asyncio.get_running_loop().time() - began)
            try:
                async with asyncio.timeout(every_seconds):
                    await stop.wait()
            except TimeoutError:
                continue

    def _tell(self, report: Report) -> None:
        failed = [check for check in report.checks if check.differences]
        DIFFERENCES.set(sum(check.differences for check in failed))
        if report.agrees:
            RUNS.labels("agrees").inc()
            AGREED.set(report.command)
            logger.info("everything agrees", command=report.command, checks=len(report.checks))
            return
        RUNS.labels("differs").inc()
        for check in failed:
            words = {"check": check.name, "differences": check.differences, "first": check.first[0]}
            logger.error("engine and database differ", command=report.command, runbook=RUNBOOK, **words)


async def audit_once(settings: Settings) -> Report:
    log, pool = await _doors(settings)
    try:
        return await auditor_of(settings, log, pool).audit()
    finally:
        pool.terminate()
        await log.close()


async def audit_for_ever(settings: Settings, every_seconds: float, stop: asyncio.Event) -> None:
    log, pool = await _doors(settings)
    try:
        await auditor_of(settings, log, pool).run(every_seconds, stop)
    finally:
        pool.terminate()
        await log.close()


async def _doors(settings: Settings) -> tuple[ValkeyLog, asyncpg.Pool]:
    log = await ValkeyLog.connect(settings.valkey_url, durable=False)
    return log, await connect_pool(settings.database_url, READER, command_timeout_seconds=SECONDS_MAX)


def auditor_of(settings: Settings, log: Log, pool: asyncpg.Pool) -> Auditor:
    reaching = archived(log, Archive(settings.data / "archive"))
    return Auditor(reaching, SnapshotStore(settings.data / "snapshots"), pool)
