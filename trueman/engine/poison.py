"""A command that breaks the core: written down with everything needed to find out why, and not tried for ever.

An exception in the core is a bug, and the state in memory is worth nothing from then on: the engine says nothing
more, writes down what happened and ends. A start decides the command again from a whole state; when the same build
breaks on the same command twice it halts, and an operator decides (docs/runbooks/poison-command.md).

`<data>/poison/<N>/` holds a file for each attempt, the state before the frame of command N as a snapshot like any
other, and the last commands up to and including that frame, a line [first, last, time, frame] for each frame. The
broken state itself is not kept: nothing is known of it but that it is wrong, and the dump leads to it step by step.
"""

import asyncio
import time
import traceback
from collections import deque
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import structlog

from trueman.core.exchange import Exchange
from trueman.engine.archive import Offload, in_thread
from trueman.engine.replay import REPLAY_ENTRIES_MAX, decide
from trueman.engine.snapshots import SnapshotStore, take
from trueman.engine.this_build import this_build
from trueman.errors import Gap, NotDurable, StartError
from trueman.infra.durable_files import sync_folder, write_durably
from trueman.infra.log import CommandEntry, Log
from trueman.infra.skips import NOTHING_SKIPPED, Skips

ATTEMPTS_MAX: Final = 2
"""So often one build may break on one command; then it halts."""
COMMANDS_KEPT: Final = 1_000
COMMANDS_FILE: Final = "commands.jsonl"
RUNBOOK: Final = "docs/runbooks/poison-command.md"

logger = structlog.get_logger(__name__)


class Attempt(msgspec.Struct, frozen=True):
    number: int
    first: int
    last: int
    """The frame in which the command came."""
    epoch: int
    build: str
    time: str
    traceback: str


class Before(NamedTuple):
    exchange: Exchange
    entries: list[CommandEntry]
    """The last commands, the frame that breaks the core included."""


class Poison:
    """Its files are written in threads: what beats, answers probes and hears of a stop goes on meanwhile."""

    def __init__(self, folder: Path, log: Log, snapshots: SnapshotStore, *, offload: Offload = in_thread) -> None:
        self.folder = folder
        self._log = log
        self._snapshots = snapshots
        self._offload = offload
        self.skips: Skips = NOTHING_SKIPPED
        """What was signed when this engine began to decide."""

    async def met(self, number: int, entry: CommandEntry, epoch: int, error: Exception) -> None:
        """Write it down; raise StartError when this was once too often."""
        place = self.folder / str(number)
        said = "".join(traceback.format_exception(error))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        try:
            attempt = Attempt(number, entry.first, entry.last, epoch, this_build(), now, said)
            await self._offload(self._note, place, attempt)
        except (OSError, NotDurable) as failure:
            raise StartError(unwritten(number, place, failure, said)) from error
        try:
            await self._dump(place, entry, epoch)
        except Exception as failure:  # what the dump meets must not hide what broke the core
            logger.error("the dump is not whole", place=str(place), error=f"{type(failure).__name__}: {failure}")
        attempts = attempts_of(place)
        logger.error("a command broke the core", number=number, attempts=attempts, dump=str(place))
        if attempts >= ATTEMPTS_MAX:
            raise StartError(advice(number, place, attempts)) from error

    def _note(self, place: Path, attempt: Attempt) -> None:
        """By its epoch, which no two engines share: one and its shadow may have the same folder."""
        place.mkdir(parents=True, exist_ok=True)
        sync_folder(self.folder)
        content = msgspec.json.format(msgspec.json.encode(attempt), indent=2)
        write_durably(place / f"attempt-{attempt.epoch}.json", [content])

    def require_none_after(self, sequence: int) -> None:
        """Raise StartError when a command that is still to be decided has broken this build often enough."""
        for place in sorted(self.folder.glob("[0-9]*")):
            number, attempts = int(place.name), attempts_of(place)
            if number > sequence and number not in self.skips and attempts >= ATTEMPTS_MAX:
                raise StartError(advice(number, place, attempts))

    async def _dump(self, place: Path, entry: CommandEntry, epoch: int) -> None:
        """Once: a later attempt broke on the same commands after the same state."""
        if (place / COMMANDS_FILE).exists():
            return
        await self._offload(write_down, place, await self._before(entry), epoch)

    async def _before(self, entry: CommandEntry) -> Before:
        """Decided again from a snapshot: what this process has in memory is broken."""
        try:
            return await self._decided_again(entry, entry.first - COMMANDS_KEPT)
        except Gap:  # the log does not reach back so far; the state before is worth more than all the commands
            return await self._decided_again(entry, entry.first - 1)

    async def _decided_again(self, entry: CommandEntry, until: int) -> Before:
        found = await self._offload(self._snapshots.newest, until)
        exchange = found[1] if found else Exchange(await self._log.genesis_ruleset())
        kept = LastCommands()
        while exchange.sequence < entry.first - 1:
            for earlier in await self._log.read_commands(exchange.sequence, count=REPLAY_ENTRIES_MAX):
                if earlier.first == entry.first:
                    break
                self.skips.tell(exchange, earlier)
                decide(exchange, earlier, 0)
                kept.add(earlier)
                await asyncio.sleep(0)
        kept.add(entry)
        return Before(exchange, list(kept.entries))


def write_down(place: Path, before: Before, epoch: int) -> None:
    SnapshotStore(place).save(take(before.exchange, epoch))
    lines = [msgspec.json.encode(kept) for kept in before.entries]
    write_durably(place / COMMANDS_FILE, [b"\n".join(lines), b"\n"])


class LastCommands:
    """The entries that hold the last COMMANDS_KEPT commands."""

    def __init__(self) -> None:
        self.entries: deque[CommandEntry] = deque()

    def add(self, entry: CommandEntry) -> None:
        self.entries.append(entry)
        while entry.last - self.entries[0].last >= COMMANDS_KEPT:
            self.entries.popleft()


def advice(number: int, place: Path, attempts: int) -> str:
    return (
        f"Command {number} has broken the core of this build {attempts} times: the engine halts. What was acknowledged "
        f"is safe in the log; command {number} and what follows it wait there undecided. The tracebacks, the state "
        f"before and the last commands are in {place}. Start a build that can decide it, or have two administrators "
        f"sign that it is skipped (trueman admin skip {number} --reason '...'), and start again. See {RUNBOOK}"
    )


def unwritten(number: int, place: Path, failure: Exception, said: str) -> str:
    return (
        f"Command {number} has broken the core, and that cannot be written down in {place}: {failure}. The engine "
        f"halts, because it could not count its attempts; what was acknowledged is safe in the log. Make room there, "
        f"or mend the disk, and start again. See {RUNBOOK}\n{said}"
    )


def attempts_of(place: Path) -> int:
    """Of this build: another one may know better."""
    attempts = [msgspec.json.decode(path.read_bytes(), type=Attempt) for path in place.glob("attempt-*.json")]
    return sum(attempt.build == this_build() for attempt in attempts)
