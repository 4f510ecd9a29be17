"""What icebergs do not show: two words an iceberg, apart from the orders, since few orders are icebergs."""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.units import NONE

HIDDEN: Final = 0
DISPLAY: Final = 1
ICEBERG_WORDS: Final = 2


@final
class Icebergs:
    """An iceberg is where its first word lies. It is one only while something of it is hidden."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.free: i64 = NONE
        self.count: i64 = 0

    def hidden(self, iceberg: i64) -> i64:
        return self.words[iceberg + HIDDEN]

    def display(self, iceberg: i64) -> i64:
        return self.words[iceberg + DISPLAY]

    def open(self, hidden: i64, display: i64) -> i64:
        assert hidden > 0
        iceberg = self.free
        if iceberg == NONE:
            iceberg = len(self.words)
            self.words = append(append(self.words, NONE), NONE)
        else:
            self.free = self.words[iceberg + HIDDEN]
        words = self.words
        words[iceberg + HIDDEN] = hidden
        words[iceberg + DISPLAY] = display
        self.count += 1
        return iceberg

    def uncover(self, iceberg: i64, lots: i64) -> i64:
        """Hide so many lots less; return how many are left."""
        left = self.words[iceberg + HIDDEN] - lots
        self.words[iceberg + HIDDEN] = left
        return left

    def close(self, iceberg: i64) -> None:
        self.words[iceberg + HIDDEN] = self.free
        self.free = iceberg
        self.count -= 1
