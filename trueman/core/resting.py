"""The arena of the orders in all markets, resting and dormant, as the market side knows them.

One vec of words for all orders, eight words an order, which is one line of the processor's cache: to meet an order
somewhere in a large book costs one look into memory, not one a field.
"""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.icebergs import Icebergs
from trueman.core.units import NONE

ORDER_ID: Final = 0
TICKET: Final = 1
OWNER: Final = 2
UNFILLED: Final = 3
LEVEL: Final = 4
OLDER: Final = 5
NEWER: Final = 6
ICEBERG: Final = 7
ORDER_WORDS: Final = 8

STP_BITS: Final = 3
STP_MASK: Final = 7


@final
class RestingOrders:
    """Shared by all books of one market side. An order's `place` is where its first word lies.

    The owner is whom self-trade prevention takes the order's account for, and in the lowest bits the order's own mode.
    The word of unfilled lots counts those that show.
    """

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(ORDER_WORDS, NONE)
        self.icebergs: Final[Icebergs] = Icebergs()
        self.free: i64 = NONE
        self.count: i64 = 0

    def order_id(self, place: i64) -> i64:
        at = place + ORDER_ID
        return self.words[at]

    def ticket(self, place: i64) -> i64:
        at = place + TICKET
        return self.words[at]

    def group(self, place: i64) -> i64:
        at = place + OWNER
        return self.words[at] >> STP_BITS

    def stp(self, place: i64) -> i64:
        at = place + OWNER
        return self.words[at] & STP_MASK

    def visible(self, place: i64) -> i64:
        at = place + UNFILLED
        return self.words[at]

    def hidden(self, place: i64) -> i64:
        at = place + ICEBERG
        iceberg = self.words[at]
        if iceberg == NONE:
            return 0
        return self.icebergs.hidden(iceberg)

    def display(self, place: i64) -> i64:
        """What an iceberg shows at most, 0 for an order that hides nothing."""
        iceberg = self.words[place + ICEBERG]
        if iceberg == NONE:
            return 0
        return self.icebergs.display(iceberg)

    def unfilled(self, place: i64) -> i64:
        """All of a resting order, visible and hidden."""
        return self.visible(place) + self.hidden(place)

    def level(self, place: i64) -> i64:
        at = place + LEVEL
        return self.words[at]

    def older(self, place: i64) -> i64:
        at = place + OLDER
        return self.words[at]

    def newer(self, place: i64) -> i64:
        at = place + NEWER
        return self.words[at]

    def open(self, order_id: i64, ticket: i64, owner: i64, visible: i64) -> i64:
        place = self.free
        if place == NONE:
            place = self._grow()
        else:
            self.free = self.words[place + NEWER]
        words = self.words
        words[place + ORDER_ID] = order_id
        words[place + TICKET] = ticket
        words[place + OWNER] = owner
        words[place + UNFILLED] = visible
        words[place + ICEBERG] = NONE
        self.count += 1
        return place

    def close(self, place: i64) -> None:
        words = self.words
        words[place + LEVEL] = NONE
        words[place + NEWER] = self.free
        self.free = place
        self.count -= 1

    def tie(self, place: i64, ticket: i64) -> None:
        """Tell a restored order what the account side calls it."""
        self.words[place + TICKET] = ticket

    def _grow(self) -> i64:
        place: i64 = len(self.words)
        self.words = extend(self.words, self.blank)
        return place


def owner_of(group: i64, stp: i64) -> i64:
    return group << STP_BITS | stp
