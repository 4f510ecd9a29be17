"""/v1: batches, the dead man's switch, all markets at once, and where fees are paid."""

import asyncio
from typing import Any

from tests.api.conftest import Person

SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "60000"}


async def placed(person: Person, **changes: str) -> dict[str, Any]:
    answer = await person.post(
        "/api/v3/order", data=None, content="&".join(f"{k}={v}" for k, v in {**SELL, **changes}.items())
    )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def open_orders(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await person.get("/api/v3/openOrders")).json()
    return found


async def test_each_request_of_a_batch_has_its_own_answer(alice: Person) -> None:
    asked = [
        {**SELL, "newClientOrderId": "first"},
        {**SELL, "price": "10000000"},
        {"action": "cancel", "symbol": "BTCUSDT", "origClientOrderId": "first"},
        {**SELL, "type": "STOP_LOSS_LIMIT", "stopPrice": "50000", "icebergQty": "0.1"},
        {"action": "cancel", "symbol": "BTCUSDT", "orderId": 10**9},
    ]
    answer = await alice.post("/v1/orders/batch", {"requests": asked})
    assert answer.status_code == 200, answer.text
    first, high, gone, stop, unknown = answer.json()["results"]
    assert (first["order"]["clientOrderId"], first["order"]["status"]) == ("first", "CANCELED")
    assert high["error"]["code"] == -1013
    assert high["error"]["msg"].startswith("Filter failure: PRICE_FILTER: price must be from")
    assert (gone["canceled"]["orderId"], gone["canceled"]["status"]) == (first["order"]["orderId"], "CANCELED")
    assert set(stop["order"]) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
    assert unknown["error"] == {"code": -2011, "msg": "Unknown order sent."}


async def test_a_batch_that_cannot_be_read_does_nothing(alice: Person) -> None:
    wrong = await alice.post("/v1/orders/batch", {"requests": [SELL, {**SELL, "side": "HOLD"}]})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "side")
    assert wrong.json()["msg"] == "requests[1]: Invalid side."
    for requests in ([], [SELL] * 51):
        assert (await alice.post("/v1/orders/batch", {"requests": requests})).status_code == 400
    assert await open_orders(alice) == []


async def test_all_orders_of_all_markets_go_at_once(alice: Person) -> None:
    ids = [(await placed(alice, price=price))["orderId"] for price in ("60000", "61000")]
    gone = await alice.call("DELETE", "/v1/orders")
    assert [order["orderId"] for order in gone.json()] == ids
    assert await open_orders(alice) == []
    assert (await alice.call("DELETE", "/v1/orders")).json()["code"] == -2011


async def test_orders_go_when_their_owner_falls_silent(alice: Person) -> None:
    await placed(alice)
    armed = await alice.post("/v1/orders/cancel-all-after", {"timeout": 60_000})
    assert armed.json()["cancelAt"] > 0
    assert (await alice.post("/v1/orders/cancel-all-after", {"timeout": 0})).json() == {"cancelAt": None}
    assert (await alice.post("/v1/orders/cancel-all-after", {"timeout": 10})).json()["field"] == "timeout"
    await alice.post("/v1/orders/cancel-all-after", {"timeout": 1_000})
    await asyncio.sleep(1.1)
    await alice.deposit("USDT", "1")
    assert await open_orders(alice) == []


async def test_fees_are_paid_where_the_account_wishes(alice: Person) -> None:
    assert (await alice.get("/v1/account/terms")).json() == {"tier": 0, "feeAsset": "received", "selfTradeGroup": 0}
    chosen = await alice.call("PUT", "/v1/account/fee-asset", {"feeAsset": "quote"})
    assert chosen.json()["feeAsset"] == "quote"
    await placed(alice)
    bought = await placed(alice, side="BUY", quantity="0.01")
    assert [(fill["commissionAsset"], fill["commission"]) for fill in bought["fills"]] == [("USDT", "0.60000000")]
    assert (await alice.call("PUT", "/v1/account/fee-asset", {"feeAsset": "BTC"})).status_code == 400
