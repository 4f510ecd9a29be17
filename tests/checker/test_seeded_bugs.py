"""T4: bugs that are seeded into the core are found without its twin, by the rule that they break."""

from pathlib import Path

import pytest

from tests.checker.seeded import Seeded
from tests.mutants.catalogue import CATALOGUE

FOUND_BY = {
    "last in, first out": "7.2",
    "an iceberg's next slice keeps its turn": "7.2",
    "an amend takes visible lots first": "7.2",
    "an order in quote spends more than its budget": "7.2",
    "levels show what icebergs hide": "7.2",
    "in an auction the older one's mode counts": "7.4",
    "of one stop the youngest fires first": "7.10",
    "a trailing stop moves back with the price": "7.10",
    "a trailing stop is rounded down": "6",
    "a better price is not released": "6",
    "a fee is rounded down": "6",
    "deadlines are ignored": "1.5",
    "anybody may cancel anybody's order": "11.1",
}
"""The section of the rules that the checker names first. The stream that finds them is one golden day."""
MUTANTS = {mutant.name: mutant for mutant in CATALOGUE}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    seeded = Seeded(Path(tmp_path_factory.mktemp("seeded")))
    seeded.logs = seeded.logs[:1]
    assert seeded.live() == {}, "the checker finds something without any bug"
    return seeded


@pytest.mark.parametrize("name", FOUND_BY)
def test_a_bug_of_the_core_is_found_without_its_twin(seeded: Seeded, name: str) -> None:
    """T4"""
    assert seeded.found(MUTANTS[name])["rule"] == FOUND_BY[name]
