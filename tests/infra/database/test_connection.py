"""A connection that is lost while it is borrowed is a database that is away, however asyncpg says it."""

import asyncpg
import pytest

from trueman.errors import DatabaseUnavailable
from trueman.infra.database.connection import UPDATER, borrow, connect_pool


async def lose_in_a_transaction(pool: asyncpg.Pool) -> None:
    async with borrow(pool) as connection, connection.transaction():
        connection.terminate()
        await connection.execute("SELECT 1")


async def ask_wrongly(pool: asyncpg.Pool) -> None:
    async with borrow(pool) as connection:
        await connection.execute("SELECT $1::int", 1, 2)


async def test_a_connection_that_the_pool_took_back_is_a_database_that_is_away(database_url: str) -> None:
    """C25 C33: lost in the midst of a transaction; asyncpg then refuses to say even whether it is closed."""
    async with await connect_pool(database_url, UPDATER) as pool:
        with pytest.raises(DatabaseUnavailable):
            await lose_in_a_transaction(pool)
        assert await pool.fetchval("SELECT 1") == 1


async def test_our_own_mistake_is_not_blamed_on_the_database(database_url: str) -> None:
    async with await connect_pool(database_url, UPDATER) as pool:
        with pytest.raises(asyncpg.InterfaceError):
            await ask_wrongly(pool)
