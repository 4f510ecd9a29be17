"""The book alone: the core's own matching, fed with workload records, writing reports into memory.

Compiled with the core, so that the loop costs what it would cost inside the engine. No accounts and no money take
part: an order's ticket is its number.
"""

from typing import Final, final

from librt.strings import BytesWriter, read_i64_le, write_i64_le
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.markets import Market
from trueman.core.matching import Matching
from trueman.core.messages import DONE, FILL, MESSAGE_WORDS, RESTED, Order, Outbox
from trueman.core.prices import Moment
from trueman.core.resting import RestingOrders
from trueman.core.rulesets import NEWEST_RULESET, Rules
from trueman.core.units import CANCELED, FILLED, GTC, IOC, NONE, SUPPLY_ATOMS_MAX

RECORD_BYTES: Final = 40
REPORT_BYTES: Final = 48

NEW: Final = 0
CANCEL: Final = 1
MODIFY: Final = 2

ACCEPTED: Final = 0
TRADED: Final = 1
CANCELLED: Final = 2
MODIFIED: Final = 3
CANCEL_REFUSED: Final = 4
MODIFY_REFUSED: Final = 5


@final
class Replay:
    """Reports are six words each: type, sequence number, then what the type asks for."""

    def __init__(self) -> None:
        market = Market(0, 0, 1, b"BOOK")
        market.lot_atoms = 1
        market.tick_atoms = 1
        self.orders: RestingOrders = RestingOrders()
        self.outbox: Outbox = Outbox()
        self.matching: Matching = Matching(market, self.orders, self.outbox, Moment(), Rules(NEWEST_RULESET))
        self.resting: Index = Index()
        self.order: Order = Order()
        self.reports: BytesWriter = BytesWriter()

    def run(self, records: bytes) -> bytes:
        """Raise ValueError at a price or an order id that no book can take."""
        at: i64 = 0
        end = len(records)
        while at < end:
            head = read_i64_le(records, at)
            kind = head & 0xFF
            sequence = read_i64_le(records, at + 8)
            order_id = read_i64_le(records, at + 16)
            if kind == NEW:
                self._new(head, sequence, order_id, read_i64_le(records, at + 24))
            elif kind == CANCEL:
                self._cancel(sequence, order_id)
            else:
                self._modify(head, sequence, order_id, read_i64_le(records, at + 24))
            at += RECORD_BYTES
        return self.reports.getvalue()

    def _new(self, head: i64, sequence: i64, order_id: i64, price: i64) -> None:
        side = head >> 8 & 0xFF
        quantity = head >> 32 & 0xFFFF_FFFF
        if self.resting.find(order_id) != NONE:
            raise ValueError("an order id that rests already is placed again")
        self._report(ACCEPTED, sequence, side, order_id, price, quantity)
        self._place(sequence, order_id, side, IOC if head >> 16 & 0xFF != 0 else GTC, price, quantity)

    def _cancel(self, sequence: i64, order_id: i64) -> None:
        found = self.resting.find(order_id)
        if found == NONE:
            self._report(CANCEL_REFUSED, sequence, order_id, 0, 0, 0)
        else:
            self._report(CANCELLED, sequence, found & 1, order_id, self._take_out(order_id, found), 0)

    def _modify(self, head: i64, sequence: i64, order_id: i64, price: i64) -> None:
        found = self.resting.find(order_id)
        if found == NONE:
            self._report(MODIFY_REFUSED, sequence, order_id, 0, 0, 0)
            return
        quantity = head >> 32 & 0xFFFF_FFFF
        self._take_out(order_id, found)
        self._report(MODIFIED, sequence, found & 1, order_id, price, quantity)
        self._place(sequence, order_id, found & 1, GTC, price, quantity)

    def _take_out(self, order_id: i64, found: i64) -> i64:
        """Cancel a resting order; return the price it had."""
        place = found >> 1
        price = self.matching.book.of(found & 1).levels.price(self.orders.level(place))
        self.outbox.clear()
        self.matching.cancel(place, found & 1, CANCELED)
        self.resting.remove(order_id)
        return price

    def _place(self, sequence: i64, order_id: i64, side: i64, time_in_force: i64, price: i64, quantity: i64) -> None:
        if price <= 0 or price > SUPPLY_ATOMS_MAX or quantity == 0:
            raise ValueError("a price or a quantity is out of range")
        order = self.order
        order.ticket = order_id
        order.order_id = order_id
        order.side = side
        order.time_in_force = time_in_force
        order.price = price
        order.quantity = quantity
        self.outbox.clear()
        self.matching.place(order)
        self._tell(sequence, side, order_id, price)

    def _tell(self, sequence: i64, side: i64, order_id: i64, price: i64) -> None:
        """Report what the market side answered."""
        outbox = self.outbox
        words = outbox.words
        at: i64 = 0
        while at < outbox.end:
            kind = words[at]
            if kind == FILL:
                self._report(TRADED, sequence, words[at + 3], words[at + 4], words[at + 2], order_id)
            elif kind == RESTED:
                self.resting.put(order_id, words[at + 2] * 2 + side)
            elif kind == DONE:
                if words[at + 2] != FILLED:
                    self._report(CANCELLED, sequence, side, order_id, price, 0)
                elif words[at + 1] != order_id:
                    self.resting.remove(words[at + 1])
            at += MESSAGE_WORDS

    def _report(self, kind: i64, sequence: i64, a: i64, b: i64, c: i64, d: i64) -> None:
        out = self.reports
        write_i64_le(out, kind)
        write_i64_le(out, sequence)
        write_i64_le(out, a)
        write_i64_le(out, b)
        write_i64_le(out, c)
        write_i64_le(out, d)
