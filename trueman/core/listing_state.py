"""What is listed as canonical bytes and back: assets and markets in the order of their numbers."""

from librt.strings import BytesWriter, write_i64_le

from trueman.core.canonical import CanonicalReader
from trueman.core.frames import CODE_BYTES, SYMBOL_BYTES
from trueman.core.guards import GUARDS_BYTES, read_guards, write_guards
from trueman.core.listing import Listing
from trueman.core.markets import Asset, Market, tick_atoms_of
from trueman.core.texts import unpadded


def write_listing(out: BytesWriter, listing: Listing) -> None:
    write_i64_le(out, len(listing.assets))
    for asset in listing.assets:
        write_i64_le(out, asset.decimals)
        out.write(asset.code.ljust(CODE_BYTES, b"\0"))
    write_i64_le(out, len(listing.markets))
    for market in listing.markets:
        _write_market(out, market)
        write_guards(out, market)


def read_listing(reader: CanonicalReader, listing: Listing) -> None:
    left = reader.word()
    while left > 0:
        decimals = reader.word()
        listing.add_asset(Asset(len(listing.assets), decimals, unpadded(reader.text(CODE_BYTES))))
        left -= 1
    left = reader.word()
    while left > 0:
        market = _read_market(reader, listing)
        read_guards(reader.text(GUARDS_BYTES), 0, market)
        listing.add_market(market)
        left -= 1


def _write_market(out: BytesWriter, market: Market) -> None:
    out.write(market.symbol.ljust(SYMBOL_BYTES, b"\0"))
    write_i64_le(out, market.base)
    write_i64_le(out, market.quote)
    write_i64_le(out, market.tick_size_atoms)
    write_i64_le(out, market.lot_atoms)
    write_i64_le(out, market.price_ticks_min)
    write_i64_le(out, market.price_ticks_max)
    write_i64_le(out, market.quantity_lots_min)
    write_i64_le(out, market.quantity_lots_max)
    write_i64_le(out, market.notional_atoms_min)
    write_i64_le(out, market.maker_ppm)
    write_i64_le(out, market.taker_ppm)
    write_i64_le(out, market.status)
    write_i64_le(out, market.auction_until_us)


def _read_market(reader: CanonicalReader, listing: Listing) -> Market:
    symbol = unpadded(reader.text(SYMBOL_BYTES))
    base = reader.word()
    market = Market(len(listing.markets), base, reader.word(), symbol)
    market.tick_size_atoms = reader.word()
    market.lot_atoms = reader.word()
    market.tick_atoms = tick_atoms_of(market.tick_size_atoms, market.lot_atoms, listing.assets[base].decimals)
    market.price_ticks_min = reader.word()
    market.price_ticks_max = reader.word()
    market.quantity_lots_min = reader.word()
    market.quantity_lots_max = reader.word()
    market.notional_atoms_min = reader.word()
    market.maker_ppm = reader.word()
    market.taker_ppm = reader.word()
    market.status = reader.word()
    market.auction_until_us = reader.word()
    return market
