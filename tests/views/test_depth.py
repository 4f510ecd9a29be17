"""The sorted depth against a dict that is sorted each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueman.core.events import LevelChanged
from trueman.core.units import BUY, SELL
from trueman.views.depth import Depth

changes = st.lists(st.tuples(st.sampled_from((BUY, SELL)), st.integers(1, 30), st.integers(0, 5)), max_size=200)


def play(steps: list[tuple[int, int, int]], depth: Depth) -> dict[int, dict[int, int]]:
    levels: dict[int, dict[int, int]] = {BUY: {}, SELL: {}}
    for side, price, lots in steps:
        depth.apply(LevelChanged(depth.market, side, depth.update_id + 1, price, lots))
        levels[side].pop(price, None)
        if lots:
            levels[side][price] = lots
    return levels


@given(changes, st.integers(0, 40))
def test_the_best_levels_are_those_of_a_sorted_dict(steps: list[tuple[int, int, int]], limit: int) -> None:
    depth = Depth(0)
    levels = play(steps, depth)
    bids = sorted(levels[BUY].items(), reverse=True)
    asks = sorted(levels[SELL].items())
    assert depth.top(limit) == (bids[:limit], asks[:limit])
    assert depth.best_bid() == (bids[0] if bids else None)
    assert depth.best_ask() == (asks[0] if asks else None)
    assert depth.update_id == len(steps)


@given(changes, changes)
def test_a_restored_depth_goes_on_like_the_one_it_was_taken_from(
    before: list[tuple[int, int, int]], after: list[tuple[int, int, int]]
) -> None:
    lived = Depth(7)
    play(before, lived)
    restored = Depth(7, lived.update_id, lived.levels())
    play(after, lived)
    play(after, restored)
    assert restored.top(100) == lived.top(100)
    assert restored.update_id == lived.update_id


def test_a_missing_change_is_noticed() -> None:
    depth = Depth(0, 4)
    with pytest.raises(AssertionError, match="missing"):
        depth.apply(LevelChanged(0, BUY, 6, 1, 1))
