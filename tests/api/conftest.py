"""A whole exchange in one process: real core, engine, updater and PostgreSQL, the log in memory, no sockets.

`exchange` is that; `funded` has a market BTCUSDT and a user with money besides. Requests go through the same front
door as in production.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from trueman.api.app import create_app
from trueman.api.composition import build_state
from trueman.api.server import running
from trueman.api.state import ApiState
from trueman.core.snapshot import RULESET
from trueman.db_updater import service as updater
from trueman.engine import service as engine
from trueman.engine.database import MemoryEngineDatabase
from trueman.infra.database.connection import API, UPDATER, connect_pool
from trueman.infra.database.identity import create_user
from trueman.infra.log import Log
from trueman.infra.memory_log import MemoryLog
from trueman.infra.passwords import Passwords
from trueman.infra.settings import Settings

PASSWORD = "correct horse battery"
HASH_KIBIBYTES = 1_024
"""Weaker hashes than in production: each test logs several people in."""
MARKET = {
    "symbol": "BTCUSDT",
    "base": "BTC",
    "quote": "USDT",
    "tickSize": "0.01",
    "lotSize": "0.00001",
    "minPrice": "0.01",
    "maxPrice": "1000000",
    "minQuantity": "0.00001",
    "maxQuantity": "9000",
    "minNotional": "5",
    "makerFee": "0.001",
    "takerFee": "0.001",
}


@dataclass
class Person:
    """Somebody logged in; his requests carry his token."""

    http: httpx.AsyncClient
    account: int
    email: str
    token: str

    async def call(self, method: str, path: str, json: Any = None, **kwargs: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        if json is not None:
            kwargs["json"] = json
        return await self.http.request(method, path, headers=headers, **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.call("GET", path, **kwargs)

    async def post(self, path: str, json: Any = None, **kwargs: Any) -> httpx.Response:
        return await self.call("POST", path, json, **kwargs)

    async def deposit(self, asset: str, amount: str) -> None:
        answer = await self.post("/v1/wallet/deposits", {"asset": asset, "amount": amount})
        assert answer.status_code == 201, answer.text

    async def free(self, asset: str) -> str:
        balances = (await self.get("/v1/wallet/balances")).json()["balances"]
        return next(str(balance["free"]) for balance in balances if balance["asset"] == asset)

    async def make_key(self, *permissions: str) -> "Program":
        body = {"label": "test", "permissions": list(permissions or ("read", "trade", "withdraw"))}
        made = (await self.post("/v1/api-keys", body)).json()
        return Program(self.http, made["apiKey"], made["secretKey"])


@dataclass
class Program:
    """A program with an API key; it signs as Binance asks."""

    http: httpx.AsyncClient
    api_key: str
    secret: str

    def sign(self, text: str) -> str:
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    async def call(self, method: str, path: str, query: str = "", body: str = "", **kwargs: Any) -> httpx.Response:
        """Sign `query` and `body` with a timestamp and send both; the signature travels in the query."""
        stamped = f"{query}&timestamp={time.time_ns() // 1_000_000}".lstrip("&")
        target = f"{path}?{stamped}&signature={self.sign(stamped + body)}"
        headers = {"X-MBX-APIKEY": self.api_key, **kwargs.pop("headers", {})}
        return await self.http.request(method, target, content=body.encode(), headers=headers, **kwargs)


@dataclass
class InProcess:
    settings: Settings
    log: Log
    state: ApiState
    database: asyncpg.Pool
    http: httpx.AsyncClient
    names: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def sign_up(self, email: str = "") -> Person:
        email = email or f"person{next(self.names)}@example.com"
        answer = await self.http.post("/v1/auth/signup", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return await self.log_in(email)

    async def log_in(self, email: str) -> Person:
        answer = await self.http.post("/v1/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.http.cookies.clear()
        body = answer.json()
        return Person(self.http, body["account"], email, body["access_token"])

    async def make_admin(self, email: str = "admin@example.com") -> Person:
        assert await create_user(self.database, email, PASSWORD, "admin", self.state.passwords) is not None
        return await self.log_in(email)

    async def list_market(self, admin: Person, **changes: str) -> None:
        for code in ("BTC", "USDT"):
            answer = await admin.post("/v1/admin/assets", {"code": code, "decimals": 8})
            assert answer.status_code in (201, 409), answer.text
        answer = await admin.post("/v1/admin/markets", {**MARKET, **changes})
        assert answer.status_code == 201, answer.text


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(
        data=tmp_path,
        database_url=database_url,
        faucet=True,
        chains="bitcoin:hex:BTC,solana:exact:USDT",
        cookie_secure=False,
        answer_timeout_ms=3_000,
        logins_per_minute=10_000,
        request_weight_per_minute=1_000_000,
        orders_per_10_seconds=100_000,
    )


@pytest.fixture
async def exchange(settings: Settings) -> AsyncIterator[InProcess]:
    log = MemoryLog()
    await log.create(RULESET)
    async with (
        engine_and_updater(settings, log) as (database, stop),
        serving(settings, log, database, stop) as in_process,
    ):
        yield in_process


@contextlib.asynccontextmanager
async def engine_and_updater(settings: Settings, log: Log) -> AsyncIterator[tuple[asyncpg.Pool, asyncio.Event]]:
    """An engine and an updater over the log; connections for an api beside them, and what ends them."""
    stop = asyncio.Event()
    async with (
        await connect_pool(settings.database_url, API) as database,
        await connect_pool(settings.database_url, UPDATER) as tables,
        asyncio.TaskGroup() as parts,
    ):
        parts.create_task(engine.run(settings, log, MemoryEngineDatabase(), stop))
        parts.create_task(updater.run(settings, log, tables, stop))
        try:
            yield database, stop
        finally:
            stop.set()


@contextlib.asynccontextmanager
async def serving(
    settings: Settings, log: Log, database: asyncpg.Pool, stop: asyncio.Event
) -> AsyncIterator[InProcess]:
    """One api process; a test that wants a second one, or one that starts again, opens this again."""
    state = build_state(settings, log, database, passwords=Passwords(HASH_KIBIBYTES))
    transport = httpx.ASGITransport(create_app(state))
    async with running(state, stop), httpx.AsyncClient(transport=transport, base_url="http://api.test") as http:
        yield InProcess(settings, log, state, database, http)


@pytest.fixture
async def admin(exchange: InProcess) -> Person:
    """An administrator of an exchange with the market BTCUSDT."""
    admin = await exchange.make_admin()
    await exchange.list_market(admin)
    return admin


@pytest.fixture
async def alice(exchange: InProcess, admin: Person) -> Person:
    """A user with money, where BTCUSDT trades."""
    return await somebody_with_money(exchange, "alice@example.com")


@pytest.fixture
async def bob(exchange: InProcess, admin: Person) -> Person:
    return await somebody_with_money(exchange, "bob@example.com")


async def somebody_with_money(exchange: InProcess, email: str) -> Person:
    """10 BTC and 100,000 USDT."""
    person = await exchange.sign_up(email)
    await person.deposit("BTC", "10")
    await person.deposit("USDT", "100000")
    return person
