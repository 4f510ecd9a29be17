"""What a replay does about commands that were skipped: the event log says which, the list of signatures says whether
that was allowed.

A signature that came after the engine had decided the command changes nothing: its result stands in the log. So the
log alone decides what is skipped again, and a skip that two administrators have not signed ends the replay.
"""

from collections.abc import Awaitable, Callable

import structlog

from trueman.core.exchange import Exchange
from trueman.errors import StartError
from trueman.infra.log import CommandEntry, EventEntry
from trueman.infra.skips import NOTHING_SKIPPED, RUNBOOK, Skips, skipped_in

logger = structlog.get_logger(__name__)


class SkipList:
    """`read` asks for the signatures; without it a skip is believed because the log says so, and named."""

    def __init__(self, read: Callable[[], Awaitable[Skips]] | None = None) -> None:
        self._read = read
        self._known = NOTHING_SKIPPED

    async def tell(self, exchange: Exchange, command: CommandEntry, event: EventEntry) -> None:
        """Before the entry is decided again. Raise StartError for a skip that nobody has signed."""
        numbers = skipped_in(event.frame)
        if not numbers:
            return
        if self._read is not None:
            if not all(number in self._known for number in numbers):
                self._known = await self._read()  # it may have been signed since we read the list
            require_signed(self._known, command, numbers)
        skip_again(exchange, numbers)


def skip_again(exchange: Exchange, numbers: list[int]) -> None:
    logger.warning("commands that were skipped are skipped again", numbers=numbers)
    for number in numbers:
        exchange.skip(number)


def require_signed(signed: Skips, command: CommandEntry, numbers: list[int]) -> None:
    allowed = signed.of(command)
    for number in numbers:
        if number not in allowed:
            raise StartError(
                f"Command {number} is SKIPPED in the event log, but no two administrators have signed that. "
                f"The database is older than the log, or the log was written by something else. See {RUNBOOK}"
            )
