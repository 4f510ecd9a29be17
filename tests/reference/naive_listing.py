"""Assets, markets, their guards, fee tiers and the terms of accounts (section 2), slow and obvious."""

from tests.reference.naive_rules import CODE, SYMBOL, guard_is_valid, market_refusal
from tests.reference.naive_state import NaiveMarket, NaiveState, is_user
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u


class NaiveListing(NaiveState):
    def create_asset(self, asked: ask.CreateAsset) -> int:
        if not CODE.fullmatch(asked.code):
            return no.CODE_INVALID
        if not 0 <= asked.decimals <= u.DECIMALS_MAX:
            return no.DECIMALS_OUT_OF_RANGE
        if asked.code in [asset.code for asset in self.assets]:
            return no.ASSET_EXISTS
        if len(self.assets) >= u.ASSETS_MAX:
            return no.ASSETS_TOO_MANY
        self.assets.append(fact.AssetCreated(len(self.assets), asked.decimals, asked.code))
        self.tell(self.assets[-1])
        return no.OK

    def create_market(self, asked: ask.CreateMarket) -> int:
        if not SYMBOL.fullmatch(asked.symbol):
            return no.CODE_INVALID
        if refusal := market_refusal(asked, asked.lot_atoms, asked.tick_size_atoms):
            return refusal
        if asked.base == asked.quote:
            return no.BOUNDS_INVALID
        if not (asked.base < len(self.assets) and asked.quote < len(self.assets)):
            return no.ASSET_UNKNOWN
        if asked.symbol in [market.defined.symbol for market in self.markets]:
            return no.MARKET_EXISTS
        if len(self.markets) >= u.MARKETS_MAX:
            return no.MARKETS_TOO_MANY
        tick_atoms, rest = divmod(asked.tick_size_atoms * asked.lot_atoms, 10 ** self.assets[asked.base].decimals)
        if rest or tick_atoms > u.SUPPLY_ATOMS_MAX:
            return no.MARKET_UNITS_INEXACT
        steps = (asked.tick_size_atoms, asked.lot_atoms, tick_atoms)
        number = len(self.markets)
        bounds = asked[5:12]
        defined = fact.MarketDefined(number, asked.base, asked.quote, u.TRADING, *steps, *bounds, asked.symbol)
        self.markets.append(NaiveMarket(defined, fact.MarketGuarded(number, *[0] * 15)))
        self.tell(defined)
        return no.OK

    def change_market(self, asked: ask.ChangeMarket) -> int:
        market = self.market(asked.market)
        if refusal := market_refusal(asked, market.defined.lot_atoms if market else 1, 1):
            return refusal
        if market is None:
            return no.MARKET_UNKNOWN
        self.redefine(market, **{name: getattr(asked, name) for name in asked._fields[2:]})
        return no.OK

    def guard_market(self, asked: ask.GuardMarket) -> int:
        if not guard_is_valid(asked):
            return no.BOUNDS_INVALID
        market = self.market(asked.market)
        if market is None:
            return no.MARKET_UNKNOWN
        market.guard = fact.MarketGuarded(*asked[1:])
        self.tell(market.guard)
        return no.OK

    def redefine(self, market: NaiveMarket, **changes: int) -> None:
        market.defined = market.defined._replace(**changes)  # type: ignore[arg-type]
        self.tell(market.defined)

    def set_fee_tier(self, asked: ask.SetFeeTier) -> int:
        shares = (asked.maker_share_ppm, asked.taker_share_ppm)
        if asked.tier >= u.FEE_TIERS_MAX or not all(0 <= share <= u.PPM_ONE for share in shares):
            return no.TERMS_INVALID
        self.tiers[asked.tier] = fact.FeeTierDefined(*asked[1:])
        self.tell(self.tiers[asked.tier])
        return no.OK

    def set_account_terms(self, asked: ask.SetAccountTerms) -> int:
        if not is_user(asked.account):
            return no.ACCOUNT_INVALID
        if asked.tier >= u.FEE_TIERS_MAX or not 0 <= asked.group < 2**40 or asked.permissions > u.MAY_ALL:
            return no.TERMS_INVALID
        old = self.terms_of(asked.account)
        self._define(old._replace(tier=asked.tier, group=asked.group, permissions=asked.permissions))
        return no.OK

    def set_fee_asset(self, asked: ask.SetFeeAsset) -> int:
        if not is_user(asked.account):
            return no.ACCOUNT_INVALID
        if asked.in_quote > 1:
            return no.TERMS_INVALID
        self._define(self.terms_of(asked.account)._replace(in_quote=asked.in_quote))
        return no.OK

    def _define(self, terms: fact.AccountDefined) -> None:
        self.terms[terms.account] = terms
        self.tell(terms)
