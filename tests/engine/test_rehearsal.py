"""C36: the next build is rehearsed beside the one that runs, which never learns of it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.engine import otherwise
from tests.engine.day import Day, decided, engine, require_whole
from tests.engine.faulty_log import FaultyLog
from tests.engine.standby import LEASE_SECONDS, appears
from tests.engine.test_grace import append
from tests.reference.stream_world import world
from trueman.core.commands import SetMarketStatus
from trueman.core.snapshot import RULESET
from trueman.core.units import HALTED
from trueman.engine import replay
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.rehearsal import Rehearsal, Report
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import StartError
from trueman.infra.memory_log import MemoryLog
from trueman.infra.valkey_log import LIBRARY, ValkeyLog

Database = MemoryEngineDatabase
HALT = SetMarketStatus(otherwise.TAG, 0, HALTED)


class Rehearsing:
    def __init__(self, log: MemoryLog, database: Database, data: Path) -> None:
        self.stop = asyncio.Event()
        self.rehearsal = Rehearsal(log, database, SnapshotStore(data / "snapshots"))
        self.task = asyncio.create_task(self.rehearsal.run(self.stop))

    async def compared(self, number: int) -> None:
        await appears(lambda: self.rehearsal.report.until >= number)

    async def end(self) -> Report:
        self.stop.set()
        return await asyncio.wait_for(self.task, 5)


async def test_a_rehearsal_compares_everything_and_nobody_sees_it(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C36: no sign of life, no snapshot, no epoch; when the primary dies it stays what it is."""
    day = Day()
    async with engine(log, database, tmp_path / "primary", lease_seconds=LEASE_SECONDS) as primary:
        await decided(log, await day.append(log))
        rehearsing = Rehearsing(log, database, tmp_path / "next")
        last = await day.append(log)
        await rehearsing.compared(last)
        before = await log.heartbeat()
        assert (before.standby_beats, before.standby_at) == (0, 0)
        await primary.kill()
        await asyncio.sleep(3 * LEASE_SECONDS)
        assert not rehearsing.task.done()
        assert (await log.heartbeat()).epoch == before.epoch == database.epoch
        report = await rehearsing.end()
    assert (report.since, report.until, report.agrees) == (0, last, True)
    assert "every result is the same" in "\n".join(report.lines())
    assert not (tmp_path / "next").exists()
    await require_whole(log)


async def test_a_rehearsal_begins_with_the_newest_snapshot(log: FaultyLog, database: Database, tmp_path: Path) -> None:
    async with engine(log, database, tmp_path) as running:
        await decided(log, await Day().append(log))
        await running.end()
    rehearsing = Rehearsing(log, database, tmp_path)
    await rehearsing.compared(50)
    assert (await rehearsing.end()).since == 50


async def test_a_build_that_decides_one_thing_otherwise_is_found_and_the_exchange_goes_on(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C22 C36: the difference is a finding about the new build, and no reason to stop anybody."""
    monkeypatch.setattr(replay, "decide", otherwise.otherwise)
    async with engine(log, database, tmp_path / "primary"):
        before = await append(log, *world(1))
        await decided(log, before)
        rehearsing = Rehearsing(log, database, tmp_path / "next")
        await rehearsing.compared(before)
        await append(log, HALT)
        report = await asyncio.wait_for(rehearsing.task, 5)
        assert (report.agrees, report.until) == (False, before)
        assert f"command {before + 1} comes to" in report.finding
        assert "docs/runbooks/upgrading.md" in report.lines()[-1]
        assert not (await log.heartbeat()).halted
        await decided(log, await append(log, HALT))
    await require_whole(log)


async def test_a_build_that_breaks_on_a_command_is_found(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C21 C36"""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("of the new build")

    async with engine(log, database, tmp_path / "primary"):
        await decided(log, await Day().append(log))
        monkeypatch.setattr(replay, "decide", broken)
        report = await asyncio.wait_for(Rehearsing(log, database, tmp_path / "next").task, 5)
    assert not report.agrees
    assert "breaks on one of commands 1 to 5" in report.finding
    assert "ZeroDivisionError: of the new build" in report.finding


async def test_where_there_is_no_log_none_is_made(database: Database, tmp_path: Path) -> None:
    """C10: that is for the first primary alone."""
    log = MemoryLog()
    with pytest.raises(StartError, match="nothing to rehearse with"):
        await Rehearsal(log, database, SnapshotStore(tmp_path)).run(asyncio.Event())
    assert not await log.exists()


@pytest.fixture
async def lived(database_url: str, valkey_url: str, tmp_path: Path) -> AsyncIterator[tuple[ValkeyLog, dict[str, str]]]:
    """A log in a real Valkey whose functions are of a newer version than ours, and the environment of its parts."""
    log = await ValkeyLog.connect(valkey_url, durable=False)
    await log.create(RULESET)
    async with engine(log, Database(), tmp_path / "primary") as primary:  # type: ignore[arg-type]
        await decided(log, await append(log, *world(1)))
        await decided(log, await append(log, HALT))
        await primary.end()
    urls = {"DATABASE_URL": database_url, "VALKEY_URL": valkey_url, "TRUEMAN_DATA": str(tmp_path / "next")}
    yield log, os.environ | urls | {"TRUEMAN_VALKEY_DURABLE": "0"}
    await log.close()


def read(report: Path) -> Report:
    return msgspec.json.decode(report.read_bytes(), type=Report)


async def rehearsed(environment: dict[str, str], report: Path, *program: str) -> tuple[int | None, str, Report]:
    words = ("--shadow", "--rehearse", "--seconds", "3", "--report", str(report))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *program, *words), env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode(), read(report)


async def test_the_command_tells_by_its_exit_code_and_report_what_a_build_is_like(
    lived: tuple[ValkeyLog, dict[str, str]], tmp_path: Path
) -> None:
    """C36: with real processes, Valkey and PostgreSQL; and the functions in Valkey are left alone."""
    log, environment = lived
    end = await log.last_event()
    await log._questions.tell("FUNCTION", "DELETE", LIBRARY)
    code, said, report = await rehearsed(environment, tmp_path / "same.json", "trueman.cli", "engine")
    assert (code, report.agrees, report.until) == (0, True, end), said
    code, said, report = await rehearsed(environment, tmp_path / "other.json", "tests.engine.otherwise")
    assert (code, report.agrees, report.until) == (1, False, end - 1), said
    assert f"command {end} comes to" in said
    assert not await log._questions.ask("FUNCTION", "LIST", "LIBRARYNAME", LIBRARY)
    assert not (tmp_path / "next").exists()
