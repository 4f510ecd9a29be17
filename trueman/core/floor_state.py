"""The market side as canonical bytes and back: every book in the order in which it would trade or fire."""

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.canonical import CanonicalReader
from trueman.core.floor import Floor
from trueman.core.index import Index
from trueman.core.listing import Listing
from trueman.core.matching import Matching
from trueman.core.resting import owner_of
from trueman.core.triggers import Triggers
from trueman.core.units import NONE


def write_floor(out: BytesWriter, floor: Floor) -> None:
    for matching in floor.matchings:
        write_i64_le(out, matching.last_trade_id)
        write_i64_le(out, matching.last_update_id)
        write_i64_le(out, matching.last_prevention_id)
        write_i64_le(out, matching.prices.last)
        _write_side(out, matching.book.bids)
        _write_side(out, matching.book.asks)
        _write_triggers(out, matching.triggers)


def read_floor(reader: CanonicalReader, listing: Listing, floor: Floor) -> None:
    """Every order gets its place; the tickets are tied to them afterwards."""
    for market in listing.markets:
        floor.open(market)
        _read_matching(reader, floor.matchings[-1])


def _read_matching(reader: CanonicalReader, matching: Matching) -> None:
    matching.last_trade_id = reader.word()
    matching.last_update_id = reader.word()
    matching.last_prevention_id = reader.word()
    matching.prices.last = reader.word()
    _read_side(reader, matching.book.bids)
    _read_side(reader, matching.book.asks)
    _read_triggers(reader, matching.triggers)


def _write_side(out: BytesWriter, side: BookSide) -> None:
    write_i64_le(out, side.levels.count)
    level = side.best
    while level != NONE:
        write_i64_le(out, side.levels.price(level))
        _write_level(out, side, level)
        level = side.levels.worse(level)


def _write_level(out: BytesWriter, side: BookSide, level: i64) -> None:
    orders = side.orders
    place = side.levels.oldest(level)
    while place != NONE:
        write_i64_le(out, orders.order_id(place))
        write_i64_le(out, orders.group(place))
        write_i64_le(out, orders.stp(place))
        write_i64_le(out, orders.visible(place))
        write_i64_le(out, orders.hidden(place))
        write_i64_le(out, orders.display(place))
        place = orders.newer(place)
    write_i64_le(out, NONE)


def _read_side(reader: CanonicalReader, side: BookSide) -> None:
    left = reader.word()
    while left > 0:
        _read_level(reader, side, reader.word())
        left -= 1


def _read_level(reader: CanonicalReader, side: BookSide, price: i64) -> None:
    while True:
        order_id = reader.word()
        if order_id == NONE:
            break
        group = reader.word()
        owner = owner_of(group, reader.word())
        place = side.orders.open(order_id, NONE, owner, reader.word())
        side.rest(place, price)
        hidden = reader.word()
        display = reader.word()
        if hidden != 0:
            side.hide(place, hidden, display)


def _write_triggers(out: BytesWriter, triggers: Triggers) -> None:
    _write_stops(out, triggers.falling)
    _write_stops(out, triggers.rising)
    _write_trailing(out, triggers)
    write_i64_le(out, triggers.fired)
    place = triggers.first_fired
    while place != NONE:
        write_i64_le(out, triggers.orders.order_id(place))
        write_i64_le(out, triggers.fired_stop(place))
        place = triggers.orders.newer(place)


def _write_stops(out: BytesWriter, side: BookSide) -> None:
    write_i64_le(out, side.levels.count)
    level = side.best
    while level != NONE:
        write_i64_le(out, side.levels.price(level))
        place = side.levels.oldest(level)
        while place != NONE:
            write_i64_le(out, side.orders.order_id(place))
            place = side.orders.newer(place)
        write_i64_le(out, NONE)
        level = side.levels.worse(level)


def _write_trailing(out: BytesWriter, triggers: Triggers) -> None:
    trailing = triggers.trailing
    write_i64_le(out, trailing.count)
    trail = trailing.oldest
    while trail != NONE:
        write_i64_le(out, triggers.orders.order_id(trailing.place(trail)))
        write_i64_le(out, trailing.bips(trail))
        write_i64_le(out, trailing.extreme(trail))
        trail = trailing.newer(trail)


def _read_triggers(reader: CanonicalReader, triggers: Triggers) -> None:
    places = Index()
    _read_stops(reader, triggers, False, places)
    _read_stops(reader, triggers, True, places)
    left = reader.word()
    while left > 0:
        place = places.find(reader.word())
        if place == NONE:
            raise ValueError("the snapshot has a trailing order that lies nowhere")
        bips = reader.word()
        triggers.trail(place, bips, reader.word())
        left -= 1
    left = reader.word()
    while left > 0:
        place = triggers.orders.open(reader.word(), NONE, 0, 0)
        triggers.queue(place, reader.word())
        left -= 1


def _read_stops(reader: CanonicalReader, triggers: Triggers, is_rising: bool, places: Index) -> None:
    left = reader.word()
    while left > 0:
        stop = reader.word()
        order_id = reader.word()
        while order_id != NONE:
            places.put(order_id, triggers.lay(order_id, NONE, is_rising, stop))
            order_id = reader.word()
        left -= 1
