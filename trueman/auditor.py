"""Does everything say the same, asked once or for as long as the exchange lives.

At one command number, the database's offset: the engine's state against every table, the tables against one another,
and the engine's own newest snapshot against a replay that begins before it. Nothing needs to stand still.

For as long as the exchange lives it must cost little. Each round compares the engine's state, which is decided on from
that of the round before, and takes some of the audits among the tables in turn, with those that failed. Then it rests
so much longer than it worked that its share of the time has a bound, however large the tables grow.
"""

import asyncio
import os
from collections import deque
from collections.abc import Collection
from typing import Final

import asyncpg
import structlog
from prometheus_client import Counter, Gauge

from trueman.core.exchange import Exchange
from trueman.db_updater.audits import AUDITS
from trueman.db_updater.reconcile import SECONDS_MAX, reconcile
from trueman.db_updater.report import Report, check_of
from trueman.engine.past import Compared, live_until, newest_snapshot_again, state_at
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
AUDITS_IN_ROUND: Final = 2
SHARE_MAX: Final = 0.02
"""Of the time, that a continuous audit works; the rest of it the auditor waits."""
NICENESS: Final = 10
"""Whoever serves customers comes first."""
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
        self._lived: Exchange | None = None
        """The state of the last round, to go on from."""
        self._turn = deque(AUDITS)
        self._failed: set[str] = set()
        """Checks that did when we last looked. They are made in each round until they do not."""

    async def audit(self, audits: Collection[str] = AUDITS.keys()) -> Report:
        """Raise StartError when the state of that moment cannot be rebuilt, or differs from its own log."""
        genesis = await self._log.genesis_ruleset()
        report = await reconcile(self._pool, self._state_at, genesis, audits)
        compared = await newest_snapshot_again(self._log, self._snapshots, self._skips, known=self._compared)
        if compared is None:
            return report
        self._compared = compared
        return report.with_check(check_of(REPLAYED, compared.differences))

    async def _state_at(self, number: int) -> Exchange:
        """What is kept for the next round is given back only when it got to its end: half a frame is no state."""
        lived, self._lived = self._lived, None
        if lived is not None and lived.sequence <= number:
            await live_until(self._log, lived, number, self._skips)
        else:
            lived = await state_at(self._log, self._snapshots, number, self._skips)
        self._lived = lived
        return lived

    def _due(self) -> set[str]:
        """The next of the audits, and those that failed: an alarm stays until what it is about was looked at again."""
        due = {self._turn[at] for at in range(AUDITS_IN_ROUND)}
        self._turn.rotate(-AUDITS_IN_ROUND)
        return due | (self._failed & AUDITS.keys())

    async def run(self, every_seconds: float, stop: asyncio.Event) -> None:
        """Until `stop`. A difference is an alarm, never the end: it is for people to say which side is right."""
        announce_ready()
        while not stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                self._tell(await self.audit(self._due()))
            except (DatabaseUnavailable, LogUnavailable) as error:
                RUNS.labels("away").inc()
                logger.warning("an audit waits for a neighbour", error=str(error))
            except StartError as error:
                RUNS.labels("failed").inc()
                DIFFERENCES.set(1)  # the alarm: what cannot be audited, or differs from its own log, does not agree
                logger.error("the state cannot be audited", error=str(error), runbook=RUNBOOK)
            seconds = asyncio.get_running_loop().time() - began
            SECONDS.set(seconds)
            try:
                async with asyncio.timeout(max(every_seconds, rest_after(seconds))):
                    await stop.wait()
            except TimeoutError:
                continue

    def _tell(self, report: Report) -> None:
        failed = [check for check in report.checks if check.differences]
        self._failed = {check.name for check in failed}
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


def rest_after(seconds: float) -> float:
    return seconds * (1 / SHARE_MAX - 1)


async def audit_once(settings: Settings) -> Report:
    log, pool = await _doors(settings)
    try:
        return await auditor_of(settings, log, pool).audit()
    finally:
        pool.terminate()
        await log.close()


async def audit_for_ever(settings: Settings, every_seconds: float, stop: asyncio.Event) -> None:
    os.nice(NICENESS)
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
