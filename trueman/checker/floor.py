"""All markets of a log: which of them a command was about, and what has to be over when it is."""

from typing import Final

from trueman.checker import auctions, continuous, endings
from trueman.checker.findings import CASCADE, CLOSING, NUMBERS, Findings
from trueman.checker.market import Market
from trueman.checker.reasons import Reasons
from trueman.core.events import (
    AuctionCalled,
    AuctionUncrossed,
    LevelChanged,
    MarketDefined,
    MarketGuarded,
)
from trueman.core.units import ACTIVATIONS_MAX, ACTIVATIONS_MAX_3, BUY, CLOSED, TRADING

FOR_EVER: Final = ("base", "quote", "tick_size_atoms", "lot_atoms", "tick_atoms", "symbol")
"""Open orders count in them."""


class Floor:
    def __init__(self, findings: Findings, reasons: Reasons) -> None:
        self._findings = findings
        self._reasons = reasons
        self.markets: list[Market] = []
        self._active: dict[int, Market] = {}
        """Markets that this command was about."""

    def market(self, number: int) -> Market:
        market = self._active.get(number)
        if market is None:
            market = self._active[number] = self.markets[number]
            market.begin()
        return market

    def defined(self, told: MarketDefined) -> None:
        if told.market < len(self.markets):
            market = self.market(told.market)
            auctions.over(market)
            if any(getattr(told, name) != getattr(market.defined, name) for name in FOR_EVER):
                market.say(NUMBERS, f"{told} changes what a market is for ever, before it was {market.defined}")
            market.defined = told
            if told.status == CLOSED:
                self._reasons.ended.add(told.market)
            return
        if told.market != len(self.markets):
            self._findings.say(NUMBERS, f"market {told.market} is created as number {len(self.markets)}")
        self.markets.append(Market(told, self._findings))

    def guarded(self, told: MarketGuarded) -> None:
        self.market(told.market).guarded = told

    def called(self, told: AuctionCalled) -> None:
        continuous.called(self.market(told.market), told)

    def uncrossed(self, told: AuctionUncrossed) -> None:
        auctions.uncrosses(self.market(told.market), told)

    def level(self, told: LevelChanged) -> None:
        market = self.market(told.market)
        taker = market.taker
        if taker is not None and taker.price == told.price and taker.is_buy == (told.side == BUY):
            endings.rested(market, taker)
        auctions.level_told(market)
        market.level(told)

    def end(self) -> None:
        """Of a command."""
        active = self._active.values()
        for market in active:
            self._leave(market)
        went_on = sum(market.went_on for market in active)
        if went_on < (ACTIVATIONS_MAX if self._findings.ruleset < 3 else ACTIVATIONS_MAX_3):
            for market in active:
                self._require_none_waiting(market, went_on)
        self._active.clear()

    def _leave(self, market: Market) -> None:
        auctions.over(market)
        if market.taker is not None:
            market.say(CLOSING, f"order {market.taker.id} neither rests nor closes", market.taker.id)
            market.taker = None
        for order in market.leaving.values():
            market.say(CLOSING, f"order {order.id} has to close and does not", order.id)
        market.leaving.clear()
        endings.require_told(market)

    def _require_none_waiting(self, market: Market, went_on: int) -> None:
        """Of those that fired in this command: who was left over before may wait for what happens in the market."""
        waiting = market.waiting()
        if waiting is not None and market.stops.fired_now and market.defined.status == TRADING:
            said = f"order {waiting.id} fired at {waiting.stop} and waits, after only {went_on} went on"
            market.say(CASCADE, said, waiting.id)
