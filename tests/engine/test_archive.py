"""The archive grows after the log, whoever dies in between, and anything that is not as it was written is noticed."""

import asyncio
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.engine.day import Day
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.engine.archive import Archiver
from trueman.engine.replay import decide
from trueman.errors import ArchiveDamaged, Gap
from trueman.infra import durable_files
from trueman.infra.archive import Archive, End
from trueman.infra.archived_log import archived
from trueman.infra.log import CommandEntry, EventEntry
from trueman.infra.memory_log import MemoryLog
from trueman.infra.segments import Pair

FRAMES = 40
SEGMENT_BYTES = 3_000


async def lived(seed: int = 1) -> MemoryLog:
    """A log of many frames under several epochs, all of them decided."""
    log, exchange = MemoryLog(), Exchange()
    await log.create(RULESET)
    await Day(seed).append(log, frames=FRAMES)
    for entry in log.commands.entries:
        await log.append_event_entries([decide(exchange, entry, 1 + entry.first // 100)])
    return log


@pytest.fixture
async def log() -> MemoryLog:
    return await lived()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def archiver(log: MemoryLog, archive: Archive) -> Archiver:
    return Archiver(log, archive, segment_bytes=SEGMENT_BYTES)


def held(archive: Archive) -> tuple[list[CommandEntry], list[EventEntry]]:
    pairs = [pair for segment in archive.walk() for pair in segment.pairs]
    return [pair.command for pair in pairs], [pair.event for pair in pairs]


async def test_the_archive_holds_both_logs_to_the_last_byte(log: MemoryLog, archive: Archive) -> None:
    end = await archiver(log, archive).advance(200)
    assert end.number == 200
    assert len(archive.spans()) > 3
    assert held(archive) == (log.commands.entries, log.events.entries)
    header = archive.segment(archive.spans()[0]).header
    assert (header.first, header.chain_before, header.link, header.genesis_ruleset) == (1, "00" * 16, "", RULESET)


async def test_it_goes_on_where_it_ended_and_not_beyond_what_was_asked(log: MemoryLog, archive: Archive) -> None:
    for until in (50, 50, 120, 200):
        assert (await archiver(log, archive).advance(until)).number == until
    assert held(archive) == (log.commands.entries, log.events.entries)


@pytest.mark.parametrize("call", range(12))
async def test_an_archiver_that_dies_anywhere_is_gone_on_after(
    log: MemoryLog, archive: Archive, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C19: whole segments are left and nothing else counts."""
    left = iter(range(call))

    def die(real: object) -> object:
        def dying(*arguments: object) -> object:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return real(*arguments)  # type: ignore[operator]

        return dying

    with monkeypatch.context() as patch:
        patch.setattr(durable_files.os, "fsync", die(durable_files.os.fsync))
        patch.setattr(Path, "rename", die(Path.rename))
        # A dead process clears nothing away.
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        with suppress(KeyboardInterrupt):
            await Archiver(log, archive, segment_bytes=SEGMENT_BYTES, offload=at_once).advance(200)
    assert (await archiver(log, archive).advance(200)).number == 200
    assert held(archive) == (log.commands.entries, log.events.entries)
    assert [path.name for path in archive.folder.glob("*.tmp")] == []


async def at_once(function: object, *arguments: object) -> object:
    return function(*arguments)  # type: ignore[operator]


async def test_of_two_archivers_one_waits(log: MemoryLog, archive: Archive) -> None:
    with archive.alone() as is_alone:
        assert is_alone
        assert (await archiver(log, Archive(archive.folder)).advance(200)).number == 0
    ends = await asyncio.gather(*(archiver(log, Archive(archive.folder)).advance(200) for _ in range(3)))
    assert max(end.number for end in ends) == 200
    assert held(archive) == (log.commands.entries, log.events.entries)


async def test_who_is_abandoned_keeps_the_lock_until_its_thread_has_written(
    log: MemoryLog, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C19: another engine on this folder would write overlapping segments, which no archiver goes on after."""
    writing, go_on, append = threading.Event(), threading.Event(), archive.append

    def slow(end: End, pairs: list[Pair], ruleset: int) -> None:
        writing.set()
        assert go_on.wait(10)
        append(end, pairs, ruleset)

    monkeypatch.setattr(archive, "append", slow)
    abandoned = asyncio.create_task(archiver(log, archive).advance(200))
    assert await asyncio.to_thread(writing.wait, 10)
    for _ in range(2):
        abandoned.cancel()
        await asyncio.sleep(0.01)
    another = Archive(archive.folder)
    assert (await Archiver(log, another, segment_bytes=2 * SEGMENT_BYTES).advance(200)).number == 0
    go_on.set()
    await asyncio.wait([abandoned])
    assert abandoned.cancelled()
    assert (await Archiver(log, another, segment_bytes=2 * SEGMENT_BYTES).advance(200)).number == 200
    assert held(another) == (log.commands.entries, log.events.entries)


async def test_a_readers_past_comes_from_the_archive(log: MemoryLog, archive: Archive) -> None:
    """C28: whoever was put back to an older moment finds everything again."""
    await archiver(log, archive).advance(150)
    commands, events = list(log.commands.entries), list(log.events.entries)
    await log.trim(100)
    with pytest.raises(Gap):
        await log.read_events(0)
    reaching = archived(log, archive)
    found: list[EventEntry] = []
    while entries := await reaching.read_events(found[-1].last if found else 0):
        found += entries
    assert found == events
    assert await reaching.read_commands(40, count=2) == commands[8:10]
    assert await reaching.last_event() == 200


async def test_what_neither_log_nor_archive_has_is_still_a_gap(log: MemoryLog, archive: Archive) -> None:
    await archiver(log, archive).advance(50)
    await log.trim(100)
    with pytest.raises(Gap):
        await archived(log, archive).read_events(50)


async def test_a_log_that_does_not_reach_back_to_the_archive_is_not_archived(log: MemoryLog, archive: Archive) -> None:
    await archiver(log, archive).advance(50)
    await log.trim(100)
    with pytest.raises(ArchiveDamaged, match="does not reach back to 51"):
        await archiver(log, archive).advance(200)
    assert archive.end().number == 50


@pytest.mark.parametrize("lost", [1, 7])
async def test_what_the_log_does_not_have_yet_is_an_error_and_not_waited_for(
    log: MemoryLog, archive: Archive, lost: int
) -> None:
    """C14 C19: a snapshot that were ahead of the results would hold the engine up for ever."""
    whole = log.events.last
    del log.events.entries[-lost:]
    log.events.last = log.events.entries[-1].last
    with pytest.raises(ArchiveDamaged, match=f"up to {log.events.last} and no further entry that ends by {whole}"):
        await archiver(log, archive).advance(whole)
    assert (await archiver(log, archive).advance(log.events.last)).number == log.events.last


async def test_another_log_is_not_mixed_in(log: MemoryLog, archive: Archive) -> None:
    """C10 C11: a log that was emptied or replaced adds nothing."""
    await archiver(log, archive).advance(50)
    with pytest.raises(ArchiveDamaged, match="of another log"):
        await archiver(await lived(2), archive).advance(200)
    empty = MemoryLog()
    await empty.create(RULESET)
    with pytest.raises(ArchiveDamaged, match="of another log"):
        await archiver(empty, archive).advance(200)


@pytest.mark.parametrize("at", [3, 25, 40, 300, 500, -1])
async def test_one_wrong_byte_anywhere_is_noticed(log: MemoryLog, archive: Archive, at: int) -> None:
    await archiver(log, archive).advance(200)
    path = archive.spans()[1].path
    damaged = bytearray(path.read_bytes())
    damaged[at] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(ArchiveDamaged):
        held(Archive(archive.folder))


async def test_a_torn_newest_segment_stops_the_archiver(log: MemoryLog, archive: Archive) -> None:
    await archiver(log, archive).advance(100)
    path = archive.spans()[-1].path
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ArchiveDamaged, match="damaged"):
        await archiver(log, Archive(archive.folder)).advance(200)


async def test_a_missing_a_doubled_and_a_renamed_segment_are_noticed(log: MemoryLog, archive: Archive) -> None:
    await archiver(log, archive).advance(200)
    second = archive.spans()[1].path
    second.rename(archive.folder.parent / second.name)
    with pytest.raises(ArchiveDamaged, match="missing or doubled"):
        archive.spans()
    (archive.folder.parent / second.name).rename(second)
    doubled = archive.folder / f"{archive.spans()[0].first:016}-{archive.spans()[1].last:016}"
    doubled.write_bytes(second.read_bytes())
    with pytest.raises(ArchiveDamaged, match="missing or doubled"):
        archive.spans()
    doubled.unlink()
    second.write_bytes(archive.spans()[2].path.read_bytes())
    with pytest.raises(ArchiveDamaged, match="holds commands"):
        held(Archive(archive.folder))


async def test_a_segment_written_anew_with_right_checksums_is_noticed_by_the_next(
    log: MemoryLog, archive: Archive
) -> None:
    await archiver(log, archive).advance(200)
    segment = archive.segment(archive.spans()[0])
    forged = [pair._replace(event=pair.event._replace(epoch=9)) for pair in segment.pairs]
    Archive(archive.folder).append(End(), forged, RULESET)
    with pytest.raises(ArchiveDamaged, match="was replaced"):
        held(Archive(archive.folder))
