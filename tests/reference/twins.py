"""Both exchanges side by side: the same frames through the core and its naive twin, compared byte for byte."""

from itertools import zip_longest

from tests.reference import naive_dump
from tests.reference.naive_check import check
from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_reader import read_commands
from tests.reference.naive_state import NEWEST
from tests.reference.stream_world import world
from tests.reference.streams import START_US, Frame, frame_of
from trueman.core import codec
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core.exchange import Exchange


class Twins:
    def __init__(self, ruleset: int = NEWEST) -> None:
        self.core = Exchange(ruleset)
        self.naive = NaiveExchange(ruleset)
        self.time_us = START_US
        self.said: list[fact.Event] = []
        """What both came to of the last frame."""

    def build(self, seed: int) -> "Twins":
        self.frame(frame_of(START_US, world(seed)))
        return self

    def ask(self, *commands: ask.Command, after_us: int = 7) -> list[fact.Event]:
        """Commands in one frame; what both say of them."""
        return self.frame(frame_of(self.time_us + after_us, list(commands)))

    def frame(self, frame: Frame) -> list[fact.Event]:
        """Raise AssertionError when they do not say the same."""
        self.time_us = frame.time_us
        try:
            want = self.naive.apply(frame.size, frame.time_us, frame.data)
            got = self.core.apply(self.core.sequence + 1, frame.size, frame.time_us, frame.data)
        except AssertionError as error:
            raise AssertionError(f"in {told(frame)}") from error
        if got != want:
            raise AssertionError(first_difference(codec.decode_events(got), codec.decode_events(want), frame))
        self.said = codec.decode_events(want)
        return self.said

    def skip(self, ahead: int = 1) -> None:
        """The command after so many more is not looked at."""
        self.core.skip(self.core.sequence + ahead)
        self.naive.skip(self.core.sequence + ahead)

    def restore(self) -> None:
        """Go on with a core that was read from its snapshot."""
        restored = Exchange.restore(self.core.snapshot())
        assert restored.digest() == self.core.digest()
        self.core = restored

    def same_state(self) -> None:
        self.core.check()
        check(self.naive)
        same("balances", self.core.balances(), naive_dump.balances(self.naive))
        ours = [(*o[:7], o.unfilled, o.held, o.list_id, o.client_id) for o in self.core.open_orders()]
        same("open orders", ours, naive_dump.open_orders(self.naive))
        assert self.core.ruleset == self.naive.ruleset
        same("counters", self.core.market_counters(), naive_dump.market_counters(self.naive))


def same(what: str, core: list[object] | object, twin: object) -> None:
    if core == twin:
        return
    ours, theirs = set(core), set(twin)  # type: ignore[call-overload]
    raise AssertionError(f"{what}: the core has {sorted(ours - theirs)}, the twin {sorted(theirs - ours)}")


def told(frame: Frame) -> str:
    return "\n   ".join(map(str, [f"frame at {frame.time_us}:", *read_commands(frame.data, frame.size)]))


def first_difference(core: list[fact.Event], twin: list[fact.Event], frame: Frame) -> str:
    """The command at which they part, what both said of it, and then each by itself."""
    commands = read_commands(frame.data, frame.size)
    index, begin = -1, 0
    for at, (ours, theirs) in enumerate(zip_longest(core, twin)):
        if isinstance(theirs, fact.Decided):
            index, begin = index + 1, at
        if ours != theirs:
            return "\n".join(
                [
                    f"at {frame.time_us} after {commands[index]}",
                    *(f"  both: {event}" for event in twin[begin:at]),
                    *(f"  core: {event}" for event in core[at : at + 5]),
                    *(f"  twin: {event}" for event in twin[at : at + 5]),
                ]
            )
    return "the same events in other bytes"
