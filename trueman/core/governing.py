"""What the operator asks, and an account about its own terms: decided by what is listed and agreed, then told."""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.frames import (
    ACCOUNT_AT,
    CHANGE_MARKET_HEADER,
    CREATE_ASSET_HEADER,
    CREATE_MARKET_HEADER,
    GUARD_MARKET_HEADER,
    RULESET_AT,
    SET_ACCOUNT_TERMS_HEADER,
    SET_FEE_TIER_HEADER,
    SET_MARKET_STATUS_HEADER,
    SWITCH_RULESET_HEADER,
    small,
    small_pair,
)
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.rejections import OK, RULESET_INVALID
from trueman.core.results import Results
from trueman.core.rulesets import RULESET_MAX, Rules
from trueman.core.sweeping import Sweeping
from trueman.core.terms import Terms
from trueman.core.units import CLOSED, TRADING


@final
class Governing:
    def __init__(
        self,
        rules: Rules,
        listing: Listing,
        accounts: Accounts,
        floor: Floor,
        results: Results,
        following: Following,
        sweeping: Sweeping,
    ) -> None:
        self.rules: Final[Rules] = rules
        self.listing: Final[Listing] = listing
        self.accounts: Final[Accounts] = accounts
        self.floor: Final[Floor] = floor
        self.results: Final[Results] = results
        self.following: Final[Following] = following
        self.sweeping: Final[Sweeping] = sweeping
        self.terms: Final[Terms] = Terms(accounts.members, accounts.tiers)

    def govern(self, kind: i64, frame: bytes, at: i64) -> None:
        market = small_pair(read_i64_le(frame, at), 2)
        if kind == CREATE_ASSET_HEADER:
            self._create_asset(frame, at)
        elif kind == CREATE_MARKET_HEADER:
            self._create_market(frame, at)
        elif kind == CHANGE_MARKET_HEADER:
            self._changed(self.listing.change_market(frame, at), market)
        elif kind == GUARD_MARKET_HEADER:
            self._guard_market(frame, at, market)
        elif kind == SET_MARKET_STATUS_HEADER:
            self._set_status(market, small(read_i64_le(frame, at), 4))
        elif kind == SET_FEE_TIER_HEADER:
            self._set_fee_tier(frame, at)
        elif kind == SWITCH_RULESET_HEADER:
            self._switch_ruleset(read_i64_le(frame, at + RULESET_AT))
        elif kind == SET_ACCOUNT_TERMS_HEADER:
            self._agreed(self.terms.set_account_terms(frame, at), read_i64_le(frame, at + ACCOUNT_AT))
        else:
            self._agreed(self.terms.set_fee_asset(frame, at), read_i64_le(frame, at + ACCOUNT_AT))

    def open_market(self, market: Market) -> None:
        """A market is TRADING from now on: what crosses in its book trades, and what had fired goes on."""
        if self.floor.is_crossed(market.number):
            self.following.settle(self.floor.uncross(market.number), market)
        self.following.finish(market)

    def _create_asset(self, frame: bytes, at: i64) -> None:
        reason = self.listing.create_asset(frame, at)
        self.results.decided(reason, 0, 0)
        if reason == OK:
            asset = self.listing.assets[-1]
            self.accounts.ledger.add_asset(asset.number)
            self.results.asset_created(asset)

    def _create_market(self, frame: bytes, at: i64) -> None:
        reason = self.listing.create_market(frame, at)
        if reason == OK:
            self.floor.open(self.listing.markets[-1])
        self._changed(reason, len(self.listing.markets) - 1)

    def _changed(self, reason: i64, market: i64) -> None:
        self.results.decided(reason, 0, 0)
        if reason == OK:
            self.results.market_defined(self.listing.markets[market])

    def _guard_market(self, frame: bytes, at: i64, market: i64) -> None:
        reason = self.listing.guard_market(frame, at)
        self.results.decided(reason, 0, 0)
        if reason == OK:
            self.results.market_guarded(self.listing.markets[market])

    def _set_status(self, number: i64, status: i64) -> None:
        reason = self.listing.set_status(number, status)
        self._changed(reason, number)
        if reason != OK:
            return
        market = self.listing.markets[number]
        if status == TRADING:
            self.open_market(market)
        elif status == CLOSED:
            self.sweeping.empty(market)

    def _set_fee_tier(self, frame: bytes, at: i64) -> None:
        reason = self.terms.set_fee_tier(frame, at)
        self.results.decided(reason, 0, 0)
        if reason == OK:
            tiers = self.accounts.tiers
            tier = small(read_i64_le(frame, at), 2)
            self.results.fee_tier_defined(tier, tiers.maker_share[tier], tiers.taker_share[tier])

    def _switch_ruleset(self, ruleset: i64) -> None:
        """Raise UnknownRuleset for a later one than this build knows: it must not guess what the rules would be."""
        if not self.rules.ruleset < ruleset <= RULESET_MAX:
            self.results.decided(RULESET_INVALID, 0, 0)
            return
        self.rules.switch(ruleset)
        self.floor.switch(ruleset)
        self.results.decided(OK, 0, 0)
        self.results.ruleset_switched(ruleset)

    def _agreed(self, reason: i64, account: i64) -> None:
        self.results.decided(reason, 0, 0)
        if reason == OK:
            members = self.accounts.members
            member = members.find(account)
            tier, permissions = members.tier(member), members.permissions(member)
            self.results.account_defined(account, tier, permissions, members.in_quote(member), members.group(member))
