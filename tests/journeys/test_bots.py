"""Bots that nobody here wrote trade on the exchange as they come, pointed at another host and nothing else."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import binance
import binance.base_client
import ccxt
import pytest

from bench.own_stack import Stack
from tests.journeys.conftest import Door

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def ccxt_bot(stack: Stack, door: Door) -> Any:
    person, api = door.sign_up(), stack.api_url
    urls = {
        "public": f"{api}/api/v3",
        "private": f"{api}/api/v3",
        "sapi": f"{api}/sapi/v1",
        "fapiPublic": f"{api}/fapi/v1",
        "dapiPublic": f"{api}/dapi/v1",
    }
    return ccxt.binance({"apiKey": person.key, "secret": person.secret, "urls": {"api": urls}})


@pytest.fixture
def python_binance_bot(stack: Stack, door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    person = door.sign_up()
    monkeypatch.setattr(binance.base_client.BaseClient, "API_URL", f"{stack.api_url}/api")
    monkeypatch.setattr(binance.base_client.BaseClient, "MARGIN_API_URL", f"{stack.api_url}/sapi")
    bot = binance.Client(person.key, person.secret)
    yield bot
    bot.close_connection()
    bot.loop.close()  # it makes one and never closes it
    asyncio.set_event_loop(None)


def test_ccxt_loads_the_markets_and_reads_them(ccxt_bot: Any) -> None:
    markets = ccxt_bot.load_markets()
    assert {"BTC/USDT", "ETH/USDT", "SOL/USDT", "ETH/BTC"} <= set(markets)
    assert markets["BTC/USDT"]["precision"] == {**markets["BTC/USDT"]["precision"], "price": 0.01, "amount": 0.00001}
    book = ccxt_bot.fetch_order_book("BTC/USDT", 50)
    assert book["bids"][0][0] < book["asks"][0][0]
    ticker = ccxt_bot.fetch_ticker("BTC/USDT")
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert set(ccxt_bot.fetch_tickers()) >= {"BTC/USDT", "ETH/BTC"}
    assert len(ccxt_bot.fetch_trades("BTC/USDT")) > 0
    candles = ccxt_bot.fetch_ohlcv("BTC/USDT", "1m")
    assert all(low <= min(first, last) <= max(first, last) <= high for _, first, high, low, last, _ in candles)


def test_ccxt_places_reads_and_cancels_a_limit_order(ccxt_bot: Any) -> None:
    ccxt_bot.load_markets()
    price = ccxt_bot.price_to_precision("BTC/USDT", ccxt_bot.fetch_ticker("BTC/USDT")["bid"] * 0.9)
    order = ccxt_bot.create_order("BTC/USDT", "limit", "buy", 0.01, price)
    assert (order["status"], order["filled"]) == ("open", 0)
    assert [each["id"] for each in ccxt_bot.fetch_open_orders("BTC/USDT")] == [order["id"]]
    held = Decimal(str(price)) * Decimal("0.01")
    assert Decimal(str(ccxt_bot.fetch_balance()["USDT"]["used"])) == held
    assert ccxt_bot.cancel_order(order["id"], "BTC/USDT")["status"] == "canceled"
    assert ccxt_bot.fetch_open_orders("BTC/USDT") == []
    assert ccxt_bot.fetch_order(order["id"], "BTC/USDT")["status"] == "canceled"
    assert ccxt_bot.fetch_balance()["USDT"] == {"free": 100000.0, "used": 0.0, "total": 100000.0}
    with pytest.raises(ccxt.OrderNotFound):
        ccxt_bot.cancel_order(order["id"], "BTC/USDT")


def test_ccxt_buys_at_market_and_finds_its_trades(ccxt_bot: Any) -> None:
    ccxt_bot.load_markets()
    order = ccxt_bot.create_order("BTC/USDT", "market", "buy", 0.002)
    assert (order["status"], order["filled"]) == ("closed", 0.002)
    trades = ccxt_bot.fetch_my_trades("BTC/USDT")
    assert sum(Decimal(str(trade["amount"])) for trade in trades) == Decimal("0.002")
    assert all(trade["fee"]["currency"] == "BTC" and trade["takerOrMaker"] == "taker" for trade in trades)
    assert [each["id"] for each in ccxt_bot.fetch_closed_orders("BTC/USDT")] == [order["id"]]
    paid = sum(Decimal(trade["info"]["quoteQty"]) for trade in trades)
    fees = sum(Decimal(trade["info"]["commission"]) for trade in trades)
    balances = {each["asset"]: each for each in ccxt_bot.privateGetAccount()["balances"]}
    assert Decimal(balances["USDT"]["free"]) == 100_000 - paid
    assert Decimal(balances["BTC"]["free"]) == Decimal("2.002") - fees


def test_ccxt_hears_why_an_order_is_refused(ccxt_bot: Any) -> None:
    ccxt_bot.load_markets()
    with pytest.raises(ccxt.InsufficientFunds):
        ccxt_bot.create_order("BTC/USDT", "limit", "buy", 1_000, ccxt_bot.fetch_ticker("BTC/USDT")["bid"])
    with pytest.raises(ccxt.InvalidOrder):
        ccxt_bot.privatePostOrder(
            {
                "symbol": "BTCUSDT",
                "side": "BUY",
                "type": "LIMIT",
                "timeInForce": "GTC",
                "quantity": "0.01",
                "price": "1.001",
            }
        )
    with pytest.raises(ccxt.BadSymbol):
        ccxt_bot.publicGetDepth({"symbol": "NOPEUSDT"})


def test_python_binance_trades(python_binance_bot: Any) -> None:
    bot = python_binance_bot
    info = bot.get_symbol_info("ETHUSDT")
    assert {each["filterType"] for each in info["filters"]} >= {"PRICE_FILTER", "LOT_SIZE", "NOTIONAL"}
    bid = Decimal(bot.get_orderbook_ticker(symbol="ETHUSDT")["bidPrice"])
    price = str((bid * Decimal("0.9")).quantize(Decimal("0.01")))
    resting = bot.order_limit_buy(symbol="ETHUSDT", quantity="0.5", price=price)
    assert resting["status"] == "NEW"
    assert [each["orderId"] for each in bot.get_open_orders(symbol="ETHUSDT")] == [resting["orderId"]]
    assert bot.cancel_order(symbol="ETHUSDT", orderId=resting["orderId"])["status"] == "CANCELED"
    bought = bot.order_market_buy(symbol="ETHUSDT", quoteOrderQty="250")
    assert bought["status"] == "FILLED"
    assert Decimal(bought["cummulativeQuoteQty"]) <= 250
    assert sum(Decimal(fill["qty"]) for fill in bought["fills"]) == Decimal(bought["executedQty"])
    mine = bot.get_my_trades(symbol="ETHUSDT")
    assert {each["orderId"] for each in mine} == {bought["orderId"]}
    assert {each["orderId"] for each in bot.get_all_orders(symbol="ETHUSDT")} == {resting["orderId"], bought["orderId"]}
    received = Decimal(bought["executedQty"]) - sum(Decimal(fill["commission"]) for fill in bought["fills"])
    assert Decimal(bot.get_asset_balance(asset="ETH")["free"]) == received
    assert len(bot.get_klines(symbol="ETHUSDT", interval="1m")) >= 1


def test_python_binance_hears_the_codes_it_knows(python_binance_bot: Any) -> None:
    with pytest.raises(binance.BinanceAPIException) as refused:
        python_binance_bot.order_limit_sell(symbol="SOLUSDT", quantity="5", price="100")
    assert refused.value.code == -2010
    with pytest.raises(binance.BinanceAPIException) as unknown:
        python_binance_bot.get_order(symbol="SOLUSDT", orderId=1)
    assert unknown.value.code == -2013
