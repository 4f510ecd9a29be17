"""Snapshots taken by a copy of the process: the same file, and an engine that goes on meanwhile."""

import asyncio
import errno
import os
from pathlib import Path

import psutil
import pytest

from tests.engine.day import Day
from trueman.core.exchange import Exchange
from trueman.engine import aside
from trueman.engine.aside import portray_aside
from trueman.engine.snapshots import Snapshot, SnapshotStore, load
from trueman.errors import NotDurable, ServiceError


def lived(frames: int = 10) -> tuple[Exchange, Day]:
    exchange, day = Exchange(), Day()
    for _ in range(frames):
        grow(exchange, day)
    return exchange, day


def grow(exchange: Exchange, day: Day) -> None:
    exchange.apply(exchange.sequence + 1, 5, exchange.time_us + 1_000_000, day.frame(5))


async def test_the_file_is_of_the_moment_of_the_offer_however_far_the_engine_has_gone_on(tmp_path: Path) -> None:
    exchange, day = lived()
    digest = exchange.digest()
    writing = portray_aside(SnapshotStore(tmp_path), exchange, 7)
    grow(exchange, day)
    header, path = await writing
    assert path.name == "snap-50-7"
    assert (header.sequence, header.epoch) == (50, 7)
    assert load(path)[1].digest() == digest != exchange.digest()


class SlowDisk(SnapshotStore):
    """As slow as a disk is with a million orders; only the copy of this process waits for it."""

    def save(self, snapshot: Snapshot) -> Path:
        os.read(os.open(self.folder / "gate", os.O_RDONLY), 1)
        return super().save(snapshot)


async def test_the_engine_goes_on_while_the_copy_writes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    exchange, day = lived()
    writing = asyncio.ensure_future(portray_aside(SlowDisk(tmp_path), exchange, 1))
    for _ in range(5):
        grow(exchange, day)
        await asyncio.sleep(0.02)
    assert not writing.done()
    (tmp_path / "gate").write_text("go")
    header, _ = await asyncio.wait_for(writing, 10)
    assert (header.sequence, exchange.sequence) == (50, 75)


class BrokenDisk(SnapshotStore):
    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(folder)
        self.error = error

    def save(self, snapshot: Snapshot) -> Path:
        raise self.error


@pytest.mark.parametrize("error", [OSError("no room"), NotDurable("fsync failed"), AssertionError("sums to 3")])
async def test_what_the_copy_meets_is_met_here(tmp_path: Path, error: Exception) -> None:
    """C37: a disk that failed under a file is never taken for one that kept it."""
    with pytest.raises(type(error)):
        await portray_aside(BrokenDisk(tmp_path, error), lived()[0], 1)
    assert SnapshotStore(tmp_path).newest() is None


async def test_a_copy_without_memory_costs_the_snapshot_and_not_the_engine(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="failed: see the traceback"):
        await portray_aside(BrokenDisk(tmp_path, MemoryError()), lived()[0], 1)


async def test_a_copy_that_cannot_be_made_costs_the_snapshot_and_not_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C37: there is no memory for it, or no process more; whoever asks for it goes on, and hears of it later."""

    def none_left() -> int:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(os, "fork", none_left)
    asked = portray_aside(SnapshotStore(tmp_path), lived()[0], 1)
    with pytest.raises(OSError, match="Cannot allocate memory"):
        await asked


async def test_a_copy_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C37: otherwise there would never be a snapshot again."""
    monkeypatch.setattr(aside, "CHILD_SECONDS_MAX", 0.1)
    os.mkfifo(tmp_path / "gate")
    before = psutil.Process().children()
    with pytest.raises(ServiceError, match="was not written in"):
        await asyncio.wait_for(portray_aside(SlowDisk(tmp_path), lived()[0], 1), 10)
    assert psutil.Process().children() == before


async def test_who_gives_up_leaves_no_copy_behind(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    before = psutil.Process().children()
    writing = asyncio.ensure_future(portray_aside(SlowDisk(tmp_path), lived()[0], 1))
    await asyncio.sleep(0.1)
    assert len(psutil.Process().children()) == len(before) + 1
    writing.cancel()
    await asyncio.wait([writing])
    assert psutil.Process().children() == before
