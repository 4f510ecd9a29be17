"""What was written down is lived again; whoever changes the past is found, also when every checksum is right."""

from pathlib import Path
from random import Random

import pytest

from tests.engine.day import Day
from trueman.core.exchange import GENESIS_CHAIN, Exchange, chained
from trueman.core.snapshot import RULESET
from trueman.engine.archive import Archiver
from trueman.engine.replay import decide
from trueman.engine.snapshots import SnapshotStore, take
from trueman.engine.verify import Verifier
from trueman.errors import ArchiveDamaged
from trueman.infra.archive import Archive, End
from trueman.infra.log import EventEntry
from trueman.infra.memory_log import MemoryLog
from trueman.infra.segments import Pair


class Past:
    """150 archived commands, 50 more in the live log, snapshots at 60, 150 and 180."""

    def __init__(self, folder: Path) -> None:
        self.log = MemoryLog()
        self.archive = Archive(folder / "archive")
        self.store = SnapshotStore(folder / "snapshots")
        self.exchange = Exchange()

    async def live(self) -> "Past":
        await self.log.create(RULESET)
        await Day().append(self.log, frames=40)
        for entry in self.log.commands.entries:
            await self.log.append_event_entries([decide(self.exchange, entry, 1)])
            if entry.last in (60, 150, 180):
                self.store.save(take(self.exchange, 1))
        await Archiver(self.log, self.archive, segment_bytes=4_000).advance(150)
        await self.log.trim(100)
        return self

    async def live_with(self, skipped: int) -> None:
        """Ten commands more, of which one is not looked at."""
        await Day(2).append(self.log, frames=2)
        self.exchange.skip(skipped)
        for entry in self.log.commands.entries[-2:]:
            await self.log.append_event_entries([decide(self.exchange, entry, 1)])

    async def verify(self, *, archive_only: bool = False) -> list[int]:
        told: list[int] = []
        verifier = Verifier(Archive(self.archive.folder), self.store, told.append)
        verified = await verifier.run(None if archive_only else self.log)
        assert told == sorted(told)
        assert verified.sequence == (150 if archive_only else 200)
        assert archive_only or verified.digest == self.exchange.digest()
        return verified.snapshots


@pytest.fixture
async def past(tmp_path: Path) -> Past:
    return await Past(tmp_path).live()


async def test_an_honest_past_is_found_whole_to_the_last_command(past: Past) -> None:
    assert await past.verify() == [60, 150, 180]
    assert await past.verify(archive_only=True) == [60, 150]


async def test_commands_that_operators_had_skipped_are_named(past: Past) -> None:
    """C21: a history with a skipped command is a right one, and nobody overlooks it."""
    await past.live_with(skipped=203)
    verified = await Verifier(past.archive, past.store, lambda _: None).run(past.log)
    assert (verified.sequence, verified.skipped) == (210, [203])
    assert verified.digest == past.exchange.digest()
    assert "Commands that operators had skipped: 203." in verified.lines()


async def test_a_log_that_was_trimmed_before_there_was_an_archive_is_archived_from_a_snapshot_on(past: Past) -> None:
    """C36: an exchange of a build without an archive goes on with one, and nobody takes it for one from genesis."""
    for span in past.archive.spans():
        span.path.unlink()
    fresh = Archive(past.archive.folder)
    await Archiver(past.log, fresh, store=past.store).advance(180)
    assert fresh.base is not None
    assert (fresh.spans()[0].first, fresh.end().number) == (151, 180)
    verified = await Verifier(fresh, past.store, lambda _: None).run(past.log)
    assert (verified.begin, verified.sequence, verified.snapshots) == (150, 200, [180])
    assert verified.digest == past.exchange.digest()
    assert "does not begin with command 1 but with the state after 150" in verified.lines()[0]
    spoiled = bytearray(fresh.base.read_bytes())
    spoiled[-40] ^= 1
    fresh.base.write_bytes(spoiled)
    with pytest.raises(ArchiveDamaged, match="with which the archive begins"):
        await past.verify()


@pytest.mark.parametrize("seed", range(12))
async def test_a_flipped_bit_anywhere_in_the_archive_is_found(past: Past, seed: int) -> None:
    random = Random(seed)
    spans = past.archive.spans()
    path = random.choice(spans).path
    damaged = bytearray(path.read_bytes())
    damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
    path.write_bytes(damaged)
    with pytest.raises(ArchiveDamaged):
        await past.verify()


async def test_a_dropped_and_a_renamed_segment_are_found(past: Past) -> None:
    spans = past.archive.spans()
    aside = spans[2].path.rename(past.archive.folder.parent / "aside")
    with pytest.raises(ArchiveDamaged, match="missing or doubled"):
        await past.verify()
    aside.rename(spans[2].path)
    spans[1].path.rename(aside)
    spans[2].path.rename(spans[1].path)
    aside.rename(spans[2].path)
    with pytest.raises(ArchiveDamaged, match="holds commands"):
        await past.verify()


async def test_a_newest_segment_that_is_dropped_is_a_gap_before_the_live_log(past: Past) -> None:
    past.archive.spans()[-1].path.unlink()
    await past.log.trim(150)
    with pytest.raises(ArchiveDamaged, match="the live log does not reach back"):
        await past.verify()


def rewritten(past: Past, at: int, forged: EventEntry) -> None:
    """The whole archive written anew with one entry forged, every checksum, chain and link right."""
    pairs = [pair for segment in past.archive.walk() for pair in segment.pairs]
    pairs[at] = Pair(pairs[at].command, forged)
    chain, honest = GENESIS_CHAIN, past.archive.spans()
    for place, (command, event) in enumerate(pairs):
        chain = chained(chain, command.frame, event.frame)
        pairs[place] = Pair(command, event._replace(chain=chain))
    for span in honest:
        span.path.unlink()
    fresh, end = Archive(past.archive.folder), End(genesis_ruleset=RULESET)
    for span in honest:
        fresh.append(end, [pair for pair in pairs if span.first <= pair.command.first <= span.last], RULESET)
        end = fresh.end()


async def test_a_forged_result_with_right_checksums_and_chains_is_found(past: Past) -> None:
    pair = past.archive.segment(past.archive.spans()[1]).pairs[0]
    forged = bytearray(pair.event.frame)
    forged[8] ^= 1
    rewritten(past, (pair.command.first - 1) // 5, pair.event._replace(frame=bytes(forged)))
    assert len(list(Archive(past.archive.folder).walk())) == len(past.archive.spans())
    with pytest.raises(ArchiveDamaged, match=f"command {pair.command.first} comes to"):
        await past.verify()


async def test_a_snapshot_of_another_state_is_found(past: Past) -> None:
    path = past.store.paths()[1]
    line, _, state = path.read_bytes().partition(b"\n")
    path.write_bytes(line + b"\n" + state[:-30] + bytes([state[-30] ^ 1]) + state[-29:])
    with pytest.raises(ArchiveDamaged, match="snap-150-1 is not the state at 150"):
        await past.verify()


async def test_a_live_log_with_another_past_is_found(past: Past) -> None:
    events = past.log.events.entries
    at = next(at for at, event in enumerate(events) if event.last == 150)
    events[at] = events[at]._replace(chain=bytes(16))
    with pytest.raises(ArchiveDamaged, match="another hash chain at 150"):
        await past.verify()


async def test_a_live_log_that_lost_its_end_is_found(past: Past) -> None:
    """C11: the archive knows more than the log."""
    del past.log.events.entries[-15:]
    past.log.events.last = past.log.events.entries[-1].last
    with pytest.raises(ArchiveDamaged, match="the log has lost its end"):
        await past.verify()
