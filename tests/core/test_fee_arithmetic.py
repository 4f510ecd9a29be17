"""Fees and rebates to the atom, against the same in numbers of any size."""

from hypothesis import given
from hypothesis import strategies as st

from trueman.core.fees import (
    credit_after,
    credit_after_rebate,
    entry_ppm,
    fee_of,
    rebate_of,
    reserve_of,
    sealed_ppm,
    spendable_of,
)
from trueman.core.units import FEE_PPM_MAX, PPM_ONE, SUPPLY_ATOMS_MAX

AMOUNTS = st.lists(
    st.one_of(st.integers(1, 30), st.integers(1, 10**7), st.integers(1, SUPPLY_ATOMS_MAX // 8)), min_size=1, max_size=8
)
RATES = st.one_of(st.integers(0, 3), st.integers(0, FEE_PPM_MAX))
CREDITS = st.integers(1 - PPM_ONE, PPM_ONE - 1)


@given(AMOUNTS, RATES)
def test_the_sum_of_fees_is_the_fee_of_the_sum_rounded_up(amounts: list[int], ppm: int) -> None:
    credit, paid = 0, 0
    for amount in amounts:
        fee = fee_of(amount, ppm, credit)
        credit = credit_after(amount, ppm, credit)
        assert 0 <= fee <= amount
        assert 0 <= credit < PPM_ONE
        paid += fee
    assert paid == -(-sum(amounts) * ppm // PPM_ONE)


@given(AMOUNTS, RATES)
def test_the_sum_of_rebates_is_the_rebate_of_the_sum_rounded_down(amounts: list[int], ppm: int) -> None:
    """As long as the taker's fee pays for all of it."""
    credit, earned = 0, 0
    for amount in amounts:
        earned += rebate_of(amount, -ppm, credit, SUPPLY_ATOMS_MAX)
        credit = credit_after_rebate(amount, -ppm, credit)
        assert -PPM_ONE < credit <= 0
    assert earned == sum(amounts) * ppm // PPM_ONE


@given(AMOUNTS, RATES, st.integers(0, FEE_PPM_MAX), CREDITS)
def test_a_rebate_is_never_more_than_the_fee_it_is_paid_from(
    amounts: list[int], maker: int, taker: int, credit: int
) -> None:
    maker_credit, taker_credit = credit, 0
    for amount in amounts:
        fee = fee_of(amount, taker, taker_credit)
        taker_credit = credit_after(amount, taker, taker_credit)
        assert 0 <= rebate_of(amount, -maker, maker_credit, fee) <= fee
        maker_credit = credit_after_rebate(amount, -maker, maker_credit)


def test_a_cut_rebate_leaves_its_rest_all_the_same() -> None:
    assert rebate_of(3_500_000, -1, 0, 2) == 2
    assert credit_after_rebate(3_500_000, -1, 0) == -500_000
    assert rebate_of(500_000, -1, -500_000, 2) == 1
    assert credit_after_rebate(500_000, -1, -500_000) == 0


@given(st.integers(1, SUPPLY_ATOMS_MAX), RATES, st.integers(0, PPM_ONE - 1))
def test_what_the_other_kind_left_counts_for_nothing(amount: int, ppm: int, left: int) -> None:
    assert fee_of(amount, ppm, -left) == fee_of(amount, ppm, 0)
    assert credit_after(amount, ppm, -left) == credit_after(amount, ppm, 0)
    assert rebate_of(amount, -ppm, left, amount) == rebate_of(amount, -ppm, 0, amount)
    assert credit_after_rebate(amount, -ppm, left) == credit_after_rebate(amount, -ppm, 0)


@given(st.integers(-FEE_PPM_MAX, FEE_PPM_MAX), st.integers(0, PPM_ONE))
def test_a_tier_cuts_a_fee_and_never_a_rebate(market_ppm: int, share_ppm: int) -> None:
    sealed = sealed_ppm(market_ppm, share_ppm)
    assert sealed == (market_ppm if market_ppm < 0 else -(-market_ppm * share_ppm // PPM_ONE))
    assert sealed_ppm(market_ppm, PPM_ONE) == market_ppm
    assert sealed <= max(market_ppm, 0)


@given(AMOUNTS, RATES, RATES, CREDITS, st.data())
def test_what_is_reserved_always_pays_the_fees_that_come(
    amounts: list[int], maker: int, taker: int, credit: int, data: st.DataObject
) -> None:
    """Of any parts of the amount, at whichever of the two rates."""
    left = reserve_of(sum(amounts), entry_ppm(maker, taker), credit)
    for amount in amounts:
        ppm = data.draw(st.sampled_from([maker, taker]))
        left -= fee_of(amount, ppm, credit)
        credit = credit_after(amount, ppm, credit)
        assert left >= 0


def test_a_rate_below_zero_reserves_nothing() -> None:
    assert reserve_of(SUPPLY_ATOMS_MAX, -FEE_PPM_MAX, 0) == 0
    assert reserve_of(10, 0, 999_999) == 0
    assert entry_ppm(-5, 7) == 7
    assert entry_ppm(9, 7) == 9


@given(st.integers(0, SUPPLY_ATOMS_MAX), RATES)
def test_a_hold_pays_for_its_trades_and_their_fees(hold: int, taker: int) -> None:
    spendable = spendable_of(hold, taker)
    assert spendable == hold * PPM_ONE // (PPM_ONE + taker)
    assert spendable + fee_of(spendable, taker, 0) <= hold
