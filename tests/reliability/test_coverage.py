"""What the page says of crash points is read off the tests."""

import ast

import pytest

from tests.reliability.coverage import covering, points_of
from tests.reliability.points import POINTS


@pytest.mark.parametrize(
    ("source", "points"),
    [
        ('def test_c23_c24_killed(): "Again and again."', ["C23", "C24"]),
        ('def test_it(): "C17: paused and replaced."', ["C17"]),
        ('def test_it(): "[C13] [C14]"', ["C13", "C14"]),
        ('async def test_it(): "C2, and C1 with a numbered operation: one was appended."', ["C1", "C2"]),
        ('def test_c4_it(): "C5 C4: both."', ["C4", "C5"]),
        ('def test_it(): "What happens at C17 is told elsewhere."', []),
        ("def test_it(): pass", []),
    ],
)
def test_a_test_says_first_which_points_it_covers(source: str, points: list[str]) -> None:
    [test] = ast.parse(source).body
    assert isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef)
    assert points_of(test) == points


def test_the_points_are_counted_through() -> None:
    assert list(POINTS) == [f"C{number}" for number in range(1, 39)]
    assert list(covering()) == list(POINTS)
