"""The engine over a log in memory: what it decides is decided once, whatever happens to it."""

import asyncio
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.engine.day import Day, decided, engine, entries_of, require_whole, snapshots_in
from tests.engine.faulty_log import FaultyLog
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.engine import pipeline
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.replay import decide
from trueman.engine.service import require_fresh_core
from trueman.errors import DatabaseUnavailable, Fenced, StartError
from trueman.infra.log import CommandEntry, EventEntry
from trueman.infra.memory_log import MemoryLog


async def test_the_first_start_of_all_creates_the_log(database: MemoryEngineDatabase, tmp_path: Path) -> None:
    log = MemoryLog()
    async with engine(log, database, tmp_path):
        async with asyncio.timeout(2):
            while not await log.exists():  # noqa: ASYNC110 - the log has no event for its own making
                await asyncio.sleep(0.001)
        await decided(log, await Day().append(log))
    await require_whole(log)


async def test_a_waiting_engine_decides_as_soon_as_a_command_is_there(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    day = Day()
    async with engine(log, database, tmp_path):
        for _ in range(5):
            await decided(log, await day.append(log, frames=1), within_seconds=0.5)
    assert [entry.epoch for entry in await entries_of(log)] == [1] * 5
    await require_whole(log)


async def test_an_orderly_end_leaves_a_snapshot_and_the_next_start_goes_on_from_it(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    day = Day()
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log))
        await running.end()
    (snapshot,) = snapshots_in(tmp_path)
    assert snapshot.name == "snap-50-1"
    whole_until_now = await require_whole(log)
    await day.append(log)
    await log.trim(51)  # what is left is enough
    async with engine(log, database, tmp_path) as running:
        await decided(log, 100)
        await running.end()
    for command, event in zip(
        await log.read_commands(50), await entries_of(log, snapshot=whole_until_now), strict=True
    ):
        frame = whole_until_now.apply(command.first, 5, command.time_us, command.frame)
        assert (event.frame, event.chain, event.epoch) == (frame, whole_until_now.chain, 2)


async def test_everything_waiting_is_decided_before_an_orderly_end_takes_its_snapshot(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    day = Day()
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log, frames=1))
        log.open.clear()
        await day.append(log, frames=3)
        await asyncio.sleep(0.01)
        running.stop.set()
        await asyncio.sleep(0.01)
        assert not running.task.done()
        log.open.set()
        await running.task
    assert await log.last_event() == 20
    assert [path.name for path in snapshots_in(tmp_path)] == ["snap-20-1"]


async def test_killed_after_deciding_and_before_appending_it_emits_once(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C13] [C14]"""
    day = Day()
    async with engine(log, database, tmp_path):
        await decided(log, await day.append(log))
        log.open.clear()
        await day.append(log, frames=4)
        async with asyncio.timeout(2):
            while log.appends < 2:  # noqa: ASYNC110 - the append hangs in the log
                await asyncio.sleep(0.001)
    assert await log.last_event() == 50
    log.open.set()
    async with engine(log, database, tmp_path):
        await decided(log, 70)
    assert {entry.epoch for entry in await log.read_events(50)} == {2}
    await require_whole(log)


@pytest.mark.parametrize("fault", ["lose_before", "lose_after"])
async def test_an_append_in_doubt_is_looked_up_and_emitted_once(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, fault: str
) -> None:
    """[C15] [C16]"""
    day = Day()
    async with engine(log, database, tmp_path):
        await decided(log, await day.append(log))
        setattr(log, fault, True)
        await decided(log, await day.append(log))
        assert not getattr(log, fault)
        await decided(log, await day.append(log))
    await require_whole(log)


async def test_an_engine_outlives_a_log_that_is_away(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C6]"""
    day = Day()
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log))
        log.away = True
        await day.append(log)
        await asyncio.sleep(0.02)
        assert not running.task.done()
        log.away = False
        await decided(log, 100)
    await require_whole(log)


async def test_of_two_engines_the_older_is_fenced_and_ends(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C17] [C18]"""
    day = Day()
    async with engine(log, database, tmp_path / "a") as older:
        await decided(log, await day.append(log))
        async with engine(log, database, tmp_path / "b") as newer:
            for _ in range(20):
                await decided(log, await day.append(log, frames=2))
            with pytest.raises(Fenced):
                await older.task
            assert not newer.task.done()
    epochs = [entry.epoch for entry in await entries_of(log)]
    assert epochs == sorted(epochs)
    assert set(epochs) == {1, 2}
    await require_whole(log)


async def test_an_engine_paused_in_its_append_finds_itself_replaced(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C17]"""
    day = Day()
    async with engine(log, database, tmp_path / "a") as paused:
        await decided(log, await day.append(log))
        paused_log_door, log.open = log.open, asyncio.Event()
        await day.append(log, frames=1)
        await asyncio.sleep(0.01)
        hanging, log.open = log.open, paused_log_door
        async with engine(log, database, tmp_path / "b"):
            await decided(log, await day.append(log, frames=1))
            hanging.set()
            with pytest.raises(Fenced):
                await paused.task
    await require_whole(log)


async def test_an_engine_waits_for_its_database(log: FaultyLog, tmp_path: Path) -> None:
    """[C38]"""

    class LateDatabase(MemoryEngineDatabase):
        asked = 0

        async def updater_offset(self) -> int:
            self.asked += 1
            if self.asked < 4:
                raise DatabaseUnavailable("starting")
            return 0

    async with engine(log, LateDatabase(), tmp_path):
        await decided(log, await Day().append(log))


async def test_an_engine_told_to_stop_while_it_waits_ends(log: FaultyLog, tmp_path: Path) -> None:
    class NoDatabase(MemoryEngineDatabase):
        async def updater_offset(self) -> int:
            raise DatabaseUnavailable("away")

    async with engine(log, NoDatabase(), tmp_path) as running:
        await asyncio.sleep(0.02)
        await asyncio.wait_for(running.end(), 2)


async def test_a_command_that_breaks_the_core_ends_the_engine_and_emits_nothing(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[C21] The engine of this version stops; skipping is a person's decision."""
    day = Day()

    def broken(exchange: Exchange, entry: CommandEntry, epoch: int) -> EventEntry:
        if entry.last > 50:
            raise ZeroDivisionError
        return decide(exchange, entry, epoch)

    monkeypatch.setattr(pipeline, "decide", broken)
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log))
        await day.append(log)
        with pytest.raises(ZeroDivisionError):
            await running.task
    assert await log.last_event() == 50
    assert not snapshots_in(tmp_path)


async def test_frames_that_cannot_be_read_are_decided_like_any_other(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    async with engine(log, database, tmp_path):
        for frame in (b"", b"\x07", b"\xff" * 300, Day().frame(2)[:-1]):
            await decided(log, (await log.append_commands(3, frame))[1])
    await require_whole(log)


@pytest.mark.parametrize("seed", range(8))
async def test_a_day_of_kills_and_lost_answers_ends_like_a_quiet_one(
    seed: int, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    random, day, log = Random(seed), Day(seed), FaultyLog(seed, chance=0.15)
    await log.create(RULESET)
    for _ in range(8):
        async with engine(log, database, tmp_path, snapshot_commands=random.choice((20, 10_000))) as running:
            for _ in range(random.randrange(12)):
                await day.append(log, frames=random.randrange(1, 4), count=random.randrange(1, 6))
                await asyncio.sleep(random.choice((0, 0, 0.003)))
            if random.random() < 0.3:
                await running.end()
    log.chance = 0
    async with engine(log, database, tmp_path):
        await decided(log, await log.last_command())
    await require_whole(log)


def test_the_engine_refuses_to_run_without_its_assertions() -> None:
    outcome = subprocess.run([sys.executable, "-O", "-c", "import trueman.engine.service"], capture_output=True)
    assert outcome.returncode != 0
    assert b"assertions" in outcome.stderr


def test_a_core_that_hides_its_sources_is_refused_and_a_slow_one_is_not() -> None:
    with pytest.raises(StartError, match="Compile it again"):
        require_fresh_core("stale")
    require_fresh_core("uncompiled")
    require_fresh_core("compiled")
