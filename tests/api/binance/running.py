"""A whole exchange in one process: the real core, views, updater and api, the log in memory, PostgreSQL real.

Requests go through the real front door, byte for byte as a client would send them.
"""

import asyncio
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from trueman.api import server
from trueman.api.app import Api, create_app
from trueman.api.composition import build_state
from trueman.api.state import ApiState
from trueman.core.commands import Command, CreateAsset, CreateMarket, Deposit
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.db_updater.service import Updater
from trueman.db_updater.tables import PostgresTables
from trueman.infra.clock import Clock, wall_clock_us
from trueman.infra.database import identity
from trueman.infra.database.connection import API, UPDATER, connect_pool
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings

BTC_ATOMS = 10**8


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> int:
        return int(self.body["code"])


@dataclass
class Trader:
    """An account with an API key, who signs as Binance clients do."""

    running: "Running"
    account: int
    api_key: str
    secret: str

    def signature(self, text: str) -> str:
        return hmac.digest(self.secret.encode(), text.encode(), "sha256").hex()

    def signed(self, parameters: dict[str, object]) -> str:
        text = urlencode({"timestamp": time.time_ns() // 1_000_000, **parameters})
        return f"{text}&signature={self.signature(text)}"

    async def get(self, path: str, **parameters: object) -> Answer:
        return await self.send("GET", path, self.signed(parameters))

    async def post(self, path: str, **parameters: object) -> Answer:
        return await self.send("POST", path, body=self.signed(parameters))

    async def delete(self, path: str, **parameters: object) -> Answer:
        return await self.send("DELETE", path, self.signed(parameters))

    async def send(self, method: str, path: str, query: str = "", body: str = "", **headers: str) -> Answer:
        return await self.running.ask(method, path, query, body, x_mbx_apikey=self.api_key, **headers)

    async def place(self, side: str, quantity: str, price: str, **others: object) -> Answer:
        order = {"symbol": "BTCUSDT", "side": side, "type": "LIMIT", "timeInForce": "GTC"}
        return await self.post("/api/v3/order", **{**order, "quantity": quantity, "price": price, **others})

    async def leave(self) -> None:
        """Take every order out of the books."""
        open_orders = (await self.get("/api/v3/openOrders")).body
        for symbol in {order["symbol"] for order in open_orders}:
            await self.delete("/api/v3/openOrders", symbol=symbol)


@dataclass
class Running:
    state: ApiState
    app: Api
    log: MemoryLog
    deciding: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is clear the engine sleeps."""
    operations: dict[int, int] = field(default_factory=dict)
    names: Iterator[int] = field(default_factory=itertools.count)

    async def ask(self, method: str, path: str, query: str = "", body: str = "", **headers: str) -> Answer:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body.encode(), "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], answered, json.loads(sent[1]["body"]))

    async def get(self, path: str, **parameters: object) -> Answer:
        return await self.ask("GET", path, urlencode(parameters))

    async def do(self, command: Command) -> None:
        result = await self.state.writer.submit(command)
        assert result.decided.reason == 0, f"{command} was refused: {result.decided.reason}"

    async def trader(self, *permissions: str, **money: int) -> Trader:
        """Somebody new with that many whole units of each asset."""
        number = next(self.names)
        pool, now = self.state.database, wall_clock_us()
        account = await identity.insert_user(pool, f"trader{number}@example.com", "no password", "user", now)
        assert account is not None
        self.operations[account] = 0
        row, secret = await self.state.keys.create(account, "bot", list(permissions) or ["read", "trade"])
        for code, units in money.items():
            self.operations[account] += 1
            asset = self.state.live.registry.asset_of_code[code].number
            amount = units * BTC_ATOMS
            await self.do(Deposit(0, account, account, self.operations[account], asset, amount))
        return Trader(self, account, row.api_key, secret)


@asynccontextmanager
async def running_exchange(
    settings: Settings, log_clock: Clock = wall_clock_us, ruleset: int = RULESET
) -> AsyncIterator[Running]:
    """BTCUSDT has a tick of 0.01 and a lot of 0.00001, ETHBTC of 0.00001 and 0.001; nobody has anything yet."""
    async with AsyncExitStack() as stack:
        log, stop = MemoryLog(log_clock), asyncio.Event()
        await log.create(ruleset)
        database = await stack.enter_async_context(await connect_pool(settings.database_url, API))
        tables = await stack.enter_async_context(await connect_pool(settings.database_url, UPDATER))
        state = build_state(settings, log, database)
        running = Running(state, create_app(state), log)
        running.deciding.set()
        parts = [
            asyncio.create_task(_decide(running, stop)),
            asyncio.create_task(Updater(log, PostgresTables(tables), stop).run()),
        ]
        try:
            async with server.running(state, stop):
                await _list_markets(running)
                yield running
        finally:
            stop.set()
            running.deciding.set()
            await asyncio.gather(*parts)


async def _decide(running: Running, stop: asyncio.Event) -> None:
    """The engine, without its snapshots."""
    log = running.log
    exchange = Exchange(await log.genesis_ruleset())
    while not stop.is_set():
        for entry in await log.read_commands(exchange.sequence, wait_ms=50):
            await running.deciding.wait()
            frame = exchange.apply(entry.first, entry.last - entry.first + 1, entry.time_us, entry.frame)
            await log.append_events(1, entry.first, entry.last, frame, exchange.chain)


async def _list_markets(running: Running) -> None:
    for code in ("BTC", "USDT", "ETH"):
        await running.do(CreateAsset(0, 8, code))
    btc, usdt, eth = (running.state.live.registry.asset_of_code[code].number for code in ("BTC", "USDT", "ETH"))
    btcusdt = CreateMarket(0, btc, usdt, 10**6, 10**3, 1, 10**9, 1, 9 * 10**8, 10**8, 1_000, 2_000, "BTCUSDT")
    ethbtc = CreateMarket(0, eth, btc, 10**3, 10**5, 1, 10**9, 1, 10**8, 10**4, 0, 0, "ETHBTC")
    await running.do(btcusdt)
    await running.do(ethbtc)
