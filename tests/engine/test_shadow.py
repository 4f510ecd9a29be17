"""The shadow over a log in memory: it compares, it waits, it takes over, and never do two engines write one chain."""

import asyncio
import time
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.engine.day import Day, decided, engine, entries_of, require_whole, snapshots_in
from tests.engine.faulty_log import FaultyLog
from tests.engine.standby import LEASE_SECONDS, RunningShadow, appears, seen, stands_by
from trueman.core.snapshot import RULESET
from trueman.engine import shadow as shadow_module
from trueman.engine import switch
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.switch import switch_in
from trueman.errors import Fenced, StartError
from trueman.infra.memory_log import MemoryLog

Database = MemoryEngineDatabase


async def test_a_shadow_follows_and_says_how_far_it_is(log: FaultyLog, database: Database, tmp_path: Path) -> None:
    day = Day()
    async with engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS), RunningShadow(log, database, tmp_path):
        for _ in range(3):
            last = await day.append(log)
            await decided(log, last)
            await stands_by(log)
            assert (await log.heartbeat()).standby_at == last
    assert {entry.epoch for entry in await entries_of(log)} == {1}


async def test_while_the_primary_lives_the_shadow_waits(log: FaultyLog, database: Database, tmp_path: Path) -> None:
    """C18: a market without orders is no dead primary."""
    async with engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS), RunningShadow(log, database, tmp_path):
        await stands_by(log)
        await asyncio.sleep(3 * LEASE_SECONDS)
        assert (await log.heartbeat()).epoch == 1


async def test_a_dead_primary_is_replaced_and_nothing_is_decided_twice(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C13 C14: it dies with commands read and decided that are not in the event log; the shadow decides them, once."""
    day = Day()
    async with RunningShadow(log, database, tmp_path) as shadow:
        await seen(log, lambda now: now.epoch == 1)
        await shadow.end()
    async with (
        engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS) as primary,
        RunningShadow(log, database, tmp_path),
    ):
        await decided(log, await day.append(log))
        await stands_by(log)
        log.open.clear()
        await day.append(log, frames=4)
        await asyncio.sleep(0.02)
        await primary.kill()
        log.open.set()
        await decided(log, 70)
    assert {entry.epoch for entry in await log.read_events(50)} == {3}
    await require_whole(log)


async def test_a_paused_primary_is_replaced_and_writes_nothing_afterwards(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C17: its append of before the pause arrives after the first of the new epoch, and is refused."""
    day = Day()
    paused_log = PausedLog(log)
    async with engine(paused_log, database, tmp_path / "a", lease_seconds=LEASE_SECONDS) as paused:
        await decided(log, await day.append(log))
        async with RunningShadow(log, database, tmp_path / "b") as shadow:
            await stands_by(log)
            paused_log.awake.clear()
            await decided(log, await day.append(log, frames=2))
            paused_log.awake.set()
            with pytest.raises(Fenced):
                await asyncio.wait_for(paused.task, 5)
            assert not shadow.task.done()
    epochs = [entry.epoch for entry in await entries_of(log)]
    assert epochs == sorted(epochs)
    assert set(epochs) == {1, 2}
    await require_whole(log)


async def test_a_primary_replaced_in_a_quiet_market_learns_it_from_its_next_beat(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C17 C18: it has nothing to append, and must not believe for ever that it is the one."""
    async with engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS) as older:
        await seen(log, lambda now: now.beats > 0)
        await log.fence(2)
        with pytest.raises(Fenced):
            await asyncio.wait_for(older.task, 2)


async def test_a_shadow_that_wrongly_believes_the_primary_dead_harms_nobody(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C18 C32: the lease only says when to try; the fence says who writes. One chain, one result for each command."""
    day = Day()
    async with (
        engine(log, database, tmp_path / "a", lease_seconds=LEASE_SECONDS) as primary,
        RunningShadow(log, database, tmp_path / "b"),
    ):
        await decided(log, await day.append(log))
        await stands_by(log)
        with patch.object(shadow_module.Lease, "is_over", return_value=True):
            await seen(log, lambda now: now.epoch == 2)
        await decided(log, await day.append(log))
        with pytest.raises(Fenced):
            await asyncio.wait_for(primary.task, 5)
    await require_whole(log)


async def test_a_lease_does_not_know_what_time_it_is(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C32: the shadow's wall clock jumps back an hour when the primary dies; it takes over as soon as ever."""
    day, now = Day(), time.time
    async with (
        engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS) as primary,
        RunningShadow(log, database, tmp_path),
    ):
        await decided(log, await day.append(log))
        await stands_by(log)
        monkeypatch.setattr(time, "time", lambda: now() - 3_600)
        await primary.kill()
        await decided(log, await day.append(log, frames=1), within_seconds=5)
    await require_whole(log)


async def test_a_wall_clock_that_jumps_makes_no_second_primary(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C32"""
    day, now = Day(), time.time
    async with (
        engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS),
        RunningShadow(log, database, tmp_path),
    ):
        await stands_by(log)
        for hours in (1, -1, 0):
            monkeypatch.setattr(time, "time", lambda jump=hours: now() + jump * 3_600)
            await asyncio.sleep(1.5 * LEASE_SECONDS)
        await decided(log, await day.append(log))
        assert (await log.heartbeat()).epoch == 1


async def test_an_orderly_end_is_taken_over_without_waiting(log: FaultyLog, database: Database, tmp_path: Path) -> None:
    day = Day()
    async with (
        engine(log, database, tmp_path, lease_seconds=60) as primary,
        RunningShadow(log, database, tmp_path, lease_seconds=60),
    ):
        await decided(log, await day.append(log))
        await primary.end()
        await decided(log, await day.append(log, frames=1), within_seconds=6)
    await require_whole(log)


async def test_an_operator_switches_engines(log: FaultyLog, database: Database, tmp_path: Path) -> None:
    day = Day()
    async with (
        engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS) as primary,
        RunningShadow(log, database, tmp_path),
    ):
        await decided(log, await day.append(log))
        assert "Epoch 2 decides in place of epoch 1" in await switch_in(log, LEASE_SECONDS)
        with pytest.raises(Fenced):
            await asyncio.wait_for(primary.task, 5)
        await decided(log, await day.append(log))
    await require_whole(log)


async def test_a_wish_to_switch_that_nobody_follows_is_taken_back(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash long after it is no planned end: whoever takes over then owes the grace."""
    monkeypatch.setattr(switch, "SWITCH_SECONDS_MAX", 0.2)
    async with engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS):
        await seen(log, lambda now: now.beats > 0)
        beating = asyncio.create_task(deaf_shadow(log))
        try:
            with pytest.raises(StartError, match="the wish is taken back"):
                await switch_in(log, LEASE_SECONDS)
        finally:
            beating.cancel()
        assert not (await log.heartbeat()).is_planned_end


async def deaf_shadow(log: FaultyLog) -> None:
    """It shows signs of life and follows nobody's wish."""
    while True:
        await log.stand_by(0)
        await asyncio.sleep(0.01)


async def test_where_no_shadow_stands_by_nothing_is_switched(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    async with engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS):
        await seen(log, lambda now: now.beats > 0)
        with pytest.raises(StartError, match="nothing to switch to"):
            await switch_in(log, LEASE_SECONDS)
        assert not (await log.heartbeat()).switch


async def test_a_shadow_at_the_very_beginning_becomes_primary_at_once(database: Database, tmp_path: Path) -> None:
    """C38: in whatever order engines start, and when all of them start as shadows, one decides."""
    log = MemoryLog()
    async with RunningShadow(log, database, tmp_path, lease_seconds=60):
        async with asyncio.timeout(2):
            while not await log.exists():  # noqa: ASYNC110 - the log has no event for its own making
                await asyncio.sleep(0.001)
        await decided(log, await Day().append(log), within_seconds=6)
    await require_whole(log)


async def test_of_two_shadows_one_takes_over_and_the_other_stays(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C18"""
    day = Day()
    async with (
        RunningShadow(log, database, tmp_path / "a") as one,
        RunningShadow(log, database, tmp_path / "b") as two,
    ):
        for _ in range(20):
            await decided(log, await day.append(log, frames=1))
            await asyncio.sleep(0.02)
        assert [shadow.task.done() for shadow in (one, two)].count(False) >= 1
    await require_whole(log)


async def test_with_a_shadow_the_primary_takes_no_snapshots_and_the_shadow_does(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    day = Day()
    settings = {"lease_seconds": LEASE_SECONDS, "snapshot_commands": 20}
    async with engine(log, database, tmp_path / "a", **settings) as primary:
        async with RunningShadow(log, database, tmp_path / "b", **settings):
            await stands_by(log)
            await stands_by(log)
            await asyncio.sleep(LEASE_SECONDS)  # until the primary has seen it twice
            await decided(log, await day.append(log))
            await appears(lambda: bool(snapshots_in(tmp_path / "b")))
        assert not snapshots_in(tmp_path / "a")
        await asyncio.sleep(3 * LEASE_SECONDS)  # until it sees none any more
        await decided(log, await day.append(log))
        await appears(lambda: bool(snapshots_in(tmp_path / "a")))
        assert not primary.task.done()


async def test_a_shadow_outlives_a_log_and_a_database_that_are_away(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C6 C33: nobody takes over because nobody could be seen."""
    day = Day()
    async with (
        engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS),
        RunningShadow(log, database, tmp_path) as shadow,
    ):
        await decided(log, await day.append(log))
        await stands_by(log)
        log.away = True
        await asyncio.sleep(2 * LEASE_SECONDS)
        log.away = False
        await decided(log, await day.append(log))
        await stands_by(log)
        assert not shadow.task.done()
    assert {entry.epoch for entry in await entries_of(log)} == {1}


async def test_an_engine_is_ready_when_nothing_is_left_to_decide(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before what had waited while no engine ran is decided and durable."""
    ready = tmp_path / "ready"
    monkeypatch.setenv("TRUEMAN_READY_FILE", str(ready))
    await Day().append(log)
    log.open.clear()
    async with engine(log, database, tmp_path):
        await asyncio.sleep(0.05)
        assert not ready.exists()
        log.open.set()
        await decided(log, 50)
        await appears(ready.exists)
        assert ready.read_text().endswith(" primary")


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_engines_come_and_go_there_is_one_chain(seed: int, database: Database, tmp_path: Path) -> None:
    """C13 C14 C15 C16 C17 C18: kills, lost answers and wrong guesses about who lives, from one seed."""
    day, log = Day(seed), FaultyLog(seed, chance=0.1)
    await log.create(RULESET)
    for number in range(6):
        async with (
            RunningShadow(log, database, tmp_path / "a", lease_seconds=0.3),
            RunningShadow(log, database, tmp_path / "b", lease_seconds=0.3),
        ):
            for _ in range(4):
                await day.append(log, frames=2, count=3)
                await asyncio.sleep(0.02 * (number % 3))
    log.chance = 0
    async with RunningShadow(log, database, tmp_path / "a"):
        await decided(log, await log.last_command())
    await require_whole(log)


class PausedLog:
    """Another's log, seen by a process that can be paused: until it is awake nothing of it reaches the log."""

    def __init__(self, log: FaultyLog) -> None:
        self._log = log
        self.awake = asyncio.Event()
        self.awake.set()

    def __getattr__(self, name: str) -> object:
        method = getattr(self._log, name)

        async def when_awake(*words: object, **named: object) -> object:
            await self.awake.wait()
            answer = await method(*words, **named)
            await self.awake.wait()
            return answer

        return when_awake
