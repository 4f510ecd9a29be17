"""The archive: both logs from their first entry on, as segments in a folder, long after the live log was trimmed.

Where the archive ends, the folder says: there is no other memory of it, so whoever dies while writing leaves nothing
to be mended. Segments are named by their range, follow each other without a gap, and each names the checksum of
the one before.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from trueman.errors import ArchiveDamaged
from trueman.infra import segments
from trueman.infra.durable_files import STALE_SUFFIX, write_durably
from trueman.infra.log import GENESIS_RULESET
from trueman.infra.segments import GENESIS, Pair, Segment

BASE_PREFIX: Final = "base-"
DIGITS: Final = 16
"""Numbers stay below 2^53, so that names sort as numbers do."""


class Span(NamedTuple):
    first: int
    last: int
    path: Path


class End(NamedTuple):
    """Where the archive stops, and what the next segment has to go on from."""

    number: int = 0
    time_us: int = 0
    chain: bytes = GENESIS
    link: str = ""
    genesis_ruleset: int = GENESIS_RULESET


class Base(msgspec.Struct, frozen=True):
    """What the header of a snapshot says, as far as an archive has to know."""

    sequence: int
    time_us: int
    chain: str


class Archive:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._last_read: tuple[Path, Segment] | None = None

    @property
    def base(self) -> Path | None:
        """The snapshot that the archive begins with where it could not begin with command 1."""
        return next(iter(sorted(self.folder.glob(f"{BASE_PREFIX}*[0-9]"))), None)

    def begin(self) -> End:
        """What the first segment goes on from: genesis, as a rule."""
        if self.base is None:
            return End()
        try:
            base = msgspec.json.decode(self.base.read_bytes().partition(b"\n")[0], type=Base)
            return End(base.sequence, base.time_us, bytes.fromhex(base.chain))
        except (msgspec.MsgspecError, ValueError) as error:
            raise ArchiveDamaged(f"{self.base} is damaged: {error}") from error

    def begin_with(self, snapshot: Path) -> None:
        """Only where the log no longer reaches back to command 1 and no segment is there."""
        assert not self.spans()
        sequence = snapshot.name.split("-")[1]
        write_durably(self.folder / f"{BASE_PREFIX}{sequence}", [snapshot.read_bytes()])

    def spans(self) -> list[Span]:
        """Oldest first. Raise ArchiveDamaged when they leave something out or overlap."""
        found = sorted(span_of(path) for path in self.folder.glob("[0-9]*-*[0-9]"))
        end = self.begin().number
        for span in found:
            if span.first != end + 1 or span.last < span.first:
                raise ArchiveDamaged(f"{span.path} begins where {end + 1} was expected: one is missing or doubled")
            end = span.last
        return found

    def last_command(self) -> int:
        """By the names of its segments, whole or not: 0 where there are none."""
        return max((span_of(path).last for path in self.folder.glob("[0-9]*-*[0-9]")), default=0)

    def end(self) -> End:
        """Read from the newest segment, which has to be whole."""
        spans = self.spans()
        if not spans:
            return self.begin()
        header, _, link = self.segment(spans[-1])
        return End(header.last, header.time_us, bytes.fromhex(header.chain_after), link, header.genesis_ruleset)

    def segment(self, span: Span) -> Segment:
        """Raise ArchiveDamaged when the file is not what was written under its name. The last one is remembered."""
        if self._last_read and self._last_read[0] == span.path:
            return self._last_read[1]
        segment = segments.read(span.path)
        if (segment.header.first, segment.header.last) != (span.first, span.last):
            raise ArchiveDamaged(f"{span.path} holds commands {segment.header.first} to {segment.header.last}")
        self._last_read = (span.path, segment)
        return segment

    def walk(self) -> Iterator[Segment]:
        """Every segment from genesis on, each held against the one before."""
        end = begin = self.begin()
        for span in self.spans():
            segment = self.segment(span)
            header = segment.header
            if header.link != end.link or bytes.fromhex(header.chain_before) != end.chain:
                raise ArchiveDamaged(f"{span.path} does not go on from the one before it: one of the two was replaced")
            if end.number != begin.number and header.genesis_ruleset != end.genesis_ruleset:
                raise ArchiveDamaged(f"{span.path} is of a log that began under ruleset {header.genesis_ruleset}")
            yield segment
            after = bytes.fromhex(header.chain_after)
            end = End(header.last, header.time_us, after, segment.link, header.genesis_ruleset)

    def following(self, after: int, count: int) -> list[Pair]:
        """At most `count` entries that begin at `after` + 1, out of one segment; none when the archive has them not."""
        for span in self._spans_near(after + 1):
            if span.first <= after + 1 <= span.last:
                pairs = self.segment(span).pairs
                at = next((at for at, pair in enumerate(pairs) if pair.command.first == after + 1), len(pairs))
                return pairs[at : at + count]
        return []

    def _spans_near(self, number: int) -> list[Span]:
        """The segment read last, when the number is in it: readers ask for one entry after the other."""
        if self._last_read is not None:
            span = span_of(self._last_read[0])
            if span.first <= number <= span.last:
                return [span]
        return self.spans()

    def append(self, end: End, pairs: Sequence[Pair], genesis_ruleset: int) -> None:
        """Write the segment that follows `end`. Return when it would survive a power cut. Blocks."""
        assert pairs[0].command.first == end.number + 1
        name = f"{pairs[0].command.first:0{DIGITS}}-{pairs[-1].command.last:0{DIGITS}}"
        write_durably(self.folder / name, segments.encode(pairs, end.chain, end.link, genesis_ruleset))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether we are the only archiver on this machine for now. What one that died left half is cleared away."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            for path in self.folder.glob(f"*{STALE_SUFFIX}"):
                path.unlink()
            yield True
        finally:
            os.close(descriptor)


def span_of(path: Path) -> Span:
    first, _, last = path.name.partition("-")
    try:
        return Span(int(first), int(last), path)
    except ValueError:
        raise ArchiveDamaged(f"{path} is no segment: their names are FIRST-LAST") from None
