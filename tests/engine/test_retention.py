"""What the keeper keeps, what it lets go, and what it says when it cannot."""

import asyncio
import errno
import os
from pathlib import Path

import pytest
import structlog.testing

from tests.engine.day import Day, decided, engine, require_whole
from tests.engine.faulty_log import FaultyLog
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.heart import Heart
from trueman.engine.replay import decide
from trueman.engine.retention import Bounds, Keeper, Verify
from trueman.engine.snapshots import Snapshot, SnapshotStore
from trueman.errors import LogUnavailable, NotDurable
from trueman.infra import durable_files
from trueman.infra.archive import Archive
from trueman.infra.memory_log import MemoryLog

BOUNDS = Bounds(snapshot_commands=50, log_keep_commands=10, alarm_seconds=3_600)


class Trimmed(MemoryLog):
    def __init__(self) -> None:
        super().__init__()
        self.below: list[int] = []

    async def trim(self, below: int) -> None:
        self.below.append(below)
        await super().trim(below)


async def agree(path: Path) -> bool:
    return True


async def disagree(path: Path) -> bool:
    return False


class Stage:
    """A keeper beside an exchange whose every command is durable."""

    def __init__(self, folder: Path, verify: Verify = agree, log: Trimmed | None = None) -> None:
        self.log = log or Trimmed()
        self.database = MemoryEngineDatabase()
        self.store = SnapshotStore(folder / "snapshots")
        self.archive = Archive(folder / "archive")
        self.exchange = Exchange()
        self.keeper = Keeper(self.log, self.database, self.store, self.archive, BOUNDS, verify)
        self._day = Day()

    async def live(self, commands: int = 50) -> None:
        """So many commands more, and what the keeper does about them."""
        for _ in range(commands // 10):
            await self.log.append_commands(10, self._day.frame(10))
            for entry in await self.log.read_commands(self.exchange.sequence):
                await self.log.append_event_entries([decide(self.exchange, entry, 1)])
        assert self.keeper.wants(self.exchange.sequence)
        self.keeper.offer(self.exchange, 1)
        async with asyncio.timeout(10):
            while not self.keeper.wants(self.exchange.sequence + 1_000):  # noqa: ASYNC110 - it has no event for it
                await asyncio.sleep(0.001)

    def pass_everything(self) -> None:
        self.database.offset, self.database.offset_time_us = 1_000_000, 1 << 60


@pytest.fixture
async def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    await stage.log.create(RULESET)
    stage.pass_everything()
    return stage


async def test_the_log_is_trimmed_below_what_two_snapshots_and_the_database_have_passed(stage: Stage) -> None:
    """C20: the older of two snapshots can still be replayed."""
    await stage.live()
    assert stage.log.below == []
    await stage.live()
    assert stage.log.below == [40]
    stage.database.offset = 75
    await stage.live()
    assert stage.log.below == [40, 65]
    assert (await stage.log.read_events(70))[0].first == 71
    assert stage.archive.end().number == 150


async def test_a_snapshot_that_does_not_verify_lets_nothing_go(tmp_path: Path) -> None:
    stage = Stage(tmp_path, disagree)
    await stage.log.create(RULESET)
    stage.pass_everything()
    for _ in range(3):
        await stage.live()
    assert stage.log.below == []
    assert len(stage.store.paths()) == 3


async def test_a_trim_that_fails_is_tried_again_with_the_next_snapshot(tmp_path: Path) -> None:
    class Away(Trimmed):
        async def trim(self, below: int) -> None:
            self.below.append(below)
            raise LogUnavailable("away")

    stage = Stage(tmp_path, log=Away())
    await stage.log.create(RULESET)
    stage.pass_everything()
    for _ in range(3):
        await stage.live()
    assert stage.log.below == [40, 90]


async def test_a_database_that_stays_behind_stops_the_trimmer_and_is_named(stage: Stage) -> None:
    """C29: nothing that the tables still need is forgotten, and an operator hears of it."""
    stage.database.offset, stage.database.offset_time_us = 60, 0
    await stage.live()
    with structlog.testing.capture_logs() as said:
        await stage.live()
    assert stage.log.below == []
    (alarm,) = [line for line in said if line["event"] == "the log is not trimmed"]
    assert alarm["why"].startswith("PostgreSQL is at 60, ")
    assert alarm["runbook"] == "docs/runbooks/the-log-is-not-trimmed.md"


async def test_a_living_standby_holds_the_log_and_a_dead_one_does_not(stage: Stage) -> None:
    await stage.live()
    await stage.log.stand_by(20)
    await stage.live()
    assert stage.log.below == [10]
    await stage.live()
    assert stage.log.below == [10, 90]


async def test_a_standby_that_was_gone_before_we_came_does_not_hold_the_log(stage: Stage) -> None:
    await stage.log.stand_by(20)
    await stage.live()
    await stage.live()
    assert stage.log.below == [40]


async def test_a_standby_that_stays_far_behind_is_named(stage: Stage) -> None:
    for _ in range(9):
        await stage.live()
    await stage.log.stand_by(20)
    with structlog.testing.capture_logs() as said:
        await stage.live()
    assert [line["why"] for line in said if line["event"] == "the log is not trimmed"] == [
        "the standby is at 20, 480 commands behind (at most 400)"
    ]


async def test_nothing_is_trimmed_that_is_not_archived(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """C37: a full disk under the archive costs room in the log, and an alarm says so."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stage.archive, "append", full)
    with structlog.testing.capture_logs() as said:
        for _ in range(3):
            await stage.live()
    assert stage.log.below == []
    assert [line["work"] for line in said if line["event"] == "not kept"] == ["archive"] * 3
    monkeypatch.undo()
    await stage.live()
    assert stage.log.below == [140]
    assert stage.archive.end().number == 200


async def test_a_full_disk_costs_a_snapshot_and_not_the_engine(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """C37: the trade goes on, and what was half written is gone."""

    class Full(SnapshotStore):
        def save(self, snapshot: Snapshot) -> Path:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trueman.engine.service.SnapshotStore", Full)
        async with engine(log, database, tmp_path, snapshot_commands=10) as running:
            await decided(log, await Day().append(log))
            await running.end()
    await require_whole(log)


async def test_a_disk_that_fails_under_a_snapshot_ends_the_engine(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C37: after a failed fsync nothing is tried again; the next start replays the log."""

    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(durable_files.os, "fsync", broken)
    async with engine(log, database, tmp_path, snapshot_commands=10) as running:
        last = await Day().append(log)
        with pytest.raises(NotDurable, match="cannot be made durable"):
            await asyncio.wait_for(running.task, 10)
    assert list((tmp_path / "snapshots").iterdir()) == []
    monkeypatch.undo()
    async with engine(log, database, tmp_path) as running:
        await decided(log, last)
        await running.end()
    await require_whole(log)


async def test_beside_a_shadow_too_a_disk_that_failed_under_a_snapshot_ends_the_engine(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C37: whoever takes the snapshots from now on, this process has met a disk that does not keep."""

    def broken(store: SnapshotStore, snapshot: Snapshot) -> Path:
        there = property(lambda heart: True, lambda heart, seen: None)
        monkeypatch.setattr(Heart, "shadow_stands_by", there, raising=False)
        raise NotDurable("fsync failed")

    monkeypatch.setattr(SnapshotStore, "save", broken)
    async with engine(log, database, tmp_path, snapshot_commands=10) as running:
        await Day().append(log)
        with pytest.raises(NotDurable, match="fsync failed"):
            await asyncio.wait_for(running.task, 10)


def test_what_is_half_written_on_a_full_disk_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C19: nothing less than whole ever has its name."""
    path = tmp_path / "file"
    durable_files.write_durably(path, [b"old"])

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(durable_files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        durable_files.write_durably(path, [b"new"])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_durable_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C37: a name that a power cut could take back is none."""
    real = os.fsync
    synced: list[int] = []

    def second_fails(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(durable_files.os, "fsync", second_fails)
    with pytest.raises(NotDurable):
        durable_files.write_durably(tmp_path / "file", [b"x"])
