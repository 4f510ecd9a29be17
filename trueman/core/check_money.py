"""The walk through the money: every sum, sign and key, asserted one by one. For tests, snapshots and audits."""

from mypy_extensions import i64

from trueman.core.ledger import ACCOUNT_WORDS, Ledger
from trueman.core.members import MEMBER_WORDS, Members, is_user
from trueman.core.units import (
    FEE_ACCOUNT,
    FEE_TIERS_MAX,
    MAY_ALL,
    OUTSIDE_ACCOUNT,
    SUPPLY_ATOMS_MAX,
    TREASURY_ACCOUNT,
    USER_ACCOUNT_MAX,
)


def check_conservation(ledger: Ledger) -> None:
    """Every asset sums to zero over all accounts, and only OUTSIDE is ever below it."""
    ledger.check_balanced()
    assert len(ledger.fees) == len(ledger.outside)
    assert ledger.slots.count * ACCOUNT_WORDS == len(ledger.words)
    sums = [0] * len(ledger.outside)
    slot: i64 = 0
    while slot < len(ledger.words):
        check_balance(ledger, slot)
        pots = int(ledger.available(slot)) + int(ledger.held(slot)) + int(ledger.reserved(slot))
        sums[ledger.asset(slot)] += pots
        slot += ACCOUNT_WORDS
    assert not any(sums)


def check_balance(ledger: Ledger, slot: i64) -> None:
    owner = ledger.owner(slot)
    assert ledger.find(owner, ledger.asset(slot)) == slot
    assert ledger.held(slot) >= 0
    assert ledger.reserved(slot) >= 0
    if owner == OUTSIDE_ACCOUNT:
        assert -SUPPLY_ATOMS_MAX <= ledger.available(slot) <= 0
    else:
        assert ledger.available(slot) >= 0
    if not is_user(owner):
        assert owner in (OUTSIDE_ACCOUNT, FEE_ACCOUNT, TREASURY_ACCOUNT)
        assert ledger.held(slot) == 0
        assert ledger.reserved(slot) == 0


def check_members(members: Members) -> None:
    """Terms within their bounds; who keeps what the links lead to checks that."""
    assert (members.slots.count + 1) * MEMBER_WORDS == len(members.words)
    slot: i64 = MEMBER_WORDS
    while slot < len(members.words):
        account = members.account(slot)
        assert is_user(account)
        assert members.find(account) == slot
        assert 0 <= members.tier(slot) < FEE_TIERS_MAX
        assert 0 <= members.group(slot) <= USER_ACCOUNT_MAX
        assert 0 <= members.permissions(slot) <= MAY_ALL
        assert 0 <= members.in_quote(slot) <= 1
        assert members.cancel_due_us(slot) >= 0
        assert members.ids(slot) >= 0
        slot += MEMBER_WORDS
