"""The core and its naive twin decide every command alike, to the last byte."""

import os
from random import Random

import pytest

from tests.reference.streams import Stream
from tests.reference.twins import Twins

SEEDS = range(int(os.environ.get("TRUEMAN_TWIN_SEEDS", "20")))
COMMANDS = int(os.environ.get("TRUEMAN_TWIN_COMMANDS", "10000"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_day_is_the_same_for_both(seed: int) -> None:
    twins, random = Twins().build(seed), Random(seed)
    stream = Stream(seed, twins.naive)
    left = COMMANDS
    while left > 0:
        frame = stream.frame(left)
        twins.frame(frame)
        left -= frame.size
        if random.random() < 0.01:
            twins.same_state()
            twins.restore()
    twins.same_state()
    twins.restore()
