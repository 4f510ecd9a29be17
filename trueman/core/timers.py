"""What falls due at a time: a heap of (due_us, kind, number), the smallest first.

Nothing is ever taken out of its midst. Whoever set a timer knows from its own state whether one that falls due still
means anything, and tells here when one has become stale; when most of them have, it clears the heap and adds those
that still stand. So the heap is never canonical: it is made again from what set its timers.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

ORDER_EXPIRY: Final = 1
CANCEL_TIMER: Final = 2
AUCTION_END: Final = 3
CASCADE: Final = 4
"""The kinds, in the order in which they go when they are due at the same time."""

STALE_MIN: Final = 64
"""So few stale timers are never worth making the heap again."""
TIMER_WORDS: Final = 3


@final
class Timers:
    """`due_us`, `kind` and `number` are of the timer popped last. `count` timers lie in `words`, each before both
    of its children, which have about twice its place."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.count: i64 = 0
        self.stale: i64 = 0
        self.due_us: i64 = 0
        self.kind: i64 = 0
        self.number: i64 = 0

    def add(self, due_us: i64, kind: i64, number: i64) -> None:
        if self.count * TIMER_WORDS == len(self.words):
            self.words = append(append(append(self.words, 0), 0), 0)
        place = self.count
        self.count += 1
        while place > 0:
            parent = (place - 1) >> 1
            if not self._is_later(parent, due_us, kind, number):
                break
            self._copy(parent, place)
            place = parent
        self._put(place, due_us, kind, number)

    def has_due(self, time_us: i64) -> bool:
        return self.count > 0 and self.words[0] <= time_us

    def pop(self) -> None:
        """Take the first out, and leave it in the fields."""
        assert self.count > 0
        words = self.words
        self.due_us = words[0]
        self.kind = words[1]
        self.number = words[2]
        self.count -= 1
        last = self.count * TIMER_WORDS
        if last > 0:
            self._sink(words[last], words[last + 1], words[last + 2])

    def forget(self) -> None:
        """One of the timers has become stale."""
        self.stale += 1

    def is_mostly_stale(self) -> bool:
        """Whether to clear the heap now and add again what still stands. It happens once for so many stale timers
        that all the work comes to two timers for each of them."""
        return self.stale > STALE_MIN and self.stale * 2 > self.count

    def entries(self) -> list[tuple[int, int, int]]:
        """(due_us, kind, number) of every timer, stale ones too, in no order that means anything."""
        words = self.words
        entries: list[tuple[int, int, int]] = []
        at: i64 = 0
        while at < self.count * TIMER_WORDS:
            entries.append((words[at], words[at + 1], words[at + 2]))
            at += TIMER_WORDS
        return entries

    def clear(self) -> None:
        self.count = 0
        self.stale = 0

    def _sink(self, due_us: i64, kind: i64, number: i64) -> None:
        """Put a timer where the first was taken from, or as far down as an earlier one has to come up."""
        place: i64 = 0
        child: i64 = 1
        while child < self.count:
            if child + 1 < self.count and self._is_before(child + 1, child):
                child += 1
            if self._is_later(child, due_us, kind, number):
                break
            self._copy(child, place)
            place = child
            child = place * 2 + 1
        self._put(place, due_us, kind, number)

    def _is_before(self, left: i64, right: i64) -> bool:
        words = self.words
        at = right * TIMER_WORDS
        return not self._is_later(left, words[at], words[at + 1], words[at + 2])

    def _is_later(self, place: i64, due_us: i64, kind: i64, number: i64) -> bool:
        words = self.words
        at = place * TIMER_WORDS
        if words[at] != due_us:
            return words[at] > due_us
        if words[at + 1] != kind:
            return words[at + 1] > kind
        return words[at + 2] > number

    def _copy(self, source: i64, target: i64) -> None:
        words = self.words
        source *= TIMER_WORDS
        target *= TIMER_WORDS
        words[target] = words[source]
        words[target + 1] = words[source + 1]
        words[target + 2] = words[source + 2]

    def _put(self, place: i64, due_us: i64, kind: i64, number: i64) -> None:
        words = self.words
        at = place * TIMER_WORDS
        words[at] = due_us
        words[at + 1] = kind
        words[at + 2] = number
