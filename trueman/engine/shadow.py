"""The engine that stands by: decides again what the primary decided, compares every result, and takes its place.

When to take over is judged by a lease (the primary's beats, on our own monotonic clock), by the primary's orderly end
or by an operator's wish. Whether it succeeds is decided by the fence alone: a wrong guess costs a change of engines,
never a result. A result that comes out differently stops both, through the log, because nobody knows which is right.
"""

import asyncio
from typing import NamedTuple

import structlog
from prometheus_client import Gauge

from trueman.core.exchange import Exchange
from trueman.engine.database import EngineDatabase
from trueman.engine.heart import beat_seconds
from trueman.engine.lease import Lease
from trueman.engine.replay import REPLAY_ENTRIES_MAX, follow, require_cover
from trueman.engine.retention import Keeper
from trueman.engine.skipping import SkipList
from trueman.engine.succession import Succession
from trueman.errors import NEIGHBOUR_AWAY, Differs, Fenced, Halted, LogUnavailable, OutcomeUnknown
from trueman.infra.log import Heartbeat, Log
from trueman.infra.stopping import unless_stopped

LOOKS_IN_LEASE = 15
LOOK_SECONDS_MAX = 0.2
GATHER_SECONDS = 0.02
"""Between two reads of a busy log: what arrives meanwhile comes in one answer, which leaves the primary its core."""
RETRY_SECONDS = 0.1

LAG = Gauge("trueman_shadow_lag_commands", "Commands that are decided and that this shadow has not compared yet")
LAG_SECONDS = Gauge("trueman_shadow_lag_seconds", "How long this shadow took to reach what was decided when it looked")

logger = structlog.get_logger(__name__)


class Mark(NamedTuple):
    """Where the event log ended, and when we saw it."""

    number: int
    time: float


class Turn(NamedTuple):
    """It is our turn: what the log said then, and why."""

    heartbeat: Heartbeat
    reason: str


class Shadow:
    def __init__(
        self, log: Log, database: EngineDatabase, exchange: Exchange, keeper: Keeper, lease_seconds: float
    ) -> None:
        self._log = log
        self._database = database
        self._exchange = exchange
        self._keeper = keeper
        self._lease = Lease(lease_seconds)
        self._look_seconds = min(lease_seconds / LOOKS_IN_LEASE, LOOK_SECONDS_MAX)
        self._sign_seconds = beat_seconds(lease_seconds)
        self._looked = self._signed = 0.0
        self._mark: Mark | None = None
        self._skips = SkipList(database.skips)
        self._succession = Succession(log, database)

    @property
    def was_planned(self) -> bool:
        """Whether the engine that we replaced had ended in order, or was asked to be replaced."""
        return self._succession.was_planned

    async def stand_by(self, stop: asyncio.Event) -> int | None:
        """Return our epoch once the log is ours, None when told to stop.

        Raise Halted when a result differs, StartError when log and database do not fit together any more.
        """
        try:
            while (turn := await unless_stopped(stop, self._wait_for_turn())) is not None:
                epoch = await self._take_over(turn)  # which a stop does not interrupt: it would leave nobody's fence
                if epoch is not None:
                    return epoch
        except Differs as differs:
            raise await self._halt(differs, stop) from differs
        return None

    async def _wait_for_turn(self) -> Turn:
        """Follow the primary, as long as neighbours and it live."""
        while True:
            try:
                is_busy = await self._follow()
                heartbeat = await self._look()
            except NEIGHBOUR_AWAY as error:
                await self._lose_sight(error)
                continue
            if heartbeat is not None and (reason := self._reason(heartbeat)):
                return Turn(heartbeat, reason)
            if is_busy:
                await asyncio.sleep(GATHER_SECONDS)

    async def _lose_sight(self, error: Exception) -> None:
        self._lease.lost_sight()
        logger.warning("standing by, but a neighbour is away", error=str(error))
        await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self) -> bool:
        """Compare what was decided since; wait a little when there is nothing. Return whether to gather before more."""
        entries = await follow(self._log, self._exchange, self._skips, wait_ms=int(self._look_seconds * 1_000))
        if entries:
            if self._keeper.wants(self._exchange.sequence):
                self._keeper.offer(self._exchange, entries[-1].epoch)
            self._measure(await self._log.last_event())
        return 0 < len(entries) < REPLAY_ENTRIES_MAX

    def _measure(self, end: int) -> None:
        now, at = asyncio.get_running_loop().time(), int(self._exchange.sequence)
        LAG.set(end - at)
        if self._mark is not None and at >= self._mark.number:
            LAG_SECONDS.set(now - self._mark.time)
            self._mark = None
        if self._mark is None and end > at:
            self._mark = Mark(end, now)

    async def _look(self) -> Heartbeat | None:
        now = asyncio.get_running_loop().time()
        if now - self._looked < self._look_seconds:
            return None
        self._looked = now
        if now - self._signed >= self._sign_seconds:
            self._signed = now
            await self._log.stand_by(self._exchange.sequence)
        return await self._log.heartbeat()

    def _reason(self, heartbeat: Heartbeat) -> str:
        """Why it is our turn; nothing when it is not."""
        if heartbeat.halted:
            raise Halted(heartbeat.halted)
        lease_is_over = self._lease.is_over(heartbeat[:2], asyncio.get_running_loop().time())
        if heartbeat.epoch == 0:
            return "no engine has written yet"
        if self._succession.is_begun(heartbeat):
            return "the log is locked for us since an attempt that lost a neighbour"
        if heartbeat.is_over:
            return f"the engine of epoch {heartbeat.epoch} ended in order"
        if heartbeat.switch:
            return f"an operator wants the engine of epoch {heartbeat.epoch} replaced"
        return f"the engine of epoch {heartbeat.epoch} shows no sign of life" if lease_is_over else ""

    async def _take_over(self, turn: Turn) -> int | None:
        """None when another was faster, which is the primary now, or a neighbour is away: then we stand by again."""
        began = asyncio.get_running_loop().time()
        logger.info("taking over", reason=turn.reason, sequence=self._exchange.sequence)
        try:
            await require_cover(self._log, self._exchange, await self._database.updater_offset())
            if (await self._log.heartbeat()).epoch != turn.heartbeat.epoch:
                return None
            epoch = await self._succession.attempt(self._exchange, turn.heartbeat)
        except Fenced as fenced:
            logger.info("another engine was faster", reason=str(fenced))
            return None
        except NEIGHBOUR_AWAY as error:
            await self._lose_sight(error)
            return None
        logger.info("took over", epoch=epoch, seconds=round(asyncio.get_running_loop().time() - began, 3))
        return epoch

    async def _halt(self, differs: Differs, stop: asyncio.Event) -> Halted:
        """Nobody writes any more from here on: the log refuses both engines. Return what ends this one."""
        halted = Halted(f"A shadow came to something else than its primary. {differs}")
        await unless_stopped(stop, self._tell_the_log(str(halted)))
        return halted

    async def _tell_the_log(self, reason: str) -> None:
        while True:
            try:
                await self._log.halt(reason)
                return
            except (LogUnavailable, OutcomeUnknown) as error:
                logger.error("engines disagree, and the log cannot be told", reason=reason, error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
