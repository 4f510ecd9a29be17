"""What only few orders have: a trigger, a display quantity, a date, a place in a list. Eight words each."""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.messages import Order
from trueman.core.units import NONE

STOP_PRICE: Final = 0
TRAILING_BIPS: Final = 1
DISPLAY_QUANTITY: Final = 2
EXPIRE_US: Final = 3
HOLD_PRICE: Final = 4
"""At which a buy of a stop at market holds its funds."""
LIST: Final = 5
"""The slot of its list, or NONE."""
POSITION: Final = 6
"""Its place in the list, from 0."""
QUOTE_QUANTITY: Final = 7
TERMS_WORDS: Final = 8


@final
class OrderTerms:
    """A slot is where the terms' first word lies."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(TERMS_WORDS, 0)
        self.free: i64 = NONE

    def word(self, slot: i64, field: i64) -> i64:
        return self.words[slot + field]

    def set(self, slot: i64, field: i64, value: i64) -> None:
        self.words[slot + field] = value

    def open(self, order: Order) -> i64:
        slot = self.free
        if slot == NONE:
            slot = self._grow()
        else:
            self.free = self.words[slot]
        words = self.words
        words[slot + STOP_PRICE] = order.stop_price
        words[slot + TRAILING_BIPS] = order.trailing_bips
        words[slot + DISPLAY_QUANTITY] = order.display_quantity
        words[slot + EXPIRE_US] = order.expire_us
        words[slot + HOLD_PRICE] = order.hold_price
        words[slot + QUOTE_QUANTITY] = order.quote_quantity
        words[slot + LIST] = NONE
        words[slot + POSITION] = 0
        return slot

    def close(self, slot: i64) -> None:
        self.words[slot] = self.free
        self.free = slot

    def _grow(self) -> i64:
        slot: i64 = len(self.words)
        self.words = extend(self.words, self.blank)
        return slot
