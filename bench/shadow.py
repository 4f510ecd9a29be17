"""What a shadow costs: processor time per order with one and without, on one exchange, in short alternating pairs.

The shadow shares the machine with everything it watches. Where orders come as fast as the machine takes them, their
rate is cores divided by processor time per order, so the cost in one is the cost in the other. Rates tell whatever else
the machine does; the processor time of our own processes tells it far less, and pairs of seconds meet the rest alike.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Annotated, Any, NamedTuple

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
TAIL_SECONDS = 0.5
"""What is left to do for the last orders, by the shadow and the updater, is done by then."""


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


class Half(NamedTuple):
    """One run of a pair: orders accepted in so many seconds, and what all parts and the load took for them."""

    orders: int
    seconds: float
    processor_seconds: float
    shadow_seconds: float

    @property
    def us_per_order(self) -> float:
        return self.processor_seconds / self.orders * 1e6


async def sources(stack: Stack, accounts: int) -> OrderSource:
    async with aiohttp.ClientSession() as session:
        return await prepare(session, stack.api_url, "BTCUSDT", accounts, stack.data)


def half(stack: Stack, source: OrderSource, seconds: float, connections: int, *, with_shadow: bool) -> Half:
    """What starting, catching up and ending take is not counted."""
    with shadow_of(stack) if with_shadow else nullcontext() as shadow:
        time.sleep(SETTLE_SECONDS)
        before = taken(stack, shadow)
        run = uvloop.run(load(stack.api_url, source, rate=None, connections=connections, seconds=seconds))
        time.sleep(TAIL_SECONDS)
        of_shadow, of_all = (now - then for now, then in zip(taken(stack, shadow), before, strict=True))
        if not run.accepted:
            raise RuntimeError(f"the exchange took no order in {seconds:g} s; its logs are in {stack.data / 'logs'}")
        return Half(run.accepted, run.seconds, of_all, of_shadow)


def measure(pairs: int, seconds: float, connections: int) -> list[tuple[Half, Half]]:
    """Without and with, of each pair; which comes first changes from pair to pair."""
    found: list[tuple[Half, Half]] = []
    with own_stack("--no-client", TRUEMAN_SHADOW="0", TRUEMAN_RECONCILE_SECONDS="0") as stack:
        uvloop.run(stop_simulator(stack))
        source = uvloop.run(sources(stack, 16))
        half(stack, source, seconds, connections, with_shadow=False)
        for pair in range(pairs):
            halves = {
                kind: half(stack, source, seconds, connections, with_shadow=kind)
                for kind in (False, True)[:: 1 if pair % 2 else -1]
            }
            found.append((halves[False], halves[True]))
    return found


def taken(stack: Stack, shadow: psutil.Process | None) -> tuple[float, float]:
    """Processor seconds of the shadow, and of it, all parts and the load together."""
    parts = [psutil.Process(part["pid"]) for part in read_status(stack.data)["parts"] if part["pid"]]
    of_shadow = processor_seconds([shadow]) if shadow is not None else 0.0
    return of_shadow, of_shadow + processor_seconds(parts) + time.process_time()


def figures_of(found: list[tuple[Half, Half]]) -> dict[str, Any]:
    without, beside = (list(halves) for halves in zip(*found, strict=True))
    pooled = [
        sum(each.processor_seconds for each in kind) / sum(each.orders for each in kind) for kind in (without, beside)
    ]
    return {
        "without_us_per_order": spread([each.us_per_order for each in without]),
        "with_us_per_order": spread([each.us_per_order for each in beside]),
        "cost_percent_of_pairs": spread([100 * (1 - a.us_per_order / b.us_per_order) for a, b in found]),
        "shadow_us_per_order": spread([each.shadow_seconds / each.orders * 1e6 for each in beside]),
        "without_orders_per_s": spread([each.orders / each.seconds for each in without]),
        "with_orders_per_s": spread([each.orders / each.seconds for each in beside]),
        "cost_percent": round(100 * (1 - pooled[0] / pooled[1]), 1),
        "shadow_share_percent": round(
            100 * sum(each.shadow_seconds for each in beside) / sum(each.processor_seconds for each in beside), 1
        ),
        "machine": machine() | {"load": os.getloadavg()[0]},
    }


def command(
    pairs: Annotated[int, typer.Option(help="Runs with and runs without.")] = 10,
    seconds: Annotated[float, typer.Option(help="Seconds of one run.")] = 5.0,
    connections: Annotated[int, typer.Option(help="Connections that send at the same time.")] = 128,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Measure what a shadow costs of order throughput, in processor time."""
    figures = figures_of(measure(pairs, seconds, connections))
    rows = {name: value for name, value in figures.items() if isinstance(value, dict) and "median" in value}
    cost = f"A shadow costs {figures['cost_percent']} % of order throughput where the processor is the limit"
    note = f"{cost}; its own share of the processor time is {figures['shadow_share_percent']} %."
    show("A shadow beside the engine", rows, [note])
    write_json(json_path, figures)
