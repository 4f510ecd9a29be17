"""A twin test is worth what its streams reach: these look at the answers of the twin alone."""

from collections import Counter

import pytest

from tests.reference.naive_check import check
from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_reader import read_commands
from tests.reference.naive_state import NEWEST
from tests.reference.stream_world import world
from tests.reference.streams import START_US, Stream, frame_of
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core.rejections import OK, REASON_NAMES
from trueman.core.rulesets import FIRST_RULESET

SEEDS = range(100, 106)
COMMANDS = 5_000
NEED_MORE_THAN_A_SMALL_WORLD = {
    "ASSETS_TOO_MANY",
    "MARKETS_TOO_MANY",
    "TIMED_ORDERS_TOO_MANY",
    "TRAILING_ORDERS_TOO_MANY",
}


@pytest.fixture(scope="module")
def told() -> list[fact.Event]:
    """What the twin says over some random days, with its invariants looked at on the way."""
    events: list[fact.Event] = []
    for seed in SEEDS:
        twin = NaiveExchange(ruleset=FIRST_RULESET if seed % 2 else NEWEST)
        start = frame_of(START_US, world(seed))
        twin.apply(start.size, start.time_us, start.data)
        stream = Stream(seed, twin)
        left = COMMANDS
        twin.skip(twin.number + COMMANDS // 2)
        while left > 0:
            frame = stream.frame(left)
            left -= frame.size
            for command in read_commands(frame.data, frame.size):
                events += twin.decide(frame.time_us, command)
                check(twin)
            if left < COMMANDS // 2 and twin.ruleset < NEWEST:
                events += twin.decide(frame.time_us, ask.SwitchRuleset(0, NEWEST))
    return events


def test_they_meet_every_kind_of_event(told: list[fact.Event]) -> None:
    kinds = Counter(type(event) for event in told)
    assert set(kinds) == set(fact.EVENT_KINDS.values())
    commands = kinds[fact.Decided]
    assert kinds[fact.Traded] > commands * 0.06
    assert kinds[fact.OrderActivated] > commands * 0.02
    assert kinds[fact.MatchPrevented] > commands * 0.02
    assert min(kinds[fact.AuctionCalled], kinds[fact.AuctionUncrossed], kinds[fact.OrderRefused]) > 50


def test_they_meet_every_refusal_that_a_small_world_can_meet(told: list[fact.Event]) -> None:
    met = {REASON_NAMES[event.reason] for event in told if isinstance(event, fact.Decided | fact.PartDecided)}
    assert set(REASON_NAMES.values()) - met == NEED_MORE_THAN_A_SMALL_WORLD


def test_more_than_half_of_what_they_ask_is_done(told: list[fact.Event]) -> None:
    reasons = Counter(event.reason for event in told if isinstance(event, fact.Decided))
    assert reasons[OK] > 0.5 * reasons.total()
