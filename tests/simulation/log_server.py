"""The log as a server that answers only what is on disk, and the door through which a process speaks to it.

The entries are a real `MemoryLog`'s. Around it stands what Valkey with `appendfsync always` promises and no more: an
answer goes out when everything it could show is fsynced; a crash takes back any end of what was not.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Sequence
from random import Random
from typing import Any, NamedTuple

from tests.simulation.loop import SimulatedLoop
from tests.simulation.network import ConnectionLost, ConnectionRefused, Network, Server
from tests.simulation.trace import Trace
from trueman.errors import Fenced, LogUnavailable, OutcomeUnknown
from trueman.infra.clock import Clock
from trueman.infra.log import CommandEntry, EventEntry, Heartbeat, LogSize, Moment
from trueman.infra.memory_log import MemoryLog, MemoryStream

SYNC_SECONDS = 0.0008


class Before(NamedTuple):
    """The log as it was before a change that is not on disk yet."""

    number: int
    fields: dict[str, Any]
    streams: tuple[tuple[list[Any], int, int], ...]


class LogServer(Server):
    def __init__(self, loop: SimulatedLoop, random: Random, trace: Trace, clock: Clock) -> None:
        super().__init__(loop, "log")
        self._random = random
        self._trace = trace
        self.log = MemoryLog(clock)
        self._unsynced: deque[Before] = deque()
        self._changes = 0
        self._readers: list[asyncio.Future[None]] = []
        """They wait for the logs to grow."""
        self.faults: Counter[str] = Counter()
        self.is_full = False
        """The disk is: whatever would change something is refused."""
        self.on_synced: Callable[[], None] = lambda: None

    async def change(self, work: Callable[[MemoryLog], Coroutine[Any, Any, Any]]) -> Any:
        """Return, or raise what the log says, when everything so far would survive a power cut."""
        if self.is_full:
            self.faults["disk full: log"] += 1
            raise LogUnavailable("the log refused: no space left on device")
        before = self._before()
        try:
            result = at_once(work(self.log))
        except Fenced:
            self.faults["stale leader refused: engine"] += 1
            raise
        self._unsynced.append(before)
        self._changes += 1
        await self._sync()
        return result

    async def question(self, work: Callable[[MemoryLog], Coroutine[Any, Any, Any]]) -> Any:
        result = at_once(work(self.log))
        if self._unsynced:
            await self._sync()
        return result

    async def read(self, work: Callable[[MemoryLog], Coroutine[Any, Any, Any]], wait_ms: int) -> Any:
        deadline = self.loop.time() + wait_ms / 1_000
        while True:
            grown: asyncio.Future[None] = self.loop.create_future()
            self._readers.append(grown)
            result = await self.question(work)
            if result or self.loop.time() >= deadline:
                return result
            too_late = self.loop.call_at(deadline, _wake, grown)
            await grown
            too_late.cancel()

    async def _sync(self) -> None:
        until = self._changes
        await asyncio.sleep(SYNC_SECONDS * (0.5 + self._random.random()))
        while self._unsynced and self._unsynced[0].number < until:
            self._unsynced.popleft()
        self.on_synced()
        readers, self._readers = self._readers, []
        for reader in readers:
            _wake(reader)

    def synced_ends(self) -> tuple[int, int]:
        """Where both logs end on disk."""
        if self._unsynced:
            commands, events = self._unsynced[0].streams
            return commands[2], events[2]
        return self.log.commands.last, self.log.events.last

    def crash(self) -> None:
        super().crash()
        if self._unsynced:
            lost = self._random.randrange(len(self._unsynced) + 1)
            if lost < len(self._unsynced):
                self._take_back(self._unsynced[lost])
                self.faults["unsynced tail lost: log"] += 1
                self._trace.say("log", f"crash loses {len(self._unsynced) - lost} changes that nobody was told of")
            self._unsynced.clear()
        self._readers = []
        self.on_synced()

    def _before(self) -> Before:
        fields = {name: value for name, value in vars(self.log).items() if not isinstance(value, MemoryStream)}
        streams = (self.log.commands, self.log.events)
        return Before(self._changes, fields, tuple((s.entries, len(s.entries), s.last) for s in streams))

    def _take_back(self, before: Before) -> None:
        vars(self.log).update(before.fields)
        for stream, (entries, length, last) in zip((self.log.commands, self.log.events), before.streams, strict=True):
            stream.entries, stream.last = entries[:length], last  # type: ignore[attr-defined]


def _wake(reader: asyncio.Future[None]) -> None:
    if not reader.done():
        reader.set_result(None)


def at_once(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """A log in memory never waits unless it is asked to."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("a log in memory answers at once")


class LogDoor:
    """What one process holds instead of a `ValkeyLog`: a connection for appends, one for questions, two for reads."""

    def __init__(self, server: LogServer, network: Network) -> None:
        self._server = server
        self._network = network
        self._turns = {kind: asyncio.Lock() for kind in ("append", "ask", "commands", "events", "beats")}
        self.epoch = 0
        """Under which this process was let in as the primary; 0: it was not."""

    async def create(self, ruleset: int) -> None:
        await self._tell("create", lambda log: log.create(ruleset))

    async def exists(self) -> bool:
        return bool(await self._ask("exists", lambda log: log.exists()))

    async def genesis_ruleset(self) -> int:
        return int(await self._ask("genesis_ruleset", lambda log: log.genesis_ruleset()))

    async def append_commands(self, count: int, frame: bytes) -> tuple[int, int]:
        first, last = await self._tell("append_commands", lambda log: log.append_commands(count, frame))
        return first, last

    async def append_events(self, epoch: int, first: int, last: int, frame: bytes, chain: bytes) -> None:
        await self.append_event_entries([EventEntry(first, last, epoch, chain, frame)])

    async def append_event_entries(self, entries: Sequence[EventEntry]) -> None:
        sent = list(entries)
        await self._tell("append_events", lambda log: log.append_event_entries(sent))

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[CommandEntry]:
        found: list[CommandEntry] = await self._read(
            "commands", lambda log: log.read_commands(after, count=count), wait_ms
        )
        return found

    async def read_events(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[EventEntry]:
        found: list[EventEntry] = await self._read("events", lambda log: log.read_events(after, count=count), wait_ms)
        return found

    async def event_chain(self, last: int) -> bytes | None:
        chain: bytes | None = await self._ask("event_chain", lambda log: log.event_chain(last))
        return chain

    async def last_command(self) -> int:
        return int(await self._ask("last_command", lambda log: log.last_command()))

    async def last_event(self) -> int:
        return int(await self._ask("last_event", lambda log: log.last_event()))

    async def pass_time(self) -> Moment:
        server = self._server
        async with self._turns["ask"]:
            moment: Moment = await self._answered(lambda: server.change(lambda log: log.pass_time()), "pass_time")
        return moment

    async def fence(self, epoch: int) -> int:
        end = int(await self._tell("fence", lambda log: log.fence(epoch)))
        self.epoch = epoch
        return end

    async def beat(self, epoch: int, *, is_over: bool = False) -> None:
        await self._tell("beat", lambda log: log.beat(epoch, is_over=is_over), "beats")

    async def stand_by(self, sequence: int) -> None:
        await self._tell("stand_by", lambda log: log.stand_by(sequence), "beats")

    async def heartbeat(self) -> Heartbeat:
        found: Heartbeat = await self._ask("heartbeat", lambda log: log.heartbeat(), "beats")
        return found

    async def take_back_switch(self, epoch: int) -> None:
        await self._tell("take_back_switch", lambda log: log.take_back_switch(epoch))

    async def ask_switch(self, epoch: int) -> None:
        await self._tell("ask_switch", lambda log: log.ask_switch(epoch))

    async def halt(self, reason: str) -> None:
        await self._tell("halt", lambda log: log.halt(reason))

    async def resume(self) -> None:
        await self._tell("resume", lambda log: log.resume())

    async def create_after(self, number: int, time_us: int, ruleset: int) -> None:
        await self._tell("create_after", lambda log: log.create_after(number, time_us, ruleset))

    async def restore_commands(self, entries: Sequence[CommandEntry]) -> None:
        sent = list(entries)
        await self._tell("restore_commands", lambda log: log.restore_commands(sent))

    async def trim(self, below: int) -> None:
        await self._tell("trim", lambda log: log.trim(below))

    async def close(self) -> None:
        """Connections end with their process."""

    async def size(self) -> LogSize:
        found: LogSize = await self._ask("size", lambda log: log.size())
        return found

    async def _tell(
        self, what: str, work: Callable[[MemoryLog], Coroutine[Any, Any, Any]], turn: str = "append"
    ) -> Any:
        server = self._server
        async with self._turns[turn]:
            try:
                return await self._network.ask(server, lambda: server.change(work), what, may_double=True)
            except ConnectionRefused as error:
                raise LogUnavailable(str(error)) from error
            except ConnectionLost as error:
                raise OutcomeUnknown(str(error)) from error

    async def _ask(self, what: str, work: Callable[[MemoryLog], Coroutine[Any, Any, Any]], turn: str = "ask") -> Any:
        server = self._server
        async with self._turns[turn]:
            return await self._answered(lambda: server.question(work), what)

    async def _read(self, kind: str, work: Callable[[MemoryLog], Coroutine[Any, Any, Any]], wait_ms: int) -> Any:
        server = self._server
        async with self._turns[kind]:
            return await self._answered(lambda: server.read(work, wait_ms), f"read_{kind}", wait_ms / 1_000)

    async def _answered(self, work: Callable[[], Coroutine[Any, Any, Any]], what: str, waits: float = 0.0) -> Any:
        try:
            return await self._network.ask(self._server, work, what, waits=waits)
        except (ConnectionRefused, ConnectionLost) as error:
            raise LogUnavailable(str(error)) from error
