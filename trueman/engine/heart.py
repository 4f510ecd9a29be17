"""The primary's sign of life: a beat in the log each third of a lease, and an eye on whether somebody stands by.

It beats on the loop that decides, so that an engine which hangs or is paused is seen to. Beats have a connection of
their own and wait for nobody on the way of an order. The answer to a beat is also how an engine learns, in a market
without orders, that it was replaced or that another engine disagrees with it.
"""

import asyncio

import structlog
from prometheus_client import Gauge

from trueman.engine.lease import Lease
from trueman.errors import LogUnavailable, OutcomeUnknown
from trueman.infra.log import Log

BEATS_IN_LEASE = 3
BEAT_SECONDS_MAX = 1.0

SHADOWS = Gauge("trueman_engine_shadow_stands_by", "1 while a shadow stands by for this primary")

logger = structlog.get_logger(__name__)


class Heart:
    def __init__(self, log: Log, epoch: int, lease_seconds: float) -> None:
        self._log = log
        self._epoch = epoch
        self._pause_seconds = beat_seconds(lease_seconds)
        self._shadow = Lease(lease_seconds)
        self._shadow_signs = -1
        self.shadow_stands_by = False

    async def run(self) -> None:
        """Raise Fenced when a later engine has taken over, Halted when engines disagree."""
        while True:
            try:
                await self._log.beat(self._epoch)
                await self._look()
            except (LogUnavailable, OutcomeUnknown) as error:
                logger.warning("no sign of life: the log is away", error=str(error))
            await asyncio.sleep(self._pause_seconds)

    async def _look(self) -> None:
        """A shadow stands by from its second sign on: the first may be of one that has just ended."""
        signs = (await self._log.heartbeat()).standby_beats
        over = self._shadow.is_over(signs, asyncio.get_running_loop().time())
        grown = 0 <= self._shadow_signs < signs
        self._shadow_signs = signs
        self.shadow_stands_by = grown or (self.shadow_stands_by and not over)
        SHADOWS.set(self.shadow_stands_by)

    async def end(self) -> None:
        """Everything decided is durable: whoever stands by need not wait for the lease. Not heard, it waits."""
        try:
            await self._log.beat(self._epoch, is_over=True)
        except (LogUnavailable, OutcomeUnknown) as error:
            logger.warning("ended without saying so: the log is away", error=str(error))


def beat_seconds(lease_seconds: float) -> float:
    """Between two signs of life, of a primary as of a shadow."""
    return min(lease_seconds / BEATS_IN_LEASE, BEAT_SECONDS_MAX)
