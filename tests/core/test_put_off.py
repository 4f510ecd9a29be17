"""The queue of lists that were put off: always the oldest first, whoever leaves; and the full walk sees what is wrong
with it."""

from collections.abc import Callable
from random import Random

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED, PUT_OFF
from trueman.core import order_lists
from trueman.core.order_lists import OVER, PLACE, STAGE, OrderLists
from trueman.core.put_off import PutOff
from trueman.core.units import NONE, OTO


def is_forgotten(queue: PutOff) -> None:
    queue.heaps.clear()
    queue.count = 0


def is_not_there(queue: PutOff) -> None:
    queue.remove(0, queue.first(0))


def waits_elsewhere(queue: PutOff) -> None:
    slot = queue.first(0)
    queue.remove(0, slot)
    queue.add(1, slot)


def is_counted_twice(queue: PutOff) -> None:
    queue.count += 1


def waits_though_it_is_over(queue: PutOff) -> None:
    queue.lists.set(queue.first(0), STAGE, OVER)


def lies_somewhere_else(queue: PutOff) -> None:
    queue.lists.set(queue.first(0), PLACE, 1)


def is_one_of_two_of_one_list(queue: PutOff) -> None:
    queue.add(1, queue.first(0))


SPOILT = (
    is_forgotten,
    is_not_there,
    waits_elsewhere,
    is_counted_twice,
    waits_though_it_is_over,
    lies_somewhere_else,
    is_one_of_two_of_one_list,
)


@pytest.mark.parametrize("spoil", SPOILT)
def test_the_full_walk_sees_what_is_wrong_with_the_queue(spoil: Callable[[PutOff], None]) -> None:
    exchange = tell(FUNDED, PUT_OFF, ruleset=4).exchange
    exchange.check()
    spoil(exchange.accounts.put_off)
    with pytest.raises(AssertionError):
        exchange.check()


def test_one_that_is_closed_meanwhile_is_taken_out_at_once() -> None:
    teller = tell(FUNDED, PUT_OFF, ruleset=4)
    assert teller.exchange.accounts.put_off.count == 1
    teller.tell(
        "alice cancels #2\n→ closed #2 canceled, 2 unfilled\n→ closed #3 canceled, 2 unfilled\n→ list #1 closed"
    )
    assert teller.exchange.accounts.put_off.count == 0
    teller.exchange.check()
    assert teller.exchange.restore(teller.exchange.snapshot()).digest() == teller.exchange.digest()
    teller.tell("time passes 60 s\n→ market is trading")


@pytest.mark.parametrize("seed", range(5))
def test_whoever_leaves_the_oldest_that_waits_is_the_first(seed: int) -> None:
    random, lists = Random(seed), OrderLists()
    queue = PutOff(lists)
    waiting: dict[int, int] = {}
    for list_id in random.sample(range(1, 1_000), 300):
        waiting[list_id] = lists.open(list_id, OTO, order_lists.PUT_OFF)
        queue.add(2, waiting[list_id])
        if random.random() < 0.4:
            queue.remove(2, waiting.pop(random.choice(list(waiting))))
        assert queue.first(2) == (waiting[min(waiting)] if waiting else NONE)
    assert 100 < queue.count == len(waiting)
    while waiting:
        assert queue.first(2) == waiting[min(waiting)]
        queue.remove(2, waiting.pop(random.choice((min(waiting), max(waiting)))))
    assert (queue.count, queue.first(0), queue.first(2), queue.first(3)) == (0, NONE, NONE, NONE)
