"""A ticket is an order as the account side knows it: whose it is, on which terms, and what it holds.

Every order has one while it lives. Only an order that may outlive its command is *listed*: found by its number, and
in the queue of its seat.
"""

from typing import Final, final

from librt.vecs import extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.buying import Buying
from trueman.core.index import Index
from trueman.core.messages import Order
from trueman.core.order_terms import DISPLAY_QUANTITY, LIST, TRAILING_BIPS, OrderTerms
from trueman.core.placing import is_stop
from trueman.core.seats import (
    ALGO_ORDERS,
    ICEBERG_ORDERS,
    NEWEST,
    OLDEST,
    OPEN_ORDERS,
    TRAILING_ORDERS,
    Seats,
)
from trueman.core.units import BUY, NONE

ORDER_ID: Final = 0
SEAT: Final = 1
ACCOUNT: Final = 2
KINDS: Final = 3
"""A byte each: type, time in force, self-trade mode, whether it pays its fees in quote, side, state."""
PRICE: Final = 4
HELD: Final = 5
UNFILLED: Final = 6
EXECUTED: Final = 7
"""Lots that have traded."""
CREDIT: Final = 8
"""Of its fees; see `fees`."""
RATES: Final = 9
"""What it pays as a maker, and below that as a taker."""
PLACE: Final = 10
OLDER: Final = 11
NEWER: Final = 12
QUANTITY: Final = 13
GROUP: Final = 14
CLIENT_ID: Final = 15
"""Where its client id is remembered."""
TERMS: Final = 16
TICKET_WORDS: Final = 17

TIME_IN_FORCE_BITS: Final = 8
STP_BITS: Final = 16
IN_QUOTE_BITS: Final = 24
SIDE_BITS: Final = 32
STATE_BITS: Final = 40
UNCHANGING: Final = 2**STATE_BITS - 1
"""All kinds but the state."""
TAKER_BITS: Final = 32
TAKER_MASK: Final = 2**TAKER_BITS - 1

ARRIVING: Final = 0
"""Not listed: its first command is not over."""
RESTING: Final = 1
ACTIVATED: Final = 2
"""Listed, and on its way into the book."""
DORMANT: Final = 3
"""Before its trigger, or triggered and waiting for its turn."""
PENDING: Final = 4
"""In a list, before its turn."""
OVER: Final = 5
"""Closed: the ticket is free for another order."""


@final
class Tickets:
    """A ticket is where its first word lies. `in_market` counts those that have a place on the market side."""

    def __init__(self, seats: Seats) -> None:
        self.seats: Final[Seats] = seats
        self.terms: Final[OrderTerms] = OrderTerms()
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(TICKET_WORDS, NONE)
        self.free: i64 = NONE
        self.by_order_id: Final[Index] = Index()
        self.in_market: i64 = 0
        self.buying: Final[Buying] = Buying()

    def order_id(self, ticket: i64) -> i64:
        at = ticket + ORDER_ID
        return self.words[at]

    def seat(self, ticket: i64) -> i64:
        at = ticket + SEAT
        return self.words[at]

    def account(self, ticket: i64) -> i64:
        at = ticket + ACCOUNT
        return self.words[at]

    def market(self, ticket: i64) -> i64:
        return self.seats.market(self.seat(ticket))

    def side(self, ticket: i64) -> i64:
        at = ticket + KINDS
        return self.words[at] >> SIDE_BITS & 0xFF

    def price(self, ticket: i64) -> i64:
        at = ticket + PRICE
        return self.words[at]

    def held(self, ticket: i64) -> i64:
        """Atoms of what the order spends."""
        at = ticket + HELD
        return self.words[at]

    def unfilled(self, ticket: i64) -> i64:
        """Lots it may still trade; 0 for an order given in quote."""
        at = ticket + UNFILLED
        return self.words[at]

    def spent(self, ticket: i64) -> i64:
        """The ledger account that the order spends from."""
        seat = self.seat(ticket)
        if self.side(ticket) == BUY:
            return self.seats.quote(seat)
        return self.seats.base(seat)

    def received(self, ticket: i64) -> i64:
        """The ledger account that it earns into."""
        seat = self.seat(ticket)
        if self.side(ticket) == BUY:
            return self.seats.base(seat)
        return self.seats.quote(seat)

    def type(self, ticket: i64) -> i64:
        at = ticket + KINDS
        return self.words[at] & 0xFF

    def time_in_force(self, ticket: i64) -> i64:
        at = ticket + KINDS
        return self.words[at] >> TIME_IN_FORCE_BITS & 0xFF

    def stp(self, ticket: i64) -> i64:
        at = ticket + KINDS
        return self.words[at] >> STP_BITS & 0xFF

    def in_quote(self, ticket: i64) -> i64:
        at = ticket + KINDS
        return self.words[at] >> IN_QUOTE_BITS & 0xFF

    def state(self, ticket: i64) -> i64:
        at = ticket + KINDS
        return self.words[at] >> STATE_BITS

    def set_state(self, ticket: i64, state: i64) -> None:
        at = ticket + KINDS
        words = self.words
        words[at] = words[at] & UNCHANGING | state << STATE_BITS

    def set_rates(self, ticket: i64, maker_ppm: i64, taker_ppm: i64) -> None:
        """A maker's rate may be below zero, a taker's never is."""
        self.set(ticket, RATES, maker_ppm << TAKER_BITS | taker_ppm)

    def maker_ppm(self, ticket: i64) -> i64:
        at = ticket + RATES
        return self.words[at] >> TAKER_BITS

    def taker_ppm(self, ticket: i64) -> i64:
        at = ticket + RATES
        return self.words[at] & TAKER_MASK

    def place(self, ticket: i64) -> i64:
        """Where the market side keeps the order, resting or dormant; NONE while it does not."""
        at = ticket + PLACE
        return self.words[at]

    def word(self, ticket: i64, field: i64) -> i64:
        at = ticket + field
        return self.words[at]

    def set(self, ticket: i64, field: i64, value: i64) -> None:
        at = ticket + field
        self.words[at] = value

    def term(self, ticket: i64, field: i64) -> i64:
        """One of the order's terms; 0 when it has none."""
        terms = self.words[ticket + TERMS]
        if terms == NONE:
            return 0
        return self.terms.word(terms, field)

    def leave_unfilled(self, ticket: i64, lots: i64) -> None:
        """The order has so many lots left."""
        words = self.words
        if self.buying.is_asked and self.state(ticket) != ARRIVING:
            self._count_buying(ticket, words[ticket + UNFILLED], lots)
        words[ticket + UNFILLED] = lots

    def open_buys(self, seat: i64) -> int:
        """The lots that all open buys of a seat have left."""
        if not self.buying.is_counted(seat):
            self.buying.begin(seat)
            ticket = self.seats.oldest(seat)
            while ticket != NONE:
                self._count_buying(ticket, 0, self.unfilled(ticket))
                ticket = self.words[ticket + NEWER]
        return self.buying.lots(seat)

    def list(self, ticket: i64) -> i64:
        """The slot of the order's list, or NONE."""
        terms = self.word(ticket, TERMS)
        if terms == NONE:
            return NONE
        return self.terms.word(terms, LIST)

    def is_algo(self, ticket: i64) -> bool:
        """Whether it is a stop order that was not activated yet."""
        return self.state(ticket) >= DORMANT and is_stop(self.type(ticket))

    def open(self, order: Order, has_terms: bool) -> i64:
        ticket = self.free
        if ticket == NONE:
            ticket = self._grow()
        else:
            self.free = self.words[ticket + NEWER]
        words = self.words
        words[ticket + ORDER_ID] = order.order_id
        words[ticket + ACCOUNT] = order.account
        words[ticket + KINDS] = kinds_of(order)
        words[ticket + PRICE] = order.price
        words[ticket + HELD] = 0
        words[ticket + UNFILLED] = order.quantity
        words[ticket + EXECUTED] = 0
        words[ticket + CREDIT] = 0
        self.set_rates(ticket, order.maker_ppm, order.taker_ppm)
        words[ticket + PLACE] = NONE
        words[ticket + QUANTITY] = order.quantity
        words[ticket + GROUP] = order.group
        words[ticket + CLIENT_ID] = NONE
        words[ticket + TERMS] = NONE
        if has_terms:
            words[ticket + TERMS] = self.terms.open(order)
        return ticket

    def sit(self, ticket: i64, seat: i64) -> None:
        """Give a new ticket its seat."""
        self.set(ticket, SEAT, seat)

    def enlist(self, ticket: i64, state: i64) -> None:
        """The order outlives its command: from now on it is found by its number, in its seat's queue by its number."""
        words = self.words
        seats = self.seats.words
        seat = words[ticket + SEAT]
        self.set_state(ticket, state)
        newer: i64 = NONE
        older = seats[seat + NEWEST]
        while older != NONE and words[older + ORDER_ID] > words[ticket + ORDER_ID]:
            newer = older
            older = words[older + OLDER]
        words[ticket + OLDER] = older
        words[ticket + NEWER] = newer
        if older == NONE:
            seats[seat + OLDEST] = ticket
        else:
            words[older + NEWER] = ticket
        if newer == NONE:
            seats[seat + NEWEST] = ticket
        else:
            words[newer + OLDER] = ticket
        self._count(ticket, 1)
        if self.buying.is_asked:
            self._count_buying(ticket, 0, words[ticket + UNFILLED])
        self.by_order_id.put(words[ticket + ORDER_ID], ticket)

    def stand(self, ticket: i64, place: i64) -> None:
        """The market side keeps the order there from now on."""
        assert self.place(ticket) == NONE
        self.set(ticket, PLACE, place)
        self.in_market += 1

    def activate(self, ticket: i64) -> None:
        """A listed order goes on: a stop is none any more."""
        if self.is_algo(ticket):
            self._count_algo(ticket, -1)
        self.set_state(ticket, ACTIVATED)
        self._leave_place(ticket)

    def close(self, ticket: i64) -> None:
        words = self.words
        assert words[ticket + HELD] == 0
        state = self.state(ticket)
        assert state != OVER
        if state != ARRIVING:
            self._unlist(ticket)
        if words[ticket + TERMS] != NONE:
            self.terms.close(words[ticket + TERMS])
        self._leave_place(ticket)
        self.set_state(ticket, OVER)
        words[ticket + NEWER] = self.free
        self.free = ticket

    def _leave_place(self, ticket: i64) -> None:
        if self.place(ticket) != NONE:
            self.set(ticket, PLACE, NONE)
            self.in_market -= 1

    def _unlist(self, ticket: i64) -> None:
        words = self.words
        seats = self.seats.words
        seat = words[ticket + SEAT]
        older = words[ticket + OLDER]
        newer = words[ticket + NEWER]
        if older == NONE:
            seats[seat + OLDEST] = newer
        else:
            words[older + NEWER] = newer
        if newer == NONE:
            seats[seat + NEWEST] = older
        else:
            words[newer + OLDER] = older
        self._count(ticket, -1)
        if self.buying.is_asked:
            self._count_buying(ticket, words[ticket + UNFILLED], 0)
        self.by_order_id.remove(words[ticket + ORDER_ID])

    def _count(self, ticket: i64, change: i64) -> None:
        self.seats.count(self.seat(ticket), OPEN_ORDERS, change)
        if self.word(ticket, TERMS) == NONE:
            return
        if self.is_algo(ticket):
            self._count_algo(ticket, change)
        if self.term(ticket, DISPLAY_QUANTITY) != 0:
            self.seats.count(self.seat(ticket), ICEBERG_ORDERS, change)

    def _count_buying(self, ticket: i64, before: i64, after: i64) -> None:
        if self.side(ticket) == BUY:
            self.buying.change(self.words[ticket + SEAT], before, after)

    def _count_algo(self, ticket: i64, change: i64) -> None:
        seat = self.words[ticket + SEAT]
        self.seats.count(seat, ALGO_ORDERS, change)
        if self.term(ticket, TRAILING_BIPS) != 0:
            self.seats.count(seat, TRAILING_ORDERS, change)

    def _grow(self) -> i64:
        ticket: i64 = len(self.words)
        self.words = extend(self.words, self.blank)
        return ticket


def kinds_of(order: Order) -> i64:
    """Of an order that arrives."""
    kinds = order.type | order.time_in_force << TIME_IN_FORCE_BITS | order.stp << STP_BITS
    return kinds | order.in_quote << IN_QUOTE_BITS | order.side << SIDE_BITS | ARRIVING << STATE_BITS
