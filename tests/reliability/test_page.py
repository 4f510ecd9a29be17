"""The page says what is so: every point has a test, and the table is the one that the tests give."""

from tests.reliability.coverage import covering
from tests.reliability.page import PAGE, as_markdown


def test_every_crash_point_has_a_test_that_names_it() -> None:
    """A new hole is a promise that nobody checks: name the point first in the docstring of the test that covers it."""
    assert [point for point, tests in covering().items() if not tests] == []


def test_the_page_is_what_the_tests_give() -> None:
    """Write it anew with `python -m tests.reliability`."""
    assert PAGE.read_text() == as_markdown()
