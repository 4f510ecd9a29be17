"""Candles and old trades: PostgreSQL and the live tape read as one, without a gap and without a repetition."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.api.binance.running import Running, running_exchange
from trueman.api.binance.reads import history_reached
from trueman.core.commands import PlaceOrder
from trueman.core.rejections import OK
from trueman.core.units import BUY, IOC, LIMIT, SELL
from trueman.infra.clock import wall_clock_us
from trueman.infra.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="package")

MINUTE_US = 60_000_000
TICKS = 100
"""Ticks of BTCUSDT in one USDT."""
LOTS = 10_000
"""A tenth of a bitcoin."""


class Clock:
    """The log's time, which a test moves forward; it begins ten minutes and a bit ago, at a whole minute."""

    def __init__(self) -> None:
        now = wall_clock_us()
        self.begin_us = self.now_us = now - now % MINUTE_US - 10 * MINUTE_US

    def __call__(self) -> int:
        return self.now_us

    def at_minute(self, minute: int) -> None:
        self.now_us = self.begin_us + minute * MINUTE_US + 1_000


class Past:
    """An exchange whose trades happen when the test says."""

    def __init__(self, running: Running, clock: Clock, account: int, url: str) -> None:
        self.running = running
        self.clock = clock
        self.orders = 0
        self.account = account
        self.url = url

    async def trade(self, minute: int, *prices: int) -> None:
        """A tenth of a bitcoin at each price, which is in USDT."""
        self.clock.at_minute(minute)
        orders: list[PlaceOrder] = []
        for price in prices:
            common = (LIMIT, IOC, 0, price * TICKS, LOTS, 0, 0)
            orders.append(PlaceOrder(0, self.account, 0, SELL, *common, "")._replace(time_in_force=0))
            orders.append(PlaceOrder(0, self.account, 0, BUY, *common, ""))
        named = [order._replace(client_id=f"c{number}") for number, order in enumerate(orders, self.orders)]
        self.orders += len(orders)
        results = await self.running.state.writer.submit_all(named)
        assert {result.decided.reason for result in results} == {OK}

    async def candles(self, **parameters: Any) -> list[list[Any]]:
        answer = await self.running.get("/api/v3/klines", **{"symbol": "BTCUSDT", "interval": "1m", **parameters})
        assert answer.status == 200, answer.body
        return list(answer.body)

    def closes(self, candles: list[list[Any]]) -> dict[int, tuple[int, int]]:
        """Minute -> closing price and number of trades."""
        begin_ms = self.clock.begin_us // 1_000
        return {(candle[0] - begin_ms) // 60_000: (int(float(candle[4])), candle[8]) for candle in candles}

    @asynccontextmanager
    async def updater_stuck(self) -> AsyncIterator[None]:
        """Nothing reaches PostgreSQL meanwhile."""
        connection = await asyncpg.connect(self.url)
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE stream_offset IN EXCLUSIVE MODE")
                yield
        finally:
            await connection.close()

    async def updater_done(self) -> None:
        await history_reached(self.running.state, self.running.state.live.offset)


@pytest_asyncio.fixture(loop_scope="package")
async def past(database_url: str, tmp_path: Path) -> AsyncIterator[Past]:
    clock = Clock()
    settings = Settings(data=tmp_path, database_url=database_url, request_weight_per_minute=10**6)
    async with running_exchange(settings, clock) as running:
        trader = await running.trader(BTC=1_000, USDT=100_000_000)
        yield Past(running, clock, trader.account, database_url)


async def test_a_candle_holds_all_that_was_traded_in_its_minute(past: Past) -> None:
    await past.trade(1, 100, 300, 50, 200)
    candle = (await past.candles())[0]
    open_ms = (past.clock.begin_us + MINUTE_US) // 1_000
    assert candle == [
        open_ms,
        "100.00000000",
        "300.00000000",
        "50.00000000",
        "200.00000000",
        "0.40000000",
        open_ms + 59_999,
        "65.00000000",
        4,
        "0.40000000",
        "65.00000000",
        "0",
    ]


async def test_minutes_without_a_trade_have_flat_candles(past: Past) -> None:
    await past.trade(1, 100)
    await past.trade(4, 200)
    candles = await past.candles()
    assert list(past.closes(candles).items())[:5] == [
        (1, (100, 1)),
        (2, (100, 0)),
        (3, (100, 0)),
        (4, (200, 1)),
        (5, (200, 0)),
    ]
    assert all(later[0] == earlier[6] + 1 for earlier, later in pairwise(candles))
    flat = candles[1]
    assert flat[1:6] == ["100.00000000"] * 4 + ["0.00000000"]
    assert len(candles) >= 10, "flat candles reach the minute that runs now"


async def test_limits_and_spans_choose_candles(past: Past) -> None:
    for minute in range(5):
        await past.trade(minute, 100 + minute)
    await past.updater_done()
    begin_ms = past.clock.begin_us // 1_000
    newest = past.closes(await past.candles(limit=3))
    assert [trades for _, trades in newest.values()] == [0, 0, 0]
    since = past.closes(await past.candles(startTime=begin_ms + 60_000, limit=2))
    assert since == {1: (101, 1), 2: (102, 1)}
    span = past.closes(await past.candles(startTime=begin_ms + 1, endTime=begin_ms + 180_000))
    assert span == {1: (101, 1), 2: (102, 1), 3: (103, 1)}
    until = past.closes(await past.candles(endTime=begin_ms + 119_999, limit=1))
    assert until == {1: (101, 1)}
    from_the_beginning = past.closes(await past.candles(startTime=0, limit=2))
    assert from_the_beginning == {0: (100, 1), 1: (101, 1)}
    assert await past.candles(endTime=begin_ms - 1) == []
    assert await past.candles(startTime=begin_ms + 86_400_000) == []


async def test_every_interval_is_served(past: Past) -> None:
    await past.trade(0, 100)
    for interval in ["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"]:
        candles = await past.candles(interval=interval, limit=1_000)
        assert sum(candle[8] for candle in candles) == 1, interval
    for wrong in ("1x", "60", "1H"):
        answer = await past.running.get("/api/v3/klines", symbol="BTCUSDT", interval=wrong)
        assert (answer.code, answer.body["msg"]) == (-1120, "Invalid interval.")
    zone = await past.running.get("/api/v3/klines", symbol="BTCUSDT", interval="1d", timeZone="8")
    assert zone.code == -1130


async def test_trades_that_history_lacks_come_from_the_tape(past: Past) -> None:
    await past.trade(1, 100)
    await past.trade(2, 200)
    await past.updater_done()
    async with past.updater_stuck():
        await past.trade(2, 210)
        await past.trade(3, 300, 310)
        assert list(past.closes(await past.candles()).items())[:3] == [(1, (100, 1)), (2, (210, 2)), (3, (310, 2))]
        trades = (await past.running.get("/api/v3/historicalTrades", symbol="BTCUSDT", fromId=2)).body
        assert [trade["id"] for trade in trades] == [2, 3, 4, 5]
    await past.updater_done()
    assert list(past.closes(await past.candles()).items())[:3] == [(1, (100, 1)), (2, (210, 2)), (3, (310, 2))]


async def test_what_the_tape_no_longer_reaches_is_waited_for(past: Past) -> None:
    await past.trade(1, *[100 + number % 7 for number in range(600)])
    await past.updater_done()
    async with past.updater_stuck():
        await past.trade(2, *[200 + number % 7 for number in range(1_100)])
        asking = asyncio.create_task(past.candles())
        await asyncio.sleep(0.2)
        assert not asking.done()
    closes = past.closes(await asking)
    assert (closes[1][1], closes[2][1]) == (600, 1_100)


async def test_old_trades_and_new_ones_are_one_row_of_numbers(past: Past) -> None:
    await past.trade(1, *[100] * 900)
    await past.trade(2, *[200] * 900)
    for first, limit in ((1, 1_000), (500, 1_000), (790, 20), (1_500, 1_000)):
        answer = await past.running.get("/api/v3/historicalTrades", symbol="BTCUSDT", fromId=first, limit=limit)
        expected = list(range(first, min(first + limit, 1_801)))
        assert [trade["id"] for trade in answer.body] == expected
    begin_ms = past.clock.begin_us // 1_000
    spans = {"startTime": begin_ms, "endTime": begin_ms + 119_999}
    first_minute = (await past.running.get("/api/v3/aggTrades", symbol="BTCUSDT", limit=1_000, **spans)).body
    assert [each["a"] for each in first_minute] == list(range(1, 901))
    newest = (await past.running.get("/api/v3/aggTrades", symbol="BTCUSDT", limit=1_000)).body
    assert [each["a"] for each in newest] == list(range(801, 1_801))
    second = (await past.running.get("/api/v3/aggTrades", symbol="BTCUSDT", startTime=begin_ms + 120_000, limit=5)).body
    assert [each["a"] for each in second] == list(range(901, 906))


async def test_the_average_price_is_weighted_by_quantity(past: Past) -> None:
    past.clock.now_us = wall_clock_us()
    past.clock.begin_us = past.clock.now_us
    await past.trade(0, 100, 200, 300)
    answer = await past.running.get("/api/v3/avgPrice", symbol="BTCUSDT")
    assert answer.body["price"] == "200.00000000"
