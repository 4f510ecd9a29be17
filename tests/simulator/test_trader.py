"""A trader turns actions into requests and answers into its view; it asks the faucet when its money is gone."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from tests.simulator.test_agents import RULES
from trueman.core.units import BUY
from trueman.simulator.exchange_client import ExchangeClient, ExchangeUnreachable
from trueman.simulator.market import MarketFeed, market_rules
from trueman.simulator.strategy import Action, Cancel, Place, View
from trueman.simulator.trader import Trader
from trueman.wire.simulation import Status

SYMBOL = {
    "symbol": "BTCUSDT",
    "baseAsset": "BTC",
    "quoteAsset": "USDT",
    "quotePrecision": 8,
    "baseAssetPrecision": 8,
    "filters": [
        {"filterType": "PRICE_FILTER", "tickSize": "0.01000000"},
        {"filterType": "LOT_SIZE", "stepSize": "0.00001000", "minQty": "0.00001000", "maxQty": "10000.00000000"},
        {"filterType": "NOTIONAL", "minNotional": "5.00000000"},
    ],
}


class FakeExchange:
    """Answers like the API, remembers what it was asked, and has no money until the faucet was used."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.funded: set[str] = set()

    async def answer(self, request: web.Request) -> web.Response:
        asked = dict(parse_qsl(request.query_string))
        if body := await request.read():
            asked |= json.loads(body)
        self.calls.append((request.method, request.path, asked))
        if request.path == "/v1/wallet/deposits":
            self.funded.add(asked["asset"])
            return web.json_response({"id": 1}, status=201)
        if request.path == "/api/v3/openOrders":
            return web.json_response([])
        if request.method == "DELETE":
            return web.json_response({"code": -2011, "msg": "Unknown order sent."}, status=400)
        if len(self.funded) < 2:
            text = "Account has insufficient balance for requested action."
            return web.json_response({"code": -2010, "msg": text}, status=400)
        order = {"orderId": len(self.calls), "status": "NEW", "side": asked["side"]}
        return web.json_response(order | {"price": asked["price"], "origQty": asked["quantity"]})


class Script:
    """A strategy that does what it was told."""

    def __init__(self, actions: list[Action]) -> None:
        self.actions = actions

    def wait_seconds(self) -> float:
        return 0.0

    def act(self, view: View) -> list[Action]:
        return self.actions


@pytest.fixture
async def exchange() -> AsyncIterator[tuple[FakeExchange, str]]:
    fake, app = FakeExchange(), web.Application()
    app.router.add_route("*", "/{path:.*}", fake.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield fake, site.name
    await runner.cleanup()


def trader(session: aiohttp.ClientSession, url: str, actions: list[Action]) -> Trader:
    feed = MarketFeed(session, url, "ws://127.0.0.1:1", [RULES])
    feed.best["BTCUSDT"] = (8_999_000, 9_001_000)
    return Trader(ExchangeClient(session, url, "key", "secret"), Script(actions), RULES, feed, Status(), 900.0)


async def test_a_trader_without_money_asks_the_faucet_and_then_trades(exchange: tuple[FakeExchange, str]) -> None:
    fake, url = exchange
    async with aiohttp.ClientSession() as session:
        bot = trader(session, url, [Place(BUY, 8_999_000, 250)])
        await bot.act()
        assert bot.status.faucets == 1
        await bot.act()
    placed = fake.calls[-1][2]
    assert (placed["price"], placed["quantity"], placed["side"]) == ("89990.00000000", "0.00250000", "BUY")
    assert {"timestamp", "signature", "recvWindow"} <= set(placed)
    assert [order.price for order in bot.view.orders.values()] == [8_999_000]


async def test_an_order_that_is_gone_already_is_no_trouble(exchange: tuple[FakeExchange, str]) -> None:
    _, url = exchange
    async with aiohttp.ClientSession() as session:
        bot = trader(session, url, [Cancel(5)])
        await bot.act()
        await bot.leave()
    assert (bot.status.cancels, bot.status.refusals) == (1, 0)


async def test_an_exchange_that_is_away_is_said() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ExchangeUnreachable, match="does not answer"):
            await trader(session, "http://127.0.0.1:1", []).act()
    await asyncio.sleep(0)


def test_rules_are_read_from_exchange_info() -> None:
    rules: Any = market_rules(SYMBOL)
    assert (rules.tick_units, rules.lot_units, rules.lots_min) == (1_000_000, 1_000, 1)
    assert rules.ticks(90_000.016) == 9_000_002
    assert rules.price(rules.ticks(90_000.02)) == pytest.approx(90_000.02)
    assert rules.lots_worth(0.01, 90_000.0) * 1e-5 * 90_000.0 >= 5.0
