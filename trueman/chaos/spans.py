"""Between which commands of the log something happened that the log does not name: a question, an answer that was no.

What was answered before it began has a smaller number than whatever it saw, and what was asked after it was over has a
greater one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple


class Span(NamedTuple):
    """After `least` and before `most`."""

    least: int
    most: int


class Timeline:
    """Of what is known: when it was asked, when answered, and its number in a log of `length` commands."""

    def __init__(self, known: Iterable[tuple[float, float, int]], length: int) -> None:
        rows = list(known)
        by_answer = sorted((answered, number) for _, answered, number in rows)
        by_question = sorted((invoked, number) for invoked, _, number in rows)
        self._answered = [when for when, _ in by_answer]
        self._newest = [0, *accumulate((number for _, number in by_answer), max)]
        self._invoked = [when for when, _ in by_question]
        self._oldest = [length + 1, *accumulate((number for _, number in reversed(by_question)), min)][::-1]

    def span(self, invoked: float, answered: float) -> Span:
        least = self._newest[bisect_left(self._answered, invoked)]
        most = self._oldest[bisect_right(self._invoked, answered)]
        return Span(least, most)
