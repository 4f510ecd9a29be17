"""The engine's questions to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from trueman.errors import DatabaseUnavailable, StartError
from trueman.infra.database import skip_list
from trueman.infra.skips import Skips


class PostgresEngineDatabase:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def next_epoch(self, above: int = 0) -> int:
        return await self._number("UPDATE engine_epoch SET epoch = greatest(epoch, $1) + 1 RETURNING epoch", above)

    async def updater_offset(self) -> int:
        return await self._number("SELECT number FROM stream_offset WHERE name = 'updater'")

    async def skips(self) -> Skips:
        with troubles_told():
            return Skips(await skip_list.signed(self._pool))

    async def _number(self, statement: str, *values: int) -> int:
        with troubles_told():
            number = await self._pool.fetchval(statement, *values)
        if number is None:
            raise StartError(
                "A row that the migrations make is missing. Restore the database or run `trueman migrate`."
            )
        return int(number)


@contextmanager
def troubles_told() -> Iterator[None]:
    """Raise StartError for what an operator has to mend, DatabaseUnavailable for what passes."""
    try:
        yield
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedObjectError, asyncpg.InvalidParameterValueError) as error:
        raise StartError(f"The database has no tables of ours ({error}). Run `trueman migrate`.") from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnavailable(f"PostgreSQL does not answer: {error or type(error).__name__}") from error
