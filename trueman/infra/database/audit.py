"""What administrators did, in a table that only grows. Each row carries a hash of itself and of the row before."""

import hashlib
import json
from typing import Any, Final

import asyncpg

GENESIS: Final = bytes(16)
_LOCK: Final = 7_283_461
"""The advisory lock under which rows are chained, one at a time."""


async def record(pool: asyncpg.Pool, now_us: int, account: int, action: str, detail: dict[str, Any]) -> None:
    text = json.dumps(detail, sort_keys=True, separators=(",", ":"))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        previous = await connection.fetchval("SELECT hash FROM audit_log ORDER BY id DESC LIMIT 1") or GENESIS
        await connection.execute(
            "INSERT INTO audit_log (time_us, account, action, detail, hash) VALUES ($1, $2, $3, $4, $5)",
            now_us,
            account,
            action,
            text,
            link(previous, now_us, account, action, text),
        )


async def first_broken(pool: asyncpg.Pool) -> int | None:
    """The id of the first row that was changed, or that follows a row which is gone; None when all is well."""
    previous = GENESIS
    for row in await pool.fetch("SELECT id, time_us, account, action, detail, hash FROM audit_log ORDER BY id"):
        previous = link(previous, row["time_us"], row["account"], row["action"], row["detail"])
        if row["hash"] != previous:
            return int(row["id"])
    return None


def link(previous: bytes, time_us: int, account: int, action: str, detail: str) -> bytes:
    row = json.dumps([time_us, account, action, detail]).encode()
    return hashlib.blake2b(previous + row, digest_size=16).digest()
