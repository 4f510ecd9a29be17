"""From many callers to one append at a time, and from the event log back to each caller.

Group commit: while one frame is on its way to the disk, everything that arrives gathers for the next. A command
carries a tag of this process; its result repeats the tag, and that is how it finds its caller.

A caller learns one of three things: the result; an error that means nothing was written; or OutcomeUnknown, when
the answer did not come in time. Whether a caller still waits changes nothing about its command.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import structlog
from prometheus_client import Counter, Histogram

from trueman.core.codec import Result, encode
from trueman.core.commands import CancelReplace, Command, PlaceBatch, PlaceOrder, PlaceOrderList, PlaceOrderWithTerms
from trueman.errors import LogUnavailable, OutcomeUnknown, Overloaded
from trueman.infra.log import Log
from trueman.infra.settings import Settings

TAG_COUNTER_BITS = 33
TAG_PROCESS_BITS = 30
"""Together 63: a tag is a positive number of the command record, and no two processes count in the same range."""

FRAME_COMMANDS = Histogram(
    "trueman_writer_frame_commands", "Commands in a frame", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
)
UNANSWERED = Counter("trueman_writer_commands_unanswered", "Commands whose caller was told that the outcome is unknown")

REFUSED = Counter("trueman_writer_orders_refused", "Requests for new orders that were turned away at the door")

logger = structlog.get_logger(__name__)


class Waiting(NamedTuple):
    answer: asyncio.Future[Result]
    deadline: float


class CommandWriter:
    def __init__(self, log: Log, settings: Settings) -> None:
        self._log = log
        self._frame_commands_max = settings.frame_commands_max
        self._waiting_max = settings.waiting_commands_max
        self._timeout_seconds = settings.answer_timeout_ms / 1_000
        self._tag = secrets.randbits(TAG_PROCESS_BITS) << TAG_COUNTER_BITS
        self._queue: deque[tuple[int, bytes]] = deque()
        """Tag and record of the commands that no append has taken yet, in the order in which they came, as in
        `_waiting`."""
        self._waiting: dict[int, Waiting] = {}
        self._flushing: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.refuses_orders = False
        """New orders are turned away at the door; cancels and everything else are taken."""

    async def submit(self, command: Command) -> Result:
        """A tag that the command has already it keeps: whoever submits the same again may hear either answer."""
        self._require_open([command])
        self._require_room(1)
        return await self._enqueue(*self._tagged(command))

    async def submit_all(self, commands: Sequence[Command]) -> list[Result]:
        """Results in the order of the commands, which keep it in the log too."""
        self._require_open(commands)
        self._require_room(len(commands))
        tagged = [self._tagged(command) for command in commands]
        return list(await asyncio.gather(*[self._enqueue(tag, record) for tag, record in tagged]))

    def resolve(self, result: Result) -> None:
        """To be called for every result of the event log; most belong to other processes."""
        waiting = self._waiting.pop(result.decided.tag, None)
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_result(result)

    async def close(self) -> None:
        """Append what was taken on; callers whose answer has not come by then are told that it is unknown."""
        if self._flushing is not None:
            await self._flushing
        if self._timer is not None:
            self._timer.cancel()
        self._fail(list(self._waiting), OutcomeUnknown("the service stops before the answer came"))

    def _require_open(self, commands: Sequence[Command]) -> None:
        if self.refuses_orders and any(places_orders(command) for command in commands):
            REFUSED.inc()
            raise Overloaded("New orders are not taken at this moment, cancels are. Please try again later.")

    def _require_room(self, count: int) -> None:
        if len(self._waiting) + count > self._waiting_max:
            raise Overloaded("Too many commands wait for their answer. Please try again in a moment.")

    def _tagged(self, command: Command) -> tuple[int, bytes]:
        if command.tag:
            if command.tag in self._waiting:
                raise OutcomeUnknown("the same command waits for its answer already")
            return command.tag, encode(command)
        self._tag += 1
        return self._tag, encode(command._replace(tag=self._tag))

    def _enqueue(self, tag: int, record: bytes) -> asyncio.Future[Result]:
        loop = asyncio.get_running_loop()
        waiting = Waiting(loop.create_future(), loop.time() + self._timeout_seconds)
        self._queue.append((tag, record))
        self._waiting[tag] = waiting
        if self._flushing is None or self._flushing.done():
            self._flushing = loop.create_task(self._flush())
        if self._timer is None:
            self._timer = loop.call_at(waiting.deadline, self._expire)
        return waiting.answer

    async def _flush(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._frame_commands_max))]
            tags = [tag for tag, _ in batch]
            FRAME_COMMANDS.observe(len(batch))
            try:
                await self._log.append_commands(len(batch), b"".join([record for _, record in batch]))
            except OutcomeUnknown as error:
                # The frame may be in the log: then results come. If not, the callers' time runs out.
                logger.warning("append outcome unknown", commands=len(batch), error=str(error))
            except Exception as error:
                self._fail(tags, error)

    def _fail(self, tags: Sequence[int], error: Exception) -> None:
        for tag in tags:
            waiting = self._waiting.pop(tag, None)
            if waiting is not None and not waiting.answer.done():
                waiting.answer.set_exception(error)

    def _expire(self) -> None:
        """Whoever came first waits first, so one timer, set to the oldest, serves all."""
        self._timer = None
        loop = asyncio.get_running_loop()
        while self._waiting:
            tag, waiting = next(iter(self._waiting.items()))
            if waiting.deadline > loop.time():
                self._timer = loop.call_at(waiting.deadline, self._expire)
                return
            self._give_up(tag)

    def _give_up(self, tag: int) -> None:
        if self._queue and self._queue[0][0] == tag:
            self._queue.popleft()
            self._fail([tag], LogUnavailable("the log is too slow: nothing was written"))
        else:
            UNANSWERED.inc()
            self._fail([tag], OutcomeUnknown("No answer in time. The command may or may not have been executed."))


def places_orders(command: Command) -> bool:
    """Whether a command may bring a new order into a book."""
    if isinstance(command, PlaceBatch):
        return any(places_orders(part) for part in command.parts)
    return isinstance(command, PlaceOrder | PlaceOrderWithTerms | PlaceOrderList | CancelReplace)
