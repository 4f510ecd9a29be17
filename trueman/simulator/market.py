"""One market as its traders share it: the rules from exchangeInfo, the best prices from the streams."""

import asyncio
import time
from typing import Any

import aiohttp
import structlog

from trueman.simulator.exchange_client import ExchangeClient, ExchangeUnreachable, market_streams
from trueman.simulator.strategy import MarketRules, View
from trueman.wire import decimals

RECONNECT_SECONDS = 1.0

log = structlog.get_logger()


def market_rules(symbol: dict[str, Any]) -> MarketRules:
    """Read one symbol of exchangeInfo."""
    filters = {entry["filterType"]: entry for entry in symbol["filters"]}
    price_decimals, quantity_decimals = symbol["quotePrecision"], symbol["baseAssetPrecision"]
    lot = filters["LOT_SIZE"]
    lot_units = decimals.parse(lot["stepSize"], quantity_decimals)
    return MarketRules(
        symbol=symbol["symbol"],
        base=symbol["baseAsset"],
        quote=symbol["quoteAsset"],
        price_decimals=price_decimals,
        tick_units=decimals.parse(filters["PRICE_FILTER"]["tickSize"], price_decimals),
        quantity_decimals=quantity_decimals,
        lot_units=lot_units,
        lots_min=decimals.parse(lot["minQty"], quantity_decimals) // lot_units,
        lots_max=decimals.parse(lot["maxQty"], quantity_decimals) // lot_units,
        notional_min=float(filters["NOTIONAL"]["minNotional"]),
    )


class MarketFeed:
    """Keeps the best prices of some markets up to date, and copies them into a trader's view on demand."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, ws_url: str, rules: list[MarketRules]) -> None:
        self.session = session
        self.visitor = ExchangeClient(session, api_url)
        self.ws_url = ws_url
        self.rules = {market.symbol: market for market in rules}
        self.best: dict[str, tuple[int, int]] = {}
        self.last: dict[str, int] = {}

    def look(self, view: View) -> None:
        symbol = view.rules.symbol
        view.now_us = time.time_ns() // 1_000
        view.best_bid, view.best_ask = self.best.get(symbol, (0, 0))
        view.last_price = self.last.get(symbol, 0)

    async def load(self) -> None:
        """The prices of now, over REST: a stream tells only of changes."""
        for ticker in await self.visitor.public("/api/v3/ticker/bookTicker"):
            self._book_ticker(ticker["symbol"], ticker["bidPrice"], ticker["askPrice"])
        for ticker in await self.visitor.public("/api/v3/ticker/price"):
            if ticker["symbol"] in self.rules:
                self.last[ticker["symbol"]] = self._ticks(ticker["symbol"], ticker["price"])

    async def follow(self) -> None:
        """Until cancelled; a lost connection is opened again after a moment."""
        streams = [f"{symbol.lower()}@{kind}" for symbol in self.rules for kind in ("bookTicker", "trade")]
        while True:
            try:
                await self.load()
                async for message in market_streams(self.session, self.ws_url, streams):
                    self._take(message)
            except ExchangeUnreachable as trouble:
                log.warning("the market feed connects again", trouble=str(trouble))
            await asyncio.sleep(RECONNECT_SECONDS)

    def _take(self, message: dict[str, Any]) -> None:
        data = message.get("data")
        if not isinstance(data, dict):
            return
        if data.get("e") == "trade":
            self.last[data["s"]] = self._ticks(data["s"], data["p"])
        elif "b" in data and "a" in data and "s" in data:
            self._book_ticker(data["s"], data["b"], data["a"])

    def _book_ticker(self, symbol: str, bid: str, ask: str) -> None:
        if symbol in self.rules:
            self.best[symbol] = (self._ticks(symbol, bid), self._ticks(symbol, ask))

    def _ticks(self, symbol: str, text: str) -> int:
        rules = self.rules[symbol]
        return decimals.parse(text, rules.price_decimals) // rules.tick_units
