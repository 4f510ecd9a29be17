"""What is done to the exchange: each fault strikes, lasts, and is over when its function returns.

`points` are the crash points of docs/reference/reliability.md that it exercises. Whatever a fault started to do, it
undoes: what must come back by itself afterwards is the exchange.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, NamedTuple

import redis.asyncio

from trueman.chaos.partitions import harming, isolate_the_primary
from trueman.chaos.slow_readers import slow_readers
from trueman.chaos.stage import ENGINES, SERVERS, Stage
from trueman.chaos.waiting import until
from trueman.infra.valkey_log import ValkeyLog
from trueman.stack.parts import ready_file

PRIMARY: Final = "the primary engine"
STANDBY: Final = "the engine that stands by"
HOUR_US: Final = 3_600_000_000
PAUSE_SECONDS: Final = (0.5, 4.0)
REPLACED_SECONDS_MAX: Final = 60.0
"""How long a second engine may take to be ready, and the first one to notice that it was replaced."""
REWRITE_SECONDS_MAX: Final = 0.03
FULL_SECONDS_MAX: Final = 3.0
KEPT_SECONDS: Final = (3.0, 6.0)
"""Long enough for a snapshot and a segment to become due."""

Strike = Callable[[Stage, Random], Awaitable[str]]
"""Says in a few words what was done, or, empty, that this machine or this moment had no way to do it."""


class Fault(NamedTuple):
    name: str
    points: tuple[str, ...]
    strike: Strike


def killing(name: str) -> Strike:
    async def strike(stage: Stage, random: Random) -> str:
        await asyncio.sleep(random.uniform(0, 0.3))
        victim = _meant(stage, name)
        return f"kill -9 {name}" if victim in (*stage.services, *SERVERS) and stage.kill(victim) else ""

    return strike


def _meant(stage: Stage, name: str) -> str:
    """Engines change places: which of them is meant is known when it is struck."""
    return {PRIMARY: stage.primary, STANDBY: stage.standby}.get(name, lambda: name)()


def pausing(name: str) -> Strike:
    async def strike(stage: Stage, random: Random) -> str:
        seconds, victim = random.uniform(*PAUSE_SECONDS), _meant(stage, name)
        if not stage.signal(victim, signal.SIGSTOP):
            return ""
        await asyncio.sleep(seconds)
        stage.signal(victim, signal.SIGCONT)
        return f"{name} stood still for {seconds:.1f} s"

    return strike


async def kill_everything(stage: Stage, random: Random) -> str:
    """Everything at once, and back in whatever order it comes."""
    names = [*stage.services, *SERVERS]
    random.shuffle(names)
    for name in names:
        stage.kill(name)
    return f"kill -9 of all: {', '.join(names)}"


async def kill_in_rewrite(stage: Stage, random: Random) -> str:
    """Valkey dies while it writes its file anew."""
    async with redis.asyncio.Redis.from_url(stage.valkey.url) as client:
        await client.config_set("rdb-key-save-delay", 3_000)
        await client.bgrewriteaof()
        for _ in range(200):
            if (await client.info("persistence"))["aof_rewrite_in_progress"]:
                break
            await asyncio.sleep(0.005)
    await asyncio.sleep(random.uniform(0, REWRITE_SECONDS_MAX))
    return "kill -9 valkey while it rewrote its file" if stage.kill("valkey") else ""


async def two_engines(stage: Stage, random: Random) -> str:
    """A second engine is started by mistake: the later one goes on, the first is fenced."""
    name = stage.primary()
    first = stage.pid(name)
    async with stage.second("engine") as second:
        fenced = await until(lambda: stage.pid(name) != first, REPLACED_SECONDS_MAX)
        await asyncio.sleep(random.uniform(0.2, 1.5))
        still = second.returncode is None
    await stage.start_fenced_again()
    if not fenced or not still:
        raise AssertionError(f"of two engines the first was fenced: {fenced}; the second went on: {still}")
    return "a second engine was started, the first was fenced; the second was killed"


async def replaced_while_paused(stage: Stage, random: Random) -> str:
    """The engine stands still, another takes its place, and the first wakes up and believes that it still leads."""
    if stage.has_shadow and not await until(stage.both_engines_work, REPLACED_SECONDS_MAX):
        return ""
    name = stage.primary()
    first = stage.pid(name)
    if not stage.signal(name, signal.SIGSTOP):
        return ""
    if stage.has_shadow:
        other = next(each for each in ENGINES if each != name)
        took_over = await until(lambda: stage.leads(other), REPLACED_SECONDS_MAX)
        fenced = await _wake(stage, name, first, random)
    else:
        async with stage.second("engine"):
            took_over = await until(ready_file(stage.data, "engine.second").exists, REPLACED_SECONDS_MAX)
            fenced = await _wake(stage, name, first, random)
        await stage.start_fenced_again()
    if not took_over or not fenced:
        raise AssertionError(f"the second engine took over: {took_over}; the one that woke was fenced: {fenced}")
    return "the engine stood still, was replaced, woke up and was fenced"


async def _wake(stage: Stage, name: str, pid: int, random: Random) -> bool:
    """Whether it ended then."""
    await asyncio.sleep(random.uniform(0.2, 1.5))
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
    return await until(lambda: stage.pid(name) != pid, REPLACED_SECONDS_MAX)


async def switch_engines(stage: Stage, random: Random) -> str:
    """An operator has the shadow take the primary's place."""
    if not stage.has_shadow or not await until(stage.both_engines_work, REPLACED_SECONDS_MAX):
        return ""
    name = stage.primary()
    log = await ValkeyLog.connect(stage.valkey.url, durable=False)
    try:
        await log.ask_switch((await log.heartbeat()).epoch)
    finally:
        await log.close()
    if not await until(lambda: stage.primary() != name, REPLACED_SECONDS_MAX):
        raise AssertionError(f"{name} was to be replaced, and still is the primary")
    return "an operator switched engines"


async def jump_clocks(stage: Stage, random: Random) -> str:
    """Some hosts' time of day jumps by up to an hour, forwards or backwards, and back again."""
    if stage.clocks is None:
        return ""
    jumped = random.sample([*stage.services, *SERVERS], random.randint(1, 3))
    ahead = {name: random.choice((-1, 1)) * random.randint(60_000_000, HOUR_US) for name in jumped}
    for name, microseconds in ahead.items():
        stage.clocks.set(name, microseconds)
    await asyncio.sleep(random.uniform(*PAUSE_SECONDS))
    for name in ahead:
        stage.clocks.set(name, 0)
    return "clocks jumped: " + ", ".join(f"{name} {us // 1_000_000:+} s" for name, us in ahead.items())


def filling(server: str) -> Strike:
    """It cannot write what it would acknowledge: Valkey dies rather than lie, PostgreSQL takes nothing back."""

    async def strike(stage: Stage, random: Random) -> str:
        if server == "postgres" and not stage.disks[server].is_mounted:
            return ""  # its processes are many, and come and go
        filled = await asyncio.to_thread(stage.fill, server)
        if not filled:
            return ""
        try:
            await until(lambda: not stage.pid(server), FULL_SECONDS_MAX)
            await asyncio.sleep(random.uniform(0.5, 2))
        finally:
            stage.free(server)
        return f"{server}'s disk was full ({filled})"

    return strike


def filling_ours(folder: str) -> Strike:
    """A snapshot or a segment cannot be written: that costs no engine."""

    async def strike(stage: Stage, random: Random) -> str:
        engines = [name for name in ENGINES if name in stage.services]
        if stage.has_shadow:
            await until(stage.both_engines_work, FULL_SECONDS_MAX)  # one may still be coming back from the last fault
        before = [stage.pid(name) for name in engines]
        if not stage.disks[folder].is_mounted or not await asyncio.to_thread(stage.fill, folder):
            return ""
        try:
            await asyncio.sleep(random.uniform(*KEPT_SECONDS))
        finally:
            stage.free(folder)
        if [stage.pid(name) for name in engines] != before:
            raise AssertionError(f"an engine died of a full disk under {folder}")
        return f"the disk of {folder} was full"

    return strike


def cutting_power(server: str) -> Strike:
    """Its machine loses its power: what was not synced is gone."""

    async def strike(stage: Stage, random: Random) -> str:
        await asyncio.sleep(random.uniform(0, 0.3))
        if stage.clocks is None or not stage.kill(server):
            return ""
        await until(lambda: not stage.pid(server), FULL_SECONDS_MAX)
        return f"power cut at {server}, {stage.forget_unsynced(server, random)} gone"

    return strike


FAULTS: Final = (
    Fault("kill engine", ("C13", "C14", "C15"), killing(PRIMARY)),
    Fault("kill the standby", ("C19",), killing(STANDBY)),
    Fault("switch engines", ("C18",), switch_engines),
    Fault("kill updater", ("C23", "C24"), killing("db-updater")),
    Fault("kill api", ("C1", "C2", "C5"), killing("api")),
    Fault("kill ws", ("C30",), killing("ws")),
    Fault("kill valkey", ("C6", "C3", "C16"), killing("valkey")),
    Fault("kill valkey in a rewrite", ("C12",), kill_in_rewrite),
    Fault("cut valkey's power", ("C7", "C6"), cutting_power("valkey")),
    Fault("cut postgres's power", ("C7", "C27"), cutting_power("postgres")),
    Fault("kill postgres", ("C27", "C25"), killing("postgres")),
    Fault("kill everything", ("C38", "C6", "C27"), kill_everything),
    Fault("pause engine", ("C4",), pausing(PRIMARY)),
    Fault("pause the standby", ("C17",), pausing(STANDBY)),
    Fault("pause ws", ("C30",), pausing("ws")),
    Fault("pause updater", ("C29",), pausing("db-updater")),
    Fault("pause api", ("C4",), pausing("api")),
    Fault("pause valkey", ("C3", "C4", "C16"), pausing("valkey")),
    Fault("pause postgres", ("C29",), pausing("postgres")),
    Fault("two engines", ("C18", "C17"), two_engines),
    Fault("replace a paused engine", ("C17", "C18"), replaced_while_paused),
    Fault("cut api from valkey", ("C33", "C3"), harming("api", "valkey", "cut")),
    Fault("silence api from valkey", ("C33", "C4"), harming("api", "valkey", "silent and then broken")),
    Fault("unplug api from valkey", ("C33", "C4"), harming("api", "valkey", "unplugged")),
    Fault("mute api to valkey", ("C33", "C1", "C4"), harming("api", "valkey", "losing what is asked")),
    Fault("deafen api to valkey", ("C33", "C2", "C3"), harming("api", "valkey", "losing what is answered")),
    Fault("unplug api from postgres", ("C33",), harming("api", "postgres", "unplugged")),
    Fault("cut engine from valkey", ("C33", "C16"), harming("engine", "valkey", "cut")),
    Fault("silence engine from valkey", ("C33", "C16"), harming("engine", "valkey", "silent and then broken")),
    Fault("mute engine to valkey", ("C33", "C14"), harming("engine", "valkey", "losing what is asked")),
    Fault("deafen engine to valkey", ("C33", "C15", "C16"), harming("engine", "valkey", "losing what is answered")),
    Fault("isolate the primary", ("C33", "C17"), isolate_the_primary),
    Fault("cut updater from postgres", ("C33", "C25"), harming("db-updater", "postgres", "cut")),
    Fault("silence updater from postgres", ("C33", "C25"), harming("db-updater", "postgres", "silent and then broken")),
    Fault("unplug updater from postgres", ("C33", "C25"), harming("db-updater", "postgres", "unplugged")),
    Fault("deafen updater to postgres", ("C33", "C25"), harming("db-updater", "postgres", "losing what is answered")),
    Fault("slow engine", ("C33",), harming("engine", "valkey", "slow")),
    Fault("cut ws from valkey", ("C33", "C30"), harming("ws", "valkey", "cut")),
    Fault("unplug ws from valkey", ("C33", "C30"), harming("ws", "valkey", "unplugged")),
    Fault("jump clocks", ("C32",), jump_clocks),
    Fault("fill valkey's disk", ("C8",), filling("valkey")),
    Fault("fill postgres's disk", ("C29",), filling("postgres")),
    Fault("fill the snapshots' disk", ("C37",), filling_ours("snapshots")),
    Fault("fill the archive's disk", ("C37",), filling_ours("archive")),
    Fault("slow readers", ("C31",), slow_readers),
)
