"""The market side by itself on a stage: orders go in, messages come out, and nobody has an account.

Every answer is a list of tuples, a name and its numbers; every order's ticket is its number. After every step the full
walk through the state is taken.
"""

from typing import Any

from librt.strings import BytesWriter

from trueman.core import messages
from trueman.core.canonical import CanonicalReader
from trueman.core.check_floor import check_floor
from trueman.core.floor import Floor
from trueman.core.floor_state import read_floor, write_floor
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.messages import MESSAGE_WORDS, Order
from trueman.core.rejections import OK
from trueman.core.rulesets import NEWEST_RULESET
from trueman.core.units import CANCELED, LIMIT, NONE

Message = tuple[Any, ...]

WIDTHS = {
    "FILL": 5,
    "DONE": 3,
    "RESTED": 3,
    "LEVEL": 4,
    "ARMED": 2,
    "REDUCED": 2,
    "PREVENTED": 6,
    "CROSSED": 5,
    "CALLED": 3,
    "UNCROSSED": 3,
}
NAMES = {getattr(messages, name): name for name in WIDTHS}
MARKET_FIELDS = ("status", "tick_atoms", "reference_price", "band_ppm", "auction_us", "auction_until_us")
"""What a restored stage takes over: a market is no part of the market side's own state."""
ENOUGH = 2**61
WIDE = {
    "lot_atoms": 1,
    "tick_atoms": 1,
    "price_ticks_min": 1,
    "price_ticks_max": ENOUGH,
    "quantity_lots_min": 1,
    "quantity_lots_max": ENOUGH,
}
"""Of a market that bounds nothing unless it is told."""


def market_with(fields: dict[str, int]) -> Market:
    market = Market(0, 0, 1, b"A-B")
    for name, value in {**WIDE, **fields}.items():
        setattr(market, name, value)
    return market


class Stage:
    """`places` says where the orders stand that rest or lie dormant, with their side; `armed` which are dormant."""

    def __init__(self, ruleset: int = NEWEST_RULESET, **fields: int) -> None:
        self.market = market_with(fields)
        self.floor = Floor(ruleset)
        self.floor.open(self.market)
        self.places: dict[int, tuple[int, int]] = {}
        self.armed: set[int] = set()
        self.number = 0
        self.order_id = 0

    def order(self, side: int, quantity: int, price: int = 0, type_: int = LIMIT, **terms: int) -> Order:
        """The next order, each of an owner of its own unless a group is given."""
        self.order_id += 1
        order = Order()
        given = {"order_id": self.order_id, "ticket": self.order_id, "group": 10_000 + self.order_id, **terms}
        given |= {"side": side, "quantity": quantity, "price": price, "type": type_}
        given = {"funds": ENOUGH, "budget": given.get("quote_quantity", 0), **given}
        for name, value in given.items():
            setattr(order, name, value)
        return order

    def place(self, side: int, quantity: int, price: int = 0, type_: int = LIMIT, **terms: int) -> list[Message]:
        order = self.order(side, quantity, price, type_, **terms)
        assert self.refusal(order) == OK
        return self.let_in(order)

    def refusal(self, order: Order) -> int:
        self.begin()
        return self.floor.refusal(0, order)

    def let_in(self, order: Order) -> list[Message]:
        self.floor.place(0, order)
        return self._told(order.side)

    def cancel(self, order_id: int, status: int = CANCELED) -> list[Message]:
        place, side = self.places[order_id]
        self.floor.cancel(0, place, side, status)
        return self._told()

    def disarm(self, order_id: int, status: int = CANCELED) -> list[Message]:
        self.floor.disarm(0, self.places[order_id][0], status)
        return self._told()

    def amend(self, order_id: int, reduction: int) -> list[Message]:
        place, side = self.places[order_id]
        self.floor.amend(0, place, side, reduction)
        return self._told()

    def uncross(self) -> list[Message]:
        self.begin()
        self.market.status = 0
        self.floor.uncross(0)
        return self._told()

    def begin(self) -> None:
        self.number += 1
        self.floor.begin(self.number, self.number * 1_000)

    def fired(self) -> list[tuple[int, int]]:
        """Take everything out of the queue of the fired: tickets and stops."""
        found = []
        while self.floor.has_fired(0):
            found.append((self.floor.next_fired(0), self.floor.fired_price))
            self._forget(found[-1][0])
        assert self.floor.next_fired(0) == NONE
        return found

    def levels(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """What the two sides show, best price first."""
        book = self.floor.matchings[0].book
        return self._levels(book.bids), self._levels(book.asks)

    def state(self) -> bytes:
        out = BytesWriter()
        write_floor(out, self.floor)
        return out.getvalue()

    def restored(self) -> "Stage":
        """Another stage, as the bytes of this one tell it."""
        twin = Stage(self.floor.rules.ruleset, **{name: getattr(self.market, name) for name in MARKET_FIELDS})
        listing = Listing()
        listing.add_market(twin.market)
        twin.floor = Floor(NEWEST_RULESET)
        reader = CanonicalReader(self.state())
        read_floor(reader, listing, twin.floor)
        reader.finish()
        twin._tie(self.places)
        twin.armed = set(self.armed)
        twin.number, twin.order_id = self.number, self.order_id
        check_floor(twin.floor)
        assert twin.state() == self.state()
        return twin

    def _tie(self, places: dict[int, tuple[int, int]]) -> None:
        orders = self.floor.orders
        for place in range(0, len(orders.words), 8):
            order_id = orders.order_id(place)
            orders.tie(place, order_id)
            self.places[order_id] = (place, places[order_id][1])

    def _forget(self, order_id: int) -> None:
        self.places.pop(order_id, None)
        self.armed.discard(order_id)

    def _levels(self, side: Any) -> list[tuple[int, int]]:
        found = []
        level = side.best
        while level != NONE:
            found.append((side.levels.price(level), side.levels.total(level)))
            level = side.levels.worse(level)
        return found

    def _told(self, side: int = NONE) -> list[Message]:
        outbox = self.floor.outbox
        told: list[Message] = []
        for at in range(0, outbox.end, MESSAGE_WORDS):
            name = NAMES[outbox.words[at]]
            told.append((name, *(outbox.words[at + 1 + word] for word in range(WIDTHS[name]))))
            if name == "DONE":
                self._forget(told[-1][1])
            elif name in ("RESTED", "ARMED"):
                self.places[told[-1][1]] = (told[-1][2], side)
                self.armed |= {told[-1][1]} if name == "ARMED" else set()
        check_floor(self.floor)
        return told


def only(name: str, told: list[Message]) -> list[Message]:
    """The numbers of the messages of one kind."""
    return [message[1:] for message in told if message[0] == name]


def without_places(told: list[Message]) -> list[Message]:
    """Where an order stands in memory is nobody's business."""
    return [message[:2] + message[3:] if message[0] in ("RESTED", "ARMED") else message for message in told]
