"""The switch of the desk that pays withdrawals: open, or closed until an operator has looked.

Tables that were restored from a copy do not know what was paid after it was taken. So a restore closes the desk, and a
PostgreSQL that is found to have gone back closes it too: what it was when it was last seen stands in the log, which is
no part of it. A PostgreSQL that was moved to another server looks the same from here, and is treated the same.
"""

import time
from collections.abc import Callable
from typing import Final

import asyncpg
import msgspec
import structlog
from prometheus_client import Gauge

from trueman.infra.database import audit, payout_desk
from trueman.infra.database.payout_desk import DeskState, Place
from trueman.infra.log import Log

NOTE: Final = "postgres"
NOBODY: Final = 0
"""The account of what the exchange does by itself."""
ALARM_AGAIN_SECONDS: Final = 60.0
RUNBOOK: Final = "docs/runbooks/the-desk-is-closed.md"

CLOSED: Final = Gauge("trueman_payout_desk_closed", "1 while no withdrawal is paid until an operator opens the desk")

logger = structlog.get_logger(__name__)


class Seen(msgspec.Struct, frozen=True):
    """What PostgreSQL was when it was last looked at, as far as no crash of it can take that back."""

    identity: str
    flushed: int
    offset: int


class Switch:
    def __init__(self, log: Log, database: asyncpg.Pool, clock_us: Callable[[], int]) -> None:
        self._log = log
        self._database = database
        self._clock_us = clock_us
        self._written: Place | None = None
        """A place whose last commits may not be on the disk yet."""
        self._offset = 0
        """Of the updater, when that surely was."""
        self._told_at = float("-inf")
        self.is_open: bool | None = None
        """As it was last seen; None until then."""

    async def look(self) -> DeskState:
        """Whether withdrawals are paid, after a look at what PostgreSQL is: one that went back closes the desk."""
        state = await payout_desk.state(self._database)
        if state.is_open:
            state = await self._compare(state)
        self.is_open = state.is_open
        CLOSED.set(not state.is_open)
        if not state.is_open and time.monotonic() - self._told_at >= ALARM_AGAIN_SECONDS:
            self._told_at = time.monotonic()
            logger.error(
                "withdrawals are not paid: the desk is closed", why=state.why, by=state.changed_by, see=RUNBOOK
            )
        return state

    async def close(self, why: str, by: str) -> bool:
        return await payout_desk.close(self._database, why, self._clock_us(), by)

    async def open_again(self, why: str, by: str) -> bool:
        """Whoever opens it says with that: PostgreSQL as it is now is the right one."""
        place = await payout_desk.place(self._database)
        self._written, self._offset = place, 0
        await self._note(Seen(place.identity, place.flushed, 0))
        return await payout_desk.open_again(self._database, why, self._clock_us(), by)

    async def _compare(self, state: DeskState) -> DeskState:
        text = await self._log.noted(NOTE)
        known = msgspec.json.decode(text, type=Seen) if text else None
        place = await payout_desk.place(self._database)
        fault = went_back(known, place) if known else ""
        if fault:
            await self.close(fault, "the exchange itself")
            detail = {"why": fault, "was": text, "is": place.identity, "flushed": place.flushed, "offset": place.offset}
            await audit.record(self._database, self._clock_us(), NOBODY, "ClosePayoutDesk", detail)
            return await payout_desk.state(self._database)
        now = Seen(place.identity, place.flushed, max(self._surely(place), known.offset if known else 0))
        if now != known:
            await self._note(now)
        return state

    def _surely(self, place: Place) -> int:
        """The updater commits without waiting for the disk: its offset counts once the log is flushed beyond it."""
        before = self._written
        if before is None or place.identity != before.identity:
            self._written, self._offset = place, 0
        elif has_crashed(before, place):
            self._written = place
        elif place.flushed >= before.written:
            self._offset, self._written = before.offset, place
        return self._offset

    async def _note(self, seen: Seen) -> None:
        await self._log.note(NOTE, msgspec.json.encode(seen).decode())


def has_crashed(before: Place, now: Place) -> bool:
    """Then commits that were seen before may be gone, as they may be without harm: nobody was told of them."""
    return now.started_us != before.started_us or now.offset < before.offset or now.written < before.written


def went_back(known: Seen, place: Place) -> str:
    """Why this is not the PostgreSQL that was known, or an older state of it; empty when it is."""
    if place.identity != known.identity:
        return (
            "PostgreSQL is another than the one that the exchange worked with (restored from a copy, or moved to "
            f"another server: {known.identity} became {place.identity}), so it may not know of payments that were made"
        )
    if place.flushed < known.flushed or place.offset < known.offset:
        return (
            f"PostgreSQL went back to an older state of itself (from command {known.offset} or later to "
            f"{place.offset}, its log from byte {known.flushed} to {place.flushed}), so it may not know of payments "
            "that were made"
        )
    return ""
