"""Bad input is told apart, named, and moves nothing."""

from typing import Any

import pytest

from tests.api.binance.running import Running, Trader

pytestmark = pytest.mark.asyncio(loop_scope="package")

LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "60000"}
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}
NOT_NUMBERS = (
    "-1",
    "1e400",
    "1e2",
    "NaN",
    "Infinity",
    "1_000",
    "1,5",
    "١٢",
    "１",
    "0x10",
    " 1",
    "1.",
    ".5",
    "+1",
    "9" * 60,
)
SYMBOL_RANGE = "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'."


async def refused(trader: Trader, order: dict[str, Any], code: int, field: str = "", text: str = "") -> None:
    answer = await trader.post("/api/v3/order", **order)
    assert (answer.status, answer.body.get("code")) == (400, code), answer.body
    assert answer.body.get("field", "") == field, answer.body
    assert text in answer.body["msg"]


@pytest.mark.parametrize("field", ["quantity", "price"])
async def test_what_is_no_plain_decimal_is_refused(maker: Trader, field: str) -> None:
    for wrong in NOT_NUMBERS:
        text = f"Illegal characters found in parameter '{field}'"
        await refused(maker, {**LIMIT, field: wrong}, -1100, field, text)
    await refused(maker, {**LIMIT, field: ""}, -1102, field, f"Mandatory parameter '{field}' was not sent")
    await untouched(maker)


async def test_a_quote_quantity_is_read_as_strictly(maker: Trader) -> None:
    for wrong in NOT_NUMBERS:
        await refused(maker, {**MARKET, "quoteOrderQty": wrong}, -1100, "quoteOrderQty")
    await refused(maker, {**MARKET, "quoteOrderQty": "0"}, -1013, "quoteOrderQty", "Filter failure: NOTIONAL")
    await refused(maker, {**MARKET, "quoteOrderQty": "0.5"}, -1013, "quoteOrderQty", "at least 1.00000000 USDT")
    await refused(maker, {**MARKET, "quoteOrderQty": "1.000000001"}, -1111, "quoteOrderQty", "too much precision")


async def test_a_price_off_the_market_s_grid_is_told_its_neighbours(maker: Trader) -> None:
    for price in ("0", "0.00", "10000000.01", "99999999999999999999", "9" * 40):
        await refused(maker, {**LIMIT, "price": price}, -1013, "price", "Filter failure: PRICE_FILTER")
    await refused(
        maker, {**LIMIT, "price": "60000.005"}, -1013, "price", "nearest are 60000.00000000 and 60000.01000000"
    )
    tiny = "60000.0000000000000000001"
    await refused(maker, {**LIMIT, "price": tiny}, -1111, "price", "Parameter 'price' has too much precision")
    await refused(maker, {**LIMIT, "price": "10000000.01"}, -1013, "price", "from 0.01000000 to 10000000.00000000")


async def test_a_quantity_off_the_market_s_grid_is_told_its_neighbours(maker: Trader) -> None:
    for quantity in ("0", "9000.00001", "99999999999999999999", "9" * 40):
        await refused(maker, {**LIMIT, "quantity": quantity}, -1013, "quantity", "Filter failure: LOT_SIZE")
    await refused(maker, {**LIMIT, "quantity": "0.000015"}, -1013, "quantity", "nearest are 0.00001000 and 0.00002000")
    nineteen = "0.0000100000000000001"
    await refused(maker, {**LIMIT, "quantity": nineteen}, -1111, "quantity", "multiple of 0.00001000")
    zeros = "0.0010000000000000000"
    assert (await maker.post("/api/v3/order", **{**LIMIT, "quantity": zeros})).status == 200


async def test_an_order_of_too_little_value_is_refused(maker: Trader) -> None:
    small = {**LIMIT, "quantity": "0.00001", "price": "100"}
    await refused(maker, small, -1013, "quantity", "Filter failure: NOTIONAL")
    await refused(maker, small, -1013, "quantity", "at least 1.00000000 USDT")


async def test_words_are_read_as_they_are_written(maker: Trader) -> None:
    for wrong in ("buy", "HOLD", "B UY"):
        await refused(maker, {**LIMIT, "side": wrong}, -1117, "side", "Invalid side.")
    for wrong in ("limit", "STOP", "TRAILING_STOP_MARKET", "X"):
        await refused(maker, {**LIMIT, "type": wrong}, -1116, "type", "Invalid orderType.")
    for wrong in ("gtc", "GTX", "DAY"):
        await refused(maker, {**LIMIT, "timeInForce": wrong}, -1115, "timeInForce", "Invalid timeInForce.")
    await refused(maker, {**LIMIT, "selfTradePreventionMode": "DECREASE"}, -1130, "selfTradePreventionMode")
    for name in ("symbol", "side", "type", "timeInForce", "quantity", "price"):
        missing = {key: value for key, value in LIMIT.items() if key != name}
        await refused(
            maker, missing, -1102, name, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
        )


async def test_a_symbol_must_exist(maker: Trader) -> None:
    await refused(maker, {**LIMIT, "symbol": "NOPEUSDT"}, -1121, "symbol", "Invalid symbol.")
    for wrong in ("btcusdt", "BTC/USDT", "BTC USDT", "ВTCUSDT", "A" * 21):
        await refused(maker, {**LIMIT, "symbol": wrong}, -1100, "symbol", SYMBOL_RANGE)


async def test_what_a_type_does_not_take_is_refused(maker: Trader) -> None:
    await refused(maker, {**LIMIT, "quoteOrderQty": "5"}, -1106, "quoteOrderQty")
    await refused(maker, {**MARKET, "quantity": "1", "quoteOrderQty": "5"}, -1106, "quoteOrderQty")
    await refused(maker, {**MARKET, "quantity": "1", "price": "1"}, -1106, "price")
    await refused(maker, {**MARKET, "quantity": "1", "timeInForce": "GTC"}, -1106, "timeInForce")
    await refused(maker, {**LIMIT, "stopPrice": "1"}, -1106, "stopPrice")
    await refused(maker, {**LIMIT, "trailingDelta": "1"}, -1106, "trailingDelta")
    await refused(maker, {**LIMIT, "goodTillDate": "1"}, -1106, "goodTillDate")
    await refused(maker, {**LIMIT, "icebergQty": "2"}, -1130, "icebergQty")
    await refused(maker, {**MARKET, "quantity": "1", "icebergQty": "1"}, -1130, "icebergQty")
    await refused(maker, {**LIMIT, "pegPriceType": "PRIMARY_PEG"}, -1106, "pegPriceType")
    await refused(maker, {**LIMIT, "strategyType": "5"}, -1134, "strategyType")
    await refused(maker, {**MARKET}, -1102, "quantity")


async def test_a_client_order_id_has_36_plain_characters_at_most(maker: Trader) -> None:
    for wrong in ("a" * 37, "a b", "ü", "a'b", "a\x00"):
        await refused(maker, {**LIMIT, "newClientOrderId": wrong}, -1100, "newClientOrderId")
    await refused(maker, {**LIMIT, "newClientOrderId": ""}, -1118, "newClientOrderId", "New client order ID was empty.")


async def test_who_lacks_the_money_hears_it_in_the_words_that_bots_know(running: Running) -> None:
    poor = await running.trader(USDT=10)
    answer = await poor.post("/api/v3/order", **LIMIT)
    assert answer.body == {"code": -2010, "msg": "Account has insufficient balance for requested action."}


async def test_a_stranger_s_order_cannot_be_told_from_none(maker: Trader, taker: Trader) -> None:
    placed = (await maker.place("BUY", "1", "60000", newClientOrderId="mine")).body["orderId"]
    for which in ({"orderId": placed}, {"orderId": 2**52}, {"orderId": 0}, {"origClientOrderId": "mine"}):
        cancel = await taker.delete("/api/v3/order", symbol="BTCUSDT", **which)
        assert cancel.body == {"code": -2011, "msg": "Unknown order sent."}
        read = await taker.get("/api/v3/order", symbol="BTCUSDT", **which)
        assert read.body == {"code": -2013, "msg": "Order does not exist."}
    other_market = await maker.delete("/api/v3/order", symbol="ETHBTC", orderId=placed)
    assert other_market.code == -2011
    assert (await maker.get("/api/v3/order", symbol="ETHBTC", orderId=placed)).code == -2013
    both = await maker.delete("/api/v3/order", symbol="BTCUSDT", orderId=placed, origClientOrderId="other")
    assert both.code == -2011
    assert (await maker.get("/api/v3/order", symbol="BTCUSDT", orderId=placed)).body["status"] == "NEW"


async def test_a_cancel_must_say_what(maker: Trader) -> None:
    text = "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"
    for ask in (maker.delete, maker.get):
        nothing = await ask("/api/v3/order", symbol="BTCUSDT")
        assert nothing.body == {"code": -1102, "msg": text, "field": "orderId"}
    for wrong in ("-1", "1.0", "abc", "1e3", "٣"):
        assert (await maker.delete("/api/v3/order", symbol="BTCUSDT", orderId=wrong)).code == -1100
    too_large = await maker.delete("/api/v3/order", symbol="BTCUSDT", orderId="9" * 20)
    assert too_large.code == -1130
    restricted = await maker.delete("/api/v3/order", symbol="BTCUSDT", orderId="1", cancelRestrictions="NEW")
    assert (restricted.code, restricted.body["field"]) == (-1145, "cancelRestrictions")


async def test_orders_are_counted_and_too_many_refused(own_exchange: Running) -> None:
    trader = await own_exchange.trader(USDT=1_000_000)
    answers = [await trader.place("BUY", "0.1", "60000") for _ in range(12)]
    late = next(answer for answer in answers if answer.status != 200)
    assert (late.status, late.code) == (429, -1015)
    assert 1 <= int(late.headers["retry-after"]) <= 10
    assert late.headers["x-mbx-order-count-10s"] == "5"
    counts = (await trader.get("/api/v3/rateLimit/order")).body
    assert [count["limit"] for count in counts] == [5, 200_000]


async def untouched(trader: Trader) -> None:
    balances = (await trader.get("/api/v3/account")).body["balances"]
    assert {balance["locked"] for balance in balances} == {"0.00000000"}
