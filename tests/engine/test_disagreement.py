"""Where engines, log and database do not agree any more: nobody writes, and a person is told where they part."""

import asyncio
from pathlib import Path

import pytest

from tests.engine.day import Day, RunningEngine, decided, engine
from tests.engine.faulty_log import FaultyLog
from tests.engine.standby import LEASE_SECONDS, RunningShadow, seen, stands_by
from trueman.engine.database import MemoryEngineDatabase
from trueman.errors import Halted, StartError
from trueman.infra.log import EventEntry

Database = MemoryEngineDatabase


@pytest.mark.parametrize("part", ["frame", "chain"])
async def test_a_result_that_differs_stops_both_engines_and_is_named(
    log: FaultyLog, database: Database, tmp_path: Path, part: str
) -> None:
    """C22: the primary's memory is damaged from command 51 on; the log refuses both, and says where they part."""
    day, wrong = Day(), Damaged(log, 51, part)
    async with (
        engine(wrong, database, tmp_path / "a", lease_seconds=LEASE_SECONDS) as primary,
        RunningShadow(log, database, tmp_path / "b") as shadow,
    ):
        await decided(log, await day.append(log))
        await stands_by(log)
        await day.append(log, frames=1)
        with pytest.raises(Halted, match="command"):
            await asyncio.wait_for(shadow.task, 5)
        with pytest.raises(Halted):
            await asyncio.wait_for(primary.task, 5)
    said = (await log.heartbeat()).halted
    assert "command 51 comes to Result(" in said if part == "frame" else "commands 51 to 55 come to the same" in said
    assert said.count("Result(") == (2 if part == "frame" else 0)
    assert "docs/runbooks/engines-disagree.md" in said
    with pytest.raises(Halted):
        await day.append(log, frames=1)


async def test_after_a_disagreement_no_engine_starts_until_an_operator_has_decided(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C22"""
    day = Day()
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log))
        await running.end()
    await log.halt("about command 7")
    for start in (RunningEngine, RunningShadow):
        with pytest.raises(StartError, match="about command 7"):
            await asyncio.wait_for(start(log, database, tmp_path).task, 5)
    await log.resume()
    async with engine(log, database, tmp_path):
        await decided(log, await day.append(log))


async def test_a_shadow_of_a_log_that_lost_its_end_stops(log: FaultyLog, database: Database, tmp_path: Path) -> None:
    """C10 C11: what it compared is no longer there; to go on would be to build on a hole."""
    day = Day()
    async with (
        engine(log, database, tmp_path, lease_seconds=60) as primary,
        RunningShadow(log, database, tmp_path, lease_seconds=60) as shadow,
    ):
        await decided(log, await day.append(log))
        await stands_by_within(log, 25)
        await primary.kill()
        log.events.entries = log.events.entries[:5]
        log.events.last = 25
        with pytest.raises(StartError, match="It has lost its end"):
            await asyncio.wait_for(shadow.task, 25)


async def stands_by_within(log: FaultyLog, seconds: float) -> None:
    await seen(log, lambda now: now.standby_at == 50, within_seconds=seconds)


async def test_a_shadow_does_not_take_over_a_log_that_the_database_is_ahead_of(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C11: results that users have seen are missing from the log."""
    day = Day()
    async with (
        engine(log, database, tmp_path, lease_seconds=LEASE_SECONDS) as primary,
        RunningShadow(log, database, tmp_path) as shadow,
    ):
        await decided(log, await day.append(log))
        await stands_by(log)
        database.offset = 51
        await primary.kill()
        with pytest.raises(StartError, match="PostgreSQL holds results up to 51"):
            await asyncio.wait_for(shadow.task, 5)
    assert (await log.heartbeat()).epoch == 1


class Damaged:
    """Another's log, seen by an engine whose memory is not what it was from one command on."""

    def __init__(self, log: FaultyLog, since: int, part: str) -> None:
        self._log = log
        self._since = since
        self._part = part

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)

    async def append_event_entries(self, entries: list[EventEntry]) -> None:
        await self._log.append_event_entries([self._spoiled(entry) for entry in entries])

    def _spoiled(self, entry: EventEntry) -> EventEntry:
        if entry.first < self._since:
            return entry
        value = getattr(entry, self._part)
        at = 8 if self._part == "frame" else 3
        return entry._replace(**{self._part: value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]})
