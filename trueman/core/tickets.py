"""A ticket is an order as the account side knows it: whose it is, on which terms, and what it holds.

Every order has one while it lives. Only an order that rests in the book is *listed*: found by its number or by the
client's own id, and in the queue of its seat. A client key is the account in eight bytes, then the client's id of
the order: ids are unique per account.
"""

from typing import final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.messages import Order
from trueman.core.seats import Seats
from trueman.core.units import NONE


@final
class Tickets:
    def __init__(self, seats: Seats) -> None:
        self.seats: Seats = seats
        self.order_id: vec[i64] = vec[i64]()
        self.seat: vec[i64] = vec[i64]()
        self.side: vec[i64] = vec[i64]()
        self.type: vec[i64] = vec[i64]()
        self.stp: vec[i64] = vec[i64]()
        self.price: vec[i64] = vec[i64]()
        self.quantity: vec[i64] = vec[i64]()
        self.held: vec[i64] = vec[i64]()
        self.maker_ppm: vec[i64] = vec[i64]()
        self.taker_ppm: vec[i64] = vec[i64]()
        self.fee_credit: vec[i64] = vec[i64]()
        self.place: vec[i64] = vec[i64]()
        self.older: vec[i64] = vec[i64]()
        self.newer: vec[i64] = vec[i64]()
        self.client_key: list[bytes] = []
        self.free: i64 = NONE
        self.by_order_id: Index = Index()
        self.by_client_key: dict[bytes, int] = {}

    def open(self, order: Order, seat: i64, client_key: bytes) -> i64:
        ticket = self.free
        if ticket == NONE:
            ticket = self._grow()
        else:
            self.free = self.newer[ticket]
        self.order_id[ticket] = order.order_id
        self.seat[ticket] = seat
        self.side[ticket] = order.side
        self.type[ticket] = order.type
        self.stp[ticket] = order.stp
        self.price[ticket] = order.price
        self.quantity[ticket] = order.quantity
        self.held[ticket] = 0
        self.maker_ppm[ticket] = order.maker_ppm
        self.taker_ppm[ticket] = order.taker_ppm
        self.fee_credit[ticket] = 0
        self.place[ticket] = NONE
        self.client_key[ticket] = client_key
        return ticket

    def list(self, ticket: i64, place: i64) -> None:
        """The order rests: last in its seat's queue, and found by its numbers from now on."""
        seats = self.seats
        seat = self.seat[ticket]
        last = seats.newest[seat]
        self.place[ticket] = place
        self.older[ticket] = last
        self.newer[ticket] = NONE
        if last == NONE:
            seats.oldest[seat] = ticket
        else:
            self.newer[last] = ticket
        seats.newest[seat] = ticket
        seats.open_orders[seat] += 1
        self.by_order_id.put(self.order_id[ticket], ticket)
        self.by_client_key[self.client_key[ticket]] = ticket

    def close(self, ticket: i64) -> None:
        assert self.held[ticket] == 0
        if self.place[ticket] != NONE:
            self._unlist(ticket)
        self.client_key[ticket] = b""
        self.place[ticket] = NONE
        self.newer[ticket] = self.free
        self.free = ticket

    def find_client_key(self, client_key: bytes) -> i64:
        found = self.by_client_key.get(client_key)
        return NONE if found is None else found

    def _unlist(self, ticket: i64) -> None:
        seats = self.seats
        seat = self.seat[ticket]
        older = self.older[ticket]
        newer = self.newer[ticket]
        if older == NONE:
            seats.oldest[seat] = newer
        else:
            self.newer[older] = newer
        if newer == NONE:
            seats.newest[seat] = older
        else:
            self.older[newer] = older
        seats.open_orders[seat] -= 1
        self.by_order_id.remove(self.order_id[ticket])
        del self.by_client_key[self.client_key[ticket]]

    def _grow(self) -> i64:
        self.order_id = append(self.order_id, 0)
        self.seat = append(self.seat, NONE)
        self.side = append(self.side, 0)
        self.type = append(self.type, 0)
        self.stp = append(self.stp, 0)
        self.price = append(self.price, 0)
        self.quantity = append(self.quantity, 0)
        self.held = append(self.held, 0)
        self.maker_ppm = append(self.maker_ppm, 0)
        self.taker_ppm = append(self.taker_ppm, 0)
        self.fee_credit = append(self.fee_credit, 0)
        self.place = append(self.place, NONE)
        self.older = append(self.older, NONE)
        self.newer = append(self.newer, NONE)
        self.client_key.append(b"")
        return len(self.order_id) - 1
