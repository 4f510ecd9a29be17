"""Lists whose turn came while their market did not trade. They begin when it trades again, the oldest of each first.

Each knows its place in the heap of its market, so one that is closed meanwhile is taken out at once: whoever opens the
market pays for no list that is over, however many were.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.order_lists import LIST_ID, PLACE, OrderLists
from trueman.core.units import NONE


@final
class Heap:
    """Slots of lists, each before both of its children, which have about twice its place."""

    def __init__(self, lists: OrderLists) -> None:
        self.lists: Final[OrderLists] = lists
        self.slots: vec[i64] = vec[i64]()
        self.count: i64 = 0

    def add(self, slot: i64) -> None:
        if self.count == len(self.slots):
            self.slots = append(self.slots, slot)
        self.count += 1
        self._rise(self.count - 1, slot)

    def remove(self, slot: i64) -> None:
        """The last takes its place, and from there goes to where it belongs."""
        place = self.lists.word(slot, PLACE)
        assert 0 <= place < self.count
        assert self.slots[place] == slot
        self.lists.set(slot, PLACE, NONE)
        self.count -= 1
        if place < self.count:
            self._sink(place, self.slots[self.count])

    def _rise(self, place: i64, slot: i64) -> None:
        while place > 0:
            parent = (place - 1) >> 1
            if not self._is_older(slot, self.slots[parent]):
                break
            self._put(place, self.slots[parent])
            place = parent
        self._put(place, slot)

    def _sink(self, place: i64, slot: i64) -> None:
        """As far down as an older one has to come up, or else up."""
        child = place * 2 + 1
        while child < self.count:
            if child + 1 < self.count and self._is_older(self.slots[child + 1], self.slots[child]):
                child += 1
            if not self._is_older(self.slots[child], slot):
                break
            self._put(place, self.slots[child])
            place = child
            child = place * 2 + 1
        self._rise(place, slot)

    def _is_older(self, left: i64, right: i64) -> bool:
        return self.lists.word(left, LIST_ID) < self.lists.word(right, LIST_ID)

    def _put(self, place: i64, slot: i64) -> None:
        self.slots[place] = slot
        self.lists.set(slot, PLACE, place)


@final
class PutOff:
    """A heap of each market. `count` is how many wait in all."""

    def __init__(self, lists: OrderLists) -> None:
        self.lists: Final[OrderLists] = lists
        self.heaps: Final[list[Heap]] = []
        self.count: i64 = 0

    def add(self, market: i64, slot: i64) -> None:
        while len(self.heaps) <= market:
            self.heaps.append(Heap(self.lists))
        self.heaps[market].add(slot)
        self.count += 1

    def first(self, market: i64) -> i64:
        """The slot of the market's oldest list that waits, or NONE."""
        if self.count == 0 or market >= len(self.heaps):
            return NONE
        heap = self.heaps[market]
        return NONE if heap.count == 0 else heap.slots[0]

    def remove(self, market: i64, slot: i64) -> None:
        """The list begins, or is over."""
        self.heaps[market].remove(slot)
        self.count -= 1
