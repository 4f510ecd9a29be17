"""The live views: loaded from PostgreSQL at its offset, then folded from the event log while the process lives.

Whoever was told "done" sees it in the next read, whichever process answers: before a private read a process asks the
log where it ends (`caught_up`) and waits until its own views are there.
"""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

import asyncpg
import structlog

from trueman.core.codec import Result, decode_results
from trueman.errors import Gap, LogDamaged, LogUnavailable
from trueman.infra.database import bootstrap
from trueman.infra.log import EventEntry, Log
from trueman.views.candles import Candles
from trueman.views.depth import Depth
from trueman.views.portfolio import Portfolio
from trueman.views.registry import Registry
from trueman.views.tape import Tape
from trueman.views.ticker import Ticker
from trueman.views.world import World

READ_WAIT_MS: Final = 250
"""How long one read of a quiet log waits; also how long a stop may take."""
READ_ENTRIES_MAX: Final = 64
RETRY_SECONDS: Final = 0.2

logger = structlog.get_logger()


class Live:
    def __init__(self, log: Log, database_pool: asyncpg.Pool, *, portfolio: bool) -> None:
        self._log = log
        self._pool = database_pool
        self._with_portfolio = portfolio
        self._waiters = Waiters()
        self.listeners: list[Callable[[Result], None]] = []
        """Told of every result after the views have folded it."""
        self.frame_listeners: list[Callable[[], None]] = []
        """Told after all results of a frame."""
        self._show(World(with_portfolio=portfolio), 0, 0)

    def _show(self, world: World, offset: int, time_us: int) -> None:
        self.world = world
        self.registry: Registry = world.registry
        self.depth: dict[int, Depth] = world.depth
        self.tapes: dict[int, Tape] = world.tapes
        self.tickers: dict[int, Ticker] = world.tickers
        self.candles: dict[int, Candles] = world.candles
        self.portfolio: Portfolio = world.portfolio
        self.offset = offset
        self.began_at = offset
        """What came before, PostgreSQL had when the views were loaded."""
        self.time_us = time_us

    async def start(self) -> None:
        """Load the views. Raise LogDamaged when the log cannot carry them on from there."""
        self._show(*await bootstrap.load(self._pool, with_portfolio=self._with_portfolio))
        last = await self._log.last_event()
        if last < self.offset:
            raise LogDamaged(f"the database stands at result {self.offset}, but the event log ends at {last}")
        try:
            await self._log.read_events(self.offset, count=1)
        except Gap as gap:
            raise LogDamaged(
                f"the database stands at result {self.offset}, but the event log does not hold what follows: {gap}"
            ) from gap

    async def follow(self, stop: asyncio.Event) -> None:
        """Fold what the event log brings until `stop` is set; raise LogDamaged when it has lost something."""
        try:
            while not stop.is_set():
                for entry in await self._read():
                    self._fold(entry)
                    await asyncio.sleep(0)  # a long catch-up must not keep others from running
        finally:
            self._waiters.fail(LogUnavailable("this process no longer follows the event log"))

    async def _read(self) -> list[EventEntry]:
        try:
            return await self._log.read_events(self.offset, wait_ms=READ_WAIT_MS, count=READ_ENTRIES_MAX)
        except LogUnavailable as error:
            logger.warning("the event log cannot be read; trying again", reason=str(error))
            await asyncio.sleep(RETRY_SECONDS)
            return []

    def _fold(self, entry: EventEntry) -> None:
        assert entry.first == self.offset + 1, "the log promised density"
        world, listeners = self.world, self.listeners
        for result in decode_results(entry.frame):
            world.fold(result)
            self.offset, self.time_us = result.decided.number, result.decided.time_us
            for listener in listeners:
                listener(result)
        assert self.offset == entry.last, "a frame holds one result for every command"
        self._waiters.advance(self.offset)
        for frame_listener in self.frame_listeners:
            frame_listener()

    async def reached(self, number: int) -> None:
        """Wait until result `number` is in the views. Bounded by the caller; cancelling it harms nobody."""
        if self.offset < number:
            await self._waiters.wait(number)

    async def caught_up(self) -> None:
        """Wait until the views hold everything that was durable when this was called.

        Cheap with many callers: the log asks its server once for all who ask at the same moment.
        """
        await self.reached(await self._log.last_event())


class Waiters:
    """Who waits for which number. All who wait for the same one share a future."""

    def __init__(self) -> None:
        self._futures: dict[int, asyncio.Future[None]] = {}
        self._numbers: list[int] = []

    async def wait(self, number: int) -> None:
        future = self._futures.get(number)
        if future is None:
            future = self._futures[number] = asyncio.get_running_loop().create_future()
            heappush(self._numbers, number)
        await asyncio.shield(future)

    def advance(self, offset: int) -> None:
        while self._numbers and self._numbers[0] <= offset:
            self._futures.pop(heappop(self._numbers)).set_result(None)

    def fail(self, error: Exception) -> None:
        for future in self._futures.values():
            future.set_exception(error)
            future.exception()  # nobody may be waiting any more
        self._futures.clear()
        self._numbers.clear()
