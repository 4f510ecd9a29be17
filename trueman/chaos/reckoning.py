"""After the last fault: all that was told, written and streamed is held against the log and against each other."""

import asyncio
import time
from typing import Final

import redis.asyncio

from trueman.chaos.attempts import History
from trueman.chaos.ends import Step
from trueman.chaos.judge import Judge, book_of, shown_book, steps_of
from trueman.chaos.readers import BookReader
from trueman.chaos.report import Report
from trueman.chaos.stage import Stage
from trueman.chaos.waiting import until
from trueman.checker.summons import Summons
from trueman.core.events import LevelChanged
from trueman.db_updater.reconcile import reconcile
from trueman.engine.past import state_at
from trueman.engine.snapshots import SnapshotStore
from trueman.engine.verify import read_pairs
from trueman.errors import TruemanError
from trueman.infra.archive import Archive
from trueman.infra.archived_log import archived
from trueman.infra.database.connection import API, READER, connect_pool
from trueman.infra.log import Log
from trueman.infra.operations import UNFINISHED
from trueman.infra.valkey_log import COMMANDS, ValkeyLog

CAUGHT_UP_SECONDS_MAX: Final = 30.0
OPEN_OPERATIONS: Final = """
    SELECT kind, account || '-' || operation AS id, concat_ws(' ', state, payout) AS step FROM wallet_operations
    WHERE state = 'pending' OR payout = ANY($1) ORDER BY created_us"""


async def reckon(stage: Stage, history: History, reader: BookReader, report: Report) -> None:
    log = await ValkeyLog.connect(stage.valkey.url, durable=False)
    try:
        await _desks_are_empty(stage, report)
        await _log_is_quiet(log)
        whole = archived(log, Archive(stage.data / "archive"))
        steps = await steps_of(whole)
        report.commands_in_the_log, report.commands_trimmed = len(steps), await _trimmed(stage)
        verdict = Judge(history, steps).judge()
        report.operations_compared = verdict.compared
        report.acknowledged_lost = sum("was acknowledged and is 0 times" in fault for fault in verdict.faults)
        report.findings += verdict.faults
        await _compare_books(steps, reader, report)
        await check_trades(whole, report)
        await _audit(stage, whole, report)
    except TruemanError as error:
        report.findings.append(f"the reckoning could not be made: {type(error).__name__}: {error}")
    finally:
        await log.close()


async def _desks_are_empty(stage: Stage, report: Report) -> None:
    """Every deposit is decided and every withdrawal at its end: the desk goes on by itself."""
    pool = await connect_pool(stage.postgres.url, API)
    try:
        deadline = time.monotonic() + CAUGHT_UP_SECONDS_MAX
        while left := await pool.fetch(OPEN_OPERATIONS, UNFINISHED):
            if time.monotonic() > deadline:
                report.findings += [f"{each['kind']} {each['id']} is still {each['step']}" for each in left]
                return
            await asyncio.sleep(0.1)
    finally:
        pool.terminate()


async def _trimmed(stage: Stage) -> int:
    """How many commands the archive alone still has."""
    async with redis.asyncio.Redis.from_url(stage.valkey.url) as valkey:
        rows = await valkey.xrange(COMMANDS, count=1)
    assert rows, "the newest entry is never trimmed"
    oldest = rows[0][1]
    assert oldest
    return int(oldest[b"first"]) - 1


async def _log_is_quiet(log: ValkeyLog) -> None:
    """Everything that was asked is decided."""
    deadline = time.monotonic() + CAUGHT_UP_SECONDS_MAX
    while time.monotonic() < deadline:
        if await log.last_command() == await log.last_event():
            return
        await asyncio.sleep(0.1)


async def _compare_books(steps: list[Step], reader: BookReader, report: Report) -> None:
    changes = (event.update_id for step in steps for event in step.result.events if isinstance(event, LevelChanged))
    last = max(changes, default=0)
    await until(lambda: reader.book is not None and reader.book.last >= last, CAUGHT_UP_SECONDS_MAX)
    report.book_connections, report.book_messages = reader.connections, reader.messages
    report.findings += [f"a gap that the streams did not announce: {gap}" for gap in reader.gaps]
    if reader.book is None or reader.book.last < last:
        report.findings.append(f"the reader's book ends at {reader.book and reader.book.last}, the log's at {last}")
    elif shown_book(reader.book.sides) != book_of(steps):
        report.findings.append(f"at update {last} the book rebuilt from the streams is not the engine's")


async def check_trades(log: Log, report: Report) -> None:
    """By a witness who decides nothing, from command 1 to where the log ends."""
    summons = Summons()
    checker = summons(await log.genesis_ruleset())
    while pairs := await read_pairs(log, checker.number):
        for pair in pairs:
            checker.check(pair.command.time_us, pair.command.frame, pair.event.frame)
    report.trades_checked = checker.trades
    if checker.faults:
        report.findings += summons.lines()


async def _audit(stage: Stage, log: Log, report: Report) -> None:
    pool = await connect_pool(stage.postgres.url, READER)
    snapshots = SnapshotStore(stage.data / "snapshots")
    try:
        genesis = await log.genesis_ruleset()
        found = await reconcile(pool, lambda number: state_at(log, snapshots, number), genesis)
    finally:
        pool.terminate()
    report.audited_at = found.command
    if not found.agrees:
        report.findings += [f"auditor: {line.strip()}" for line in found.lines()]
