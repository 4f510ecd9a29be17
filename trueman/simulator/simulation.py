"""A whole simulation: which traders there are, and the tasks that let each act in its own time."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import structlog

from trueman.errors import BadInput
from trueman.simulator.agents import MarketMaker, NoiseTrader
from trueman.simulator.bots import Bots
from trueman.simulator.exchange_client import ApiRefusal, ExchangeClient, ExchangeUnreachable
from trueman.simulator.fair_value import FairValue
from trueman.simulator.market import MarketFeed, market_rules
from trueman.simulator.strategy import MarketRules, Strategy
from trueman.simulator.trader import Trader
from trueman.wire.simulation import TEXT_CHARS_MAX, Options, Status

USUAL_PRICES = {"BTCUSDT": 90_000.0, "ETHUSDT": 3_000.0, "SOLUSDT": 140.0, "ETHBTC": 0.0333}
"""Where a market begins that has never traded; others begin at 100."""
USUAL_QUOTE_SIZES = {"USDT": 900.0, "BTC": 0.01, "ETH": 0.3}
PAUSE_AFTER_TROUBLE_SECONDS = 2.0
PAUSE_SECONDS_MAX = 60.0
SIGN_UPS_MAX = 2
"""Accounts that are opened at the same time; hashing their passwords is the dearest thing the API does."""

log = structlog.get_logger()


class Simulation:
    def __init__(self, options: Options, api_url: str, ws_url: str, keys_path: Path) -> None:
        self.options = options
        self.api_url = api_url
        self.ws_url = ws_url
        self.keys_path = keys_path
        self.status = Status()
        self.traders: list[Trader] = []
        self.began = time.monotonic()

    async def run(self, stop: asyncio.Event, progress: Callable[[Status], None] = lambda status: None) -> None:
        """Trade until `stop`; then every trader takes its orders out of the book."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
            rules = await self._rules(session)
            feed = MarketFeed(session, self.api_url, self.ws_url, rules)
            await feed.load()
            self.status.running = True
            self.status.markets = tuple(market.symbol for market in rules)
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(feed.follow())]
                running += [tasks.create_task(life) for life in self._lives(session, feed, rules)]
                while not stop.is_set():
                    self.status.seconds = int(time.monotonic() - self.began)
                    progress(self.status)
                    await _wait(stop, 0.5)
                for task in running:
                    task.cancel()
            self.status.running = False
            await asyncio.gather(*(self._leave(trader) for trader in self.traders))

    async def _rules(self, session: aiohttp.ClientSession) -> list[MarketRules]:
        symbols = (await ExchangeClient(session, self.api_url).public("/api/v3/exchangeInfo"))["symbols"]
        known = {symbol["symbol"]: symbol for symbol in symbols}
        if unknown := set(self.options.markets) - set(known):
            raise BadInput("markets", f"there is no market {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        wanted = self.options.markets or [name for name, symbol in known.items() if symbol["status"] == "TRADING"]
        return [market_rules(known[name]) for name in wanted]

    def _lives(
        self, session: aiohttp.ClientSession, feed: MarketFeed, rules: list[MarketRules]
    ) -> list[Coroutine[Any, Any, None]]:
        """What every trader does, the makers first, so that books fill soon."""
        bots = Bots(session, self.api_url, self.keys_path)
        doors = asyncio.Semaphore(SIGN_UPS_MAX)
        wanted = [
            (name, market, strategy) for market in rules for name, strategy in self._strategies(market, feed).items()
        ]
        wanted.sort(key=lambda each: each[0])
        return [self._live(bots, doors, feed, *each) for each in wanted]

    async def _live(
        self, bots: Bots, doors: asyncio.Semaphore, feed: MarketFeed, name: str, market: MarketRules, strategy: Strategy
    ) -> None:
        """Open an account, a few at a time: people log in at the same door. Then trade for ever."""
        async with doors:
            client = await self._account(bots, f"{name}-{market.symbol.lower()}")
        trader = Trader(client, strategy, market, feed, self.status, quote_size(market))
        self.traders.append(trader)
        self.status.traders += 1
        await self._trade(trader)

    async def _account(self, bots: Bots, name: str) -> ExchangeClient:
        pause = PAUSE_AFTER_TROUBLE_SECONDS
        while True:
            try:
                return await bots.client(name)
            except (ExchangeUnreachable, ApiRefusal) as trouble:
                self._count(trouble)
                log.warning("an account could not be opened", bot=name, trouble=str(trouble))
                await asyncio.sleep(pause)
                pause = min(2 * pause, PAUSE_SECONDS_MAX)

    def _strategies(self, market: MarketRules, feed: MarketFeed) -> dict[str, Strategy]:
        options = self.options
        size = quote_size(market)

        def stream(name: str) -> Random:
            return Random(f"{options.seed}/{market.symbol}/{name}")

        start = market.price(feed.last.get(market.symbol, 0))
        fair = FairValue(stream("fair"), start or USUAL_PRICES.get(market.symbol, 100.0))
        strategies: dict[str, Strategy] = {"maker": MarketMaker(stream("maker"), fair, quote_size=12 * size)}
        rate = options.orders_per_second / max(1, options.traders)
        for index in range(1, options.traders + 1):
            noise = NoiseTrader(stream(f"noise-{index}"), quote_size=size, orders_per_second=rate)
            strategies[f"noise-{index}"] = noise
        return strategies

    async def _trade(self, trader: Trader) -> None:
        """For ever; trouble on the way is counted and said, and tried again after a pause."""
        while True:
            try:
                await trader.act()
            except (ExchangeUnreachable, ApiRefusal) as trouble:
                self._count(trouble)
                log.warning("trader pauses", market=trader.rules.symbol, trouble=str(trouble))
                await asyncio.sleep(PAUSE_AFTER_TROUBLE_SECONDS)
            await asyncio.sleep(trader.strategy.wait_seconds())

    def _count(self, trouble: Exception) -> None:
        self.status.refusals += 1
        self.status.last_refusal = str(trouble)[:TEXT_CHARS_MAX]

    async def _leave(self, trader: Trader) -> None:
        try:
            await trader.leave()
        except (ExchangeUnreachable, ApiRefusal) as trouble:
            log.warning("orders stay in the book", market=trader.rules.symbol, trouble=str(trouble))


def quote_size(market: MarketRules) -> float:
    """The usual size of an order, in whole units of the quote asset."""
    return USUAL_QUOTE_SIZES.get(market.quote, 100.0)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
