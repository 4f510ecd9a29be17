"""T8: no bytes at all make a reader fail in a way that its callers do not know."""

import os
from collections.abc import Iterator
from random import Random

import pytest

from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS, Target

TRIES = 400_000 if os.environ.get("TRUEMAN_LONG") else 8_000
SAMPLE = 500
SLOW = {"core": 4, "snapshots": 20, "archive": 4}
"""How much dearer one try is than one of the others."""


def tries_of(target: Target) -> Iterator[bytes]:
    seeds = target.seeds()
    yield b""
    yield from seeds
    for number in range(TRIES // SLOW.get(target.name, 1)):
        yield mutated(seeds, Random(f"{target.name} {number}"))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_any_bytes_are_understood_or_refused(target: Target) -> None:
    for number, data in enumerate(tries_of(target)):
        try:
            target.feed(data)
        except Exception as error:
            raise AssertionError(f"try {number} of {target.name} is not survived: {data.hex()}") from error


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_what_is_right_is_understood_and_much_of_what_is_damaged_is_not(target: Target) -> None:
    """A reader that refuses everything at its first check, or nothing at all, would be met by no damage."""
    seeds = target.seeds()
    assert all(target.feed(seed) for seed in seeds)
    understood = sum(target.feed(mutated(seeds, Random(f"{target.name} {number}"))) for number in range(SAMPLE))
    assert 0 < understood < SAMPLE * 0.95, f"{understood} of {SAMPLE} damaged ones are understood"
