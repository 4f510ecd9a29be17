"""The log's twin in memory: the same promises but for durability, for tests and simulations."""

import asyncio
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from trueman.errors import Fenced, Gap, Halted, LogUnavailable
from trueman.infra.clock import Clock, wall_clock_us
from trueman.infra.log import GENESIS_RULESET, CommandEntry, EventEntry, Heartbeat, LogSize, Moment

NOBODY: Final = -1
"""No epoch: those begin at 1, and 0 is the fence of a log to which none has written."""

Entry = TypeVar("Entry", CommandEntry, EventEntry)


class MemoryStream(Generic[Entry]):
    """Entries in order, and a bell that rings when one arrives."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.last = 0
        self._grown = asyncio.Event()

    def append(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.last = entry.last
        self._grown.set()
        self._grown = asyncio.Event()

    async def read(self, after: int, wait_ms: int, count: int) -> list[Entry]:
        if after == self.last and wait_ms > 0:
            try:
                async with asyncio.timeout(wait_ms / 1_000):
                    await self._grown.wait()
            except TimeoutError:
                return []
        return self._following(after, count)

    def _following(self, after: int, count: int) -> list[Entry]:
        if after == self.last:
            return []
        at = bisect_right(self.entries, after, key=lambda entry: entry.last)
        if at == len(self.entries) or self.entries[at].first != after + 1:
            raise Gap(f"no entry begins at {after + 1}; the log ends at {self.last}")
        return self.entries[at : at + count]

    def trim(self, below: int) -> None:
        self.entries = [entry for entry in self.entries if entry.last >= below]


class MemoryLog:
    def __init__(self, clock: Clock = wall_clock_us) -> None:
        self._clock = clock
        self._created = False
        self._is_restoring = False
        self._time_us = 0
        self._genesis_ruleset = GENESIS_RULESET
        self._fence = 0
        self._over = self._switch = NOBODY
        """The epoch that ended in order, and the one that shall be replaced."""
        self._beats = self._standby_beats = self._standby_at = 0
        self._halted = ""
        self._notes: dict[str, str] = {}
        self.commands: MemoryStream[CommandEntry] = MemoryStream()
        self.events: MemoryStream[EventEntry] = MemoryStream()

    async def create(self, ruleset: int) -> None:
        if self._created:
            raise LogUnavailable("the log was created before")
        self._created = True
        self._genesis_ruleset = ruleset

    async def genesis_ruleset(self) -> int:
        return self._genesis_ruleset

    async def exists(self) -> bool:
        return self._created

    async def append_commands(self, count: int, frame: bytes) -> tuple[int, int]:
        self._require_created()
        self._require_agreement()
        if count < 1:
            raise LogUnavailable("a frame has at least one command")
        self._pass_time()
        first = self.commands.last + 1
        self.commands.append(CommandEntry(first, first + count - 1, self._time_us, frame))
        return first, self.commands.last

    async def append_events(self, epoch: int, first: int, last: int, frame: bytes, chain: bytes) -> None:
        await self.append_event_entries([EventEntry(first, last, epoch, chain, frame)])

    async def append_event_entries(self, entries: Sequence[EventEntry]) -> None:
        self._require_created()
        self._require_epoch(entries[0].epoch)
        end = self.events.last
        for entry in entries:
            if entry.first != end + 1 or entry.last < entry.first:
                raise Gap(f"the event log ends at {end}, the entry begins at {entry.first}")
            end = entry.last
        self._fence = entries[0].epoch
        for entry in entries:
            self.events.append(entry)

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[CommandEntry]:
        return await self.commands.read(after, wait_ms, count)

    async def read_events(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[EventEntry]:
        return await self.events.read(after, wait_ms, count)

    async def event_chain(self, last: int) -> bytes | None:
        return next((entry.chain for entry in reversed(self.events.entries) if entry.last == last), None)

    async def last_command(self) -> int:
        return self.commands.last

    async def last_event(self) -> int:
        return self.events.last

    async def pass_time(self) -> Moment:
        self._require_created()
        self._pass_time()
        return Moment(self._time_us, self.commands.last)

    async def fence(self, epoch: int) -> int:
        self._require_created()
        self._require_epoch(epoch)
        self._fence = epoch
        self._is_restoring = False
        return self.events.last

    async def beat(self, epoch: int, *, is_over: bool = False) -> None:
        self._require_created()
        self._require_epoch(epoch)
        self._beats += 1
        if is_over:
            self._over = epoch

    async def stand_by(self, sequence: int) -> None:
        self._require_created()
        self._standby_beats += 1
        self._standby_at = sequence

    async def heartbeat(self) -> Heartbeat:
        self._require_created()
        is_over, switch = self._over == self._fence, self._switch == self._fence
        standby = self._standby_beats, self._standby_at
        return Heartbeat(self._fence, self._beats, is_over, switch, *standby, self._halted)

    async def take_back_switch(self, epoch: int) -> None:
        self._require_created()
        self._require_epoch(epoch)
        self._switch = NOBODY

    async def ask_switch(self, epoch: int) -> None:
        self._require_created()
        self._require_epoch(epoch)
        self._switch = epoch or NOBODY

    async def halt(self, reason: str) -> None:
        self._require_created()
        self._halted = self._halted or reason

    async def resume(self) -> None:
        self._require_created()
        self._halted = ""

    async def note(self, name: str, text: str) -> None:
        self._notes[name] = text

    async def noted(self, name: str) -> str:
        return self._notes.get(name, "")

    async def create_after(self, number: int, time_us: int, ruleset: int) -> None:
        await self.create(ruleset)
        self.commands.last = self.events.last = number
        self._time_us = time_us
        self._is_restoring = True

    async def restore_commands(self, entries: Sequence[CommandEntry]) -> None:
        if not self._is_restoring:
            raise LogUnavailable("the log lives: nothing is restored into it")
        for entry in entries:
            if entry.first != self.commands.last + 1 or entry.last < entry.first or entry.time_us < self._time_us:
                raise Gap(f"the command log ends at {self.commands.last}, the entry begins at {entry.first}")
            self._time_us = entry.time_us
            self.commands.append(entry)

    async def trim(self, below: int) -> None:
        self.commands.trim(below)
        self.events.trim(below)

    async def size(self) -> LogSize:
        commands = sum(len(entry.frame) for entry in self.commands.entries)
        return LogSize(commands + sum(len(entry.frame) for entry in self.events.entries), 0)

    async def close(self) -> None:
        """Nothing to give back: the entries live as long as this object."""

    def _pass_time(self) -> None:
        self._time_us = max(self._time_us, self._clock())

    def _require_created(self) -> None:
        if not self._created:
            raise LogUnavailable("the log was not created")

    def _require_agreement(self) -> None:
        if self._halted:
            raise Halted(self._halted)

    def _require_epoch(self, epoch: int) -> None:
        self._require_agreement()
        if epoch < self._fence:
            raise Fenced(f"epoch {epoch} is stale: {self._fence} writes now")
