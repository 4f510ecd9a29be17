"""Candles and the 24-hour numbers of one market as they move."""

from typing import Final

from trueman.infra.live import Live
from trueman.views.candles import INTERVALS, MINUTE_US, SECOND_US, Candle
from trueman.views.registry import Market
from trueman.wire import stream_events
from trueman.wire.streams import MINI_TICKER, TICKER, kline_name, stream_name
from trueman.ws.outlet import Outlet

CLOSE_GRACE_US: Final = SECOND_US
"""A candle without a successor is called closed so long after its end: a trade of it may still be on its way."""


class KlineFeed:
    def __init__(self, market: Market, live: Live, outlet: Outlet) -> None:
        self._number = market.number
        self._live = live
        self._outlet = outlet
        self._names = {interval: kline_name(market.symbol, interval) for interval in INTERVALS}
        self._sent: dict[str, tuple[int, bool]] = {}
        """The last trade and whether it was called closed, of the newest candle sent for an interval."""
        live.candles[market.number].closed = self._on_closed

    def on_tick(self) -> None:
        candles, now_us = self._live.candles[self._number], self._outlet.now_us()
        for interval, name in self._names.items():
            if self._outlet.wanted(name):
                candle = candles.current(interval)
                if candle is not None:
                    self._send(interval, candle, closed=now_us > candle.close_us + CLOSE_GRACE_US)

    def _on_closed(self, interval: str, candle: Candle) -> None:
        if self._outlet.wanted(self._names[interval]):
            self._send(interval, candle, closed=True)

    def _send(self, interval: str, candle: Candle, *, closed: bool) -> None:
        sent = candle.last_trade_id, closed
        if self._sent.get(interval) == sent:
            return
        self._sent[interval] = sent
        publish = self._outlet.send if closed else self._outlet.show
        publish(self._names[interval], self._body(interval, candle, closed=closed))

    def current(self, interval: str) -> stream_events.KlineEvent | None:
        candle = self._live.candles[self._number].current(interval)
        if candle is None:
            return None
        return self._body(interval, candle, closed=self._outlet.now_us() > candle.close_us + CLOSE_GRACE_US)

    def _body(self, interval: str, candle: Candle, *, closed: bool) -> stream_events.KlineEvent:
        market = self._live.registry.markets[self._number]
        return stream_events.kline_event(market, self._outlet.now_ms(), interval, candle, closed=closed)


class TickerFeed:
    """`@ticker` and `@miniTicker`, once a second when something moved or the window did."""

    def __init__(self, market: Market, live: Live, outlet: Outlet) -> None:
        self._number = market.number
        self._live = live
        self._outlet = outlet
        self.ticker_name = stream_name(market.symbol, TICKER)
        self.mini_name = stream_name(market.symbol, MINI_TICKER)
        self._shown = (-1, -1, -1)

    def moved(self) -> bool:
        """Whether a trade, a change of the book or a new minute came since the last call."""
        seen = (
            self._live.tapes[self._number].last_trade_id,
            self._live.depth[self._number].update_id,
            self._outlet.now_us() // MINUTE_US,
        )
        moved, self._shown = seen != self._shown, seen
        return moved

    def ticker(self) -> stream_events.TickerEvent:
        now_us, market = self._outlet.now_us(), self._live.registry.markets[self._number]
        stats = self._live.tickers[self._number].stats(now_us)
        return stream_events.ticker_event(market, now_us // 1_000, stats, self._live.depth[self._number])

    def mini_ticker(self) -> stream_events.MiniTickerEvent:
        now_us, market = self._outlet.now_us(), self._live.registry.markets[self._number]
        stats = self._live.tickers[self._number].stats(now_us)
        return stream_events.mini_ticker_event(market, now_us // 1_000, stats)
