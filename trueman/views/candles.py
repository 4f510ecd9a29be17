"""Candles of the sixteen intervals, folded from trades; the same code serves the live chart and its history.

A trade touches only the candle of its second. The other intervals take in a whole second at once, when it is over
or when somebody looks: what a trade costs does not grow with the intervals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from trueman.core.events import Traded
from trueman.core.units import BUY

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US
WEEK_US: Final = 7 * DAY_US
MONDAY_US: Final = 4 * DAY_US
"""The first Monday: day zero, 1970-01-01, was a Thursday."""

FIXED_US: Final = {
    "1s": SECOND_US,
    "1m": MINUTE_US,
    "3m": 3 * MINUTE_US,
    "5m": 5 * MINUTE_US,
    "15m": 15 * MINUTE_US,
    "30m": 30 * MINUTE_US,
    "1h": HOUR_US,
    "2h": 2 * HOUR_US,
    "4h": 4 * HOUR_US,
    "6h": 6 * HOUR_US,
    "8h": 8 * HOUR_US,
    "12h": 12 * HOUR_US,
    "1d": DAY_US,
    "3d": 3 * DAY_US,
    "1w": WEEK_US,
}
MONTH: Final = "1M"
INTERVALS: Final = (*FIXED_US, MONTH)


def open_time(interval: str, time_us: int) -> int:
    """The start of the interval that holds `time_us`. Weeks start on Monday, months on their first, all in UTC."""
    if interval == MONTH:
        year, month, _ = _date_of(time_us // DAY_US)
        return _day_of(year, month) * DAY_US
    offset = MONDAY_US if interval == "1w" else 0
    return time_us - (time_us - offset) % FIXED_US[interval]


def close_time(interval: str, open_us: int) -> int:
    """The last microsecond of the interval that starts at `open_us`."""
    return next_open_time(interval, open_us) - 1


def next_open_time(interval: str, open_us: int) -> int:
    if interval != MONTH:
        return open_us + FIXED_US[interval]
    year, month, _ = _date_of(open_us // DAY_US)
    return _day_of(year + month // 12, month % 12 + 1) * DAY_US


def _date_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of month of a day counted from 1970-01-01, in integers (H. Hinnant, civil_from_days)."""
    era, day_of_era = divmod(day + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def _day_of(year: int, month: int) -> int:
    """The first day of a month, counted from 1970-01-01."""
    era, year_of_era = divmod(year - (month <= 2), 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


@dataclass(slots=True)
class Candle:
    """Prices in ticks, volumes in lots, quote sums in atoms; `close_us` is the last microsecond inside."""

    open_us: int
    close_us: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    quote_volume: int
    trades: int
    taker_buy_volume: int
    taker_buy_quote_volume: int
    first_trade_id: int
    last_trade_id: int

    @classmethod
    def of(cls, open_us: int, close_us: int, traded: Traded) -> "Candle":
        _, taker_side, _, _, number, price, lots, quote, *_ = traded
        buy_lots, buy_quote = (lots, quote) if taker_side == BUY else (0, 0)
        return cls(open_us, close_us, price, price, price, price, lots, quote, 1, buy_lots, buy_quote, number, number)

    def take(self, traded: Traded) -> None:
        _, taker_side, _, _, number, price, lots, quote, _, _, _, _, _, _ = traded
        if price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.close = price
        self.volume += lots
        self.quote_volume += quote
        self.trades += 1
        if taker_side == BUY:
            self.taker_buy_volume += lots
            self.taker_buy_quote_volume += quote
        self.last_trade_id = number

    def merge(self, later: "Candle") -> None:
        """Take in a candle of trades that came after all of this one's."""
        self.high = max(self.high, later.high)
        self.low = min(self.low, later.low)
        self.close = later.close
        self.volume += later.volume
        self.quote_volume += later.quote_volume
        self.trades += later.trades
        self.taker_buy_volume += later.taker_buy_volume
        self.taker_buy_quote_volume += later.taker_buy_quote_volume
        self.last_trade_id = later.last_trade_id

    def within(self, open_us: int, close_us: int) -> "Candle":
        """The same trades as the beginning of a longer candle."""
        return Candle(
            open_us,
            close_us,
            self.open,
            self.high,
            self.low,
            self.close,
            self.volume,
            self.quote_volume,
            self.trades,
            self.taker_buy_volume,
            self.taker_buy_quote_volume,
            self.first_trade_id,
            self.last_trade_id,
        )


class Candles:
    """The newest candle of every interval of one market.

    An interval without a trade has no candle. `closed` is told of every candle that a later one replaces. A fresh
    `Candles` over a batch of trades gives, with `closed` and `newest()`, what the batch adds to each candle it touches.
    """

    __slots__ = ("_newest", "_second", "closed", "market")

    def __init__(self, market: int, closed: Callable[[str, Candle], None] | None = None) -> None:
        self.market = market
        self.closed = closed
        self._newest: dict[str, Candle] = {}
        self._second: Candle | None = None

    def restore(self, interval: str, candle: Candle) -> None:
        self._newest[interval] = candle

    def fold(self, time_us: int, traded: Traded) -> None:
        second = self._second
        if second is not None:
            if time_us <= second.close_us:
                second.take(traded)
                return
            self._settle()
        open_us = time_us - time_us % SECOND_US
        self._second = Candle.of(open_us, open_us + SECOND_US - 1, traded)

    def current(self, interval: str) -> Candle | None:
        """The candle of the newest trade; it may lie in the past."""
        self._settle()
        return self._newest.get(interval)

    def newest(self) -> list[tuple[str, Candle]]:
        self._settle()
        return list(self._newest.items())

    def _settle(self) -> None:
        second, self._second = self._second, None
        if second is None:
            return
        for interval in INTERVALS:
            candle = self._newest.get(interval)
            if candle is not None and second.open_us <= candle.close_us:
                candle.merge(second)
                continue
            if candle is not None and self.closed is not None:
                self.closed(interval, candle)
            open_us = open_time(interval, second.open_us)
            self._newest[interval] = second.within(open_us, close_time(interval, open_us))
