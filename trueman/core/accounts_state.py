"""The account side as canonical bytes and back: balances, sources and tickets, each in the order of its numbers.

Where things lie in the arenas is left out, and so is an account that has nothing: two account sides that own the
same write the same.
"""

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.canonical import CanonicalReader
from trueman.core.client_ids import KEY_WORDS
from trueman.core.listing import Listing
from trueman.core.messages import Order
from trueman.core.tickets import CLIENT_KEY, FEE_CREDIT, HELD, MAKER_PPM, QUANTITY, STP, TAKER_PPM, TYPE
from trueman.core.units import NONE


def write_accounts(out: BytesWriter, accounts: Accounts) -> None:
    write_i64_le(out, accounts.last_order_id)
    _write_balances(out, accounts)
    _write_sources(out, accounts)
    _write_tickets(out, accounts)


def read_accounts(reader: CanonicalReader, listing: Listing, accounts: Accounts) -> None:
    accounts.last_order_id = reader.word()
    _read_balances(reader, accounts)
    _read_sources(reader, accounts)
    _read_tickets(reader, listing, accounts)


def _write_balances(out: BytesWriter, accounts: Accounts) -> None:
    ledger = accounts.ledger
    for key in ledger.slots.sorted_keys():
        slot = ledger.slots.find(key)
        if ledger.available(slot) != 0 or ledger.held(slot) != 0:
            write_i64_le(out, ledger.owner(slot))
            write_i64_le(out, ledger.asset(slot))
            write_i64_le(out, ledger.available(slot))
            write_i64_le(out, ledger.held(slot))
    write_i64_le(out, NONE)


def _read_balances(reader: CanonicalReader, accounts: Accounts) -> None:
    ledger = accounts.ledger
    while True:
        owner = reader.word()
        if owner == NONE:
            break
        slot = ledger.open(owner, reader.word())
        available = reader.word()
        ledger.restore(slot, available, reader.word())


def _write_sources(out: BytesWriter, accounts: Accounts) -> None:
    sources = accounts.sources
    write_i64_le(out, sources.slots.count)
    for source in sources.slots.sorted_keys():
        slot = sources.slots.find(source)
        write_i64_le(out, source)
        write_i64_le(out, sources.operation[slot])
        write_i64_le(out, sources.command[slot])
        write_i64_le(out, sources.reason[slot])


def _read_sources(reader: CanonicalReader, accounts: Accounts) -> None:
    left = reader.word()
    while left > 0:
        source = reader.word()
        operation = reader.word()
        command = reader.word()
        accounts.sources.record(source, operation, command, reader.word())
        left -= 1


def _write_tickets(out: BytesWriter, accounts: Accounts) -> None:
    tickets = accounts.tickets
    write_i64_le(out, tickets.by_order_id.count)
    for order_id in tickets.by_order_id.sorted_keys():
        ticket = tickets.by_order_id.find(order_id)
        write_i64_le(out, order_id)
        write_i64_le(out, accounts.seats.market(tickets.seat(ticket)))
        write_i64_le(out, tickets.held(ticket))
        write_i64_le(out, tickets.word(ticket, FEE_CREDIT))
        write_i64_le(out, tickets.side(ticket))
        write_i64_le(out, tickets.word(ticket, TYPE))
        write_i64_le(out, tickets.word(ticket, STP))
        write_i64_le(out, tickets.price(ticket))
        write_i64_le(out, tickets.word(ticket, QUANTITY))
        write_i64_le(out, tickets.word(ticket, MAKER_PPM))
        write_i64_le(out, tickets.word(ticket, TAKER_PPM))
        word: i64 = 0
        while word < KEY_WORDS:
            write_i64_le(out, tickets.word(ticket, CLIENT_KEY + word))
            word += 1


def _read_tickets(reader: CanonicalReader, listing: Listing, accounts: Accounts) -> None:
    left = reader.word()
    order = Order()
    while left > 0:
        _read_ticket(reader, listing, accounts, order)
        left -= 1


def _read_ticket(reader: CanonicalReader, listing: Listing, accounts: Accounts, order: Order) -> None:
    order.order_id = reader.word()
    market = listing.markets[reader.word()]
    held = reader.word()
    fee_credit = reader.word()
    order.side = reader.word()
    order.type = reader.word()
    order.stp = reader.word()
    order.price = reader.word()
    order.quantity = reader.word()
    order.maker_ppm = reader.word()
    order.taker_ppm = reader.word()
    word: i64 = 0
    while word < KEY_WORDS:
        order.client_key[word] = reader.word()
        word += 1
    tickets = accounts.tickets
    ticket = tickets.open(order, accounts.seat_of(order.client_key[0], market))
    tickets.set(ticket, HELD, held)
    tickets.set(ticket, FEE_CREDIT, fee_credit)
    tickets.list(ticket, NONE)
