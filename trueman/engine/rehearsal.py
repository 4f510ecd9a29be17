"""The next build beside the one that runs: it decides everything again, compares every result, and tells what it found.

It is a shadow that nobody sees. It gives no sign of life, so the primary goes on taking its own snapshots or leaving
them to a real shadow; it fences, halts and trims nothing, asks for no epoch, and writes no file. A result that differs
is a finding about this build: it ends the rehearsal, while the exchange goes on as if nothing had been.
"""

import asyncio
import sys
import traceback

import msgspec
import structlog
from prometheus_client import Gauge

from trueman.core.exchange import Exchange
from trueman.core.rulesets import NEWEST_RULESET
from trueman.engine.database import EngineDatabase
from trueman.engine.replay import following, replay_one, require_cover
from trueman.engine.skipping import SkipList
from trueman.engine.snapshots import SnapshotStore
from trueman.engine.this_build import this_build
from trueman.errors import NEIGHBOUR_AWAY, Differs, StartError
from trueman.infra.log import CommandEntry, EventEntry, Log
from trueman.infra.service import announce_ready
from trueman.infra.stopping import unless_stopped

LOOK_MS = 200
RETRY_SECONDS = 0.5
RUNBOOK = "docs/runbooks/upgrading.md"

COMPARED = Gauge("trueman_rehearsal_compared_command", "Last command whose result this build came to as well")
LAG = Gauge("trueman_rehearsal_lag_commands", "Commands that are decided and that this rehearsal has not compared yet")

logger = structlog.get_logger(__name__)


class Report(msgspec.Struct):
    """What a rehearsal came to, for programs and for people."""

    build: str
    python: str
    ruleset_newest: int
    """That this build knows."""
    since: int = 0
    """The state that was begun with: a snapshot's, or genesis."""
    until: int = 0
    """The last command whose result was the same."""
    seconds: float = 0.0
    agrees: bool = True
    finding: str = ""
    """The first thing that came out otherwise."""

    def lines(self) -> list[str]:
        compared = f"Build {self.build} decided commands {self.since + 1:,} to {self.until:,} again"
        if self.agrees:
            return [f"{compared}: every result is the same ({self.seconds:,.0f} s)."]
        return [f"{compared} with the same results, and then NOT. {self.finding}", f"See {RUNBOOK}"]


class Rehearsal:
    def __init__(self, log: Log, database: EngineDatabase, snapshots: SnapshotStore) -> None:
        self._log = log
        self._database = database
        self._snapshots = snapshots
        self._exchange: Exchange | None = None
        """None until the state to begin with is there."""
        self.report = Report(
            build=this_build(),
            python=".".join(map(str, sys.version_info[:3])),
            ruleset_newest=NEWEST_RULESET,
        )

    async def run(self, stop: asyncio.Event) -> Report:
        """Until told to stop, or something comes out otherwise. Raise StartError when there is no log to follow."""
        began = asyncio.get_running_loop().time()
        try:
            await unless_stopped(stop, self._compare_for_ever())
        except Differs as differs:
            self._find(str(differs))
        self.report.seconds = asyncio.get_running_loop().time() - began
        return self.report

    async def _compare_for_ever(self) -> None:
        skips = SkipList(self._database.skips)
        while True:
            try:
                exchange = await self._begun()
                await self._compare(exchange, skips)
                LAG.set(await self._log.last_event() - int(exchange.sequence))
            except NEIGHBOUR_AWAY as error:
                logger.warning("the rehearsal waits for a neighbour", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _begun(self) -> Exchange:
        if self._exchange is None:
            self._exchange = await self._first_state()
            self.report.since = self.report.until = self._exchange.sequence
            logger.info("rehearsing", since=self.report.since, build=self.report.build)
            announce_ready("rehearsal")
        return self._exchange

    async def _first_state(self) -> Exchange:
        if not await self._log.exists():
            raise StartError(
                "There is no log yet, so there is nothing to rehearse with. Is VALKEY_URL the right server?"
            )
        found = self._snapshots.newest(until=await self._log.last_event())
        exchange = found[1] if found else Exchange(await self._log.genesis_ruleset())
        await require_cover(self._log, exchange, await self._database.updater_offset())
        return exchange

    async def _compare(self, exchange: Exchange, skips: SkipList) -> None:
        """What was decided since. Raise Differs for whatever this build makes otherwise of it."""
        commands, events = await following(self._log, exchange.sequence, wait_ms=LOOK_MS)
        for command, event in zip(commands, events, strict=False):
            await skips.tell(exchange, command, event)
            decide_again(exchange, command, event)
            self.report.until = event.last
        COMPARED.set(self.report.until)

    def _find(self, finding: str) -> None:
        self.report.agrees, self.report.finding = False, finding
        logger.error("this build decides otherwise", after=self.report.until, finding=finding, runbook=RUNBOOK)


def decide_again(exchange: Exchange, command: CommandEntry, event: EventEntry) -> None:
    """A build that breaks on a command, or does not know its rules, is found out like one that decides it otherwise."""
    try:
        replay_one(exchange, command, event)
    except StartError as error:
        raise Differs(str(error)) from error
    except Exception as error:
        said = "".join(traceback.format_exception(error))
        raise Differs(f"It breaks on one of commands {command.first} to {command.last}: {said}") from error
