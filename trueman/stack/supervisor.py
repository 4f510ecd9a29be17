"""Starts parts in order, starts again what dies, stops all in the opposite order.

A part that dies is started again after a pause that doubles while it keeps dying. A fenced engine, whose place
another has taken, comes back as the other's shadow; where no shadows are run it stays down, because as a primary it
would take that place again, and only a person can say which of the two is right.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from trueman.errors import StartError
from trueman.infra.service import EXIT_FENCED
from trueman.stack.logs import keep_small, reason
from trueman.stack.parts import Part, PartStatus, State

PAUSE_SECONDS_MIN = 0.5
PAUSE_SECONDS_MAX = 30.0
STEADY_SECONDS = 60.0
"""A part that worked this long has recovered: the next pause is a short one again."""
READY_POLL_SECONDS = 0.05


@dataclass(slots=True)
class Running:
    """One part and the process that plays it now."""

    part: Part
    state: State = "waiting"
    process: asyncio.subprocess.Process | None = None
    process_started: float = 0.0
    restarts: int = 0
    pause_seconds: float = PAUSE_SECONDS_MIN
    keeper: asyncio.Task[None] | None = None

    def status(self) -> PartStatus:
        alive = self.process is not None and self.process.returncode is None
        return PartStatus(
            name=self.part.name,
            state=self.state,
            pid=self.process.pid if self.process and alive else 0,
            process_started=self.process_started if alive else 0.0,
            restarts=self.restarts,
            url=self.part.url,
            log=str(self.part.log),
            role="",
        )


class Supervisor:
    def __init__(self, tell: Callable[[str], None], record: Callable[[Sequence[PartStatus]], None]) -> None:
        self._tell = tell
        self._record = record
        self._stopping = False
        self.running: list[Running] = []

    async def start(self, part: Part) -> float:
        """Return how many seconds it took to be ready; raise StartError when it does not become ready."""
        began = time.monotonic()
        running = Running(part)
        self.running.append(running)
        await asyncio.to_thread(part.prepare)
        await self._launch(running)
        if not await self._becomes_ready(running):
            raise StartError(f"{part.name} did not start: {reason(part.log)}\nIts log is {part.log}")
        running.keeper = asyncio.create_task(self._keep(running), name=f"keep {part.name}")
        return time.monotonic() - began

    async def stop(self) -> None:
        """All in the opposite order of their start, each given the time to finish what it does."""
        self._stopping = True
        for running in reversed(self.running):
            if running.keeper is not None:
                running.keeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running.keeper
            await self._end(running)
            self._change(running, "stopped")

    def statuses(self) -> list[PartStatus]:
        return [running.status() for running in self.running]

    def _change(self, running: Running, state: State) -> None:
        running.state = state
        self._record(self.statuses())

    async def _launch(self, running: Running) -> None:
        part, user = running.part, running.part.user()
        keep_small(part.log)
        with part.log.open("ab") as log:
            running.process = await asyncio.create_subprocess_exec(
                *argv_of(running),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **part.environment},
                cwd=part.working_dir,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                start_new_session=True,  # Ctrl-C is for us alone: we stop the parts in order
            )
        running.process_started = process_started(running.process.pid)
        self._change(running, "starting" if running.restarts == 0 else "restarting")

    async def _becomes_ready(self, running: Running) -> bool:
        assert running.process is not None
        deadline = time.monotonic() + running.part.start_seconds_max
        while not await asyncio.to_thread(running.part.is_ready):
            if running.process.returncode is not None or time.monotonic() > deadline:
                return False
            await asyncio.sleep(READY_POLL_SECONDS)
        self._change(running, "running")
        return True

    async def _keep(self, running: Running) -> None:
        while True:
            assert running.process is not None
            began = time.monotonic()
            code = await running.process.wait()
            if self._stopping:
                return
            if code == EXIT_FENCED and running.part.argv_again is None:
                self._change(running, "fenced")
                self._tell(fenced_advice(running.part))
                return
            if time.monotonic() - began > STEADY_SECONDS:
                running.pause_seconds = PAUSE_SECONDS_MIN
            await self._restart(running, code)

    async def _restart(self, running: Running, code: int) -> None:
        part = running.part
        running.restarts += 1
        self._change(running, "restarting")
        self._tell(
            f"{part.name} ended ({ending(code)}): {reason(part.log)}; "
            f"starting it again in {running.pause_seconds:g} s. Its log is {part.log}"
        )
        while not await self._launch_again(running):
            continue
        if await self._becomes_ready(running):
            self._tell(f"{part.name} runs again")
        else:
            await self._end(running)

    async def _launch_again(self, running: Running) -> bool:
        """False, and why is told, when the ground is missing: a full disk gets room again, a port gets free."""
        await asyncio.sleep(running.pause_seconds)
        running.pause_seconds = min(running.pause_seconds * 2, PAUSE_SECONDS_MAX)
        try:
            await asyncio.to_thread(running.part.prepare)
            await self._launch(running)
        except (StartError, OSError) as error:
            self._tell(f"{running.part.name} cannot start: {error}; trying again in {running.pause_seconds:g} s")
            return False
        return True

    async def _end(self, running: Running) -> None:
        process = running.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(running.part.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), running.part.stop_seconds_max)
        except TimeoutError:
            self._tell(f"{running.part.name} did not stop within {running.part.stop_seconds_max:g} s; killed")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # and whatever it left behind
        await process.wait()


def argv_of(running: Running) -> list[str]:
    part = running.part
    return part.argv_again() if running.restarts and part.argv_again is not None else part.argv()


def process_started(pid: int) -> float:
    try:
        started: float = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0
    return started


def ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def fenced_advice(part: Part) -> str:
    return (
        f"{part.name} was fenced (exit code {EXIT_FENCED}) and stays down: another engine has written to the log "
        f"since, or the log is damaged. Make sure that one engine alone uses this VALKEY_URL, read {part.log}, "
        "then stop and start: trueman down, trueman up. See docs/runbooks/engine-fenced.md"
    )
