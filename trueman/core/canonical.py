"""Numbers and texts as canonical bytes: what snapshots are made of."""

from typing import final

from librt.strings import read_i64_le
from mypy_extensions import i64


@final
class CanonicalReader:
    """Reads what was written in the same order; raises ValueError where the bytes end too early."""

    def __init__(self, data: bytes) -> None:
        self.data: bytes = data
        self.at: i64 = 0

    def word(self) -> i64:
        at = self.at
        if at + 8 > len(self.data):
            raise ValueError("the snapshot is cut short")
        self.at = at + 8
        return read_i64_le(self.data, at)

    def text(self, size: i64) -> bytes:
        at = self.at
        if at + size > len(self.data):
            raise ValueError("the snapshot is cut short")
        self.at = at + size
        return self.data[at : at + size]

    def finish(self) -> None:
        if self.at != len(self.data):
            raise ValueError("the snapshot has bytes after its end")
