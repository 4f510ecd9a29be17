"""Governance of accounts: what the operator decides about fee tiers and accounts, and the account about its fees."""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.frames import ACCOUNT_AT, small
from trueman.core.members import GROUP, IN_QUOTE, PERMISSIONS, TIER, Members, is_user
from trueman.core.rejections import ACCOUNT_INVALID, OK, TERMS_INVALID
from trueman.core.tiers import Tiers
from trueman.core.units import FEE_TIERS_MAX, MAY_ALL, PPM_ONE, USER_ACCOUNT_MAX


@final
class Terms:
    """Each method carries out the command of a record, or says why not."""

    def __init__(self, members: Members, tiers: Tiers) -> None:
        self.members: Final[Members] = members
        self.tiers: Final[Tiers] = tiers

    def set_fee_tier(self, frame: bytes, at: i64) -> i64:
        tier = small(read_i64_le(frame, at), 2)
        maker_share = read_i64_le(frame, at + 16)
        taker_share = read_i64_le(frame, at + 24)
        if tier >= FEE_TIERS_MAX or not is_share(maker_share) or not is_share(taker_share):
            return TERMS_INVALID
        self.tiers.set(tier, maker_share, taker_share)
        return OK

    def set_account_terms(self, frame: bytes, at: i64) -> i64:
        header = read_i64_le(frame, at)
        tier = small(header, 2)
        permissions = small(header, 3)
        account = read_i64_le(frame, at + ACCOUNT_AT)
        group = read_i64_le(frame, at + 24)
        if not is_user(account):
            return ACCOUNT_INVALID
        if tier >= FEE_TIERS_MAX or permissions > MAY_ALL or group < 0 or group > USER_ACCOUNT_MAX:
            return TERMS_INVALID
        slot = self.members.open(account)
        self.members.set(slot, TIER, tier)
        self.members.set(slot, GROUP, group)
        self.members.set(slot, PERMISSIONS, permissions)
        return OK

    def set_fee_asset(self, frame: bytes, at: i64) -> i64:
        in_quote = small(read_i64_le(frame, at), 2)
        account = read_i64_le(frame, at + ACCOUNT_AT)
        if not is_user(account):
            return ACCOUNT_INVALID
        if in_quote > 1:
            return TERMS_INVALID
        self.members.set(self.members.open(account), IN_QUOTE, in_quote)
        return OK


def is_share(ppm: i64) -> bool:
    return 0 <= ppm <= PPM_ONE
