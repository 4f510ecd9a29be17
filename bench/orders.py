"""Order entry through the public interface, every part running: rate and latency as a caller sees them.

Open loop: with `--rate N` an order is due every 1/N seconds whether or not the last was answered, and its latency
counts from the moment it was due, so a stall is not hidden. `--rate max` keeps every connection busy instead.
"""

import asyncio
import hmac
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import typer
import uvloop
from hdrh.histogram import HdrHistogram

from bench.figures import machine, show, spread, write_json
from bench.http_load import Connection, request_bytes
from bench.own_stack import Stack, demo_login, own_stack
from trueman.simulator.bots import Bots
from trueman.simulator.exchange_client import ExchangeClient
from trueman.simulator.market import market_rules
from trueman.simulator.strategy import MarketRules
from trueman.wire import decimals

LATENCY_US_MAX = 60_000_000
SPREAD_TICKS = 5
SIMULATOR_STOP_SECONDS = 4.0
FIGURE_DIGITS = 3
QUANTILES = (50.0, 90.0, 99.0, 99.9)


@dataclass
class Run:
    """What one run of some seconds came to."""

    seconds: float = 0.0
    accepted: int = 0
    refused: int = 0
    failed: int = 0
    last_refusal: str = ""
    latency: HdrHistogram = field(default_factory=lambda: HdrHistogram(1, LATENCY_US_MAX, 3))

    @property
    def accepted_per_s(self) -> float:
        return self.accepted / self.seconds


class OrderSource:
    """Seeded limit orders of many accounts around one price: about half of them trade, the book stays small."""

    def __init__(self, clients: list[ExchangeClient], rules: MarketRules, host: str, seed: int) -> None:
        self.clients = clients
        self.rules = rules
        self.host = host
        self.random = Random(seed)
        self.middle = rules.ticks(90_000.0)

    def next(self) -> bytes:
        random, rules = self.random, self.rules
        client = random.choice(self.clients)
        price = self.middle + random.randint(-SPREAD_TICKS, SPREAD_TICKS)
        parameters = {
            "symbol": rules.symbol,
            "side": "BUY" if random.random() < 0.5 else "SELL",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": decimals.text(random.randint(10, 200) * rules.lot_units, rules.quantity_decimals),
            "price": decimals.text(price * rules.tick_units, rules.price_decimals),
            "newOrderRespType": "ACK",
            "recvWindow": 30_000,
            "timestamp": int(time.time() * 1000),
        }
        text = urlencode(parameters)
        signature = hmac.digest(client.secret, text.encode(), "sha256").hex()
        headers = {"X-MBX-APIKEY": client.key}
        return request_bytes("POST", f"/api/v3/order?{text}&signature={signature}", self.host, headers)


async def load(api_url: str, source: OrderSource, *, rate: float | None, connections: int, seconds: float) -> Run:
    """Send for `seconds`, `rate` a second, or with None as fast as the connections are answered."""
    host, port = urlsplit(api_url).hostname or "127.0.0.1", urlsplit(api_url).port or 80
    run, opened = Run(), [await Connection.open(host, port) for _ in range(connections)]
    began = time.perf_counter()
    due_times: asyncio.Queue[float | None] = asyncio.Queue()

    async def worker(connection: Connection) -> None:
        while True:
            due = time.perf_counter() if rate is None else await due_times.get()
            if due is None or due - began >= seconds:
                return
            await _one(connection, source.next(), due, run)

    workers = [asyncio.create_task(worker(connection)) for connection in opened]
    if rate is not None:
        await _schedule(due_times, began, rate, seconds, connections)
    await asyncio.gather(*workers)
    run.seconds = time.perf_counter() - began
    for connection in opened:
        connection.close()
    return run


async def _schedule(
    due_times: "asyncio.Queue[float | None]", began: float, rate: float, seconds: float, ends: int
) -> None:
    for index in range(int(rate * seconds)):
        due = began + index / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        due_times.put_nowait(due)
    for _ in range(ends):
        due_times.put_nowait(None)


async def _one(connection: Connection, request: bytes, due: float, run: Run) -> None:
    status, body = await connection.exchange(request)
    run.latency.record_value(min(LATENCY_US_MAX, max(1, int((time.perf_counter() - due) * 1e6))))
    if status == 200:
        run.accepted += 1
    elif status < 500:
        run.refused += 1
        run.last_refusal = body.decode(errors="replace")
    else:
        run.failed += 1
        run.last_refusal = body.decode(errors="replace")


async def prepare(session: aiohttp.ClientSession, api_url: str, symbol: str, accounts: int, data: Path) -> OrderSource:
    """Accounts with keys and money."""
    visitor = ExchangeClient(session, api_url)
    info = await visitor.public("/api/v3/exchangeInfo", symbol=symbol)
    rules = market_rules(info["symbols"][0])
    bots, clients = Bots(session, api_url, data / "secrets" / "bench.json"), []
    for index in range(accounts):
        client = await bots.client(f"load-{index}")
        for asset in (rules.base, rules.quote):
            await client.signed_json("POST", "/v1/wallet/deposits", {"asset": asset, "amount": "1000000"})
        clients.append(client)
    return OrderSource(clients, rules, urlsplit(api_url).netloc, seed=1)


async def stop_simulator(stack: Stack) -> None:
    """Nobody else trades while we measure."""
    async with aiohttp.ClientSession() as session:
        visitor = ExchangeClient(session, stack.api_url)
        token = (await visitor.post("/v1/auth/login", demo_login(stack, "admin")))["access_token"]
        await visitor.post("/v1/simulator/stop", {}, token=token)
        await asyncio.sleep(SIMULATOR_STOP_SECONDS)


async def measure(api_url: str, data: Path, settings: dict[str, Any]) -> list[Run]:
    async with aiohttp.ClientSession() as session:
        source = await prepare(session, api_url, settings["symbol"], settings["accounts"], data)
    shape = {name: settings[name] for name in ("rate", "connections", "seconds")}
    await load(api_url, source, **shape | {"seconds": 1.0})
    return [await load(api_url, source, **shape) for _ in range(settings["runs"])]


def report(runs: list[Run], settings: dict[str, Any]) -> dict[str, Any]:
    figures: dict[str, Any] = {"orders_per_s": spread([run.accepted_per_s for run in runs], FIGURE_DIGITS)}
    for quantile in QUANTILES:
        values = [run.latency.get_value_at_percentile(quantile) / 1_000 for run in runs]
        figures[f"latency_p{quantile:g}_ms"] = spread(values, FIGURE_DIGITS)
    counts = {name: sum(getattr(run, name) for run in runs) for name in ("accepted", "refused", "failed")}
    last = next((run.last_refusal for run in runs if run.last_refusal), "")
    return {
        "benchmark": "orders",
        **figures,
        **counts,
        "last_refusal": last,
        "settings": settings,
        "machine": machine(),
    }


def tell(figures: dict[str, Any]) -> None:
    rows = {name: value for name, value in figures.items() if isinstance(value, dict) and "median" in value}
    notes = [f"accepted {figures['accepted']:,}, refused {figures['refused']:,}, failed {figures['failed']:,}"]
    if figures["last_refusal"]:
        notes.append(f"last refusal: {figures['last_refusal']}")
    show("Order entry over REST, durable before the answer", rows, notes)


def command(
    rate: Annotated[str, typer.Option(help="Orders a second, or max.")] = "max",
    transport: Annotated[str, typer.Option(help="rest")] = "rest",
    connections: Annotated[int, typer.Option(help="Connections that send at the same time.")] = 128,
    accounts: Annotated[int, typer.Option(help="Accounts that trade.")] = 16,
    seconds: Annotated[float, typer.Option(help="Seconds of one run.")] = 5.0,
    runs: Annotated[int, typer.Option(help="Runs; the median counts.")] = 3,
    symbol: Annotated[str, typer.Option(help="The market.")] = "BTCUSDT",
    api_url: Annotated[str, typer.Option(help="A running exchange; empty starts one of its own.")] = "",
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures there.")] = None,
) -> None:
    """Load the exchange with orders and report rate and latency."""
    if transport != "rest":
        raise typer.BadParameter("only rest is there yet", param_hint="--transport")
    settings = {
        "rate": None if rate == "max" else float(rate),
        "connections": connections,
        "accounts": accounts,
        "seconds": seconds,
        "runs": runs,
        "symbol": symbol,
    }
    if api_url:
        measured = uvloop.run(measure(api_url, Path(".data"), settings))
    else:
        with own_stack("--no-client") as stack:
            uvloop.run(stop_simulator(stack))
            measured = uvloop.run(measure(stack.api_url, stack.data, settings))
    figures = report(measured, settings)
    tell(figures)
    write_json(json_path, figures)
