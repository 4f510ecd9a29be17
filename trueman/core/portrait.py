"""The state as plain tuples in canonical order, for whoever compares or shows it."""

from typing import NamedTuple

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.floor import Floor
from trueman.core.messages import CLIENT_ID_WORDS
from trueman.core.order_lists import LIST_ID
from trueman.core.order_terms import DISPLAY_QUANTITY, STOP_PRICE
from trueman.core.tickets import CLIENT_ID, EXECUTED, QUANTITY
from trueman.core.units import NONE


class OpenOrder(NamedTuple):
    """An open order. `held` is what its account holds for it, in atoms of what it spends; `state` is one of
    RESTING, DORMANT and PENDING of `tickets`; `list_id` 0 when it is in no list."""

    order_id: int
    account: int
    market: int
    side: int
    type: int
    stp: int
    price: int
    quantity: int
    unfilled: int
    executed: int
    held: int
    state: int
    stop_price: int
    display_quantity: int
    list_id: int
    client_id: str


def balances(accounts: Accounts) -> list[tuple[int, int, int, int, int]]:
    ledger = accounts.ledger
    rows: list[tuple[int, int, int, int, int]] = []
    for key in ledger.slots.sorted_keys():
        slot = ledger.slots.find(key)
        if not ledger.is_empty(slot):
            pots = (ledger.available(slot), ledger.held(slot), ledger.reserved(slot))
            rows.append((ledger.owner(slot), ledger.asset(slot), *pots))
    return rows


def open_orders(accounts: Accounts) -> list[OpenOrder]:
    tickets = accounts.tickets
    return [_open_order(accounts, tickets.by_order_id.find(key)) for key in tickets.by_order_id.sorted_keys()]


def _open_order(accounts: Accounts, ticket: i64) -> OpenOrder:
    tickets = accounts.tickets
    list_slot = tickets.list(ticket)
    return OpenOrder(
        order_id=tickets.order_id(ticket),
        account=tickets.account(ticket),
        market=tickets.market(ticket),
        side=tickets.side(ticket),
        type=tickets.type(ticket),
        stp=tickets.stp(ticket),
        price=tickets.price(ticket),
        quantity=tickets.word(ticket, QUANTITY),
        unfilled=tickets.unfilled(ticket),
        executed=tickets.word(ticket, EXECUTED),
        held=tickets.held(ticket),
        state=tickets.state(ticket),
        stop_price=tickets.term(ticket, STOP_PRICE),
        display_quantity=tickets.term(ticket, DISPLAY_QUANTITY),
        list_id=0 if list_slot == NONE else accounts.lists.word(list_slot, LIST_ID),
        client_id=client_id(accounts, ticket),
    )


def client_id(accounts: Accounts, ticket: i64) -> str:
    out = BytesWriter()
    number = accounts.tickets.word(ticket, CLIENT_ID)
    word: i64 = 0
    while word < CLIENT_ID_WORDS:
        write_i64_le(out, accounts.client_ids.id_word(number, word))
        word += 1
    return out.getvalue().rstrip(b"\0").decode()


def market_counters(floor: Floor) -> list[tuple[int, int, int]]:
    return [(m.market.number, m.last_trade_id, m.last_update_id) for m in floor.matchings]
