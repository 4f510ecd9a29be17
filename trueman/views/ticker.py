"""What a market did in the last 24 hours, rolling by the minute.

The window holds 1,440 whole minutes and the one that runs, so it is up to a minute wider than a day, as the public
interface of Binance documents for its own rolling windows.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from trueman.core.events import Traded
from trueman.views.candles import DAY_US, MINUTE_US, Candle

MINUTES_MAX: Final = DAY_US // MINUTE_US + 1


class Stats(NamedTuple):
    """Prices in ticks, volume in lots, quote in atoms. All prices are 0 in a market that never traded.

    Without a trade in the window open, high, low and close are the last price before it and the ids are -1.
    """

    open_us: int
    close_us: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    quote_volume: int
    trades: int
    first_trade_id: int
    last_trade_id: int
    previous_close: int
    """The last price before the window."""
    last_quantity: int

    @property
    def change(self) -> int:
        """In ticks."""
        return self.close - self.open


class Ticker:
    def __init__(
        self, market: int, minutes: Iterable[Candle] = (), previous_close: int = 0, last_quantity: int = 0
    ) -> None:
        """`minutes` are candles of one minute, oldest first, and `previous_close` the price before them, if any."""
        self.market = market
        self.last_quantity = last_quantity
        self._minutes: deque[Candle] = deque()
        self._previous_close = previous_close
        self._volume = self._quote = self._trades = 0
        self._high = self._low = 0
        for minute in minutes:
            self._minutes.append(minute)
            self._volume += minute.volume
            self._quote += minute.quote_volume
            self._trades += minute.trades
        self._find_extremes()

    def fold(self, time_us: int, traded: Traded) -> None:
        minutes, price = self._minutes, traded.price
        if minutes and time_us <= minutes[-1].close_us:
            minutes[-1].take(traded)
        else:
            open_us = time_us - time_us % MINUTE_US
            self._forget_before(open_us - DAY_US)
            minutes.append(Candle.of(open_us, open_us + MINUTE_US - 1, traded))
        if price > self._high:
            self._high = price
        if price < self._low or not self._low:
            self._low = price
        self._volume += traded.quantity
        self._quote += traded.quote_amount
        self._trades += 1
        self.last_quantity = traded.quantity

    def stats(self, now_us: int) -> Stats:
        """The window that ends at `now_us`; what has left it is forgotten for good, so time must not go back."""
        open_us = now_us - now_us % MINUTE_US - DAY_US
        self._forget_before(open_us)
        minutes, previous = self._minutes, self._previous_close
        if not minutes:
            return Stats(
                open_us, now_us, previous, previous, previous, previous, 0, 0, 0, -1, -1, previous, self.last_quantity
            )
        first, last = minutes[0], minutes[-1]
        return Stats(
            open_us,
            now_us,
            first.open,
            self._high,
            self._low,
            last.close,
            self._volume,
            self._quote,
            self._trades,
            first.first_trade_id,
            last.last_trade_id,
            previous or first.open,
            self.last_quantity,
        )

    def _forget_before(self, open_us: int) -> None:
        minutes, lost_extreme = self._minutes, False
        while minutes and minutes[0].open_us < open_us:
            gone = minutes.popleft()
            self._volume -= gone.volume
            self._quote -= gone.quote_volume
            self._trades -= gone.trades
            self._previous_close = gone.close
            lost_extreme = lost_extreme or gone.high >= self._high or gone.low <= self._low
        if lost_extreme:
            self._find_extremes()
        assert len(minutes) <= MINUTES_MAX

    def _find_extremes(self) -> None:
        """Zero stands for no trade: a price is at least one tick."""
        self._high = max((minute.high for minute in self._minutes), default=0)
        self._low = min((minute.low for minute in self._minutes), default=0)
