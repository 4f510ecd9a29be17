"""What the simulator shall do and what it says of itself: one row, written by the api, read by both."""

import json
from typing import Any, NamedTuple

import asyncpg


class Control(NamedTuple):
    desired: str
    """running or stopped."""
    options: dict[str, Any]
    status: dict[str, Any] | None
    status_us: int | None


async def read(pool: asyncpg.Pool) -> Control:
    row = await pool.fetchrow("SELECT desired, options, status, status_us FROM simulator")
    assert row is not None, "the migration makes the row"
    status = None if row["status"] is None else json.loads(row["status"])
    return Control(row["desired"], json.loads(row["options"]), status, row["status_us"])


async def start(pool: asyncpg.Pool, options: dict[str, Any]) -> None:
    await pool.execute("UPDATE simulator SET desired = 'running', options = $1", json.dumps(options))


async def stop(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE simulator SET desired = 'stopped'")


async def report(pool: asyncpg.Pool, status: dict[str, Any], now_us: int) -> None:
    await pool.execute("UPDATE simulator SET status = $1, status_us = $2", json.dumps(status), now_us)
