"""The queue of lists that were put off: the full walk sees when one is missing, twice there, or in another market."""

from collections.abc import Callable

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED
from trueman.core.put_off import PutOff

PUT_OFF = """
    the guards are band 10 %, auctions of 60 s, reference 100
    alice places an OTO:
        buys 1 at 100
        sells 1 at 110
    dave buys 1 at 80
    bob sells 3 at 80 ioc
    → traded 1 at 100
    → closed #1 filled
    → auction called at 80 around 100 until 60000001
    → market is in auction
    → closed #4 expired, 2 unfilled
"""


def is_forgotten(queue: PutOff) -> None:
    queue.heaps.clear()
    queue.count = 0


def waits_twice(queue: PutOff) -> None:
    queue.add(0, 1)


def waits_elsewhere(queue: PutOff) -> None:
    queue.heaps[0].pop()
    queue.count -= 1
    queue.add(1, 1)


def is_counted_twice(queue: PutOff) -> None:
    queue.count += 1


@pytest.mark.parametrize("spoil", [is_forgotten, waits_twice, waits_elsewhere, is_counted_twice])
def test_the_full_walk_sees_what_is_wrong_with_the_queue(spoil: Callable[[PutOff], None]) -> None:
    exchange = tell(FUNDED, PUT_OFF, ruleset=4).exchange
    exchange.check()
    spoil(exchange.accounts.put_off)
    with pytest.raises(AssertionError):
        exchange.check()


def test_one_that_was_closed_meanwhile_may_still_lie_there() -> None:
    teller = tell(FUNDED, PUT_OFF, "alice cancels #2\n→ closed #2 canceled, 1 unfilled\n→ list #1 closed", ruleset=4)
    assert teller.exchange.accounts.put_off.count == 1
    teller.exchange.check()
    assert teller.exchange.restore(teller.exchange.snapshot()).digest() == teller.exchange.digest()
    teller.tell("time passes 60 s\n→ market is trading")
    assert teller.exchange.accounts.put_off.count == 0
