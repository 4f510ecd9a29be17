"""The whole state as bytes: the header, what is listed, the account side, the market side, and a digest over all.

The bytes are canonical: the same state is the same bytes, whatever happened on the way to it. The digest is that of
the exchange, so a snapshot that was cut or damaged does not pass for one.
"""

from hashlib import blake2b
from typing import Final, final

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.accounts_state import read_accounts, write_accounts
from trueman.core.canonical import CanonicalReader
from trueman.core.floor import Floor
from trueman.core.floor_state import read_floor, write_floor
from trueman.core.frames import CODE_BYTES, SYMBOL_BYTES
from trueman.core.listing import Listing
from trueman.core.markets import Asset, Market, tick_atoms_of
from trueman.core.resting import ORDER_WORDS
from trueman.core.texts import unpadded
from trueman.core.tickets import PLACE

MAGIC: Final = b"TRUEMAN\n"
FORMAT: Final = 1
RULESET: Final = 1
"""The rules under which commands are decided. Another number when the same log would come to something else."""
DIGEST_BYTES: Final = 16


@final
class Header:
    def __init__(self, sequence: i64, time_us: i64, chain: bytes) -> None:
        self.sequence: i64 = sequence
        self.time_us: i64 = time_us
        self.chain: bytes = chain


def body_digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=DIGEST_BYTES).digest()


def write_state(header: Header, listing: Listing, accounts: Accounts, floor: Floor) -> bytes:
    out = BytesWriter()
    out.write(MAGIC)
    write_i64_le(out, FORMAT)
    write_i64_le(out, RULESET)
    write_i64_le(out, header.sequence)
    write_i64_le(out, header.time_us)
    out.write(header.chain)
    _write_listing(out, listing)
    write_accounts(out, accounts)
    write_floor(out, floor)
    return out.getvalue()


def read_state(snapshot: bytes, listing: Listing, accounts: Accounts, floor: Floor) -> Header:
    """Fill an empty exchange. Raise ValueError when the bytes are no whole snapshot of this format."""
    body = snapshot[:-DIGEST_BYTES]
    if not body.startswith(MAGIC) or body_digest(body) != snapshot[-DIGEST_BYTES:]:
        raise ValueError("not a whole snapshot: its digest is another")
    reader = CanonicalReader(body)
    reader.text(len(MAGIC))
    form = reader.word()
    ruleset = reader.word()
    if form != FORMAT or ruleset != RULESET:
        raise ValueError("the snapshot is of another format or ruleset")
    sequence = reader.word()
    time_us = reader.word()
    header = Header(sequence, time_us, reader.text(DIGEST_BYTES))
    _read_listing(reader, listing, accounts)
    read_accounts(reader, listing, accounts)
    read_floor(reader, listing, floor)
    reader.finish()
    _tie(accounts, floor)
    return header


def _tie(accounts: Accounts, floor: Floor) -> None:
    """Tell each side what the other calls an order."""
    orders = floor.orders
    tickets = accounts.tickets
    place: i64 = 0
    while place < len(orders.words):
        ticket = tickets.by_order_id.find(orders.order_id(place))
        orders.tie(place, ticket)
        tickets.set(ticket, PLACE, place)
        place += ORDER_WORDS


def _write_listing(out: BytesWriter, listing: Listing) -> None:
    write_i64_le(out, len(listing.assets))
    for asset in listing.assets:
        write_i64_le(out, asset.decimals)
        out.write(asset.code.ljust(CODE_BYTES, b"\0"))
    write_i64_le(out, len(listing.markets))
    for market in listing.markets:
        _write_market(out, market)


def _read_listing(reader: CanonicalReader, listing: Listing, accounts: Accounts) -> None:
    left = reader.word()
    while left > 0:
        decimals = reader.word()
        asset = Asset(len(listing.assets), decimals, unpadded(reader.text(CODE_BYTES)))
        listing.add_asset(asset)
        accounts.ledger.add_asset(asset.number)
        left -= 1
    left = reader.word()
    while left > 0:
        listing.add_market(_read_market(reader, listing))
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
    return market
