"""The updater's door to its tables: rows and offset in one transaction, moved by compare-and-swap, never half.

`PostgresTables` and `MemoryTables` meet one contract test, so that the updater can be simulated without a server.
What goes wrong is one of three: DatabaseUnavailable, and a write may or may not have been done (ask for the offset);
OffsetMoved, nothing was written because the batch does not fit; Contradiction, nothing was written and it is a bug.
"""

from typing import Final, Protocol

import asyncpg

from trueman.db_updater import transaction
from trueman.db_updater.batch import Batch
from trueman.db_updater.transaction import OffsetMoved
from trueman.errors import DatabaseUnavailable
from trueman.infra.database.connection import borrow

NOT_MIGRATED: Final = (asyncpg.UndefinedTableError, asyncpg.InvalidParameterValueError)
"""No table, or no role to act in: a start before its migrations."""

__all__ = ["Contradiction", "OffsetMoved", "PostgresTables", "Tables"]


class Contradiction(Exception):
    """A row that is there already, or one that cannot be: the log or the updater is wrong. Nothing was written."""


class Tables(Protocol):
    async def take_over(self, owner: str) -> int:
        """From now on only `owner` may write, and not even a crash of the database forgets it. Return the offset."""
        ...

    async def read_offset(self) -> tuple[int, str]:
        """The number of the newest command in the tables, and who may write."""
        ...

    async def write(self, batch: Batch, owner: str) -> None:
        """All rows of the batch and its offset, or nothing of it.

        Raise OffsetMoved when the tables do not stand at `batch.after` or another owner has taken over,
        Contradiction when a row exists or cannot be, DatabaseUnavailable when the outcome is not known.
        """


class PostgresTables:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def take_over(self, owner: str) -> int:
        try:
            async with borrow(self._pool) as connection:
                return await transaction.take_over(connection, owner)
        except NOT_MIGRATED as error:
            raise DatabaseUnavailable(f"the database is not migrated yet: {error}") from error

    async def read_offset(self) -> tuple[int, str]:
        async with borrow(self._pool) as connection:
            return await transaction.read_offset(connection)

    async def write(self, batch: Batch, owner: str) -> None:
        try:
            async with borrow(self._pool) as connection:
                await transaction.write(connection, batch, owner)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise Contradiction(f"commands {batch.after + 1} to {batch.number}: {error}") from error
