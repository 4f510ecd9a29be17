"""Fee tiers: which share of a market's rates an account of the tier pays."""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.units import FEE_TIERS_MAX, PPM_ONE


@final
class Tiers:
    """Shares in parts per million, by the tier's number. Every tier begins with the whole rate."""

    def __init__(self) -> None:
        self.maker_share: Final[vec[i64]] = whole_shares()
        self.taker_share: Final[vec[i64]] = whole_shares()

    def set(self, tier: i64, maker_share: i64, taker_share: i64) -> None:
        self.maker_share[tier] = maker_share
        self.taker_share[tier] = taker_share


def whole_shares() -> vec[i64]:
    shares = vec[i64]()
    for _ in range(FEE_TIERS_MAX):
        shares = append(shares, PPM_ONE)
    return shares
