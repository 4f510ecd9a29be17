"""The book's streams of one market: changes of levels, the best levels, and the best prices.

Every event covers the update ids U..u and the next one of the same stream begins at u + 1, even when nobody listened
in between. The ids are those of `Depth`, which REST serves too, from another process. How a client's resync
converges: both processes fold the same event log, so both books reach every id; a snapshot that is older than the
first event a client has buffered is discarded and asked for again (that is the public rule), and REST catches up
with the log before it answers, so the next snapshot holds everything that was durable when it was asked for, which is
at least all that any stream had sent by then.
"""

from trueman.core.events import LevelChanged
from trueman.core.units import BUY
from trueman.infra.live import Live
from trueman.views.depth import Level
from trueman.views.registry import Market
from trueman.wire import stream_events
from trueman.wire.streams import BOOK_TICKER, FAST_MS, PARTIAL_LEVELS, SLOW_MS, depth_name, stream_name
from trueman.ws.outlet import Outlet


class Changes:
    """What happened to the levels since the last event: the newest quantity of each, and the ids it covers."""

    __slots__ = ("asks", "bids", "first", "last")

    def __init__(self) -> None:
        self.first = self.last = 0
        self.bids: dict[int, int] = {}
        self.asks: dict[int, int] = {}

    def take(self, change: LevelChanged) -> None:
        self.first = self.first or change.update_id
        self.last = change.update_id
        (self.bids if change.side == BUY else self.asks)[change.price] = change.quantity

    def merge(self, later: "Changes") -> None:
        assert not self.first or later.first == self.last + 1
        self.first = self.first or later.first
        self.last = later.last
        self.bids.update(later.bids)
        self.asks.update(later.asks)

    def sorted(self) -> tuple[list[Level], list[Level]]:
        """Bids and asks, best first."""
        return sorted(self.bids.items(), reverse=True), sorted(self.asks.items())


class DepthFeed:
    def __init__(self, market: Market, live: Live, outlet: Outlet) -> None:
        self._number = market.number
        self._live = live
        self._outlet = outlet
        self._fast, self._slow = Changes(), Changes()
        self._best_sent: tuple[Level | None, Level | None] = (None, None)
        self._best_stale = False
        symbol = market.symbol
        self._fast_name, self._slow_name = depth_name(symbol, FAST_MS), depth_name(symbol, SLOW_MS)
        self._partial_names = {
            period: [(depth_name(symbol, period, levels), levels) for levels in PARTIAL_LEVELS]
            for period in (FAST_MS, SLOW_MS)
        }
        self._book_ticker_name = stream_name(symbol, BOOK_TICKER)

    def take(self, change: LevelChanged) -> None:
        self._fast.take(change)
        self._best_stale = True

    def on_frame(self) -> None:
        if not self._best_stale:
            return
        self._best_stale = False
        if not self._outlet.wanted(self._book_ticker_name):
            return
        depth = self._live.depth[self._number]
        best = depth.best_bid(), depth.best_ask()
        if best != self._best_sent:
            self._best_sent = best
            self._outlet.show(self._book_ticker_name, self.book_ticker())

    def on_fast_tick(self) -> None:
        changes = self._fast
        if not changes.first:
            return
        self._fast = Changes()
        self._send(self._fast_name, FAST_MS, changes)
        self._slow.merge(changes)

    def on_slow_tick(self) -> None:
        """Right after a fast tick, so that nothing is left to merge."""
        changes = self._slow
        if not changes.first:
            return
        self._slow = Changes()
        self._send(self._slow_name, SLOW_MS, changes)

    def _send(self, name: str, period_ms: int, changes: Changes) -> None:
        outlet, market = self._outlet, self._live.registry.markets[self._number]
        if outlet.wanted(name):
            bids, asks = changes.sorted()
            body = stream_events.depth_update(market, outlet.now_ms(), changes.first, changes.last, bids, asks)
            outlet.send(name, body)
        for partial_name, levels in self._partial_names[period_ms]:
            if outlet.wanted(partial_name):
                outlet.show(partial_name, self.partial(levels))

    def partial(self, levels: int) -> stream_events.PartialDepth:
        return stream_events.partial_depth(
            self._live.registry.markets[self._number], self._live.depth[self._number], levels
        )

    def book_ticker(self) -> stream_events.BookTicker:
        return stream_events.book_ticker(self._live.registry.markets[self._number], self._live.depth[self._number])
