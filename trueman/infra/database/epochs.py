"""The engine's questions to PostgreSQL: whose turn it is, how far the tables have come, what is skipped."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from trueman.errors import DatabaseUnavailable, StartError
from trueman.infra.database import skip_list
from trueman.infra.skips import Skips

FLUSH_SECONDS_MAX: Final = 10.0
"""PostgreSQL flushes what was committed without waiting within three of its wal_writer_delay, 0.6 s usually."""
FLUSH_POLL_SECONDS: Final = 0.05
OFFSET: Final = "SELECT number, time_us, pg_current_wal_insert_lsn() FROM stream_offset WHERE name = 'updater'"
UNFINISHED: Final = "SELECT to_regclass('public.trueman_restoring') IS NOT NULL"
"""The table in which a restore says whose it is, until everything is there."""
IS_FLUSHED: Final = "SELECT pg_current_wal_flush_lsn() >= $1"


class PostgresEngineDatabase:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def next_epoch(self, above: int = 0) -> int:
        if (await self._row(UNFINISHED))[0]:
            raise StartError(
                "A restore into this database was not finished: start it again with `trueman restore`, into an empty "
                "data folder. See docs/runbooks/backup-and-restore.md"
            )
        return await self._number("UPDATE engine_epoch SET epoch = greatest(epoch, $1) + 1 RETURNING epoch", above)

    async def updater_offset(self) -> int:
        return await self._number("SELECT number FROM stream_offset WHERE name = 'updater'")

    async def flushed_offset(self) -> tuple[int, int]:
        """The updater commits without waiting for the disk; here we wait, until all that was committed is on it."""
        number, time_us, written = await self._row(OFFSET)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + FLUSH_SECONDS_MAX
        while not (await self._row(IS_FLUSHED, written))[0]:
            if loop.time() > deadline:
                raise DatabaseUnavailable(f"PostgreSQL has not flushed its log after {FLUSH_SECONDS_MAX:.0f} s")
            await asyncio.sleep(FLUSH_POLL_SECONDS)
        return number, time_us

    async def skips(self) -> Skips:
        with troubles_told():
            return Skips(await skip_list.signed(self._pool))

    async def grace_after(self) -> int | None:
        number = (await self._row("SELECT grace_after FROM engine_epoch"))[0]
        return None if number is None else int(number)

    async def begin_grace(self, after: int) -> int:
        return await self._number(
            "UPDATE engine_epoch SET grace_after = coalesce(grace_after, $1) RETURNING grace_after", after
        )

    async def end_grace(self) -> None:
        await self._row("UPDATE engine_epoch SET grace_after = NULL RETURNING epoch")

    async def _number(self, statement: str, *arguments: object) -> int:
        return int((await self._row(statement, *arguments))[0])

    async def _row(self, statement: str, *arguments: object) -> asyncpg.Record:
        with troubles_told():
            row = await self._pool.fetchrow(statement, *arguments)
        if row is None:
            raise StartError(
                "A row that the migrations make is missing. Restore the database or run `trueman migrate`."
            )
        return row


@contextmanager
def troubles_told() -> Iterator[None]:
    """Raise StartError for what an operator has to mend, DatabaseUnavailable for what passes."""
    try:
        yield
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedObjectError, asyncpg.InvalidParameterValueError) as error:
        raise StartError(f"The database has no tables of ours ({error}). Run `trueman migrate`.") from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnavailable(f"PostgreSQL does not answer: {str(error) or type(error).__name__}") from error
