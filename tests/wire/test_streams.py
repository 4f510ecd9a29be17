"""Stream names and the bodies of their events."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.core.units import TRADING
from trueman.views.candles import INTERVALS
from trueman.views.registry import Asset, Market
from trueman.views.ticker import Stats
from trueman.wire import stream_events, streams
from trueman.wire.streams import Stream, UnknownStream, parse

BTC, USDT = Asset(0, "BTC", 8), Asset(1, "USDT", 8)
BTCUSDT = Market(0, "BTCUSDT", BTC, USDT, 1_000_000, 1_000, 10, 1, 10**9, 1, 10**9, 0, 0, 0, TRADING)


@pytest.mark.parametrize(
    ("name", "kind", "period_ms", "levels"),
    [
        ("btcusdt@trade", streams.TRADE, 0, 0),
        ("btcusdt@aggTrade", streams.AGGREGATE_TRADE, 0, 0),
        ("btcusdt@bookTicker", streams.BOOK_TICKER, 0, 0),
        ("btcusdt@ticker", streams.TICKER, 0, 0),
        ("btcusdt@miniTicker", streams.MINI_TICKER, 0, 0),
        ("btcusdt@depth", streams.DEPTH, 1_000, 0),
        ("btcusdt@depth@100ms", streams.DEPTH, 100, 0),
        ("btcusdt@depth5", streams.PARTIAL_DEPTH, 1_000, 5),
        ("btcusdt@depth10@100ms", streams.PARTIAL_DEPTH, 100, 10),
        ("btcusdt@depth20", streams.PARTIAL_DEPTH, 1_000, 20),
    ],
)
def test_names_are_read(name: str, kind: str, period_ms: int, levels: int) -> None:
    assert parse(name) == Stream(name, kind, "BTCUSDT", period_ms, levels)


def test_every_interval_has_a_stream() -> None:
    for interval in INTERVALS:
        assert parse(f"eth-btc.x@kline_{interval}") == Stream(
            f"eth-btc.x@kline_{interval}", streams.KLINE, "ETH-BTC.X", interval=interval
        )


def test_streams_of_all_markets_have_no_symbol() -> None:
    assert parse("!miniTicker@arr") == Stream("!miniTicker@arr", streams.MINI_TICKER)
    assert parse("!ticker@arr") == Stream("!ticker@arr", streams.TICKER)


WRONG = [
    "", "@", "btcusdt", "btcusdt@", "@trade", "BTCUSDT@trade", "btcusdt@Trade", "btcusdt@depth@1s", "btcusdt@depth7",
    "btcusdt@kline_1y", "btcusdt@kline_1m@+08:00", "!trade@arr", "btc usdt@trade", "btcusdt@trade/x", "ｂtcusdt@trade",
    "btcusdt@trade\n", "x" * 60_000, "b@trade", "0", "!", "btcusdt@depth05",
]  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_other_names_are_refused_in_few_words(name: str) -> None:
    with pytest.raises(UnknownStream) as refused:
        parse(name)
    assert len(str(refused.value)) < 200


@given(st.text(alphabet="abz09._-@!/klinedeptrM", max_size=30))
def test_a_name_is_read_as_itself_or_refused(name: str) -> None:
    try:
        assert parse(name).name == name
    except UnknownStream:
        return


def test_names_are_made_as_they_are_read() -> None:
    assert parse(streams.depth_name("BTCUSDT", streams.FAST_MS)).period_ms == 100
    assert parse(streams.depth_name("BTCUSDT", streams.SLOW_MS, 10)).levels == 10
    assert parse(streams.kline_name("BTCUSDT", "1M")).interval == "1M"
    assert parse(streams.stream_name("BTCUSDT", streams.TRADE)).symbol == "BTCUSDT"
    assert parse(streams.all_markets_name(streams.MINI_TICKER)).kind == streams.MINI_TICKER


def stats(*, opened: int, close: int, volume: int = 0, quote_volume: int = 0) -> Stats:
    return Stats(0, 1, opened, max(opened, close), min(opened, close), close, volume, quote_volume, 1, 1, 1, opened, 1)


@pytest.mark.parametrize(
    ("opened", "close", "percent"),
    [
        (100, 150, "50.000"),
        (100, 100, "0.000"),
        (3, 4, "33.333"),
        (3, 5, "66.667"),
        (100, 99, "-1.000"),
        (0, 0, "0.000"),
    ],
)
def test_the_change_of_a_day_in_percent(opened: int, close: int, percent: str) -> None:
    assert stream_events.change_percent_text(stats(opened=opened, close=close)) == percent


def test_the_average_price_is_quote_by_base() -> None:
    # 2 BTC at 10.00 and 1 BTC at 11.00 are 31.00 for 3 BTC.
    told = stats(opened=1_000, close=1_100, volume=300_000, quote_volume=31 * 10**8)
    assert stream_events.average_price_text(BTCUSDT, told) == "10.33333333"
    assert stream_events.average_price_text(BTCUSDT, stats(opened=0, close=0)) == "0.00000000"


def test_the_name_of_an_event_comes_first() -> None:
    body = stream_events.depth_update(BTCUSDT, 5, 1, 2, [(100, 3)], [(101, 0)])
    assert msgspec.json.encode(body) == (
        b'{"e":"depthUpdate","E":5,"s":"BTCUSDT","U":1,"u":2,'
        b'"b":[["1.00000000","0.00003000"]],"a":[["1.01000000","0.00000000"]]}'
    )
