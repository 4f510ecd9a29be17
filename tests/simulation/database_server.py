"""PostgreSQL as a server: the updater's tables, the engine's epochs and the wallet's operations, and doors to them.

The updater's commits are not flushed at once (`synchronous_commit=off`), so a crash may take the newest of them back,
rows and offset together. Everything else is durable when it is answered.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from random import Random
from typing import Any, TypeVar

from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import ConnectionLost, ConnectionRefused, Network, Server
from tests.simulation.trace import Trace
from trueman.db_updater.batch import Batch
from trueman.db_updater.memory_tables import Copy, MemoryTables
from trueman.engine.database import MemoryEngineDatabase
from trueman.errors import DatabaseUnavailable
from trueman.infra.memory_operations import MemoryOperations
from trueman.infra.operations import BROADCASTING, Operation

T = TypeVar("T")

WORK_SECONDS = 0.003
FLUSH_SECONDS = 0.2
COPIES_KEPT = 6
OperationsCopy = tuple[dict[tuple[int, int], Operation], int]


class DatabaseServer(Server):
    def __init__(self, loop: SimulatedLoop, random: Random, trace: Trace) -> None:
        super().__init__(loop, "postgres")
        self._random = random
        self._trace = trace
        self.tables = MemoryTables()
        self.epochs = MemoryEngineDatabase()
        self.operations = MemoryOperations(self.tables)
        self.flushed = self.tables.copy()
        self.desk_is_open = True
        self.copies: list[tuple[Copy, OperationsCopy]] = [(self.flushed, self.operations.copy())]
        """Of earlier moments, oldest first: what a restored backup may bring back."""
        self.is_full = False
        self.faults: Counter[str] = Counter()
        self.flushes = False

    async def flush_for_ever(self) -> None:
        """The server's own writer of its journal."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            if self.tables.number != self.flushed.number:
                self.flush()

    def flush(self) -> None:
        self.flushed = self.tables.copy()
        self.copies = [*self.copies, (self.flushed, self.operations.copy())][-COPIES_KEPT:]

    def crash(self) -> None:
        super().crash()
        self.flushes = False
        if self.tables.number > self.flushed.number and self._random.random() < 0.7:
            self._trace.say("postgres", f"crash takes back {self.flushed.number + 1} to {self.tables.number}")
            self.tables.restore(self.flushed)
            self.faults["unsynced tail lost: postgres"] += 1

    def restore(self, copy: tuple[Copy, OperationsCopy]) -> None:
        """All of it goes back to that moment: what the updater wrote, and the wallet's own list."""
        tables, operations = copy
        self.tables.restore(tables)
        self.operations.restore(operations)
        self.flush()

    def close_desk(self) -> bool:
        was_open, self.desk_is_open = self.desk_is_open, False
        return was_open

    async def take_over(self, owner: str) -> int:
        await self.work()
        number = await self.tables.take_over(owner)
        self.flush()
        return number

    async def read_offset(self) -> tuple[int, str]:
        await self.work()
        return await self.tables.read_offset()

    async def write(self, batch: Batch, owner: str) -> None:
        await self.work()
        if self.is_full:
            self.faults["disk full: postgres"] += 1
            raise DatabaseUnavailable("no space left on device")
        if owner != self.tables.owner:
            self.faults["stale leader refused: updater"] += 1
        await self.tables.write(batch, owner)
        await self.work()

    async def next_epoch(self, above: int) -> int:
        await self.work()
        return await self.epochs.next_epoch(above)

    async def flushed_offset(self) -> tuple[int, int]:
        """As PostgreSQL is asked: where the tables are, once that is on disk."""
        number, time_us = self.tables.number, self.tables.time_us
        while self.flushed.number < number:  # noqa: ASYNC110 - the journal is written when it is written
            await asyncio.sleep(FLUSH_SECONDS / 4)
        return number, time_us

    async def do(self, question: Callable[[], T]) -> T:
        """A transaction of somebody else's."""
        await self.work()
        return question()

    async def work(self) -> None:
        """Whatever it is asked takes a moment."""
        await asyncio.sleep(WORK_SECONDS * self._random.random())


class Door:
    def __init__(self, server: DatabaseServer, network: Network) -> None:
        self.server = server
        self.network = network

    async def ask(self, work: Callable[[], Coroutine[Any, Any, T]], what: str) -> T:
        try:
            return await self.network.ask(self.server, work, what)
        except (ConnectionRefused, ConnectionLost) as error:
            raise DatabaseUnavailable(f"{type(error).__name__}: {error}") from error


class TablesDoor(Door):
    """What the updater holds instead of `PostgresTables`."""

    async def take_over(self, owner: str) -> int:
        return await self.ask(lambda: self.server.take_over(owner), "take_over")

    async def read_offset(self) -> tuple[int, str]:
        return await self.ask(self.server.read_offset, "read_offset")

    async def write(self, batch: Batch, owner: str) -> None:
        await self.ask(lambda: self.server.write(batch, owner), "commit")


class EngineDoor(MemoryEngineDatabase):
    """What an engine holds; whatever the twin in memory can answer besides, it answers."""

    def __init__(self, server: DatabaseServer, network: Network) -> None:
        super().__init__()
        self._door = Door(server, network)

    async def next_epoch(self, above: int = 0) -> int:
        return await self._door.ask(lambda: self._door.server.next_epoch(above), "next_epoch")

    async def updater_offset(self) -> int:
        number, _ = await self._door.ask(self._door.server.read_offset, "updater_offset")
        return number

    async def flushed_offset(self) -> tuple[int, int]:
        return await self._door.ask(self._door.server.flushed_offset, "flushed_offset")


class WalletDoor(Door):
    """What a gateway holds instead of `PostgresOperations`."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        return lambda *words: self._do(name, *words)

    async def _do(self, name: str, *words: Any) -> Any:
        async def work() -> Any:
            await self.server.work()
            if name == "move" and words[1] == BROADCASTING and not self.server.desk_is_open:
                return False
            return await getattr(self.server.operations, name)(*words)

        try:
            return await self.network.ask(self.server, work, f"wallet {name}")
        except (ConnectionRefused, ConnectionLost) as error:
            raise ConnectionResetError(str(error)) from error
