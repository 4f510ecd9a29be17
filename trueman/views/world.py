"""Everything the views know, folded from one stream of results."""

from collections.abc import Callable
from typing import Any

from trueman.core.codec import Result
from trueman.core.events import (
    AssetCreated,
    FeeTierDefined,
    LevelChanged,
    MarketDefined,
    MarketGuarded,
    RulesetSwitched,
    Traded,
)
from trueman.views.candles import Candles
from trueman.views.depth import Depth
from trueman.views.portfolio import Portfolio
from trueman.views.registry import Asset, Registry
from trueman.views.tape import Tape
from trueman.views.ticker import Ticker


class World:
    """Market data by market number, and with `with_portfolio` what belongs to whom."""

    def __init__(self, *, with_portfolio: bool) -> None:
        self.with_portfolio = with_portfolio
        self.registry = Registry()
        self.depth: dict[int, Depth] = {}
        self.tapes: dict[int, Tape] = {}
        self.tickers: dict[int, Ticker] = {}
        self.candles: dict[int, Candles] = {}
        self.portfolio = Portfolio()
        self._time_us = 0
        self._folds: dict[type[Any], Callable[[Any], None]] = {
            LevelChanged: self._level,
            Traded: self._trade,
            MarketDefined: self._market,
            AssetCreated: self._asset,
            MarketGuarded: self.registry.guard_market,
            FeeTierDefined: self.registry.define_fee_tier,
            RulesetSwitched: self.registry.switch_ruleset,
        }

    def fold(self, result: Result) -> None:
        decided, events = result
        if not events:
            return
        self._time_us = decided.time_us
        folds = self._folds
        for event in events:
            fold = folds.get(type(event))
            if fold is not None:
                fold(event)
        if self.with_portfolio:
            self.portfolio.fold(result)

    def _level(self, change: LevelChanged) -> None:
        self.depth[change.market].apply(change)

    def _trade(self, traded: Traded) -> None:
        market, time_us = traded.market, self._time_us
        self.tapes[market].fold(time_us, traded)
        self.tickers[market].fold(time_us, traded)
        self.candles[market].fold(time_us, traded)

    def _market(self, defined: MarketDefined) -> None:
        self.registry.define_market(defined)
        market = defined.market
        if market not in self.depth:
            self.depth[market] = Depth(market)
            self.tapes[market] = Tape(market)
            self.tickers[market] = Ticker(market)
            self.candles[market] = Candles(market)

    def _asset(self, created: AssetCreated) -> None:
        self.registry.add_asset(Asset(created.asset, created.code, created.decimals))
