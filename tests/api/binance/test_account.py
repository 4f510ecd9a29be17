"""What an account is told of itself, and what clients ask beside the spot interface."""

import pytest

from tests.api.binance.running import Running, Trader
from trueman.api import binance

pytestmark = pytest.mark.asyncio(loop_scope="package")

ACCOUNT = {
    "makerCommission",
    "takerCommission",
    "buyerCommission",
    "sellerCommission",
    "commissionRates",
    "canTrade",
    "canWithdraw",
    "canDeposit",
    "brokered",
    "requireSelfTradePrevention",
    "preventSor",
    "updateTime",
    "accountType",
    "balances",
    "permissions",
    "uid",
}
COIN = {
    "coin",
    "name",
    "free",
    "locked",
    "freeze",
    "withdrawing",
    "ipoing",
    "ipoable",
    "storage",
    "isLegalMoney",
    "trading",
    "depositAllEnable",
    "withdrawAllEnable",
    "networkList",
}
NETWORK = {
    "network",
    "coin",
    "name",
    "isDefault",
    "depositEnable",
    "withdrawEnable",
    "withdrawFee",
    "withdrawMin",
    "withdrawMax",
    "withdrawIntegerMultiple",
    "depositDust",
    "minConfirm",
    "unLockConfirm",
    "contractAddress",
}


async def test_an_account_shows_what_is_free_and_what_is_held(running: Running) -> None:
    trader = await running.trader(USDT=100_000)
    await trader.place("BUY", "1", "60000")
    account = (await trader.get("/api/v3/account")).body
    assert set(account) == ACCOUNT
    assert account["balances"] == [
        {"asset": "BTC", "free": "0.00000000", "locked": "0.00000000"},
        {"asset": "USDT", "free": "40000.00000000", "locked": "60000.00000000"},
        {"asset": "ETH", "free": "0.00000000", "locked": "0.00000000"},
    ]
    assert (account["accountType"], account["uid"], account["takerCommission"]) == ("SPOT", trader.account, 20)
    short = (await trader.get("/api/v3/account", omitZeroBalances="true")).body
    assert [balance["asset"] for balance in short["balances"]] == ["USDT"]
    assert (await trader.get("/api/v3/account", omitZeroBalances="maybe")).code == -1100
    await trader.leave()


async def test_fees_and_order_counts_are_told(maker: Trader) -> None:
    commission = (await maker.get("/api/v3/account/commission", symbol="BTCUSDT")).body
    assert set(commission) == {"symbol", "standardCommission", "specialCommission", "taxCommission", "discount"}
    rates = {"maker": "0.00100000", "taker": "0.00200000", "buyer": "0.00000000", "seller": "0.00000000"}
    assert commission["standardCommission"] == rates
    await maker.place("BUY", "1", "60000")
    counts = (await maker.get("/api/v3/rateLimit/order")).body
    assert set(counts[0]) == {"rateLimitType", "interval", "intervalNum", "limit", "count"}
    assert [(count["interval"], count["intervalNum"]) for count in counts] == [("SECOND", 10), ("DAY", 1)]
    assert counts[1]["count"] == 1
    fees = (await maker.get("/sapi/v1/asset/tradeFee", symbol="BTCUSDT")).body
    assert fees == [{"symbol": "BTCUSDT", "makerCommission": "0.00100000", "takerCommission": "0.00200000"}]


async def test_coins_are_listed_with_their_network(maker: Trader) -> None:
    coins = (await maker.get("/sapi/v1/capital/config/getall")).body
    assert [coin["coin"] for coin in coins] == ["BTC", "USDT", "ETH"]
    assert (set(coins[0]), set(coins[0]["networkList"][0])) == (COIN, NETWORK)
    assert coins[0]["free"] == "100.00000000"


async def test_there_is_no_margin_and_there_are_no_futures(running: Running) -> None:
    for path in ("margin/allPairs", "margin/isolated/allPairs", "spot/delist-schedule"):
        assert (await running.get(f"/sapi/v1/{path}")).body == []
    for futures in ("fapi", "dapi"):
        info = (await running.get(f"/{futures}/v1/exchangeInfo")).body
        assert (info["symbols"], info["rateLimits"], info["serverTime"] > 0) == ([], [], True)
    assert (await running.get("/sapi/v1/system/status")).body == {"status": 0, "msg": "normal"}


async def test_every_endpoint_describes_itself() -> None:
    for (method, path), (_, spec) in binance.routes().items():
        assert spec.summary, path
        assert spec.response is not None, path
        names = [parameter.name for parameter in spec.parameters]
        assert len(names) == len(set(names)), path
        assert ("timestamp" in names) == bool(spec.permission), path
        assert (spec.permission == "trade") == (method != "GET"), path


async def test_the_document_speaks_of_the_trading_interface(running: Running) -> None:
    document = (await running.get("/openapi.json")).body
    for method, path in binance.routes():
        assert method.lower() in document["paths"][path], path
