"""The trades of one market, one by one and as the fills of one order at one price."""

from trueman.infra.live import Live
from trueman.views.registry import Market
from trueman.views.tape import Trade, aggregates
from trueman.wire import stream_events
from trueman.wire.streams import AGGREGATE_TRADE, TRADE, stream_name
from trueman.ws.outlet import Outlet


class TradeFeed:
    def __init__(self, market: Market, live: Live, outlet: Outlet) -> None:
        self._number = market.number
        self._live = live
        self._outlet = outlet
        self._trade_name = stream_name(market.symbol, TRADE)
        self._aggregate_name = stream_name(market.symbol, AGGREGATE_TRADE)

    def take(self, trades: list[Trade]) -> None:
        """All trades of one command, so no aggregate is still open afterwards."""
        outlet, market = self._outlet, self._live.registry.markets[self._number]
        if outlet.wanted(self._trade_name):
            now_ms = outlet.now_ms()
            for trade in trades:
                outlet.send(self._trade_name, stream_events.trade_event(market, now_ms, trade))
        if outlet.wanted(self._aggregate_name):
            now_ms = outlet.now_ms()
            for aggregate in aggregates(trades):
                outlet.send(self._aggregate_name, stream_events.aggregate_event(market, now_ms, aggregate))
