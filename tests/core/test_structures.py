"""The arenas under the core, each against the plainest thing that does the same."""

from bisect import bisect_left, insort
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.core.index import Index
from trueman.core.ladder import Ladder, highest_bit, lowest_bit
from trueman.core.units import NONE

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
