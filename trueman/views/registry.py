"""Which assets and markets there are."""

from dataclasses import dataclass, field, replace
from typing import Final

from trueman.core.codec import Result
from trueman.core.events import AssetCreated, FeeTierDefined, MarketDefined, MarketGuarded, RulesetSwitched
from trueman.core.units import PPM_ONE, TRADING

NO_GUARDS: Final = MarketGuarded(*(0 for _ in MarketGuarded._fields))
"""Of a market that the operator never guarded."""


@dataclass(frozen=True, slots=True)
class Asset:
    number: int
    code: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Market:
    """A market with everything needed to speak of its prices and quantities; units as in `MarketDefined`."""

    number: int
    symbol: str
    base: Asset
    quote: Asset
    tick_size_atoms: int
    lot_atoms: int
    tick_atoms: int
    price_ticks_min: int
    price_ticks_max: int
    quantity_lots_min: int
    quantity_lots_max: int
    notional_atoms_min: int
    maker_ppm: int
    taker_ppm: int
    status: int
    guards: MarketGuarded = NO_GUARDS

    @property
    def is_trading(self) -> bool:
        return self.status == TRADING


@dataclass(slots=True)
class Registry:
    assets: dict[int, Asset] = field(default_factory=dict)
    markets: dict[int, Market] = field(default_factory=dict)
    asset_of_code: dict[str, Asset] = field(default_factory=dict)
    market_of_symbol: dict[str, Market] = field(default_factory=dict)
    fee_tiers: dict[int, FeeTierDefined] = field(default_factory=dict)
    """Those that were ever defined."""
    ruleset: int = 0
    """To which the exchange has switched last; 0: it decides by the one that its log began with."""

    def fold(self, result: Result) -> None:
        for event in result.events:
            if isinstance(event, AssetCreated):
                self.add_asset(Asset(event.asset, event.code, event.decimals))
            elif isinstance(event, MarketDefined):
                self.define_market(event)
            elif isinstance(event, MarketGuarded):
                self.guard_market(event)
            elif isinstance(event, FeeTierDefined):
                self.define_fee_tier(event)
            elif isinstance(event, RulesetSwitched):
                self.switch_ruleset(event)

    def add_asset(self, asset: Asset) -> None:
        self.assets[asset.number] = asset
        self.asset_of_code[asset.code] = asset

    def define_market(self, event: MarketDefined) -> None:
        known = self.markets.get(event.market)
        self._show(_market(event, self.assets, NO_GUARDS if known is None else known.guards))

    def guard_market(self, event: MarketGuarded) -> None:
        self._show(replace(self.markets[event.market], guards=event))

    def define_fee_tier(self, event: FeeTierDefined) -> None:
        self.fee_tiers[event.tier] = event

    def switch_ruleset(self, event: RulesetSwitched) -> None:
        self.ruleset = event.ruleset

    def fee_tier(self, tier: int) -> FeeTierDefined:
        return self.fee_tiers.get(tier) or FeeTierDefined(tier, PPM_ONE, PPM_ONE)

    def _show(self, market: Market) -> None:
        self.markets[market.number] = market
        self.market_of_symbol[market.symbol] = market


def _market(event: MarketDefined, assets: dict[int, Asset], guards: MarketGuarded) -> Market:
    return Market(
        number=event.market,
        symbol=event.symbol,
        base=assets[event.base],
        quote=assets[event.quote],
        tick_size_atoms=event.tick_size_atoms,
        lot_atoms=event.lot_atoms,
        tick_atoms=event.tick_atoms,
        price_ticks_min=event.price_ticks_min,
        price_ticks_max=event.price_ticks_max,
        quantity_lots_min=event.quantity_lots_min,
        quantity_lots_max=event.quantity_lots_max,
        notional_atoms_min=event.notional_atoms_min,
        maker_ppm=event.maker_ppm,
        taker_ppm=event.taker_ppm,
        status=event.status,
        guards=guards,
    )
