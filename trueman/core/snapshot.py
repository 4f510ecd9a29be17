"""The whole state as bytes: the header, what is listed, the account side, the market side, and a digest over all.

The bytes are canonical: the same state is the same bytes, whatever happened on the way to it. The digest is that of
the exchange, so a snapshot that was cut or damaged does not pass for one.
"""

from hashlib import sha256
from typing import Final, final

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.accounts_state import read_accounts, write_accounts
from trueman.core.calendar import standing_timers
from trueman.core.canonical import CanonicalReader
from trueman.core.floor import Floor
from trueman.core.floor_state import read_floor, write_floor
from trueman.core.listing import Listing
from trueman.core.listing_state import read_listing, write_listing
from trueman.core.resting import ORDER_WORDS
from trueman.core.rulesets import NEWEST_RULESET, Rules
from trueman.core.timers import CASCADE
from trueman.core.units import NONE

MAGIC: Final = b"TRUEMAN\n"
FORMAT: Final = 2
RULESET: Final = NEWEST_RULESET
"""Under which a new exchange begins."""
DIGEST_BYTES: Final = 16


@final
class Header:
    def __init__(self, ruleset: i64, sequence: i64, time_us: i64, chain: bytes) -> None:
        self.ruleset: i64 = ruleset
        self.sequence: i64 = sequence
        self.time_us: i64 = time_us
        self.chain: bytes = chain


def body_digest(body: bytes) -> bytes:
    return sha256(body).digest()[:DIGEST_BYTES]


def write_state(header: Header, listing: Listing, accounts: Accounts, floor: Floor) -> bytes:
    out = BytesWriter()
    out.write(MAGIC)
    write_i64_le(out, FORMAT)
    write_i64_le(out, header.ruleset)
    write_i64_le(out, header.sequence)
    write_i64_le(out, header.time_us)
    out.write(header.chain)
    write_listing(out, listing)
    write_accounts(out, accounts)
    write_floor(out, floor)
    _write_timers(out, listing, accounts)
    return out.getvalue()


def read_state(snapshot: bytes, rules: Rules, listing: Listing, accounts: Accounts, floor: Floor) -> Header:
    """Fill an empty exchange. Raise ValueError when the bytes are no whole snapshot of this format."""
    body = snapshot[:-DIGEST_BYTES]
    if not body.startswith(MAGIC) or body_digest(body) != snapshot[-DIGEST_BYTES:]:
        raise ValueError("not a whole snapshot: its digest is another")
    reader = CanonicalReader(body)
    reader.text(len(MAGIC))
    form = reader.word()
    ruleset = reader.word()
    if form != FORMAT:
        raise ValueError(f"the snapshot is of format {form}, and this build reads {FORMAT}")
    rules.switch(ruleset)
    floor.switch(ruleset)
    sequence = reader.word()
    time_us = reader.word()
    header = Header(ruleset, sequence, time_us, reader.text(DIGEST_BYTES))
    read_listing(reader, listing)
    read_accounts(reader, listing, accounts)
    read_floor(reader, listing, floor)
    _read_timers(reader, listing, accounts)
    reader.finish()
    _tie(accounts, floor)
    return header


def _write_timers(out: BytesWriter, listing: Listing, accounts: Accounts) -> None:
    standing = standing_timers(listing, accounts, accounts.timers)
    write_i64_le(out, len(standing))
    for due_us, kind, number in standing:
        write_i64_le(out, due_us)
        write_i64_le(out, kind)
        write_i64_le(out, number)


def _read_timers(reader: CanonicalReader, listing: Listing, accounts: Accounts) -> None:
    left = reader.word()
    while left > 0:
        due_us = reader.word()
        kind = reader.word()
        number = reader.word()
        accounts.timers.add(due_us, kind, number)
        if kind == CASCADE:
            listing.markets[number].left_over_us = due_us
        left -= 1


def _tie(accounts: Accounts, floor: Floor) -> None:
    """Tell each side what the other calls an order."""
    orders = floor.orders
    tickets = accounts.tickets
    place: i64 = 0
    while place < len(orders.words):
        ticket = tickets.by_order_id.find(orders.order_id(place))
        if ticket == NONE:
            raise ValueError("the snapshot has an order in a market that no account knows")
        orders.tie(place, ticket)
        tickets.stand(ticket, place)
        place += ORDER_WORDS
