"""An event loop in which time is a number and a process is a mark on its tasks.

Time stands still while anything can run and then jumps to the next timer. Every callback carries the process that it
belongs to in its context, so a process can be killed as by SIGKILL (nothing of it ever runs again, no `finally`
either) or frozen as by SIGSTOP (its callbacks wait while time goes on), at any await. The seed may shuffle what is
ready at the same moment. There are no threads and no sockets: what asks for a thread runs at once.
"""

import asyncio
import contextlib
import heapq
import warnings
from asyncio.base_events import BaseEventLoop
from asyncio.events import Handle
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from random import Random
from typing import Any

EXECUTOR_SECONDS_MAX = 0.01
STEPS_WITHOUT_TIME_MAX = 200_000
"""Callbacks at one moment; beyond it something runs round in circles."""


class Process:
    """What lives and dies together."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_alive = True
        self.is_frozen = False
        self.held: list[Handle] = []
        """What became ready while it was frozen."""
        self.clock_jump_us = 0
        self.at_step: Callable[[Handle], bool] | None = None
        """Asked before each of its steps; True: it is dead now, and does not take it."""

    def takes(self, step: Handle) -> bool:
        if not self.is_alive:
            return False
        if self.is_frozen:
            self.held.append(step)
            return False
        return self.at_step is None or not self.at_step(step)


PROCESS: ContextVar[Process | None] = ContextVar("PROCESS", default=None)


class Stuck(AssertionError):
    """Nothing will ever happen again, or time does not go on."""


class SimulatedLoop(BaseEventLoop):
    _ready: "deque[Handle]"

    def __init__(self, random: Random, *, shuffles: bool) -> None:
        super().__init__()
        self._random = random
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        """When, in which order they were set, and what: a heap that never has to compare two handles."""
        self._timers_set = 0
        self._shuffles = shuffles
        self._now = 0.0
        self._steps_at_once = 0
        self.steps = 0
        self.graveyard: list[asyncio.Task[Any]] = []
        """Tasks are kept to the end: if the garbage collector closed those of the dead, their `finally` would run."""
        self.set_task_factory(self._make_task)
        self.set_exception_handler(lambda loop, context: None)

    def time(self) -> float:
        return self._now

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Handle:
        handle = Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self._timers_set += 1
        heapq.heappush(self._timers, (when, self._timers_set, timer))
        return timer

    def start(self, process: Process, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A task of that process; whatever it begins belongs to the process too."""
        context = Context()
        context.run(PROCESS.set, process)
        return self.create_task(coroutine, context=context)

    def kill(self, process: Process) -> None:
        process.is_alive = False
        process.held.clear()

    def freeze(self, process: Process) -> None:
        process.is_frozen = True

    def thaw(self, process: Process) -> None:
        process.is_frozen = False
        self._ready.extend(process.held)
        process.held.clear()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """At once; that it is done is told a little later."""
        answer = self.create_future()
        try:
            result = func(*args)
        except Exception as error:
            self.call_later(self._random.random() * EXECUTOR_SECONDS_MAX, _tell_error, answer, error)
        else:
            self.call_later(self._random.random() * EXECUTOR_SECONDS_MAX, _tell, answer, result)
        return answer

    def bury(self) -> None:
        """The end: whatever the dead still had to say is heard by nobody, nor what they were about to begin."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            for task in self.graveyard:
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                if not task.done():
                    with contextlib.suppress(BaseException):
                        task.get_coro().close()
            self._ready.clear()
            self._timers.clear()
            self.graveyard.clear()
        self.close()

    def _make_task(self, loop: Any, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
        self.graveyard.append(task)
        return task

    def _run_once(self) -> None:
        """What is ready now, in order or shuffled; else time jumps."""
        if not self._ready:
            self._jump()
        handles, self._ready = self._ready, deque()
        if self._shuffles and len(handles) > 1:
            shuffled = list(handles)
            self._random.shuffle(shuffled)
            handles = deque(shuffled)
        for handle in handles:
            if handle._cancelled:
                continue
            process = handle._context.get(PROCESS)  # type: ignore[attr-defined]
            if process is not None and not process.takes(handle):
                continue
            self.steps += 1
            handle._run()
            if self._stopping:  # type: ignore[attr-defined]
                break
        self._steps_at_once += len(handles)
        if self._steps_at_once > STEPS_WITHOUT_TIME_MAX:
            raise Stuck(f"time stands still at {self._now:.6f}")

    def _jump(self) -> None:
        timers = self._timers
        while timers and timers[0][2]._cancelled:  # type: ignore[attr-defined]
            heapq.heappop(timers)
        if not timers:
            raise Stuck(f"nothing is ready and no timer runs at {self._now:.6f}")
        self._steps_at_once = 0
        self._now = now = max(self._now, timers[0][0])
        while timers and timers[0][0] <= now:
            timer = heapq.heappop(timers)[2]
            if not timer._cancelled:  # type: ignore[attr-defined]
                self._ready.append(timer)

    def _process_events(self, event_list: object) -> None:
        """There are none: nothing comes from outside."""

    def _write_to_self(self) -> None:
        """Nobody sleeps in a selector."""


def _tell(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():
        answer.set_result(result)


def _tell_error(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


def current_process() -> Process:
    process = PROCESS.get()
    assert process is not None, "only a process asks a server"
    return process
