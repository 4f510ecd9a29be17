"""The two sides of the exchange with nothing between them but queues of bytes.

`QueuedFloor` has the methods of `Floor` and no books: every call becomes integers in a queue, `MarketSide` takes them
out, calls the real floor, which knows only what came through the queue, and what it answers goes back through another.
Markets are the one thing that both sides read: here each side has its own, what the account side changes of one is
sent along with the next call, and so is back what an auction changes of its status.

A snapshot is written by both sides together, and the proof after every command counts the orders of both, so for these
alone the stand-in shows the real floor's own parts.

Compiled classes take no stand-in for each other, so this program runs from uncompiled sources, and says so: lives a log
with both exchanges, holds every result against the other's, now and then the digests, and prints what went by.
"""

import argparse
import sys
from array import array
from collections import deque
from operator import attrgetter
from pathlib import Path
from typing import Any

import trueman.core.exchange as core
from tests.reference.logbook import read, ruleset_of
from tests.reference.streams import Frame
from trueman.core.floor import Floor
from trueman.core.markets import Market
from trueman.core.messages import Bounds, Order, Outbox

ORDER_FIELDS = tuple(name for name in vars(Order()) if name != "client_id")
MARKET_FIELDS = tuple(name for name in vars(Market(0, 0, 0, b"")) if name != "symbol")
order_numbers = attrgetter(*ORDER_FIELDS)
market_numbers = attrgetter(*MARKET_FIELDS)
ORDER_CALLS = ("first_stop", "refusal", "activation_refusal", "place")
CALLS = (
    *ORDER_CALLS, "open", "define", "begin", "reference", "cancel", "disarm", "amend", "has_fired", "next_fired",
    "is_crossed", "uncross", "switch", "best_ask", "fire_if_passed",
)  # fmt: skip
DIGESTS_EVERY = 1_000
"""Frames between two looks at the digests."""

Queue = deque[bytes]


def sent(queue: Queue, *numbers: int) -> None:
    """Raises OverflowError at whatever is no integer of 64 bits."""
    queue.append(array("q", numbers).tobytes())


def received(queue: Queue) -> list[int]:
    return array("q", queue.popleft()).tolist()


class MarketSide:
    """The other process: it has the floor, and knows of the first one only what it reads."""

    def __init__(self, asked: Queue, answers: Queue, ruleset: int) -> None:
        self.asked = asked
        self.answers = answers
        self.floor = Floor(ruleset)
        self.markets: list[Market] = []

    def serve(self) -> None:
        """Answer everything that was asked: words of the outbox, or one number, and then how the market stands."""
        while self.asked:
            call, *numbers = received(self.asked)
            answer = self._call(CALLS[call], numbers)
            sent(self.answers, *answer)

    def _call(self, name: str, numbers: list[int]) -> list[int]:
        if name in ("open", "define"):
            return self._define(name == "open", numbers)
        if name in ("begin", "switch"):
            getattr(self.floor, name)(*numbers)
            return []
        market = self.markets[numbers[0]]
        if name in ORDER_CALLS:
            answer = getattr(self.floor, name)(numbers[0], order_of(numbers[1:]))
        else:
            answer = getattr(self.floor, name)(*numbers)
        bounds = self.floor.bounds
        told = [market.status, market.auction_until_us, self.floor.fired_price]
        told += [bounds.value, bounds.least, bounds.most, bounds.nearest]
        if isinstance(answer, Outbox):
            return [*told, *(answer.words[at] for at in range(answer.end))]
        return [*told, int(answer or 0)]

    def _define(self, is_new: bool, numbers: list[int]) -> list[int]:
        if is_new:
            self.markets.append(Market(numbers[0], numbers[1], numbers[2], b""))
        market = self.markets[numbers[0]]
        for name, value in zip(MARKET_FIELDS, numbers, strict=True):
            setattr(market, name, value)
        if is_new:
            self.floor.open(market)
        return []


def order_of(numbers: list[int]) -> Order:
    order = Order()
    for name, value in zip(ORDER_FIELDS, numbers, strict=True):
        setattr(order, name, bool(value) if isinstance(getattr(order, name), bool) else value)
    return order


class QueuedFloor:
    """What the account side takes for the floor. It has nothing of its own but the answers."""

    def __init__(self, ruleset: int) -> None:
        self.asked: Queue = deque()
        self.answers: Queue = deque()
        self.other = MarketSide(self.asked, self.answers, ruleset)
        self.outbox = Outbox()
        self.bounds = Bounds()
        self.fired_price = 0
        self.markets: list[Market] = []
        self.known: list[tuple[int, ...]] = []
        self.calls = 0

    def open(self, market: Market) -> None:
        self.markets.append(market)
        self.known.append(market_numbers(market))
        self._ask("open", *self.known[-1])

    def begin(self, number: int, time_us: int) -> None:
        self._ask("begin", number, time_us)

    def switch(self, ruleset: int) -> None:
        self._ask("switch", ruleset)

    def best_ask(self, market: int) -> int:
        return self._number("best_ask", market)

    def reference(self, market: int) -> int:
        return self._number("reference", market)

    def first_stop(self, market: int, order: Order) -> int:
        return self._number("first_stop", market, *order_numbers(order))

    def refusal(self, market: int, order: Order) -> int:
        return self._number("refusal", market, *order_numbers(order))

    def activation_refusal(self, market: int, order: Order) -> int:
        return self._number("activation_refusal", market, *order_numbers(order))

    def place(self, market: int, order: Order) -> Outbox:
        return self._told("place", market, *order_numbers(order))

    def cancel(self, market: int, place: int, side: int, status: int) -> Outbox:
        return self._told("cancel", market, place, side, status)

    def disarm(self, market: int, place: int, status: int) -> Outbox:
        return self._told("disarm", market, place, status)

    def amend(self, market: int, place: int, side: int, reduction: int) -> Outbox:
        return self._told("amend", market, place, side, reduction)

    def fire_if_passed(self, market: int, place: int) -> None:
        self._number("fire_if_passed", market, place)

    def has_fired(self, market: int) -> bool:
        return bool(self._number("has_fired", market))

    def next_fired(self, market: int) -> int:
        return self._number("next_fired", market)

    def is_crossed(self, market: int) -> bool:
        return bool(self._number("is_crossed", market))

    def uncross(self, market: int) -> Outbox:
        return self._told("uncross", market)

    def _ask(self, name: str, *numbers: int) -> list[int]:
        self.calls += 1
        sent(self.asked, CALLS.index(name), *numbers)
        self.other.serve()
        return received(self.answers)

    def _answer(self, name: str, market: int, numbers: tuple[int, ...]) -> list[int]:
        mine = self.markets[market]
        stands = market_numbers(mine)
        if stands != self.known[market]:
            self.known[market] = stands
            self._ask("define", *stands)
        status, until_us, fired_price, *bounds_and_answer = self._ask(name, market, *numbers)
        if (status, until_us) != (mine.status, mine.auction_until_us):
            mine.status, mine.auction_until_us = status, until_us
            self.known[market] = market_numbers(mine)
        self.fired_price = fired_price
        if name == "refusal":
            self.bounds.set(*bounds_and_answer[:4])
        return bounds_and_answer[4:]

    def _number(self, name: str, market: int, *numbers: int) -> int:
        [number] = self._answer(name, market, numbers)
        return number

    def _told(self, name: str, market: int, *numbers: int) -> Outbox:
        words = self._answer(name, market, numbers)
        self.outbox.end = len(words)
        self.outbox._grow()
        for at, word in enumerate(words):
            self.outbox.words[at] = word
        return self.outbox

    @property
    def matchings(self) -> Any:
        return self.other.floor.matchings

    @property
    def orders(self) -> Any:
        return self.other.floor.orders


def queued_exchange(ruleset: int) -> core.Exchange:
    """An exchange whose account side has met a floor of queues from its first moment on."""
    direct = core.Floor
    core.Floor = QueuedFloor  # type: ignore[assignment, misc]
    try:
        return core.Exchange(ruleset)
    finally:
        core.Floor = direct  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    if not str(core.__file__).endswith(".py"):
        raise SystemExit("compiled classes take no stand-in: run this from uncompiled sources")
    log = parser.parse_args().log
    ruleset = ruleset_of(log)
    direct, queued = core.Exchange(ruleset), queued_exchange(ruleset)
    floor: Any = queued.floor
    assert isinstance(floor, QueuedFloor)
    frames = [line for line in read(log) if isinstance(line, Frame)]
    for at, (time_us, size, data) in enumerate(frames, start=1):
        want = direct.apply(direct.sequence + 1, size, time_us, data)
        got = queued.apply(queued.sequence + 1, size, time_us, data)
        assert got == want, f"the two part in frame {at}"
        if at % DIGESTS_EVERY == 0 or at == len(frames):
            assert queued.digest() == direct.digest(), f"the digests part in frame {at}"
    queued.check()
    assert queued.chain == direct.chain
    sys.stdout.write(f"uncompiled {queued.sequence} {floor.calls}\n")


if __name__ == "__main__":
    main()
