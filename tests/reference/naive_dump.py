"""The state of the naive exchange as plain tuples, in the order in which the core shows its own."""

from tests.reference.naive_exchange import NaiveExchange
from trueman.core import units as u

OrderRow = tuple[int, int, int, int, int, int, int, int, int, int, str]


def balances(twin: NaiveExchange) -> list[tuple[int, int, int, int, int]]:
    """(account, asset, available, held, reserved) of every account that has something."""
    keys = sorted({(account, asset) for (account, asset, _), amount in twin.pots.items() if amount})
    pots = (u.AVAILABLE, u.HELD, u.RESERVED)
    return [(*key, *(twin.balance(*key, pot) for pot in pots)) for key in keys]  # type: ignore[misc]


def open_orders(twin: NaiveExchange) -> list[OrderRow]:
    """Oldest first."""
    return [
        (
            o.order_id, o.account, o.market, o.side, o.type, o.stp, o.price, o.unfilled, o.held,
            o.in_list.list_id if o.in_list else 0, o.client_id,
        )
        for o in sorted(twin.open, key=lambda order: order.order_id)
    ]  # fmt: skip


def market_counters(twin: NaiveExchange) -> list[tuple[int, int, int]]:
    """(market, last trade id, last update id)."""
    return [(number, market.trades, market.updates) for number, market in enumerate(twin.markets)]
