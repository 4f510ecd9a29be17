"""What goes wrong, when, and how it is made good again. Each seed gets its own kinds of trouble, some of them much.

Every fault is a method that breaks something, waits, and mends it as an operator or a supervisor would; `heal` then
mends whatever is still broken, all at once, and nothing goes wrong any more.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.simulation.awaits import Countdown
from tests.simulation.disk import Disk, spoil
from tests.simulation.network import Chances, Server
from tests.simulation.units import Unit
from tests.simulation.world import World
from trueman.engine.snapshots import SnapshotStore

HOUR_US = 3_600_000_000
WEATHER = 0.5
"""Of all seeds have much of it: most of what is hard comes out of answers that are lost."""


class NothingToBreak(Exception):
    """It was broken already, or was not there."""


class Nemesis:
    def __init__(self, world: World, only: str = "") -> None:
        """`only` names the one kind of fault that there shall be."""
        self._world = world
        self._random = world.random
        self.faults: Counter[str] = world.faults
        self._broken: set[asyncio.Task[None]] = set()
        kinds: list[Callable[[], Coroutine[Any, Any, None]]] = [
            *(self.kill_engine, self.pause_engine, self.second_engine, self.end_engine),
            *(self.kill_gateway, self.pause_gateway, self.kill_updater, self.pause_updater, self.second_updater),
            *(self.crash_log, self.freeze_log, self.fill_log_disk, self.crash_database, self.freeze_database),
            *(self.fill_database_disk, self.restore_database, self.bad_weather, self.bad_disk, self.spoil_snapshot),
            *(
                self.crash_custody,
                self.freeze_custody,
                self.log_clock_jumps,
                self.clock_jumps,
                self.kill_at_an_await,
                self.kill_at_an_await,
                self.bad_disk,
            ),
        ]
        self._kinds = self._random.sample(kinds, self._random.randint(1, 8))
        if self._random.random() < WEATHER:
            self._kinds += [self.bad_weather, self.bad_weather]
        if only:
            self._kinds = [getattr(self, only)]
        self._spoilt: set[Path] = set()
        self._pause_seconds = self._random.choice((0.1, 0.4, 1.0))

    async def torment(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(1 / self._pause_seconds))
            kind = self._random.choice(self._kinds)
            task = asyncio.create_task(self._strike(kind))
            self._broken.add(task)
            task.add_done_callback(self._forget)

    async def _strike(self, kind: Callable[[], Coroutine[Any, Any, None]]) -> None:
        name = kind.__name__.replace("_", " ")
        self.faults[name] += 1
        try:
            await kind()
        except NothingToBreak:
            self.faults[name] -= 1

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._broken.discard(task)
        if not task.cancelled():
            task.result()

    async def heal(self) -> None:
        world = self._world
        world.trace.say("nemesis", "all faults stop")
        world.healed_at = world.loop.time()
        for task in list(self._broken):
            task.cancel()
        await asyncio.sleep(0)
        world.network.chances = Chances()
        Disk.calm()
        world.log.is_full = world.database.is_full = False
        for server in (world.log, world.database, world.custody):
            world.loop.thaw(server.process)
            self._bring_back(server)
        world.start_servers()
        world.log_clock_jump_us = 0
        for unit in world.units:
            unit.process.clock_jump_us = 0
            unit.process.at_step = None
            world.loop.thaw(unit.process)
        if not world.has_shadow:
            world.keep_one_of(world.engines)
        world.keep_one_of(world.updaters)
        for unit in world.apis:
            unit.wanted = True

    async def nothing(self) -> None:
        """Goes wrong: for whoever breaks things by himself."""
        raise NothingToBreak

    def _some(self, units: list[Unit]) -> Unit:
        running = [unit for unit in units if unit.is_running]
        if not running:
            raise NothingToBreak
        return self._random.choice(running)

    async def _pause(self, units: list[Unit], seconds: float) -> None:
        unit = self._some(units)
        process = unit.process
        if process.is_frozen:
            raise NothingToBreak
        self._world.trace.say(unit.name, f"is paused for {seconds:.3f}")
        self._world.loop.freeze(process)
        await asyncio.sleep(seconds)
        self._world.loop.thaw(process)

    async def kill_engine(self) -> None:
        self._some(self._world.engines).kill()

    async def pause_engine(self) -> None:
        """C17: often long enough for another to be started in its place."""
        seconds = self._random.choice((0.2, 2.0, 9.0)) * self._random.random()
        if self._random.random() < 0.6:
            self._start_idle(self._world.engines)
        await self._pause(self._world.engines, seconds)

    async def second_engine(self) -> None:
        """C18: somebody starts one more."""
        if not self._start_idle(self._world.engines):
            raise NothingToBreak

    def _start_idle(self, units: list[Unit]) -> bool:
        idle = [unit for unit in units if not unit.is_running]
        if idle:
            unit = self._random.choice(idle)
            unit.is_shadow = unit in self._world.engines and self._random.random() < 0.3
            unit.start()
        return bool(idle)

    async def end_engine(self) -> None:
        """In order, as for an upgrade."""
        unit = self._some(self._world.engines)
        self._world.trace.say(unit.name, "is asked to end")
        unit.stop.set()

    async def kill_at_an_await(self) -> None:
        """C1 C2 C13 C14 C15 C23 C24: after some hundred steps from now, also between two of one moment."""
        unit = self._some(self._world.units)
        if unit.process.at_step is not None:
            raise NothingToBreak
        unit.process.at_step = Countdown(self._random.randint(1, self._random.choice((20, 100, 400))), unit.die_at)

    async def kill_gateway(self) -> None:
        self._some(self._world.apis).kill()

    async def pause_gateway(self) -> None:
        await self._pause(self._world.apis, 4 * self._random.random())

    async def kill_updater(self) -> None:
        self._some(self._world.updaters).kill()

    async def pause_updater(self) -> None:
        seconds = 3 * self._random.random()
        self._start_idle(self._world.updaters)
        await self._pause(self._world.updaters, seconds)

    async def second_updater(self) -> None:
        """C26"""
        if not self._start_idle(self._world.updaters):
            raise NothingToBreak

    async def crash_log(self) -> None:
        await self._crash(self._world.log)

    async def crash_database(self) -> None:
        await self._crash(self._world.database)

    async def _crash(self, server: Server) -> None:
        if not server.is_up:
            raise NothingToBreak
        self._world.trace.say(server.name, "crashes")
        server.crash()
        await asyncio.sleep(self._random.choice((0.05, 0.5, 3.0)) * self._random.random())
        self._bring_back(server)

    def _bring_back(self, server: Server) -> None:
        if not server.is_up:
            server.restart()
            self._world.start_servers()
            self._world.trace.say(server.name, "is back")

    async def crash_custody(self) -> None:
        """C34: whoever was asked to pay is gone, and does not say whether he has."""
        await self._crash(self._world.custody)

    async def freeze_custody(self) -> None:
        """C34"""
        await self._freeze(self._world.custody)

    async def freeze_log(self) -> None:
        await self._freeze(self._world.log)

    async def freeze_database(self) -> None:
        await self._freeze(self._world.database)

    async def _freeze(self, server: Server) -> None:
        process = server.process
        if process.is_frozen:
            raise NothingToBreak
        self._world.trace.say(server.name, "stands still")
        self._world.loop.freeze(process)
        await asyncio.sleep(3 * self._random.random())
        self._world.loop.thaw(process)

    async def fill_log_disk(self) -> None:
        """C8, C9: nothing more can be written."""
        self._world.log.is_full = True
        await asyncio.sleep(2 * self._random.random())
        self._world.log.is_full = False

    async def fill_database_disk(self) -> None:
        """C29"""
        self._world.database.is_full = True
        await asyncio.sleep(3 * self._random.random())
        self._world.database.is_full = False

    async def restore_database(self) -> None:
        """C28: to an older point; what the log has forgotten by now, the archive holds."""
        world = self._world
        if not world.database.is_up:
            raise NothingToBreak
        copy = self._random.choice(world.database.copies)
        world.database.crash()
        world.database.restore(copy)
        world.trace.say("postgres", f"is restored to {copy[0].number}")
        world.database.restart()
        world.start_servers()

    async def bad_weather(self) -> None:
        """On every wire at once: requests and answers are lost, doubled, delayed, and callers leave."""
        world, most = self._world, self._random.choice((0.02, 0.1, 0.3))
        names = self._random.sample(("lost", "answer_lost", "doubled", "late", "answer_late", "slow", "cancelled"), 3)
        world.network.chances = Chances(**{name: most * self._random.random() for name in names})
        await asyncio.sleep(3 * self._random.random())
        world.network.chances = Chances()

    async def bad_disk(self) -> None:
        """C19, C20: engines' disks are full, what was written cannot be read, or its writer dies half-way."""
        Disk.full, Disk.corrupt, Disk.torn = (0.6 * self._random.random() for _ in range(3))
        await asyncio.sleep(4 * self._random.random())
        Disk.calm()

    async def spoil_snapshot(self) -> None:
        """C20: the newest; never the last that could be used."""
        paths = SnapshotStore(self._world.snapshots).paths()
        if len(paths) <= 2 or self._spoilt & set(paths):
            raise NothingToBreak
        spoil(paths[0])
        self._spoilt.add(paths[0])
        self._world.trace.say("disk", "the newest snapshot is spoilt")

    async def log_clock_jumps(self) -> None:
        """C32"""
        jump = self._random.choice((-HOUR_US, -1_000_000, 500_000, 20_000_000))
        self._world.log_clock_jump_us += jump
        self._world.trace.say("log", f"its clock jumps by {jump} microseconds")

    async def clock_jumps(self) -> None:
        """C32: of whichever process."""
        unit = self._some(self._world.units)
        unit.process.clock_jump_us += self._random.choice((-HOUR_US, HOUR_US, 2_000_000, -2_000_000))
