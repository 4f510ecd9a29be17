"""What clients hear, event by event, over a real connection."""

import asyncio
from random import Random
from typing import Any

import pytest

from tests.ws.stage import ALICE, BOB, Stage, ask, client, heard
from trueman.core.commands import CancelAllOrders
from trueman.core.units import BUY, SELL
from trueman.wire.stream_events import level_texts


class Book:
    """A client's copy of the book, kept as the public documentation tells to."""

    def __init__(self, snapshot_id: int, bids: list[Any], asks: list[Any]) -> None:
        self.last = snapshot_id
        self.sides = {"b": dict(map(tuple, bids)), "a": dict(map(tuple, asks))}
        self._synchronised = False

    def apply(self, event: dict[str, Any]) -> None:
        if event["u"] <= self.last:
            return
        if self._synchronised:
            assert event["U"] == self.last + 1
        else:
            assert event["U"] <= self.last + 1 <= event["u"]
            self._synchronised = True
        self.last = event["u"]
        for name, levels in self.sides.items():
            for price, quantity in event[name]:
                levels[price] = quantity
                if not float(quantity):
                    del levels[price]

    def sorted(self) -> list[list[tuple[str, str]]]:
        bids, asks = self.sides["b"], self.sides["a"]
        return [
            [(price, bids[price]) for price in sorted(bids, key=float, reverse=True)],
            [(price, asks[price]) for price in sorted(asks, key=float)],
        ]


async def random_orders(stage: Stage, random: Random, count: int) -> None:
    for _ in range(count):
        account = random.choice((ALICE, BOB))
        if random.random() < 0.05:
            await stage.tell(CancelAllOrders(0, account, 0, 0))
            continue
        side = random.choice((BUY, SELL))
        await stage.order(account, side, 1_000 + random.randint(-8, 8), random.randint(1, 30))
        if random.random() < 0.1:
            await asyncio.sleep(0.03)


@pytest.mark.parametrize("name", ["btcusdt@depth@100ms", "btcusdt@depth"])
async def test_a_snapshot_and_the_changes_after_it_rebuild_the_book(stage: Stage, name: str) -> None:
    """C30: as the documentation tells to begin anew after a disconnect."""
    market, depth, random = stage.live.registry.markets[0], stage.live.depth[0], Random(7)
    async with client(stage, f"/ws/{name}") as connection:
        await random_orders(stage, random, 60)
        bids, asks = depth.top(5_000)
        book = Book(depth.update_id, level_texts(market, bids), level_texts(market, asks))
        await random_orders(stage, random, 200)
        while book.last < depth.update_id:
            event = await heard(connection)
            assert (event["e"], event["s"]) == ("depthUpdate", "BTCUSDT")
            book.apply(event)
    bids, asks = depth.top(5_000)
    assert book.sorted() == [level_texts(market, bids), level_texts(market, asks)]


async def test_changes_stay_contiguous_over_a_time_when_nobody_listened(stage: Stage) -> None:
    """C30: who comes back can tell whether anything is missing."""
    random = Random(8)
    async with client(stage, "/ws/btcusdt@depth@100ms") as connection:
        await random_orders(stage, random, 5)
        last = (await heard(connection))["u"]
        assert (await ask(connection, "UNSUBSCRIBE", ["btcusdt@depth@100ms"]))["result"] is None
        await random_orders(stage, random, 5)
        await asyncio.sleep(0.25)
        await ask(connection, "SUBSCRIBE", ["btcusdt@depth@100ms"])
        before = stage.live.depth[0].update_id
        await random_orders(stage, random, 5)
        event = await heard(connection)
        assert event["U"] == before + 1 > last + 1


async def test_a_trade_is_told_at_once_with_all_its_fields(stage: Stage) -> None:
    async with client(stage, "/ws/btcusdt@trade") as connection:
        await stage.trade(6_512_345, 150_000, taker_side=SELL)
        event = await heard(connection)
    time_ms = stage.live.time_us // 1_000
    assert abs(event.pop("E") - time_ms) < 5_000
    assert event == {
        "e": "trade",
        "s": "BTCUSDT",
        "t": 1,
        "p": "65123.45000000",
        "q": "1.50000000",
        "T": time_ms,
        "m": True,
        "M": True,
    }


async def test_fills_of_one_order_at_one_price_are_one_aggregate_trade(stage: Stage) -> None:
    async with client(stage, "/ws/btcusdt@aggTrade") as connection:
        await stage.order(ALICE, SELL, 100, 2)
        await stage.order(ALICE, SELL, 100, 3)
        await stage.order(ALICE, SELL, 101, 5)
        await stage.order(BOB, BUY, 101, 10)
        first, second = await heard(connection), await heard(connection)
    assert [first[key] for key in "eapqflm"] == ["aggTrade", 2, "1.00000000", "0.00005000", 1, 2, False]
    assert [second[key] for key in "apqfl"] == [3, "1.01000000", "0.00005000", 3, 3]


async def test_the_best_prices_are_told_when_they_change_and_only_then(stage: Stage) -> None:
    await stage.order(ALICE, BUY, 100, 4)
    async with client(stage, "/ws/btcusdt@bookTicker") as connection:
        assert await heard(connection) == {
            "u": 1, "s": "BTCUSDT", "b": "1.00000000", "B": "0.00004000", "a": "0.00000000", "A": "0.00000000",
        }  # fmt: skip
        await stage.order(ALICE, BUY, 101, 1)
        await stage.order(ALICE, BUY, 99, 1)  # below the best: nobody needs to know
        await stage.order(ALICE, SELL, 110, 2)
        second, third = await heard(connection), await heard(connection)
    assert (second["u"], second["b"], second["B"]) == (2, "1.01000000", "0.00001000")
    assert (third["u"], third["a"], third["A"]) == (4, "1.10000000", "0.00002000")


@pytest.mark.parametrize("suffix", ["", "@100ms"])
async def test_partial_depth_shows_the_best_levels(stage: Stage, suffix: str) -> None:
    for step in range(8):
        await stage.order(ALICE, BUY, 100 - step, 1 + step)
    async with client(stage, f"/ws/btcusdt@depth5{suffix}") as connection:
        event = await heard(connection)
        assert set(event) == {"lastUpdateId", "bids", "asks"}
        assert event["lastUpdateId"] == 8
        assert event["bids"] == [[f"{(100 - step) / 100:.8f}", f"0.0000{1 + step}000"] for step in range(5)]
        await stage.order(BOB, SELL, 200, 1)
        while (event := await heard(connection))["lastUpdateId"] < 9:
            pass
        assert event["asks"] == [["2.00000000", "0.00001000"]]


async def test_a_candle_runs_and_closes(stage: Stage) -> None:
    async with client(stage, "/ws/btcusdt@kline_1s") as connection:
        await stage.trade(100, 5)
        await stage.trade(102, 7, taker_side=SELL)
        while not (event := await heard(connection))["k"]["x"]:
            pass
    candle = event["k"]
    assert (event["e"], event["s"], candle["s"], candle["i"]) == ("kline", "BTCUSDT", "BTCUSDT", "1s")
    assert candle["T"] == candle["t"] + 999
    assert candle["t"] % 1_000 == 0
    assert set(candle) == set("tTsifLocHhlvnxqVQB".replace("H", ""))
    assert candle["L"] in (1, 2)
    assert candle["n"] == candle["L"] - candle["f"] + 1


async def test_the_day_is_told_with_all_its_fields(stage: Stage) -> None:
    await stage.trade(100, 10)
    await stage.trade(150, 30)
    await stage.order(ALICE, BUY, 90, 1)
    async with client(stage, "/ws/btcusdt@ticker") as connection:
        event = await heard(connection)
    assert event["C"] - event["O"] >= 86_400_000
    told = {key: value for key, value in event.items() if key not in ("E", "O", "C")}
    assert told == {
        "e": "24hrTicker", "s": "BTCUSDT", "p": "0.50000000", "P": "50.000", "w": "1.37500000", "x": "1.00000000",
        "c": "1.50000000", "Q": "0.00030000", "b": "0.90000000", "B": "0.00001000", "a": "0.00000000",
        "A": "0.00000000", "o": "1.00000000", "h": "1.50000000", "l": "1.00000000", "v": "0.00040000",
        "q": "0.00055000", "F": 1, "L": 2, "n": 2,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), [("!miniTicker@arr", "24hrMiniTicker"), ("!ticker@arr", "24hrTicker")])
async def test_all_markets_are_told_together(stage: Stage, name: str, kind: str) -> None:
    async with client(stage, f"/stream?streams={name}") as connection:
        await stage.trade(100, 10)
        event = await heard(connection)
        while not event["data"][0]["c"].startswith("1"):
            event = await heard(connection)
    assert event["stream"] == name
    assert [(ticker["e"], ticker["s"], ticker["v"]) for ticker in event["data"]] == [(kind, "BTCUSDT", "0.00010000")]


async def test_a_mini_ticker_has_the_fields_bots_read(stage: Stage) -> None:
    await stage.trade(100, 10)
    async with client(stage, "/ws/btcusdt@miniTicker") as connection:
        event = await heard(connection)
    assert set(event) == {"e", "E", "s", "c", "o", "h", "l", "v", "q"}
    assert event["e"] == "24hrMiniTicker"


async def test_a_market_that_opens_later_has_streams(stage: Stage) -> None:
    from trueman.core.commands import CreateAsset, CreateMarket

    async with client(stage, "/ws") as connection:
        refused = await ask(connection, "SUBSCRIBE", ["ethusdt@trade"])
        assert refused["error"] == {"code": 2, "msg": "Invalid request: there is no market ETHUSDT"}
        await stage.succeed(
            CreateAsset(0, 8, "ETH"), CreateMarket(0, 2, 1, 1_000_000, 1_000, 1, 10**9, 1, 10**9, 0, 0, 0, "ETHUSDT")
        )
        assert (await ask(connection, "SUBSCRIBE", ["ethusdt@trade"]))["result"] is None


async def test_several_streams_of_one_connection_come_with_their_names(stage: Stage) -> None:
    async with client(stage, "/stream?streams=btcusdt@trade/btcusdt@aggTrade") as connection:
        await stage.trade(100, 1)
        told = [await heard(connection), await heard(connection)]
    assert [(event["stream"], event["data"]["e"]) for event in told] == [
        ("btcusdt@trade", "trade"),
        ("btcusdt@aggTrade", "aggTrade"),
    ]


async def test_the_last_words_of_a_service_that_stops() -> None:
    from websockets.exceptions import ConnectionClosed

    from tests.ws.stage import staged

    async with staged() as stage:
        connection_context = client(stage, "/ws")
        connection = await connection_context.__aenter__()
    goodbye = await heard(connection)
    assert goodbye["e"] == "serverShutdown"
    with pytest.raises(ConnectionClosed) as closed:
        await heard(connection)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    await connection_context.__aexit__(None, None, None)
