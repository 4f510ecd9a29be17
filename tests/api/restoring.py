"""PostgreSQL restored alone: its tables as they were, under services that run, beside a log that knows more."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Self

import asyncpg
import pytest

from trueman.db_updater import transaction
from trueman.db_updater.batch import Batch
from trueman.infra.database.connection import Connection

ATTEMPTS_MAX = 10
TABLES = """
    SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace('public')
    AND relname <> 'alembic_version'"""


class Backup:
    """Of all tables, in the database itself."""

    def __init__(self, database_url: str, tables: list[str]) -> None:
        self._url = database_url
        self._tables = tables

    @classmethod
    async def take(cls, database_url: str) -> Self:
        async with _connected(database_url) as connection, connection.transaction(isolation="repeatable_read"):
            tables = [row["relname"] for row in await connection.fetch(TABLES)]
            await connection.execute("CREATE SCHEMA backup")
            for table in tables:
                await connection.execute(f"CREATE TABLE backup.{table} AS TABLE public.{table}")
        return cls(database_url, tables)

    async def restore(self) -> None:
        """Again, where it met a writer of the exchange that goes on meanwhile in the middle."""
        for _ in range(ATTEMPTS_MAX):
            with suppress(asyncpg.DeadlockDetectedError):
                await self._restore()
                return
        raise AssertionError(f"{ATTEMPTS_MAX} restores met a deadlock")

    async def _restore(self) -> None:
        async with _connected(self._url) as connection, connection.transaction():
            await connection.execute("SET session_replication_role = replica")
            await connection.execute(f"TRUNCATE {', '.join(self._tables)} CASCADE")
            for table in self._tables:
                await connection.execute(
                    f"INSERT INTO public.{table} OVERRIDING SYSTEM VALUE SELECT * FROM backup.{table}"
                )


@asynccontextmanager
async def _connected(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    try:
        yield connection
    finally:
        await connection.close()


class Gate:
    """Before it the updater waits with what it has to write, while it is shut."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open = asyncio.Event()
        self._open.set()
        write = transaction.write

        async def when_open(connection: Connection, batch: Batch, owner: str) -> None:
            await self._open.wait()
            await write(connection, batch, owner)

        monkeypatch.setattr(transaction, "write", when_open)

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Open again afterwards, whatever happened: the updater could not end before it."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()
