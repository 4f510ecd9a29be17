"""The processes of the exchange under a supervisor: started, watched, and started again when they have died.

A unit whose end says that the exchange is wrong (a bug, a gap, a contradiction) breaks the seed; one that was fenced
or found a neighbour away is started again, as an operator would after a look.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tests.simulation.awaits import Watch
from tests.simulation.log_server import LogDoor
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.trace import Trace

Life = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""What a process does until the event is set."""


class Unit:
    def __init__(
        self, loop: SimulatedLoop, name: str, life: Life, trace: Trace, is_excused: Callable[[BaseException], bool]
    ) -> None:
        self._loop = loop
        self.name = name
        self._life = life
        self._trace = trace
        self._is_excused = is_excused
        self.process = Process(name)
        self.process.is_alive = False
        self.stop = asyncio.Event()
        self.wanted = False
        self.door: LogDoor | None = None
        """An engine's way to the log."""
        self.is_shadow = False
        """How it was started; only engines make a difference."""
        self.faults: list[BaseException] = []
        """What ended it and must not have."""
        self.ends: list[str] = []
        self.task: asyncio.Task[None] | None = None
        self.deaths = 0
        """At an await of its own."""
        self.watch: Watch | None = None
        """Sees each of its steps, when somebody wants to know."""

    @property
    def is_running(self) -> bool:
        return self.process.is_alive

    def start(self, process: Process | None = None) -> None:
        assert not self.process.is_alive, f"{self.name} runs already"
        self.wanted = True
        jump = self.process.clock_jump_us
        self.process = process or Process(self.name)
        self.process.clock_jump_us = jump
        self.stop = asyncio.Event()
        self._trace.say(self.name, "starts as a shadow" if self.is_shadow else "starts")
        if self.watch is not None:
            self.process.at_step = self.watch.of(self.name.partition("-")[0], self.die_at)
        self.task = self._loop.start(self.process, self._live(self.process, self.stop))

    def kill(self) -> None:
        """As with kill -9."""
        self._trace.say(self.name, "is killed")
        self._loop.kill(self.process)

    def die_at(self, place: str) -> None:
        self._trace.say(self.name, f"dies at {place or 'a step of its own'}")
        self.deaths += 1
        self.kill()

    async def _live(self, process: Process, stop: asyncio.Event) -> None:
        try:
            await self._life(stop)
            said = "ends"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            if not self._is_excused(error):
                self.faults.append(error)
        self._trace.say(self.name, f"has ended: {said}")
        self.ends.append(said)
        self._loop.call_soon(self._loop.kill, process)

    async def keep_alive(self, seconds: Callable[[], float]) -> None:
        """What a supervisor does, for ever."""
        while True:
            await asyncio.sleep(seconds())
            if self.wanted and not self.process.is_alive:
                self.restart()

    def restart(self) -> None:
        self.start()
