"""Every way in which clients sign and send the same order."""

import json
import time
from urllib.parse import quote

import pytest

from tests.api.binance.running import Running, Trader

pytestmark = pytest.mark.asyncio(loop_scope="package")

ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=60000"


def stamped(text: str, milliseconds_ago: int = 0) -> str:
    return f"{text}&timestamp={time.time_ns() // 1_000_000 - milliseconds_ago}"


def signed(trader: Trader, text: str) -> str:
    return f"{text}&signature={trader.signature(text)}"


async def test_an_order_in_the_query_string_has_an_empty_body(maker: Trader) -> None:
    answer = await maker.send("POST", "/api/v3/order", signed(maker, stamped(ORDER)))
    assert answer.status == 200


@pytest.mark.parametrize(
    "content_type", ["application/json;charset=utf-8", "application/json", "application/x-www-form-urlencoded", "x/y"]
)
async def test_an_order_in_a_form_body_may_have_any_content_type(maker: Trader, content_type: str) -> None:
    body = signed(maker, stamped(ORDER))
    answer = await maker.send("POST", "/api/v3/order", body=body, content_type=content_type)
    assert answer.status == 200


async def test_an_order_may_be_spread_over_query_and_body(maker: Trader) -> None:
    query, body = "symbol=BTCUSDT&side=BUY&type=LIMIT", stamped("timeInForce=GTC&quantity=1&price=60000")
    signature = maker.signature(query + body)
    assert (await maker.send("POST", "/api/v3/order", query, f"{body}&signature={signature}")).status == 200
    assert (await maker.send("POST", "/api/v3/order", f"{query}&signature={signature}", body)).status == 200


async def test_the_query_string_wins_over_the_body(maker: Trader) -> None:
    query, body = "price=59000", stamped(ORDER)
    answer = await maker.send("POST", "/api/v3/order", query, f"{body}&signature={maker.signature(query + body)}")
    assert answer.body["price"] == "59000.00000000"


async def test_a_cancel_may_travel_in_the_body(maker: Trader) -> None:
    placed = await maker.place("BUY", "1", "60000")
    body = signed(maker, stamped(f"orderId={placed.body['orderId']}&symbol=BTCUSDT"))
    answer = await maker.send("DELETE", "/api/v3/order", body=body, content_type="application/x-www-form-urlencoded")
    assert answer.body["status"] == "CANCELED"


async def test_the_signature_is_cut_out_wherever_it_stands(maker: Trader) -> None:
    text = stamped(ORDER)
    first, rest = text.split("&", 1)
    in_the_middle = f"{first}&signature={maker.signature(text)}&{rest}"
    assert (await maker.send("POST", "/api/v3/order", in_the_middle)).status == 200
    in_front = f"signature={maker.signature(text)}&{text}"
    assert (await maker.send("POST", "/api/v3/order", in_front)).status == 200


async def test_what_was_signed_is_taken_as_it_came(maker: Trader) -> None:
    for client_id in ("a%3Ab", "a:b2", "a%2fb"):
        text = stamped(f"{ORDER}&newClientOrderId={client_id}")
        answer = await maker.send("POST", "/api/v3/order", signed(maker, text))
        assert answer.status == 200
    upper = stamped(ORDER)
    answer = await maker.send("POST", "/api/v3/order", f"{upper}&signature={maker.signature(upper).upper()}")
    assert answer.status == 200


async def test_symbols_may_be_percent_encoded_in_any_manner(running: Running) -> None:
    plain = '["BTCUSDT","ETHBTC"]'
    for spelling in (plain, quote(plain), '["BTCUSDT", "ETHBTC"]', '["BTCUSDT",+"ETHBTC"]'):
        answer = await running.ask("GET", "/api/v3/ticker/price", f"symbols={spelling}")
        assert [ticker["symbol"] for ticker in answer.body] == ["BTCUSDT", "ETHBTC"]


async def test_a_forged_signature_moves_nothing(maker: Trader, taker: Trader) -> None:
    text = stamped(ORDER)
    for signature in (taker.signature(text), "", "zz", "0" * 64, maker.signature(text)[:-1]):
        answer = await maker.send("POST", "/api/v3/order", f"{text}&signature={signature}")
        assert answer.status in (400, 401)
        assert answer.code in (-1022, -1102)
    changed = await maker.send("POST", "/api/v3/order", signed(maker, text).replace("quantity=1", "quantity=2"))
    assert (changed.code, changed.body["msg"]) == (-1022, "Signature for this request is not valid.")
    assert (await maker.get("/api/v3/openOrders")).body == []


async def test_an_old_or_future_timestamp_is_refused(maker: Trader) -> None:
    old = await maker.send("POST", "/api/v3/order", signed(maker, stamped(ORDER, 5_001)))
    assert (old.code, old.body["msg"]) == (-1021, "Timestamp for this request is outside of the recvWindow.")
    longer = await maker.send("POST", "/api/v3/order", signed(maker, stamped(f"{ORDER}&recvWindow=10000.5", 5_001)))
    assert longer.status == 200
    future = await maker.send("POST", "/api/v3/order", signed(maker, stamped(ORDER, -2_000)))
    assert future.code == -1021
    assert "Timestamp for this request" in future.body["msg"]
    wide = await maker.send("POST", "/api/v3/order", signed(maker, stamped(f"{ORDER}&recvWindow=60001")))
    assert wide.code == -1131
    missing = await maker.send("POST", "/api/v3/order", signed(maker, ORDER))
    assert missing.code == -1102


async def test_an_order_that_waited_too_long_is_refused_by_the_engine(
    own_exchange: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    trader = await own_exchange.trader(USDT=1_000_000)
    monkeypatch.setattr(own_exchange.log, "_clock", lambda: time.time_ns() // 1_000 + 10_000_000)
    answer = await trader.place("BUY", "1", "60000")
    assert (answer.code, answer.body["msg"]) == (-1021, "Timestamp for this request is outside of the recvWindow.")


async def test_c32_a_log_whose_clock_was_ahead_stops_nobody_who_goes_by_the_exchanges_time(
    own_exchange: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log's time never goes back, so after a jump it stays ahead of every clock: requests are held against it."""
    trader = await own_exchange.trader(USDT=1_000_000)
    with monkeypatch.context() as jumped:
        jumped.setattr(own_exchange.log, "_clock", lambda: time.time_ns() // 1_000 + 3_600_000_000)
        await trader.place("BUY", "1", "60000")
    now_ms = (await own_exchange.get("/api/v3/time")).body["serverTime"]
    assert now_ms > time.time_ns() // 1_000_000 + 3_500_000
    assert (await trader.place("BUY", "1", "60000")).code == -1021, "whoever has the wrong time is still told so"
    placed = await trader.place("BUY", "1", "60000", timestamp=now_ms)
    assert placed.status == 200
    assert placed.body["transactTime"] >= now_ms


async def test_a_parameter_twice_in_one_part_is_refused(maker: Trader) -> None:
    answer = await maker.send("POST", "/api/v3/order", signed(maker, stamped(f"{ORDER}&price=1")))
    assert (answer.status, answer.code, answer.body["field"]) == (400, -1101, "price")


async def test_unknown_parameters_do_no_harm(maker: Trader) -> None:
    answer = await maker.place("BUY", "1", "60000", returnRateLimits="false", strategyId="7", somethingNew="1")
    assert answer.status == 200
    assert "strategyId" not in answer.body


async def test_a_key_may_only_do_what_it_was_made_for(running: Running) -> None:
    reader = await running.trader("read", USDT=1_000_000)
    assert (await reader.get("/api/v3/account")).status == 200
    refused = await reader.place("BUY", "1", "60000")
    assert (refused.status, refused.code) == (401, -2015)
    assert refused.body["msg"] == "Invalid API-key, IP, or permissions for action."


async def test_without_a_key_private_endpoints_are_closed(running: Running) -> None:
    for path in ("account", "openOrders", "allOrders", "myTrades", "order", "rateLimit/order", "account/commission"):
        answer = await running.get(f"/api/v3/{path}", symbol="BTCUSDT")
        assert answer.status == 401
        assert answer.code < 0
    malformed = await running.ask("GET", "/api/v3/account", "timestamp=1&signature=1", x_mbx_apikey="short")
    assert (malformed.status, malformed.code) == (401, -2014)


async def test_a_token_opens_the_trading_interface_too(running: Running, maker: Trader) -> None:
    users = running.state.users
    await users.sign_up("person@example.com", "a long enough phrase", "127.0.0.1")
    logged_in = await users.log_in("person@example.com", "a long enough phrase", "127.0.0.1")
    bearer = {"authorization": f"Bearer {logged_in.access_token}"}
    answer = await running.ask("POST", "/api/v3/order", body=ORDER, **bearer)
    assert (answer.code, answer.body["msg"]) == (-2010, "Account has insufficient balance for requested action.")
    forged = await running.ask("GET", "/api/v3/account", authorization=f"Bearer {logged_in.access_token[:-2]}xx")
    assert forged.status == 401
    assert json.dumps(forged.body).count("code") == 1
