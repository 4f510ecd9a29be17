"""Lives the whole life of an exchange again, from genesis, and compares it with what was written down.

The archive proves itself as far as checksums go; only a replay proves that every result is what the commands come to,
so a forger would have to write a history that is right. What is compared besides: each snapshot, byte for byte, with
the state at its number, and the live log, which goes on from the archive.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from trueman.core.exchange import Exchange
from trueman.engine.replay import REPLAY_ENTRIES_MAX, replay_one
from trueman.engine.snapshots import SnapshotStore, load, place_of
from trueman.errors import ArchiveDamaged, Gap, StartError
from trueman.infra.archive import Archive
from trueman.infra.log import Log
from trueman.infra.segments import Pair
from trueman.infra.skips import skipped_in

NOT_FROM_GENESIS = (
    "The archive does not begin with command 1 but with the state after {:,}, because the log had been trimmed before "
    "it was archived. What came before is proven by nothing here."
)

Progress = Callable[[int], None]
"""Told the number of the last command that was compared."""


class Witness(Protocol):
    """Somebody else who is shown the whole log, and decides nothing."""

    def check(self, time_us: int, commands: bytes, events: bytes) -> None: ...


Summon = Callable[[int], Witness]
"""Told the ruleset of genesis. Nobody is called where the past does not begin there."""


class Verified(NamedTuple):
    begin: int
    """0: genesis. Else the archive begins with a snapshot of that number, which nothing proves."""
    sequence: int
    digest: bytes
    segments: int
    snapshots: list[int]
    """Numbers of the snapshots that were found the same."""
    skipped: list[int]
    """Commands that nobody looked at, because two administrators had signed so."""

    def lines(self) -> list[str]:
        return [
            *([NOT_FROM_GENESIS.format(self.begin)] if self.begin else []),
            f"Commands {self.begin + 1:,} to {self.sequence:,} were decided again, every result is the same.",
            f"{self.segments} archived segments are whole and follow each other.",
            f"Snapshots found the same, byte for byte: {', '.join(map(str, self.snapshots)) or 'none reached'}.",
            f"Commands that operators had skipped: {', '.join(map(str, self.skipped)) or 'none'}.",
            f"State digest at {self.sequence}: {self.digest.hex()}",
        ]


class Verifier:
    """Whatever differs is raised as ArchiveDamaged, at the first place where it does."""

    def __init__(
        self, archive: Archive, snapshots: SnapshotStore | None, tell: Progress, summon: Summon | None = None
    ) -> None:
        self._archive = archive
        self._tell = tell
        self._summon = summon
        self._witness: Witness | None = None
        self._exchange = Exchange()
        self._begin = 0
        self._segments = 0
        self._same: list[int] = []
        self._skipped: list[int] = []
        self._waiting = sorted(snapshots.paths(), key=place_of, reverse=True) if snapshots else []
        """Oldest last."""

    async def run(self, log: Log | None) -> Verified:
        """`log` is the live one, which is followed to where it ends now."""
        if self._archive.base is not None:
            self._begin_with(self._archive.base)
        for segment in self._archive.walk():
            if self._segments == self._begin == 0:
                self._begin_at_genesis(segment.header.genesis_ruleset)
            for pair in segment.pairs:
                self._live_again(pair)
            self._segments += 1
            self._tell(self._exchange.sequence)
        if log is not None:
            await self._follow(log)
        exchange = self._exchange
        exchange.check()
        return Verified(self._begin, exchange.sequence, exchange.digest(), self._segments, self._same, self._skipped)

    def _begin_at_genesis(self, ruleset: int) -> None:
        self._exchange = Exchange(ruleset)
        if self._summon is not None:
            self._witness = self._summon(ruleset)

    def _begin_with(self, snapshot: Path) -> None:
        try:
            _, self._exchange = load(snapshot)
        except (ValueError, msgspec.MsgspecError) as error:
            raise ArchiveDamaged(f"{snapshot}, with which the archive begins, is damaged: {error}") from error
        self._begin = self._exchange.sequence
        self._waiting = [path for path in self._waiting if place_of(path)[0] > self._begin]

    async def _follow(self, log: Log) -> None:
        end = await log.last_event()
        if end < self._exchange.sequence:
            raise ArchiveDamaged(
                f"the live log ends at {end} and the archive at {self._exchange.sequence}: the log has lost its end"
            )
        chain = await log.event_chain(self._exchange.sequence)
        if chain not in (None, self._exchange.chain) and self._exchange.sequence:
            raise ArchiveDamaged(f"the live log has another hash chain at {self._exchange.sequence} than the archive")
        if self._exchange.sequence == 0:
            self._begin_at_genesis(await log.genesis_ruleset())
        while self._exchange.sequence < end:
            for pair in await read_pairs(log, self._exchange.sequence):
                self._live_again(pair)
            self._tell(self._exchange.sequence)

    def _live_again(self, pair: Pair) -> None:
        for number in skipped_in(pair.event.frame):
            self._exchange.skip(number)
            self._skipped.append(number)
        try:
            replay_one(self._exchange, pair.command, pair.event)
        except StartError as difference:
            raise ArchiveDamaged(str(difference)) from difference
        if self._witness is not None:
            self._witness.check(pair.command.time_us, pair.command.frame, pair.event.frame)
        while self._waiting and place_of(self._waiting[-1])[0] <= self._exchange.sequence:
            self._compare(self._waiting.pop())

    def _compare(self, path: Path) -> None:
        number = place_of(path)[0]
        state = path.read_bytes().partition(b"\n")[2]
        if number != self._exchange.sequence or state != self._exchange.snapshot():
            raise ArchiveDamaged(f"{path} is not the state at {number} that the log comes to")
        self._same.append(number)


async def read_pairs(log: Log, after: int) -> list[Pair]:
    """The next entries of both logs. Raise ArchiveDamaged when they are not there."""
    try:
        commands = await log.read_commands(after, count=REPLAY_ENTRIES_MAX)
        events = await log.read_events(after, count=REPLAY_ENTRIES_MAX)
    except Gap as gap:
        raise ArchiveDamaged(f"the live log does not reach back to {after + 1}, where the archive ends: {gap}") from gap
    return [Pair(command, event) for command, event in zip(commands, events, strict=False)]
