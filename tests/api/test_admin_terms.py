"""Guards and states of markets, tiers and terms of accounts, and credits out of the treasury."""

from typing import Any

from tests.api.conftest import InProcess, Person

MARKET = "/v1/admin/markets/BTCUSDT"
GUARDS = {
    "marketMinQuantity": "0.00100000",
    "marketMaxQuantity": "2.00000000",
    "maxNotional": "1000000.00000000",
    "bidMultiplierDown": "0.500000",
    "bidMultiplierUp": "1.100000",
    "askMultiplierDown": "0.900000",
    "askMultiplierUp": "2.000000",
    "maxOrders": 20,
    "maxAlgoOrders": 5,
    "maxIcebergOrders": 3,
    "maxIcebergParts": 10,
    "maxPosition": "50.00000000",
    "referencePrice": "60000.00000000",
    "priceBand": "0.100000",
    "auctionMs": 5_000,
}


async def filters(http: Any) -> dict[str, Any]:
    info = (await http.get("/api/v3/exchangeInfo", params={"symbol": "BTCUSDT"})).json()
    return {each["filterType"]: each for each in info["symbols"][0]["filters"]}


async def test_guards_are_shown_as_they_were_set_and_told_to_traders(exchange: InProcess, admin: Person) -> None:
    none = {name: None for name in GUARDS}
    assert (await admin.get(f"{MARKET}/guards")).json() == none
    answer = await admin.call("PUT", f"{MARKET}/guards", GUARDS)
    assert (answer.status_code, answer.json()) == (200, GUARDS)
    assert (await admin.get(f"{MARKET}/guards")).json() == GUARDS
    told = await filters(exchange.http)
    assert told["MARKET_LOT_SIZE"]["maxQty"] == "2.00000000"
    assert told["PERCENT_PRICE_BY_SIDE"]["bidMultiplierUp"] == "1.100000"
    assert told["MAX_POSITION"]["maxPosition"] == "50.00000000"
    assert (told["MAX_NUM_ALGO_ORDERS"]["maxNumAlgoOrders"], told["ICEBERG_PARTS"]["limit"]) == (5, 10)
    assert (await admin.call("PUT", f"{MARKET}/guards", {})).json() == none
    assert "MAX_POSITION" not in await filters(exchange.http)


async def test_guards_that_cannot_be_are_named(exchange: InProcess, admin: Person) -> None:
    for wrong, field in (
        ({"marketMinQuantity": "2", "marketMaxQuantity": "1"}, "marketMaxQuantity"),
        ({"bidMultiplierDown": "2", "bidMultiplierUp": "1"}, "bidMultiplierUp"),
        ({"priceBand": "0.1"}, "auctionMs"),
        ({"priceBand": "1", "auctionMs": 5}, "priceBand"),
        ({"maxOrders": 10_001}, "maxOrders"),
        ({"maxPosition": "x"}, "maxPosition"),
        ({"referencePrice": "1.001"}, "referencePrice"),
        ({"bidMultiplierUp": "1001"}, "bidMultiplierUp"),
        ({"bidMultiplierDown": "1.000001"}, "bidMultiplierDown"),
        ({"askMultiplierDown": "0.9", "askMultiplierUp": "0.999999"}, "askMultiplierUp"),
    ):
        answer = await admin.call("PUT", f"{MARKET}/guards", wrong)
        assert (answer.status_code, answer.json().get("field")) == (400, field), answer.text
    assert (await admin.call("PUT", "/v1/admin/markets/NOPE/guards", {})).status_code == 404


async def test_a_market_can_be_in_every_state(exchange: InProcess, admin: Person) -> None:
    words = {
        "AUCTION": "AUCTION_MATCH",
        "PRE_TRADING": "PRE_TRADING",
        "CANCEL_ONLY": "BREAK",
        "CLOSED": "END_OF_DAY",
        "TRADING": "TRADING",
    }
    for state, word in words.items():
        answer = await admin.call("PUT", f"{MARKET}/status", {"status": state})
        assert (answer.status_code, answer.json()["status"]) == (200, state)
        info = (await exchange.http.get("/api/v3/exchangeInfo")).json()
        assert info["symbols"][0]["status"] == word
    assert (await admin.call("PUT", f"{MARKET}/status", {"status": "OPEN"})).json()["field"] == "status"


async def test_a_tier_halves_what_its_accounts_pay(exchange: InProcess, admin: Person, alice: Person) -> None:
    tier = await admin.call("PUT", "/v1/admin/fee-tiers/3", {"makerShare": "0.5", "takerShare": "0.25"})
    assert tier.json() == {"makerShare": "0.500000", "takerShare": "0.250000", "tier": 3}
    assert (await admin.get("/v1/admin/fee-tiers")).json()[3] == tier.json()
    path = f"/v1/admin/accounts/{alice.account}/terms"
    terms = {"tier": 3, "group": 7, "mayTrade": True, "mayWithdraw": False}
    shown = {**terms, "account": alice.account, "feeInQuote": False}
    assert (await admin.call("PUT", path, terms)).json() == shown
    assert (await admin.get(path)).json() == shown
    rates = (await alice.get("/api/v3/account/commission", params={"symbol": "BTCUSDT"})).json()["standardCommission"]
    assert (rates["maker"], rates["taker"]) == ("0.00050000", "0.00025000")
    account = (await alice.get("/api/v3/account")).json()
    assert (account["canTrade"], account["canWithdraw"]) == (True, False)
    refused = await alice.post("/v1/wallet/withdrawals", {"asset": "USDT", "amount": "1", "address": "x"})
    assert (refused.status_code, refused.json()["msg"]) == (400, "This action is disabled on this account.")
    await alice.deposit("USDT", "1")
    for wrong in ("/v1/admin/fee-tiers/16", "/v1/admin/accounts/5/terms"):
        body = {"makerShare": "1", "takerShare": "1"} if "tiers" in wrong else terms
        assert (await admin.call("PUT", wrong, body)).status_code == 400
    over = await admin.call("PUT", "/v1/admin/fee-tiers/1", {"makerShare": "1.1", "takerShare": "1"})
    assert over.json()["field"] == "makerShare"


async def test_credits_come_out_of_the_treasury(exchange: InProcess, admin: Person, alice: Person) -> None:
    credit = {"account": alice.account, "asset": "USDT", "amount": "250", "clientId": "bonus"}
    before = float(await alice.free("USDT"))
    empty = await admin.post("/v1/admin/credits", {**credit, "clientId": "too early"})
    assert (empty.status_code, empty.json()["code"]) == (400, -2010)
    assert (await admin.post("/v1/admin/treasury/deposits", {"asset": "USDT", "amount": "1000"})).status_code == 201
    done = await admin.post("/v1/admin/credits", credit)
    assert (done.status_code, done.json()["kind"], done.json()["state"]) == (201, "credit", "done")
    assert (await admin.post("/v1/admin/credits", credit)).json() == done.json()
    assert float(await alice.free("USDT")) == before + 250
    left = {each["asset"]: each["free"] for each in (await admin.get("/v1/admin/treasury/balances")).json()["balances"]}
    assert left["USDT"] == "750.00000000"
    assert (await admin.post("/v1/admin/credits", {**credit, "account": 2})).json()["field"] == "account"
    assert (await alice.post("/v1/admin/credits", credit)).status_code == 403
