"""One seed, one exchange: servers, units, clients and a referee, put together and torn down."""

import asyncio
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import structlog

from tests.simulation.client import Client, Diary
from tests.simulation.custody import CustodyServer
from tests.simulation.database_server import DatabaseServer, EngineDoor, TablesDoor
from tests.simulation.disk import Disk, FaultyArchive, FaultyStore, Locks, verify_here
from tests.simulation.gateway import Gateway, settings_of
from tests.simulation.history_door import history_in_memory
from tests.simulation.log_server import LogDoor, LogServer
from tests.simulation.loop import PROCESS, Process, SimulatedLoop
from tests.simulation.network import Network
from tests.simulation.referee import Referee, Violation
from tests.simulation.trace import Trace
from tests.simulation.units import Unit
from trueman import build
from trueman.core.rulesets import NEWEST_RULESET
from trueman.core.units import USER_ACCOUNT_MIN
from trueman.db_updater.service import Updater
from trueman.engine import replay as engine_replay
from trueman.engine import service as engine_service
from trueman.errors import Fenced, Gap
from trueman.infra import archive
from trueman.infra.archived_log import archived

MORNING_US = 1_700_000_000_000_000
CLIENTS = 5
SECONDS_BETWEEN_STARTS = 0.3
BUILD, DIGEST = build.state(), build.sources_digest()
"""Read from the disk once, not at every start of an engine."""


class World:
    def __init__(self, seed: int, loop: SimulatedLoop, random: Random, trace: Trace, folder: Path) -> None:
        self.seed = seed
        self.loop = loop
        self.random = random
        self.trace = trace
        self.network = Network(loop, random, trace)
        self.log = LogServer(loop, random, trace, lambda: self.wall_us(None) + self.log_clock_jump_us)
        self.database = DatabaseServer(loop, random, trace)
        self.custody = CustodyServer(loop, random, trace)
        self.referee = Referee(self.log)
        self.log.on_synced = lambda: self.referee.look(*self.log.synced_ends())
        self.diary = Diary()
        self.updaters_made = 0
        self.healed_at = 0.0
        self.faults: Counter[str] = Counter()
        self.log_clock_jump_us = 0
        self.has_shadow = random.random() < 0.6
        self.genesis_ruleset = random.choice((NEWEST_RULESET - 1, NEWEST_RULESET))
        self.engines_wanted = True
        self.pause_seconds = random.choice((0.02, 0.1, 0.3))
        self.folder = folder
        self.settings = {
            "snapshot_commands": random.choice((15, 40, 200)),
            "log_keep_commands": random.choice((60, 150, 1_000)),
            "answer_timeout_ms": random.choice((300, 1_500, 5_000)),
            "lease_seconds": random.choice((1, 3)),
            "lag_commands_max": random.choice((30, 10_000)),
            "frame_commands_max": random.choice((3, 20, 1_000)),
        }
        self.engines = [self._engine(name) for name in ("engine-a", "engine-b")]
        self.updaters = [self._updater(name) for name in ("updater-a", "updater-b")]
        self.gateways = [
            Gateway(loop, name, self.network, self.log, self.database, self.custody, self._own_clock)
            for name in ("api-a", "api-b")
        ]
        self.apis = [self._api(gateway) for gateway in self.gateways]
        self.clients = [self._client(index) for index in range(CLIENTS)]

    @property
    def snapshots(self) -> Path:
        """Both engines share a machine and its disk."""
        return self.folder / "engines" / "snapshots"

    @property
    def units(self) -> list[Unit]:
        return [*self.engines, *self.updaters, *self.apis]

    def start(self) -> None:
        self.start_servers()
        for unit in (self.engines[0], self.updaters[0], *self.apis):
            unit.start()
        self.loop.create_task(self._keep_engines_alive())
        self.loop.create_task(self._keep_updater_alive())
        for unit in self.apis:
            self.loop.create_task(unit.keep_alive(self._restart_seconds))

    def start_servers(self) -> None:
        """What a server does besides answering."""
        if not self.database.flushes:
            self.loop.start(self.database.process, self.database.flush_for_ever())
            self.database.flushes = True

    def _restart_seconds(self) -> float:
        return SECONDS_BETWEEN_STARTS * (0.1 + self.random.random())

    async def _keep_engines_alive(self) -> None:
        """What a supervisor does: a primary when there is none, and a shadow beside it where one is wanted."""
        while True:
            await asyncio.sleep(self._restart_seconds())
            idle = [unit for unit in self.engines if not unit.is_running]
            if idle and (len(idle) == len(self.engines) or self.has_shadow) and self.engines_wanted:
                unit = self.random.choice(idle)
                unit.is_shadow = len(idle) < len(self.engines)
                unit.start()

    async def _keep_updater_alive(self) -> None:
        while True:
            await asyncio.sleep(self._restart_seconds())
            if not any(unit.is_running for unit in self.updaters):
                self.random.choice(self.updaters).start()

    def keep_one_of(self, units: list[Unit]) -> None:
        """Two were started by mistake, and an operator ends all but one."""
        for unit in [unit for unit in units if unit.is_running][1:]:
            unit.kill()

    def require_no_fault(self) -> None:
        for unit in self.units:
            for error in unit.faults:
                raise Violation(f"{unit.name} ended with {type(error).__name__}: {error}") from error

    def kill(self, process: Process) -> None:
        """Whoever it is."""
        for unit in self.units:
            if unit.process is process and unit.is_running:
                unit.kill()

    @property
    def all_faults(self) -> Counter[str]:
        """Everything that went wrong so far, and how often."""
        self.faults["deposit reported twice"] = self.diary.seen_twice
        deaths = Counter({f"died at an await: {unit.name}": unit.deaths for unit in self.units})
        tried = self.faults - Counter({"kill at an await": self.faults["kill at an await"]})
        return +(tried + deaths + self.network.faults + self.log.faults + self.database.faults + Disk.faults)

    def wall_us(self, process: Process | None) -> int:
        jump = process.clock_jump_us if process else 0
        return MORNING_US + int(self.loop.time() * 1_000_000) + jump

    def _own_clock(self) -> int:
        """Of the process that asks."""
        return self.wall_us(PROCESS.get())

    def _engine(self, name: str) -> Unit:
        settings = settings_of(self.folder / "engines", **self.settings)

        async def life(stop: asyncio.Event) -> None:
            past = archive.Archive(settings.data / "archive")
            unit.door = LogDoor(self.log, self.network)
            log, database = archived(unit.door, past), EngineDoor(self.database, self.network)
            await engine_service.run(settings, log, database, stop, is_shadow=unit.is_shadow)

        unit = Unit(self.loop, name, life, self.trace, self._is_excused_engine)
        return unit

    def _is_excused_engine(self, error: BaseException) -> bool:
        return isinstance(error, Fenced) or (isinstance(error, Gap) and sum(e.is_running for e in self.engines) > 1)

    def _updater(self, name: str) -> Unit:
        async def life(stop: asyncio.Event) -> None:
            past = archive.Archive(self.folder / "engines" / "archive")
            log, tables = archived(LogDoor(self.log, self.network), past), TablesDoor(self.database, self.network)
            updater = Updater(log, tables, stop, self._own_clock)
            self.updaters_made += 1
            updater.owner = f"{name}:{self.updaters_made}"
            await updater.run()

        return Unit(self.loop, name, life, self.trace, lambda error: isinstance(error, Fenced))

    def _api(self, gateway: Gateway) -> Unit:
        async def life(stop: asyncio.Event) -> None:
            await gateway.live(settings_of(self.folder / gateway.name, **self.settings), stop)

        return ApiUnit(self.loop, gateway, life, self.trace)

    def _client(self, index: int) -> Client:
        account, random = USER_ACCOUNT_MIN + index, Random(self.random.getrandbits(64))
        return Client(
            account,
            random,
            self.gateways,
            self.network,
            self.referee,
            self.diary,
            self.trace,
            lambda: self.wall_us(None),
        )


class ApiUnit(Unit):
    """A gateway is a server for its clients, and so are its processes one."""

    def __init__(self, loop: SimulatedLoop, gateway: Gateway, life: Any, trace: Trace) -> None:
        super().__init__(loop, gateway.name, life, trace, lambda error: isinstance(error, Gap))
        self._gateway = gateway

    def start(self, process: Process | None = None) -> None:
        self._gateway.restart()
        super().start(self._gateway.process)

    def kill(self) -> None:
        super().kill()
        self._gateway.crash()


@contextmanager
def seeded(seed: int, *, shows: bool = False) -> Iterator[World]:
    """A world in which nothing comes from outside: no randomness, no clock, no server, and no log lines."""
    random = Random(seed)
    loop = SimulatedLoop(random, shuffles=random.random() < 0.5)
    trace = Trace(loop.time, shows=shows)
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="trueman-simulation-", dir=memory if memory.is_dir() else None))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(loop.bury)
        stack.enter_context(patch.object(secrets, "randbits", random.getrandbits))
        stack.enter_context(patch.object(secrets, "token_hex", lambda size=4: f"{random.getrandbits(8 * size):x}"))
        stack.enter_context(patch.object(secrets, "token_urlsafe", lambda size=16: f"{random.getrandbits(8 * size):x}"))
        stack.enter_context(patch.object(engine_service, "SnapshotStore", FaultyStore))
        stack.enter_context(patch.object(engine_service, "Archive", FaultyArchive))
        stack.enter_context(patch.object(engine_service, "verify_elsewhere", verify_here))
        stack.enter_context(patch.object(engine_service, "portray_aside", None))
        stack.enter_context(patch.object(engine_service.build, "state", lambda: BUILD))
        stack.enter_context(patch.object(engine_service.build, "sources_digest", lambda: DIGEST))
        stack.enter_context(patch.object(archive, "fcntl", Locks()))
        stack.enter_context(history_in_memory())
        stack.enter_context(told_to(trace, shows))
        asyncio.events._set_running_loop(loop)
        try:
            world = World(seed, loop, random, trace, folder)
        finally:
            asyncio.events._set_running_loop(None)
        Disk.reset(random, world.kill)
        stack.enter_context(patch.object(engine_replay, "NEWEST_RULESET", world.genesis_ruleset))
        try:
            yield world
        finally:
            trace.close()


@contextmanager
def told_to(trace: Trace, shows: bool) -> Iterator[None]:
    """The product's own log lines, in the trace when somebody reads it."""
    before = structlog.get_config()

    def tell(_: object, level: str, event: MutableMapping[str, Any]) -> str:
        process = PROCESS.get()
        words = " ".join(f"{name}={value}" for name, value in event.items() if name not in ("event", "exc_info"))
        trace.note(process.name if process else "?", f"[{level}] {event.get('event')} {words}")
        raise structlog.DropEvent

    structlog.configure(
        processors=[tell],
        wrapper_class=structlog.make_filtering_bound_logger(0 if shows else 50),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)
