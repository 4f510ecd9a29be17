"""What accounts pay and whom they belong to, as defined so far: sealed into an order when it is accepted."""

from trueman.checker.orders import Terms
from trueman.core.events import AccountDefined, FeeTierDefined, MarketDefined
from trueman.core.units import PPM_ONE


class TermsBook:
    def __init__(self) -> None:
        self._tiers: dict[int, FeeTierDefined] = {}
        self._accounts: dict[int, AccountDefined] = {}

    def tier_defined(self, told: FeeTierDefined) -> None:
        self._tiers[told.tier] = told

    def account_defined(self, told: AccountDefined) -> None:
        self._accounts[told.account] = told

    def of(self, account: int, market: MarketDefined) -> Terms:
        """Rule 6. An account without a group is a group of its own, with a number that no group has."""
        known = self._accounts.get(account)
        tier = self._tiers.get(known.tier if known else 0)
        maker, taker = (tier.maker_share_ppm, tier.taker_share_ppm) if tier else (PPM_ONE, PPM_ONE)
        maker_ppm = market.maker_ppm if market.maker_ppm < 0 else _share(market.maker_ppm, maker)
        group = known.group if known and known.group else -account
        return Terms(maker_ppm, _share(market.taker_ppm, taker), known.in_quote if known else 0, group)


def _share(ppm: int, share: int) -> int:
    return -(-ppm * share // PPM_ONE)
