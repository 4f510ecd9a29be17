"""The market side as canonical bytes and back: every book in the order in which it would trade or fire."""

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.canonical import CanonicalReader
from trueman.core.floor import Floor
from trueman.core.listing import Listing
from trueman.core.matching import Matching
from trueman.core.resting import owner_of
from trueman.core.triggers_state import read_triggers, write_triggers
from trueman.core.units import NONE


def write_floor(out: BytesWriter, floor: Floor) -> None:
    for matching in floor.matchings:
        write_i64_le(out, matching.last_trade_id)
        write_i64_le(out, matching.last_update_id)
        write_i64_le(out, matching.last_prevention_id)
        write_i64_le(out, matching.prices.last)
        _write_side(out, matching.book.bids)
        _write_side(out, matching.book.asks)
        write_triggers(out, matching.triggers)


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
    read_triggers(reader, matching.triggers)


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
