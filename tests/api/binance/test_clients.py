"""Programs that nobody here wrote, unmodified, against the served api: what they send, what they make of the answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import binance.base_client
import binance.client
import ccxt
import pytest
import pytest_asyncio
from binance.exceptions import BinanceAPIException

from tests.api.binance.running import Running, Trader
from trueman.api import server
from trueman.stack.ports import free_port

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def url(running: Running) -> AsyncIterator[str]:
    running.state.settings.api_port = free_port()
    serving = server._server(running.state)
    task = asyncio.create_task(serving.serve())
    await _listening(running.state.settings.api_port)
    yield f"http://127.0.0.1:{running.state.settings.api_port}"
    serving.stop()  # type: ignore[no-untyped-call]
    await task


async def _listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise AssertionError("the api does not listen")


@pytest.fixture
def bot(url: str, taker: Trader) -> Iterator[Any]:
    urls = {
        "public": f"{url}/api/v3",
        "private": f"{url}/api/v3",
        "sapi": f"{url}/sapi/v1",
        "fapiPublic": f"{url}/fapi/v1",
        "dapiPublic": f"{url}/dapi/v1",
    }
    bot = ccxt.binance({"apiKey": taker.api_key, "secret": taker.secret, "urls": {"api": urls}})
    yield bot
    bot.session.close()


@pytest.fixture
def python_binance(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the whole class at us: its constructor already sends a ping."""
    monkeypatch.setattr(binance.base_client.BaseClient, "API_URL", f"{url}/api")
    monkeypatch.setattr(binance.base_client.BaseClient, "MARGIN_API_URL", f"{url}/sapi")


def client_of(trader: Trader) -> binance.client.Client:
    """The client takes the thread's event loop, or makes one and never closes it."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    return binance.client.Client(trader.api_key, trader.secret)


def close(client: binance.client.Client) -> None:
    client.session.close()
    asyncio.get_event_loop().close()
    asyncio.set_event_loop(None)


async def test_ccxt_reads_the_market(bot: Any, maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "5", "60000")
    await maker.place("BUY", "5", "59000")
    await taker.place("BUY", "1", "60000")

    def read() -> None:
        markets = bot.load_markets()
        market = markets["BTC/USDT"]
        assert (market["active"], market["spot"], market["precision"]["price"]) == (True, True, 0.01)
        assert (market["limits"]["amount"]["min"], market["limits"]["cost"]["min"]) == (0.00001, 1)
        assert set(bot.currencies) >= {"BTC", "USDT", "ETH"}
        assert abs(bot.fetch_time() - bot.milliseconds()) < 5_000
        for limit in (5, 10, 20, 50, 100, 500, 1_000):
            book = bot.fetch_order_book("BTC/USDT", limit)
            assert (book["bids"][0], book["asks"][0]) == ([59_000, 5], [60_000, 4])
        assert bot.fetch_ticker("BTC/USDT")["last"] == 60_000
        assert bot.fetch_tickers(["BTC/USDT"])["BTC/USDT"]["bid"] == 59_000
        assert bot.fetch_bids_asks()["BTC/USDT"]["ask"] == 60_000
        assert bot.fetch_last_prices()["BTC/USDT"]["price"] == 60_000
        trades = bot.fetch_trades("BTC/USDT", limit=5)
        assert (trades[-1]["price"], trades[-1]["side"]) == (60_000, "buy")
        assert bot.fetch_trades("BTC/USDT", params={"fromId": trades[-1]["id"]})[0]["id"] == trades[-1]["id"]
        for interval in bot.timeframes:
            assert bot.fetch_ohlcv("BTC/USDT", interval, limit=3)[-1][4] == 60_000
        assert bot.fetch_status()["status"] == "ok"
        assert bot.fetch_trading_fee("BTC/USDT")["taker"] == 0.002
        assert bot.fetch_trading_fees()["ETH/BTC"]["maker"] == 0
        assert bot.fetch_balance()["USDT"]["free"] == 9_940_000

    await asyncio.to_thread(read)


async def test_ccxt_places_cancels_and_finds_orders(bot: Any, maker: Trader) -> None:
    await maker.place("SELL", "5", "60000")

    def trade() -> None:
        resting = bot.create_order("BTC/USDT", "limit", "buy", 0.5, 59_000.01)
        assert (resting["status"], resting["price"], resting["remaining"]) == ("open", 59_000.01, 0.5)
        assert bot.fetch_order(resting["id"], "BTC/USDT")["clientOrderId"].startswith("x-TKT5PX2F")
        assert [each["id"] for each in bot.fetch_open_orders("BTC/USDT")] == [resting["id"]]
        assert bot.fetch_balance()["USDT"]["used"] == 29_500.005
        assert bot.cancel_order(resting["id"], "BTC/USDT")["status"] == "canceled"
        assert bot.fetch_order(resting["id"], "BTC/USDT")["status"] == "canceled"
        market = bot.create_order("BTC/USDT", "market", "buy", 0.25)
        assert (market["status"], market["filled"], market["average"]) == ("closed", 0.25, 60_000)
        assert market["fees"] == [{"currency": "BTC", "cost": 0.0005}]
        by_cost = bot.create_market_buy_order_with_cost("BTC/USDT", 6_000)
        assert (by_cost["filled"], by_cost["cost"]) == (0.1, 6_000)
        by_name = bot.create_order(
            "BTC/USDT", "limit", "buy", 1, 50_000, {"clientOrderId": "by-name", "postOnly": True}
        )
        assert bot.fetch_order(None, "BTC/USDT", {"clientOrderId": "by-name"})["id"] == by_name["id"]
        assert len(bot.fetch_orders("BTC/USDT")) == 4
        assert len(bot.fetch_closed_orders("BTC/USDT")) == 2
        assert len(bot.cancel_all_orders("BTC/USDT")) == 1
        assert [each["amount"] for each in bot.fetch_my_trades("BTC/USDT")] == [0.25, 0.1]
        assert len(bot.fetch_order_trades(market["id"], "BTC/USDT")) == 1

    await asyncio.to_thread(trade)


async def test_ccxt_understands_every_refusal(bot: Any, maker: Trader) -> None:
    await maker.place("SELL", "5", "60000")

    def fail() -> None:
        bot.load_markets()
        with pytest.raises(ccxt.InsufficientFunds):
            bot.create_order("BTC/USDT", "limit", "buy", 1_000, 59_000)
        with pytest.raises(ccxt.OrderImmediatelyFillable):
            bot.create_order("BTC/USDT", "limit", "buy", 1, 60_000, {"postOnly": True})
        order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
        for wrong in ({"quantity": "0.000001", "price": "60000"}, {"quantity": "1", "price": "0.001"}):
            with pytest.raises((ccxt.InvalidOrder, ccxt.BadRequest)):
                bot.privatePostOrder({**order, **wrong})
        with pytest.raises(ccxt.InvalidOrder, match="LOT_SIZE"):
            bot.privatePostOrder({**order, "quantity": "9001", "price": "1"})
        with pytest.raises(ccxt.OrderNotFound):
            bot.cancel_order("12345", "BTC/USDT")
        with pytest.raises(ccxt.OrderNotFound):
            bot.fetch_order("12345", "BTC/USDT")
        with pytest.raises(ccxt.BadSymbol):
            bot.publicGetDepth({"symbol": "NOPE"})
        with pytest.raises(ccxt.BadRequest):
            bot.publicGetKlines({"symbol": "BTCUSDT", "interval": "7m"})
        with pytest.raises(ccxt.InvalidNonce):
            bot.privateGetAccount({"timestamp": 1})
        bot.secret = "wrong"
        with pytest.raises(ccxt.AuthenticationError):
            bot.fetch_balance()

    await asyncio.to_thread(fail)


@pytest.mark.usefixtures("python_binance")
async def test_python_binance_places_cancels_and_finds_orders(maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "5", "60000")

    def trade() -> None:
        client = client_of(taker)
        assert client.get_symbol_info("BTCUSDT")["status"] == "TRADING"
        assert client.get_orderbook_ticker(symbol="BTCUSDT")["askPrice"] == "60000.00000000"
        resting = client.order_limit_buy(symbol="BTCUSDT", quantity="0.5", price="59000")
        assert [each["orderId"] for each in client.get_open_orders(symbol="BTCUSDT")] == [resting["orderId"]]
        assert client.cancel_order(symbol="BTCUSDT", orderId=resting["orderId"])["status"] == "CANCELED"
        bought = client.order_market_buy(symbol="BTCUSDT", quoteOrderQty=30_000)
        assert (bought["status"], bought["executedQty"]) == ("FILLED", "0.50000000")
        assert client.create_test_order(symbol="BTCUSDT", side="BUY", type="MARKET", quantity=1) == {}
        assert len(client.get_all_orders(symbol="BTCUSDT")) == 2
        assert [each["qty"] for each in client.get_my_trades(symbol="BTCUSDT")] == ["0.50000000"]
        assert client.get_asset_balance(asset="BTC")["free"] == "100.49900000"
        assert client.get_trade_fee(symbol="BTCUSDT")[0]["takerCommission"] == "0.00200000"
        assert client.get_avg_price(symbol="BTCUSDT")["mins"] == 5
        assert len(client.get_klines(symbol="BTCUSDT", interval="1m", limit=2)) >= 1
        assert len(client.get_historical_klines("BTCUSDT", "1m", "1 hour ago UTC")) >= 1
        assert next(client.aggregate_trade_iter("BTCUSDT", start_str="1 hour ago UTC"))["M"] is True
        assert client.get_system_status() == {"status": 0, "msg": "normal"}
        with pytest.raises(BinanceAPIException, match="Unknown order sent") as refused:
            client.cancel_order(symbol="BTCUSDT", orderId=resting["orderId"])
        assert refused.value.code == -2011
        close(client)

    await asyncio.to_thread(trade)
