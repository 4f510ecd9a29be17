"""The trailing stops of one direction in one market: where each stands, and heaps of those that share an extreme.

All trails of a heap follow the price together: a new extreme is told to the one at the top, and whoever is below hears
of it when somebody comes by. So a price costs no more for a thousand of them than for one. A heap has its smallest
distance at the top, whose stop is the first that the price will meet. It is a skew heap: melding and leaving come to
log n.
"""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.units import BIPS_ONE, NONE

PLACE: Final = 0
BIPS: Final = 1
SINCE: Final = 2
"""The turn at which it was laid down: trails that moved together lie in this order at their new stop."""
EXTREME: Final = 3
"""Means nothing before it tracks."""
TURN: Final = 4
"""At which it came to its stop; NONE while it waits at its stop price and tracks nothing."""
NEWS: Final = 5
"""The extreme that those below it have not heard of; 0: there is none."""
NEWS_TURN: Final = 6
NEWS_BEFORE: Final = 7
"""The turn at which they were at the price beside the news, or NONE: where both give one stop, they came to it then."""
LEFT: Final = 8
RIGHT: Final = 9
PARENT: Final = 10
CROWD: Final = 11
"""Of the one at the top: where the heap's mark lies; see `trailing`."""
TRAIL_WORDS: Final = 12

AT_NOTHING: Final = 0
"""The extreme of a falling trail that was at 1 when stops could be at 0: there it stays until the price is above 1."""


@final
class Trails:
    """A trail is where its first word lies. What is said of one at the top of its heap is true at any time, of the
    others after `hear`."""

    def __init__(self, is_rising: bool) -> None:
        self.is_rising: Final[bool] = is_rising
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(TRAIL_WORDS, NONE)
        self.free: i64 = NONE
        self.count: i64 = 0

    def word(self, trail: i64, field: i64) -> i64:
        at = trail + field
        return self.words[at]

    def is_tracking(self, trail: i64) -> bool:
        at = trail + TURN
        return self.words[at] != NONE

    def stop(self, trail: i64) -> i64:
        words = self.words
        return stop_at(self.is_rising, words[trail + EXTREME], words[trail + BIPS])

    def open(self, place: i64, bips: i64, since: i64) -> i64:
        trail = self.free
        if trail == NONE:
            trail = len(self.words)
            self.words = extend(self.words, self.blank)
        else:
            self.free = self.words[trail + LEFT]
        words = self.words
        words[trail + PLACE] = place
        words[trail + BIPS] = bips
        words[trail + SINCE] = since
        words[trail + EXTREME] = 0
        words[trail + TURN] = NONE
        words[trail + NEWS] = 0
        words[trail + LEFT] = NONE
        words[trail + RIGHT] = NONE
        words[trail + PARENT] = NONE
        self.count += 1
        return trail

    def close(self, trail: i64) -> None:
        self.words[trail + PLACE] = NONE
        self.words[trail + LEFT] = self.free
        self.free = trail
        self.count -= 1

    def follow(self, trail: i64, extreme: i64, turn: i64, before: i64) -> None:
        """Move to a new extreme; those below will hear of it."""
        words = self.words
        bips = words[trail + BIPS]
        stop = stop_at(self.is_rising, extreme, bips)
        beside = extreme + 1 if self.is_rising else extreme - 1
        if stop != stop_at(self.is_rising, words[trail + EXTREME], bips):
            words[trail + TURN] = turn
            if before != NONE and stop == stop_at(self.is_rising, beside, bips):
                words[trail + TURN] = before
        if before == NONE and words[trail + NEWS] == beside:
            before = words[trail + NEWS_TURN]
        words[trail + EXTREME] = extreme
        words[trail + NEWS] = extreme
        words[trail + NEWS_TURN] = turn
        words[trail + NEWS_BEFORE] = before

    def tell(self, trail: i64) -> None:
        """Let the two below it hear the news."""
        words = self.words
        extreme = words[trail + NEWS]
        if extreme == 0:
            return
        words[trail + NEWS] = 0
        if words[trail + LEFT] != NONE:
            self.follow(words[trail + LEFT], extreme, words[trail + NEWS_TURN], words[trail + NEWS_BEFORE])
        if words[trail + RIGHT] != NONE:
            self.follow(words[trail + RIGHT], extreme, words[trail + NEWS_TURN], words[trail + NEWS_BEFORE])

    def hear(self, trail: i64) -> None:
        """Let a trail hear all that is known above it."""
        above: list[int] = []
        parent = self.words[trail + PARENT]
        while parent != NONE:
            above.append(parent)
            parent = self.words[parent + PARENT]
        while above:
            self.tell(above.pop())

    def meld(self, one: i64, other: i64) -> i64:
        """Make one heap of two; return its top."""
        words = self.words
        top: i64 = NONE
        last: i64 = NONE
        while one != NONE and other != NONE:
            if words[other + BIPS] < words[one + BIPS]:
                one, other = other, one
            self.tell(one)
            top = self._hang(one, last, top)
            last = one
            one = words[last + RIGHT]
            words[last + RIGHT] = words[last + LEFT]
            words[last + LEFT] = NONE
        return self._hang(other if one == NONE else one, last, top)

    def leave(self, trail: i64) -> i64:
        """Take a trail out of its heap; return the one in its place, or NONE."""
        self.tell(trail)
        words = self.words
        parent = words[trail + PARENT]
        rest = self.meld(words[trail + LEFT], words[trail + RIGHT])
        if rest != NONE:
            words[rest + PARENT] = parent
        if parent != NONE:
            side: i64 = RIGHT
            if words[parent + LEFT] == trail:
                side = LEFT
            words[parent + side] = rest
        return rest

    def _hang(self, trail: i64, last: i64, top: i64) -> i64:
        """Put a heap to the left below the last one that was melded; return the top of all."""
        words = self.words
        if trail != NONE:
            words[trail + PARENT] = last
        if last == NONE:
            return trail
        words[last + LEFT] = trail
        return top


def stop_at(is_rising: bool, extreme: i64, bips: i64) -> i64:
    """Where the stop lies whose price has been at this extreme, the lowest for a rising one. No product here is over 63
    bits."""
    whole = extreme // BIPS_ONE
    rest = extreme % BIPS_ONE
    if is_rising:
        return whole * (BIPS_ONE + bips) + (rest * (BIPS_ONE + bips) + BIPS_ONE - 1) // BIPS_ONE
    if extreme == AT_NOTHING:
        return 0
    stop = whole * (BIPS_ONE - bips) + rest * (BIPS_ONE - bips) // BIPS_ONE
    if stop == 0:
        return 1
    return stop
