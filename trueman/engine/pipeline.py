"""Commands in, decisions out: the engine's life between its start and its end.

Two tasks: one reads and decides, the other emits. The next frame is decided while the last one is being written;
an effect becomes visible only by the event log, so nothing is promised early.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from prometheus_client import Counter, Gauge

from trueman.core.exchange import Exchange
from trueman.engine.emitter import Emitter
from trueman.engine.heart import Heart
from trueman.engine.poison import Poison
from trueman.engine.replay import decide
from trueman.engine.retention import Keeper
from trueman.errors import LogUnavailable, StartError
from trueman.infra.log import CommandEntry, Log

READ_WAIT_MS = 1_000
READ_ENTRIES_MAX = 64
RETRY_SECONDS = 0.1
FAREWELL_SECONDS_MAX = 5.0
"""How long an orderly end waits for the log to take what was decided. What it does not take is decided again."""

DECIDED = Counter("trueman_engine_commands", "Commands decided since the start")
SEQUENCE = Gauge("trueman_engine_sequence", "Number of the last command decided")
EPOCH = Gauge("trueman_engine_epoch", "The epoch under which this engine writes")

logger = structlog.get_logger(__name__)


class Pipeline:
    def __init__(self, log: Log, exchange: Exchange, epoch: int, keeper: Keeper, heart: Heart, poison: Poison) -> None:
        self._log = log
        self._exchange = exchange
        self._epoch = epoch
        self._keeper = keeper
        self._heart = heart
        self._poison = poison
        self._emitter = Emitter(log)
        EPOCH.set(epoch)

    async def run(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Until `stop`, then end in order. Whatever goes wrong in a part ends the whole. `ready` is called at lag 0."""
        deciding: asyncio.Task[object] = asyncio.create_task(self._decide_for_ever(ready))
        emitting: asyncio.Task[object] = asyncio.create_task(self._emitter.run())
        beating: asyncio.Task[object] = asyncio.create_task(self._heart.run())
        stopping: asyncio.Task[object] = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([deciding, emitting, beating, stopping], return_when=asyncio.FIRST_COMPLETED)
            await end(deciding)
            await end(beating)
            if not emitting.done():
                await self._finish(emitting)
            await end(emitting)
        finally:
            await abandon(deciding, emitting, beating, stopping)
            await self._keeper.abandon()

    async def _decide_for_ever(self, ready: Callable[[], None]) -> None:
        await self._catch_up()
        ready()
        while True:
            await self._decide_some()

    async def _catch_up(self) -> None:
        """What was waiting when we came is decided and durable: from then on nobody waits for the past."""
        end = await self._end()
        while self._exchange.sequence < end:
            await self._decide_some()
        await self._emitter.drained()

    async def _end(self) -> int:
        while True:
            try:
                return await self._log.last_command()
            except LogUnavailable as error:
                await self._is_away(error)

    async def _decide_some(self) -> None:
        for entry in await self._arrived():
            await self._decide(entry)
            await asyncio.sleep(0)  # lets the emitter start with this one
            await self._emitter.has_room()
        wanted = self._keeper.wants(self._exchange.sequence)  # asked always: it tells of a disk that failed
        # With a shadow standing by nobody pauses here for a snapshot: it takes its own.
        if wanted and not self._heart.shadow_stands_by:
            await self._emitter.drained()
            self._keeper.offer(self._exchange, self._epoch)

    async def _arrived(self) -> list[CommandEntry]:
        try:
            after = self._exchange.sequence
            return await self._log.read_commands(after, wait_ms=READ_WAIT_MS, count=READ_ENTRIES_MAX)
        except LogUnavailable as error:
            await self._is_away(error)
            return []

    async def _is_away(self, error: LogUnavailable) -> None:
        logger.warning("the log is away", error=str(error))
        await asyncio.sleep(RETRY_SECONDS)

    async def _decide(self, entry: CommandEntry) -> None:
        self._poison.skips.tell(self._exchange, entry)
        try:
            self._emitter.put(decide(self._exchange, entry, self._epoch))
        except StartError:
            raise
        except Exception as error:
            number = min(max(self._exchange.sequence, entry.first), entry.last)  # the one that it was at
            self._emitter.fall_silent()
            await self._poison.met(number, entry, self._epoch, error)
            raise
        DECIDED.inc(entry.last - entry.first + 1)
        SEQUENCE.set(entry.last)

    async def _finish(self, emitting: asyncio.Task[object]) -> None:
        """First let another go on, then leave the snapshot: whoever stands by need not wait for our disk."""
        draining = asyncio.create_task(self._emitter.drained())
        await asyncio.wait([draining, emitting], timeout=FAREWELL_SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
        draining.cancel()
        if self._emitter.is_drained:
            await self._heart.end()
        await self._keeper.finish(self._exchange if self._emitter.is_drained else None, self._epoch)


async def end(task: asyncio.Task[object]) -> None:
    """Cancel a task that still runs, or raise what ended it."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


async def abandon(*tasks: asyncio.Task[Any] | None) -> None:
    left = [task for task in tasks if task is not None]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
