"""A number's slot, found in constant time: open addressing in one vec, without an object per entry.

Keys are numbers the exchange itself gave out (orders, accounts): nobody outside chooses where they land. A removed
entry leaves no grave behind: the entries after it close the gap.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.units import NONE

SPREAD: Final = -7046029254386353131
"""2^64 divided by the golden ratio, as a signed number: neighbouring keys land far apart."""
CELLS_AT_FIRST: Final = 64
SHIFT_AT_FIRST: Final = 58
"""The hash is the product's upper bits: 64 less the power of two that the cells are."""


@final
class Index:
    """Keys to slots. A slot is never negative, so NONE marks a free cell and a key that is not here.

    A cell is two words, the key and its slot. `mask` is the last cell's number.
    """

    def __init__(self) -> None:
        self.cells: vec[i64] = free_cells(CELLS_AT_FIRST)
        self.mask: i64 = CELLS_AT_FIRST - 1
        self.shift: i64 = SHIFT_AT_FIRST
        self.count: i64 = 0

    def find(self, key: i64) -> i64:
        """The slot of a key, or NONE."""
        return self.cells[self._cell(key) * 2 + 1]

    def put(self, key: i64, slot: i64) -> None:
        assert slot >= 0
        at = self._cell(key) * 2
        cells = self.cells
        if cells[at + 1] == NONE:
            self.count += 1
        cells[at] = key
        cells[at + 1] = slot
        if self.count * 2 > self.mask:
            self._grow()

    def remove(self, key: i64) -> None:
        cells = self.cells
        mask = self.mask
        gap = self._cell(key)
        assert cells[gap * 2 + 1] != NONE
        self.count -= 1
        cell = (gap + 1) & mask
        while cells[cell * 2 + 1] != NONE:
            home = (cells[cell * 2] * SPREAD >> self.shift) & mask
            if ((cell - home) & mask) >= ((cell - gap) & mask):
                cells[gap * 2] = cells[cell * 2]
                cells[gap * 2 + 1] = cells[cell * 2 + 1]
                gap = cell
            cell = (cell + 1) & mask
        cells[gap * 2 + 1] = NONE

    def sorted_keys(self) -> list[int]:
        """Every key, smallest first: how they lie in memory must never be seen."""
        keys: list[int] = []
        cells = self.cells
        at: i64 = 0
        while at < len(cells):
            if cells[at + 1] != NONE:
                keys.append(cells[at])
            at += 2
        keys.sort()
        return keys

    def _cell(self, key: i64) -> i64:
        """The cell that holds the key, or the free one where it would go."""
        cells = self.cells
        mask = self.mask
        cell = (key * SPREAD >> self.shift) & mask
        while cells[cell * 2 + 1] != NONE and cells[cell * 2] != key:
            cell = (cell + 1) & mask
        return cell

    def _grow(self) -> None:
        old = self.cells
        self.mask = self.mask * 2 + 1
        self.shift -= 1
        self.cells = free_cells(self.mask + 1)
        at: i64 = 0
        while at < len(old):
            if old[at + 1] != NONE:
                target = self._cell(old[at]) * 2
                self.cells[target] = old[at]
                self.cells[target + 1] = old[at + 1]
            at += 2


def free_cells(count: i64) -> vec[i64]:
    cells = vec[i64](capacity=count * 2)
    word: i64 = 0
    while word < count * 2:
        cells = append(cells, NONE)
        word += 1
    return cells
