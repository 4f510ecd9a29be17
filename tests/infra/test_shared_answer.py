"""Many may share one question, but never an answer from before they asked."""

import asyncio

import pytest

from trueman.infra.shared_answer import SharedAnswer


class Slow:
    """Reads the truth when the question leaves, answers when the test says so."""

    def __init__(self) -> None:
        self.truth = 1
        self.asked = 0
        self.fails = False
        self.door = asyncio.Event()

    async def __call__(self) -> int:
        self.asked += 1
        seen = self.truth
        await self.door.wait()
        if self.fails:
            raise ConnectionError
        return seen


async def test_whoever_asks_while_a_question_is_out_shares_the_next() -> None:
    slow = Slow()
    shared = SharedAnswer(slow)
    early = asyncio.create_task(shared.ask())
    await asyncio.sleep(0.01)
    slow.truth = 2
    late = [asyncio.create_task(shared.ask()) for _ in range(10)]
    await asyncio.sleep(0.01)
    slow.door.set()
    assert await early == 1
    assert await asyncio.gather(*late) == [2] * 10
    assert slow.asked == 2


async def test_one_who_leaves_takes_nothing_from_the_others() -> None:
    slow = Slow()
    shared = SharedAnswer(slow)
    leaving, staying = (asyncio.create_task(shared.ask()) for _ in range(2))
    await asyncio.sleep(0.01)
    leaving.cancel()
    slow.door.set()
    assert await staying == 1


async def test_a_question_that_fails_fails_for_those_who_asked_it_alone() -> None:
    slow = Slow()
    slow.fails = True
    slow.door.set()
    shared = SharedAnswer(slow)
    with pytest.raises(ConnectionError):
        await shared.ask()
    slow.fails = False
    assert await shared.ask() == 1
