"""A snapshot counts when it is whole, and nothing less than whole ever has its name."""

import asyncio
import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from tests.engine.day import Day, decided, engine, require_whole, snapshots_in, spoil
from tests.engine.faulty_log import FaultyLog
from trueman.core.exchange import Exchange
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.snapshots import Header, Snapshot, SnapshotStore, load, take, verify_elsewhere
from trueman.infra import durable_files


def exchange_at(sequence: int, exchange: Exchange | None = None) -> Exchange:
    exchange = exchange or Exchange()
    exchange.apply(exchange.sequence + 1, sequence, 1_000, Day().frame(sequence))
    return exchange


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots", kept=2)


def test_a_snapshot_comes_back_as_it_was(store: SnapshotStore) -> None:
    exchange = exchange_at(60)
    path = store.save(take(exchange, 3))
    assert path.name == "snap-60-3"
    header, restored = load(path)
    assert (header.sequence, header.epoch, header.time_us) == (60, 3, 1_000)
    assert (restored.sequence, restored.chain, restored.digest()) == (60, exchange.chain, exchange.digest())


@pytest.mark.parametrize("at", [3, 60, 400, -1])
def test_one_wrong_byte_anywhere_is_noticed(store: SnapshotStore, at: int) -> None:
    path = store.save(take(exchange_at(60), 3))
    spoil(path, at)
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        load(path)


@pytest.mark.parametrize(
    "change", [{"format": 2}, {"ruleset": 999}, {"sequence": 61}, {"chain": "00" * 16}, {"digest": "00" * 16}]
)
def test_a_header_that_does_not_fit_the_state_is_noticed(store: SnapshotStore, change: dict[str, object]) -> None:
    header, state = take(exchange_at(60), 3)
    path = store.save(Snapshot(msgspec.structs.replace(header, **change), state))
    with pytest.raises(ValueError, match=r"restores to|this build reads|this build knows"):
        load(path)


def test_newest_is_by_number_not_by_name(store: SnapshotStore) -> None:
    exchange = exchange_at(9)
    for epoch in (1, 2):
        store.save(take(exchange, epoch))
    store.save(take(exchange_at(2, exchange), 2))
    newest = store.newest()
    assert newest is not None
    assert (newest[0].sequence, newest[0].epoch) == (11, 2)
    assert [path.name for path in store.paths()] == ["snap-11-2", "snap-9-2", "snap-9-1"]


def test_what_a_crash_left_half_written_is_ignored_and_cleared_away(store: SnapshotStore) -> None:
    """[C19]"""
    store.save(take(exchange_at(60), 1))
    half = store.folder / "snap-90-1.tmp"
    half.write_bytes(b"half")
    newest = store.newest()
    assert newest is not None
    assert newest[0].sequence == 60
    store.prune()
    assert not half.exists()


def test_what_a_living_neighbour_writes_is_left_alone_and_what_is_old_is_not(store: SnapshotStore) -> None:
    """C19: primary and shadow keep their snapshots in one folder."""
    store.save(take(exchange_at(60), 1))
    ended = subprocess.Popen(["true"])
    ended.wait()
    living, gone, old = (
        store.folder / f"snap-90-{epoch}.{process}.tmp"
        for epoch, process in ((1, os.getppid()), (1, ended.pid), (2, os.getppid()))
    )
    for half in (living, gone, old):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.prune()
    assert list(store.folder.glob("*.tmp")) == [living]


def test_two_processes_write_one_snapshot_under_two_names(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    rename = Path.rename

    def remember(partial: Path, target: Path) -> Path:
        names.append(partial.name)
        return rename(partial, target)

    monkeypatch.setattr(Path, "rename", remember)
    for process in (11, 12):
        monkeypatch.setattr(durable_files.os, "getpid", lambda process=process: process)
        store.save(take(exchange_at(5), 1))
    assert names == ["snap-5-1.11.tmp", "snap-5-1.12.tmp"]


def test_only_the_last_few_are_kept(store: SnapshotStore) -> None:
    exchange = Exchange()
    for _ in range(4):
        store.save(take(exchange_at(10, exchange), 1))
    store.prune()
    assert [path.name for path in store.paths()] == ["snap-40-1", "snap-30-1"]


async def test_another_process_verifies_a_snapshot(store: SnapshotStore) -> None:
    path = store.save(take(exchange_at(60), 1))
    assert await verify_elsewhere(path)
    spoil(path)
    assert not await verify_elsewhere(path)


async def test_snapshots_are_taken_on_the_way(log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path) -> None:
    day = Day()
    async with engine(log, database, tmp_path, snapshot_commands=20):
        for _ in range(5):
            await decided(log, await day.append(log, frames=4))
            await asyncio.sleep(0.03)
    names = [path.name for path in snapshots_in(tmp_path)]
    assert names[-1] in ("snap-80-1", "snap-100-1")
    _, exchange = load(snapshots_in(tmp_path)[-1])
    assert exchange.sequence >= 80
    await require_whole(log)


async def test_a_snapshot_knows_nothing_that_the_event_log_does_not_have(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """C14 C19: it waits for results that are under way, so that a log that never got them fits it all the same."""
    async with engine(log, database, tmp_path, snapshot_commands=20):
        log.open.clear()
        last = await Day().append(log, frames=5)
        await asyncio.sleep(0.3)
        under_way, taken = log.appends, snapshots_in(tmp_path)
        log.open.set()
        await decided(log, last)
    assert under_way > 0
    assert taken == []
    assert snapshots_in(tmp_path) != []


def test_a_header_says_who_wrote_it(store: SnapshotStore) -> None:
    line = store.save(take(exchange_at(5), 1)).read_bytes().partition(b"\n")[0]
    header = msgspec.json.decode(line, type=Header)
    assert header.build
    assert header.python.count(".") == 1


def test_beside_the_newest_few_one_of_each_hour_and_day_is_kept(store: SnapshotStore) -> None:
    exchange, hour = Exchange(), 3_600_000_000
    for at in range(0, 30 * 24, 2):  # every other hour of a month
        exchange.apply(exchange.sequence + 1, 1, (100 * 24 + at) * hour, b"")
        store.save(take(exchange, 1))
    store.prune()
    hours = [load(path)[0].time_us // hour - 100 * 24 for path in store.paths()]
    assert hours == [*range(718, 670, -2), *range(670, 0, -24)]
