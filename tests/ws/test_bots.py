"""A bot's library that nobody here wrote, unmodified, on our streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import ccxt.pro  # type: ignore[import-untyped]
import pytest

from tests.ws.stage import ALICE, BOB, PATIENCE_SECONDS, Stage, staged
from trueman.core.units import BUY, SELL
from trueman.wire.stream_events import level_texts

SYMBOL = "BTC/USDT"
LISTED = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "isSpotTradingAllowed": True,
    "permissions": [],
    "orderTypes": ["LIMIT"],
    "filters": [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
    ],
}


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """With the limits of production."""
    async with staged(stream_messages_per_second=5) as stage:
        await stage.open_market()
        yield stage


@asynccontextmanager
async def bot_on(stage: Stage) -> AsyncIterator[Any]:
    """ccxt.pro with our market, our streams, and a snapshot of the book as REST gives it."""
    bot: Any = ccxt.pro.binance({"urls": {"api": {"ws": {"spot": f"{stage.url}/ws"}}}})
    bot.options |= {"crossMarginPairsData": [], "isolatedMarginPairsData": []}
    bot.set_markets([bot.parse_market(LISTED)])

    async def snapshot(symbol: str, limit: int | None = None, params: Any = None) -> Any:
        market, depth = stage.live.registry.markets[0], stage.live.depth[0]
        bids, asks = depth.top(limit or 1_000)
        told = {"bids": level_texts(market, bids), "asks": level_texts(market, asks)}
        return bot.parse_order_book(told, symbol) | {"nonce": depth.update_id}

    bot.fetch_rest_order_book_safe = snapshot
    try:
        yield bot
    finally:
        await bot.close()


async def test_ccxt_keeps_the_same_book_as_the_exchange(stage: Stage) -> None:
    random, depth = Random(5), stage.live.depth[0]

    async def trade_on() -> None:
        for _ in range(120):
            side = random.choice((BUY, SELL))
            await stage.order(random.choice((ALICE, BOB)), side, 1_000 + random.randint(-5, 5), random.randint(1, 9))
            await asyncio.sleep(0.01)

    async with bot_on(stage) as bot, asyncio.timeout(3 * PATIENCE_SECONDS):
        await stage.order(ALICE, BUY, 900, 1)
        trading = asyncio.create_task(trade_on())
        book = await bot.watch_order_book(SYMBOL)
        await trading
        while book["nonce"] < depth.update_id:
            book = await bot.watch_order_book(SYMBOL)
        bids, asks = depth.top(50)
        assert [tuple(level) for level in book["bids"]] == [(ticks / 100, lots / 100_000) for ticks, lots in bids]
        assert [tuple(level) for level in book["asks"]] == [(ticks / 100, lots / 100_000) for ticks, lots in asks]


async def test_ccxt_reads_trades_tickers_and_candles(stage: Stage) -> None:
    async with bot_on(stage) as bot, asyncio.timeout(3 * PATIENCE_SECONDS):
        watching = [
            asyncio.create_task(watch)
            for watch in (bot.watch_trades(SYMBOL), bot.watch_ticker(SYMBOL), bot.watch_ohlcv(SYMBOL, "1m"))
        ]
        while stage.service.hub.streams < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await stage.trade(6_500_000, 7)
        (trade,), ticker, (candle,) = await asyncio.gather(*watching)
        while not ticker["last"]:  # shown before the first trade
            ticker = await bot.watch_ticker(SYMBOL)
    assert (trade["price"], trade["amount"], trade["side"]) == (65_000, 0.00007, "buy")
    assert (ticker["last"], ticker["baseVolume"]) == (65_000, 0.00007)
    assert candle[1:] == [65_000, 65_000, 65_000, 65_000, 0.00007]
