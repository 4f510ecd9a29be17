"""How far the tables have come: asked by whoever judges their lag."""

import asyncpg

from trueman.errors import DatabaseUnavailable
from trueman.infra.database.connection import borrow


async def updater_offset(pool: asyncpg.Pool) -> int:
    """The number of the newest command in the tables. Raise DatabaseUnavailable."""
    async with borrow(pool) as connection:
        number = await connection.fetchval("SELECT number FROM stream_offset WHERE name = 'updater'")
    if number is None:
        raise DatabaseUnavailable("the database is not migrated yet")
    return int(number)
