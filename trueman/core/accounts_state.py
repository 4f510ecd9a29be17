"""The account side as canonical bytes and back: balances, terms, sources, orders and what depends on them.

Where things lie in the arenas is left out, and so is an account that has nothing: two account sides that own the
same write the same. Orders go by their numbers.
"""

from typing import Final

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core import client_ids
from trueman.core.accounts import Accounts
from trueman.core.canonical import CanonicalReader
from trueman.core.client_ids import ID_WORDS, UNQUEUED, ClientIds
from trueman.core.frames import CLIENT_ID_BYTES
from trueman.core.index import Index
from trueman.core.list_names import NO_NAME
from trueman.core.listing import Listing
from trueman.core.messages import CLIENT_ID_WORDS, Order
from trueman.core.money_state import (
    read_balances,
    read_members,
    read_sources,
    read_tiers,
    write_balances,
    write_members,
    write_sources,
    write_tiers,
)
from trueman.core.order_lists import ENDED, KIND, LIST_ID, PUT_OFF, STAGE
from trueman.core.order_terms import LIST, POSITION, TERMS_WORDS
from trueman.core.tickets import (
    CLIENT_ID,
    CREDIT,
    EXECUTED,
    GROUP,
    HELD,
    KINDS,
    QUANTITY,
    SIDE_BITS,
    TERMS,
    UNFILLED,
    Tickets,
)
from trueman.core.units import GTD, NONE

KINDS_MASK: Final = 2**SIDE_BITS - 1
"""Type, time in force, self-trade mode and whether fees are paid in quote, as they stand in a ticket."""


def write_accounts(out: BytesWriter, accounts: Accounts) -> None:
    write_i64_le(out, accounts.last_order_id)
    write_balances(out, accounts.ledger)
    write_tiers(out, accounts.tiers)
    write_members(out, accounts.members)
    write_sources(out, accounts.sources)
    _write_lists(out, accounts)
    _write_tickets(out, accounts)
    _write_client_ids(out, accounts)


def read_accounts(reader: CanonicalReader, listing: Listing, accounts: Accounts) -> None:
    accounts.last_order_id = reader.word()
    read_balances(reader, listing, accounts.ledger)
    read_tiers(reader, accounts.tiers)
    read_members(reader, accounts.members)
    read_sources(reader, accounts.sources)
    names = _read_lists(reader, accounts)
    _read_tickets(reader, listing, accounts)
    _name_lists(accounts, names)
    _put_lists_off(accounts)
    _read_client_ids(reader, accounts)


def _write_lists(out: BytesWriter, accounts: Accounts) -> None:
    lists = accounts.lists
    write_i64_le(out, lists.by_list_id.count)
    for list_id in lists.by_list_id.sorted_keys():
        slot = lists.by_list_id.find(list_id)
        write_i64_le(out, list_id)
        write_i64_le(out, lists.word(slot, KIND))
        write_i64_le(out, lists.word(slot, STAGE))
        write_i64_le(out, lists.word(slot, ENDED))
        if accounts.rules.names_lists:
            out.write(lists.names.name(slot))


def _read_lists(reader: CanonicalReader, accounts: Accounts) -> dict[int, bytes]:
    """The lists, and the names of those that have one: whose they are, their orders will tell."""
    lists = accounts.lists
    names: dict[int, bytes] = {}
    left = reader.word()
    while left > 0:
        list_id = reader.word()
        kind = reader.word()
        slot = lists.open(list_id, kind, reader.word())
        lists.set(slot, ENDED, reader.word())
        if accounts.rules.names_lists:
            name = reader.text(CLIENT_ID_BYTES)
            if name != NO_NAME:
                names[slot] = name
        left -= 1
    return names


def _name_lists(accounts: Accounts, names: dict[int, bytes]) -> None:
    lists = accounts.lists
    for slot, name in names.items():
        lists.names.give(slot, accounts.tickets.account(lists.any_ticket(slot)), name)


def _put_lists_off(accounts: Accounts) -> None:
    lists = accounts.lists
    for list_id in lists.by_list_id.sorted_keys():
        slot = lists.by_list_id.find(list_id)
        if lists.word(slot, STAGE) == PUT_OFF:
            accounts.put_off.add(accounts.tickets.market(lists.any_ticket(slot)), slot)


def _write_tickets(out: BytesWriter, accounts: Accounts) -> None:
    tickets = accounts.tickets
    write_i64_le(out, tickets.by_order_id.count)
    for order_id in tickets.by_order_id.sorted_keys():
        ticket = tickets.by_order_id.find(order_id)
        _write_ticket(out, tickets, ticket)
        _write_terms(out, accounts, tickets.word(ticket, TERMS))


def _write_ticket(out: BytesWriter, tickets: Tickets, ticket: i64) -> None:
    write_i64_le(out, tickets.order_id(ticket))
    write_i64_le(out, tickets.account(ticket))
    write_i64_le(out, tickets.side(ticket))
    write_i64_le(out, tickets.price(ticket))
    write_i64_le(out, tickets.held(ticket))
    write_i64_le(out, tickets.unfilled(ticket))
    write_i64_le(out, tickets.word(ticket, EXECUTED))
    write_i64_le(out, tickets.word(ticket, CREDIT))
    write_i64_le(out, tickets.maker_ppm(ticket))
    write_i64_le(out, tickets.taker_ppm(ticket))
    write_i64_le(out, tickets.word(ticket, KINDS) & KINDS_MASK)
    write_i64_le(out, tickets.state(ticket))
    write_i64_le(out, tickets.word(ticket, QUANTITY))
    write_i64_le(out, tickets.word(ticket, GROUP))
    write_i64_le(out, tickets.market(ticket))


def _write_terms(out: BytesWriter, accounts: Accounts, slot: i64) -> None:
    """Of an order without terms one word, NONE; else its list's number (0 for none), and its words."""
    if slot == NONE:
        write_i64_le(out, NONE)
        return
    own_terms = accounts.tickets.terms
    list_slot = own_terms.word(slot, LIST)
    write_i64_le(out, 0 if list_slot == NONE else accounts.lists.word(list_slot, LIST_ID))
    word: i64 = 0
    while word < TERMS_WORDS:
        if word != LIST:
            write_i64_le(out, own_terms.word(slot, word))
        word += 1


def _read_tickets(reader: CanonicalReader, listing: Listing, accounts: Accounts) -> None:
    left = reader.word()
    order = Order()
    while left > 0:
        _read_ticket(reader, listing, accounts, order)
        left -= 1


def _read_ticket(reader: CanonicalReader, listing: Listing, accounts: Accounts, order: Order) -> None:
    tickets = accounts.tickets
    order.order_id = reader.word()
    order.account = reader.word()
    order.side = reader.word()
    order.price = reader.word()
    ticket = tickets.open(order, False)
    for field in (HELD, UNFILLED, EXECUTED, CREDIT):
        tickets.set(ticket, field, reader.word())
    maker_ppm = reader.word()
    tickets.set_rates(ticket, maker_ppm, reader.word())
    tickets.set(ticket, KINDS, reader.word() | order.side << SIDE_BITS)
    state = reader.word()
    for field in (QUANTITY, GROUP):
        tickets.set(ticket, field, reader.word())
    tickets.sit(ticket, accounts.seat_of(order.account, listing.markets[reader.word()]))
    list_id = reader.word()
    if list_id != NONE:
        _read_terms(reader, accounts, ticket, order, list_id)
    if tickets.time_in_force(ticket) == GTD:
        accounts.admission.count_timed(ticket, 1)
    tickets.enlist(ticket, state)


def _read_terms(reader: CanonicalReader, accounts: Accounts, ticket: i64, order: Order, list_id: i64) -> None:
    own_terms = accounts.tickets.terms
    slot = own_terms.open(order)
    accounts.tickets.set(ticket, TERMS, slot)
    word: i64 = 0
    while word < TERMS_WORDS:
        if word != LIST:
            own_terms.set(slot, word, reader.word())
        word += 1
    if list_id != 0:
        list_slot = accounts.lists.by_list_id.find(list_id)
        own_terms.set(slot, LIST, list_slot)
        accounts.lists.join(list_slot, own_terms.word(slot, POSITION), ticket)


def _write_client_ids(out: BytesWriter, accounts: Accounts) -> None:
    ids = accounts.client_ids
    numbers = Index()
    number: i64 = 0
    while number * ID_WORDS < len(ids.words):
        if ids.word(number, client_ids.ORDER_ID) != 0:
            numbers.put(ids.word(number, client_ids.ORDER_ID), number)
        number += 1
    write_i64_le(out, numbers.count)
    for order_id in numbers.sorted_keys():
        _write_client_id(out, ids, numbers.find(order_id))


def _write_client_id(out: BytesWriter, ids: ClientIds, number: i64) -> None:
    write_i64_le(out, ids.word(number, client_ids.ACCOUNT))
    word: i64 = 0
    while word < CLIENT_ID_WORDS:
        write_i64_le(out, ids.id_word(number, word))
        word += 1
    write_i64_le(out, ids.word(number, client_ids.KIND))
    write_i64_le(out, ids.word(number, client_ids.PRICE))
    write_i64_le(out, ids.word(number, client_ids.QUANTITY))
    write_i64_le(out, ids.added(number, client_ids.QUOTE_QUANTITY))
    write_i64_le(out, ids.added(number, client_ids.TERMS))
    write_i64_le(out, ids.word(number, client_ids.NUMBER))
    write_i64_le(out, ids.word(number, client_ids.ORDER_ID))
    write_i64_le(out, ids.word(number, client_ids.KEEP_UNTIL))
    write_i64_le(out, 0 if ids.next(number) == UNQUEUED else 1)


def _read_client_ids(reader: CanonicalReader, accounts: Accounts) -> None:
    left = reader.word()
    order = Order()
    while left > 0:
        _read_client_id(reader, accounts, order)
        left -= 1


def _read_client_id(reader: CanonicalReader, accounts: Accounts, order: Order) -> None:
    ids = accounts.client_ids
    account = reader.word()
    word: i64 = 0
    while word < CLIENT_ID_WORDS:
        order.client_id[word] = reader.word()
        word += 1
    number = ids.add(ids.hash_of(account, order.client_id), account, order.client_id)
    ids.set(number, client_ids.KIND, reader.word())
    ids.set(number, client_ids.PRICE, reader.word())
    ids.set(number, client_ids.QUANTITY, reader.word())
    quote_quantity = reader.word()
    ids.say_more(number, quote_quantity, reader.word())
    ids.set(number, client_ids.NUMBER, reader.word())
    ids.set(number, client_ids.ORDER_ID, reader.word())
    ids.set(number, client_ids.KEEP_UNTIL, reader.word())
    ticket = accounts.tickets.by_order_id.find(ids.word(number, client_ids.ORDER_ID))
    ids.tie(number, ticket)
    if ticket != NONE:
        accounts.tickets.set(ticket, CLIENT_ID, number)
    if reader.word() == 1:
        ids.queue(accounts.members.open(account), number)
