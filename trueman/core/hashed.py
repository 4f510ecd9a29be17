"""Which records may be the one that has a hash: open addressing, one word an entry; whoever asks compares the records.

An entry is the upper half of a hash and the number of a record. That two records share such a half is rare and no
harm: both are looked at. An entry taken out leaves no grave behind: those after it close the gap.
"""

from typing import Final, final

from librt.vecs import vec
from mypy_extensions import i64

from trueman.core.arena import CELLS_MIN, free_cells
from trueman.core.units import NONE

HASH_MAX: Final = 2**62 - 1
HALF_BITS: Final = 31
NUMBER_BITS: Final = 32
NUMBER_MAX: Final = 2**32 - 1


@final
class Hashed:
    """`last` is the last cell, and its bits are those that a cell may have. A free cell is NONE."""

    def __init__(self) -> None:
        self.cells: vec[i64] = free_cells(CELLS_MIN)
        self.last: i64 = CELLS_MIN - 1
        self.count: i64 = 0

    def first(self, hashed: i64) -> i64:
        """The cell of the first record that may have the hash, or NONE."""
        half = hashed >> HALF_BITS
        return self._search(half & self.last, half)

    def next(self, cell: i64, hashed: i64) -> i64:
        """The cell of the next such record after the one of `cell`, or NONE."""
        return self._search((cell + 1) & self.last, hashed >> HALF_BITS)

    def number(self, cell: i64) -> i64:
        return self.cells[cell] & NUMBER_MAX

    def add(self, hashed: i64, number: i64) -> None:
        assert 0 <= number <= NUMBER_MAX
        self.count += 1
        if self.count * 2 > self.last:
            self._grow()
        self._put(hashed >> HALF_BITS << NUMBER_BITS | number)

    def remove(self, hashed: i64, number: i64) -> None:
        """Take out the entry of a record, which is here under this hash."""
        cells = self.cells
        last = self.last
        gap = self.first(hashed)
        while cells[gap] & NUMBER_MAX != number:
            gap = self.next(gap, hashed)
        self.count -= 1
        cell = (gap + 1) & last
        while cells[cell] != NONE:
            home = cells[cell] >> NUMBER_BITS & last
            if ((cell - home) & last) >= ((cell - gap) & last):
                cells[gap] = cells[cell]
                gap = cell
            cell = (cell + 1) & last
        cells[gap] = NONE

    def _search(self, cell: i64, half: i64) -> i64:
        cells = self.cells
        last = self.last
        entry = cells[cell]
        while entry != NONE:
            if entry >> NUMBER_BITS == half:
                return cell
            cell = (cell + 1) & last
            entry = cells[cell]
        return NONE

    def _put(self, entry: i64) -> None:
        cells = self.cells
        last = self.last
        cell = entry >> NUMBER_BITS & last
        while cells[cell] != NONE:
            cell = (cell + 1) & last
        cells[cell] = entry

    def _grow(self) -> None:
        old = self.cells
        cell: i64 = self.last
        self.last = self.last * 2 + 1
        self.cells = free_cells(self.last + 1)
        while cell >= 0:
            if old[cell] != NONE:
                self._put(old[cell])
            cell -= 1
