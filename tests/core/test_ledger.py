"""The ledger: three pots of every account, and moves that neither make nor lose an atom."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.core.check_money import check_conservation
from trueman.core.ledger import Ledger
from trueman.core.units import FEE_ACCOUNT, OUTSIDE_ACCOUNT, SUPPLY_ATOMS_MAX, USER_ACCOUNT_MAX

ALICE, BOB = 1_024, USER_ACCOUNT_MAX
FREE, HELD, RESERVED = range(3)

Pot = tuple[int, int]
"""An owner and one of its pots."""

MOVES: dict[str, tuple[Callable[[Ledger, int, int, int], None], Callable[[int, int], tuple[Pot, Pot]]]] = {
    "deposit": (lambda b, s, t, n: b.deposit(s, n), lambda s, t: ((OUTSIDE_ACCOUNT, FREE), (s, FREE))),
    "withdraw": (lambda b, s, t, n: b.withdraw(s, n), lambda s, t: ((s, FREE), (OUTSIDE_ACCOUNT, FREE))),
    "reserve": (lambda b, s, t, n: b.reserve(s, n), lambda s, t: ((s, FREE), (s, RESERVED))),
    "unreserve": (lambda b, s, t, n: b.unreserve(s, n), lambda s, t: ((s, RESERVED), (s, FREE))),
    "settle_reserved": (
        lambda b, s, t, n: b.settle_reserved(s, n),
        lambda s, t: ((s, RESERVED), (OUTSIDE_ACCOUNT, FREE)),
    ),
    "transfer": (lambda b, s, t, n: b.transfer(s, t, n), lambda s, t: ((s, FREE), (t, FREE))),
    "hold": (lambda b, s, t, n: b.hold(s, n), lambda s, t: ((s, FREE), (s, HELD))),
    "release": (lambda b, s, t, n: b.release(s, n), lambda s, t: ((s, HELD), (s, FREE))),
    "settle": (lambda b, s, t, n: b.settle(s, t, n), lambda s, t: ((s, HELD), (t, FREE))),
    "collect_fee": (lambda b, s, t, n: b.collect_fee(s, n), lambda s, t: ((s, FREE), (FEE_ACCOUNT, FREE))),
    "collect_held_fee": (lambda b, s, t, n: b.collect_held_fee(s, n), lambda s, t: ((s, HELD), (FEE_ACCOUNT, FREE))),
    "pay_rebate": (lambda b, s, t, n: b.pay_rebate(s, n), lambda s, t: ((FEE_ACCOUNT, FREE), (s, FREE))),
}

STEPS = st.lists(
    st.tuples(
        st.sampled_from(list(MOVES)),
        st.sampled_from([(ALICE, BOB), (BOB, ALICE)]),
        st.integers(0, 1),
        st.one_of(st.integers(1, 20), st.integers(1, SUPPLY_ATOMS_MAX)),
    ),
    max_size=60,
)


def book_of_two_assets() -> Ledger:
    book = Ledger()
    book.add_asset(0)
    book.add_asset(1)
    return book


@given(STEPS)
def test_every_move_takes_from_one_pot_what_it_gives_another(
    steps: list[tuple[str, tuple[int, int], int, int]],
) -> None:
    """And a move of more than there is stops before anything has changed."""
    book = book_of_two_assets()
    pots: dict[tuple[int, int, int], int] = {}
    for name, (source, target), asset, amount in steps:
        move, ends = MOVES[name]
        (payer, payer_pot), (earner, earner_pot) = ends(source, target)
        slots = book.open(source, asset), book.open(target, asset)
        before = pots.get((payer, asset, payer_pot), 0)
        if payer != OUTSIDE_ACCOUNT and amount > before:
            with pytest.raises(AssertionError):
                move(book, *slots, amount)
        elif payer != OUTSIDE_ACCOUNT or amount <= SUPPLY_ATOMS_MAX + before:
            move(book, *slots, amount)
            pots[payer, asset, payer_pot] = before - amount
            pots[earner, asset, earner_pot] = pots.get((earner, asset, earner_pot), 0) + amount
        book.unpromised = 0  # No order stands behind these holds.
        check_conservation(book)
    for (owner, asset, pot), amount in pots.items():
        slot = book.find(owner, asset)
        assert (book.available(slot), book.held(slot), book.reserved(slot))[pot] == amount


@given(st.integers(0, USER_ACCOUNT_MAX), st.integers(0, 4_095))
def test_a_slot_knows_its_owner_and_its_asset(owner: int, asset: int) -> None:
    book = Ledger()
    book.open(7, 7)
    slot = book.open(owner, asset)
    assert (book.owner(slot), book.asset(slot)) == (owner, asset)
    assert book.open(owner, asset) == book.find(owner, asset) == slot


def test_nothing_moves_between_assets_or_to_oneself() -> None:
    book = book_of_two_assets()
    coins, dollars = book.open(ALICE, 0), book.open(ALICE, 1)
    book.deposit(coins, 5)
    book.hold(coins, 2)
    for target in (coins, dollars):
        with pytest.raises(AssertionError):
            book.transfer(coins, target, 1)
    with pytest.raises(AssertionError):
        book.settle(coins, book.open(BOB, 1), 1)


@pytest.mark.parametrize("amount", [0, -1])
@pytest.mark.parametrize("name", list(MOVES))
def test_no_move_is_of_nothing_or_backwards(name: str, amount: int) -> None:
    book = book_of_two_assets()
    alice, bob = book.open(ALICE, 0), book.open(BOB, 0)
    book.deposit(alice, 30)
    book.hold(alice, 10)
    book.reserve(alice, 10)
    book.collect_fee(alice, 5)
    with pytest.raises(AssertionError):
        MOVES[name][0](book, alice, bob, amount)


def test_an_account_without_a_slot_has_nothing() -> None:
    book = book_of_two_assets()
    assert book.available_of(ALICE, 0) == book.reserved_of(ALICE, 0) == 0
    slot = book.open(ALICE, 0)
    assert book.is_empty(slot)
    book.deposit(slot, 3)
    book.reserve(slot, 3)
    assert (book.available_of(ALICE, 0), book.reserved_of(ALICE, 0), book.supply(0)) == (0, 3, 3)
    assert not book.is_empty(slot)


def test_the_check_finds_what_does_not_add_up() -> None:
    def spoiled(spoil: Callable[[Ledger], None]) -> Ledger:
        book = book_of_two_assets()
        book.deposit(book.open(ALICE, 0), 10)
        spoil(book)
        return book

    spoils: list[Callable[[Ledger], None]] = [
        lambda book: book.restore(book.find(ALICE, 0), 11, 0, 0),
        lambda book: book.restore(book.find(ALICE, 0), 11, 0, -1),
        lambda book: book.restore(book.find(ALICE, 0), 11, -1, 0),
        lambda book: book.restore(book.fees[0], -1, 1, 0),
        lambda book: (book.restore(book.find(ALICE, 0), 9, 0, 0), book.restore(book.fees[0], 0, 1, 0))[0],
        lambda book: book.restore(book.outside[0], 0, 0, 0),
        lambda book: (book.restore(book.find(ALICE, 0), 9, 0, 0), book.restore(book.open(3, 0), 1, 0, 0))[0],
    ]
    for spoil in spoils:
        with pytest.raises(AssertionError):
            check_conservation(spoiled(spoil))
    check_conservation(spoiled(lambda book: None))
