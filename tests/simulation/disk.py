"""An engine's folder of snapshots on a disk that is sometimes full and sometimes lies."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from trueman.engine.snapshots import SnapshotStore, load


class Disk:
    """What goes wrong with every disk of the world. Set per seed."""

    random = Random(0)
    full = 0.0
    torn = 0.0
    corrupt = 0.0
    faults: Counter[str] = Counter()

    @classmethod
    def reset(cls, random: Random) -> None:
        cls.random = random
        cls.full = cls.torn = cls.corrupt = 0.0
        cls.faults = Counter()


class FaultyStore(SnapshotStore):
    def save(self, snapshot: Any) -> Path:
        chance = Disk.random.random
        if chance() < Disk.full:
            Disk.faults["disk full"] += 1
            self._leave_torn(snapshot)
            raise OSError(28, "No space left on device")
        path = super().save(snapshot)
        if chance() < Disk.corrupt:
            Disk.faults["snapshot corrupted"] += 1
            spoil(path)
        return path

    def _leave_torn(self, snapshot: Any) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        header = snapshot.header
        (self.folder / f"snap-{header.sequence}-{header.epoch}.tmp").write_bytes(snapshot.state[: len(snapshot.state) // 2])


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
