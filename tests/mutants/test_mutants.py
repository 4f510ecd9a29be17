"""Every seeded bug is found."""

import os
from pathlib import Path

import pytest

from tests.core.elsewhere import INSTALLED
from tests.mutants.catalogue import CATALOGUE, Mutant
from tests.mutants.detect import HEAD, PAGE, SECONDS_MAX, Hunt

CATALOGUE_MIN = 30
long = pytest.mark.skipif(os.environ.get("TRUEMAN_LONG") != "1", reason="takes minutes: make test-long")


@pytest.mark.parametrize("mutant", CATALOGUE, ids=lambda mutant: mutant.name)
def test_a_mutant_still_has_its_place(mutant: Mutant) -> None:
    text = (INSTALLED / "trueman/core" / mutant.file).read_text()
    assert text.count(mutant.old) == 1
    compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")


def test_the_page_says_of_every_mutant_who_found_it() -> None:
    page = PAGE.read_text()
    assert page.startswith(HEAD)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.removeprefix(HEAD).splitlines()]
    assert [(name, rule) for name, rule, *_ in rows] == [(mutant.name, mutant.rule) for mutant in CATALOGUE]
    assert [name for name, _, found_by, *_ in rows if found_by == "**nobody**"] == []
    assert len({mutant.name for mutant in CATALOGUE}) == len(CATALOGUE) >= CATALOGUE_MIN


@pytest.fixture(scope="module")
def hunt(tmp_path_factory: pytest.TempPathFactory) -> Hunt:
    hunt = Hunt(Path(tmp_path_factory.mktemp("hunt")))
    assert hunt.live().found_by == "", "something is wrong without any mutant"
    return hunt


@long
@pytest.mark.timeout(2 * SECONDS_MAX)
@pytest.mark.parametrize("mutant", CATALOGUE, ids=lambda mutant: mutant.name)
def test_a_mutant_is_found(hunt: Hunt, mutant: Mutant) -> None:
    assert hunt.find(mutant).found_by != ""
