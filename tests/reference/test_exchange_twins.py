"""The core and its naive twin decide every command alike, to the last byte."""

import os
from random import Random

import pytest

from tests.reference.naive_state import NEWEST
from tests.reference.stream_world import user
from tests.reference.streams import Frame, Stream
from tests.reference.twins import Twins
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.rulesets import FIRST_RULESET

SEEDS = range(int(os.environ.get("TRUEMAN_TWIN_SEEDS", "20")))
COMMANDS = int(os.environ.get("TRUEMAN_TWIN_COMMANDS", "10000"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_day_is_the_same_for_both(seed: int) -> None:
    """Half of the days begin under the rules of before, and some time the exchange switches."""
    random = Random(seed)
    twins = Twins(FIRST_RULESET if seed % 2 else NEWEST).build(seed)
    stream = Stream(seed, twins.naive)
    left = COMMANDS
    while left > 0:
        frame = stream.frame(left)
        if random.random() < 0.01:
            twins.skip(random.randint(1, frame.size))
        if left < COMMANDS // 2 and twins.naive.ruleset < NEWEST:
            twins.ask(ask.SwitchRuleset(0, NEWEST), after_us=0)
        twins.frame(frame)
        left -= frame.size
        if random.random() < 0.01:
            twins.same_state()
            twins.restore()
    twins.same_state()
    twins.restore()


def test_bytes_that_cannot_be_read_are_refused_command_by_command() -> None:
    twins, random = Twins().build(1), Random(1)
    good = codec.encode(ask.SetMarketStatus(9, 0, u.TRADING))
    order = ask.PlaceOrder(0, user(0), 0, u.BUY, u.LIMIT, u.GTC, 0, 20, 1, 0, 0, "a")
    batch = codec.encode(ask.PlaceBatch(0, user(0), 0, (order, order._replace(client_id="b"))))
    as_list = codec.encode(ask.PlaceOrderList(0, user(0), 0, u.OTO, 0, "l", (order, order)))
    cancel = codec.encode(ask.CancelOrder(0, user(0), 0, 0, 1, 0, ""))
    bad = [b"", b"\x07", b"\0" * 8, good[:-1], batch[:-1], batch[:40], batch[:32] + good + batch[-96:], b"\xff" * 200]
    bad += [as_list[:72] + cancel + codec.encode(order), as_list[:-8], good[:1] + b"\x03" + good[2:], good[:8]]
    bad += [random.randbytes(random.randrange(200)) for _ in range(200)]
    for index, tail in enumerate(bad):
        twins.frame(Frame(twins.time_us + 1, 3, (good if index % 2 else batch) + tail))
        twins.frame(Frame(twins.time_us + 1, 1, good + tail))
    for at in range(len(batch)):
        twins.frame(Frame(twins.time_us + 1, 2, batch[:at] + random.randbytes(1) + batch[at + 1 :] + good))
        twins.frame(Frame(twins.time_us + 1, 2, batch[:at]))
    twins.same_state()
