"""A ticket is an order as the account side knows it: whose it is, on which terms, and what it holds.

Every order has one while it lives. Only an order that rests in the book is *listed*: found by its number or by the
client's own id, and in the queue of its seat.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.client_ids import KEY_WORDS, ClientIds, same_key
from trueman.core.index import Index
from trueman.core.messages import Order
from trueman.core.seats import NEWEST, OLDEST, OPEN_ORDERS, Seats
from trueman.core.units import NONE

ORDER_ID: Final = 0
SEAT: Final = 1
SIDE: Final = 2
PRICE: Final = 3
HELD: Final = 4
FEE_CREDIT: Final = 5
MAKER_PPM: Final = 6
TAKER_PPM: Final = 7
PLACE: Final = 8
OLDER: Final = 9
NEWER: Final = 10
QUANTITY: Final = 11
TYPE: Final = 12
STP: Final = 13
CLIENT_KEY: Final = 14
TICKET_WORDS: Final = 20


@final
class Tickets:
    """A ticket is where its first word lies."""

    def __init__(self, seats: Seats) -> None:
        self.seats: Seats = seats
        self.words: vec[i64] = vec[i64]()
        self.free: i64 = NONE
        self.by_order_id: Index = Index()
        self.client_ids: ClientIds = ClientIds()

    def order_id(self, ticket: i64) -> i64:
        return self.words[ticket + ORDER_ID]

    def seat(self, ticket: i64) -> i64:
        return self.words[ticket + SEAT]

    def account(self, ticket: i64) -> i64:
        return self.words[ticket + CLIENT_KEY]

    def side(self, ticket: i64) -> i64:
        return self.words[ticket + SIDE]

    def price(self, ticket: i64) -> i64:
        return self.words[ticket + PRICE]

    def held(self, ticket: i64) -> i64:
        """Atoms of what the order spends."""
        return self.words[ticket + HELD]

    def place(self, ticket: i64) -> i64:
        """Where the market side keeps the order; NONE before it rests."""
        return self.words[ticket + PLACE]

    def word(self, ticket: i64, field: i64) -> i64:
        return self.words[ticket + field]

    def open(self, order: Order, seat: i64) -> i64:
        ticket = self.free
        if ticket == NONE:
            ticket = self._grow()
        else:
            self.free = self.words[ticket + NEWER]
        words = self.words
        words[ticket + ORDER_ID] = order.order_id
        words[ticket + SEAT] = seat
        words[ticket + SIDE] = order.side
        words[ticket + TYPE] = order.type
        words[ticket + STP] = order.stp
        words[ticket + PRICE] = order.price
        words[ticket + QUANTITY] = order.quantity
        words[ticket + HELD] = 0
        words[ticket + MAKER_PPM] = order.maker_ppm
        words[ticket + TAKER_PPM] = order.taker_ppm
        words[ticket + FEE_CREDIT] = 0
        words[ticket + PLACE] = NONE
        client_key = order.client_key
        word: i64 = 0
        while word < KEY_WORDS:
            words[ticket + CLIENT_KEY + word] = client_key[word]
            word += 1
        return ticket

    def set(self, ticket: i64, field: i64, value: i64) -> None:
        self.words[ticket + field] = value

    def list(self, ticket: i64, place: i64) -> None:
        """The order rests: last in its seat's queue, and found by its numbers from now on."""
        words = self.words
        seats = self.seats.words
        seat = words[ticket + SEAT]
        last = seats[seat + NEWEST]
        words[ticket + PLACE] = place
        words[ticket + OLDER] = last
        words[ticket + NEWER] = NONE
        if last == NONE:
            seats[seat + OLDEST] = ticket
        else:
            words[last + NEWER] = ticket
        seats[seat + NEWEST] = ticket
        seats[seat + OPEN_ORDERS] += 1
        self.by_order_id.put(words[ticket + ORDER_ID], ticket)
        self.client_ids.add(words, ticket + CLIENT_KEY)

    def close(self, ticket: i64) -> None:
        words = self.words
        assert words[ticket + HELD] == 0
        if words[ticket + PLACE] != NONE:
            self._unlist(ticket)
        words[ticket + PLACE] = NONE
        words[ticket + NEWER] = self.free
        self.free = ticket

    def find_client_key(self, client_key: vec[i64]) -> i64:
        key = self.client_ids.find(self.words, client_key)
        return NONE if key == NONE else key - CLIENT_KEY

    def has_client_key(self, ticket: i64, client_key: vec[i64]) -> bool:
        return same_key(self.words, ticket + CLIENT_KEY, client_key)

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
        seats[seat + OPEN_ORDERS] -= 1
        self.by_order_id.remove(words[ticket + ORDER_ID])
        self.client_ids.remove(words, ticket + CLIENT_KEY)

    def _grow(self) -> i64:
        words = self.words
        ticket: i64 = len(words)
        word: i64 = 0
        while word < TICKET_WORDS:
            words = append(words, NONE)
            word += 1
        self.words = words
        return ticket
