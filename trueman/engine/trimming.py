"""How much of the live log may be forgotten: what everybody who might still need it has passed.

Each of them is a mark. One that stays far behind is no reason to forget less and say nothing: somebody is ill, and
the log grows until an operator looks. So nothing is trimmed then, and the reason names the mark.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Mark(NamedTuple):
    name: str
    number: int
    """The last command that it has passed."""
    time_us: int | None = None
    """Log time of that command; None when it is judged by its number."""


class Now(NamedTuple):
    """The newest durable moment that is known, which ages are measured from."""

    number: int
    time_us: int


class Alarms(NamedTuple):
    commands: int
    """A mark further behind is ill, when it is judged by its number."""
    age_us: int
    """When it is judged by time."""


class Verdict(NamedTuple):
    below: int
    """Entries that end before it may go; 0: none."""
    refusal: str
    """Why nothing may go although there is something; empty otherwise."""


def judge(marks: Sequence[Mark], now: Now, alarms: Alarms, keep_commands: int) -> Verdict:
    ill = [says for mark in marks if (says := _illness(mark, now, alarms))]
    if ill:
        return Verdict(0, "; ".join(ill))
    passed = min(mark.number for mark in marks)
    return Verdict(max(passed - keep_commands, 0), "")


def _illness(mark: Mark, now: Now, alarms: Alarms) -> str:
    if mark.time_us is None:
        behind = now.number - mark.number
        if behind > alarms.commands:
            return f"{mark.name} is at {mark.number}, {behind} commands behind (at most {alarms.commands})"
        return ""
    age_us = now.time_us - mark.time_us
    if age_us > alarms.age_us:
        return f"{mark.name} is at {mark.number}, {age_us // 1_000_000} s behind (at most {alarms.age_us // 1_000_000})"
    return ""
