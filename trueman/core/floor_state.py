"""The market side as canonical bytes and back: every book in the order in which it would trade."""

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.canonical import CanonicalReader
from trueman.core.floor import Floor
from trueman.core.listing import Listing
from trueman.core.units import NONE


def write_floor(out: BytesWriter, floor: Floor) -> None:
    for matching in floor.matchings:
        write_i64_le(out, matching.last_trade_id)
        write_i64_le(out, matching.last_update_id)
        _write_side(out, matching.book.bids)
        _write_side(out, matching.book.asks)


def read_floor(reader: CanonicalReader, listing: Listing, floor: Floor) -> None:
    """Every order gets its place; the tickets are tied to them afterwards."""
    for market in listing.markets:
        floor.open(market)
        matching = floor.matchings[-1]
        matching.last_trade_id = reader.word()
        matching.last_update_id = reader.word()
        _read_side(reader, matching.book.bids)
        _read_side(reader, matching.book.asks)


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
        write_i64_le(out, orders.account(place))
        write_i64_le(out, orders.unfilled(place))
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
        account = reader.word()
        side.rest(side.orders.open(order_id, NONE, account, reader.word()), price)
