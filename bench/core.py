"""The whole core on one CPU: frames in, frames out, with checks, holds, ledger, fees and the hash chain.

A rate by itself says as much of the machine's hour as of the core. So before every run the order book alone replays a
routine day: the same machine, the same compiler, a program so small that it stays in the nearest caches. How many
commands the core decides in the time of one such message wanders less than either rate.
"""

import time
from pathlib import Path
from typing import Annotated

import typer

from bench import book, figures
from bench.day import Frame, framed, play, trading, world
from bench.workloads import workload
from trueman.core.exchange import Exchange

BOOK_MESSAGES = 200_000
"""Of the book alone, before every run."""


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
    runs: Annotated[int, typer.Option(help="Runs; the median counts.")] = 9,
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
