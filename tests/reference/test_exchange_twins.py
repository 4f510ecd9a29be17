"""The core and its naive twin decide every command alike, to the last byte."""

import os
from itertools import zip_longest
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.streams import Stream, world
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import units as u
from trueman.core.exchange import Exchange

SEEDS = range(int(os.environ.get("TRUEMAN_TWIN_SEEDS", "20")))
COMMANDS = 2_500


def first_difference(core: list[fact.Event], twin: list[fact.Event], commands: list[ask.Command]) -> str:
    """The command at which they part, and what each said of it."""
    index = -1
    for at, (ours, theirs) in enumerate(zip_longest(core, twin)):
        index += isinstance(theirs, fact.Decided)
        if ours != theirs:
            story = [
                f"{name}: {event}" for name, events in (("core", core), ("twin", twin)) for event in events[at : at + 4]
            ]
            return "\n".join([f"after {commands[index]}", *map(str, twin[max(0, at - 3) : at]), *story])
    return "the same events in other bytes"


class Twins:
    """Both exchanges side by side, compared after every frame."""

    def __init__(self) -> None:
        self.core = Exchange()
        self.naive = NaiveExchange()
        self.time_us = 1_700_000_000_000_000

    def frame(self, commands: list[ask.Command]) -> None:
        self.time_us += 7
        frame = b"".join(codec.encode(command) for command in commands)
        first = self.core.sequence + 1
        got = self.core.apply(first, len(commands), self.time_us, frame)
        want = b"".join(
            codec.encode(event) for command in commands for event in self.naive.apply(self.time_us, command)
        )
        if got != want:
            raise AssertionError(first_difference(codec.decode_events(got), codec.decode_events(want), commands))

    def same_state(self) -> None:
        self.core.check()
        balances = {(account, asset): (available, held) for account, asset, available, held in self.core.balances()}
        keys = {(account, asset) for account, asset, _ in self.naive.pots} | set(balances)
        for account, asset in keys:
            pots = tuple(self.naive.balance(account, asset, pot) for pot in (u.AVAILABLE, u.HELD))
            assert balances.get((account, asset), (0, 0)) == pots
        assert sorted(order.order_id for order in self.core.open_orders()) == sorted(
            o.order_id for o in self.naive.open
        )
        for asset in range(len(self.naive.assets)):
            assert sum(amount for (_, of, _), amount in self.naive.pots.items() if of == asset) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_day_is_the_same_for_both(seed: int) -> None:
    twins, stream, random = Twins(), Stream(seed), Random(seed)
    twins.frame(world(seed))
    left = COMMANDS
    while left > 0:
        size = min(left, random.choice((1, 1, 2, 5, 30)))
        twins.frame([stream.next() for _ in range(size)])
        left -= size
    twins.same_state()
    restored = Exchange.restore(twins.core.snapshot())
    assert restored.digest() == twins.core.digest()


prices, lots = st.integers(1, 6), st.integers(1, 4)
orders = st.builds(
    lambda who, market, side, kind, force, stp, price, quantity, quote, name: ask.PlaceOrder(
        0,
        u.USER_ACCOUNT_MIN + who,
        market,
        side,
        kind,
        force if kind == u.LIMIT else u.GTC,
        stp,
        0 if kind == u.MARKET else price,
        0 if kind == u.MARKET and quote else quantity,
        quote * 10 if kind == u.MARKET else 0,
        0,
        f"id{name}",
    ),
    *(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.sampled_from((0, 0, 0, 1, 2)), st.integers(0, 2)),
    *(st.integers(0, 3), prices, lots, st.integers(0, 9), st.integers(0, 30)),
)
cancels = st.builds(
    lambda who, market, order_id: ask.CancelOrder(0, u.USER_ACCOUNT_MIN + who, market, order_id, 0, ""),
    *(st.integers(0, 2), st.integers(0, 2), st.integers(1, 20)),
)


@given(st.lists(st.one_of(orders, orders, orders, cancels), max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_short_story_tells_them_apart(commands: list[ask.Command]) -> None:
    twins = Twins()
    twins.frame(world(0))
    for command in commands:
        twins.frame([command])
    twins.same_state()


def test_bytes_that_cannot_be_read_are_refused_command_by_command() -> None:
    twins = Twins()
    twins.frame(world(1))
    good = codec.encode(ask.SetMarketStatus(9, 0, u.TRADING))
    for bad in (b"", b"\x07", b"\0" * 8, good[:-1], b"\x04\0\0\0\xff\xff\xff\x7f" + good[8:], b"\xff" * 200):
        twins.time_us += 1
        got = twins.core.apply(twins.core.sequence + 1, 3, twins.time_us, good + bad)
        asked: list[ask.Command | None] = [ask.SetMarketStatus(9, 0, u.TRADING), None, None]
        want = [event for command in asked for event in twins.naive.apply(twins.time_us, command)]
        assert codec.decode_events(got) == want


def test_the_streams_meet_every_refusal() -> None:
    """A twin test is worth what its stream reaches."""
    met: set[int] = set()
    for seed in range(8):
        naive, stream = NaiveExchange(), Stream(seed)
        commands = world(seed) + [stream.next() for _ in range(3_000)]
        for command in commands:
            met.add(naive.apply(1, command)[0][5])  # type: ignore[misc, arg-type]
    from trueman.core.rejections import REASON_NAMES

    unmet = {REASON_NAMES[reason] for reason in set(REASON_NAMES) - met}
    # These need a command of another kind, or more of something than a small world holds.
    assert unmet <= {
        "MALFORMED", "DEADLINE_PASSED", "ASSETS_TOO_MANY", "MARKETS_TOO_MANY", "OPEN_ORDERS_TOO_MANY",
        "MARKET_EXISTS", "MARKET_UNITS_INEXACT", "SUPPLY_EXCEEDED",
    }, unmet  # fmt: skip
