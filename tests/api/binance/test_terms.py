"""Orders with terms through the real exchange: stops, icebergs, dates, prevented matches, lists, changes."""

import time
from typing import Any

import pytest

from tests.api.binance.running import Running, Trader

pytestmark = pytest.mark.asyncio(loop_scope="package")

STOP = {"symbol": "BTCUSDT", "type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "side": "SELL", "quantity": "1"}
BTC = {"symbol": "BTCUSDT"}


async def status(trader: Trader, order_id: int) -> Any:
    answer = await trader.get("/api/v3/order", **BTC, orderId=order_id)
    assert answer.status == 200, answer.body
    return answer.body


async def traded_at(running: Running, price: str) -> None:
    """Two strangers trade, so that the market has this price."""
    seller, buyer = await running.trader(BTC=1), await running.trader(USDT=1_000_000)
    await seller.place("SELL", "0.01", price)
    assert (await buyer.place("BUY", "0.01", price)).body["status"] == "FILLED"


async def test_a_stop_waits_for_its_price_and_then_works(running: Running, maker: Trader) -> None:
    await traded_at(running, "60000")
    placed = await maker.post("/api/v3/order", **STOP, price="58000", stopPrice="59000", newOrderRespType="RESULT")
    assert placed.status == 200, placed.body
    assert (placed.body["status"], placed.body["stopPrice"], placed.body["workingTime"]) == (
        "NEW",
        "59000.00000000",
        -1,
    )
    order_id = placed.body["orderId"]
    waiting = await status(maker, order_id)
    assert (waiting["isWorking"], waiting["workingTime"], waiting["stopPrice"]) == (False, -1, "59000.00000000")
    depth = (await running.get("/api/v3/depth", **BTC)).body
    assert depth["asks"] == []
    await traded_at(running, "58900")
    working = await status(maker, order_id)
    assert (working["status"], working["isWorking"]) == ("NEW", True)
    assert working["workingTime"] > placed.body["transactTime"]
    assert (await running.get("/api/v3/depth", **BTC)).body["asks"] == [["58000.00000000", "1.00000000"]]


async def test_what_would_fire_or_cannot_be_a_stop_is_refused(running: Running, maker: Trader) -> None:
    await traded_at(running, "60000")
    at_once = await maker.post("/api/v3/order", **STOP, price="58000", stopPrice="61000")
    assert (at_once.code, at_once.body["msg"]) == (-2010, "Order would trigger immediately.")
    assert (await maker.post("/api/v3/order", **STOP, price="58000")).code == -1130
    for delta, nearest in (("9", "10"), ("2001", "2000")):
        refused = await maker.post("/api/v3/order", **STOP, price="58000", trailingDelta=delta)
        assert (refused.code, refused.body["field"]) == (-1013, "trailingDelta")
        assert refused.body["msg"].startswith("Filter failure: TRAILING_DELTA")
        assert refused.body["msg"].endswith(f"nearest is {nearest}")
    trailing = await maker.post("/api/v3/order", **STOP, price="58000", trailingDelta="100", newOrderRespType="FULL")
    assert (trailing.body["trailingDelta"], trailing.body["fills"]) == (100, [])


async def test_an_iceberg_shows_its_tip(running: Running, maker: Trader, taker: Trader) -> None:
    placed = await maker.place("SELL", "2", "60000", icebergQty="0.5")
    assert placed.body["icebergQty"] == "0.50000000"
    assert (await running.get("/api/v3/depth", **BTC)).body["asks"] == [["60000.00000000", "0.50000000"]]
    await taker.place("BUY", "1.2", "60000")
    assert (await running.get("/api/v3/depth", **BTC)).body["asks"] == [["60000.00000000", "0.30000000"]]
    assert (await status(maker, placed.body["orderId"]))["executedQty"] == "1.20000000"
    many = await maker.place("SELL", "2", "60000", icebergQty="0.01")
    assert many.code == -1013
    assert many.body["msg"].startswith("Filter failure: ICEBERG_PARTS: an iceberg has at most 20 parts")
    assert "0.10000000" in many.body["msg"]


async def test_an_order_is_good_till_its_date(running: Running, maker: Trader) -> None:
    soon = time.time_ns() // 1_000_000 + 300
    placed = await maker.place("SELL", "1", "60000", timeInForce="GTD", goodTillDate=soon)
    assert (placed.body["timeInForce"], placed.body["goodTillDate"]) == ("GTD", soon)
    while time.time_ns() // 1_000_000 <= soon:
        await traded_at(running, "59000")
    await traded_at(running, "59000")
    assert (await status(maker, placed.body["orderId"]))["status"] == "EXPIRED"
    past = await maker.place("SELL", "1", "60000", timeInForce="GTD", goodTillDate=soon)
    assert (past.code, past.body["field"]) == (-1130, "goodTillDate")


async def test_a_prevented_match_is_told_of_both_orders(maker: Trader) -> None:
    sold = (await maker.place("SELL", "2", "60000")).body["orderId"]
    bought = await maker.place("BUY", "0.5", "60000", selfTradePreventionMode="DECREMENT")
    assert (bought.body["status"], bought.body["preventedQuantity"]) == ("EXPIRED_IN_MATCH", "0.50000000")
    assert (await status(maker, sold))["preventedQuantity"] == "0.50000000"
    number = bought.body["preventedMatchId"]
    for which in ({"orderId": sold}, {"orderId": bought.body["orderId"]}, {"preventedMatchId": number}):
        (match,) = (await maker.get("/api/v3/myPreventedMatches", **BTC, **which)).body
        assert (match["preventedMatchId"], match["makerOrderId"], match["price"]) == (number, sold, "60000.00000000")
        assert (match["makerPreventedQuantity"], match["selfTradePreventionMode"]) == ("0.50000000", "DECREMENT")
    assert (await maker.get("/api/v3/myPreventedMatches", **BTC)).code == -1128
    assert (await maker.get("/api/v3/myPreventedMatches", **BTC, orderId=10**9)).body == []


async def test_cancel_and_order_in_one(maker: Trader) -> None:
    first = (await maker.place("SELL", "1", "60000", newClientOrderId="first")).body["orderId"]
    order = {**BTC, "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "61000"}
    both = {**order, "cancelReplaceMode": "STOP_ON_FAILURE", "newClientOrderId": "second"}
    done = await maker.post("/api/v3/order/cancelReplace", **both, cancelOrigClientOrderId="first")
    assert done.status == 200, done.body
    assert (done.body["cancelResult"], done.body["newOrderResult"]) == ("SUCCESS", "SUCCESS")
    assert (done.body["cancelResponse"]["orderId"], done.body["cancelResponse"]["status"]) == (first, "CANCELED")
    assert done.body["newOrderResponse"]["clientOrderId"] == "second"
    again = await maker.post("/api/v3/order/cancelReplace", **both, cancelOrigClientOrderId="first")
    assert again.body["newOrderResponse"] == done.body["newOrderResponse"]
    assert again.body["cancelResponse"]["orderId"] == first


async def test_a_cancel_replace_that_fails_says_which_half_did(maker: Trader) -> None:
    order = {**BTC, "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "61000"}
    stop, both = ({**order, "cancelReplaceMode": mode} for mode in ("STOP_ON_FAILURE", "ALLOW_FAILURE"))
    path = "/api/v3/order/cancelReplace"
    none = await maker.post(path, **stop, cancelOrderId=10**9)
    assert (none.status, none.code) == (400, -2022)
    unknown = {"code": -2011, "msg": "Unknown order sent."}
    assert none.body["data"] == {
        "cancelResult": "FAILURE",
        "newOrderResult": "NOT_ATTEMPTED",
        "cancelResponse": unknown,
        "newOrderResponse": None,
    }
    partly = await maker.post(path, **both, cancelOrderId=10**9)
    assert (partly.status, partly.code, partly.body["data"]["newOrderResult"]) == (409, -2021, "SUCCESS")
    placed = partly.body["data"]["newOrderResponse"]["orderId"]
    large = await maker.post(path, **{**both, "quantity": "9000.00001"}, cancelOrderId=placed)
    assert (large.status, large.code) == (400, -1013), "filters are judged before anything is canceled"
    assert large.body["msg"].startswith("Filter failure: LOT_SIZE: quantity must be from")
    assert (await status(maker, placed))["status"] == "NEW"
    poor = await maker.post(path, **{**both, "quantity": "8999"}, cancelOrderId=placed)
    assert (poor.status, poor.code, poor.body["data"]["cancelResult"]) == (409, -2021, "SUCCESS")
    assert poor.body["data"]["newOrderResponse"]["code"] == -2010
    assert (await maker.post(path, **{**both, "cancelReplaceMode": "X"}, cancelOrderId=1)).code == -1130


async def test_an_amended_order_is_smaller(maker: Trader, taker: Trader) -> None:
    placed = await maker.place("SELL", "2", "60000", newClientOrderId="big")
    await taker.place("BUY", "0.5", "60000")
    path, which = "/api/v3/order/amend/keepPriority", {**BTC, "origClientOrderId": "big"}
    answer = await maker.send("PUT", path, maker.signed({**which, "newQty": "1.5"}))
    assert answer.status == 200, answer.body
    amended = answer.body["amendedOrder"]
    assert (amended["qty"], amended["executedQty"], amended["status"]) == (
        "1.50000000",
        "0.50000000",
        "PARTIALLY_FILLED",
    )
    assert (await status(maker, placed.body["orderId"]))["origQty"] == "1.50000000"
    for wrong, code in (("1.5", -2038), ("2", -2038), ("0.5", -2038), ("0.000001", -1013)):
        refused = await maker.send("PUT", path, maker.signed({**which, "newQty": wrong}))
        assert (refused.code, refused.body["field"]) == (code, "newQty"), refused.body


async def test_amendments_are_told_with_the_sizes_before_and_after(maker: Trader, taker: Trader) -> None:
    order_id = (await maker.place("SELL", "2", "60000", newClientOrderId="shrinks")).body["orderId"]
    path, which = "/api/v3/order/amendments", {**BTC, "orderId": order_id}
    assert (await maker.get(path, **which)).body == []
    smaller = [
        (await maker.send("PUT", "/api/v3/order/amend/keepPriority", maker.signed({**which, "newQty": size}))).body
        for size in ("1.5", "0.7")
    ]
    told = (await maker.get(path, **which)).body
    assert [(one["origQty"], one["newQty"]) for one in told] == [
        ("2.00000000", "1.50000000"),
        ("1.50000000", "0.70000000"),
    ]
    assert told[0] == {
        "symbol": "BTCUSDT",
        "orderId": order_id,
        "executionId": smaller[0]["executionId"],
        "origClientOrderId": "shrinks",
        "newClientOrderId": "shrinks",
        "origQty": "2.00000000",
        "newQty": "1.50000000",
        "time": smaller[0]["transactTime"],
    }
    assert (await maker.get(path, **which, fromExecutionId=smaller[1]["executionId"])).body == told[1:]
    assert (await maker.get(path, **which, limit=1)).body == told[:1]
    assert (await taker.get(path, **which)).code == -2013
    assert (await maker.get(path, **BTC)).code == -1102


OCO = {
    **BTC,
    "side": "SELL",
    "quantity": "1",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "62000",
    "belowType": "STOP_LOSS_LIMIT",
    "belowStopPrice": "59000",
    "belowPrice": "58000",
    "belowTimeInForce": "GTC",
    "belowClientOrderId": "below",
    "listClientOrderId": "pair",
}


async def test_a_pair_of_which_one_cancels_the_other(running: Running, maker: Trader, taker: Trader) -> None:
    await traded_at(running, "60000")
    placed = (await maker.post("/api/v3/orderList/oco", **OCO, aboveClientOrderId="above")).body
    assert (placed["contingencyType"], placed["listStatusType"], placed["listOrderStatus"]) == (
        "OCO",
        "EXEC_STARTED",
        "EXECUTING",
    )
    assert [(report["type"], report["status"]) for report in placed["orderReports"]] == [
        ("LIMIT_MAKER", "NEW"),
        ("STOP_LOSS_LIMIT", "NEW"),
    ]
    list_id = placed["orderListId"]
    assert {report["orderListId"] for report in placed["orderReports"]} == {list_id}
    (balance,) = (each for each in (await maker.get("/api/v3/account")).body["balances"] if each["asset"] == "BTC")
    assert balance["locked"] == "1.00000000"
    told = {name: value for name, value in placed.items() if name != "orderReports"}
    assert (await maker.get("/api/v3/orderList", orderListId=list_id)).body == told
    assert (await maker.get("/api/v3/orderList", origClientOrderId="pair")).body == told
    assert (await maker.get("/api/v3/openOrderList")).body == [told]
    again = (await maker.post("/api/v3/orderList/oco", **OCO, aboveClientOrderId="above")).body
    assert (again["orderListId"], again["orderReports"]) == (list_id, placed["orderReports"])
    assert len((await maker.get("/api/v3/openOrderList")).body) == 1
    await taker.place("BUY", "1", "62000")
    ended = (await maker.get("/api/v3/orderList", orderListId=list_id)).body
    assert (ended["listStatusType"], ended["listOrderStatus"]) == ("ALL_DONE", "ALL_DONE")
    assert [(await status(maker, order["orderId"]))["status"] for order in placed["orders"]] == ["FILLED", "EXPIRED"]
    assert (await maker.get("/api/v3/allOrderList")).body[-1] == ended
    own = (await maker.get("/api/v3/myTrades", **BTC)).body
    assert own[-1]["orderListId"] == list_id
    assert (await taker.get("/api/v3/orderList", orderListId=list_id)).code == -2013


async def test_a_list_is_cancelled_as_a_whole(running: Running, maker: Trader, taker: Trader) -> None:
    await traded_at(running, "60000")
    placed = (await maker.post("/api/v3/orderList/oco", **OCO)).body
    assert (await taker.delete("/api/v3/orderList", **BTC, orderListId=placed["orderListId"])).code == -2011
    gone = (await maker.delete("/api/v3/orderList", **BTC, listClientOrderId="pair")).body
    assert (gone["listOrderStatus"], [report["status"] for report in gone["orderReports"]]) == (
        "ALL_DONE",
        ["CANCELED", "CANCELED"],
    )
    assert (await maker.delete("/api/v3/orderList", **BTC, listClientOrderId="pair")).code == -2011
    assert (await maker.delete("/api/v3/orderList", **BTC)).code == -1102


async def test_orders_of_a_list_wait_for_the_working_one(running: Running, maker: Trader, taker: Trader) -> None:
    await traded_at(running, "60000")
    order = {
        **BTC,
        "workingType": "LIMIT",
        "workingSide": "SELL",
        "workingQuantity": "1",
        "workingPrice": "61000",
        "workingTimeInForce": "GTC",
        "pendingSide": "BUY",
        "pendingQuantity": "0.5",
        "pendingAboveType": "STOP_LOSS",
        "pendingAboveStopPrice": "63000",
        "pendingBelowType": "LIMIT_MAKER",
        "pendingBelowPrice": "57000",
    }
    placed = (await maker.post("/api/v3/orderList/otoco", **order)).body
    assert [report["status"] for report in placed["orderReports"]] == ["NEW", "PENDING_NEW", "PENDING_NEW"]
    assert placed["contingencyType"] == "OTO"
    assert placed["orderReports"][2]["workingTime"] == -1
    await taker.place("BUY", "1", "61000")
    after = [await status(maker, each["orderId"]) for each in placed["orders"]]
    assert [each["status"] for each in after] == ["FILLED", "NEW", "NEW"]
    assert [each["isWorking"] for each in after] == [True, False, True]
    oto = {
        **{name: value for name, value in order.items() if not name.startswith("pending")},
        "pendingType": "LIMIT",
        "pendingSide": "BUY",
        "pendingQuantity": "1",
        "pendingPrice": "50000",
        "pendingTimeInForce": "GTC",
    }
    second = (await maker.post("/api/v3/orderList/oto", **oto, newOrderRespType="ACK")).body
    assert [report["clientOrderId"] for report in second["orderReports"]] == [
        each["clientOrderId"] for each in second["orders"]
    ]
    wrong = await maker.post("/api/v3/orderList/oto", **{**oto, "workingType": "MARKET"})
    assert wrong.status == 400


async def test_a_cancel_may_be_restricted(maker: Trader, taker: Trader) -> None:
    placed = (await maker.place("SELL", "1", "60000")).body["orderId"]
    which = {**BTC, "orderId": placed}
    refused = await maker.delete("/api/v3/order", **which, cancelRestrictions="ONLY_PARTIALLY_FILLED")
    assert (refused.code, refused.body["msg"]) == (-2011, "Order was not canceled due to cancel restrictions.")
    await taker.place("BUY", "0.1", "60000")
    assert (await maker.delete("/api/v3/order", **which, cancelRestrictions="ONLY_PARTIALLY_FILLED")).status == 200


async def test_a_test_order_with_terms_is_checked_too(maker: Trader) -> None:
    order = {**STOP, "price": "58000", "stopPrice": "59000"}
    assert (await maker.post("/api/v3/order/test", **order)).body == {}
    too_high = await maker.post("/api/v3/order/test", **{**order, "stopPrice": "10000000.01"})
    assert (too_high.code, too_high.body["field"]) == (-1013, "stopPrice")
    assert "stopPrice must be from 0.01000000 to 10000000.00000000; nearest is" in too_high.body["msg"]
