"""An engine starts where log, snapshots and database fit together, and nowhere else."""

from pathlib import Path

import pytest

from tests.engine.day import Day, RunningEngine, decided, require_whole, snapshots_in, spoil
from tests.engine.faulty_log import FaultyLog
from trueman.core.snapshot import RULESET
from trueman.engine.archive import Archiver
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.replay import recover
from trueman.engine.snapshots import SnapshotStore
from trueman.engine.succession import Succession
from trueman.errors import Fenced, Gap, StartError
from trueman.infra.archive import Archive
from trueman.infra.archived_log import archived
from trueman.infra.log import EventEntry
from trueman.infra.memory_log import MemoryLog


async def live_through(
    log: MemoryLog, database: MemoryEngineDatabase, data: Path, day: Day, *, farewell: bool = True
) -> None:
    """Start, decide ten frames of five, end: with a snapshot if it may say farewell."""
    running = RunningEngine(log, database, data)
    await decided(log, await day.append(log))
    await (running.end() if farewell else running.kill())


def store_of(data: Path) -> SnapshotStore:
    return SnapshotStore(data / "snapshots")


async def test_replay_reaches_the_same_state_as_living_through_it(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    await live_through(log, database, tmp_path, Day(), farewell=False)
    appends = log.appends
    recovered = await recover(log, database, store_of(tmp_path))
    assert recovered.digest() == (await require_whole(log)).digest()
    assert log.appends == appends, "a replay says nothing"


async def test_a_snapshot_and_the_rest_of_the_log_give_the_same_state(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    day = Day()
    await live_through(log, database, tmp_path, day)
    await live_through(log, database, tmp_path, day, farewell=False)
    recovered = await recover(log, database, store_of(tmp_path))
    assert recovered.digest() == (await require_whole(log)).digest()


async def test_a_damaged_newest_snapshot_gives_way_to_the_older_one(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C20]"""
    day = Day()
    for _ in range(3):
        await live_through(log, database, tmp_path, day)
    expected = (await require_whole(log)).digest()
    await log.trim(51)
    oldest, middle, newest = snapshots_in(tmp_path)
    spoil(newest)
    middle.write_bytes(middle.read_bytes()[:100])
    assert oldest.name.startswith("snap-50-")
    recovered = await recover(log, database, store_of(tmp_path))
    assert recovered.digest() == expected


async def test_without_any_whole_snapshot_a_trimmed_log_is_replayed_from_the_archive(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """C20: all snapshots are damaged, and the state still comes back."""
    day = Day()
    for _ in range(3):
        await live_through(log, database, tmp_path, day)
    expected = (await require_whole(log)).digest()
    archive = Archive(tmp_path / "archive")
    await Archiver(log, archive).advance(100)
    await log.trim(90)
    for path in snapshots_in(tmp_path):
        spoil(path)
    recovered = await recover(archived(log, archive), database, store_of(tmp_path))
    assert recovered.digest() == expected


async def test_without_any_whole_snapshot_the_whole_log_is_replayed(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    await live_through(log, database, tmp_path, Day())
    for path in snapshots_in(tmp_path):
        spoil(path, at=20)
    assert (await recover(log, database, store_of(tmp_path))).sequence == 50


async def test_a_log_that_does_not_reach_back_to_the_snapshot_halts(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    day = Day()
    for _ in range(2):
        await live_through(log, database, tmp_path, day)
    await log.trim(60)
    spoil(snapshots_in(tmp_path)[1])
    with pytest.raises(StartError, match="does not reach back to 51"):
        await recover(log, database, store_of(tmp_path))


async def test_an_empty_log_beside_a_database_that_knows_more_halts(
    database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C10]"""
    log = MemoryLog()
    database.offset = 7
    with pytest.raises(StartError, match="Valkey is empty, but PostgreSQL knows commands up to 7"):
        await recover(log, database, store_of(tmp_path))
    assert not await log.exists()


async def test_an_empty_log_beside_a_snapshot_halts(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C10]"""
    await live_through(log, database, tmp_path, Day())
    empty = MemoryLog()
    with pytest.raises(StartError, match="newest snapshot up to 50"):
        await recover(empty, database, store_of(tmp_path))
    assert not await empty.exists()


@pytest.mark.parametrize("left", ["snapshot", "archive"])
async def test_an_empty_log_beside_what_this_build_cannot_read_halts(
    database: MemoryEngineDatabase, tmp_path: Path, left: str
) -> None:
    """C10: a snapshot of another build and a damaged segment are a past as well."""
    name = {"snapshot": "snap-000000004711-9", "archive": "000000004700-000000004711"}[left]
    (tmp_path / name).write_bytes(b"of another time")
    empty = MemoryLog()
    with pytest.raises(StartError, match=rf"{left} up to 4711"):
        await recover(empty, database, SnapshotStore(tmp_path), Archive(tmp_path))
    assert not await empty.exists()


async def test_a_log_that_ends_before_the_database_halts(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C11]"""
    await live_through(log, database, tmp_path, Day(), farewell=False)
    database.offset = 50
    await recover(log, database, store_of(tmp_path))
    database.offset = 51
    with pytest.raises(StartError, match="event log at 50, but PostgreSQL holds results up to 51"):
        await recover(log, database, store_of(tmp_path))


async def test_a_log_that_ends_before_a_snapshot_halts(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """[C11] The older snapshot would fit, but what the newer knows has happened."""
    day = Day()
    for _ in range(2):
        await live_through(log, database, tmp_path, day)
    shorter = await copy_of(log, until=70)
    with pytest.raises(StartError, match="a snapshot knows commands up to 100"):
        await recover(shorter, database, store_of(tmp_path))


async def test_results_without_commands_halt(log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path) -> None:
    await Day().append(log, frames=1)
    await log.append_events(1, 1, 9, b"", bytes(16))
    with pytest.raises(StartError, match="results without commands"):
        await recover(log, database, store_of(tmp_path))


async def test_a_log_with_only_a_part_of_it_left_halts(database: MemoryEngineDatabase, tmp_path: Path) -> None:
    class HalfLog(MemoryLog):
        async def exists(self) -> bool:
            raise Gap("a part of the log is missing")

    with pytest.raises(StartError, match="damaged"):
        await recover(HalfLog(), database, store_of(tmp_path))


@pytest.mark.parametrize("part", ["chain", "frame"])
async def test_a_replay_that_differs_halts_and_names_the_frame(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, part: str
) -> None:
    """[C22]"""
    await live_through(log, database, tmp_path, Day(), farewell=False)
    entry = log.events.entries[6]
    log.events.entries[6] = entry._replace(**{part: getattr(entry, part)[:-1] + b"\x01\x02"})
    with pytest.raises(StartError, match="commands 31 to 35"):
        await recover(log, database, store_of(tmp_path))


async def test_a_snapshot_of_another_exchange_halts(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    await live_through(log, database, tmp_path / "ours", Day(1), farewell=False)
    theirs = MemoryLog()
    await theirs.create(RULESET)
    await live_through(theirs, database, tmp_path / "theirs", Day(2))
    with pytest.raises(StartError, match="belongs to another log"):
        await recover(log, database, store_of(tmp_path / "theirs"))


async def test_taking_over_catches_up_with_what_the_earlier_engine_still_wrote(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    day = Day()
    await live_through(log, database, tmp_path / "earlier", day, farewell=False)
    exchange = await recover(log, database, store_of(tmp_path))
    await live_through(log, database, tmp_path / "earlier", day, farewell=False)
    assert await Succession(log, database).attempt(exchange, await log.heartbeat()) == 3
    assert exchange.sequence == 100
    assert exchange.digest() == (await require_whole(log)).digest()
    with pytest.raises(Fenced):
        await log.append_event_entries([EventEntry(101, 101, 2, bytes(16), b"")])


async def copy_of(log: MemoryLog, *, until: int) -> MemoryLog:
    """What a replica that lags, promoted in an hour of need, would hold."""
    copy = MemoryLog()
    await copy.create(RULESET)
    for stream, source in ((copy.commands, log.commands), (copy.events, log.events)):
        for entry in source.entries:
            if entry.last <= until:
                stream.append(entry)  # type: ignore[arg-type]
    return copy


async def test_an_engine_starts_beside_one_that_still_writes(database: MemoryEngineDatabase, tmp_path: Path) -> None:
    """C18: where the two logs end is asked one after the other, and results that came between are no contradiction."""

    class BusyLog(FaultyLog):
        writes = False

        async def last_command(self) -> int:
            last = await super().last_command()
            await self._go_on()
            return last

        async def last_event(self) -> int:
            last = await super().last_event()
            await self._go_on()
            return last

        async def _go_on(self) -> None:
            if self.writes:
                self.writes = False
                await live_through(self, database, tmp_path, day, farewell=False)

    day, log = Day(), BusyLog()
    await log.create(ruleset=2)
    await live_through(log, database, tmp_path, day, farewell=False)
    log.writes = True
    assert (await recover(log, database, store_of(tmp_path))).sequence >= 50
