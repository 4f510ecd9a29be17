"""The two logs: commands in, events out. Dense, numbered, fenced; the truth that everything else is folded from.

An entry is a frame: the commands numbered `first`..`last`, or the results of them. `first` is always the previous
entry's `last` + 1. `ValkeyLog` and `MemoryLog` meet one contract test.

What goes wrong is one of three: LogUnavailable, nothing was written; OutcomeUnknown, an append may or may not
have been written (read the tail); LogDamaged, the log is not what it was or not ours any more, and the process stops.

Beside the entries a log keeps what engines must know of each other: whose turn it is (the fence), that the primary
lives (its beats), that somebody stands by, and that two of them disagree. Beats are counters: whoever judges them
does so by its own monotonic clock, and no server's wall clock decides anything.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

GENESIS_RULESET: Final = 2
"""Of a log that does not say under which ruleset it began."""


class CommandEntry(NamedTuple):
    first: int
    last: int
    time_us: int
    """Stamped by the log, never decreasing: the only clock the core knows."""
    frame: bytes


class EventEntry(NamedTuple):
    first: int
    last: int
    epoch: int
    chain: bytes
    """The hash chain after this frame: H(previous chain, command frame, result frame)."""
    frame: bytes


class Moment(NamedTuple):
    """Where the command log stood when its time was read."""

    time_us: int
    last_command: int


class Heartbeat(NamedTuple):
    epoch: int
    """Whoever may append events: the fence. 0 before the first engine."""
    beats: int = 0
    """Counts up while the primary lives, over all epochs."""
    is_over: bool = False
    """The engine of this epoch has ended in order; nobody decides until another takes over."""
    switch: bool = False
    """An operator wants another engine in this one's place."""
    standby_beats: int = 0
    """Counts up while somebody stands by."""
    standby_at: int = 0
    """The last command whose result a standby has found the same."""
    halted: str = ""
    """Two engines disagree, and nobody may append until an operator has decided; the text says about what."""

    @property
    def is_planned_end(self) -> bool:
        """Whoever takes over now does so because it was wanted: nothing broke."""
        return self.epoch == 0 or self.is_over or self.switch


class LogSize(NamedTuple):
    """Memory of the log's server, and what it allows itself; 0 when there is no bound."""

    bytes: int
    bytes_max: int


class Log(Protocol):
    async def create(self, ruleset: int) -> None:
        """Make both logs, empty, at number 0; command 1 will be decided under `ruleset`.

        Only at genesis; nobody creates a log by accident.
        """

    async def exists(self) -> bool:
        """Raise Gap when only a part of it is there."""
        ...

    async def genesis_ruleset(self) -> int:
        """The ruleset under which command 1 is decided. A log that does not say was made when there was only 2."""
        ...

    async def append_commands(self, count: int, frame: bytes) -> tuple[int, int]:
        """Number and stamp `count` commands; return (first, last) once they would survive a power cut.

        Raise LogUnavailable when nothing was written, OutcomeUnknown when they may have been. Never retried in
        here, and not cancelled with its caller.
        """
        ...

    async def append_events(self, epoch: int, first: int, last: int, frame: bytes, chain: bytes) -> None:
        """Raise Fenced for a stale epoch, Gap when `first` is not the event log's last number + 1."""

    async def append_event_entries(self, entries: Sequence[EventEntry]) -> None:
        """All of them or none, with one fsync. They follow each other and are of one epoch."""

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[CommandEntry]:
        """Entries that begin at `after` + 1, oldest first; wait up to `wait_ms` when there is none yet.

        `after` is the `last` of an entry, or 0. Raise Gap when the range is trimmed, lost or not dense.
        """
        ...

    async def read_events(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[EventEntry]: ...

    async def event_chain(self, last: int) -> bytes | None:
        """The chain of the event entry that ends at `last`; None when there is no such entry (any more)."""
        ...

    async def last_command(self) -> int:
        """0 when nothing was appended, or nothing was created."""
        ...

    async def last_event(self) -> int: ...

    async def pass_time(self) -> Moment:
        """Bring the log's time up to the earlier one of its server's clock and ours: what is appended later is never
        stamped earlier.

        So a command beyond `last_command` whose deadline lies before this time will be refused, whatever the clock
        does from now on. That is how "not found" becomes final when nobody trades.
        """
        ...

    async def fence(self, epoch: int) -> int:
        """From now on only `epoch` or a later one may append events. Return the event log's last number.

        Raise Fenced when a later epoch was already set.
        """
        ...

    async def beat(self, epoch: int, *, is_over: bool = False) -> None:
        """The primary's sign of life. Raise Fenced when a later epoch was set, Halted when engines disagree."""

    async def stand_by(self, sequence: int) -> None:
        """A standby's sign of life: it has found every result up to `sequence` the same."""

    async def heartbeat(self) -> Heartbeat: ...

    async def take_back_switch(self, epoch: int) -> None:
        """What ends after this ends unasked. Raise Fenced when a later engine has followed the wish."""

    async def ask_switch(self, epoch: int) -> None:
        """Whoever stands by shall replace the engine of `epoch` at once. Raise Fenced when that one is gone."""

    async def halt(self, reason: str) -> None:
        """Engines disagree: no append, fence or beat succeeds any more; each raises Halted. The first reason stays."""

    async def resume(self) -> None:
        """An operator has found out which engine was right, and that one alone will start."""

    async def note(self, name: str, text: str) -> None:
        """Keep a text beside the logs, as durable as they are: for what must not be forgotten with PostgreSQL. An empty
        one is as good as none."""

    async def noted(self, name: str) -> str:
        """What was last kept under this name; empty when nothing was."""
        ...

    async def create_after(self, number: int, time_us: int, ruleset: int) -> None:
        """Make both logs as if all up to `number`, of that time, had been trimmed. Only to bring back a backup."""

    async def restore_commands(self, entries: Sequence[CommandEntry]) -> None:
        """Append entries with the numbers and times that they had. Only after `create_after`, until somebody fences."""

    async def trim(self, below: int) -> None:
        """Forget entries whose `last` is below `below`, in both logs."""

    async def size(self) -> LogSize: ...

    async def close(self) -> None: ...
