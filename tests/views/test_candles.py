"""The calendar of candles against the standard library's, and candles against sums over a plain list."""

import calendar
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.views.test_tape import traded
from trueman.core.events import Traded
from trueman.core.units import BUY, SELL
from trueman.views.candles import INTERVALS, Candle, Candles, close_time, next_open_time, open_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
times = st.integers(0, 4_102_444_800_000_000)  # until the year 2100


def instant(time_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=time_us)


def test_there_are_sixteen_intervals() -> None:
    assert " ".join(INTERVALS) == "1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M"


@given(times)
def test_a_month_starts_on_its_first_and_ends_on_its_last_day(time_us: int) -> None:
    opened, when = instant(open_time("1M", time_us)), instant(time_us)
    assert opened == datetime(when.year, when.month, 1, tzinfo=UTC)
    days = calendar.monthrange(when.year, when.month)[1]
    assert instant(next_open_time("1M", open_time("1M", time_us))) == opened + timedelta(days=days)


@given(times)
def test_a_week_starts_on_monday(time_us: int) -> None:
    when = instant(time_us)
    monday = (when - timedelta(days=when.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    assert instant(open_time("1w", time_us)) == monday


@given(times, st.sampled_from(INTERVALS))
def test_an_interval_holds_its_time_and_touches_its_neighbours(time_us: int, interval: str) -> None:
    opened = open_time(interval, time_us)
    closed = close_time(interval, opened)
    assert opened <= time_us <= closed
    assert open_time(interval, closed) == opened
    assert open_time(interval, closed + 1) == closed + 1 == next_open_time(interval, opened)


def test_known_open_times_of_the_public_interface() -> None:
    time_us = 1_700_000_000_123_456  # 2023-11-14T22:13:20 UTC
    opens = {interval: open_time(interval, time_us) // 1_000_000 for interval in INTERVALS}
    assert opens["1m"] == 1_699_999_980
    assert opens["12h"] == 1_699_963_200
    assert opens["3d"] == 1_699_833_600
    assert opens["1w"] == 1_699_833_600
    assert opens["1M"] == 1_698_796_800


gaps = st.sampled_from((0, 1, 400_000, 1_000_000, 59_000_000, 3_600_000_000, 86_400_000_000, 2_600_000_000_000))
fills = st.lists(st.tuples(gaps, st.integers(1, 50), st.integers(1, 9), st.sampled_from((BUY, SELL))), max_size=60)


def told(start_us: int, steps: list[tuple[int, int, int, int]]) -> list[tuple[int, Traded]]:
    time_us, trades = start_us, []
    for number, (gap, price, quantity, side) in enumerate(steps, start=1):
        time_us += gap
        trades.append((time_us, traded(number, price=price, quantity=quantity, side=side)))
    return trades


def naive_candles(interval: str, trades: list[tuple[int, Traded]]) -> list[Candle]:
    opens = sorted({open_time(interval, time_us) for time_us, _ in trades})
    return [naive_candle(interval, at, [t for us, t in trades if open_time(interval, us) == at]) for at in opens]


def naive_candle(interval: str, open_us: int, inside: list[Traded]) -> Candle:
    prices = [t.price for t in inside]
    bought = [t for t in inside if t.taker_side == BUY]
    return Candle(
        open_us,
        close_time(interval, open_us),
        prices[0],
        max(prices),
        min(prices),
        prices[-1],
        sum(t.quantity for t in inside),
        sum(t.quote_amount for t in inside),
        len(inside),
        sum(t.quantity for t in bought),
        sum(t.quote_amount for t in bought),
        inside[0].trade_id,
        inside[-1].trade_id,
    )


@given(times, fills, st.integers(1, 7))
def test_candles_are_what_a_plain_list_adds_up_to(
    start_us: int, steps: list[tuple[int, int, int, int]], look_every: int
) -> None:
    trades = told(start_us, steps)
    closed: list[tuple[str, Candle]] = []
    candles = Candles(0, lambda interval, candle: closed.append((interval, candle)))
    for at, (time_us, trade) in enumerate(trades):
        candles.fold(time_us, trade)
        if at % look_every == 0:
            current = candles.current("1m")
            assert current is not None
            assert current.last_trade_id == trade.trade_id
    everything = closed + candles.newest()
    for interval in INTERVALS:
        assert [candle for name, candle in everything if name == interval] == naive_candles(interval, trades)


@given(times, fills, st.integers(0, 60))
def test_a_batch_of_its_own_merges_into_what_was_there(
    start_us: int, steps: list[tuple[int, int, int, int]], cut: int
) -> None:
    trades = told(start_us, steps)
    whole: dict[tuple[str, int], Candle] = {}
    for batch in (trades[:cut], trades[cut:]):
        touched: list[tuple[str, Candle]] = []
        candles = Candles(0, lambda interval, candle, to=touched: to.append((interval, candle)))  # type: ignore[misc]
        for time_us, trade in batch:
            candles.fold(time_us, trade)
        for interval, candle in touched + candles.newest():
            key = (interval, candle.open_us)
            if key in whole:
                whole[key].merge(candle)
            else:
                whole[key] = candle
    for interval in INTERVALS:
        mine = [candle for (name, _), candle in sorted(whole.items()) if name == interval]
        assert mine == naive_candles(interval, trades)


def test_a_market_without_a_trade_has_no_candle() -> None:
    assert Candles(0).current("1m") is None
    assert Candles(0).newest() == []
