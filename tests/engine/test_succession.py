"""Taking the primary's place when neighbours are lost in the midst of it, and being told to stop meanwhile."""

import asyncio
from pathlib import Path

import pytest

from tests.engine.day import Day, RunningEngine, decided, engine, require_whole
from tests.engine.faulty_log import FaultyLog
from tests.engine.standby import LEASE_SECONDS, RunningShadow, stands_by
from tests.engine.test_disagreement import Damaged
from tests.engine.test_grace import LONG, closed, opened, over, statuses_of
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.engine import shadow as shadow_module
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.succession import Succession
from trueman.errors import Halted, LogUnavailable, OutcomeUnknown
from trueman.infra.log import EventEntry

Database = MemoryEngineDatabase


class CutAtTheFence(FaultyLog):
    """Each of the next `cuts` fences is set, and its answer lost."""

    cuts = 0

    async def fence(self, epoch: int) -> int:
        end = await super().fence(epoch)
        if self.cuts:
            self.cuts -= 1
            raise OutcomeUnknown("connection lost after the fence")
        return end


@pytest.fixture
async def log() -> CutAtTheFence:
    log = CutAtTheFence()
    await log.create(RULESET)
    return log


async def test_a_planned_switch_stays_planned_when_the_log_is_lost_behind_the_fence(
    log: CutAtTheFence, database: Database, tmp_path: Path
) -> None:
    """C33 C36: twice, so that it is remembered over several attempts; nobody waits for a lease, no market is closed."""
    before = await opened(log, database, tmp_path)
    settings = {"lease_seconds": 60, "grace_seconds": LONG}
    async with (
        engine(log, database, tmp_path, lease_seconds=60) as primary,
        RunningShadow(log, database, tmp_path / "shadow", **settings),
    ):
        await stands_by_slowly(log)
        log.cuts = 2
        end = await log.last_command()
        await primary.end()
        await decided(log, await Day().append(log, frames=1), within_seconds=5)
        assert log.cuts == 0
        assert (database.grace, await statuses_of(log)) == (None, before)
        assert await log.last_command() == end + 5, "nothing but the day's commands"


async def stands_by_slowly(log: FaultyLog) -> None:
    """With so long a lease a shadow looks a few times a second, and gives its first sign at once."""
    async with asyncio.timeout(5):
        while not (await log.heartbeat()).standby_beats:  # noqa: ASYNC110 - the log has no event for it
            await asyncio.sleep(0.01)


async def test_what_the_log_said_before_the_fence_outlives_a_log_that_is_lost_during_the_replay_behind_it(
    log: CutAtTheFence, database: Database, tmp_path: Path
) -> None:
    """C33: and an end that was not in order does not become one."""
    day = Day()
    for is_planned in (True, False):
        async with engine(log, database, tmp_path) as running:
            await decided(log, await day.append(log))
            await (running.end() if is_planned else running.kill())
        succession, exchange = Succession(log, database), Exchange()
        for _ in range(2):
            log.away = True
            with pytest.raises(LogUnavailable):
                await succession.attempt(exchange, await log.heartbeat())
            log.away = False
            assert succession.is_begun(await log.heartbeat())
        await succession.attempt(exchange, await log.heartbeat())
        assert succession.was_planned == is_planned
        assert exchange.sequence == await log.last_event()


async def test_a_start_after_an_orderly_end_stays_planned_when_the_log_is_lost_behind_the_fence(
    log: CutAtTheFence, database: Database, tmp_path: Path
) -> None:
    """C33"""
    day = Day()
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log))
        await running.end()
    log.cuts = 2
    async with engine(log, database, tmp_path, grace_seconds=LONG) as running:
        await decided(log, await day.append(log))
        await running.end()
    assert database.grace is None
    await require_whole(log)


async def test_a_take_over_unasked_stays_one_when_the_log_is_lost_behind_the_fence(
    log: CutAtTheFence, database: Database, tmp_path: Path
) -> None:
    """C17 C33: our own fence is no orderly end of the engine before us."""
    before = await opened(log, database, tmp_path)
    async with (
        engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS) as primary,
        RunningShadow(log, database, tmp_path / "shadow", grace_seconds=LONG),
    ):
        await stands_by(log)
        log.cuts = 1
        await primary.kill()
        async with asyncio.timeout(5):
            while await statuses_of(log) != closed(before):  # noqa: ASYNC110 - the log has no event for it
                await asyncio.sleep(0.01)
    async with engine(log, database, tmp_path, grace_seconds=0):
        await over(database)
    await require_whole(log)


class Deaf(FaultyLog):
    """Nothing that concerns the halt gets through."""

    async def halt(self, reason: str) -> None:
        raise LogUnavailable("away")


async def test_a_shadow_that_cannot_tell_what_it_found_ends_when_it_is_told_to(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C22 C33: it asks for a person all the same."""
    monkeypatch.setattr(shadow_module, "RETRY_SECONDS", 0.001)
    log, day = Deaf(), Day()
    await log.create(RULESET)
    async with (
        engine(Damaged(log, 1, "chain"), database, tmp_path / "a", lease_seconds=60),
        RunningShadow(log, database, tmp_path / "b", lease_seconds=60) as shadow,
    ):
        await stands_by_slowly(log)
        await decided(log, await day.append(log))
        await asyncio.sleep(0.1)
        assert not shadow.task.done()
        shadow.stop.set()
        with pytest.raises(Halted, match="A shadow came to something else"):
            await asyncio.wait_for(shadow.task, 2)


class Hanging(FaultyLog):
    """It answers nobody, as a server that is paused does not."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = asyncio.Event()
        self.answers.set()

    async def append_event_entries(self, entries: list[EventEntry]) -> None:  # type: ignore[override]
        await self.answers.wait()
        await super().append_event_entries(entries)

    async def read_events(self, *words: int, **named: int) -> list[EventEntry]:
        await self.answers.wait()
        return await super().read_events(*words, **named)

    async def last_event(self) -> int:
        await self.answers.wait()
        return await super().last_event()


@pytest.mark.parametrize("start", [RunningEngine, RunningShadow])
async def test_an_engine_told_to_stop_while_it_recovers_ends_at_once(
    database: Database, tmp_path: Path, start: type[RunningEngine] | type[RunningShadow]
) -> None:
    """C33: a replay may take minutes, and a log may hang."""
    log = Hanging()
    await log.create(RULESET)
    async with engine(log, database, tmp_path) as first:
        await decided(log, await Day().append(log))
        await first.kill()
    log.answers.clear()
    starting = start(log, database, tmp_path / "other")
    await asyncio.sleep(0.02)
    assert not starting.task.done()
    starting.stop.set()
    await asyncio.wait_for(starting.task, 1)


async def test_a_shadow_told_to_stop_while_the_log_hangs_ends_at_once(database: Database, tmp_path: Path) -> None:
    """C33"""
    log = Hanging()
    await log.create(RULESET)
    async with engine(log, database, tmp_path), RunningShadow(log, database, tmp_path / "b") as shadow:
        await stands_by(log)
        log.answers.clear()
        await asyncio.sleep(0.05)
        shadow.stop.set()
        await asyncio.wait_for(shadow.task, 1)
        log.answers.set()


@pytest.mark.parametrize("fault", ["hangs", "away"])
async def test_an_engine_whose_results_are_in_doubt_ends_when_it_is_told_to(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """C16 C33: it does not say that it has ended in order, and what the log did not take is decided again."""
    monkeypatch.setattr("trueman.engine.pipeline.FAREWELL_SECONDS_MAX", 0.1)
    log, day = Hanging(), Day()
    await log.create(RULESET)
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log))
        log.lose_before = True
        log.open.clear()
        await day.append(log, frames=2)
        await asyncio.sleep(0.02)
        if fault == "away":
            log.away = True
        else:
            log.answers.clear()
        log.open.set()
        await asyncio.sleep(0.02)
        running.stop.set()
        await asyncio.wait_for(running.task, 1)
    assert not (await log.heartbeat()).is_over
    log.away = False
    log.answers.set()
    async with engine(log, database, tmp_path):
        await decided(log, 60)
    await require_whole(log)
