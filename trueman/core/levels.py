"""The price levels of one side of a book: eight words a level, one vec for all, freed levels used again."""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.units import NONE

PRICE: Final = 0
TOTAL: Final = 1
OLDEST: Final = 2
NEWEST: Final = 3
BETTER: Final = 4
WORSE: Final = 5
LEAF: Final = 6
HIDDEN: Final = 7
LEVEL_WORDS: Final = 8


@final
class Levels:
    """A level is where its first word lies."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(LEVEL_WORDS, NONE)
        self.free: i64 = NONE
        self.count: i64 = 0

    def price(self, level: i64) -> i64:
        at = level + PRICE
        return self.words[at]

    def total(self, level: i64) -> i64:
        """The lots that its orders show."""
        at = level + TOTAL
        return self.words[at]

    def hidden(self, level: i64) -> i64:
        """The lots that its icebergs do not show."""
        at = level + HIDDEN
        return self.words[at]

    def oldest(self, level: i64) -> i64:
        at = level + OLDEST
        return self.words[at]

    def newest(self, level: i64) -> i64:
        at = level + NEWEST
        return self.words[at]

    def better(self, level: i64) -> i64:
        at = level + BETTER
        return self.words[at]

    def worse(self, level: i64) -> i64:
        at = level + WORSE
        return self.words[at]

    def leaf(self, level: i64) -> i64:
        """Where the ladder keeps its price."""
        at = level + LEAF
        return self.words[at]

    def open(self, price: i64) -> i64:
        level = self.free
        if level == NONE:
            level = self._grow()
        else:
            self.free = self.words[level + WORSE]
        words = self.words
        words[level + PRICE] = price
        words[level + TOTAL] = 0
        words[level + OLDEST] = NONE
        words[level + NEWEST] = NONE
        words[level + HIDDEN] = 0
        self.count += 1
        return level

    def link(self, level: i64, better: i64, worse: i64) -> None:
        words = self.words
        words[level + BETTER] = better
        words[level + WORSE] = worse
        if better != NONE:
            words[better + WORSE] = level
        if worse != NONE:
            words[worse + BETTER] = level

    def close(self, level: i64) -> None:
        """Unlink a level and let its words go."""
        words = self.words
        better = words[level + BETTER]
        worse = words[level + WORSE]
        if better != NONE:
            words[better + WORSE] = worse
        if worse != NONE:
            words[worse + BETTER] = better
        words[level + WORSE] = self.free
        self.free = level
        self.count -= 1

    def _grow(self) -> i64:
        level: i64 = len(self.words)
        self.words = extend(self.words, self.blank)
        return level
