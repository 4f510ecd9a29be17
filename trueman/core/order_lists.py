"""Orders that depend on each other: one cancels the other, one triggers the other, one triggers such a pair.

Here is who belongs together and how far the list has come; `following` makes it go on. An order leaves its place when
it is closed; a list is gone with its last order.
"""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.index import Index
from trueman.core.list_names import ListNames
from trueman.core.units import NONE, OTO, OTOCO

LIST_ID: Final = 0
KIND: Final = 1
STAGE: Final = 2
ENDED: Final = 3
"""The status with which the last of its orders closed, 0 before."""
OPEN: Final = 4
"""How many of its orders are open."""
TICKET: Final = 5
"""The tickets of its up to three orders, NONE for those that are closed."""
NEXT_TOUCHED: Final = 8
"""The list that was touched after it; UNTOUCHED while it waits for no review."""
PLACE: Final = 9
"""Its place in the heap of those of its market that were put off; NONE for any other."""
LIST_WORDS: Final = 10

UNTOUCHED: Final = -2

LIST_ORDERS_MAX: Final = 3

WORKING: Final = 0
"""The first order works, the others wait for it."""
PAIR: Final = 1
"""A pair is in the market of which one cancels the other."""
OVER: Final = 2
"""Nothing more depends on anything."""
PUT_OFF: Final = 3
"""The first order is filled, and the others wait until their market trades again."""


@final
class OrderLists:
    """A slot is where a list's first word lies. Those to be reviewed wait in a queue, first touched, first reviewed."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(LIST_WORDS, NONE)
        self.free: i64 = NONE
        self.by_list_id: Final[Index] = Index()
        self.names: Final[ListNames] = ListNames()
        self.first_touched: i64 = NONE
        self.last_touched: i64 = NONE

    def word(self, slot: i64, field: i64) -> i64:
        return self.words[slot + field]

    def set(self, slot: i64, field: i64, value: i64) -> None:
        self.words[slot + field] = value

    def ticket(self, slot: i64, position: i64) -> i64:
        return self.words[slot + TICKET + position]

    def any_ticket(self, slot: i64) -> i64:
        """Of the first of its orders that is open; of an open list there is one."""
        position: i64 = 0
        while self.ticket(slot, position) == NONE:
            position += 1
        return self.ticket(slot, position)

    def first_of_pair(self, slot: i64) -> i64:
        """The position of the first of the two of which one cancels the other."""
        return 1 if self.words[slot + KIND] == OTOCO else 0

    def open(self, list_id: i64, kind: i64, stage: i64) -> i64:
        slot = self.free
        if slot == NONE:
            slot = self._grow()
        else:
            self.free = self.words[slot + TICKET]
        words = self.words
        words[slot + LIST_ID] = list_id
        words[slot + KIND] = kind
        words[slot + STAGE] = stage
        words[slot + ENDED] = 0
        words[slot + OPEN] = 0
        words[slot + NEXT_TOUCHED] = UNTOUCHED
        words[slot + PLACE] = NONE
        position: i64 = 0
        while position < LIST_ORDERS_MAX:
            words[slot + TICKET + position] = NONE
            position += 1
        self.by_list_id.put(list_id, slot)
        return slot

    def join(self, slot: i64, position: i64, ticket: i64) -> None:
        self.words[slot + TICKET + position] = ticket
        self.words[slot + OPEN] += 1

    def leave(self, slot: i64, position: i64, status: i64) -> bool:
        """An order of the list is over; say whether it was the last. Then `close` it when nobody asks for it more."""
        self.words[slot + TICKET + position] = NONE
        self.words[slot + ENDED] = status
        self.words[slot + OPEN] -= 1
        if self.words[slot + OPEN] != 0:
            return False
        self.names.forget(slot)
        return True

    def close(self, slot: i64) -> None:
        self.by_list_id.remove(self.words[slot + LIST_ID])
        self.words[slot + TICKET] = self.free
        self.free = slot

    def touch(self, slot: i64) -> None:
        """Something happened to one of its orders: it is to be reviewed."""
        words = self.words
        if words[slot + NEXT_TOUCHED] != UNTOUCHED:
            return
        words[slot + NEXT_TOUCHED] = NONE
        if self.last_touched == NONE:
            self.first_touched = slot
        else:
            words[self.last_touched + NEXT_TOUCHED] = slot
        self.last_touched = slot

    def next_touched(self) -> i64:
        """The list that has waited longest for its review, out of the queue."""
        words = self.words
        slot = self.first_touched
        self.first_touched = words[slot + NEXT_TOUCHED]
        if self.first_touched == NONE:
            self.last_touched = NONE
        words[slot + NEXT_TOUCHED] = UNTOUCHED
        return slot

    def partner(self, slot: i64, ticket: i64) -> i64:
        """The other order of the ticket's pair, begun or still to begin, or NONE."""
        words = self.words
        if words[slot + KIND] == OTO:
            return NONE
        first = slot + TICKET + self.first_of_pair(slot)
        if words[first] == ticket:
            return words[first + 1]
        return words[first] if words[first + 1] == ticket else NONE

    def sibling(self, slot: i64, ticket: i64) -> i64:
        """The other order of the pair in the market that the ticket belongs to, or NONE."""
        if self.words[slot + STAGE] != PAIR:
            return NONE
        first = slot + TICKET + self.first_of_pair(slot)
        one = self.words[first]
        other = self.words[first + 1]
        return other if one == ticket else one

    def _grow(self) -> i64:
        slot: i64 = len(self.words)
        self.words = extend(self.words, self.blank)
        return slot
