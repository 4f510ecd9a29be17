"""The trading endpoints under /api/v3, and what Binance clients ask beside them when they load markets."""

from trueman.api.binance import (
    account,
    beside_spot,
    books,
    general,
    klines,
    order_lists,
    order_reads,
    orders,
    replacing,
    trades,
)
from trueman.api.http import Routes

PARTS = (general, books, trades, klines, orders, replacing, order_lists, order_reads, account, beside_spot)


def routes() -> Routes:
    """Every endpoint by method and path; none is there twice."""
    table: Routes = {}
    for part in PARTS:
        more = part.routes()
        assert not table.keys() & more.keys(), "two endpoints share a method and a path"
        table |= more
    return table
