"""Which open order a client means by its own id. Ids are unique per account.

A client key is six words: the account, then the id's forty bytes as they stand in a frame. The keys lie in the
tickets; here are only the cells that lead to them. Clients choose their ids, so the hash is salted per process with
what Python salts its own hashes with: nobody can choose ids that collide, and where a key lies never shows.
"""

from typing import Final, final

from librt.strings import read_i64_le
from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import CELLS_AT_FIRST, SHIFT_AT_FIRST
from trueman.core.units import CLIENT_ID_CHARS_MAX, NONE

KEY_WORDS: Final = 6


@final
class ClientIds:
    """`words` is always the vec in which keys lie, `key` where in it the one that is meant begins."""

    def __init__(self) -> None:
        self.cells: vec[i64] = vec[i64]()
        self.mask: i64 = CELLS_AT_FIRST - 1
        self.shift: i64 = SHIFT_AT_FIRST
        self.count: i64 = 0
        self.factors: vec[i64] = salted_factors()
        self._free_cells()

    def find(self, words: vec[i64], sought: vec[i64]) -> i64:
        """Where the key like the sought one begins, or NONE."""
        cells = self.cells
        cell = self._home(sought, 0)
        while cells[cell] != NONE and not same_key(words, cells[cell], sought):
            cell = (cell + 1) & self.mask
        return cells[cell]

    def add(self, words: vec[i64], key: i64) -> None:
        self.count += 1
        self._put(words, key)
        if self.count * 2 > self.mask:
            self._grow(words)

    def remove(self, words: vec[i64], key: i64) -> None:
        cells = self.cells
        mask = self.mask
        gap = self._home(words, key)
        while cells[gap] != key:
            assert cells[gap] != NONE
            gap = (gap + 1) & mask
        self.count -= 1
        cell = (gap + 1) & mask
        while cells[cell] != NONE:
            home = self._home(words, cells[cell])
            if ((cell - home) & mask) >= ((cell - gap) & mask):
                cells[gap] = cells[cell]
                gap = cell
            cell = (cell + 1) & mask
        cells[gap] = NONE

    def _home(self, words: vec[i64], key: i64) -> i64:
        factors = self.factors
        total: i64 = 0
        word: i64 = 0
        while word < KEY_WORDS:
            total += words[key + word] * factors[word]
            word += 1
        return (total >> self.shift) & self.mask

    def _put(self, words: vec[i64], key: i64) -> None:
        cells = self.cells
        cell = self._home(words, key)
        while cells[cell] != NONE:
            cell = (cell + 1) & self.mask
        cells[cell] = key

    def _grow(self, words: vec[i64]) -> None:
        old = self.cells
        self.mask = self.mask * 2 + 1
        self.shift -= 1
        self._free_cells()
        cell: i64 = 0
        while cell < len(old):
            if old[cell] != NONE:
                self._put(words, old[cell])
            cell += 1

    def _free_cells(self) -> None:
        cells = vec[i64](capacity=self.mask + 1)
        cell: i64 = 0
        while cell <= self.mask:
            cells = append(cells, NONE)
            cell += 1
        self.cells = cells


def salted_factors() -> vec[i64]:
    factors = vec[i64]()
    for word in range(KEY_WORDS):
        factors = append(factors, hash(f"factor {word}") | 1)
    return factors


def same_key(words: vec[i64], key: i64, sought: vec[i64]) -> bool:
    word: i64 = 0
    while word < KEY_WORDS:
        if words[key + word] != sought[word]:
            return False
        word += 1
    return True


def read_client_key(key: vec[i64], account: i64, frame: bytes, at: i64) -> None:
    key[0] = account
    word: i64 = 1
    while word < KEY_WORDS:
        key[word] = read_i64_le(frame, at)
        at += 8
        word += 1


def is_client_id_given(key: vec[i64]) -> bool:
    return (key[1] | key[2] | key[3] | key[4] | key[5]) != 0


def is_client_id(key: vec[i64]) -> bool:
    """1 to 36 letters of those allowed, then zero bytes to the end."""
    chars: i64 = 0
    padded = False
    word: i64 = 1
    while word < KEY_WORDS:
        rest = key[word]
        left: i64 = 8
        while left > 0:
            letter = rest & 0xFF
            if letter == 0:
                padded = True
            elif padded or not is_letter(letter):
                return False
            else:
                chars += 1
            if padded and rest == 0:
                break
            rest >>= 8
            left -= 1
        word += 1
    return 1 <= chars <= CLIENT_ID_CHARS_MAX


def is_letter(letter: i64) -> bool:
    """A-Z, a-z, the digits with their neighbours `-./` and `:`, and `_`."""
    return 97 <= letter <= 122 or 45 <= letter <= 58 or 65 <= letter <= 90 or letter == 95
