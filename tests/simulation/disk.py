"""An engine's folders of snapshots and of the archive, on a disk that is sometimes full and sometimes lies."""

import fcntl
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from tests.simulation.loop import Process, current_process
from trueman.engine.snapshots import SnapshotStore, load
from trueman.infra.archive import Archive, End
from trueman.infra.segments import Pair


class Disk:
    """What goes wrong with every disk of the world. Set per seed."""

    random = Random(0)
    full = 0.0
    torn = 0.0
    corrupt = 0.0
    faults: ClassVar[Counter[str]] = Counter()
    die: ClassVar[Callable[[Process], None]] = lambda process: None
    """Ends who writes, in the middle of it."""

    @classmethod
    def reset(cls, random: Random, die: Callable[[Process], None]) -> None:
        cls.random = random
        cls.die = die
        cls.faults = Counter()
        cls.calm()

    @classmethod
    def calm(cls) -> None:
        cls.full = cls.torn = cls.corrupt = 0.0


class FaultyStore(SnapshotStore):
    def save(self, snapshot: Any) -> Path:
        chance = Disk.random.random
        if chance() < Disk.full:
            Disk.faults["disk full: snapshot"] += 1
            self._leave_torn(snapshot)
            raise OSError(28, "No space left on device")
        if chance() < Disk.torn:
            Disk.faults["snapshot torn"] += 1
            self._leave_torn(snapshot)
            Disk.die(current_process())
        path = super().save(snapshot)
        if chance() < Disk.corrupt:
            Disk.faults["snapshot corrupted"] += 1
            spoil(path)
        return path

    def _leave_torn(self, snapshot: Any) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        header = snapshot.header
        (self.folder / f"snap-{header.sequence}-{header.epoch}.tmp").write_bytes(
            snapshot.state[: len(snapshot.state) // 2]
        )


class FaultyArchive(Archive):
    def append(self, end: End, pairs: Sequence[Pair], genesis_ruleset: int) -> None:
        if Disk.random.random() < Disk.full:
            Disk.faults["disk full: archive"] += 1
            (self.folder / "left-half.tmp").write_bytes(bytes(100))
            raise OSError(28, "No space left on device")
        super().append(end, pairs, genesis_ruleset)


class Locks:
    """`fcntl` for processes that are only played: a lock is free again when its holder is dead or has closed it."""

    LOCK_EX = fcntl.LOCK_EX
    LOCK_NB = fcntl.LOCK_NB

    def __init__(self) -> None:
        self._held: dict[int, tuple[Process, int]] = {}

    def flock(self, descriptor: int, _: int) -> None:
        file = os.fstat(descriptor).st_ino
        holder = self._held.get(file)
        if holder is not None and holder[0].is_alive and holder[1] != descriptor and is_open(holder[1], file):
            raise BlockingIOError
        self._held[file] = current_process(), descriptor


def is_open(descriptor: int, file: int) -> bool:
    try:
        return os.fstat(descriptor).st_ino == file
    except OSError:
        return False


def spoil(path: Path) -> None:
    """A bit that has turned on the disk."""
    damaged = bytearray(path.read_bytes())
    damaged[Disk.random.randrange(len(damaged))] ^= 0x40
    path.write_bytes(damaged)


async def verify_here(path: Path) -> bool:
    """What another process would find."""
    try:
        load(path)
    except Exception:  # whatever a damaged file does to its reader
        return False
    return True
