"""After an unplanned start markets take cancels alone for a while, so that everybody may take back what he no longer
wants before anybody trades against it.

Unplanned is a start on a log whose last engine did not say that it was over, and whose place nobody had asked for.
What is done is done by commands in the log, like an administrator's, but with a tag of their own: markets that trade
become CANCEL_ONLY, and after the grace those whose newest state came from here trade again. What an administrator
says meanwhile stays said. PostgreSQL remembers where the grace began, so that a crash in the midst of it neither
forgets a market nor opens one that was closed for another reason.

The closing is in the log before the engine decides anything, so no order that comes after it trades. What the log had
taken while nobody decided stands before it, and is decided first: a log has one order, which nobody may bend.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Literal, TypeVar

import structlog
from prometheus_client import Gauge

from trueman.core.codec import EVENT_LAYOUTS, HEADER, Result, decode_results, encode
from trueman.core.commands import SET_MARKET_STATUS, SetMarketStatus
from trueman.core.events import MARKET_DEFINED, MarketDefined
from trueman.core.exchange import Exchange
from trueman.core.units import CANCEL_ONLY, TRADING
from trueman.engine.database import EngineDatabase
from trueman.errors import NEIGHBOUR_AWAY, Gap
from trueman.infra.log import Log

TAG: Final = 1
"""Of the grace's own commands. Tags of callers begin far above."""
RETRY_SECONDS: Final = 0.1
READ_ENTRIES_MAX: Final = 64
DEFINED: Final = HEADER.pack(MARKET_DEFINED, EVENT_LAYOUTS[MARKET_DEFINED].words)
RUNBOOK: Final = "docs/runbooks/markets-are-cancel-only.md"

GRACE: Final = Gauge("trueman_engine_grace", "1 while markets take cancels alone after an unplanned start")

Answer = TypeVar("Answer")

logger = structlog.get_logger(__name__)


class Grace:
    def __init__(self, log: Log, database: EngineDatabase, exchange: Exchange, epoch: int, seconds: float) -> None:
        self._log = log
        self._database = database
        self._exchange = exchange
        self._epoch = epoch
        self._seconds = seconds
        self._after: int | None = None
        """Where the event log ended when the grace began; None when there is none."""

    async def begin(self, *, was_planned: bool) -> Literal[True]:
        """Return when the closing is in the log, not when it is decided. Raise Fenced when another has taken over."""
        end = self._exchange.sequence
        unfinished = await patiently(self._database.grace_after)
        is_due = not was_planned and self._seconds > 0 and end > 0
        if unfinished is None and not is_due:
            return True
        self._after = await patiently(lambda: self._database.begin_grace(end))
        GRACE.set(1)
        logger.warning("grace", seconds=self._seconds, runbook=RUNBOOK)
        if is_due:
            await patiently(self._close)
        return True

    async def run(self) -> None:
        """Return when every market is as it shall be. Raise Fenced when another engine has taken over."""
        if self._after is None:
            return
        try:
            await patiently(self._give_back)
            await asyncio.sleep(self._seconds)
            await patiently(self._open)
        except Gap as gap:
            logger.error("nobody knows any more who closed which market", error=str(gap), runbook=RUNBOOK)
        await patiently(self._database.end_grace)
        GRACE.set(0)
        logger.info("the grace is over")

    async def _close(self) -> None:
        await self._set(dict.fromkeys(self._markets(TRADING), CANCEL_ONLY))

    async def _give_back(self) -> None:
        """The state that commands which stood before our closing had set: then it was no longer ours to close."""
        await self._open_those(lambda status: status != TRADING)

    async def _open(self) -> None:
        await self._open_those(lambda status: True)

    async def _open_those(self, is_meant: Callable[[int], bool]) -> None:
        """Of the markets closed because of a grace, those whose state of before is meant. Return when it is decided."""
        assert self._after is not None
        closed = await self._closed_here(self._after)
        still = self._markets(CANCEL_ONLY)
        meant = {market: status for market, status in closed.items() if market in still and is_meant(status)}
        if (last := await self._set(meant)) is not None:
            await self._decided(last)

    def _markets(self, status: int) -> set[int]:
        return {int(market.number) for market in self._exchange.listing.markets if market.status == status}

    async def _set(self, statuses: dict[int, int]) -> int | None:
        """Return the number of the last of these commands; None when there are none."""
        if not statuses:
            return None
        await self._log.beat(self._epoch)  # whoever has been replaced must not speak in the new engine's grace
        commands = [encode(SetMarketStatus(TAG, market, status)) for market, status in sorted(statuses.items())]
        _, last = await self._log.append_commands(len(commands), b"".join(commands))
        logger.warning("states of markets", statuses=statuses)
        return last

    async def _decided(self, number: int) -> None:
        while await self._log.last_event() < number:  # noqa: ASYNC110 - the end of the log is a question, no event
            await asyncio.sleep(RETRY_SECONDS)

    async def _closed_here(self, after: int) -> dict[int, int]:
        """The markets that are closed because of a grace, and the state that each had before."""
        await self._decided(await self._log.last_command())
        closed: dict[int, int] = {}
        known: dict[int, int] = {}
        while entries := await self._log.read_events(after, count=READ_ENTRIES_MAX):
            for entry in entries:
                after = entry.last
                if DEFINED in entry.frame:  # most frames say nothing of any market, and need not be taken apart
                    for result in decode_results(entry.frame):
                        note(result, closed, known)
            await asyncio.sleep(0)
        return closed


def note(result: Result, closed: dict[int, int], known: dict[int, int]) -> None:
    """What one result says of the states of markets. `known` has what the results so far have said."""
    for event in result.events:
        if not isinstance(event, MarketDefined):
            continue
        market, before = event.market, known.get(event.market, TRADING)
        known[market] = event.status
        if result.decided.kind == SET_MARKET_STATUS and result.decided.tag == TAG:
            if event.status == CANCEL_ONLY:
                closed.setdefault(market, before)
            else:
                closed.pop(market, None)
        elif result.decided.kind == SET_MARKET_STATUS or event.status != before:
            closed.pop(market, None)


async def patiently(act: Callable[[], Awaitable[Answer]]) -> Answer:
    """Again and again while a neighbour is away. What is done twice here comes to the same as once."""
    while True:
        try:
            return await act()
        except NEIGHBOUR_AWAY as error:
            logger.warning("the grace waits for a neighbour", error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
