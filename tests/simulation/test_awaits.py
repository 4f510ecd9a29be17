"""Every await of every part is a place to die: in turn, at each one that a day comes by, and everything heals."""

from functools import cache
from typing import NamedTuple

import pytest

from tests.simulation.awaits import Watch
from tests.simulation.run import run

ACTS = 15


class Day(NamedTuple):
    seed: int
    only: str


DAYS = (Day(3, "nothing"), Day(4, "nothing"), Day(5, "end_engine"), Day(6, "kill_engine"), Day(7, "restore_database"))
"""Between them they come by what a start, a shadow, a take-over, a keeper, a restore and an orderly end wait for."""
FAMILIAR = {
    "engine": {"Emitter.run", "Pipeline._decide_some", "Keeper._trim", "Shadow._follow", "recover"},
    "updater": {"Updater._store", "Updater._fill", "Updater._take_over", "Updater._read_offset"},
    "api": {"CommandWriter._flush", "Wallet._submit", "Wallet._settle_pending", "Live._read", "LagWatch.run"},
}
"""Some of the places that have to be among them."""


@cache
def places() -> dict[tuple[str, str], tuple[Day, int]]:
    """Kind and place, with a day that comes by and the time in it that is half-way through."""
    found: dict[tuple[str, str], tuple[Day, int]] = {}
    for day in DAYS:
        watch = Watch()
        run(day.seed, only=day.only, acts=ACTS, watch=watch)
        for where, times in watch.seen.items():
            found.setdefault(where, (day, (times + 1) // 2))
    return found


@pytest.mark.parametrize("kind", FAMILIAR)
def test_a_part_can_die_at_every_await(kind: str) -> None:
    """C1 C2 C13 C14 C15 C19 C23 C24: instead of going on where it waited."""
    own = {where: at for where, at in places().items() if where[0] == kind}
    assert {place.split(":")[1] for _, place in own} >= FAMILIAR[kind]
    for where, (day, nth) in own.items():
        watch = Watch(where, nth)
        run(day.seed, only=day.only, acts=ACTS, watch=watch)
        assert watch.died == 1, f"nobody died at {where}"
