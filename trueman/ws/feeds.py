"""From results to streams: every market's feeds, told what happened and what time it is."""

from dataclasses import dataclass
from typing import Final

from trueman.core.codec import Result
from trueman.core.events import LevelChanged, MarketDefined, Traded
from trueman.infra.live import Live
from trueman.views.registry import Market
from trueman.views.tape import Trade
from trueman.wire import streams
from trueman.wire.streams import Stream
from trueman.ws.chart_feed import KlineFeed, TickerFeed
from trueman.ws.depth_feed import DepthFeed
from trueman.ws.outlet import Outlet, encode
from trueman.ws.trade_feed import TradeFeed

TICK_MS: Final = streams.FAST_MS
KLINE_TICKS: Final = 5
SLOW_TICKS: Final = streams.SLOW_MS // TICK_MS


@dataclass(slots=True)
class MarketFeeds:
    depth: DepthFeed
    trades: TradeFeed
    klines: KlineFeed
    ticker: TickerFeed


class Feeds:
    def __init__(self, live: Live, outlet: Outlet) -> None:
        """After `live.start()`: from here on every result is told to the listeners."""
        self._live = live
        self._outlet = outlet
        self._markets: dict[int, MarketFeeds] = {}
        self._by_symbol: dict[str, MarketFeeds] = {}
        self._touched: dict[int, DepthFeed] = {}
        self._ticks = 0
        for market in live.registry.markets.values():
            self._open(market)
        live.listeners.append(self._on_result)
        live.frame_listeners.append(self._on_frame)

    def known(self, name: str) -> Stream:
        """Raise UnknownStream."""
        stream = streams.parse(name)
        if stream.symbol and stream.symbol not in self._by_symbol:
            raise streams.UnknownStream(f"there is no market {stream.symbol}")
        return stream

    def current(self, stream: Stream) -> object | None:
        """What a new subscriber is shown at once, where a stream has a state and there is one yet."""
        if not stream.symbol:
            return None
        feeds = self._by_symbol[stream.symbol]
        match stream.kind:
            case streams.PARTIAL_DEPTH:
                return feeds.depth.partial(stream.levels)
            case streams.BOOK_TICKER:
                return feeds.depth.book_ticker()
            case streams.KLINE:
                return feeds.klines.current(stream.interval)
            case streams.TICKER:
                return feeds.ticker.ticker()
            case streams.MINI_TICKER:
                return feeds.ticker.mini_ticker()
            case _:
                return None

    def _open(self, market: Market) -> None:
        live, outlet = self._live, self._outlet
        feeds = MarketFeeds(
            DepthFeed(market, live, outlet),
            TradeFeed(market, live, outlet),
            KlineFeed(market, live, outlet),
            TickerFeed(market, live, outlet),
        )
        self._markets[market.number] = self._by_symbol[market.symbol] = feeds

    def _on_result(self, result: Result) -> None:
        trades: dict[int, list[Trade]] = {}
        for event in result.events:
            if isinstance(event, LevelChanged):
                feed = self._touched[event.market] = self._markets[event.market].depth
                feed.take(event)
            elif isinstance(event, Traded):
                trades.setdefault(event.market, []).append(Trade(result.decided.time_us, event))
            elif isinstance(event, MarketDefined) and event.market not in self._markets:
                self._open(self._live.registry.markets[event.market])
        for market, made in trades.items():
            self._markets[market].trades.take(made)

    def _on_frame(self) -> None:
        touched, self._touched = self._touched, {}
        for feed in touched.values():
            feed.on_frame()

    def tick(self) -> None:
        """Every TICK_MS."""
        self._ticks += 1
        slow = self._ticks % SLOW_TICKS == 0
        for feeds in self._markets.values():
            feeds.depth.on_fast_tick()
            if slow:
                feeds.depth.on_slow_tick()
            if self._ticks % KLINE_TICKS == 0:
                feeds.klines.on_tick()
        if slow:
            self._show_tickers([feeds.ticker for feeds in self._markets.values() if feeds.ticker.moved()])

    def _show_tickers(self, moved: list[TickerFeed]) -> None:
        outlet = self._outlet
        for kind in (streams.TICKER, streams.MINI_TICKER):
            everybody = streams.all_markets_name(kind)
            bodies = []
            for feed in moved:
                name = feed.ticker_name if kind == streams.TICKER else feed.mini_name
                if outlet.wanted(everybody) or outlet.wanted(name):
                    body = encode(feed.ticker() if kind == streams.TICKER else feed.mini_ticker())
                    outlet.show_encoded(name, body)
                    bodies.append(body)
            if bodies and outlet.wanted(everybody):
                outlet.show_encoded(everybody, b"[%b]" % b",".join(bodies))
