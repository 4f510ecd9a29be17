"""The auditor at work: it goes on whatever it finds, says so in figures and in the log, and believes no snapshot."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import structlog
from prometheus_client import REGISTRY

from tests.db_updater.recorded import follow_to_end
from tests.db_updater.test_reconcile import decided_day, failed
from trueman import auditor as auditor_module
from trueman.auditor import AUDITS_IN_ROUND, DIFFERENCES, REPLAYED, RUNBOOK, Auditor
from trueman.core.exchange import Exchange
from trueman.db_updater.audits import AUDITS
from trueman.engine.past import state_at
from trueman.engine.snapshots import SnapshotStore, take
from trueman.errors import DatabaseUnavailable, Differs
from trueman.infra.database.connection import READER, connect_pool
from trueman.infra.memory_log import MemoryLog

RUNBOOKS = Path(__file__).parents[2]


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with await connect_pool(database_url, READER) as opened:
        yield opened


@pytest.fixture(autouse=True)
def without_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test does not wait until an auditor has rested."""
    monkeypatch.setattr(auditor_module, "SHARE_MAX", 1.0)


async def snapshots_at(log: MemoryLog, folder: Path, *numbers: int) -> SnapshotStore:
    store = SnapshotStore(folder)
    for number in numbers:
        store.save(take(await state_at(log, SnapshotStore(folder / "none"), number), 1))
    return store


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"trueman_auditor_{name}", labels) or 0.0


async def test_the_newest_snapshot_is_decided_again_from_before_it(
    pool: asyncpg.Pool, reader: asyncpg.Pool, tmp_path: Path
) -> None:
    """C20: from an older one, or from genesis while the log reaches there; once for each snapshot."""
    log, _ = await decided_day(71, 40, 10, step_us=1_000)
    await follow_to_end(log, pool)
    auditor = Auditor(log, await snapshots_at(log, tmp_path, 200), reader)
    for since in (0, 200):
        report = await auditor.audit()
        assert report.agrees, report.lines()
        assert report.checks[-1].name == REPLAYED
        compared = auditor._compared
        assert compared is not None
        assert compared.since == since
        assert (await auditor.audit()).agrees
        assert auditor._compared is compared
        if since == 0:
            await snapshots_at(log, tmp_path, 300)
    await log.trim(301)
    auditor = Auditor(log, SnapshotStore(tmp_path), reader)
    assert REPLAYED not in [check.name for check in (await auditor.audit()).checks]


async def test_a_snapshot_that_lies_is_found(pool: asyncpg.Pool, reader: asyncpg.Pool, tmp_path: Path) -> None:
    """C20: whole by its own digest, with the right hash chain, and yet another state."""
    log, exchange = await decided_day(72, 20, 10, step_us=1_000)
    await follow_to_end(log, pool)
    _, other = await decided_day(73, 20, 10, step_us=1_000)
    other.chain, other.time_us = exchange.chain, exchange.time_us
    store = SnapshotStore(tmp_path)
    store.save(take(other, 1))
    report = await Auditor(log, store, reader).audit()
    assert not report.agrees
    assert REPLAYED in failed(report)
    assert "digest" in report.checks[-1].first[0]


async def test_differences_are_figures_and_lines_that_name_the_runbook_and_the_auditor_goes_on(
    pool: asyncpg.Pool, reader: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    log, _ = await decided_day(74, 20, 10, step_us=1_000)
    await follow_to_end(log, pool)
    auditor, stop = Auditor(log, SnapshotStore(tmp_path), reader), asyncio.Event()
    owner = await asyncpg.connect(database_url)
    with structlog.testing.capture_logs() as lines:
        working = asyncio.create_task(auditor.run(0.01, stop))
        await told(lines, "everything agrees")
        assert figure("agreed_command") == 200
        await owner.execute("UPDATE balances SET available = available + 1 WHERE account = 1024 AND asset = 0")
        await told(lines, "engine and database differ")
        assert figure("differences") >= 1
        assert figure("runs_total", outcome="differs") >= 1
        await owner.execute("UPDATE balances SET available = available - 1 WHERE account = 1024 AND asset = 0")
        lines.clear()
        await told(lines, "everything agrees")
        stop.set()
        await working
    await owner.close()
    assert figure("differences") == 0
    assert (RUNBOOKS / RUNBOOK).exists()


async def told(lines: list[structlog.typing.EventDict], event: str) -> None:
    async with asyncio.timeout(20):
        while not any(line["event"] == event for line in lines):  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0.01)


async def test_what_cannot_be_audited_is_an_alarm_and_not_the_last_ones_silence(
    reader: asyncpg.Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C20: a log that its own engine differs from is the worst difference of all."""

    async def audit_fails(audits: set[str]) -> object:
        raise Differs("command 7")

    auditor, stop = Auditor(MemoryLog(), SnapshotStore(tmp_path), reader), asyncio.Event()
    DIFFERENCES.set(0)
    monkeypatch.setattr(auditor, "audit", audit_fails)
    with structlog.testing.capture_logs() as lines:
        working = asyncio.create_task(auditor.run(0.01, stop))
        await told(lines, "the state cannot be audited")
        stop.set()
        await working
    assert figure("differences") == 1


async def test_what_is_away_or_cannot_be_rebuilt_is_said_and_asked_again(
    reader: asyncpg.Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C27: PostgreSQL restarts while the auditor works."""
    log = MemoryLog()
    await log.create(Exchange().ruleset)
    auditor, stop, answers = Auditor(log, SnapshotStore(tmp_path), reader), asyncio.Event(), 0
    audit = auditor.audit

    async def audit_or_not(audits: set[str]) -> object:
        nonlocal answers
        answers += 1
        if answers < 3:
            raise DatabaseUnavailable("restarting")
        return await audit(audits)

    monkeypatch.setattr(auditor, "audit", audit_or_not)
    with structlog.testing.capture_logs() as lines:
        working = asyncio.create_task(auditor.run(0.01, stop))
        await told(lines, "everything agrees")
        stop.set()
        await working
    assert [line["event"] for line in lines].count("an audit waits for a neighbour") == 2


async def test_rounds_share_the_audits_and_go_on_from_each_others_state(
    pool: asyncpg.Pool, reader: asyncpg.Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After as many rounds as it takes each audit was made once, and no state was rebuilt from the beginning twice."""
    log, _ = await decided_day(75, 20, 10, step_us=1_000)
    await follow_to_end(log, pool)
    auditor, built = Auditor(log, SnapshotStore(tmp_path), reader), []

    async def counted(*words: object) -> Exchange:
        built.append(words[2])
        return await state_at(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(auditor_module, "state_at", counted)
    made: list[str] = []
    for _ in range(len(AUDITS) // AUDITS_IN_ROUND):
        report = await auditor.audit(auditor._due())
        assert report.agrees
        assert "balances are equal" in [check.name for check in report.checks]
        made += [check.name for check in report.checks if check.name in AUDITS]
    assert sorted(made) == sorted(AUDITS)
    assert built == [200]


async def test_what_failed_stays_an_alarm_until_its_own_audit_has_found_it_mended(
    pool: asyncpg.Pool, reader: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    """Rounds that look elsewhere say nothing about it, and it is looked at again in each."""
    log, _ = await decided_day(76, 20, 10, step_us=1_000)
    await follow_to_end(log, pool)
    auditor, audit = Auditor(log, SnapshotStore(tmp_path), reader), "candles sum up their trades"
    owner = await asyncpg.connect(database_url)
    await owner.execute("UPDATE candles SET volume = volume + 1")
    rounds = range(len(AUDITS) // AUDITS_IN_ROUND)
    for _ in rounds:
        auditor._tell(await auditor.audit(auditor._due()))
    assert auditor._failed == {audit}
    for _ in rounds:
        due = auditor._due()
        assert audit in due
        auditor._tell(await auditor.audit(due))
        assert figure("differences") > 0
    await owner.execute("UPDATE candles SET volume = volume - 1")
    auditor._tell(await auditor.audit(auditor._due()))
    assert figure("differences") == 0
    await owner.close()


def test_an_auditor_works_two_percent_of_the_time_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditor_module, "SHARE_MAX", 0.02)
    for seconds in (0.1, 3.0, 600.0):
        assert seconds / (seconds + auditor_module.rest_after(seconds)) <= 0.0201
