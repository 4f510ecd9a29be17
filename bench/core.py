"""The whole core on one CPU: frames in, frames out, with checks, holds, ledger, fees and the hash chain.

Many accounts trade in many markets: 55 % limit orders around the middle, 15 % of them immediate or cancel, and 45 %
cancels of recent orders, some of which have traded meanwhile. Every account was funded before.

A rate by itself says as much of the machine's hour as of the core. So before every run the order book alone replays a
routine day: the same machine, the same compiler, a program so small that it stays in the nearest caches. How many
commands the core decides in the time of one such message wanders less than either rate.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from bench import book, figures
from bench.workloads import workload
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import encode
from trueman.core.exchange import Exchange

Frame = tuple[int, bytes]

MIDDLE_TICKS = 100_000
QUOTE = 0
RECENT_ORDERS = 300
BOOK_MESSAGES = 200_000
"""Of the book alone, before every run."""


def world(accounts: int, markets: int) -> Iterator[ask.Command]:
    """A quote asset, and a base asset and a market as often as asked, and plenty of everything for everybody."""
    for asset in range(markets + 1):
        yield ask.CreateAsset(0, 8, f"A{asset}")
    for market in range(markets):
        bounds = (1, 10**9, 1, 10**9, 1)
        yield ask.CreateMarket(0, market + 1, QUOTE, 10**6, 10**3, *bounds, 500, 1_000, f"M{market}")
    for account in range(u.USER_ACCOUNT_MIN, u.USER_ACCOUNT_MIN + accounts):
        for asset in range(markets + 1):
            yield ask.Deposit(0, account, account, asset + 1, asset, u.SUPPLY_ATOMS_MAX // accounts)


def trading(accounts: int, markets: int, commands: int, seed: int = 1, first_order: int = 1) -> Iterator[ask.Command]:
    """Every order is accepted, so the n-th of them has the number n, counted from the first one's."""
    random = Random(seed)
    placed: list[tuple[int, int]] = []
    for number in range(1, commands + 1):
        account, market = u.USER_ACCOUNT_MIN + random.randrange(accounts), random.randrange(markets)
        if random.random() < 0.55 or not placed:
            side = random.randrange(2)
            price = MIDDLE_TICKS + round(random.gauss(0, 20)) + (10 if side == u.SELL else -10)
            force = u.IOC if random.random() < 0.15 else u.GTC
            quantity, name = random.randint(1, 50), f"x-{number}"
            yield ask.PlaceOrder(number, account, market, side, u.LIMIT, force, 0, price, quantity, 0, 0, name)
            placed.append((account, market))
        else:
            order_id = random.randint(max(1, len(placed) - RECENT_ORDERS), len(placed))
            account, market = placed[order_id - 1]
            yield ask.CancelOrder(number, account, market, u.ANY_ORDER, first_order - 1 + order_id, 0, "")


def framed(commands: Iterator[ask.Command], size: int) -> list[Frame]:
    records = [encode(command) for command in commands]
    parts = [records[at : at + size] for at in range(0, len(records), size)]
    return [(len(part), b"".join(part)) for part in parts]


def play(exchange: Exchange, frames: list[Frame]) -> int:
    """Apply frames one by one; return the bytes that came out."""
    sequence, size = exchange.sequence, 0
    for count, frame in frames:
        size += len(exchange.apply(sequence + 1, count, sequence + 1, frame))
        sequence += count
    return size


def measure(before: list[Frame], frames: list[Frame], runs: int) -> tuple[dict[str, figures.Spread], int, Exchange]:
    """The rates, the bytes that came out, and the last run's exchange."""
    rates, cpu_rates, book_rates, ratios, size = list[float](), list[float](), list[float](), list[float](), 0
    commands, messages = sum(count for count, _ in frames), workload("routine day", BOOK_MESSAGES)
    exchange = Exchange()
    for _ in range(runs):
        alone, _ = book.measure(messages, 1)
        exchange = Exchange()
        play(exchange, before)
        wall, cpu = time.perf_counter(), time.process_time()
        size = play(exchange, frames)
        rates.append(commands / (time.perf_counter() - wall))
        cpu_rates.append(commands / (time.process_time() - cpu))
        book_rates.append(alone["messages_per_cpu_s"]["median"])
        ratios.append(cpu_rates[-1] / book_rates[-1])
    measured = {
        "commands_per_s": figures.spread(rates),
        "commands_per_cpu_s": figures.spread(cpu_rates),
        "book_messages_per_cpu_s": figures.spread(book_rates),
        "commands_per_book_message": figures.spread(ratios, 3),
    }
    return measured, size, exchange


def command(
    commands: Annotated[int, typer.Option(help="Commands that are measured.")] = 300_000,
    accounts: Annotated[int, typer.Option(help="Accounts that trade.")] = 1_000,
    markets: Annotated[int, typer.Option(help="Markets they trade in.")] = 8,
    frame: Annotated[int, typer.Option(help="Commands of one frame.")] = 64,
    runs: Annotated[int, typer.Option(help="Runs; the median counts.")] = 3,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Measure the core: frames of commands in, frames of results out; the book alone beside it."""
    before = framed(world(accounts, markets), 1_000)
    frames = framed(trading(accounts, markets, commands), frame)
    figures_of_run, size, exchange = measure(before, frames, runs)
    exchange.check()
    peak, machine = figures.peak_memory_mb(), figures.machine()
    open_orders = len(exchange.open_orders())
    figures.show(
        f"The core, {accounts:,} accounts in {markets} markets, {frame} commands a frame",
        {name: figures_of_run[key] for key, name in NAMES.items()},
        [
            f"core {machine['core']} · {size / commands:.0f} bytes of results a command · {open_orders:,} open orders "
            f"at the end · peak memory {peak:,.0f} MB"
        ],
    )
    settings = {"commands": commands, "accounts": accounts, "markets": markets, "frame": frame, "runs": runs}
    report = {**figures_of_run, "result_bytes": round(size / commands), "open_orders": open_orders, **settings}
    figures.write_json(json_path, {**report, "peak_memory_mb": peak, "machine": machine})


NAMES = {
    "commands_per_s": "commands a second",
    "commands_per_cpu_s": "of CPU time",
    "book_messages_per_cpu_s": "the book alone, messages a second of CPU time",
    "commands_per_book_message": "commands in the time of one of its messages",
}
