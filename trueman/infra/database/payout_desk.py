"""Whether withdrawals are paid, in one row; and what tells a PostgreSQL that it was from a copy of it.

A copy does not know what was paid after it was taken. Where `trueman restore` makes one it closes the desk itself; a
PostgreSQL that somebody has brought back by other means is known by its place: which server, timeline, database
and tables, how far its write-ahead log is on the disk, and how far the tables have come.
"""

from contextlib import suppress
from typing import Final, NamedTuple

import asyncpg

from trueman.infra.database.connection import Connection

STATE: Final = "SELECT is_open, why, changed_us, changed_by FROM payout_desk"
SET: Final = "UPDATE payout_desk SET is_open = $1, why = $2, changed_us = $3, changed_by = $4 WHERE is_open <> $1"
TABLES: Final = """
SELECT concat_ws('.', (SELECT oid FROM pg_database WHERE datname = current_database()),
                 'wallet_operations'::regclass::oid, 'stream_offset'::regclass::oid)"""
SERVER: Final = """
SELECT concat_ws('.', system_identifier, left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))
FROM pg_control_system()"""
POSITION: Final = """
SELECT number, (pg_current_wal_insert_lsn() - '0/0')::bigint AS written,
       (pg_current_wal_flush_lsn() - '0/0')::bigint AS flushed,
       (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint AS started_us
FROM stream_offset WHERE name = 'updater'"""
WAITING: Final = """
SELECT payout, asset, count(*) AS withdrawals, sum(amount) AS amount FROM wallet_operations
WHERE payout IN ('reserved', 'broadcasting', 'paid', 'failed') GROUP BY payout, asset ORDER BY payout, asset"""


class DeskState(NamedTuple):
    is_open: bool
    why: str = ""
    changed_us: int = 0
    changed_by: str = ""


class Place(NamedTuple):
    """Where a database is. Of one and the same, nothing of it ever goes back."""

    identity: str
    offset: int
    """Of the updater: committed, but perhaps not on the disk yet."""
    written: int
    """Bytes of the write-ahead log."""
    flushed: int
    """Those of them that are on the disk."""
    started_us: int = 0
    """Of the server: what was not on the disk before a crash is not there after it, however long its log is then."""


class Waiting(NamedTuple):
    payout: str
    asset: int
    withdrawals: int
    amount: int


async def state(pool: asyncpg.Pool) -> DeskState:
    row = await pool.fetchrow(STATE)
    assert row is not None  # the migrations make it
    return DeskState(*row)


async def close(connection: asyncpg.Pool | Connection, why: str, now_us: int, by: str) -> bool:
    """False when it was closed already: the first reason stays."""
    return bool(await connection.execute(SET, False, why, now_us, by) == "UPDATE 1")


async def open_again(pool: asyncpg.Pool, why: str, now_us: int, by: str) -> bool:
    """False when it was open already."""
    return bool(await pool.execute(SET, True, why, now_us, by) == "UPDATE 1")


async def place(pool: asyncpg.Pool) -> Place:
    identity = await pool.fetchval(TABLES)
    with suppress(asyncpg.InsufficientPrivilegeError):  # some who host it tell nobody; the tables have to do
        identity = f"{await pool.fetchval(SERVER)}.{identity}"
    row = await pool.fetchrow(POSITION)
    assert row is not None  # the migrations make it
    return Place(identity, *row)


async def waiting(pool: asyncpg.Pool) -> list[Waiting]:
    """The withdrawals that are not at their end, counted."""
    return [Waiting(row[0], row[1], row[2], int(row[3])) for row in await pool.fetch(WAITING)]
