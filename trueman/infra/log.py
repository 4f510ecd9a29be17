"""The two logs: commands in, events out. Dense, numbered, fenced; the truth that everything else is folded from.

An entry is a frame: the commands numbered `first`..`last`, or the results of them. `first` is always the previous
entry's `last` + 1. `ValkeyLog` and `MemoryLog` meet one contract test.

What goes wrong is one of three: LogUnavailable, nothing was written; OutcomeUnknown, an append may or may not
have been written (read the tail); LogDamaged, the log is not what it was or not ours any more, and the process stops.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


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


class Log(Protocol):
    async def create(self) -> None:
        """Make both logs, empty, at number 0. Only at genesis; nobody creates a log by accident."""

    async def exists(self) -> bool:
        """Raise Gap when only a part of it is there."""
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
        """Bring the log's time up to its server's clock: what is appended later is never stamped earlier.

        So a command beyond `last_command` whose deadline lies before this time will be refused, whatever the clock
        does from now on. That is how "not found" becomes final when nobody trades.
        """
        ...

    async def fence(self, epoch: int) -> int:
        """From now on only `epoch` or a later one may append events. Return the event log's last number.

        Raise Fenced when a later epoch was already set.
        """
        ...

    async def trim(self, below: int) -> None:
        """Forget entries whose `last` is below `below`, in both logs."""

    async def close(self) -> None: ...
