"""Snapshots have a bound in bytes, and whoever runs the exchange is told in time that the archive fills the disk."""

from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from trueman.core.exchange import Exchange
from trueman.engine import room, snapshots
from trueman.engine.room import DAY_US, Room, Watch, growth, look
from trueman.engine.snapshots import SnapshotStore, place_of
from trueman.infra.settings import Settings

HOUR_US = DAY_US // 24


def store_with(folder: Path, bytes_max: int, count: int) -> SnapshotStore:
    """Of as many hours, each a thousand bytes or a little less."""
    store = SnapshotStore(folder, bytes_max=bytes_max)
    taken = snapshots.take(Exchange(), 1)
    for hour in range(1, count + 1):
        header = msgspec.structs.replace(taken.header, sequence=hour, time_us=hour * HOUR_US)
        line = len(msgspec.json.encode(header)) + 1
        store.save(snapshots.Snapshot(header, bytes(1_000 - line)))
    return store


def kept(store: SnapshotStore) -> list[int]:
    return [place_of(path)[0] for path in store.paths()]


@pytest.mark.parametrize(
    ("bytes_max", "left"),
    [(0, [9, 8, 7, 6, 5, 4, 3, 2, 1]), (5_500, [9, 8, 7, 6, 5]), (3_000, [9, 8, 7]), (2_999, [9, 8]), (1, [9, 8])],
)
def test_snapshots_are_bounded_by_bytes_and_never_fewer_than_two(
    tmp_path: Path, bytes_max: int, left: list[int]
) -> None:
    """C19: the oldest go first."""
    store = store_with(tmp_path, bytes_max, 9)
    store.prune()
    assert kept(store) == left


def test_a_snapshot_that_is_known_to_load_outlives_newer_ones_that_may_not(tmp_path: Path) -> None:
    """C19"""
    store = store_with(tmp_path, 1, 9)
    store.prune([4, 5])
    assert kept(store) == [9, 8, 5, 4]


def segment(folder: Path, number: int, time_us: int, size: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:016}-{number:016}"
    line = msgspec.json.encode({"format": 1, "time_us": time_us}) + b"\n"
    path.write_bytes(line + bytes(size - len(line)))
    return path


def test_the_archives_growth_is_that_of_its_last_day_of_log_time(tmp_path: Path) -> None:
    segments = [segment(tmp_path, 1, 1, 90_000)]
    assert growth(segments) == growth([]) == 0
    segments += [segment(tmp_path, 2 + hour, 10 * DAY_US + hour * HOUR_US, 1_000) for hour in range(49)]
    assert growth(segments) == 24_000
    assert growth(segments[:3]) == 2_000 * DAY_US // (10 * DAY_US + HOUR_US - 1)
    assert growth([segment(tmp_path / "x", 1, 0, 500), segment(tmp_path / "x", 2, HOUR_US - 1, 500)]) == 0


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (Room(3 * 10**9, 0, 0, 0), ""),
        (Room(10**9, 0, 0, 0), "1.0 GB are free, less than 2.0"),
        (Room(3 * 10**9, 0, 0, 10**9), "it is full in 3.0 days"),
        (Room(3 * 10**9, 0, 0, 10**8), ""),
        (Room(3 * 10**9, 0, 0, 0, 15 * 10**9), ""),
        (Room(3 * 10**9, 0, 0, 0, 16 * 10**9), "81% of the disk are used, more than 80 %"),
    ],
)
def test_who_has_little_room_or_little_time_is_told(found: Room, why: str) -> None:
    """C8 C37: before the disk is full."""
    said = found.fault(2 * 10**9, 80, 7)
    assert why in said
    assert bool(why) == bool(said)


async def test_the_alarm_is_a_line_and_a_gauge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C37"""
    segment(tmp_path / "archive", 1, 1, 700)
    store_with(tmp_path / "snapshots", 0, 2)
    found = look(tmp_path)
    assert (found.archive, found.snapshots) == (700, 2_000)
    assert "archive 0.0 MB; snapshots 0.0 MB" in found.line()
    watch = Watch(Settings(data=tmp_path, disk_free_bytes_min=1 << 62))
    with capture_logs() as said:
        await watch.look()
        await watch.look()
    assert [line["event"] for line in said] == ["the disk fills up"], "not again at once"
    assert room.ALARM._value.get() == 1
    await Watch(Settings(data=tmp_path, disk_free_bytes_min=0, disk_used_percent_max=100)).look()
    assert room.ALARM._value.get() == 0
    monkeypatch.setattr(room, "look", lambda data: (_ for _ in ()).throw(OSError("gone")))
    with capture_logs() as said:
        await watch.look()
    assert said[0]["event"] == "the room on the disk cannot be told"
