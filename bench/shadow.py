"""What a shadow costs: order throughput with one and without, on the same exchange, in alternating pairs.

The shadow shares the machine with everything it watches, so its cost is the processor time that it takes from them.
Pairs follow each other closely: whatever else the machine does meets both halves of most pairs alike. On a machine that
others use too, its share of the processor time that all parts and the load took is the steadier figure.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import aiohttp
import psutil
import typer
import uvloop

from bench.figures import machine, show, spread, write_json
from bench.orders import OrderSource, load, prepare, stop_simulator
from bench.own_stack import Stack, own_stack
from trueman.infra.service import READY_FILE
from trueman.stack.claim import read_status

READY_SECONDS_MAX = 60
SETTLE_SECONDS = 2.0
"""Until the primary sees whether somebody stands by."""


def processor_seconds(processes: Iterable[psutil.Process]) -> float:
    """Since they began, with their children: PostgreSQL is many."""
    seconds = 0.0
    for process in processes:
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                seconds += sum(each.cpu_times()[:2])
    return seconds


@contextmanager
def shadow_of(stack: Stack) -> Iterator[psutil.Process]:
    """A shadow beside a stack that was started without one."""
    ready = stack.data / "run" / "bench-shadow.ready"
    ready.unlink(missing_ok=True)
    with (stack.data / "logs" / "bench-shadow.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "trueman.cli", "engine", "--shadow"],
            env=stack.environment | stack.server_urls() | {READY_FILE: str(ready)},
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the shadow does not stand by; its log is logs/bench-shadow.log")
            time.sleep(0.05)
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def accepted_per_s(stack: Stack, source: OrderSource, seconds: float, connections: int) -> float:
    return (await load(stack.api_url, source, rate=None, connections=connections, seconds=seconds)).accepted_per_s


async def sources(stack: Stack, accounts: int) -> OrderSource:
    async with aiohttp.ClientSession() as session:
        return await prepare(session, stack.api_url, "BTCUSDT", accounts, stack.data)


def measure(pairs: int, seconds: float, connections: int) -> dict[str, list[float]]:
    """Orders a second of each run; the order within a pair changes from pair to pair."""
    found: dict[str, list[float]] = {"without": [], "with": [], "share": []}
    with own_stack("--no-client", TRUEMAN_SHADOW="0") as stack:
        uvloop.run(stop_simulator(stack))
        source = uvloop.run(sources(stack, 16))
        uvloop.run(accepted_per_s(stack, source, 2.0, connections))
        for pair in range(pairs):
            for kind in ("without", "with")[:: 1 if pair % 2 else -1]:
                with shadow_of(stack) if kind == "with" else nullcontext() as shadow:
                    time.sleep(SETTLE_SECONDS)
                    before = taken(stack, shadow)
                    found[kind].append(uvloop.run(accepted_per_s(stack, source, seconds, connections)))
                    if shadow is not None:
                        of_shadow, of_all = (now - then for now, then in zip(taken(stack, shadow), before, strict=True))
                        found["share"].append(100 * of_shadow / of_all)
    return found


def taken(stack: Stack, shadow: psutil.Process | None) -> tuple[float, float]:
    """Processor seconds of the shadow, and of it, all parts and the load together."""
    parts = [psutil.Process(part["pid"]) for part in read_status(stack.data)["parts"] if part["pid"]]
    of_shadow = processor_seconds([shadow]) if shadow is not None else 0.0
    return of_shadow, of_shadow + processor_seconds(parts) + time.process_time()


def command(
    pairs: Annotated[int, typer.Option(help="Runs with and runs without; medians count.")] = 5,
    seconds: Annotated[float, typer.Option(help="Seconds of one run.")] = 5.0,
    connections: Annotated[int, typer.Option(help="Connections that send at the same time.")] = 128,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Measure what a shadow costs in orders a second."""
    found = measure(pairs, seconds, connections)
    ratios = [100 * (1 - beside / alone) for beside, alone in zip(found["with"], found["without"], strict=True)]
    figures: dict[str, Any] = {
        "without_orders_per_s": spread(found["without"]),
        "with_orders_per_s": spread(found["with"]),
        "cost_percent_of_pairs": spread(ratios),
        "share_percent_of_processor_time": spread(found["share"]),
        "cost_percent_of_medians": round(100 * (1 - median(found["with"]) / median(found["without"])), 1),
        "machine": machine() | {"load": os.getloadavg()[0]},
    }
    rows = {name: value for name, value in figures.items() if isinstance(value, dict) and "median" in value}
    show("A shadow beside the engine", rows, [f"cost of medians: {figures['cost_percent_of_medians']} %"])
    write_json(json_path, figures)
