"""Orders through the trading interface: what is sent, what is answered, what is refused."""

import asyncio
from typing import Any

import pytest

from tests.api.binance.running import Running, Trader
from trueman.core.commands import CreateAsset, CreateMarket, SwitchRuleset

pytestmark = pytest.mark.asyncio(loop_scope="package")

ACK = {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
RESULT = ACK | {
    "price",
    "origQty",
    "executedQty",
    "origQuoteOrderQty",
    "cummulativeQuoteQty",
    "status",
    "timeInForce",
    "type",
    "side",
    "workingTime",
    "selfTradePreventionMode",
}
FULL = RESULT | {"fills"}


def fill(price: str, quantity: str, commission: str, trade_id: int) -> dict[str, Any]:
    fee = {"commission": commission, "commissionAsset": "BTC"}
    return {"price": price, "qty": quantity, **fee, "tradeId": trade_id}


async def test_a_limit_order_that_rests_is_answered_in_full(maker: Trader) -> None:
    answer = await maker.place("BUY", "0.5", "60000")
    assert answer.status == 200
    assert set(answer.body) == FULL
    assert answer.body["price"] == "60000.00000000"
    assert (answer.body["origQty"], answer.body["executedQty"]) == ("0.50000000", "0.00000000")
    assert (answer.body["status"], answer.body["fills"], answer.body["orderListId"]) == ("NEW", [], -1)
    assert len(answer.body["clientOrderId"]) == 22
    assert answer.body["workingTime"] == answer.body["transactTime"]
    assert answer.headers["x-mbx-order-count-1d"] == answer.headers["x-mbx-order-count-10s"] == "1"
    assert int(answer.headers["x-mbx-used-weight-1m"]) >= 1


async def test_the_shorter_answers_are_given_when_asked_for(maker: Trader) -> None:
    ack = await maker.place("BUY", "0.5", "60000", newOrderRespType="ACK")
    result = await maker.place("BUY", "0.5", "60000", newOrderRespType="RESULT")
    assert (set(ack.body), set(result.body)) == (ACK, RESULT)
    for wrong in ("full", "", "EVERYTHING"):
        refused = await maker.place("BUY", "0.5", "60000", newOrderRespType=wrong)
        assert (refused.status, refused.code) == (400, -1136)


async def test_fills_name_price_fee_and_trade(maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "1", "60000")
    await maker.place("SELL", "1", "60010")
    answer = await taker.place("BUY", "1.5", "60010")
    first = answer.body["fills"][0]["tradeId"]
    assert answer.body["fills"] == [
        fill("60000.00000000", "1.00000000", "0.00200000", first),
        fill("60010.00000000", "0.50000000", "0.00100000", first + 1),
    ]
    assert (answer.body["status"], answer.body["executedQty"]) == ("FILLED", "1.50000000")
    assert answer.body["cummulativeQuoteQty"] == "90005.00000000"


async def test_a_limit_order_may_be_filled_in_part_and_rest(maker: Trader, taker: Trader) -> None:
    await maker.place("BUY", "1", "60000")
    answer = await taker.place("SELL", "3", "60000")
    assert (answer.body["status"], answer.body["executedQty"]) == ("PARTIALLY_FILLED", "1.00000000")
    assert answer.body["fills"][0]["commissionAsset"] == "USDT"
    assert answer.body["fills"][0]["commission"] == "120.00000000"


async def test_market_orders_take_a_quantity_or_a_quote_quantity(maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "2", "60000")
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}
    by_quantity = await taker.post("/api/v3/order", **order, quantity="0.5")
    assert (by_quantity.body["status"], by_quantity.body["origQty"]) == ("FILLED", "0.50000000")
    assert (by_quantity.body["price"], by_quantity.body["timeInForce"]) == ("0.00000000", "GTC")
    by_quote = await taker.post("/api/v3/order", **order, quoteOrderQty="30000")
    assert (by_quote.body["status"], by_quote.body["executedQty"]) == ("FILLED", "0.50000000")
    assert (by_quote.body["origQty"], by_quote.body["origQuoteOrderQty"]) == ("0.50000000", "30000.00000000")
    nobody = await taker.post("/api/v3/order", symbol="ETHBTC", side="BUY", type="MARKET", quantity="1")
    assert (nobody.code, nobody.body["msg"]) == (-1112, "No orders on book for symbol.")


async def test_what_is_not_filled_at_once_expires(maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "1", "60000")
    killed = await taker.place("BUY", "2", "60000", timeInForce="FOK")
    assert (killed.body["status"], killed.body["executedQty"]) == ("EXPIRED", "0.00000000")
    partly = await taker.place("BUY", "2", "60000", timeInForce="IOC")
    assert (partly.body["status"], partly.body["executedQty"]) == ("EXPIRED", "1.00000000")


async def test_a_limit_maker_never_takes(maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "1", "60000")
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT_MAKER", "quantity": "1"}
    refused = await taker.post("/api/v3/order", **order, price="60000")
    assert (refused.code, refused.body["msg"]) == (-2010, "Order would immediately match and take.")
    rests = await taker.post("/api/v3/order", **order, price="59999.99")
    assert (rests.status, set(rests.body)) == (200, ACK)


async def test_self_trades_are_prevented_as_asked(maker: Trader) -> None:
    await maker.place("SELL", "1", "60000")
    taken = await maker.place("BUY", "1", "60000", selfTradePreventionMode="EXPIRE_TAKER")
    assert (taken.body["status"], taken.body["selfTradePreventionMode"]) == ("EXPIRED_IN_MATCH", "EXPIRE_TAKER")
    both = await maker.place("BUY", "1", "60000", selfTradePreventionMode="EXPIRE_BOTH")
    assert both.body["status"] == "EXPIRED_IN_MATCH"
    assert (await maker.get("/api/v3/openOrders")).body == []
    await maker.place("SELL", "1", "60000")
    itself = await maker.place("BUY", "1", "60000")
    assert itself.body["status"] == "FILLED"
    own = await maker.get("/api/v3/myTrades", symbol="BTCUSDT")
    assert [(trade["isBuyer"], trade["isMaker"]) for trade in own.body] == [(False, True), (True, False)]
    assert len({trade["orderId"] for trade in own.body}) == 2


async def test_an_order_asked_again_under_its_client_id_is_told_not_placed_again(maker: Trader, taker: Trader) -> None:
    first = await maker.place("BUY", "1", "60000", newClientOrderId="mine-1")
    assert first.body["clientOrderId"] == "mine-1"
    again = await maker.place("BUY", "1", "60000", newClientOrderId="mine-1")
    assert again.body == first.body
    other = await maker.place("BUY", "2", "60000", newClientOrderId="mine-1")
    assert (other.code, other.body["msg"]) == (-2010, "Duplicate order sent.")
    await taker.place("SELL", "0.4", "60000")
    filled = (await maker.place("BUY", "1", "60000", newClientOrderId="mine-1")).body
    assert (filled["orderId"], filled["status"], filled["executedQty"]) == (
        first.body["orderId"],
        "PARTIALLY_FILLED",
        "0.40000000",
    )
    assert [(fill["qty"], fill["commissionAsset"]) for fill in filled["fills"]] == [("0.40000000", "BTC")]
    await maker.delete("/api/v3/order", symbol="BTCUSDT", origClientOrderId="mine-1")
    gone = (await maker.place("BUY", "1", "60000", newClientOrderId="mine-1")).body
    assert (gone["status"], gone["transactTime"]) == ("CANCELED", first.body["transactTime"])
    assert len((await maker.get("/api/v3/allOrders", symbol="BTCUSDT")).body) == 1


async def test_a_cancel_tells_what_the_order_had_come_to(maker: Trader, taker: Trader) -> None:
    placed = await maker.place("BUY", "2", "60000", newClientOrderId="mine")
    await taker.place("SELL", "0.5", "60000")
    which = {"symbol": "BTCUSDT", "orderId": placed.body["orderId"]}
    answer = await maker.delete("/api/v3/order", **which, newClientOrderId="stop")
    assert set(answer.body) == RESULT - {"workingTime"} | {"origClientOrderId"}
    assert (answer.body["origClientOrderId"], answer.body["clientOrderId"]) == ("mine", "stop")
    assert (answer.body["status"], answer.body["executedQty"]) == ("CANCELED", "0.50000000")
    assert answer.body["cummulativeQuoteQty"] == "30000.00000000"
    again = await maker.delete("/api/v3/order", **which)
    assert (again.status, again.code, again.body["msg"]) == (400, -2011, "Unknown order sent.")


async def test_all_orders_of_a_market_are_cancelled_oldest_first(maker: Trader) -> None:
    placed = [(await maker.place("BUY", "1", price)).body["orderId"] for price in ("60000", "59000", "61000")]
    other = await maker.post(
        "/api/v3/order", symbol="ETHBTC", side="BUY", type="LIMIT", timeInForce="GTC", quantity="1", price="0.05"
    )
    answer = await maker.delete("/api/v3/openOrders", symbol="BTCUSDT")
    assert [order["orderId"] for order in answer.body] == placed
    assert {order["status"] for order in answer.body} == {"CANCELED"}
    assert [order["orderId"] for order in (await maker.get("/api/v3/openOrders")).body] == [other.body["orderId"]]
    none = await maker.delete("/api/v3/openOrders", symbol="BTCUSDT")
    assert (none.code, none.body["msg"]) == (-2011, "Unknown order sent.")


async def test_a_test_order_checks_and_places_nothing(maker: Trader) -> None:
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1"}
    assert (await maker.post("/api/v3/order/test", **order, price="60000")).body == {}
    rates = await maker.post("/api/v3/order/test", **order, price="60000", computeCommissionRates="true")
    assert rates.body["standardCommissionForOrder"]["taker"] == "0.00200000"
    assert (await maker.post("/api/v3/order/test", **order, price="20000000")).code == -1013
    assert (await maker.post("/api/v3/order/test", **order, price="x")).code == -1100
    assert (await maker.get("/api/v3/openOrders")).body == []


async def test_a_test_order_is_judged_by_the_rules_in_force(older: Running) -> None:
    """As a real one is: before ruleset 4 an iceberg may show less than an order may have."""
    await older.do(CreateAsset(0, 8, "GOLD"))
    gold, usdt = (older.state.live.registry.asset_of_code[code].number for code in ("GOLD", "USDT"))
    await older.do(CreateMarket(0, gold, usdt, 10**6, 10**3, 1, 10**9, 10, 10**8, 1, 0, 0, "GOLDUSDT"))
    trader = await older.trader(USDT=1_000_000)
    order = {"symbol": "GOLDUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.00020"}
    order |= {"price": "60000", "icebergQty": "0.00005"}
    for ruleset, is_taken in ((2, True), (3, True), (4, False)):
        if ruleset > 2:
            await older.do(SwitchRuleset(0, ruleset))
        tested = await trader.post("/api/v3/order/test", **order)
        placed = await trader.post("/api/v3/order", **order)
        assert (tested.status, placed.status) == ((200, 200) if is_taken else (400, 400)), ruleset
        assert (tested.body == {}) if is_taken else (tested.body == placed.body)


async def test_an_order_whose_answer_does_not_come_is_unknown(own_exchange: Running) -> None:
    trader = await own_exchange.trader(USDT=1_000_000)
    own_exchange.deciding.clear()
    answer = await trader.place("BUY", "1", "60000", newClientOrderId="late")
    assert (answer.status, answer.code) == (504, -1007)
    assert answer.body["msg"] == (
        "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
    )
    asking = asyncio.create_task(trader.get("/api/v3/order", symbol="BTCUSDT", origClientOrderId="late"))
    await asyncio.sleep(0.1)
    assert not asking.done(), "nobody may be told that the order does not exist"
    own_exchange.deciding.set()
    assert (await asking).body["status"] == "NEW"


async def test_times_come_in_microseconds_when_asked_for(maker: Trader) -> None:
    order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=60000"
    text = f"{order}&{maker.signed({}).split('&')[0]}"
    signed = f"{text}&signature={maker.signature(text)}"
    answer = await maker.send("POST", "/api/v3/order", signed, x_mbx_time_unit="MICROSECOND")
    assert 10**15 < answer.body["transactTime"] < 10**16
    wrong = await maker.send("POST", "/api/v3/order", signed, x_mbx_time_unit="HOURS")
    assert wrong.code == -1130
