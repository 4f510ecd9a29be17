"""Orders and own trades are found where they are, at once, by their owner alone."""

import asyncio

import pytest

from tests.api.binance.running import Running, Trader

pytestmark = pytest.mark.asyncio(loop_scope="package")

ORDER = {
    "symbol",
    "orderId",
    "orderListId",
    "clientOrderId",
    "price",
    "origQty",
    "executedQty",
    "cummulativeQuoteQty",
    "status",
    "timeInForce",
    "type",
    "side",
    "stopPrice",
    "icebergQty",
    "time",
    "updateTime",
    "isWorking",
    "workingTime",
    "origQuoteOrderQty",
    "selfTradePreventionMode",
}
TRADE = {
    "symbol",
    "id",
    "orderId",
    "orderListId",
    "price",
    "qty",
    "quoteQty",
    "commission",
    "commissionAsset",
    "time",
    "isBuyer",
    "isMaker",
    "isBestMatch",
}


async def test_an_order_is_found_by_id_and_by_its_owner_s_name_for_it(maker: Trader, taker: Trader) -> None:
    placed = (await maker.place("SELL", "2", "60000", newClientOrderId="named")).body
    by_id = await maker.get("/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"])
    assert set(by_id.body) == ORDER
    assert (by_id.body["status"], by_id.body["time"]) == ("NEW", placed["transactTime"])
    await taker.place("BUY", "0.5", "60000")
    by_name = await maker.get("/api/v3/order", symbol="BTCUSDT", origClientOrderId="named")
    assert (by_name.body["status"], by_name.body["executedQty"]) == ("PARTIALLY_FILLED", "0.50000000")
    both = await maker.get("/api/v3/order", symbol="BTCUSDT", origClientOrderId="named", orderId=placed["orderId"])
    assert both.body == by_name.body
    differing = await maker.get("/api/v3/order", symbol="BTCUSDT", origClientOrderId="x", orderId=placed["orderId"])
    assert differing.code == -2013


async def test_a_closed_order_is_found_in_memory_and_in_history(running: Running, maker: Trader) -> None:
    placed = (await maker.place("BUY", "1", "60000", newClientOrderId="closed")).body
    await maker.delete("/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"])
    remembered = (await maker.get("/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"])).body
    assert remembered["status"] == "CANCELED"
    portfolio = running.state.live.portfolio
    portfolio.closed.clear()
    portfolio._closed_client_ids.clear()
    assert (await maker.get("/api/v3/order", symbol="BTCUSDT", orderId=placed["orderId"])).body == remembered
    assert (await maker.get("/api/v3/order", symbol="BTCUSDT", origClientOrderId="closed")).body == remembered


async def test_open_orders_are_those_of_one_market_or_of_all(maker: Trader) -> None:
    await maker.place("BUY", "1", "60000")
    other = {
        "symbol": "ETHBTC",
        "side": "SELL",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "1",
        "price": "0.05",
    }
    await maker.post("/api/v3/order", **other)
    one = await maker.get("/api/v3/openOrders", symbol="ETHBTC")
    every = await maker.get("/api/v3/openOrders")
    assert [order["symbol"] for order in one.body] == ["ETHBTC"]
    assert [order["symbol"] for order in every.body] == ["BTCUSDT", "ETHBTC"]
    assert set(every.body[0]) == ORDER


async def test_all_orders_hold_what_was_just_answered(maker: Trader, taker: Trader) -> None:
    ids = [(await maker.place("SELL", "1", price)).body["orderId"] for price in ("60000", "60001", "60002")]
    await taker.place("BUY", "1", "60000")
    orders = (await maker.get("/api/v3/allOrders", symbol="BTCUSDT")).body
    assert [(order["orderId"], order["status"]) for order in orders] == [
        (ids[0], "FILLED"),
        (ids[1], "NEW"),
        (ids[2], "NEW"),
    ]
    assert set(orders[0]) == ORDER
    since = (await maker.get("/api/v3/allOrders", symbol="BTCUSDT", orderId=ids[1])).body
    assert [order["orderId"] for order in since] == ids[1:]
    last = (await maker.get("/api/v3/allOrders", symbol="BTCUSDT", limit=1)).body
    assert [order["orderId"] for order in last] == ids[2:]
    assert (await taker.get("/api/v3/allOrders", symbol="BTCUSDT", orderId=ids[0])).body[0]["orderId"] not in ids


async def test_own_trades_are_told_from_the_owner_s_side(maker: Trader, taker: Trader) -> None:
    sold = (await maker.place("SELL", "2", "60000")).body["orderId"]
    first = (await taker.place("BUY", "0.5", "60000")).body
    second = (await taker.place("BUY", "1", "60000")).body
    trades = (await taker.get("/api/v3/myTrades", symbol="BTCUSDT")).body
    assert set(trades[0]) == TRADE
    assert [(trade["orderId"], trade["isBuyer"], trade["isMaker"]) for trade in trades] == [
        (first["orderId"], True, False),
        (second["orderId"], True, False),
    ]
    assert (trades[0]["commission"], trades[0]["commissionAsset"]) == ("0.00100000", "BTC")
    made = (await maker.get("/api/v3/myTrades", symbol="BTCUSDT", orderId=sold)).body
    assert [(trade["isBuyer"], trade["isMaker"], trade["commission"]) for trade in made] == [
        (False, True, "30.00000000"),
        (False, True, "60.00000000"),
    ]
    since = (await maker.get("/api/v3/myTrades", symbol="BTCUSDT", fromId=trades[1]["id"])).body
    assert [trade["id"] for trade in since] == [trades[1]["id"]]


async def test_a_span_of_time_holds_both_of_its_ends(maker: Trader) -> None:
    placed = (await maker.place("BUY", "1", "60000")).body
    time = placed["transactTime"]
    found = await maker.get("/api/v3/allOrders", symbol="BTCUSDT", startTime=time, endTime=time)
    assert [order["orderId"] for order in found.body] == [placed["orderId"]]
    later = await maker.get("/api/v3/allOrders", symbol="BTCUSDT", startTime=time + 1, endTime=time + 2)
    assert later.body == []
    too_long = await maker.get("/api/v3/myTrades", symbol="BTCUSDT", startTime=time, endTime=time + 86_400_001)
    assert too_long.code == -1127
    backwards = await maker.get("/api/v3/allOrders", symbol="BTCUSDT", startTime=time, endTime=time - 1)
    assert backwards.code == -1128
    for wrong in ("-1", "now", "1e3"):
        assert (await maker.get("/api/v3/myTrades", symbol="BTCUSDT", startTime=wrong)).code == -1100
    for wrong in ("0", "9" * 20):
        assert (await maker.get("/api/v3/allOrders", symbol="BTCUSDT", limit=wrong)).code == -1130


async def test_many_callers_read_their_own_writes_at_once(running: Running) -> None:
    async def trade(number: int) -> None:
        trader = await running.trader(USDT=100_000)
        placed = (await trader.place("BUY", "1", str(50_000 + number))).body["orderId"]
        assert [order["orderId"] for order in (await trader.get("/api/v3/openOrders")).body] == [placed]
        orders = (await trader.get("/api/v3/allOrders", symbol="BTCUSDT")).body
        assert [order["orderId"] for order in orders] == [placed]
        await trader.leave()

    await asyncio.gather(*(trade(number) for number in range(10)))
