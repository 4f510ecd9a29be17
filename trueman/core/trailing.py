"""The trailing stops of one market, in the order in which they were accepted: each follows the price at a distance."""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.rulesets import Rules
from trueman.core.units import BIPS_ONE, NONE

PLACE: Final = 0
BIPS: Final = 1
EXTREME: Final = 2
OLDER: Final = 3
NEWER: Final = 4
TRAIL_WORDS: Final = 5


@final
class Trailing:
    """A trail is where its first word lies. Its extreme is 0 while it waits at its stop price and tracks nothing."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(TRAIL_WORDS, NONE)
        self.free: i64 = NONE
        self.oldest: i64 = NONE
        self.newest: i64 = NONE
        self.count: i64 = 0

    def place(self, trail: i64) -> i64:
        return self.words[trail + PLACE]

    def bips(self, trail: i64) -> i64:
        return self.words[trail + BIPS]

    def extreme(self, trail: i64) -> i64:
        return self.words[trail + EXTREME]

    def newer(self, trail: i64) -> i64:
        return self.words[trail + NEWER]

    def track(self, trail: i64, extreme: i64) -> None:
        self.words[trail + EXTREME] = extreme

    def open(self, place: i64, bips: i64, extreme: i64) -> i64:
        trail = self.free
        if trail == NONE:
            trail = self._grow()
        else:
            self.free = self.words[trail + NEWER]
        words = self.words
        words[trail + PLACE] = place
        words[trail + BIPS] = bips
        words[trail + EXTREME] = extreme
        words[trail + OLDER] = self.newest
        words[trail + NEWER] = NONE
        if self.newest == NONE:
            self.oldest = trail
        else:
            words[self.newest + NEWER] = trail
        self.newest = trail
        self.count += 1
        return trail

    def close(self, trail: i64) -> None:
        words = self.words
        older = words[trail + OLDER]
        newer = words[trail + NEWER]
        if older == NONE:
            self.oldest = newer
        else:
            words[older + NEWER] = newer
        if newer == NONE:
            self.newest = older
        else:
            words[newer + OLDER] = older
        words[trail + PLACE] = NONE
        words[trail + NEWER] = self.free
        self.free = trail
        self.count -= 1

    def _grow(self) -> i64:
        trail: i64 = len(self.words)
        self.words = extend(self.words, self.blank)
        return trail


def trailing_stop(is_rising: bool, extreme: i64, bips: i64, rules: Rules) -> i64:
    """Where the stop lies whose price has been at this extreme, the lowest for a rising one."""
    if is_rising:
        return (int(extreme) * (BIPS_ONE + int(bips)) + BIPS_ONE - 1) // BIPS_ONE
    stop: i64 = int(extreme) * (BIPS_ONE - int(bips)) // BIPS_ONE
    return 1 if stop == 0 and rules.keeps_stops_above_zero else stop
