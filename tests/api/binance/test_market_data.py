"""What everybody may read: rules, books, tickers, trades."""

import time

import pytest

from tests.api.binance.running import Running, Trader

pytestmark = pytest.mark.asyncio(loop_scope="package")

SYMBOL = {
    "symbol",
    "status",
    "baseAsset",
    "baseAssetPrecision",
    "quoteAsset",
    "quotePrecision",
    "quoteAssetPrecision",
    "baseCommissionPrecision",
    "quoteCommissionPrecision",
    "orderTypes",
    "icebergAllowed",
    "ocoAllowed",
    "otoAllowed",
    "opoAllowed",
    "quoteOrderQtyMarketAllowed",
    "allowTrailingStop",
    "cancelReplaceAllowed",
    "amendAllowed",
    "pegInstructionsAllowed",
    "isSpotTradingAllowed",
    "isMarginTradingAllowed",
    "filters",
    "permissions",
    "permissionSets",
    "defaultSelfTradePreventionMode",
    "allowedSelfTradePreventionModes",
}
BEST = {"symbol", "bidPrice", "bidQty", "askPrice", "askQty"}
MINI = {
    "symbol",
    "openPrice",
    "highPrice",
    "lowPrice",
    "lastPrice",
    "volume",
    "quoteVolume",
    "openTime",
    "closeTime",
    "firstId",
    "lastId",
    "count",
}
FULL = MINI | BEST | {"priceChange", "priceChangePercent", "weightedAvgPrice", "prevClosePrice", "lastQty"}


async def test_the_exchange_is_there_and_says_the_time(running: Running) -> None:
    assert (await running.get("/api/v3/ping")).body == {}
    answer = await running.get("/api/v3/time")
    assert set(answer.body) == {"serverTime"}
    assert abs(answer.body["serverTime"] - time.time() * 1_000) < 5_000


async def test_the_rules_of_a_market_are_told_in_full(running: Running) -> None:
    info = (await running.get("/api/v3/exchangeInfo")).body
    assert set(info) == {"timezone", "serverTime", "rateLimits", "exchangeFilters", "symbols"}
    assert [limit["rateLimitType"] for limit in info["rateLimits"]] == ["REQUEST_WEIGHT", "ORDERS", "ORDERS"]
    symbol = info["symbols"][0]
    assert set(symbol) == SYMBOL
    assert (symbol["symbol"], symbol["status"], symbol["permissionSets"]) == ("BTCUSDT", "TRADING", [["SPOT"]])
    stops = ["STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]
    assert symbol["orderTypes"] == ["LIMIT", "MARKET", "LIMIT_MAKER", *stops]
    for name in ("icebergAllowed", "ocoAllowed", "otoAllowed", "allowTrailingStop", "cancelReplaceAllowed"):
        assert symbol[name] is True
    assert "DECREMENT" in symbol["allowedSelfTradePreventionModes"]
    filters = {each["filterType"]: each for each in symbol["filters"]}
    quantities = {"minQty": "0.00001000", "maxQty": "9000.00000000", "stepSize": "0.00001000"}
    prices = {"minPrice": "0.01000000", "maxPrice": "10000000.00000000", "tickSize": "0.01000000"}
    assert filters["PRICE_FILTER"] == {"filterType": "PRICE_FILTER", **prices}
    assert filters["LOT_SIZE"] == {"filterType": "LOT_SIZE", **quantities}
    assert filters["MARKET_LOT_SIZE"] == {"filterType": "MARKET_LOT_SIZE", **quantities}
    assert filters["NOTIONAL"]["minNotional"] == "1.00000000"
    assert filters["MAX_NUM_ORDERS"]["maxNumOrders"] == 1_000


async def test_rules_may_be_asked_for_some_markets(running: Running) -> None:
    async def symbols(**parameters: str) -> list[str]:
        info = await running.get("/api/v3/exchangeInfo", **parameters)
        return [symbol["symbol"] for symbol in info.body["symbols"]]

    assert await symbols(symbol="ETHBTC") == ["ETHBTC"]
    assert await symbols(symbols='["ETHBTC","BTCUSDT"]') == ["ETHBTC", "BTCUSDT"]
    assert await symbols(symbolStatus="HALT") == []
    assert await symbols(symbolStatus="TRADING", permissions="SPOT") == ["BTCUSDT", "ETHBTC"]
    assert (await running.get("/api/v3/exchangeInfo", symbol="NOPE")).code == -1121
    assert (await running.get("/api/v3/exchangeInfo", symbolStatus="OPEN")).code == -1122


async def test_a_list_of_symbols_is_read_strictly(running: Running) -> None:
    for wrong, code in (
        ("[", -1100),
        ("BTCUSDT", -1100),
        ('["BTCUSDT",1]', -1100),
        ('{"a":1}', -1100),
        ('["BTCUSDT","BTCUSDT"]', -1151),
        ('["NOPE"]', -1121),
        ('["btcusdt"]', -1100),
    ):
        assert (await running.get("/api/v3/ticker/price", symbols=wrong)).code == code
    both = await running.get("/api/v3/ticker/price", symbol="BTCUSDT", symbols='["BTCUSDT"]')
    assert both.code == -1128


async def test_the_book_shows_levels_best_first(running: Running, maker: Trader) -> None:
    before = (await running.get("/api/v3/depth", symbol="BTCUSDT")).body["lastUpdateId"]
    for side, price in (("BUY", "59000"), ("BUY", "59999"), ("SELL", "60001"), ("SELL", "60500"), ("BUY", "59000")):
        await maker.place(side, "1", price)
    book = (await running.get("/api/v3/depth", symbol="BTCUSDT")).body
    assert set(book) == {"lastUpdateId", "bids", "asks"}
    assert book["bids"] == [["59999.00000000", "1.00000000"], ["59000.00000000", "2.00000000"]]
    assert book["asks"] == [["60001.00000000", "1.00000000"], ["60500.00000000", "1.00000000"]]
    assert book["lastUpdateId"] == before + 5
    short = (await running.get("/api/v3/depth", symbol="BTCUSDT", limit=1)).body
    assert (len(short["bids"]), len(short["asks"])) == (1, 1)
    for wrong, code in (("0", -1130), ("-5", -1100), ("", -1105), ("ten", -1100)):
        answer = await running.get("/api/v3/depth", symbol="BTCUSDT", limit=wrong)
        assert (answer.code, answer.body["field"]) == (code, "limit")
    assert (await running.get("/api/v3/depth")).body["field"] == "symbol"


async def test_deep_books_weigh_more(running: Running) -> None:
    async def weight(**parameters: object) -> int:
        before = int((await running.get("/api/v3/ping")).headers["x-mbx-used-weight-1m"])
        after = int((await running.get(**parameters)).headers["x-mbx-used-weight-1m"])  # type: ignore[arg-type]
        return after - before

    depth = {"path": "/api/v3/depth", "symbol": "BTCUSDT"}
    assert [await weight(**depth, limit=limit) for limit in (100, 500, 1_000, 9_999)] == [5, 25, 50, 250]
    assert await weight(path="/api/v3/ticker/24hr", symbol="BTCUSDT") == 2
    assert await weight(path="/api/v3/ticker/24hr") == 80


async def test_tickers_follow_book_and_trades(running: Running, maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "2", "60000")
    await maker.place("BUY", "1", "59000")
    await taker.place("BUY", "0.5", "60000")
    ticker = (await running.get("/api/v3/ticker/24hr", symbol="BTCUSDT")).body
    assert set(ticker) == FULL
    assert (ticker["lastPrice"], ticker["lastQty"]) == ("60000.00000000", "0.50000000")
    assert (ticker["bidPrice"], ticker["askPrice"], ticker["askQty"]) == (
        "59000.00000000",
        "60000.00000000",
        "1.50000000",
    )
    assert ticker["lastId"] - ticker["firstId"] + 1 == ticker["count"]
    mini = (await running.get("/api/v3/ticker/24hr", symbol="BTCUSDT", type="MINI")).body
    assert set(mini) == MINI
    every = (await running.get("/api/v3/ticker/24hr")).body
    assert [each["symbol"] for each in every] == ["BTCUSDT", "ETHBTC"]
    assert (every[1]["lastPrice"], every[1]["count"]) == ("0.00000000", 0)
    price = (await running.get("/api/v3/ticker/price", symbol="BTCUSDT")).body
    assert price == {"symbol": "BTCUSDT", "price": "60000.00000000"}
    best = (await running.get("/api/v3/ticker/bookTicker")).body
    assert {frozenset(each) for each in best} == {frozenset(BEST)}
    assert (await running.get("/api/v3/ticker/24hr", type="SOME")).code == -1130
    average = (await running.get("/api/v3/avgPrice", symbol="BTCUSDT")).body
    assert (set(average), average["mins"]) == ({"mins", "price", "closeTime"}, 5)


async def test_trades_tell_who_made_them(running: Running, maker: Trader, taker: Trader) -> None:
    await maker.place("SELL", "1", "60000")
    await maker.place("BUY", "1", "59000")
    await taker.place("BUY", "0.25", "60000")
    await taker.place("SELL", "0.5", "59000")
    trades = (await running.get("/api/v3/trades", symbol="BTCUSDT", limit=2)).body
    assert set(trades[0]) == {"id", "price", "qty", "quoteQty", "time", "isBuyerMaker", "isBestMatch"}
    assert [(trade["qty"], trade["quoteQty"], trade["isBuyerMaker"]) for trade in trades] == [
        ("0.25000000", "15000.00000000", False),
        ("0.50000000", "29500.00000000", True),
    ]
    last = trades[-1]["id"]
    since = (await running.get("/api/v3/historicalTrades", symbol="BTCUSDT", fromId=last)).body
    assert since == trades[-1:]
    assert (await running.get("/api/v3/historicalTrades", symbol="BTCUSDT", fromId=last + 1)).body == []
    every = (await running.get("/api/v3/historicalTrades", symbol="BTCUSDT", fromId=0)).body
    assert [trade["id"] for trade in every] == list(range(1, last + 1))


async def test_the_fills_of_one_order_at_one_price_are_one_aggregate(
    running: Running, maker: Trader, taker: Trader
) -> None:
    for price in ("60000", "60000", "60001"):
        await maker.place("SELL", "1", price)
    await taker.place("BUY", "3", "60001")
    joined = (await running.get("/api/v3/aggTrades", symbol="BTCUSDT")).body[-2:]
    assert set(joined[0]) == {"a", "p", "q", "f", "l", "T", "m", "M"}
    assert [(each["p"], each["q"], each["l"] - each["f"]) for each in joined] == [
        ("60000.00000000", "2.00000000", 1),
        ("60001.00000000", "1.00000000", 0),
    ]
    after = (await running.get("/api/v3/aggTrades", symbol="BTCUSDT", fromId=joined[0]["a"] + 1)).body
    assert after == joined[1:]
    time_ms = joined[0]["T"]
    at_once = (await running.get("/api/v3/aggTrades", symbol="BTCUSDT", startTime=time_ms, endTime=time_ms)).body
    assert at_once[-2:] == joined
    mixed = await running.get("/api/v3/aggTrades", symbol="BTCUSDT", fromId=1, startTime=time_ms)
    assert mixed.code == -1128
