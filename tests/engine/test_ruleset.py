"""C36: rules change in the midst of load and of crashes: one chain, and an engine that lacks the rules halts."""

import asyncio
from pathlib import Path

import pytest

from tests.engine.day import Day, decided, engine
from tests.engine.faulty_log import FaultyLog
from trueman.core.codec import encode
from trueman.core.commands import SwitchRuleset
from trueman.core.exchange import Exchange
from trueman.core.rulesets import UnknownRuleset
from trueman.engine import replay
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.past import state_at
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import StartError


async def test_the_chain_goes_on_over_a_switch_and_crashes_around_it(
    database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """C36: snapshots of both rulesets, replay from either, and from genesis."""
    log, day = FaultyLog(), Day()
    await log.create(2)
    async with engine(log, database, tmp_path, snapshot_commands=60) as running:
        await decided(log, await day.append(log, frames=30))
        await log.append_commands(6, day.frame(2) + encode(SwitchRuleset(9, 3)) + day.frame(3))
        await day.append(log, frames=5)
        await running.kill()
    async with engine(log, database, tmp_path, snapshot_commands=60) as running:
        last = await day.append(log, frames=30)
        await decided(log, last)
        await running.end()
    found = SnapshotStore(tmp_path / "snapshots").newest()
    assert found is not None
    assert (found[0].ruleset, found[1].ruleset) == (3, 3)
    exchange = await state_at(log, SnapshotStore(tmp_path / "none"), last)
    assert exchange.digest() == found[1].digest()
    before = await state_at(log, SnapshotStore(tmp_path / "none"), 150)
    assert before.ruleset == 2


async def test_an_engine_that_lacks_the_rules_halts_and_says_which_build_is_needed(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C36: no poison, no attempts: nothing is wrong but the build."""

    class OlderExchange:
        def __init__(self, exchange: Exchange) -> None:
            self.exchange = exchange

        def apply(self, *arguments: object) -> bytes:
            raise UnknownRuleset("ruleset 4 is asked for, and this build knows 2 to 3: start the build that knows it")

    decide = replay.decide
    monkeypatch.setattr(
        "trueman.engine.pipeline.decide", lambda exchange, *rest: decide(OlderExchange(exchange), *rest)
    )
    await Day().append(log, frames=1)
    async with engine(log, database, tmp_path) as running:
        await asyncio.wait([running.task], timeout=10)
        halt = running.task.exception()
    assert isinstance(halt, StartError)
    assert "ruleset 4" in str(halt)
    assert "unknown-ruleset.md" in str(halt)
    assert not (tmp_path / "poison").exists()
