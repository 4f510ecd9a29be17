"""One bug, seeded on purpose."""

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    rule: str
    """What is broken: a section of the rules, or an invariant."""
    file: str
    """In trueman/core."""
    old: str
    new: str
