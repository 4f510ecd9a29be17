"""Assets and markets: made and changed by administrators alone, every act written down, every mistake explained."""

import asyncpg
import msgspec
import pytest

from tests.api.conftest import MARKET, InProcess, Person
from trueman.infra.database import audit
from trueman.infra.database.connection import API, connect_pool
from trueman.wire.simulation import Options, Status

ASSETS, MARKETS = "/v1/admin/assets", "/v1/admin/markets"
ACTS = [
    ("POST", ASSETS, {"code": "ETH", "decimals": 8}),
    ("GET", ASSETS, None),
    ("POST", MARKETS, MARKET),
    ("GET", MARKETS, None),
    ("PATCH", f"{MARKETS}/BTCUSDT", {"takerFee": "0"}),
    ("POST", f"{MARKETS}/BTCUSDT/halt", None),
    ("POST", f"{MARKETS}/BTCUSDT/resume", None),
    ("POST", "/v1/simulator/start", {}),
    ("POST", "/v1/simulator/stop", None),
    ("PUT", "/v1/simulator/status", {}),
]


async def test_a_market_is_shown_as_it_was_listed(admin: Person) -> None:
    listed = (await admin.get(MARKETS)).json()
    assert len(listed) == 1
    shown = listed[0]
    assert shown["status"] == "TRADING"
    assert {name: shown[name] for name in ("symbol", "base", "quote")} == {
        "symbol": "BTCUSDT",
        "base": "BTC",
        "quote": "USDT",
    }
    numbers = [name for name in MARKET if name not in ("symbol", "base", "quote")]
    assert {name: float(shown[name]) for name in numbers} == {name: float(MARKET[name]) for name in numbers}


async def test_a_change_keeps_what_it_does_not_name(admin: Person) -> None:
    before = (await admin.get(MARKETS)).json()[0]
    answer = await admin.call("PATCH", f"{MARKETS}/BTCUSDT", {"takerFee": "0.002", "minNotional": "10"})
    assert answer.status_code == 200
    assert answer.json() == {**before, "takerFee": "0.002000", "minNotional": "10.00000000"}


async def test_a_market_halts_and_resumes(admin: Person) -> None:
    halted = await admin.post(f"{MARKETS}/BTCUSDT/halt")
    assert (halted.status_code, halted.json()["status"]) == (200, "HALTED")
    resumed = await admin.post(f"{MARKETS}/BTCUSDT/resume")
    assert (resumed.status_code, resumed.json()["status"]) == (200, "TRADING")


async def test_only_an_administrator_may(alice: Person) -> None:
    for method, path, body in ACTS:
        assert (await alice.call(method, path, body)).status_code == 403
        assert (await alice.http.request(method, path, json=body)).status_code == 401


async def test_an_administrators_key_may_too_as_far_as_its_permissions_go(admin: Person) -> None:
    reader, trader = await admin.make_key("read"), await admin.make_key("trade")
    assert (await reader.call("GET", MARKETS)).status_code == 200
    assert (await reader.call("POST", f"{MARKETS}/BTCUSDT/halt")).status_code == 401
    assert (await trader.call("PUT", "/v1/simulator/status", body='{"orders":1}')).status_code == 204


async def test_who_is_administrator_no_more_is_obeyed_no_more(exchange: InProcess, admin: Person) -> None:
    await exchange.database.execute("UPDATE users SET role = 'user'")
    exchange.state.users._members._entries.clear()
    assert (await admin.get(ASSETS)).status_code == 403


MARKET_THAT_CANNOT_CASES: list[tuple[dict[str, object], str]] = [
    ({"symbol": "BTCUSDT"}, "symbol"),
    ({"symbol": "btcusdt"}, "symbol"),
    ({"symbol": "X"}, "symbol"),
    ({"symbol": "X" * 21}, "symbol"),
    ({"symbol": "BTC/USDT"}, "symbol"),
    ({"symbol": "BTC\0"}, "symbol"),
    ({"symbol": 5}, "symbol"),
    ({"base": "DOGE"}, "base"),
    ({"quote": "BTC"}, "quote"),
    ({"tickSize": "0"}, "tickSize"),
    ({"tickSize": "-0.01"}, "tickSize"),
    ({"tickSize": "0.000000001"}, "tickSize"),
    ({"tickSize": "1e-2"}, "tickSize"),
    ({"tickSize": 0.01}, "tickSize"),
    ({"tickSize": "0.00000001"}, "lotSize"),
    ({"lotSize": "0"}, "lotSize"),
    ({"lotSize": "0.0000001"}, "lotSize"),
    ({"minPrice": "0.015"}, "minPrice"),
    ({"minPrice": "0"}, "minPrice"),
    ({"maxPrice": "0.001"}, "maxPrice"),
    ({"maxPrice": "1e400"}, "maxPrice"),
    ({"maxPrice": "99999999999999999999999"}, "maxPrice"),
    ({"minPrice": "2", "maxPrice": "1"}, "maxPrice"),
    ({"minQuantity": "0.000001"}, "minQuantity"),
    ({"minQuantity": "2", "maxQuantity": "1"}, "maxQuantity"),
    ({"minNotional": "-1"}, "minNotional"),
    ({"minNotional": "NaN"}, "minNotional"),
    ({"makerFee": "0.0000001"}, "makerFee"),
    ({"minNotional": "99999999999999999999"}, "minNotional"),
    ({"makerFee": "0.2"}, "makerFee"),
    ({"takerFee": "0.2"}, "takerFee"),
    ({"takerFee": "99999999999999999999999999999"}, "takerFee"),
    ({"extra": "1"}, "extra"),
]


async def test_a_market_that_cannot_be_names_the_field(admin: Person) -> None:
    for changes, field in MARKET_THAT_CANNOT_CASES:
        answer = await admin.post(MARKETS, {**MARKET, "symbol": "BTC-USDT", **changes})
        assert answer.status_code in (400, 409), answer.text
        assert answer.json()["field"] == field, answer.text
        assert len((await admin.get(MARKETS)).json()) == 1


async def test_inexact_units_are_explained(admin: Person) -> None:
    answer = await admin.post(MARKETS, {**MARKET, "symbol": "B2", "tickSize": "0.01", "lotSize": "0.0000001"})
    assert "lotSize must be a multiple of 0.00000100" in answer.json()["msg"]


ASSET_THAT_CANNOT_CASES = [
    ({"code": "BTC", "decimals": 8}, "code"),
    ({"code": "eth", "decimals": 8}, "code"),
    ({"code": "", "decimals": 8}, "code"),
    ({"code": "ABCDEFGHIJK", "decimals": 8}, "code"),
    ({"code": "ÉTH", "decimals": 8}, "code"),
    ({"code": 5, "decimals": 8}, "code"),
    ({"code": "ETH", "decimals": -1}, "decimals"),
    ({"code": "ETH", "decimals": 13}, "decimals"),
    ({"code": "ETH", "decimals": 8.5}, "decimals"),
    ({"code": "ETH", "decimals": 10**30}, "decimals"),
    ({"code": "ETH", "decimals": "eight"}, "decimals"),
    ({"code": "ETH", "decimals": None}, "decimals"),
    ({"code": "ETH"}, "decimals"),
    ({"decimals": 8}, "code"),
]


async def test_an_asset_that_cannot_be_names_the_field(admin: Person) -> None:
    for body, field in ASSET_THAT_CANNOT_CASES:
        answer = await admin.post(ASSETS, body)
        assert answer.status_code in (400, 409), answer.text
        assert answer.json()["field"] == field, answer.text
        assert len((await admin.get(ASSETS)).json()) == 2


CHANGE_THAT_CANNOT_CASES = [
    ({"tickSize": "0.1"}, "tickSize"),
    ({"minPrice": "0.005"}, "minPrice"),
    ({"takerFee": "1"}, "takerFee"),
    ({"maxQuantity": "0"}, "maxQuantity"),
    ({"minQuantity": "9001"}, "maxQuantity"),
    ({"minPrice": None}, "minPrice"),
]


async def test_a_change_that_cannot_be_names_the_field(admin: Person) -> None:
    for changes, field in CHANGE_THAT_CANNOT_CASES:
        before = (await admin.get(MARKETS)).json()
        answer = await admin.call("PATCH", f"{MARKETS}/BTCUSDT", changes)
        assert (answer.status_code, answer.json()["field"]) == (400, field), answer.text
        assert (await admin.get(MARKETS)).json() == before


UNKNOWN_MARKET_IS_CASES = ["NONE", "btcusdt", "%00", "..", "BTC%2FUSDT", "é"]


async def test_an_unknown_market_is_not_found(admin: Person) -> None:
    for symbol in UNKNOWN_MARKET_IS_CASES:
        for method, path in [("PATCH", ""), ("POST", "/halt"), ("POST", "/resume")]:
            answer = await admin.call(method, f"{MARKETS}/{symbol}{path}", {})
            assert answer.status_code in (404, 405), answer.text


async def test_every_act_is_written_down_with_who_what_and_outcome(exchange: InProcess, admin: Person) -> None:
    await admin.post(f"{MARKETS}/BTCUSDT/halt")
    await admin.post(MARKETS, MARKET)
    rows = await exchange.database.fetch("SELECT account, action, detail FROM audit_log ORDER BY id")
    made, *rows = rows
    assert made["account"] == 0, "who made the administrator"
    assert {row["account"] for row in rows} == {admin.account}
    actions = [row["action"] for row in rows]
    assert actions == [
        *("CreateAsset", "CreateAsset decided") * 2,
        *("CreateMarket", "CreateMarket decided"),
        *("SetMarketStatus", "SetMarketStatus decided"),
        *("CreateMarket", "CreateMarket decided"),
    ]
    assert '"reason":"MARKET_EXISTS"' in rows[-1]["detail"]


async def test_the_audit_log_only_grows_and_tells_when_it_was_touched(exchange: InProcess, admin: Person) -> None:
    assert await audit.first_broken(exchange.database) is None
    async with await connect_pool(exchange.settings.database_url, API) as pool:
        for change in ("UPDATE audit_log SET account = 1", "DELETE FROM audit_log", "TRUNCATE audit_log"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(change)
    owner = await asyncpg.connect(exchange.settings.database_url)
    with pytest.raises(asyncpg.RaiseError):
        await owner.execute("UPDATE audit_log SET account = 1")
    await owner.execute("ALTER TABLE audit_log DISABLE TRIGGER ALL")
    await owner.execute("UPDATE audit_log SET account = 1 WHERE id = 3")
    await owner.close()
    assert await audit.first_broken(exchange.database) == 3


async def test_the_simulators_switch(exchange: InProcess, admin: Person, alice: Person) -> None:
    usual = msgspec.json.decode(msgspec.json.encode(Options()))
    stopped: dict[str, object] = {"desired": "stopped", "options": usual, "status": None, "statusTime": None}
    assert (await alice.get("/v1/simulator")).json() == stopped
    options = {"seed": 7, "traders": 3, "ordersPerSecond": 2.5, "markets": ["BTCUSDT"]}
    assert (await admin.post("/v1/simulator/start", {"options": options})).status_code == 200
    assert (await admin.call("PUT", "/v1/simulator/status", {"orders": 12})).status_code == 204
    running = (await alice.get("/v1/simulator")).json()
    assert (running["desired"], running["options"]) == ("running", options)
    assert running["status"] == msgspec.json.decode(msgspec.json.encode(Status(orders=12)))
    assert (await admin.post("/v1/simulator/stop")).json()["desired"] == "stopped"


OPTIONS_THAT_CANNOT_CASES = [
    ({"seed": -1}, "seed"),
    ({"seed": "x"}, "seed"),
    ({"traders": -1}, "traders"),
    ({"traders": 10_001}, "traders"),
    ({"more": 1}, "more"),
    ({"ordersPerSecond": 0}, "ordersPerSecond"),
    ({"ordersPerSecond": 1_000_001}, "ordersPerSecond"),
    ({"ordersPerSecond": "NaN"}, "ordersPerSecond"),
    ({"markets": ["NONE"]}, "markets"),
    ({"markets": ["BTCUSDT"] * 101}, "markets"),
    ({"markets": [1]}, "markets"),
    ({"markets": "BTCUSDT"}, "markets"),
    ({"traders": 10**400}, "traders"),
    ([], "options"),
]


async def test_options_that_cannot_be_are_refused(admin: Person) -> None:
    for options, field in OPTIONS_THAT_CANNOT_CASES:
        answer = await admin.post("/v1/simulator/start", {"options": options})
        assert answer.status_code == 400, answer.text
        assert answer.json().get("field", "") == field, answer.text
        assert (await admin.get("/v1/simulator")).json()["desired"] == "stopped"


STATUSES_THAT_CANNOT_CASES = [
    ({"orders": -1}, "orders"),
    ({"running": "perhaps"}, "running"),
    ({"more": {}}, "more"),
    ({"lastRefusal": "x" * 1_001}, "lastRefusal"),
]


async def test_a_status_has_counters_and_nothing_else(admin: Person) -> None:
    for status, field in STATUSES_THAT_CANNOT_CASES:
        answer = await admin.call("PUT", "/v1/simulator/status", status)
        assert (answer.status_code, answer.json().get("field")) == (400, field), answer.text
