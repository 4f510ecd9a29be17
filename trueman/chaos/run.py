"""One run: an exchange, a load, faults by seed one after the other, and the reckoning."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import aiohttp
import asyncpg
import msgspec
import redis.asyncio
import structlog

from trueman.chaos.attempts import Attempt, History
from trueman.chaos.client import Client, NoAnswer
from trueman.chaos.faults import FAULTS, Fault
from trueman.chaos.opening import open_market
from trueman.chaos.preload import Clocks, compiler
from trueman.chaos.readers import BookReader, SlowReader
from trueman.chaos.reckoning import reckon
from trueman.chaos.report import Report, Struck
from trueman.chaos.stage import Stage
from trueman.errors import StartError, TruemanError
from trueman.infra.valkey_log import STATE
from trueman.stack.layout import says_ok

CLIENTS: Final = 6
MONEY: Final = {"USDT": "1000000", "BTC": "30"}
RECOVERY_SECONDS_MAX: Final = 60.0
NETWORK: Final = "C33"
RESOLVE_SECONDS_MAX: Final = 90.0
LOOKS: Final = 200
SLOW_HELD_SECONDS_MAX: Final = 120.0
"""Without a pong for a minute a reader is dropped, if not for what it leaves unread; a paused service takes longer."""
CALM_SECONDS: Final = (0.3, 1.5)
POLL_SECONDS: Final = 0.05


class Plan(NamedTuple):
    seed: int = 1
    cycles: int = 0
    """0: as many as `seconds` give room for."""
    seconds: float = 60.0
    only: str = ""
    """Part of a fault's name: nothing else strikes."""
    shadow: bool = True
    """Run a shadow engine beside the primary."""
    keep: bool = False
    """Leave the folder where it is, to look at."""
    network_seconds_max: float = 10.0
    """After a network was mended everything has to work again so soon."""


async def run(plan: Plan, say: Callable[[str], None], stop: asyncio.Event) -> Report:
    """Until the plan is done or `stop` is set; then the load ends and everything is compared."""
    faults_named(plan.only)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    folder = Path(tempfile.mkdtemp(prefix="trueman-chaos-"))
    stage = Stage(folder, Clocks(folder / "clocks") if compiler() else None, lambda line: None, shadow=plan.shadow)
    report, is_over = Report(plan.seed), False
    say(f"Seed {plan.seed}: an exchange of its own starts in {folder}")
    try:
        await stage.start()
        report.impossible, report.network = stage.impossible, stage.network_words
        async with aiohttp.ClientSession() as session:
            await Chaos(plan, stage, session, report, say).live(stop)
        is_over = True
    finally:
        keep = bool(plan.keep or report.findings or not is_over)
        await stage.stop(keep=keep)
        if keep:
            say(f"Logs and data: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return report


class Chaos:
    def __init__(
        self, plan: Plan, stage: Stage, session: aiohttp.ClientSession, report: Report, say: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._stage = stage
        self._say = say
        self._report = report
        self._random = Random(plan.seed)
        self.history = History()
        self.clients = [
            Client(session, stage.api_url, f"chaos{number}", self.history, plan.seed * 1_000 + number)
            for number in range(CLIENTS)
        ]
        self.book = BookReader(session, stage.ws_url, self.clients[0].open_book)
        self.slow = SlowReader(stage.host_of("ws"), stage.settings.ws_port)

    async def live(self, stop: asyncio.Event) -> None:
        began = time.monotonic()
        await open_market(self._stage)
        for client in self.clients:
            await client.sign_up(MONEY)
        trading_ends, reading_ends = asyncio.Event(), asyncio.Event()
        trading = [asyncio.create_task(client.trade(trading_ends)) for client in self.clients]
        readers = [asyncio.create_task(reader(reading_ends)) for reader in (self.book.follow, self.slow.hold)]
        try:
            await self._strike_all(stop)
            self._say("The faults are over; what is unknown is settled, and everything is compared.")
            trading_ends.set()
            await asyncio.gather(*trading)
            await self._resolve()
            await self._look()
            self._count()
            await reckon(self._stage, self.history, self.book, self._report)
        finally:
            (self._stage.data / "history.json").write_bytes(msgspec.json.encode(self.history))
            trading_ends.set()
            reading_ends.set()
            await asyncio.wait([*trading, *readers])
        for reader in readers:
            reader.result()
        self._report.seconds = time.monotonic() - began
        self._report.machine = f"{os.cpu_count()} processors, {os.getloadavg()[1]:.1f} processes waiting for them"

    async def _strike_all(self, stop: asyncio.Event) -> None:
        deadline = time.monotonic() + self._plan.seconds
        await self._recovered(time.monotonic())
        for number, fault in enumerate(self._faults(), 1):
            is_over = number > self._plan.cycles if self._plan.cycles else time.monotonic() > deadline
            if is_over or stop.is_set() or not await self._strike(number, fault):
                return
            await asyncio.sleep(self._random.uniform(*CALM_SECONDS))

    def _faults(self) -> Iterator[Fault]:
        """Each once, in an order of the seed, then all again in another."""
        faults = faults_named(self._plan.only)
        while True:
            yield from self._random.sample(faults, len(faults))

    async def _strike(self, number: int, fault: Fault) -> bool:
        """False when the exchange did not come back: then there is nothing more to strike at."""
        try:
            said = await fault.strike(self._stage, self._random)
        except (AssertionError, TruemanError) as error:
            self._report.findings.append(f"{fault.name}: {error}")
            said = f"{fault.name} went wrong"
        if not said:
            self._report.skipped.append(fault.name)
            return True
        self._report.kills = self._stage.kills
        ended = time.monotonic()
        seconds = await self._recovered(ended)
        first = self._first_order(ended) or seconds
        self._report.struck.append(Struck(fault.name, fault.points, said, seconds, first))
        done = f"{self.history.count('acknowledged'):,} acknowledged"
        if seconds < 0:
            self._report.findings.append(f"after {said}: not back within {RECOVERY_SECONDS_MAX:g} s")
            self._say(f"{number:>4}  {said}: NOT back after {RECOVERY_SECONDS_MAX:g} s")
            return False
        self._report.findings += lateness(fault, said, seconds, self._plan.network_seconds_max)
        self._say(f"{number:>4}  {said}: an order in {first:.1f} s, everything in {seconds:.1f} s; {done}")
        self._stage.forget_restarts()
        return True

    async def _recovered(self, since: float) -> float:
        """Seconds from the end of the fault until a later order is acknowledged, streams served, tables caught up."""
        while time.monotonic() < since + RECOVERY_SECONDS_MAX:
            if self._first_order(since) and await self._all_work():
                return time.monotonic() - since
            await asyncio.sleep(POLL_SECONDS)
        return -1.0

    def _first_order(self, since: float) -> float:
        """Seconds until the first that was asked for after `since` was acknowledged; 0 while there is none."""
        answered = []
        for each in reversed(self.history.attempts):
            if each.invoked < since:
                break
            if each.kind == "order" and each.outcome == "acknowledged":
                answered.append(each.answered - since)
        return min(answered, default=0.0)

    async def _all_work(self) -> bool:
        place = self._stage.ws_url.replace("ws://", "http://")
        return await asyncio.to_thread(says_ok, f"{place}/readyz") and await self._tables_follow()

    async def _tables_follow(self) -> bool:
        with suppress(OSError, TimeoutError, asyncpg.PostgresError, redis.RedisError, asyncpg.InterfaceError):
            async with redis.asyncio.Redis.from_url(self._stage.valkey.url, socket_timeout=2) as valkey:
                last = int(await valkey.hget(STATE, "event") or 0)
            connection = await asyncpg.connect(self._stage.postgres.url, timeout=2)
            try:
                deadline = time.monotonic() + 2
                while time.monotonic() < deadline:
                    if await connection.fetchval("SELECT number FROM stream_offset", timeout=2) >= last:
                        return True
                    await asyncio.sleep(POLL_SECONDS)
            finally:
                await connection.close(timeout=2)
        return False

    async def _resolve(self) -> None:
        """Every outcome that is still unknown becomes definite, by the id that its client chose."""
        deadline = time.monotonic() + RESOLVE_SECONDS_MAX
        for attempt in [attempt for attempt in self.history.attempts if attempt.outcome == "unknown"]:
            while attempt.outcome == "unknown" and time.monotonic() < deadline:
                await self._ask(self._client_of(attempt).resolve(attempt))

    async def _look(self) -> None:
        """What the exchange says in the end of some of the orders that it acknowledged, old ones too."""
        known = [each for each in self.history.attempts if each.kind == "order" and each.outcome == "acknowledged"]
        deadline = time.monotonic() + RESOLVE_SECONDS_MAX
        for attempt in self._random.sample(known, min(LOOKS, len(known))):
            seen = len(self.history.looks)
            while len(self.history.looks) == seen and time.monotonic() < deadline:
                await self._ask(self._client_of(attempt).look(attempt.client_id))

    def _client_of(self, attempt: Attempt) -> Client:
        return next(client for client in self.clients if client.account == attempt.account)

    async def _ask(self, question: Coroutine[Any, Any, None]) -> None:
        try:
            await question
        except NoAnswer:
            await asyncio.sleep(POLL_SECONDS * 4)

    def _count(self) -> None:
        report, history = self._report, self.history
        report.asked, report.readings, report.looks = len(history.attempts), len(history.readings), len(history.looks)
        report.acknowledged, report.refused = history.count("acknowledged"), history.count("refused")
        report.not_written = history.count("nothing")
        left = [attempt for attempt in history.attempts if attempt.outcome == "unknown"]
        report.unknown_at_first = sum(attempt.resolved_later for attempt in history.attempts)
        report.unresolved = len(left)
        report.findings += [f"{each.kind} {each.client_id} stays unknown" for each in left]
        report.slow_connections, report.slow_held_seconds = self.slow.connections, round(self.slow.longest_held, 1)
        if self.slow.longest_held > SLOW_HELD_SECONDS_MAX:
            report.findings.append(f"a reader that reads nothing was held for {self.slow.longest_held:.0f} s")


def faults_named(part: str) -> list[Fault]:
    """Raise StartError, with all names, when none has that in it."""
    found = [fault for fault in FAULTS if part in fault.name]
    if not found:
        raise StartError(f"No fault has {part!r} in its name. There are: {', '.join(each.name for each in FAULTS)}.")
    return found


def lateness(fault: Fault, said: str, seconds: float, network_seconds_max: float) -> list[str]:
    if NETWORK not in fault.points or seconds <= network_seconds_max:
        return []
    return [f"after {said}: back in {seconds:.1f} s, not within {network_seconds_max:g} s of the mend"]
