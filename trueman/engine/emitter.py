"""Results on their way into the event log, in order, while the next commands are decided.

Nothing here changes what was decided: an append whose outcome is in doubt is looked up, and what is missing is sent
again. So a decision may wait here for as long as the log is away, and has no effect on anybody until it is written.
"""

import asyncio
from collections import deque
from itertools import islice

import structlog
from prometheus_client import Counter, Gauge, Histogram

from trueman.errors import Gap, LogUnavailable, OutcomeUnknown
from trueman.infra.log import EventEntry, Log

WAITING_ENTRIES_MAX = 256
"""Decided frames that wait for their append; beyond it the engine decides nothing more."""
APPEND_ENTRIES_MAX = 64
"""Frames in one append."""
RETRY_SECONDS = 0.1

WAITING = Gauge("trueman_engine_frames_waiting", "Decided frames that wait for their append")
APPEND = Histogram(
    "trueman_engine_append_seconds",
    "From sending results to knowing that they are durable",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2),
)
DOUBTS = Counter("trueman_engine_appends_in_doubt", "Appends whose outcome had to be looked up")

logger = structlog.get_logger(__name__)


class Emitter:
    def __init__(self, log: Log) -> None:
        self._log = log
        self._waiting: deque[EventEntry] = deque()
        self._changed = asyncio.Condition()
        self._some = asyncio.Event()
        self._may_speak = asyncio.Event()
        self._may_speak.set()

    def put(self, entry: EventEntry) -> None:
        self._waiting.append(entry)
        self._some.set()

    def fall_silent(self) -> None:
        """For good: whoever decided what waits here is not to be trusted any more."""
        self._may_speak.clear()

    @property
    def is_drained(self) -> bool:
        return not self._waiting

    async def has_room(self) -> None:
        await self._at_most(WAITING_ENTRIES_MAX)

    async def drained(self) -> None:
        """Everything put in is durable."""
        await self._at_most(0)

    async def _at_most(self, waiting: int) -> None:
        if len(self._waiting) > waiting:
            async with self._changed:
                await self._changed.wait_for(lambda: len(self._waiting) <= waiting)

    async def run(self) -> None:
        while True:
            await self._some.wait()
            await self._may_speak.wait()
            WAITING.set(len(self._waiting))
            batch = list(islice(self._waiting, APPEND_ENTRIES_MAX))
            with APPEND.time():
                await self._append(batch)
            for _ in batch:
                self._waiting.popleft()
            if not self._waiting:
                self._some.clear()
            async with self._changed:
                self._changed.notify_all()

    async def _append(self, batch: list[EventEntry]) -> None:
        """Raise Fenced when a later engine has taken over, Gap when the log holds other results than ours."""
        while True:
            try:
                return await self._log.append_event_entries(batch)
            except (OutcomeUnknown, LogUnavailable, Gap) as error:
                DOUBTS.inc()
                logger.warning("results not acknowledged", first=batch[0].first, last=batch[-1].last, error=str(error))
            if await self._is_written(batch):
                return None

    async def _is_written(self, batch: list[EventEntry]) -> bool:
        """Raise Gap when the log holds something else in its place. Of a part of it a successor may have decided the
        same already: sent again, it is refused by the log, which knows by whom we were replaced."""
        first, last = batch[0].first, batch[-1].last
        chains = {entry.last: entry.chain for entry in batch}
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                end = await self._log.last_event()
                chain = await self._log.event_chain(min(end, last))
                break
            except LogUnavailable as error:
                logger.warning("the log is away", error=str(error))
        if end == first - 1:
            return False
        if chain is None or chain != chains.get(min(end, last)):
            raise Gap(f"the event log ends at {end} with other results than ours for {first}")
        return end >= last
