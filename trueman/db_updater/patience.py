"""How the updater waits for a neighbour that is away: longer each time, never for ever, and never in silence."""

import asyncio
from typing import Final

import structlog

from trueman.db_updater import metrics

RETRY_SECONDS_MIN: Final = 0.05
RETRY_SECONDS_MAX: Final = 2.0

logger = structlog.get_logger()


class Patience:
    def __init__(self, stop: asyncio.Event) -> None:
        self.stop = stop
        self.seconds = RETRY_SECONDS_MIN

    async def wait(self, neighbour: str, error: Exception) -> None:
        """Return after a while, or as soon as the updater is asked to stop."""
        metrics.WAITS.labels(neighbour).inc()
        reason = f"{type(error).__name__}: {error}"
        logger.warning("waiting", neighbour=neighbour, reason=reason, seconds=self.seconds)
        seconds, self.seconds = self.seconds, min(self.seconds * 2, RETRY_SECONDS_MAX)
        try:
            async with asyncio.timeout(seconds):
                await self.stop.wait()
        except TimeoutError:
            return
