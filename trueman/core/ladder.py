"""The prices of one side that have a level, in order: a radix tree of 32 digits, in arenas.

Anybody may choose a price, so nothing here depends on luck: a price is found, added, removed or asked for its
neighbour in as many steps as the highest price here has digits to base 32, five for one of thirty million ticks.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.units import NONE

DIGIT_BITS: Final = 5
FANOUT: Final = 32
DIGIT_MASK: Final = 31
BIT_32: Final = 1 << 32
"""Compiled, `1 << digit` would be computed in 32 bits: a bit is had by shifting this one down."""


@final
class Ladder:
    """Prices to levels. `bits` says which children of a node there are; a leaf's children are levels."""

    def __init__(self) -> None:
        self.child: vec[i64] = vec[i64]()
        self.bits: vec[i64] = vec[i64]()
        self.parent: vec[i64] = vec[i64]()
        self.free: i64 = NONE
        self.shift: i64 = 0
        self.root: i64 = self._node(NONE)

    def find(self, price: i64) -> i64:
        """The level at a price, or NONE."""
        shift = self.shift
        if price >> shift >= FANOUT:
            return NONE
        node = self.root
        child = self.child
        while shift > 0:
            node = child[node * FANOUT + ((price >> shift) & DIGIT_MASK)]
            if node == NONE:
                return NONE
            shift -= DIGIT_BITS
        return child[node * FANOUT + (price & DIGIT_MASK)]

    def add(self, price: i64, level: i64) -> i64:
        """Add a price that is not here; return its leaf."""
        while price >> self.shift >= FANOUT:
            self._raise()
        node = self.root
        shift = self.shift
        while shift > 0:
            node = self._child_of(node, (price >> shift) & DIGIT_MASK)
            shift -= DIGIT_BITS
        self._set(node, price & DIGIT_MASK, level)
        return node

    def remove(self, price: i64, leaf: i64) -> None:
        node = leaf
        rest = price
        self._clear(node, rest & DIGIT_MASK)
        while self.bits[node] == 0 and node != self.root:
            emptied = node
            node = self.parent[node]
            rest >>= DIGIT_BITS
            self._clear(node, rest & DIGIT_MASK)
            self._let_go(emptied)
        if self.shift > 0:
            self._lower()

    def above(self, price: i64, leaf: i64) -> i64:
        """The level at the next higher price, or NONE."""
        node = leaf
        rest = price
        shift: i64 = 0
        while node != NONE:
            higher = self.bits[node] & -bit((rest & DIGIT_MASK) + 1)
            if higher != 0:
                return self._lowest_level(self.child[node * FANOUT + lowest_bit(higher)], shift)
            node = self.parent[node]
            rest >>= DIGIT_BITS
            shift += DIGIT_BITS
        return NONE

    def below(self, price: i64, leaf: i64) -> i64:
        """The level at the next lower price, or NONE."""
        node = leaf
        rest = price
        shift: i64 = 0
        while node != NONE:
            lower = self.bits[node] & (bit(rest & DIGIT_MASK) - 1)
            if lower != 0:
                return self._highest_level(self.child[node * FANOUT + highest_bit(lower)], shift)
            node = self.parent[node]
            rest >>= DIGIT_BITS
            shift += DIGIT_BITS
        return NONE

    def _lowest_level(self, node: i64, shift: i64) -> i64:
        while shift > 0:
            node = self.child[node * FANOUT + lowest_bit(self.bits[node])]
            shift -= DIGIT_BITS
        return node

    def _highest_level(self, node: i64, shift: i64) -> i64:
        while shift > 0:
            node = self.child[node * FANOUT + highest_bit(self.bits[node])]
            shift -= DIGIT_BITS
        return node

    def _raise(self) -> None:
        """Put a digit in front: the old root becomes the first child of a new one."""
        old = self.root
        self.shift += DIGIT_BITS
        if self.bits[old] != 0:
            self.root = self._node(NONE)
            self.parent[old] = self.root
            self._set(self.root, 0, old)

    def _lower(self) -> None:
        """Take the digits off the front that no price needs any more: one far price must not make all others slow."""
        while self.shift > 0 and self.bits[self.root] == 1:
            emptied = self.root
            self.root = self.child[emptied * FANOUT]
            self.parent[self.root] = NONE
            self._clear(emptied, 0)
            self._let_go(emptied)
            self.shift -= DIGIT_BITS
        if self.bits[self.root] == 0:
            self.shift = 0

    def _let_go(self, node: i64) -> None:
        self.parent[node] = self.free
        self.free = node

    def _child_of(self, node: i64, digit: i64) -> i64:
        child = self.child[node * FANOUT + digit]
        if child == NONE:
            child = self._node(node)
            self._set(node, digit, child)
        return child

    def _set(self, node: i64, digit: i64, child: i64) -> None:
        self.child[node * FANOUT + digit] = child
        self.bits[node] |= bit(digit)

    def _clear(self, node: i64, digit: i64) -> None:
        assert self.bits[node] >> digit & 1 == 1
        self.child[node * FANOUT + digit] = NONE
        self.bits[node] ^= bit(digit)

    def _node(self, parent: i64) -> i64:
        node = self.free
        if node == NONE:
            node = self._grow()
        else:
            self.free = self.parent[node]
        self.parent[node] = parent
        return node

    def _grow(self) -> i64:
        child = self.child
        digit: i64 = 0
        while digit < FANOUT:
            child = append(child, NONE)
            digit += 1
        self.child = child
        self.bits = append(self.bits, 0)
        self.parent = append(self.parent, NONE)
        return len(self.bits) - 1


def bit(digit: i64) -> i64:
    """The bit of a digit, 0..32."""
    return BIT_32 >> (FANOUT - digit)


def highest_bit(bits: i64) -> i64:
    """The place of the highest bit of up to 32."""
    place: i64 = 0
    if bits >> 16 != 0:
        bits >>= 16
        place = 16
    if bits >> 8 != 0:
        bits >>= 8
        place += 8
    if bits >> 4 != 0:
        bits >>= 4
        place += 4
    if bits >> 2 != 0:
        bits >>= 2
        place += 2
    return place + (bits >> 1)


def lowest_bit(bits: i64) -> i64:
    return highest_bit(bits & -bits)
