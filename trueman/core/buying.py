"""What the open buys of an account in a market may still bring, in lots: the position filter's half of the truth.

A seat is counted from the first time that the filter asks for it, which walks its orders once, and from then on with
every change: no later question walks them. Orders that wait for their turn in a list hold nothing, so the sum knows no
bound; it is kept in two parts.
"""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.seats import SEAT_WORDS
from trueman.core.units import NONE

LOW: Final = 0
HIGH: Final = 1
BUYING_WORDS: Final = 2
LOW_BITS: Final = 31
LOW_MASK: Final = 0x7FFFFFFF


@final
class Buying:
    """`is_asked` stays false where no market has the filter: nothing is counted there."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(BUYING_WORDS, NONE)
        self.is_asked: bool = False

    def is_counted(self, seat: i64) -> bool:
        at = place_of(seat)
        return at < len(self.words) and self.words[at] != NONE

    def begin(self, seat: i64) -> None:
        """Count a seat from now on, beginning with nothing."""
        self.is_asked = True
        at = place_of(seat)
        while len(self.words) <= at:
            self.words = extend(self.words, self.blank)
        self.words[at + LOW] = 0
        self.words[at + HIGH] = 0

    def change(self, seat: i64, before: i64, after: i64) -> None:
        """One of its buys had so many lots left, and has so many now."""
        if self.is_counted(seat):
            words = self.words
            at = place_of(seat)
            words[at + LOW] += (after & LOW_MASK) - (before & LOW_MASK)
            words[at + HIGH] += (after >> LOW_BITS) - (before >> LOW_BITS)

    def lots(self, seat: i64) -> int:
        at = place_of(seat)
        return (int(self.words[at + HIGH]) << LOW_BITS) + int(self.words[at + LOW])


def place_of(seat: i64) -> i64:
    return seat // SEAT_WORDS * BUYING_WORDS
