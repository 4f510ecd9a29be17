"""The engine's two questions, asked of a real PostgreSQL in the engine's own role."""

import asyncio

import asyncpg
import pytest

from trueman.errors import DatabaseUnavailable, StartError
from trueman.infra.database.connection import API, ENGINE, UPDATER, connect_pool
from trueman.infra.database.epochs import PostgresEngineDatabase
from trueman.stack.ports import free_port


async def test_every_epoch_is_given_once(database_url: str) -> None:
    async with await connect_pool(database_url, ENGINE) as pool:
        database = PostgresEngineDatabase(pool)
        epochs = await asyncio.gather(*[database.next_epoch() for _ in range(20)])
        assert sorted(epochs) == list(range(1, 21))


async def test_the_offset_is_the_updaters(database_url: str) -> None:
    async with await connect_pool(database_url, ENGINE) as pool:
        database = PostgresEngineDatabase(pool)
        assert await database.updater_offset() == 0
        owner = await asyncpg.connect(database_url)
        await owner.execute("UPDATE stream_offset SET number = 42 WHERE name = 'updater'")
        await owner.close()
        assert await database.updater_offset() == 42


async def test_a_database_that_does_not_answer_is_waited_for() -> None:
    async with await connect_pool(f"postgresql://nobody@127.0.0.1:{free_port()}/none", ENGINE) as pool:
        with pytest.raises(DatabaseUnavailable):
            await PostgresEngineDatabase(pool).next_epoch()


async def test_a_database_without_our_tables_is_the_operators_business(database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute("DROP TABLE engine_epoch")
    await owner.close()
    async with await connect_pool(database_url, ENGINE) as pool:
        with pytest.raises(StartError, match="trueman migrate"):
            await PostgresEngineDatabase(pool).next_epoch()


async def test_the_offset_is_told_once_a_crash_cannot_take_it_back(database_url: str) -> None:
    """C28: what may still vanish from the tables stays in the log."""
    updater = await connect_pool(database_url, UPDATER)
    pool = await connect_pool(database_url, ENGINE)
    try:
        for number in range(1, 6):
            await updater.execute("UPDATE stream_offset SET number = $1, time_us = $2", number, number * 1_000)
            written = await updater.fetchval("SELECT pg_current_wal_insert_lsn()")
            assert await PostgresEngineDatabase(pool).flushed_offset() == (number, number * 1_000)
            assert await updater.fetchval("SELECT pg_current_wal_flush_lsn() >= $1", written)
    finally:
        updater.terminate()
        pool.terminate()


async def test_where_a_grace_began_is_remembered_until_it_is_over(database_url: str) -> None:
    async with await connect_pool(database_url, ENGINE) as pool:
        database = PostgresEngineDatabase(pool)
        assert await database.grace_after() is None
        assert [await database.begin_grace(after) for after in (40, 50)] == [40, 40]
        assert await PostgresEngineDatabase(pool).grace_after() == 40
        await database.end_grace()
        assert await database.grace_after() is None


@pytest.mark.parametrize(("role", "waits"), [(UPDATER, "off"), (API, "on"), (ENGINE, "on")])
async def test_only_the_updater_may_be_told_before_a_commit_is_flushed(
    database_url: str, role: str, waits: str
) -> None:
    """C23 C28: what a crash takes back the updater alone can write again; users and epochs cannot be repeated."""
    async with await connect_pool(database_url, role) as pool:
        assert await pool.fetchval("SHOW synchronous_commit") == waits
