"""A number's slot, found in constant time: open addressing in two vecs, without an object per entry.

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
    """Keys to slots. A slot is never negative, so NONE marks a free cell and a key that is not here."""

    def __init__(self) -> None:
        self.keys: vec[i64] = vec[i64]()
        self.slots: vec[i64] = vec[i64]()
        self.mask: i64 = 0
        self.shift: i64 = SHIFT_AT_FIRST
        self.count: i64 = 0
        self._reserve(CELLS_AT_FIRST)

    def find(self, key: i64) -> i64:
        """The slot of a key, or NONE."""
        return self.slots[self._cell(key)]

    def put(self, key: i64, slot: i64) -> None:
        assert slot >= 0
        cell = self._cell(key)
        if self.slots[cell] == NONE:
            self.count += 1
        self.keys[cell] = key
        self.slots[cell] = slot
        if self.count * 2 > self.mask:
            self._grow()

    def remove(self, key: i64) -> None:
        gap = self._cell(key)
        assert self.slots[gap] != NONE
        self.count -= 1
        keys = self.keys
        slots = self.slots
        mask = self.mask
        cell = gap
        while True:
            cell = (cell + 1) & mask
            if slots[cell] == NONE:
                break
            home = (keys[cell] * SPREAD >> self.shift) & mask
            if ((cell - home) & mask) >= ((cell - gap) & mask):
                keys[gap] = keys[cell]
                slots[gap] = slots[cell]
                gap = cell
        slots[gap] = NONE

    def sorted_keys(self) -> list[int]:
        """Every key, smallest first: how they lie in memory must never be seen."""
        keys: list[int] = []
        cell: i64 = 0
        while cell <= self.mask:
            if self.slots[cell] != NONE:
                keys.append(self.keys[cell])
            cell += 1
        keys.sort()
        return keys

    def _cell(self, key: i64) -> i64:
        """The cell that holds the key, or the free one where it would go."""
        keys = self.keys
        slots = self.slots
        mask = self.mask
        cell = (key * SPREAD >> self.shift) & mask
        while slots[cell] != NONE and keys[cell] != key:
            cell = (cell + 1) & mask
        return cell

    def _reserve(self, size: i64) -> None:
        keys = vec[i64](capacity=size)
        slots = vec[i64](capacity=size)
        cell: i64 = 0
        while cell < size:
            keys = append(keys, 0)
            slots = append(slots, NONE)
            cell += 1
        self.keys = keys
        self.slots = slots
        self.mask = size - 1

    def _grow(self) -> None:
        keys = self.keys
        slots = self.slots
        self.shift -= 1
        self._reserve((self.mask + 1) * 2)
        cell: i64 = 0
        while cell < len(keys):
            if slots[cell] != NONE:
                target = self._cell(keys[cell])
                self.keys[target] = keys[cell]
                self.slots[target] = slots[cell]
            cell += 1
