"""A stream service with a real engine core behind it and real WebSocket clients in front."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from trueman.core.codec import Result, decode_results, encode
from trueman.core.commands import Command, CreateAsset, CreateMarket, Deposit, PlaceOrder
from trueman.core.exchange import Exchange
from trueman.core.rejections import OK
from trueman.core.snapshot import RULESET
from trueman.core.units import BUY, GTC, LIMIT, STP_NONE, USER_ACCOUNT_MIN
from trueman.infra.live import Live
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings
from trueman.ws.service import Service

ALICE, BOB = USER_ACCOUNT_MIN, USER_ACCOUNT_MIN + 1
PATIENCE_SECONDS = 10


class Stage:
    """`tell` commands; whoever subscribed hears of them."""

    def __init__(self, log: MemoryLog, live: Live, service: Service) -> None:
        self.exchange = Exchange()
        self.log = log
        self.live = live
        self.service = service
        self._deposits = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.service.port}"

    async def tell(self, *commands: Command) -> list[Result]:
        """Decide the commands as one frame and wait until the views have it."""
        first, time_us = self.exchange.sequence + 1, time.time_ns() // 1_000
        frame = self.exchange.apply(first, len(commands), time_us, b"".join(map(encode, commands)))
        await self.log.append_events(1, first, first + len(commands) - 1, frame, self.exchange.chain)
        await self.live.caught_up()
        return decode_results(frame)

    async def succeed(self, *commands: Command) -> None:
        for result in await self.tell(*commands):
            assert result.decided.reason == OK, result

    async def open_market(self) -> None:
        """Both assets have 8 decimals; the price step is 0.01, the quantity step 0.00001."""
        await self.succeed(
            CreateAsset(0, 8, "BTC"),
            CreateAsset(0, 8, "USDT"),
            CreateMarket(0, 0, 1, 1_000_000, 1_000, 1, 10**9, 1, 10**9, 0, 0, 0, "BTCUSDT"),
        )
        for account in (ALICE, BOB):
            await self.succeed(*(Deposit(0, account, account, asset + 1, asset, 10**15) for asset in (0, 1)))

    async def order(self, account: int, side: int, price: int, quantity: int) -> int:
        """A limit order in ticks and lots; its id."""
        placed = PlaceOrder(0, account, 0, side, LIMIT, GTC, STP_NONE, price, quantity, 0, 0, f"o{time.time_ns()}")
        (result,) = await self.tell(placed)
        assert result.decided.reason == OK
        return result.decided.order_id

    async def trade(self, price: int, quantity: int, *, taker_side: int = BUY) -> None:
        """Alice makes, Bob takes all of it."""
        await self.order(ALICE, 1 - taker_side, price, quantity)
        await self.order(BOB, taker_side, price, quantity)


@asynccontextmanager
async def staged(**settings: Any) -> AsyncIterator[Stage]:
    log = MemoryLog()
    await log.create(RULESET)
    live = Live(log, cast(asyncpg.Pool, None), portfolio=False)
    service = Service(Settings(ws_port=0, **{"stream_messages_per_second": 1_000, **settings}), live)
    stop = asyncio.Event()
    following = asyncio.create_task(live.follow(stop))
    serving = asyncio.create_task(service.serve(stop, following))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await service.listening.wait()
        yield Stage(log, live, service)
    finally:
        stop.set()
        await asyncio.gather(serving, following)


@asynccontextmanager
async def client(stage: Stage, path: str, **options: Any) -> AsyncIterator[ClientConnection]:
    async with connect(stage.url + path, compression=None, proxy=None, **options) as connection:
        yield connection


async def heard(connection: ClientConnection) -> Any:
    """The next message."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return msgspec.json.decode(await connection.recv())


async def ask(connection: ClientConnection, method: str, params: Any = None, request_id: Any = 1) -> Any:
    """Send a request; the answer, past whatever events came before it."""
    await connection.send(msgspec.json.encode({"method": method, "params": params, "id": request_id}).decode())
    while True:
        message = await heard(connection)
        if "id" in message and ("result" in message or "error" in message):
            return message
