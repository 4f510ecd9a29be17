"""Which assets and markets there are, slow and obvious; the part of the naive exchange that knows no money."""

import re
from dataclasses import dataclass, field

from tests.reference.naive_rules import market_refusal, power_of_ten
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u

CODE = re.compile(r"[A-Z0-9]{1,10}")
SYMBOL = re.compile(r"[A-Z0-9._-]{2,20}")


@dataclass
class NaiveListing:
    assets: list[fact.AssetCreated] = field(default_factory=list)
    markets: list[fact.MarketDefined] = field(default_factory=list)
    told: list[fact.Event] = field(default_factory=list)
    """What the command of the moment has caused so far."""

    def _create_asset(self, command: ask.CreateAsset) -> int:
        if not CODE.fullmatch(command.code):
            return no.CODE_INVALID
        if not 0 <= command.decimals <= u.DECIMALS_MAX:
            return no.DECIMALS_OUT_OF_RANGE
        if command.code in [asset.code for asset in self.assets]:
            return no.ASSET_EXISTS
        if len(self.assets) >= u.ASSETS_MAX:
            return no.ASSETS_TOO_MANY
        self.assets.append(fact.AssetCreated(len(self.assets), command.decimals, command.code))
        self.told.append(self.assets[-1])
        return no.OK

    def _create_market(self, command: ask.CreateMarket) -> int:
        if not SYMBOL.fullmatch(command.symbol):
            return no.CODE_INVALID
        if refusal := market_refusal(command, command.lot_atoms, command.tick_size_atoms):
            return refusal
        if command.base == command.quote:
            return no.BOUNDS_INVALID
        if not (0 <= command.base < len(self.assets) and 0 <= command.quote < len(self.assets)):
            return no.ASSET_UNKNOWN
        if command.symbol in [market.symbol for market in self.markets]:
            return no.MARKET_EXISTS
        if len(self.markets) >= u.MARKETS_MAX:
            return no.MARKETS_TOO_MANY
        scale = power_of_ten(self.assets[command.base].decimals)
        if command.tick_size_atoms * command.lot_atoms % scale:
            return no.MARKET_UNITS_INEXACT
        tick_atoms = command.tick_size_atoms * command.lot_atoms // scale
        if tick_atoms > u.SUPPLY_ATOMS_MAX:
            return no.MARKET_UNITS_INEXACT
        steps = (command.tick_size_atoms, command.lot_atoms, tick_atoms)
        number = len(self.markets)
        market = fact.MarketDefined(
            number, command.base, command.quote, *steps, *command[5:12], u.TRADING, command.symbol
        )
        self.markets.append(market)
        self.told.append(market)
        return no.OK

    def _change_market(self, command: ask.ChangeMarket) -> int:
        known = 0 <= command.market < len(self.markets)
        lot_atoms = self.markets[command.market].lot_atoms if known else 1
        if refusal := market_refusal(command, lot_atoms, 1):
            return refusal
        if not known:
            return no.MARKET_UNKNOWN
        old = self.markets[command.market]
        self._redefine(old._replace(**{name: getattr(command, name) for name in command._fields[2:]}))
        return no.OK

    def _set_status(self, command: ask.SetMarketStatus) -> int:
        if command.status not in (u.TRADING, u.HALTED, u.CANCEL_ONLY):
            return no.STATUS_INVALID
        if not 0 <= command.market < len(self.markets):
            return no.MARKET_UNKNOWN
        self._redefine(self.markets[command.market]._replace(status=command.status))
        return no.OK

    def _redefine(self, market: fact.MarketDefined) -> None:
        self.markets[market.market] = market
        self.told.append(market)
