"""States of the exchange on disk, so that a start replays minutes of log, not its life.

A file is one line of JSON, which says what the rest must be, and the state. It appears under its name only when it
is whole and on disk; it counts only when it loads and its digest is right. Run as a program, this module loads one
file: an engine has each of its snapshots verified by another process.
"""

import asyncio
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from trueman.core.exchange import Exchange
from trueman.core.rulesets import FIRST_RULESET, NEWEST_RULESET, UnknownRuleset, is_known
from trueman.core.snapshot import DIGEST_BYTES
from trueman.engine.this_build import this_build
from trueman.infra.durable_files import STALE_SUFFIX, is_stale, write_durably

FORMAT = 1
SNAPSHOTS_KEPT = 5
HOURS_KEPT = 24
DAYS_KEPT = 30
NEEDED = 2
"""However large they are: the older is for the case that the newer does not load."""
"""Beside the newest few, the newest of each hour and of each day of log time."""
HOUR_US = 3_600_000_000

logger = structlog.get_logger(__name__)


class Header(msgspec.Struct, frozen=True):
    format: int
    build: str
    python: str
    ruleset: int
    sequence: int
    """The last command that the state knows."""
    time_us: int
    chain: str
    epoch: int
    digest: str
    sha256: str


class Snapshot(NamedTuple):
    header: Header
    state: bytes


def take(exchange: Exchange, epoch: int) -> Snapshot:
    """Check the whole state first: a wrong one must not become what the next engine starts from."""
    exchange.check()
    state = exchange.snapshot()
    header = Header(
        format=FORMAT,
        build=this_build(),
        python=".".join(str(part) for part in sys.version_info[:2]),
        ruleset=exchange.ruleset,
        sequence=exchange.sequence,
        time_us=exchange.time_us,
        chain=exchange.chain.hex(),
        epoch=epoch,
        digest=state[-DIGEST_BYTES:].hex(),
        sha256=hashlib.sha256(state).hexdigest(),
    )
    return Snapshot(header, state)


def load(path: Path) -> tuple[Header, Exchange]:
    """Raise ValueError, saying what is wrong, for a file that does not verify."""
    line, _, state = path.read_bytes().partition(b"\n")
    header = msgspec.json.decode(line, type=Header)
    if header.format != FORMAT:
        raise ValueError(f"format {header.format}: this build reads {FORMAT}")
    if not is_known(header.ruleset):
        known = f"{FIRST_RULESET} to {NEWEST_RULESET}"
        raise UnknownRuleset(f"ruleset {header.ruleset}: this build knows {known}, start the build that wrote it")
    if hashlib.sha256(state).hexdigest() != header.sha256:
        raise ValueError("its sha256 is wrong: the file is damaged")
    exchange = Exchange.restore(state)
    found = (exchange.sequence, exchange.time_us, exchange.chain.hex(), exchange.digest().hex())
    if found != (header.sequence, header.time_us, header.chain, header.digest):
        raise ValueError(f"it restores to {found}, not to what its header says")
    return header, exchange


class SnapshotStore:
    def __init__(self, folder: Path, kept: int = SNAPSHOTS_KEPT, bytes_max: int = 0) -> None:
        """`bytes_max` 0: as many bytes as they take."""
        self.folder = folder
        self._kept = kept
        self._bytes_max = bytes_max

    def paths(self) -> list[Path]:
        """Newest first."""
        return sorted(self.folder.glob("snap-*-*[0-9]"), key=place_of, reverse=True)

    def last_command(self) -> int:
        """Of the newest, whether it can be loaded or not; 0 where there is none."""
        return place_of(self.paths()[0])[0] if self.paths() else 0

    def newest(self, until: int | None = None) -> tuple[Header, Exchange] | None:
        """The newest that verifies, of those that know no command after `until`."""
        for path in self.paths():
            if until is not None and place_of(path)[0] > until:
                continue
            try:
                return load(path)
            except Exception as error:  # whatever a damaged file does to its reader, an older one may be whole
                logger.error("snapshot unusable", path=str(path), error=f"{type(error).__name__}: {error}")
        return None

    def save(self, snapshot: Snapshot) -> Path:
        """Return when the file would survive a power cut. Blocks."""
        header = snapshot.header
        path = self.path_of(header.sequence, header.epoch)
        write_durably(path, [msgspec.json.encode(header), b"\n", snapshot.state])
        return path

    def path_of(self, sequence: int, epoch: int) -> Path:
        return self.folder / f"snap-{sequence}-{epoch}"

    def prune(self, verified: Iterable[int] = ()) -> None:
        """By number, by hour and day, and by bytes: the oldest go first, but never the newest two, nor what is known to
        load."""
        paths = self.paths()
        keep = {*paths[: self._kept], *newest_of_each(paths, HOUR_US, HOURS_KEPT)}
        keep |= newest_of_each(paths, 24 * HOUR_US, DAYS_KEPT)
        keep -= self._too_many(sorted(keep, key=place_of, reverse=True), set(verified))
        stale = [path for path in self.folder.glob(f"snap-*{STALE_SUFFIX}") if is_stale(path)]
        for path in [*(path for path in paths if path not in keep), *stale]:
            path.unlink(missing_ok=True)

    def _too_many(self, paths: list[Path], verified: set[int]) -> set[Path]:
        """What is beyond the bound in bytes. `paths` are newest first."""
        size, beyond = 0, set()
        for at, path in enumerate(paths):
            size += path.stat().st_size
            is_needed = at < NEEDED or place_of(path)[0] in verified
            if self._bytes_max and size > self._bytes_max and not is_needed:
                beyond.add(path)
        return beyond


def newest_of_each(paths: list[Path], period_us: int, periods: int) -> set[Path]:
    """Of each of the newest periods of log time, the newest snapshot. `paths` are newest first."""
    found: dict[int, Path] = {}
    for path in paths:
        if len(found) == periods:
            break
        if time_us := time_of(path):
            found.setdefault(time_us // period_us, path)
    return set(found.values())


def header_of(path: Path) -> Header:
    """What a file says it is. Raise ValueError when it says nothing."""
    with path.open("rb") as file:
        return msgspec.json.decode(file.readline(), type=Header)


def time_of(path: Path) -> int:
    """0 of a file whose header cannot be read: it is kept as long as it is among the newest."""
    try:
        return header_of(path).time_us
    except (msgspec.MsgspecError, OSError):
        return 0


def place_of(path: Path) -> tuple[int, int]:
    _, sequence, epoch = path.name.split("-")
    return int(sequence), int(epoch)


async def verify_elsewhere(path: Path) -> bool:
    """Load the file in another process, so that this one decides commands meanwhile."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(path)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C on our terminal is not meant for it
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.communicate()
        raise
    if process.returncode != 0:
        logger.error("snapshot does not verify", path=str(path), error=said.decode(errors="replace")[-2_000:])
    return process.returncode == 0


if __name__ == "__main__":
    load(Path(sys.argv[1]))
