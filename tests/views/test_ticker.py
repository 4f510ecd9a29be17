"""Twenty-four hours that roll, against a list of every trade."""

from hypothesis import given
from hypothesis import strategies as st

from tests.views.test_candles import fills, told
from trueman.core.events import Traded
from trueman.views.candles import DAY_US, MINUTE_US, Candles
from trueman.views.ticker import Stats, Ticker

START_US = 1_700_000_000_000_000
later = st.sampled_from((0, 1, 30_000_000, 60_000_000, 43_200_000_000, 86_340_000_000, 86_400_000_000, 200_000_000_000))


def naive_stats(trades: list[tuple[int, Traded]], now_us: int) -> Stats:
    open_us = now_us - now_us % MINUTE_US - DAY_US
    inside = [t for us, t in trades if us >= open_us]
    earlier = [t for us, t in trades if us < open_us]
    previous = earlier[-1].price if earlier else 0
    last_quantity = trades[-1][1].quantity if trades else 0
    if not inside:
        return Stats(open_us, now_us, previous, previous, previous, previous, 0, 0, 0, -1, -1, previous, last_quantity)
    prices = [t.price for t in inside]
    return Stats(
        open_us,
        now_us,
        prices[0],
        max(prices),
        min(prices),
        prices[-1],
        sum(t.quantity for t in inside),
        sum(t.quote_amount for t in inside),
        len(inside),
        inside[0].trade_id,
        inside[-1].trade_id,
        previous or prices[0],
        last_quantity,
    )


@given(fills, later)
def test_the_window_is_what_a_list_of_its_trades_adds_up_to(
    steps: list[tuple[int, int, int, int]], wait_us: int
) -> None:
    trades = told(START_US, steps)
    ticker = Ticker(0)
    for at, (time_us, trade) in enumerate(trades):
        ticker.fold(time_us, trade)
        assert ticker.stats(time_us) == naive_stats(trades[: at + 1], time_us)
    now_us = (trades[-1][0] if trades else START_US) + wait_us
    assert ticker.stats(now_us) == naive_stats(trades, now_us)


@given(fills, later)
def test_a_ticker_loaded_from_minute_candles_is_the_one_that_lived(
    steps: list[tuple[int, int, int, int]], wait_us: int
) -> None:
    trades = told(START_US, steps)
    lived = Ticker(0)
    minutes = []
    candles = Candles(0, lambda interval, candle: minutes.append(candle) if interval == "1m" else None)
    for time_us, trade in trades:
        lived.fold(time_us, trade)
        candles.fold(time_us, trade)
    minutes += [candle for interval, candle in candles.newest() if interval == "1m"]
    now_us = (trades[-1][0] if trades else START_US) + wait_us
    window_us = now_us - now_us % MINUTE_US - DAY_US
    before = [candle for candle in minutes if candle.open_us < window_us]
    loaded = Ticker(
        0,
        [candle for candle in minutes if candle.open_us >= window_us],
        before[-1].close if before else 0,
        trades[-1][1].quantity if trades else 0,
    )
    assert loaded.stats(now_us) == lived.stats(now_us)


def test_a_market_that_never_traded_has_zeros() -> None:
    stats = Ticker(0).stats(START_US)
    assert (stats.open, stats.close, stats.trades, stats.first_trade_id, stats.change) == (0, 0, 0, -1, 0)
