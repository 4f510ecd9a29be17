"""What holds the loop up is seen, and what the engine writes does not hold it up."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.day import Day, decided, engine
from tests.engine.faulty_log import FaultyLog
from trueman.core.exchange import Exchange
from trueman.engine import pauses, pipeline, poison, retention, service
from trueman.engine.aside import portray_aside
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.pauses import watched_pauses
from trueman.engine.replay import decide
from trueman.engine.snapshots import SnapshotStore
from trueman.infra.archive import Archive
from trueman.infra.log import CommandEntry, EventEntry

Database = MemoryEngineDatabase
SLOW_SECONDS = 0.4


async def test_a_pause_is_measured_and_forgotten_after_two_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "WINDOW_SECONDS", 0.2)
    with watched_pauses() as watched:
        await asyncio.sleep(0.05)
        time.sleep(SLOW_SECONDS)  # noqa: ASYNC251 - that is what is measured
        await asyncio.sleep(0.02)
        assert SLOW_SECONDS - pauses.TICK_SECONDS <= watched.longest < 2 * SLOW_SECONDS
        await asyncio.sleep(0.6)
        assert watched.longest < SLOW_SECONDS / 2


def slowly(function: Callable[..., Any]) -> Callable[..., Any]:
    """As on a disk that takes its time."""

    def slow(*words: Any, **named: Any) -> Any:
        time.sleep(SLOW_SECONDS)
        return function(*words, **named)

    return slow


async def test_neither_snapshots_nor_the_archive_hold_the_loop_up_while_it_lives_or_when_it_ends(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that takes 0.4 s for each file, a primary without a shadow."""
    monkeypatch.setattr(service, "portray_aside", portray_aside)
    monkeypatch.setattr(SnapshotStore, "save", slowly(SnapshotStore.save))
    monkeypatch.setattr(SnapshotStore, "prune", slowly(SnapshotStore.prune))
    monkeypatch.setattr(Archive, "append", slowly(Archive.append))
    day = Day()
    async with engine(log, database, tmp_path, snapshot_commands=20) as running:
        with watched_pauses() as watched:
            for _ in range(8):
                await decided(log, await day.append(log))
                await asyncio.sleep(0.3)
            await running.end()
            assert watched.longest < SLOW_SECONDS / 2
    assert Archive(tmp_path / "archive").end().number > 0


async def test_what_broke_the_core_is_written_down_without_holding_the_loop_up(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C21"""

    def broken(exchange: Exchange, entry: CommandEntry, epoch: int) -> EventEntry:
        if entry.last > 50:
            raise ZeroDivisionError
        return decide(exchange, entry, epoch)

    monkeypatch.setattr(pipeline, "decide", broken)
    for name in ("write_durably", "take"):
        monkeypatch.setattr(poison, name, slowly(getattr(poison, name)))
    day = Day()
    async with engine(log, database, tmp_path) as running:
        await decided(log, await day.append(log))
        with watched_pauses() as watched:
            await day.append(log, frames=1)
            with pytest.raises(ZeroDivisionError):
                await running.task
            assert watched.longest < SLOW_SECONDS / 2
    assert (tmp_path / "poison" / "51" / poison.COMMANDS_FILE).exists()


async def test_an_orderly_end_does_not_wait_for_ever_for_work_that_is_under_way(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verifier of a snapshot hangs. The last snapshot is written all the same."""
    verifying = asyncio.Event()

    async def for_ever(path: Path) -> bool:
        verifying.set()
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(service, "verify_elsewhere", for_ever)
    monkeypatch.setattr(retention, "FINISH_SECONDS_MAX", 0.05)
    day = Day()
    async with engine(log, database, tmp_path, snapshot_commands=20) as running:
        await decided(log, await day.append(log))
        await asyncio.wait_for(verifying.wait(), 5)
        await decided(log, await day.append(log))
        await asyncio.wait_for(running.end(), 5)
    newest = SnapshotStore(tmp_path / "snapshots").newest()
    assert newest is not None
    assert newest[0].sequence == 100
