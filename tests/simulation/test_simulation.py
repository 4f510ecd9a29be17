"""Many seeds of the whole exchange under faults, and that a seed is a seed.

TRUEMAN_SIMULATION_SEEDS says how many (300 by default) and TRUEMAN_SIMULATION_FIRST with which they begin.
"""

import os
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from tests.defences.simulation import DEFENCES, detected
from tests.simulation.detect import PAGE, with_table
from tests.simulation.points import KINDS, kinds_of
from tests.simulation.run import Outcome, run

SEEDS = int(os.environ.get("TRUEMAN_SIMULATION_SEEDS", "300"))
FIRST = int(os.environ.get("TRUEMAN_SIMULATION_FIRST", "1"))
ENOUGH = 60
"""Seeds to count in what really happened."""
AT_ONCE = 10
"""Seeds in one test: few enough to end soon, many enough not to be a list of their own."""


@cache
def judged(seed: int) -> Outcome:
    return run(seed)


@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, AT_ONCE))
def test_every_promise_holds_and_everything_heals(first: int) -> None:
    """C2 C3 C4 C5 C6 C13 C14 C15 C16 C17 C18 C19 C20 C22 C23 C24 C25 C26 C27 C28 C29 C32 C34 C36: at random, many."""
    for seed in range(first, min(first + AT_ONCE, FIRST + SEEDS)):
        judged(seed)


def test_each_kind_of_trouble_really_happens() -> None:
    """Not that it was tried: that something was lost, refused, torn or dead. Of the seeds that were judged above."""
    outcomes = [judged(seed) for seed in range(FIRST, FIRST + min(SEEDS, ENOUGH))]
    happened: Counter[str] = Counter()
    for outcome in outcomes:
        happened.update(kinds_of(outcome.faults))
    rare = {kind: happened[kind] for kind in KINDS if happened[kind] < len(outcomes) // 3}
    assert not rare, f"of {len(outcomes)} seeds: {happened}"


@pytest.mark.parametrize("only", ["bad_weather", "crash_database", "crash_log", "restore_database", "second_engine"])
def test_much_of_one_kind_of_trouble_is_survived(only: str) -> None:
    """C6 C7 C15 C16 C18 C24 C25 C27 C28: what a mixture meets now and then, again and again."""
    for seed in range(1, 4):
        run(seed, only=only)


@pytest.mark.parametrize("seed", [3, 14])
def test_the_same_seed_gives_the_same_trace(seed: int) -> None:
    first, second = run(seed), run(seed)
    assert first == second
    assert first.digest != run(seed + 1).digest


def test_the_trace_does_not_depend_on_the_hash_seed() -> None:
    """Nothing in it hangs on the order of a set, or on where an object lies."""
    said = {digest_elsewhere(hash_seed) for hash_seed in ("0", "1", "4711")}
    assert said == {run(5).digest}


def digest_elsewhere(hash_seed: str) -> str:
    program = "from tests.simulation.run import run; print(run(5).digest)"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True
    ).stdout.strip()


def test_the_table_of_seeded_bugs_is_what_was_detected() -> None:
    """Write it anew with `python -m tests.simulation.detect`."""
    assert [defence.name for defence in DEFENCES if defence.name not in detected()] == []
    assert with_table(PAGE.read_text()) == PAGE.read_text()
