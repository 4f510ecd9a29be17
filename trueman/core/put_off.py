"""Lists whose turn came while their market did not trade. They begin when it trades again, the oldest of each first.

One that is closed meanwhile stays in the heap until it comes to its top: whoever asks skips it there.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.order_lists import PUT_OFF, STAGE, OrderLists
from trueman.core.timers import Timers
from trueman.core.units import NONE


@final
class PutOff:
    """Of each market a heap of list ids. `count` is how many wait in all, closed ones included."""

    def __init__(self, lists: OrderLists) -> None:
        self.lists: Final[OrderLists] = lists
        self.heaps: Final[list[Timers]] = []
        self.count: i64 = 0

    def add(self, market: i64, list_id: i64) -> None:
        while len(self.heaps) <= market:
            self.heaps.append(Timers())
        self.heaps[market].add(list_id, 0, 0)
        self.count += 1

    def first(self, market: i64) -> i64:
        """The slot of the market's oldest list that still waits, or NONE."""
        if self.count == 0 or market >= len(self.heaps):
            return NONE
        heap = self.heaps[market]
        while heap.count != 0:
            slot = self.lists.by_list_id.find(heap.words[0])
            if slot != NONE and self.lists.word(slot, STAGE) == PUT_OFF:
                return slot
            heap.pop()
            self.count -= 1
        return NONE
