"""Accounts and their terms: what the operator and the account decide, and what an undecided one has."""

import pytest

from trueman.core import commands as ask
from trueman.core import members as at
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.check_money import check_members
from trueman.core.codec import encode
from trueman.core.members import Members
from trueman.core.terms import Terms
from trueman.core.tiers import Tiers

ALICE = 1_024
TIER = ask.SetFeeTier(0, 0, 500_000, 0)
TERMS = ask.SetAccountTerms(0, ALICE, 0, 0, u.MAY_ALL)
FEE_ASSET = ask.SetFeeAsset(0, ALICE, 1)
STRANGERS = (-1, u.OUTSIDE_ACCOUNT, u.FEE_ACCOUNT, u.TREASURY_ACCOUNT, 1_023, u.USER_ACCOUNT_MAX + 1, 2**63 - 1)


class Office:
    def __init__(self) -> None:
        self.members, self.tiers = Members(), Tiers()
        self.terms = Terms(self.members, self.tiers)

    def do(self, command: ask.SetFeeTier | ask.SetAccountTerms | ask.SetFeeAsset) -> int:
        frame = b"12345678" + encode(command)
        if isinstance(command, ask.SetFeeTier):
            reason = self.terms.set_fee_tier(frame, 8)
        elif isinstance(command, ask.SetAccountTerms):
            reason = self.terms.set_account_terms(frame, 8)
        else:
            reason = self.terms.set_fee_asset(frame, 8)
        check_members(self.members)
        return reason


def everything_of(members: Members, slot: int) -> list[int]:
    return [
        members.tier(slot),
        members.group(slot),
        members.permissions(slot),
        members.in_quote(slot),
        members.cancel_due_us(slot),
        members.first_seat(slot),
        members.oldest_id(slot),
        members.newest_id(slot),
        members.ids(slot),
    ]


def test_an_account_without_a_record_reads_like_one_with_a_new_record() -> None:
    members = Members()
    assert members.find(ALICE) == at.NOBODY
    slot = members.open(ALICE)
    assert members.open(ALICE) == members.find(ALICE) == slot
    assert members.account(slot) == ALICE
    assert members.is_plain(slot)
    undecided = [0, 0, u.MAY_ALL, 0, 0, u.NONE, u.NONE, u.NONE, 0]
    assert everything_of(members, at.NOBODY) == everything_of(members, slot) == undecided
    for account in (ALICE, ALICE + 1):
        assert members.may(account, u.MAY_TRADE)
        assert members.may(account, u.MAY_WITHDRAW)
        assert members.self_trade_group(account, members.find(account)) == account


def test_every_field_is_a_word_of_its_own() -> None:
    members = Members()
    members.open(ALICE + 1)
    slot = members.open(ALICE)
    fields = [
        at.TIER,
        at.GROUP,
        at.PERMISSIONS,
        at.IN_QUOTE,
        at.CANCEL_DUE_US,
        at.FIRST_SEAT,
        at.OLDEST_ID,
        at.NEWEST_ID,
        at.IDS,
    ]
    for value, field in enumerate(fields, 50):
        members.set(slot, field, value)
    assert everything_of(members, slot) == list(range(50, 59))
    assert members.account(slot) == ALICE
    assert members.is_plain(members.find(ALICE + 1))


@pytest.mark.parametrize("field", [at.TIER, at.GROUP, at.PERMISSIONS, at.IN_QUOTE, at.CANCEL_DUE_US])
def test_a_record_with_a_decision_is_not_plain(field: int) -> None:
    members = Members()
    members.set(members.open(ALICE), field, 1)
    assert not members.is_plain(members.find(ALICE))


def test_the_operator_sets_what_a_tier_pays() -> None:
    office = Office()
    shares = [(office.tiers.maker_share[tier], office.tiers.taker_share[tier]) for tier in range(u.FEE_TIERS_MAX)]
    assert set(shares) == {(u.PPM_ONE, u.PPM_ONE)}
    assert office.do(TIER._replace(tier=15)) == no.OK
    assert (office.tiers.maker_share[15], office.tiers.taker_share[15]) == (500_000, 0)
    assert office.tiers.maker_share[14] == u.PPM_ONE
    for wrong in (
        TIER._replace(tier=16),
        TIER._replace(tier=255),
        TIER._replace(maker_share_ppm=-1),
        TIER._replace(maker_share_ppm=u.PPM_ONE + 1),
        TIER._replace(taker_share_ppm=-(2**63)),
        TIER._replace(taker_share_ppm=2**63 - 1),
    ):
        assert office.do(wrong) == no.TERMS_INVALID


def test_the_operator_sets_the_terms_of_an_account() -> None:
    office = Office()
    assert office.do(TERMS._replace(tier=3, group=u.USER_ACCOUNT_MAX, permissions=u.MAY_WITHDRAW)) == no.OK
    slot = office.members.find(ALICE)
    assert everything_of(office.members, slot)[:4] == [3, u.USER_ACCOUNT_MAX, u.MAY_WITHDRAW, 0]
    assert office.members.self_trade_group(ALICE, slot) == -u.USER_ACCOUNT_MAX
    assert not office.members.may(ALICE, u.MAY_TRADE)
    assert office.do(TERMS) == no.OK
    assert office.members.is_plain(slot)


def test_the_account_chooses_how_it_pays_fees() -> None:
    office = Office()
    assert office.do(FEE_ASSET) == no.OK
    assert office.do(TERMS._replace(tier=1)) == no.OK
    assert office.members.in_quote(office.members.find(ALICE)) == 1
    assert office.do(FEE_ASSET._replace(in_quote=0)) == no.OK
    assert everything_of(office.members, office.members.find(ALICE))[:4] == [1, 0, u.MAY_ALL, 0]


def test_terms_that_make_no_sense_change_nothing() -> None:
    office = Office()
    for account in STRANGERS:
        assert office.do(TERMS._replace(account=account, tier=16)) == no.ACCOUNT_INVALID
        assert office.do(FEE_ASSET._replace(account=account, in_quote=2)) == no.ACCOUNT_INVALID
    for wrong in (
        TERMS._replace(tier=16),
        TERMS._replace(group=-1),
        TERMS._replace(group=2**40),
        TERMS._replace(permissions=4),
        FEE_ASSET._replace(in_quote=2),
    ):
        assert office.do(wrong) == no.TERMS_INVALID
    assert office.members.slots.count == 0


@pytest.mark.parametrize(
    ("field", "value"), [(at.TIER, 16), (at.GROUP, -1), (at.PERMISSIONS, 4), (at.IN_QUOTE, 2), (at.ACCOUNT, 5)]
)
def test_the_check_finds_terms_that_nobody_could_set(field: int, value: int) -> None:
    members = Members()
    members.set(members.open(ALICE), field, value)
    with pytest.raises(AssertionError):
        check_members(members)
