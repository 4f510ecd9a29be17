"""The orders that one result tells of from the beginning: what their owner is told without asking any view."""

from dataclasses import dataclass, field

from trueman.core.codec import Result
from trueman.core.events import (
    MatchPrevented,
    OrderAccepted,
    OrderActivated,
    OrderClosed,
    OrderListAccepted,
    OrderListClosed,
    OrderRefused,
    OrderTerms,
    Traded,
)
from trueman.views.orders import Order, OrderList, accepted_list, accepted_order, waits_in


@dataclass(slots=True)
class Placed:
    """By order id: the orders, and the trades that each of them took part in."""

    orders: dict[int, Order] = field(default_factory=dict)
    trades: dict[int, list[Traded]] = field(default_factory=dict)
    order_list: OrderList | None = None


def placed_in(result: Result) -> Placed:
    """Every order that was accepted within the result, as it stood at the result's end."""
    placed, time_us = Placed(), result.decided.time_us
    orders = placed.orders
    for event in result.events:
        if isinstance(event, OrderAccepted):
            orders[event.order_id] = accepted_order(event, time_us)
        elif isinstance(event, Traded):
            _trade(placed, event, time_us)
        elif isinstance(event, OrderClosed):
            if event.order_id in orders:
                orders[event.order_id].close(event.status, time_us)
        else:
            _seldom(placed, event, time_us)
    return placed


def _trade(placed: Placed, traded: Traded, time_us: int) -> None:
    for order_id in (traded.maker_order, traded.taker_order):
        order = placed.orders.get(order_id)
        if order is not None:
            order.fill(traded, time_us)
            placed.trades.setdefault(order_id, []).append(traded)


def _seldom(placed: Placed, event: object, time_us: int) -> None:
    """What happens to few orders within the command that placed them."""
    orders = placed.orders
    if isinstance(event, OrderTerms):
        _take_terms(placed, event)
    elif isinstance(event, MatchPrevented):
        if event.maker_order in orders:
            orders[event.maker_order].prevent(event, event.maker_quantity, time_us)
        if event.taker_order in orders:
            orders[event.taker_order].prevent(event, event.taker_quantity, time_us)
    elif isinstance(event, OrderActivated) and event.order_id in orders:
        orders[event.order_id].activate(event, time_us)
    elif isinstance(event, OrderRefused) and event.order_id in orders:
        orders[event.order_id].refuse(event.reason, time_us)
    elif isinstance(event, OrderListAccepted):
        placed.order_list = accepted_list(event, time_us)
    elif isinstance(event, OrderListClosed):
        if placed.order_list is not None and placed.order_list.list_id == event.list_id:
            placed.order_list.closed_us = time_us


def _take_terms(placed: Placed, terms: OrderTerms) -> None:
    waits = False
    if terms.list_id:
        order_list = placed.order_list
        assert order_list is not None, "a list is accepted before its orders"
        order_list.order_ids.append(terms.order_id)
        waits = waits_in(order_list.type, order_list.list_id, terms.order_id)
    placed.orders[terms.order_id].take_terms(terms, waits)
