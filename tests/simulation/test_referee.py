"""What the referee knows of copies: a network may say an append twice, and what was refused is not remembered."""

from types import SimpleNamespace

import pytest

from tests.simulation.referee import Referee
from trueman.infra.log import CommandEntry


@pytest.mark.parametrize(
    ("number", "reasons", "is_copy"),
    [
        (5, (0, 600, 0, 0, 0), True),
        (4, (0, 600, 0, 0, 0), False),
        (2, (0, 600, 0, 0, 0), False),
        (3, (600, 600, 600, 0, 0), False),
    ],
)
def test_only_a_copy_of_what_was_refused_is_a_new_try(number: int, reasons: tuple[int, ...], is_copy: bool) -> None:
    referee = Referee(None)  # type: ignore[arg-type]
    frames = ((1, 2, b"twice"), (3, 3, b"once"), (4, 5, b"twice"))
    referee.commands = [CommandEntry(first, last, 1, frame) for first, last, frame in frames]
    referee.results = [SimpleNamespace(decided=SimpleNamespace(reason=reason)) for reason in reasons]  # type: ignore[misc]
    assert referee.is_copy_of_refused(number) == is_copy
