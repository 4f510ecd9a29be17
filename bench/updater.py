"""The updater catching up: a log of orders decided by the core, followed to its end into an empty database.

Beside it, in the same run: what folding the log costs without a database, and what the same ledger entries cost
PostgreSQL when they are copied into a bare table.
"""

import asyncio
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated, Any

import asyncpg
import typer
import uvloop
from rich.console import Console
from rich.table import Table

from trueman import __version__
from trueman.core import commands as ask
from trueman.core import units
from trueman.core.codec import encode
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.db_updater.batch import Batch
from trueman.db_updater.service import CATCH_UP_COMMANDS_MAX, Updater
from trueman.db_updater.tables import PostgresTables
from trueman.db_updater.transaction import LEDGER_COLUMNS
from trueman.infra.database.connection import UPDATER, connect_pool, migrate
from trueman.infra.log import CommandEntry, EventEntry
from trueman.infra.memory_log import MemoryLog
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres

ACCOUNTS = 500
MARKETS = 4
FRAME_COMMANDS = 100
FRAME_MICROSECONDS = 20_000
"""Five thousand commands a second of log time: what shares a candle matters."""
MIDDLE_TICKS = 10_000
SPREAD_TICKS = 6


def world() -> list[ask.Command]:
    """Markets of one quote asset, and rich accounts."""
    commands: list[ask.Command] = [ask.CreateAsset(0, 8, f"A{number}") for number in range(MARKETS + 1)]
    for market in range(MARKETS):
        bounds = (1, 10**9, 1, 10**9, 0, 1_000, 1_000)
        commands.append(ask.CreateMarket(0, market + 1, 0, 10**6, 10**6, *bounds, f"A{market + 1}A0"))
    for number in range(ACCOUNTS):
        account = units.USER_ACCOUNT_MIN + number
        for asset in range(MARKETS + 1):
            commands.append(ask.Deposit(0, account, account, asset + 1, asset, 10**15))
    return commands


class Orders:
    """Seeded limit orders near one price, a third of them followed by a cancel of an older one."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.owners: list[tuple[int, int]] = []

    def next(self) -> ask.Command:
        random = self.random
        if self.owners and random.random() < 0.25:
            order_id = random.randrange(max(0, len(self.owners) - 2_000), len(self.owners))
            return ask.CancelOrder(0, *self.owners[order_id], units.ANY_ORDER, order_id + 1, 0, "")
        account, market = units.USER_ACCOUNT_MIN + random.randrange(ACCOUNTS), random.randrange(MARKETS)
        self.owners.append((account, market))
        price = MIDDLE_TICKS + random.randint(-SPREAD_TICKS, SPREAD_TICKS)
        side, quantity = random.randrange(2), random.randint(1, 100)
        name = f"x{len(self.owners)}"
        return ask.PlaceOrder(0, account, market, side, units.LIMIT, units.GTC, 0, price, quantity, 0, 0, name)


async def decided_log(commands: int, seed: int) -> MemoryLog:
    """Numbers of orders are guessed by counting: every one is accepted, for everybody is rich."""
    exchange, orders, first = Exchange(), Orders(seed), world()
    time_us = 1_700_000_000_000_000
    log = MemoryLog()
    await log.create(RULESET)
    while exchange.sequence < commands:
        asked = [first.pop(0) if first else orders.next() for _ in range(FRAME_COMMANDS)]
        frame, begin = b"".join(map(encode, asked)), exchange.sequence + 1
        time_us += FRAME_MICROSECONDS
        results = exchange.apply(begin, FRAME_COMMANDS, time_us, frame)
        log.commands.append(CommandEntry(begin, exchange.sequence, time_us, frame))
        await log.append_event_entries([EventEntry(begin, exchange.sequence, 1, exchange.chain, results)])
    return log


async def catch_up(log: MemoryLog, url: str) -> float:
    """Seconds from an empty database to the log's end."""
    await migrate(url)
    async with await connect_pool(url, UPDATER) as pool:
        updater = Updater(log, PostgresTables(pool), asyncio.Event())
        begun = time.perf_counter()
        working = asyncio.create_task(updater.run())
        while updater.offset < log.events.last and not working.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        seconds = time.perf_counter() - begun
        updater.stop.set()
        await working
    return seconds


def fold(log: MemoryLog) -> tuple[float, Batch]:
    begun = time.perf_counter()
    whole = Batch(0)
    for entry in log.events.entries:
        whole.fold(entry)
    whole.finish()
    return time.perf_counter() - begun, whole


async def copy_bare(url: str, batch: Batch) -> float:
    """Seconds to copy the ledger entries into a table without keys or checks."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE bare AS TABLE ledger_entries WITH NO DATA")
    begun = time.perf_counter()
    await connection.copy_records_to_table("bare", records=batch.ledger, columns=LEDGER_COLUMNS)
    seconds = time.perf_counter() - begun
    await connection.close()
    return seconds


async def measure(commands: int, runs: int, seed: int, server: EmbeddedPostgres) -> dict[str, Any]:
    log = await decided_log(commands, seed)
    rates: dict[str, list[float]] = {"events": [], "commands": [], "fold_events": [], "bare_copy_rows": []}
    for run in range(runs):
        name = f"run_{run}"
        connection = await asyncpg.connect(server.url)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        seconds = await catch_up(log, server.url_of(name))
        folding, whole = fold(log)
        rates["events"].append(whole.events / seconds)
        rates["commands"].append(log.events.last / seconds)
        rates["fold_events"].append(whole.events / folding)
        rates["bare_copy_rows"].append(len(whole.ledger) / await copy_bare(server.url_of(name), whole))
    figures = {
        f"{name}_per_s": {"median": median(found), "min": min(found), "max": max(found)}
        for name, found in rates.items()
    }
    about = {"commands": log.events.last, "events": whole.events, "trades": len(whole.trades), "runs": runs}
    share = median(rates["events"]) / median(rates["bare_copy_rows"])
    return figures | {"events_to_bare_copy_ratio": share, **about, **about_machine()}


def about_machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "trueman": __version__,
        "batch_commands_max": CATCH_UP_COMMANDS_MAX,
    }


def command(
    commands: Annotated[int, typer.Option(min=1_000, help="Commands in the log.")] = 60_000,
    runs: Annotated[int, typer.Option(min=1, help="Each into an empty database of its own.")] = 3,
    seed: Annotated[int, typer.Option(help="The same seed makes the same log.")] = 1,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """The DB updater catching up with the event log."""
    with tempfile.TemporaryDirectory(prefix="trueman-bench-") as folder:
        server = EmbeddedPostgres(Path(folder), free_port())
        server.start()
        try:
            figures = uvloop.run(measure(commands, runs, seed, server))
        finally:
            server.stop()
    if json_path is not None:
        json_path.write_text(json.dumps(figures, indent=2) + "\n")
    show(figures)


def show(figures: dict[str, Any]) -> None:
    table = Table("figure", "median", "min", "max", title="DB updater, catching up")
    for name, value in figures.items():
        if isinstance(value, dict):
            table.add_row(name, *(f"{value[column]:,.0f}" for column in ("median", "min", "max")))
        else:
            table.add_row(name, f"{value:,.2f}" if isinstance(value, float) else str(value), "", "")
    Console().print(table)
