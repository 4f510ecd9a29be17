"""What each mode of self-trade prevention takes from whom, told before it happens."""

import pytest

from tests.core.stage import Stage, only
from trueman.core.units import (
    BUY,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    MARKET,
    SELL,
    STP_DECREMENT,
    STP_EXPIRE_BOTH,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
)


def crowd() -> Stage:
    """A stranger, an iceberg of group 7, a stranger, all at 100."""
    stage = Stage()
    stage.place(SELL, 2, 100)
    stage.place(SELL, 9, 100, group=7, display_quantity=3)
    stage.place(SELL, 4, 100)
    return stage


def test_expire_taker_leaves_the_maker() -> None:
    told = crowd().place(BUY, 8, 100, group=7, stp=STP_EXPIRE_TAKER)
    assert told == [
        ("FILL", 4, 1, 100, 2, 1),
        ("DONE", 1, FILLED, 0),
        ("PREVENTED", 4, 2, 100, 0, 6, 1),
        ("LEVEL", 4, SELL, 100, 7),
        ("DONE", 4, EXPIRED_IN_MATCH, 6),
    ]


def test_a_level_that_only_ended_the_taker_was_not_touched() -> None:
    stage = Stage()
    stage.place(SELL, 2, 100, group=7)
    told = stage.place(BUY, 2, 100, group=7, stp=STP_EXPIRE_TAKER)
    assert told == [("PREVENTED", 2, 1, 100, 0, 2, 1), ("DONE", 2, EXPIRED_IN_MATCH, 2)]


def test_expire_maker_takes_the_whole_maker_out_of_the_way() -> None:
    told = crowd().place(BUY, 8, 100, group=7, stp=STP_EXPIRE_MAKER)
    assert told[2:5] == [("PREVENTED", 4, 2, 100, 9, 0, 1), ("DONE", 2, EXPIRED_IN_MATCH, 9), ("FILL", 4, 3, 100, 4, 2)]
    assert told[-1] == ("LEVEL", 5, BUY, 100, 2)


def test_expire_both_ends_both() -> None:
    told = crowd().place(BUY, 8, 100, group=7, stp=STP_EXPIRE_BOTH)
    assert told[2:] == [
        ("PREVENTED", 4, 2, 100, 9, 6, 1),
        ("DONE", 2, EXPIRED_IN_MATCH, 9),
        ("LEVEL", 4, SELL, 100, 4),
        ("DONE", 4, EXPIRED_IN_MATCH, 6),
    ]


def test_decrement_shrinks_both_and_goes_on_slice_by_slice() -> None:
    told = crowd().place(BUY, 11, 100, group=7, stp=STP_DECREMENT)
    assert told[2:] == [
        ("PREVENTED", 4, 2, 100, 3, 3, 1),
        ("REDUCED", 2, 6),
        ("FILL", 4, 3, 100, 4, 2),
        ("DONE", 3, FILLED, 0),
        ("PREVENTED", 4, 2, 100, 2, 2, 2),
        ("REDUCED", 2, 4),
        ("LEVEL", 4, SELL, 100, 1),
        ("DONE", 4, EXPIRED_IN_MATCH, 0),
    ]


def test_decrement_closes_a_maker_with_nothing_left() -> None:
    stage = Stage()
    stage.place(SELL, 2, 100, group=7)
    told = stage.place(BUY, 5, 100, group=7, stp=STP_DECREMENT)
    assert told[:2] == [("PREVENTED", 2, 1, 100, 2, 2, 1), ("DONE", 1, EXPIRED_IN_MATCH, 0)]
    assert told[-1] == ("LEVEL", 3, BUY, 100, 3)


def test_decrement_counts_down_a_budget() -> None:
    stage = crowd()
    told = stage.place(BUY, 0, 0, MARKET, quote_quantity=520, group=7, stp=STP_DECREMENT)
    assert told[-1] == ("DONE", 4, EXPIRED_IN_MATCH, 0)
    assert only("PREVENTED", told) == [(4, 2, 100, 3, 3, 1)]


@pytest.mark.parametrize(
    ("mode", "is_filled"),
    [(STP_EXPIRE_TAKER, False), (STP_EXPIRE_BOTH, False), (STP_DECREMENT, False), (STP_EXPIRE_MAKER, True)],
)
def test_fill_or_kill_respects_prevention(mode: int, is_filled: bool) -> None:
    told = crowd().place(BUY, 6, 100, group=7, stp=mode, time_in_force=FOK)
    assert told[-1] == (("DONE", 4, FILLED, 0) if is_filled else ("DONE", 4, EXPIRED, 6))
    assert is_filled or len(told) == 1


def test_who_prevents_nothing_trades_with_its_own() -> None:
    stage = Stage()
    stage.place(SELL, 2, 100, group=7, stp=STP_EXPIRE_BOTH)
    assert only("FILL", stage.place(BUY, 2, 100, group=7)) == [(2, 1, 100, 2, 1)]
