"""Taking the primary's place: lock every earlier engine out, catch up with what it still wrote, and go on from there.

Whether that place was given up in order is told by the log until our fence stands in it, and not afterwards. A
neighbour that is lost in between makes us try again, when the log knows of nobody but ourselves. So it is remembered
here what the log said before our first fence: a planned change of engines stays one however often it is tried.
"""

from trueman.core.exchange import Exchange
from trueman.engine.database import EngineDatabase
from trueman.engine.replay import replay
from trueman.engine.skipping import SkipList
from trueman.infra.log import Heartbeat, Log


class Succession:
    """The attempts of one process, which succeeds at most once."""

    def __init__(self, log: Log, database: EngineDatabase) -> None:
        self._log = log
        self._database = database
        self._epochs: set[int] = set()
        """Which we have asked the log to fence for. The answer may have been lost; nobody else has these numbers."""
        self.was_planned = False
        """Whoever was primary before ended in order, or was asked to be replaced; or there was nobody."""

    def is_begun(self, heartbeat: Heartbeat) -> bool:
        """The log is locked for us, and an attempt did not get to its end."""
        return heartbeat.epoch in self._epochs

    async def attempt(self, exchange: Exchange, heartbeat: Heartbeat) -> int:
        """Return our epoch. `heartbeat` is what speaks for taking over.

        Raise Fenced when another was faster, Differs when the state is not the log's.
        """
        if not self.is_begun(heartbeat):
            self.was_planned = heartbeat.is_planned_end
        epoch = await self._database.next_epoch(above=heartbeat.epoch)
        self._epochs.add(epoch)
        end = await self._log.fence(epoch)
        await replay(self._log, exchange, end, SkipList(self._database.skips))
        assert exchange.sequence == end
        return epoch
