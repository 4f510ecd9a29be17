"""Hours of an ordinary day: does memory grow, do answers become slower, does anything fall behind?

The simulator trades as in the demo and a steady stream of orders comes besides. Each window of time is measured by
itself; a slope is that of the line through the windows of the later half, when caches and books are full.
"""

import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import aiohttp
import psutil
import typer
import uvloop

from bench.figures import machine, show, spread, write_json
from bench.orders import OrderSource, load, prepare
from bench.own_stack import Stack, own_stack, run_trueman
from trueman.stack.claim import read_status

CONNECTIONS = 32
ACCOUNTS = 16
P99 = 99.0
WINDOWS_MIN = 4
GENEROUS = {"TRUEMAN_ORDERS_PER_10_SECONDS": "1000000", "TRUEMAN_REQUEST_WEIGHT_PER_MINUTE": "100000000"}


class Window(NamedTuple):
    hours: float
    """Since the first one."""
    memory_mb: dict[str, float]
    """Of each part with its children."""
    p99_ms: float
    failed: int
    lag_commands: int
    """That PostgreSQL does not have yet."""


def slope(points: list[tuple[float, float]]) -> float:
    """Of the straight line that fits best."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread_x = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread_x if spread_x else 0.0


def memory_of_parts(stack: Stack) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in read_status(stack.data)["parts"]:
        if part["pid"]:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(part["pid"])
                each = [process, *process.children(recursive=True)]
                found[part["name"]] = sum(one.memory_info().rss for one in each) / 1e6
    return found


async def windows(stack: Stack, rate: float, minutes: float, window_seconds: float) -> list[Window]:
    found: list[Window] = []
    async with aiohttp.ClientSession() as session:
        source = await prepare(session, stack.api_url, "BTCUSDT", ACCOUNTS, stack.data)
        began = time.monotonic()
        while time.monotonic() - began < minutes * 60:
            found.append(await one_window(session, stack, source, rate, window_seconds, began))
            last = found[-1]
            total = sum(last.memory_mb.values())
            print(f"{last.hours * 60:6.1f} min  p99 {last.p99_ms:7.1f} ms  {total:8,.0f} MB  lag {last.lag_commands}")
    return found


async def one_window(
    session: aiohttp.ClientSession, stack: Stack, source: OrderSource, rate: float, seconds: float, began: float
) -> Window:
    run = await load(stack.api_url, source, rate=rate, connections=CONNECTIONS, seconds=seconds)
    async with session.get(f"{stack.api_url}/readyz") as answer:
        lag = (await answer.json())["tablesLag"]
    hours = (time.monotonic() - began) / 3_600
    p99 = run.latency.get_value_at_percentile(P99) / 1_000
    return Window(hours, memory_of_parts(stack), p99, run.failed, lag)


def figures_of(found: list[Window]) -> dict[str, Any]:
    later = found[len(found) // 2 :]
    parts = sorted(later[0].memory_mb)
    growth = {name: round(slope([(one.hours, one.memory_mb.get(name, 0.0)) for one in later]), 1) for name in parts}
    return {
        "latency_p99_ms": spread([one.p99_ms for one in found], 1),
        "latency_p99_first_half_ms": spread([one.p99_ms for one in found[: len(found) // 2]], 1),
        "latency_p99_second_half_ms": spread([one.p99_ms for one in later], 1),
        "lag_commands": spread([float(one.lag_commands) for one in found], 0),
        "memory_mb": {name: spread([one.memory_mb.get(name, 0.0) for one in later], 1) for name in parts},
        "memory_growth_mb_per_hour": growth,
        "failed": sum(one.failed for one in found),
        "hours": round(found[-1].hours, 2),
    }


def command(
    minutes: Annotated[float, typer.Option(help="How long.")] = 60.0,
    rate: Annotated[float, typer.Option(help="Orders a second, besides the simulator's.")] = 200.0,
    window_seconds: Annotated[float, typer.Option(help="Seconds of one window.")] = 30.0,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Trade for hours and tell what grows; at the end engine and database are compared."""
    if minutes * 60 < WINDOWS_MIN * window_seconds:
        raise typer.BadParameter(f"at least {WINDOWS_MIN} windows are needed", param_hint="--minutes")
    with own_stack("--no-client", **GENEROUS) as stack:
        found = uvloop.run(windows(stack, rate, minutes, window_seconds))
        run_trueman(stack.environment | stack.server_urls(), "reconcile")
    figures = figures_of(found)
    rows = {f"memory of {name}, MB": value for name, value in figures["memory_mb"].items()}
    rows |= {"p99, first half, ms": figures["latency_p99_first_half_ms"]}
    rows |= {"p99, second half, ms": figures["latency_p99_second_half_ms"], "lag, commands": figures["lag_commands"]}
    growth = ", ".join(f"{name} {value:+.1f}" for name, value in figures["memory_growth_mb_per_hour"].items())
    show("A long day", rows, [f"failed {figures['failed']}", f"growth in MB an hour, later half: {growth}"])
    settings = {"minutes": minutes, "rate": rate, "window_seconds": window_seconds}
    write_json(json_path, {"benchmark": "soak", **figures, "settings": settings, "machine": machine()})
