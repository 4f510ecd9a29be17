"""Every event is in the tables exactly once, whatever dies and whenever: C23 to C28."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.db_updater.cut_wire import AFTER, BEFORE, Wire
from tests.db_updater.recorded import (
    PATIENCE_SECONDS,
    TABLES,
    ToldLog,
    contents,
    entries_of,
    follow_to_end,
    log_of,
    recorded_day,
    updater_of,
    written,
)
from tests.views.lived import live_through
from trueman.core.events import Moved
from trueman.core.snapshot import RULESET
from trueman.db_updater import service, transaction
from trueman.db_updater.batch import Batch
from trueman.db_updater.tables import Contradiction, OffsetMoved, PostgresTables
from trueman.errors import Fenced, Gap, LogDamaged, LogUnavailable
from trueman.infra.database.connection import UPDATER, connect_pool, migrate
from trueman.infra.log import EventEntry
from trueman.infra.memory_log import MemoryLog
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres

Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "CATCH_UP_COMMANDS_MAX", 60)


async def expected_tables(pool: asyncpg.Pool, log: MemoryLog) -> Tables:
    """What an undisturbed updater writes."""
    await follow_to_end(log, pool)
    return await contents(pool)


async def emptied(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(f"TRUNCATE {', '.join(TABLES)}")
    await connection.execute(
        "UPDATE stream_offset SET number = 0, time_us = 0, chain = decode(repeat('00', 16), 'hex')"
    )
    await connection.close()


@pytest.mark.usefixtures("small_batches")
async def test_replaying_the_log_gives_identical_tables(pool: asyncpg.Pool, database_url: str) -> None:
    _, _, log = await recorded_day(21, 1_000)
    expected = await expected_tables(pool, log)
    await emptied(database_url)
    await follow_to_end(log, pool)
    assert await contents(pool) == expected


async def test_the_tables_do_not_depend_on_where_batches_end(
    pool: asyncpg.Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, log = await recorded_day(22, 1_000)
    expected = await expected_tables(pool, log)
    monkeypatch.setattr(service, "CATCH_UP_COMMANDS_MAX", 1)
    await emptied(database_url)
    await follow_to_end(log, pool)
    assert await contents(pool) == expected


@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.usefixtures("small_batches")
async def test_c25_a_connection_lost_in_commit_loses_and_doubles_nothing(
    pool: asyncpg.Pool, database_url: str, moment: str
) -> None:
    _, _, log = await recorded_day(23, 800)
    expected = await expected_tables(pool, log)
    await emptied(database_url)
    wire = Wire(database_url, [None, moment, None, moment, moment, None, moment])
    async with await connect_pool(await wire.open(), UPDATER) as cut:
        await follow_to_end(log, cut)
    await wire.close()
    assert not wire.cuts
    assert await contents(pool) == expected


@pytest.mark.parametrize("step", ["_write_orders", "_write_balances", "_write_candles"])
async def test_c23_dying_before_commit_leaves_rows_and_offset_unchanged(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    _, results = live_through(24, 400)
    entries = list(entries_of(results, 24))
    log = await log_of([])
    await log.append_event_entries(entries[:10])
    await follow_to_end(log, pool)
    before = await contents(pool)
    await log.append_event_entries(entries[10:])

    async def die(*_: object) -> None:
        raise KeyError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(transaction, step, die)
        with pytest.raises(KeyError):
            await follow_to_end(log, pool)
    assert await contents(pool) == before
    await follow_to_end(log, pool)
    assert (await contents(pool))["stream_offset"][0][0] == len(results)


async def test_c23_c24_an_updater_killed_again_and_again_writes_everything_once(
    pool: asyncpg.Pool, database_url: str
) -> None:
    seed, commands = 25, 800
    _, results, log = await recorded_day(seed, commands)
    expected = await expected_tables(pool, log)
    await emptied(database_url)
    for number in (90, 400, len(results)):
        victim = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.db_updater.victim", database_url, str(seed), str(commands)),
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await offset_in(pool) < number:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        if number < len(results):
            victim.kill()
            await victim.wait()
            assert await offset_in(pool) < len(results), "it was killed at work"
    assert await asyncio.wait_for(victim.wait(), PATIENCE_SECONDS) == 0
    assert await contents(pool) == expected


async def offset_in(pool: asyncpg.Pool) -> int:
    number: int = await pool.fetchval("SELECT number FROM stream_offset")
    return number


async def test_c26_of_two_updaters_the_first_is_fenced(pool: asyncpg.Pool) -> None:
    _, results = live_through(26, 600)
    entries, log = list(entries_of(results, 26)), await log_of([])
    first, second = (updater_of(log, pool) for _ in range(2))
    await log.append_event_entries(entries[:10])
    first_working = asyncio.create_task(first.run())
    await written(first, log.events.last, first_working)
    second_working = asyncio.create_task(second.run())
    await written(second, first.offset, second_working)
    await log.append_event_entries(entries[10:])
    await written(second, log.events.last, second_working)
    with pytest.raises(Fenced):
        await asyncio.wait_for(first_working, PATIENCE_SECONDS)
    second.stop.set()
    await second_working
    held = await pool.fetch("SELECT asset, sum(available + held + reserved) AS total FROM balances GROUP BY asset")
    assert {row["total"] for row in held} == {0}
    moved = sum(isinstance(event, Moved) for result in results for event in result.events)
    assert await pool.fetchval("SELECT count(*) FROM ledger_entries") == moved


async def test_c26_who_was_replaced_writes_nothing_even_at_the_right_offset(pool: asyncpg.Pool) -> None:
    """The offset alone would let two updaters take turns: it has one owner, who took it last."""
    _, results = live_through(26, 100)
    tables, batch = PostgresTables(pool), Batch(0)
    for entry in entries_of(results, 26):
        batch.fold(entry)
    batch.finish()
    for owner in ("first", "second"):
        assert await tables.take_over(owner) == 0
    with pytest.raises(OffsetMoved):
        await tables.write(batch, "first")
    assert await pool.fetchval("SELECT count(*) FROM ledger_entries") == 0
    await tables.write(batch, "second")
    assert (await tables.read_offset())[0] == batch.number


@pytest.fixture
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A server that a test may kill."""
    with tempfile.TemporaryDirectory(prefix="trueman-postgres-") as folder:
        server = EmbeddedPostgres(Path(folder), free_port())
        server.start()
        yield server
        server.stop()


@pytest.mark.usefixtures("small_batches")
async def test_c27_c28_the_updater_outlives_a_killed_database_and_what_its_crash_took_back(
    own_postgres: EmbeddedPostgres, pool: asyncpg.Pool
) -> None:
    """Commits that were not flushed are gone after the kill: the offset is older, and the updater reads again."""
    _, results = live_through(27, 1_500)
    entries, log = list(entries_of(results, 27)), await log_of([])
    await migrate(own_postgres.url)
    async with await connect_pool(own_postgres.url, UPDATER) as mortal:
        updater = updater_of(log, mortal)
        working = asyncio.create_task(updater.run())
        for at in range(0, len(entries), 20):
            await log.append_event_entries(entries[at : at + 20])
            await written(updater, entries[at].last, working)
            own_postgres.kill()
            own_postgres.start()
        await written(updater, log.events.last, working)
        updater.stop.set()
        await working
        found = await contents(mortal)
    assert found == await expected_tables(pool, log)


async def test_c27_the_updater_starts_before_its_database(own_postgres: EmbeddedPostgres) -> None:
    _, results, log = await recorded_day(28, 100)
    own_postgres.kill()
    async with await connect_pool(own_postgres.url, UPDATER) as mortal:
        updater = updater_of(log, mortal)
        working = asyncio.create_task(updater.run())
        await asyncio.sleep(0.1)
        own_postgres.start()
        await asyncio.sleep(0.1)
        await migrate(own_postgres.url)
        await written(updater, len(results), working)
        updater.stop.set()
        await working
    assert updater.offset == len(results)


async def test_a_row_that_is_there_already_is_a_bug_and_nothing_is_written(
    pool: asyncpg.Pool, database_url: str
) -> None:
    _, _, log = await recorded_day(29, 400)
    expected = await expected_tables(pool, log)
    await emptied(database_url)
    await pool.execute("INSERT INTO trades VALUES (0, 3, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0)")
    planted = await contents(pool)
    assert len(expected["trades"]) > 3
    with pytest.raises(Contradiction, match="duplicate key"):
        await follow_to_end(log, pool)
    assert await contents(pool) == planted


async def test_a_log_that_ends_before_the_offset_stops_the_updater(pool: asyncpg.Pool) -> None:
    _, results, log = await recorded_day(30, 200)
    await follow_to_end(log, pool)
    for lost in (await log_of(results[:50]), await log_of([])):
        with pytest.raises(LogDamaged):
            await updater_of(lost, pool).run()


async def test_a_gap_in_the_log_stops_the_updater(pool: asyncpg.Pool) -> None:
    _, _, log = await recorded_day(31, 200)
    del log.events.entries[3]
    with pytest.raises(Gap):
        await follow_to_end(log, pool)


class ShyLog(ToldLog):
    """Away every other time it is asked."""

    asked = 0

    async def read_events(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[EventEntry]:
        self.asked += 1
        if self.asked % 2:
            raise LogUnavailable("away")
        return await super().read_events(after, wait_ms=wait_ms, count=count)


@pytest.mark.usefixtures("small_batches")
async def test_an_updater_waits_for_a_log_that_is_away(pool: asyncpg.Pool) -> None:
    _, results = live_through(32, 100)
    log = ShyLog()
    await log.create(RULESET)
    await log.append_event_entries(list(entries_of(results, 32)))
    updater = await follow_to_end(log, pool)
    assert updater.offset == len(results)
    assert log.asked > 3


async def test_an_updater_that_waits_for_its_database_stops_when_asked() -> None:
    async with await connect_pool(f"postgresql://nobody@127.0.0.1:{free_port()}/none", UPDATER) as nowhere:
        updater = updater_of(await log_of([]), nowhere)
        working = asyncio.create_task(updater.run())
        await asyncio.sleep(0.1)
        updater.stop.set()
        await asyncio.wait_for(working, PATIENCE_SECONDS)
