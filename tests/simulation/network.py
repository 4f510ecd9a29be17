"""The way from a process to a server and back, where requests and answers are delayed, lost and doubled.

A request is executed by the server, in a task of the server's own, so nothing that happens to its sender stops it: a
request on its way may even arrive after its sender has given up, or died. The client's end of it keeps the promise of
`ValkeyConnection`: without an answer the outcome is unknown, and only a connection that never was is a clear no.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.trace import Trace

T = TypeVar("T")

PATIENCE_SECONDS = 10.0
"""How long an answer may take beyond what the request itself waits for."""
LATENCY_SECONDS = 0.0004


class ConnectionRefused(Exception):
    """The server is not there; it has seen nothing."""


class ConnectionLost(Exception):
    """The server may or may not have done it."""


@dataclass
class Chances:
    """Of what goes wrong with a request. All zero: nothing does."""

    lost: float = 0.0
    answer_lost: float = 0.0
    answer_late: float = 0.0
    """Done at once; that it is done is heard late, or too late."""
    doubled: float = 0.0
    late: float = 0.0
    """Executed after its sender has given up."""
    slow: float = 0.0
    cancelled: float = 0.0
    """The caller goes away while he is served."""


class Server:
    """A process that answers, and can be killed with everything it has in hand."""

    def __init__(self, loop: SimulatedLoop, name: str) -> None:
        self.loop = loop
        self.name = name
        self.process = Process(name)
        self.is_up = True
        self.in_hand: dict[asyncio.Future[Any], None] = {}

    def crash(self) -> None:
        self.is_up = False
        self.loop.kill(self.process)
        for answer in list(self.in_hand):
            self.loop.call_soon(_refuse, answer, ConnectionLost(f"{self.name} died"))
        self.in_hand.clear()

    def restart(self) -> None:
        self.process = Process(self.name)
        self.is_up = True


class Network:
    def __init__(self, loop: SimulatedLoop, random: Random, trace: Trace) -> None:
        self._loop = loop
        self._random = random
        self._trace = trace
        self.chances = Chances()
        self.faults: Counter[str] = Counter()
        self.requests = 0

    async def ask(
        self,
        server: Server,
        work: Callable[[], Coroutine[Any, Any, T]],
        what: str,
        *,
        waits: float = 0.0,
        may_double: bool = False,
        may_cancel: bool = False,
    ) -> T:
        """Raise ConnectionRefused or ConnectionLost, or what the server says."""
        self.requests += 1
        if not server.is_up:
            await asyncio.sleep(self._latency())
            raise ConnectionRefused(f"{server.name} is down")
        answer: asyncio.Future[T] = self._loop.create_future()
        server.in_hand[answer] = None
        silence = ConnectionLost(f"{server.name} does not answer")
        patience = self._loop.call_later(PATIENCE_SECONDS + waits, _refuse, answer, silence)
        try:
            self._send(server, work, what, answer, may_double, may_cancel)
            return await answer
        finally:
            patience.cancel()
            server.in_hand.pop(answer, None)

    def _send(
        self,
        server: Server,
        work: Callable[[], Coroutine[Any, Any, Any]],
        what: str,
        answer: asyncio.Future[Any],
        may_double: bool,
        may_cancel: bool,
    ) -> None:
        chances, delay = self.chances, self._latency()
        if self._happens(chances.slow, f"request slow: {what}"):
            delay += self._random.random() * 2
        if self._happens(chances.lost, f"request lost: {what}"):
            self._later(self._random.random(), _refuse, answer, ConnectionLost("connection reset"))
            return
        if self._happens(chances.late, f"request late: {what}"):
            self._later(delay, _refuse, answer, ConnectionLost("connection reset"))
            delay += self._random.random() * 3
        leaves = may_cancel and self._happens(chances.cancelled, f"caller leaves: {what}")
        self._later(delay, self._arrive, server, server.process, work, answer, what, leaves)
        if may_double and self._happens(chances.doubled, f"request doubled: {what}"):
            self._later(delay + self._latency(), self._arrive, server, server.process, work, answer, what, False)

    def _arrive(
        self,
        server: Server,
        process: Process,
        work: Callable[[], Coroutine[Any, Any, Any]],
        answer: Any,
        what: str,
        leaves: bool,
    ) -> None:
        if server.process is process and process.is_alive:
            task = self._loop.start(process, self._serve(work, answer, what))
            if leaves:
                self._later(self._random.random() * 0.01, task.cancel)
                self._later(0.01, _refuse, answer, ConnectionLost("the caller left"))

    async def _serve(self, work: Callable[[], Coroutine[Any, Any, Any]], answer: Any, what: str) -> None:
        try:
            result = await work()
        except Exception as error:
            self._later(self._latency(), _refuse, answer, error)
            return
        if self._happens(self.chances.answer_lost, f"answer lost: {what}"):
            self._later(self._latency(), _refuse, answer, ConnectionLost("connection reset"))
            return
        delay = self._latency()
        if self._happens(self.chances.answer_late, f"answer late: {what}"):
            delay += self._random.choice((0.1, 2.0, 1.5 * PATIENCE_SECONDS)) * self._random.random()
        if answer.done():
            self.faults[f"answer doubled: {what}"] += 1
        self._later(delay, _answer, answer, result)

    def _later(self, seconds: float, what: Callable[..., object], *args: Any) -> None:
        """Wires belong to no process: what is on its way arrives whatever becomes of its sender."""
        self._loop.call_later(seconds, what, *args, context=Context())

    def _latency(self) -> float:
        return LATENCY_SECONDS * (0.25 + self._random.random())

    def _happens(self, chance: float, what: str) -> bool:
        if chance and self._random.random() < chance:
            self.faults[what] += 1
            self._trace.say("fault", what)
            return True
        return False


def _answer(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():
        answer.set_result(result)


def _refuse(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
        answer.exception()  # its asker may be dead
