"""A power cut under files that are written in place, as PostgreSQL's are: what was not synced is as it was before.

A small library (undo.c), preloaded, keeps what each change takes away. After the processes were killed, `cut` puts it
back, file by file: all that was changed in it since its last sync, or, as a kernel may have written it out by itself,
nothing. Names are left alone: a file that was made and never synced is there, and empty.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from trueman.chaos.preload import Inode, Library, inode_of

MARK: Final = struct.pack("=q", 0x4F444E552E4E414D)
RECORD: Final = struct.Struct("=8x7q")
WRITTEN: Final = 1


class Change(NamedTuple):
    at: int
    """Where in the log it is told."""
    offset: int
    bytes: bytes
    size: int
    """Of the whole file before."""


class Undo:
    """`folder` is on another disk than the files if theirs is to become full."""

    def __init__(self, folder: Path) -> None:
        self._library = Library("undo", folder)
        self._log = folder / "undo.log"

    def environment(self) -> dict[str, str]:
        return self._library.preloaded(self._library.folder)

    def cut(self, files: Iterable[Path], random: Random | None = None) -> int:
        """Return how many changes were lost; by chance only some files lose theirs. The processes are dead."""
        changes, lost = self._unsynced(), 0
        for path in sorted(files):
            unsynced = changes.get(inode_of(path), [])
            if unsynced and (random is None or random.random() < 0.5):
                _undo(path, unsynced)
                lost += len(unsynced)
        self._log.unlink(missing_ok=True)  # what outlived this cut is on disk
        return lost

    def _unsynced(self) -> dict[Inode, list[Change]]:
        changes: dict[Inode, list[Change]] = {}
        for at, (kind, device, inode, place, length, size, _), taken in self._records():
            those = changes.setdefault((device, inode), [])
            if kind == WRITTEN:
                those.append(Change(at, place, taken[:length], size))
            else:
                those[:] = [change for change in those if change.at >= place]
        return changes

    def _records(self) -> Iterator[tuple[int, tuple[int, ...], bytes]]:
        """Where each whole record begins, its numbers, and the bytes that were taken away."""
        told, at = self._log.read_bytes() if self._log.exists() else b"", 0
        while at + RECORD.size <= len(told):
            words = RECORD.unpack_from(told, at)
            end = at + RECORD.size + (words[4] if words[0] == WRITTEN else 0)
            if end == len(told) or told.startswith(MARK, end):
                yield at, words, told[at + RECORD.size : end]
                at = end
            else:
                at = told.find(MARK, at + len(MARK))
                if at < 0:
                    return


def _undo(path: Path, changes: list[Change]) -> None:
    with path.open("r+b") as file:
        for change in reversed(changes):
            file.seek(change.offset)
            file.write(change.bytes)
            file.flush()
            os.truncate(path, change.size)
