"""A request under an Idempotency-Key is done once, and tells its first outcome whenever it comes again."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.api.conftest import Person

SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "60000"}
WITHDRAWAL = {"asset": "BTC", "amount": "1", "address": "bc1"}


async def under(key: str, who: Person, path: str, body: Any) -> httpx.Response:
    return await who.post(path, body, headers={"Idempotency-Key": key})


async def open_ids(who: Person) -> list[int]:
    return [order["orderId"] for order in (await who.get("/api/v3/openOrders")).json()]


async def test_an_order_sent_again_under_its_key_is_the_same_order(alice: Person) -> None:
    """C2 C3: many at once, too."""
    first = (await under("monday-1", alice, "/v1/orders", SELL)).json()
    again = await asyncio.gather(*[under("monday-1", alice, "/v1/orders", SELL) for _ in range(5)])
    assert {answer.json()["orderId"] for answer in again} == {first["orderId"]}
    assert await open_ids(alice) == [first["orderId"]]
    other = (await under("monday-2", alice, "/v1/orders", SELL)).json()
    assert await open_ids(alice) == [first["orderId"], other["orderId"]]


async def test_a_key_belongs_to_its_account(alice: Person, bob: Person) -> None:
    hers = (await under("same", alice, "/v1/orders", SELL)).json()
    his = (await under("same", bob, "/v1/orders", SELL)).json()
    assert hers["orderId"] != his["orderId"]


async def test_another_order_under_the_same_key_is_a_conflict(alice: Person) -> None:
    await under("monday-1", alice, "/v1/orders", SELL)
    changed = await under("monday-1", alice, "/v1/orders", {**SELL, "quantity": "2"})
    assert (changed.status_code, changed.json()["code"]) == (409, -4009)
    assert changed.json()["msg"].startswith("IDEMPOTENCY_CONFLICT")
    assert len(await open_ids(alice)) == 1


async def test_an_order_has_one_name(alice: Person) -> None:
    both = await under("monday-1", alice, "/v1/orders", {**SELL, "newClientOrderId": "mine"})
    assert (both.status_code, both.json()["field"]) == (400, "newClientOrderId")
    own = await alice.post("/v1/orders", {**SELL, "newClientOrderId": "mine"})
    taken = await alice.post("/v1/orders", {**SELL, "newClientOrderId": "mine", "quantity": "2"})
    assert (own.status_code, taken.status_code, taken.json()["code"]) == (200, 400, -2010)


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\t"])
async def test_a_key_that_is_none_is_refused(alice: Person, key: str) -> None:
    answer = await under(key, alice, "/v1/orders", SELL)
    assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")
    assert await open_ids(alice) == []


async def test_each_order_of_a_batch_goes_by_its_place_under_the_key(alice: Person) -> None:
    batch = {"requests": [SELL, {**SELL, "newClientOrderId": "own"}, {**SELL, "price": "61000"}]}
    first = (await under("batch", alice, "/v1/orders/batch", batch)).json()["results"]
    again = (await under("batch", alice, "/v1/orders/batch", batch)).json()["results"]
    ids = [result["order"]["orderId"] for result in first]
    assert [result["order"]["orderId"] for result in again] == ids == await open_ids(alice)
    assert first[1]["order"]["clientOrderId"] == "own"
    batch["requests"][2]["price"] = "62000"
    changed = (await under("batch", alice, "/v1/orders/batch", batch)).json()["results"]
    assert (changed[0]["order"]["orderId"], changed[2]["error"]["code"]) == (ids[0], -4009)
    assert await open_ids(alice) == ids


async def test_money_moves_once_under_a_key(alice: Person) -> None:
    """C2: withdrawals and deposits, for ever."""
    first = (await under("w", alice, "/v1/wallet/withdrawals", WITHDRAWAL)).json()
    assert (await under("w", alice, "/v1/wallet/withdrawals", WITHDRAWAL)).json() == first
    assert await alice.free("BTC") == "9.00000000"
    changed = await under("w", alice, "/v1/wallet/withdrawals", {**WITHDRAWAL, "amount": "2"})
    assert (changed.status_code, changed.json()["code"]) == (409, -4009)
    both = await under("w", alice, "/v1/wallet/withdrawals", {**WITHDRAWAL, "clientId": "c"})
    assert (both.status_code, both.json()["field"]) == (400, "clientId")
    for _ in range(2):
        await under("d", alice, "/v1/wallet/deposits", {"asset": "BTC", "amount": "5"})
    assert await alice.free("BTC") == "14.00000000"


async def test_a_program_may_name_its_withdrawal_by_a_key(alice: Person) -> None:
    program = await alice.make_key("withdraw")
    body = '{"asset":"BTC","amount":"1","address":"bc1"}'
    nameless = await program.call("POST", "/v1/wallet/withdrawals", body=body)
    assert nameless.json()["field"] == "clientId"
    for _ in range(2):
        paid = await program.call("POST", "/v1/wallet/withdrawals", body=body, headers={"Idempotency-Key": "w"})
        assert paid.status_code == 201, paid.text
    assert await alice.free("BTC") == "9.00000000"
