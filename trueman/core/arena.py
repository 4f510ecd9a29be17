"""Arenas: records of a fixed number of words, one after the other in one vec, known by where their first word lies.

An arena grows by a blank record at a time; a record that is not needed any more goes into the arena's free list and is
given out again.
"""

from typing import Final

from librt.vecs import append, extend, vec
from mypy_extensions import i64

from trueman.core.units import NONE

CELLS_MIN: Final = 128


def blank_record(words: i64, value: i64) -> vec[i64]:
    """What an arena is extended by, with the same value in every word."""
    blank = vec[i64]()
    word: i64 = 0
    while word < words:
        blank = append(blank, value)
        word += 1
    return blank


def free_cells(words: i64) -> vec[i64]:
    """What a table is made of: so many words, a multiple of CELLS_MIN, all NONE."""
    some = blank_record(CELLS_MIN, NONE)
    cells = vec[i64](capacity=words)
    while len(cells) < words:
        cells = extend(cells, some)
    return cells
