"""A random day of the naive exchange: what it told, and where it stands afterwards."""

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.streams import Stream, world
from trueman.core.codec import Result
from trueman.core.events import Decided

DAY_START_US = 1_700_000_000_000_000


def live_through(seed: int, commands: int, *, step_us: int = 137_000) -> tuple[NaiveExchange, list[Result]]:
    exchange, stream = NaiveExchange(), Stream(seed)
    asked = [*world(seed), *(stream.next() for _ in range(commands))]
    results = []
    for number, command in enumerate(asked, start=1):
        decided, *events = exchange.apply(DAY_START_US + number * step_us, command)
        assert isinstance(decided, Decided)
        results.append(Result(decided, tuple(events)))
    return exchange, results
