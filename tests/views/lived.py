"""A random day of the naive exchange: what was asked, what it told, and where it stands afterwards."""

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_state import NEWEST
from tests.reference.stream_world import world
from tests.reference.streams import Stream
from trueman.core.codec import Result
from trueman.core.commands import Command, SwitchRuleset
from trueman.core.events import Decided, Event

DAY_START_US = 1_700_000_000_000_000


class Life:
    """Commands that suit the state to which those before them have led, the same for the same seed and times."""

    def __init__(self, seed: int, ruleset: int = NEWEST) -> None:
        self.exchange = NaiveExchange(ruleset)
        self._stream = Stream(seed, self.exchange)
        self._first = world(seed)

    def next(self, time_us: int) -> tuple[Command, list[Event]]:
        """The next command, and what the naive exchange says of it at this time."""
        self._stream.time_us = self._stream.orders.time_us = time_us
        command = self._first.pop(0) if self._first else self._stream.next()
        return command, self.exchange.decide(time_us, command)

    def switch(self, time_us: int) -> tuple[Command, list[Event]]:
        """To the newest rules."""
        command = SwitchRuleset(0, NEWEST)
        return command, self.exchange.decide(time_us, command)


def live_through(
    seed: int, commands: int, *, step_us: int = 137_000, ruleset: int = NEWEST
) -> tuple[NaiveExchange, list[Result]]:
    """What begins the world is not counted. A day that begins by older rules goes to the newest half-way."""
    life, results = Life(seed, ruleset), []
    end = len(world(seed)) + commands
    for number in range(1, end + 1):
        is_switch = ruleset < NEWEST and number == end - commands // 2
        _, (decided, *events) = (life.switch if is_switch else life.next)(DAY_START_US + number * step_us)
        assert isinstance(decided, Decided)
        results.append(Result(decided, tuple(events)))
    return life.exchange, results
