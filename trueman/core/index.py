"""A number's slot, found in constant time: open addressing in one vec, without an object per entry.

Keys are numbers that the exchange itself gave out (orders, accounts and what they have), or hashes with a salt of the
process (client ids): nobody outside chooses where they land. A removed entry leaves no grave behind: the entries after
it close the gap.
"""

from typing import Final, final

from librt.vecs import vec
from mypy_extensions import i64

from trueman.core.arena import free_cells
from trueman.core.units import NONE

SPREAD: Final = 4354685564936845355
"""2^64 divided by the golden ratio three times: neighbouring keys land far apart. Compiled, a constant of over 62 bits
would be an object, looked into at every use."""
CELLS_AT_FIRST: Final = 64
SHIFT_AT_FIRST: Final = 57
"""The hash is the product's upper bits: 64 less the power of two that the words are."""
KEY: Final = 0
SLOT: Final = 1
CELL_WORDS: Final = 2
NEIGHBOURS: Final = 3
NEIGHBOUR_BITS: Final = 2
"""Keys that differ in these bits alone lie side by side: numbers given out one after the other are asked together."""


@final
class Index:
    """Keys to slots. A slot is never negative, so NONE marks a free cell and a key that is not here.

    A cell is where its first word lies. `last` is the last cell, and its bits are those that a cell may have.
    """

    def __init__(self) -> None:
        self.cells: vec[i64] = free_cells(CELLS_AT_FIRST * CELL_WORDS)
        self.last: i64 = (CELLS_AT_FIRST - 1) * CELL_WORDS
        self.shift: i64 = SHIFT_AT_FIRST
        self.count: i64 = 0

    def find(self, key: i64) -> i64:
        """The slot of a key, or NONE."""
        cells = self.cells
        last = self.last
        cell = home(key, self.shift, last)
        while cells[cell + KEY] != key and cells[cell + SLOT] != NONE:
            cell = (cell + CELL_WORDS) & last
        return cells[cell + SLOT]

    def put(self, key: i64, slot: i64) -> i64:
        """Return the slot that the key had before, or NONE."""
        assert slot >= 0
        cells = self.cells
        cell = self._cell(key)
        before = cells[cell + SLOT]
        cells[cell + KEY] = key
        cells[cell + SLOT] = slot
        if before == NONE:
            self.count += 1
            if self.count * CELL_WORDS * 2 > self.last:
                self._grow()
        return before

    def remove(self, key: i64) -> None:
        cells = self.cells
        last = self.last
        shift = self.shift
        gap = self._cell(key)
        assert cells[gap + SLOT] != NONE
        self.count -= 1
        cell = (gap + CELL_WORDS) & last
        while cells[cell + SLOT] != NONE:
            if ((cell - home(cells[cell + KEY], shift, last)) & last) >= ((cell - gap) & last):
                cells[gap + KEY] = cells[cell + KEY]
                cells[gap + SLOT] = cells[cell + SLOT]
                gap = cell
            cell = (cell + CELL_WORDS) & last
        cells[gap + SLOT] = NONE

    def sorted_keys(self) -> list[int]:
        """Every key, smallest first: how they lie in memory must never be seen."""
        keys: list[int] = []
        cells = self.cells
        cell: i64 = 0
        while cell <= self.last:
            if cells[cell + SLOT] != NONE:
                keys.append(cells[cell + KEY])
            cell += CELL_WORDS
        keys.sort()
        return keys

    def _cell(self, key: i64) -> i64:
        """The cell that holds the key, or the free one where it would go."""
        cells = self.cells
        last = self.last
        cell = home(key, self.shift, last)
        while cells[cell + KEY] != key and cells[cell + SLOT] != NONE:
            cell = (cell + CELL_WORDS) & last
        return cell

    def _grow(self) -> None:
        old = self.cells
        end = self.last + CELL_WORDS
        self.last = self.last * 2 + CELL_WORDS
        self.shift -= 1
        self.cells = free_cells(end * CELL_WORDS)
        cells = self.cells
        cell: i64 = 0
        while cell < end:
            if old[cell + SLOT] != NONE:
                target = self._cell(old[cell + KEY])
                cells[target + KEY] = old[cell + KEY]
                cells[target + SLOT] = old[cell + SLOT]
            cell += CELL_WORDS


def home(key: i64, shift: i64, last: i64) -> i64:
    """The cell where a key would lie if it were alone."""
    block = ((key >> NEIGHBOUR_BITS) * SPREAD >> shift) & (last - NEIGHBOURS * CELL_WORDS)
    return block + (key & NEIGHBOURS) * CELL_WORDS
