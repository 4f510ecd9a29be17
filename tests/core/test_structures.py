"""The arenas under the core, each against the plainest thing that does the same."""

from bisect import bisect_left, insort
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.core.buying import Buying
from trueman.core.index import Index
from trueman.core.ladder import Ladder, highest_bit, lowest_bit
from trueman.core.seats import SEAT_WORDS
from trueman.core.units import NONE, OPEN_ORDERS_MAX, SUPPLY_ATOMS_MAX

PRICES = st.one_of(st.integers(1, 70), st.integers(1, 5_000), st.integers(1, 2**62 - 1))


@given(st.lists(PRICES, max_size=60))
def test_a_ladder_is_a_sorted_list(prices: list[int]) -> None:
    """A price that comes again leaves."""
    ladder, leaves, here = Ladder(), dict[int, int](), list[int]()
    for level, price in enumerate(prices):
        if price in leaves:
            ladder.remove(price, leaves.pop(price))
            here.remove(price)
            assert ladder.find(price) == NONE
            continue
        leaves[price] = ladder.add(price, level)
        insort(here, price)
        at = bisect_left(here, price)
        above = here[at + 1] if at + 1 < len(here) else None
        below = here[at - 1] if at else None
        assert ladder.find(price) == level
        assert ladder.above(price, leaves[price]) == (NONE if above is None else ladder.find(above))
        assert ladder.below(price, leaves[price]) == (NONE if below is None else ladder.find(below))


def test_an_emptied_ladder_keeps_no_nodes_but_its_root() -> None:
    ladder = Ladder()
    for _ in range(3):
        leaves = {price: ladder.add(price, price) for price in range(1, 100_000, 997)}
        for price, leaf in leaves.items():
            ladder.remove(price, leaf)
    grown = len(ladder.bits)
    leaves = {price: ladder.add(price, price) for price in range(1, 100_000, 997)}
    assert len(ladder.bits) == grown


@pytest.mark.parametrize("place", range(32))
def test_bits_are_found_at_every_place(place: int) -> None:
    """The 32nd too: compiled, a shift of a small literal is computed in 32 bits."""
    assert highest_bit(1 << place) == place
    assert highest_bit((1 << place) | 1) == place
    assert lowest_bit((1 << place) | 1 << 31) == place


@pytest.mark.parametrize("seed", range(3))
def test_an_index_is_a_dictionary(seed: int) -> None:
    random, index, plain = Random(seed), Index(), dict[int, int]()
    for step in range(20_000):
        key = random.choice((random.randrange(50), step, random.randrange(2**52), -random.randrange(9)))
        if key in plain and random.random() < 0.6:
            index.remove(key)
            del plain[key]
        elif random.random() < 0.7:
            index.put(key, step)
            plain[key] = step
        assert index.find(key) == plain.get(key, NONE)
    assert index.count == len(plain)
    assert index.sorted_keys() == sorted(plain)
    assert all(index.find(key) == slot for key, slot in plain.items())


def test_open_buys_add_up_beyond_63_bits() -> None:
    """Orders that wait in lists hold nothing, so each may be as large as the supply."""
    buying = Buying()
    here, there = 3 * SEAT_WORDS, SEAT_WORDS
    buying.change(here, 0, 5)
    assert not buying.is_counted(here)
    buying.begin(here)
    for _ in range(OPEN_ORDERS_MAX):
        buying.change(here, 0, SUPPLY_ATOMS_MAX)
        buying.change(there, 0, 7)
    assert buying.lots(here) == OPEN_ORDERS_MAX * SUPPLY_ATOMS_MAX
    assert not buying.is_counted(there)
    buying.change(here, SUPPLY_ATOMS_MAX, 2**31 - 1)
    buying.change(here, 2**31 - 1, 2**31)
    assert buying.lots(here) == (OPEN_ORDERS_MAX - 1) * SUPPLY_ATOMS_MAX + 2**31


@pytest.mark.parametrize("seed", range(3))
def test_open_buys_are_a_sum(seed: int) -> None:
    random, buying, left = Random(seed), Buying(), [0] * 20
    buying.begin(0)
    for _ in range(2_000):
        number, lots = random.randrange(20), random.choice((0, 1, random.randrange(2**33), random.randrange(2**62)))
        buying.change(0, left[number], lots)
        left[number] = lots
        assert buying.lots(0) == sum(left)
