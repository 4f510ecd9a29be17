"""A power cut without pulling a plug: what a killed process had written and not made durable is taken away again.

A small library (power.c), preloaded, writes down the length of each file at its last sync, and each rename. After the
process was killed, `cut` shortens files to what was synced and takes renames back that no sync of their folder
followed. That is exact for what only ever appends, and for files that appear under their name when they are whole:
Valkey's append-only files, snapshots, the archive. What is overwritten in place, as PostgreSQL's pages are, is not
modelled: its length says nothing.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from trueman.chaos.preload import Inode, Library, inode_of


class Rename(NamedTuple):
    kept: Path | None
    """A second name of the file that was overwritten."""
    old: Path
    new: Path


class Power:
    """`folder` is on the disk of the files that are watched."""

    def __init__(self, folder: Path) -> None:
        self._library = Library("power", folder)
        self._log = folder / "power.log"

    def environment(self) -> dict[str, str]:
        return self._library.preloaded(self._library.folder)

    def cut(self, files: Iterable[Path]) -> int:
        """Leave of `files` what a power cut would have left; return how many bytes were lost. The process is dead."""
        lengths, renames = self._read()
        watched = set(files)
        for rename in reversed(renames):
            _take_back(rename)
        lost, left = 0, []
        for path in sorted({*watched, *(rename.old for rename in renames)}):
            if path.is_file():
                size, (device, inode) = path.stat().st_size, inode_of(path)
                length = min(lengths.get((device, inode), 0), size)
                lost += size - length
                os.truncate(path, length)
                left.append(f"\nF\t{device}\t{inode}\t{length}\t.")
        self._log.write_text("".join(left))  # what outlived one cut outlives the next
        return lost

    def _read(self) -> tuple[dict[Inode, int], list[Rename]]:
        """What was synced, and the renames that no sync of their folder followed."""
        lengths: dict[Inode, int] = {}
        renames: list[Rename] = []
        for line in self._log.read_text().splitlines() if self._log.exists() else ():
            kind, *words = line.split("\t")
            if words[-1:] != ["."]:
                continue  # whoever told it died of a full disk, and was never told that it is durable
            if kind == "F":
                lengths[int(words[0]), int(words[1])] = int(words[2])
            elif kind == "D":
                synced = (int(words[0]), int(words[1]))
                renames = [rename for rename in renames if inode_of(rename.new.parent) != synced]
            else:
                kept = None if words[0] == "-" else Path(words[0])
                renames.append(Rename(kept, Path(words[1]), Path(words[2])))
        return lengths, renames


def _take_back(rename: Rename) -> None:
    if rename.new.exists():
        rename.new.rename(rename.old)
    if rename.kept is not None and rename.kept.exists():
        rename.kept.rename(rename.new)
