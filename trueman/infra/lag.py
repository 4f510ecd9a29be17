"""How far the tables of PostgreSQL are behind the event log, and what follows from it.

Two bounds. At the first an alarm is given: a line in the log that is repeated, and a gauge. At the second the doors
refuse new orders, because what the tables do not have has to stay in the log's memory; cancels are still taken, so
the exchange is in effect cancel-only until the tables have come back below the first bound. Nothing here stops the
engine: it never waits for PostgreSQL.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Final

import structlog
from prometheus_client import Gauge

from trueman.errors import DatabaseUnavailable, LogUnavailable
from trueman.infra.log import Log
from trueman.infra.settings import Settings

LOOK_SECONDS: Final = 1.0
ANSWER_SECONDS_MAX: Final = 2.0
"""How long one look waits for the database; it stands where it stood as long as nobody hears of it."""
MARKS_MAX: Final = 3_600
ALARM_AGAIN_SECONDS: Final = 60.0
LOG_SHARE_ALARM: Final = 0.8
"""Of the memory that the log's server allows itself."""
RUNBOOK: Final = "docs/runbooks/tables-lag-behind.md"

COMMANDS: Final = Gauge("trueman_lag_commands", "Commands in the event log that the tables do not have yet")
SECONDS: Final = Gauge("trueman_lag_seconds", "For how long the oldest of them has been in the event log")
STATE: Final = Gauge("trueman_lag_state", "0 well, 1 alarm, 2 new orders are refused")
LOG_BYTES: Final = Gauge("trueman_log_bytes", "Memory that the log's server uses")
LOG_BYTES_MAX: Final = Gauge("trueman_log_bytes_max", "Memory that the log's server allows itself; 0: no bound")

logger = structlog.get_logger(__name__)


class State(IntEnum):
    WELL = 0
    ALARM = 1
    FULL = 2
    """New orders are refused."""


class Lag:
    """Judges by what it is shown: where the event log ends, and where the tables stand."""

    def __init__(self, alarm_commands: int, alarm_seconds: float, commands_max: int) -> None:
        self._alarm_commands = min(alarm_commands, commands_max)
        self._alarm_seconds = alarm_seconds
        self._commands_max = commands_max
        self._marks: deque[tuple[float, int]] = deque()
        """When the event log was first seen to end at a number that the tables have not reached, oldest first."""
        self.commands = 0
        self.seconds = 0.0
        self.state = State.WELL

    def see(self, now: float, end: int, offset: int) -> None:
        while self._marks and self._marks[0][1] <= offset:
            self._marks.popleft()
        last = self._marks[-1][1] if self._marks else offset
        if end > last and len(self._marks) < MARKS_MAX:
            self._marks.append((now, end))
        self.commands = max(end - offset, 0)
        self.seconds = now - self._marks[0][0] if self._marks else 0.0
        is_alarming = self.commands >= self._alarm_commands or self.seconds >= self._alarm_seconds
        if self.commands >= self._commands_max:
            self.state = State.FULL
        elif self.commands < self._alarm_commands or self.state < State.FULL:
            self.state = State.ALARM if is_alarming else State.WELL


class LagWatch:
    """Looks once a second, whatever becomes of the neighbours, and tells `changed` each new state."""

    def __init__(
        self,
        log: Log,
        offset: Callable[[], Awaitable[int]],
        settings: Settings,
        changed: Callable[[State], None],
    ) -> None:
        self.lag = Lag(settings.lag_alarm_commands, settings.lag_alarm_seconds, settings.lag_commands_max)
        self._log = log
        self._read_offset = offset
        self._changed = changed
        self._end = 0
        self._offset: int | None = None
        """None until the database has told: what is not known yet is no lag."""
        self._began_at: int | None = None
        """Where the log ended when we first looked: from there on the tables lag while nobody knows where they are."""
        self._asking: asyncio.Task[int] | None = None
        self._alarmed_at = 0.0
        self._is_log_full = False

    async def run(self) -> None:
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            if self._asking is not None:
                self._asking.cancel()

    async def look(self) -> None:
        await self._look_at_the_log()
        await self._ask_for_the_offset()
        before, now = self.lag.state, asyncio.get_running_loop().time()
        known = self._began_at if self._offset is None else self._offset
        if known is None:
            return
        self.lag.see(now, self._end, known)
        COMMANDS.set(self.lag.commands)
        SECONDS.set(self.lag.seconds)
        STATE.set(self.lag.state)
        if self.lag.state != before:
            self._changed(self.lag.state)
        if self.lag.state > before or (self.lag.state > State.WELL and now - self._alarmed_at >= ALARM_AGAIN_SECONDS):
            self._alarmed_at = now
            self._tell("the tables lag behind the event log")
        elif self.lag.state == State.WELL and before > State.WELL:
            logger.info("the tables have caught up with the event log", offset=self._offset)

    def _tell(self, what: str) -> None:
        logger.error(
            what,
            commands=self.lag.commands,
            seconds=round(self.lag.seconds),
            new_orders="refused" if self.lag.state == State.FULL else "taken",
            runbook=RUNBOOK,
        )

    async def _look_at_the_log(self) -> None:
        try:
            self._end = await self._log.last_event()
            self._began_at = self._end if self._began_at is None else self._began_at
            size = await self._log.size()
        except LogUnavailable as error:
            logger.warning("the log is away; its last known end counts", error=str(error))
            return
        LOG_BYTES.set(size.bytes)
        LOG_BYTES_MAX.set(size.bytes_max)
        is_full = size.bytes_max > 0 and size.bytes >= LOG_SHARE_ALARM * size.bytes_max
        if is_full and not self._is_log_full:
            logger.error("the log's memory is nearly full", bytes=size.bytes, bytes_max=size.bytes_max, runbook=RUNBOOK)
        self._is_log_full = is_full

    async def _ask_for_the_offset(self) -> None:
        """A question without an answer stays asked, so that a database that hangs has one of ours, not one a second."""
        if self._asking is None:
            self._asking = asyncio.create_task(_asked(self._read_offset))
        await asyncio.wait({self._asking}, timeout=ANSWER_SECONDS_MAX)
        if not self._asking.done():
            return
        answered, self._asking = self._asking, None
        try:
            self._offset = answered.result()
        except DatabaseUnavailable as error:
            logger.warning("the database is away; where its tables last stood counts", error=str(error))


async def _asked(question: Callable[[], Awaitable[int]]) -> int:
    return await question()
