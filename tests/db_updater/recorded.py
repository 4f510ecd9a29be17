"""Event logs with a random day of the naive exchange in them, and updaters that follow one to its end."""

import asyncio
from collections.abc import Iterator
from hashlib import blake2b
from random import Random
from typing import Any

import asyncpg

from tests.reference.naive_exchange import NaiveExchange
from tests.views.lived import live_through
from trueman.core.codec import Result, encode
from trueman.core.snapshot import RULESET
from trueman.db_updater.service import Updater
from trueman.db_updater.tables import PostgresTables, Tables
from trueman.infra.log import EventEntry, Log
from trueman.infra.memory_log import MemoryLog

PATIENCE_SECONDS = 60
TABLES = (
    *("assets", "markets", "orders", "trades", "ledger_entries", "balances", "candles", "levels"),
    *("market_guards", "fee_tiers", "account_terms", "order_lists", "prevented_matches", "amendments"),
)


def entries_of(results: list[Result], seed: int, frame_commands_max: int = 40) -> Iterator[EventEntry]:
    """The results in frames of random lengths."""
    random, at, chain = Random(seed), 0, bytes(16)
    while at < len(results):
        some = results[at : at + random.randint(1, frame_commands_max)]
        frame = b"".join(encode(event) for result in some for event in (result.decided, *result.events))
        chain = blake2b(chain + frame, digest_size=16).digest()
        yield EventEntry(at + 1, at + len(some), 1, chain, frame)
        at += len(some)


async def log_of(results: list[Result], seed: int = 1, frame_commands_max: int = 40) -> MemoryLog:
    log = MemoryLog()
    await log.create(RULESET)
    for entry in entries_of(results, seed, frame_commands_max):
        await log.append_event_entries([entry])
    return log


async def recorded_day(seed: int, commands: int, **options: int) -> tuple[NaiveExchange, list[Result], MemoryLog]:
    exchange, results = live_through(seed, commands, **options)
    return exchange, results, await log_of(results, seed)


async def follow_to_end(log: Log, tables: asyncpg.Pool | Tables) -> Updater:
    """An updater that has written everything and was stopped."""
    updater = updater_of(log, tables)
    working = asyncio.create_task(updater.run())
    await written(updater, await log.last_event(), working)
    updater.stop.set()
    await working
    return updater


def updater_of(log: Log, tables: asyncpg.Pool | Tables) -> Updater:
    return Updater(log, PostgresTables(tables) if isinstance(tables, asyncpg.Pool) else tables, asyncio.Event())


async def written(updater: Updater, number: int, working: asyncio.Task[None]) -> None:
    """Return when the updater has come so far, or has ended."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while updater.offset < number and not working.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def contents(pool: asyncpg.Pool) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, and the offset, in order."""
    tables = {}
    for table in TABLES:
        rows = await pool.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3")
        tables[table] = [tuple(row) for row in rows]
    offset = await pool.fetchrow("SELECT number, time_us, chain FROM stream_offset")
    assert offset is not None
    return tables | {"stream_offset": [tuple(offset)]}
