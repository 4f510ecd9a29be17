"""Days that were lived once, to be lived again: the frames of a random day, and marks of what they came to.

A log is a text of lines, compressed: `ruleset <number>` where it begins under another ruleset than the first, then
`frame <time_us> <commands> <bytes>` and, after some frames, `mark <sequence> <chain> <results> <digest>`, where
`results` is a hash over all results so far and `digest` that of the core's state, `-` where nobody asked a core. The
chain of the naive twin's results is computed here, so a log that the twin recorded needs no core, and whoever replays
it needs no twin.
"""

import gzip
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_state import NEWEST
from tests.reference.stream_world import world
from tests.reference.streams import START_US, Frame, Stream, frame_of
from trueman.core import commands as ask
from trueman.core.rulesets import FIRST_RULESET

CHAIN_BYTES = 16
UNKNOWN = "-"


class Mark(NamedTuple):
    """What everything up to a point came to."""

    sequence: int
    chain: str
    results: str
    digest: str


Line = Frame | Mark


class Marker:
    """Keeps count of what frames come to."""

    def __init__(self) -> None:
        self.sequence = 0
        self.chain = bytes(CHAIN_BYTES)
        self.results = sha256()

    def note(self, frame: Frame, result: bytes) -> None:
        self.sequence += frame.size
        self.chain = sha256(self.chain + frame.data + result).digest()[:CHAIN_BYTES]
        self.results.update(result)

    def mark(self, digest: str = UNKNOWN) -> Mark:
        return Mark(self.sequence, self.chain.hex(), self.results.copy().digest()[:CHAIN_BYTES].hex(), digest)


def recorded(seed: int, commands: int, *, every: int = 1, ruleset: int = NEWEST) -> Iterator[Line]:
    """A random day as the naive twin lives it, with a mark after every so many frames and at the end.

    One that begins under older rules switches to the newest when half of it is over.
    """
    twin, marker = NaiveExchange(ruleset), Marker()
    stream = Stream(seed, twin)
    frame, left, frames = frame_of(START_US, world(seed)), commands, 0
    while True:
        yield frame
        marker.note(frame, twin.apply(frame.size, frame.time_us, frame.data))
        frames += 1
        if frames % every == 0 or left <= 0:
            yield marker.mark()
        if left <= 0:
            return
        if twin.ruleset < NEWEST and left < commands // 2:
            frame = frame_of(frame.time_us, [ask.SwitchRuleset(0, NEWEST)])
        else:
            frame = stream.frame(left)
        left -= frame.size


def frames(seed: int, commands: int) -> Iterator[Frame]:
    """The frames of a random day."""
    return (line for line in recorded(seed, commands) if isinstance(line, Frame))


def write(path: Path, lines: Iterable[Line], ruleset: int = NEWEST) -> None:
    """The same lines are the same bytes."""
    text = f"ruleset {ruleset}\n" if ruleset != FIRST_RULESET else ""
    text += "".join(f"{_told(line)}\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def ruleset_of(path: Path) -> int:
    """Under which a log begins."""
    kind, number = gzip.decompress(path.read_bytes()).decode().split(maxsplit=2)[:2]
    return int(number) if kind == "ruleset" else FIRST_RULESET


def read(path: Path) -> Iterator[Line]:
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        kind, *fields = line.split(" ")
        if kind == "frame":
            yield Frame(int(fields[0]), int(fields[1]), bytes.fromhex(fields[2]))
        elif kind == "mark":
            yield Mark(int(fields[0]), *fields[1:])


def _told(line: Line) -> str:
    if isinstance(line, Frame):
        return f"frame {line.time_us} {line.size} {line.data.hex()}"
    return f"mark {line.sequence} {line.chain} {line.results} {line.digest}"
