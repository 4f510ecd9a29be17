"""Event logs with a random day of the naive exchange in them, and updaters that follow one to its end."""

import asyncio
from collections.abc import Iterator
from hashlib import blake2b
from random import Random
from typing import Any

import asyncpg

from tests.reference.naive_exchange import NaiveExchange
from tests.views.lived import live_through
from trueman.core.codec import Result, decode_results, encode
from trueman.core.commands import COMMAND_KINDS, Command, SetFeeAsset, Transfer
from trueman.core.events import Moved
from trueman.core.snapshot import RULESET
from trueman.db_updater.service import Updater
from trueman.db_updater.tables import PostgresTables, Tables
from trueman.infra.log import CommandEntry, EventEntry, Log
from trueman.infra.memory_log import MemoryLog
from trueman.views.source_operations import MONEY_KINDS

PATIENCE_SECONDS = 60
TABLES = (
    *("assets", "markets", "orders", "trades", "ledger_entries", "balances", "candles", "levels"),
    *("market_guards", "fee_tiers", "account_terms", "order_lists", "prevented_matches", "amendments"),
    "source_operations",
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


class ToldLog(MemoryLog):
    """A log of results alone: the commands beside them are made up so that they fit."""

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[CommandEntry]:
        return [
            CommandEntry(told.first, told.last, 0, asked_for(told.frame))
            for told in self.events._following(after, count)
        ]


def asked_for(frame: bytes) -> bytes:
    """Each operation has the number of its command, which no other has."""
    return b"".join(encode(_asked_for(result)) for result in decode_results(frame))


def _asked_for(result: Result) -> Command:
    decided, events = result
    moved = next((event for event in events if isinstance(event, Moved)), None)
    asset, amount = (moved.asset, moved.amount) if moved else (0, 1)
    record = COMMAND_KINDS.get(decided.kind)
    if decided.kind not in MONEY_KINDS or record is None:
        return SetFeeAsset(0, 0, 0)
    target = (moved.target if moved else 0,) if record is Transfer else ()
    made: Any = record
    command: Command = made(decided.tag, decided.account, decided.account, decided.number, asset, amount, *target)
    return command


async def log_of(results: list[Result], seed: int = 1, frame_commands_max: int = 40) -> MemoryLog:
    log = ToldLog()
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
