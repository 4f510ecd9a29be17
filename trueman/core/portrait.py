"""The state as plain tuples in canonical order, for whoever compares or shows it."""

from typing import NamedTuple

from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.floor import Floor


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
        available: int = ledger.available[slot]
        held: int = ledger.held[slot]
        if available != 0 or held != 0:
            rows.append((ledger.owner[slot], ledger.asset[slot], available, held))
    return rows


def open_orders(accounts: Accounts, floor: Floor) -> list[OpenOrder]:
    tickets = accounts.tickets
    return [_open_order(accounts, floor, tickets.by_order_id.find(key)) for key in tickets.by_order_id.sorted_keys()]


def _open_order(accounts: Accounts, floor: Floor, ticket: i64) -> OpenOrder:
    tickets = accounts.tickets
    seat = tickets.seat[ticket]
    return OpenOrder(
        order_id=tickets.order_id[ticket],
        account=accounts.seats.account[seat],
        market=accounts.seats.market[seat],
        side=tickets.side[ticket],
        type=tickets.type[ticket],
        stp=tickets.stp[ticket],
        price=tickets.price[ticket],
        quantity=tickets.quantity[ticket],
        unfilled=floor.orders.unfilled[tickets.place[ticket]],
        held=tickets.held[ticket],
        client_id=tickets.client_key[ticket][8:].decode(),
    )


def market_counters(floor: Floor) -> list[tuple[int, int, int]]:
    return [(m.market.number, m.last_trade_id, m.last_update_id) for m in floor.matchings]
