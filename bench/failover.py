"""How long nobody decides when the primary ends: killed, and replaced by an operator's wish, under load.

Real processes, PostgreSQL and Valkey, and orders through the public interface. A failover lasts from the kill until the
first order that was sent afterwards is acknowledged; a switch as long as the longest silence between two
acknowledgements. In the end every acknowledged order is in the event log exactly once, or the benchmark fails.
"""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer
import uvloop

from bench.figures import machine, show, spread, write_json
from bench.http_load import Connection
from bench.orders import OrderSource, prepare, stop_simulator
from bench.own_stack import Stack, own_stack
from trueman.core.codec import decode_results
from trueman.core.events import OrderAccepted
from trueman.engine.switch import switch_in
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog
from trueman.stack.claim import read_status

CALM_SECONDS = 3.0
ROLES_SECONDS_MAX = 60.0
ANSWER_SECONDS_MAX = 30.0


class Load:
    """Orders at a steady rate; whoever is not answered in time goes on with the next."""

    def __init__(self, stack: Stack, source: OrderSource, connections: int, rate: float) -> None:
        self._stack = stack
        self._source = source
        self._connections = connections
        self._pause = connections / rate
        self.acknowledged: list[int] = []
        self.unknown = 0
        self.refused = 0
        self._answered = asyncio.Event()
        self._since = float("inf")
        self.took = 0.0
        self._heard = 0.0
        self.silence = 0.0
        """The longest time between two acknowledgements since `expect`."""

    def expect(self) -> None:
        """From now on an answer counts when its order was sent after this."""
        self._answered.clear()
        self._since = self._heard = time.perf_counter()
        self.silence = 0.0

    async def answered(self) -> float:
        """Seconds from `expect` until the first order sent since was acknowledged."""
        await asyncio.wait_for(self._answered.wait(), ANSWER_SECONDS_MAX)
        return self.took

    async def run(self) -> None:
        await asyncio.gather(*[self._work() for _ in range(self._connections)])

    async def _work(self) -> None:
        host, port = self._source.host.rsplit(":", 1)
        connection = await Connection.open(host, int(port))
        while True:
            sent = time.perf_counter()
            try:
                status, body = await connection.exchange(self._source.next())
            except (ConnectionError, OSError):
                connection = await Connection.open(host, int(port))
                continue
            self._take(sent, status, body)
            await asyncio.sleep(max(0.0, sent + self._pause - time.perf_counter()))

    def _take(self, sent: float, status: int, body: bytes) -> None:
        if status == 200:
            now = time.perf_counter()
            self.acknowledged.append(json.loads(body)["orderId"])
            self.silence, self._heard = max(self.silence, now - self._heard), now
            if sent > self._since and not self._answered.is_set():
                self.took = now - self._since
                self._answered.set()
        elif status < 500:
            self.refused += 1
        else:
            self.unknown += 1


async def both_stand(stack: Stack) -> int:
    """Wait until there is a primary and a shadow that has caught up; return the primary's process."""
    deadline = time.monotonic() + ROLES_SECONDS_MAX
    while time.monotonic() < deadline:
        pids = {part["role"]: part["pid"] for part in read_status(stack.data)["parts"] if part["role"]}
        if {"primary", "shadow"} <= set(pids):
            return pids["primary"]
        await asyncio.sleep(0.1)
    raise RuntimeError(f"no primary and shadow within {ROLES_SECONDS_MAX:g} s: see {stack.data / 'logs'}")


async def measure(stack: Stack, rounds: int, rate: float) -> tuple[dict[str, list[float]], Load]:
    async with aiohttp.ClientSession() as session:
        source = await prepare(session, stack.api_url, "BTCUSDT", 16, stack.data)
    log = await ValkeyLog.connect(stack.server_urls()["VALKEY_URL"], durable=False)
    load = Load(stack, source, 32, rate)
    running = asyncio.create_task(load.run())
    found: dict[str, list[float]] = {"killed": [], "switched": []}
    for number in range(2 * rounds):
        await asyncio.sleep(CALM_SECONDS)  # whoever was replaced has noticed by then
        primary = await both_stand(stack)
        load.expect()
        if number % 2:
            await switch_in(log, Settings().lease_seconds)
            await asyncio.sleep(CALM_SECONDS)
            found["switched"].append(load.silence)
        else:
            os.kill(primary, signal.SIGKILL)
            found["killed"].append(await load.answered())
    await asyncio.sleep(CALM_SECONDS)
    running.cancel()
    await asyncio.wait([running])
    await require_all(log, load.acknowledged)
    await log.close()
    return found, load


async def require_all(log: ValkeyLog, acknowledged: list[int]) -> None:
    """Raise RuntimeError when an order that was acknowledged is not in the event log exactly once."""
    accepted: Counter[int] = Counter()
    after = 0
    while entries := await log.read_events(after):
        after = entries[-1].last
        for entry in entries:
            for result in decode_results(entry.frame):
                accepted.update(event.order_id for event in result.events if type(event) is OrderAccepted)
    wrong = [order for order in acknowledged if accepted[order] != 1]
    if wrong or len(set(acknowledged)) != len(acknowledged):
        raise RuntimeError(f"{len(wrong)} acknowledged orders are not in the log exactly once: {wrong[:5]}")


def command(
    rounds: Annotated[int, typer.Option(help="Kills, and as many switches.")] = 5,
    rate: Annotated[float, typer.Option(help="Orders a second meanwhile.")] = 200.0,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Measure failover: unplanned and planned."""
    with own_stack("--no-client", TRUEMAN_SHADOW="1") as stack:
        uvloop.run(stop_simulator(stack))
        found, load = uvloop.run(measure(stack, rounds, rate))
    figures: dict[str, Any] = {
        "killed_s": spread(found["killed"], 2),
        "switched_s": spread(found["switched"], 2),
        "acknowledged": len(load.acknowledged),
        "acknowledged_lost": 0,
        "outcome_unknown": load.unknown,
        "machine": machine(),
    }
    notes = [
        f"{len(load.acknowledged):,} orders acknowledged, all in the log exactly once; "
        f"{load.unknown:,} were told that their outcome is unknown, {load.refused:,} refused"
    ]
    show("Failover under load", {name: figures[name] for name in ("killed_s", "switched_s")}, notes)
    write_json(json_path, figures)
