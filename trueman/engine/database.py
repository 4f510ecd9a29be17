"""What the engine asks PostgreSQL: whose turn it is, and how far the tables have come."""

from typing import Protocol

from trueman.infra.skips import Skip, Skips


class EngineDatabase(Protocol):
    async def next_epoch(self, above: int = 0) -> int:
        """A number that no engine had before: not by this database, and, where it was turned back, not `above` either.

        Raise DatabaseUnavailable; a number lost on the way harms nobody.
        """
        ...

    async def updater_offset(self) -> int:
        """The last command whose results the tables hold; 0 when they are empty."""
        ...

    async def flushed_offset(self) -> tuple[int, int]:
        """The updater's offset and its log time, once a crash of the database could not take it back any more."""
        ...

    async def skips(self) -> Skips:
        """The commands that two administrators have signed to be skipped, as of now."""
        ...

    async def grace_after(self) -> int | None:
        """Where the event log ended when the grace began that is not over yet; None when there is none."""
        ...

    async def begin_grace(self, after: int) -> int:
        """Note where it begins, unless one is not over yet. Return where that one began."""
        ...

    async def end_grace(self) -> None: ...


class MemoryEngineDatabase:
    def __init__(self) -> None:
        self.epoch = 0
        self.offset = 0
        self.offset_time_us = 0
        self.skip_list: list[Skip] = []
        self.grace: int | None = None

    async def next_epoch(self, above: int = 0) -> int:
        self.epoch = max(self.epoch, above) + 1
        return self.epoch

    async def updater_offset(self) -> int:
        return self.offset

    async def flushed_offset(self) -> tuple[int, int]:
        return self.offset, self.offset_time_us

    async def skips(self) -> Skips:
        return Skips(self.skip_list)

    async def grace_after(self) -> int | None:
        return self.grace

    async def begin_grace(self, after: int) -> int:
        self.grace = after if self.grace is None else self.grace
        return self.grace

    async def end_grace(self) -> None:
        self.grace = None
