"""Every defence still has its place and its test; at length, that each test fails without its defence."""

import os
import re
from pathlib import Path

import pytest

from tests.defences.defence import Defence, all_defences, has_test, taken_out
from tests.defences.prove import SECONDS_MAX, TESTS_FAILED, TIMED_OUT, Prover, run_test

DEFENCES = all_defences()
long = pytest.mark.skipif(os.environ.get("TRUEMAN_LONG") != "1", reason="takes minutes: make test-long")


@pytest.mark.parametrize("defence", DEFENCES, ids=lambda defence: defence.name)
def test_a_defence_still_has_its_place_and_its_test(defence: Defence) -> None:
    without = taken_out(defence)
    if defence.file.endswith(".py"):
        compile(without, defence.file, "exec")
    assert has_test(defence.test), f"there is no {defence.test}"
    assert re.fullmatch(r"C\d+( C\d+)*", defence.point)


def test_no_two_defences_share_a_name() -> None:
    names = [defence.name for defence in DEFENCES]
    assert len(set(names)) == len(names) > 0


def test_a_place_that_is_gone_is_an_error() -> None:
    with pytest.raises(LookupError, match="0 times"):
        taken_out(DEFENCES[0]._replace(old="no source has this in it"))


@pytest.mark.parametrize(
    ("body", "code"), [("pass", 0), ("assert False", TESTS_FAILED), ("import time; time.sleep(60)", TIMED_OUT)]
)
def test_a_test_that_does_not_end_has_not_noticed(tmp_path: Path, body: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text(f"def test_it():\n    {body}\n")
    assert run_test(tmp_path, "test_it.py", 1) == code


@pytest.fixture(scope="module")
def prover(tmp_path_factory: pytest.TempPathFactory) -> Prover:
    return Prover(Path(tmp_path_factory.mktemp("defences")))


@long
@pytest.mark.timeout(3 * SECONDS_MAX)
def test_a_change_that_takes_nothing_away_is_told_apart(prover: Prover) -> None:
    idle = DEFENCES[0]._replace(new=DEFENCES[0].old)
    assert "passes without it" in prover.prove(idle).fault


@long
@pytest.mark.timeout(3 * SECONDS_MAX)
@pytest.mark.parametrize("defence", DEFENCES, ids=lambda defence: defence.name)
def test_a_test_fails_without_its_defence(prover: Prover, defence: Defence) -> None:
    assert prover.prove(defence).fault == ""
