"""The state as plain tuples in canonical order, for whoever compares or shows it."""

from typing import NamedTuple

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.client_ids import KEY_WORDS
from trueman.core.floor import Floor
from trueman.core.tickets import CLIENT_KEY, QUANTITY, STP, TYPE, Tickets


class OpenOrder(NamedTuple):
    """An order resting in a book. `held` is what its account holds for it, in atoms of what it spends."""

    order_id: int
    account: int
    market: int
    side: int
    type: int
    stp: int
    price: int
    quantity: int
    unfilled: int
    held: int
    client_id: str


def balances(accounts: Accounts) -> list[tuple[int, int, int, int]]:
    ledger = accounts.ledger
    rows: list[tuple[int, int, int, int]] = []
    for key in ledger.slots.sorted_keys():
        slot = ledger.slots.find(key)
        available, held = ledger.available(slot), ledger.held(slot)
        if available != 0 or held != 0:
            rows.append((ledger.owner(slot), ledger.asset(slot), available, held))
    return rows


def open_orders(accounts: Accounts, floor: Floor) -> list[OpenOrder]:
    tickets = accounts.tickets
    return [_open_order(accounts, floor, tickets.by_order_id.find(key)) for key in tickets.by_order_id.sorted_keys()]


def _open_order(accounts: Accounts, floor: Floor, ticket: i64) -> OpenOrder:
    tickets = accounts.tickets
    return OpenOrder(
        order_id=tickets.order_id(ticket),
        account=tickets.account(ticket),
        market=accounts.seats.market(tickets.seat(ticket)),
        side=tickets.side(ticket),
        type=tickets.word(ticket, TYPE),
        stp=tickets.word(ticket, STP),
        price=tickets.price(ticket),
        quantity=tickets.word(ticket, QUANTITY),
        unfilled=floor.orders.unfilled(tickets.place(ticket)),
        held=tickets.held(ticket),
        client_id=client_id(tickets, ticket),
    )


def client_id(tickets: Tickets, ticket: i64) -> str:
    out = BytesWriter()
    word: i64 = 1
    while word < KEY_WORDS:
        write_i64_le(out, tickets.word(ticket, CLIENT_KEY + word))
        word += 1
    return out.getvalue().rstrip(b"\0").decode()


def market_counters(floor: Floor) -> list[tuple[int, int, int]]:
    return [(m.market.number, m.last_trade_id, m.last_update_id) for m in floor.matchings]
