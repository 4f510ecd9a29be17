"""What the owner of an order is told: from the result that placed it, or, for a repeat, from where it stands now."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from trueman.api.binance import order_reads, reads
from trueman.api.binance.call import Call
from trueman.api.http import Headers
from trueman.core.codec import Result
from trueman.core.events import Traded
from trueman.errors import DatabaseUnavailable, LogUnavailable, OutcomeUnknown
from trueman.infra.database import history
from trueman.views.orders import Order
from trueman.views.placed import Placed, placed_in
from trueman.views.registry import Market
from trueman.wire import orders
from trueman.wire.order_words import FULL

NEW_ID_BYTES: Final = 16
FILLS_MAX: Final = 1_000
"""Fills of a repeated order that its answer shows; /myTrades has them all."""


def new_client_id() -> str:
    """22 characters, all of them legal in a client order id."""
    return secrets.token_urlsafe(NEW_ID_BYTES)


async def placed(
    call: Call, market: Market, result: Result, order_id: int, repeat_of: int, response_type: int
) -> orders.OrderAck:
    """An order that was accepted within the result, or of which the result repeats the acceptance."""
    if repeat_of:
        return await repeated(call, market, result, order_id, response_type)
    return told(call, market, placed_in(result), order_id, response_type)


def told(call: Call, market: Market, found: Placed, order_id: int, response_type: int) -> orders.OrderAck:
    order, trades = found.orders[order_id], found.trades.get(order_id, [])
    return orders.placed(market, order, trades, response_type, call.per_time)


async def repeated(call: Call, market: Market, result: Result, order_id: int, response_type: int) -> orders.OrderAck:
    """An order that was there before, as it stands now."""
    order = await after(call, market, result, order_id)
    trades: list[Traded] = []
    if response_type == FULL and order.executed:
        with decided_already():
            await reads.own_history(call.state, call.account)
            known = await history.trades_of_account(
                call.state.database, call.account, market.number, order_id=order_id, limit=FILLS_MAX
            )
        trades = [trade.traded for trade in known]
    return orders.placed(market, order, trades, response_type, call.per_time)


async def after(call: Call, market: Market, result: Result, order_id: int) -> Order:
    """An order of the caller that the result is about, as it stands after it."""
    with decided_already():
        await call.state.live.reached(result.decided.number)
        order = await order_reads.find(call, market, order_id, "")
        if order is None:
            raise DatabaseUnavailable("the tables have gone back behind it and are being written again")
    return order


@contextmanager
def decided_already() -> Iterator[None]:
    """What the caller asked for is done. A neighbour that is away now must not be told as "nothing was written"."""
    try:
        yield
    except (LogUnavailable, DatabaseUnavailable) as error:
        raise OutcomeUnknown(f"It was decided, but what became of it cannot be read now: {error}") from error


async def canceled(
    call: Call, market: Market, result: Result, order_ids: Iterable[int], cancel_id: str
) -> list[orders.OrderCanceled]:
    cancel_id, time_us = cancel_id or new_client_id(), result.decided.time_us
    found = [await after(call, market, result, order_id) for order_id in order_ids]
    return [orders.canceled(market, order, cancel_id, time_us, call.per_time) for order in found]


def count_orders(call: Call, how_many: int = 1) -> None:
    """Count new orders against the account's limits, and say in the answer how many there were."""
    limits, headers = call.state.limits, call.request.answer_headers
    try:
        for _ in range(how_many):
            limits.count_order(call.account)
    finally:
        headers += order_count_headers(*limits.order_counts(call.account))


def order_count_headers(in_10s: int, in_day: int) -> Headers:
    return [(b"x-mbx-order-count-10s", b"%d" % in_10s), (b"x-mbx-order-count-1d", b"%d" % in_day)]
