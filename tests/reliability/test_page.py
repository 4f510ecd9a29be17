"""The page says what is so: every point has a test, and the table is the one that the tests give."""

from pathlib import Path

import pytest

from tests.defences import proofs
from tests.defences.defence import all_defences
from tests.reliability.coverage import covering
from tests.reliability.page import PAGE, as_markdown


def test_every_crash_point_has_a_test_that_names_it() -> None:
    """A new hole is a promise that nobody checks: name the point first in the docstring of the test that covers it."""
    assert [point for point, tests in covering().items() if not tests] == []


def test_the_page_is_what_the_tests_give() -> None:
    """Write it anew with `python -m tests.reliability`."""
    assert PAGE.read_text() == as_markdown()


def test_a_proof_is_of_the_text_that_it_was_made_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "KEPT", tmp_path / "proven.json")
    proofs.KEPT.write_text("{}")
    one, other = all_defences()[:2]
    proofs.keep({one.name: proofs.fingerprint(one)}, [other.name])
    assert proofs.is_proven(one)
    assert not proofs.is_proven(other)
    assert not proofs.is_proven(one._replace(new="something else"))
    proofs.keep({}, [one.name])
    assert not proofs.is_proven(one)
