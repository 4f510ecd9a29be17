"""Placing and cancelling orders. The answer is built from the result of the command itself."""

import secrets
from typing import Any, Final

from trueman.api.binance import order_reads, words
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.binance.decisions import deadline_us, decide, refusal_of
from trueman.api.binance.order_parameters import CANCEL, CANCEL_ALL, PLACE, RATES
from trueman.api.http import Headers, Parameter, Route, Routes, Spec
from trueman.core.codec import Result
from trueman.core.events import OrderClosed
from trueman.errors import TooManyRequests
from trueman.views.registry import Market
from trueman.wire import order_requests, orders, rest, rest_parameters

NEW_ID_BYTES: Final = 16
RATES_WEIGHT: Final = 20
"""What /order/test costs when it works out the fees too."""


def new_client_id() -> str:
    """22 characters, all of them legal in a client order id."""
    return secrets.token_urlsafe(NEW_ID_BYTES)


async def place(call: Call) -> orders.OrderAck:
    market = call.market()
    order = order_requests.place_order(call.parameters, market, call.account, deadline_us(call), new_client_id)
    response_type = order_requests.response_type(call.parameters, order.type)
    _count(call)
    result = await decide(call, market, order)
    return orders.placed(market, order, result, response_type, call.per_time)


async def test(call: Call) -> object:
    """Everything but the engine: an order that passes may still lack funds or somebody to trade with."""
    market = call.market()
    order = order_requests.place_order(call.parameters, market, call.account, deadline_us(call), new_client_id)
    order_requests.response_type(call.parameters, order.type)
    reason = order_requests.filter_reason(market, order)
    if reason:
        raise refusal_of(reason, market, order)
    if not rest_parameters.flag(call.parameters, "computeCommissionRates"):
        return rest.Nothing()
    call.weigh(RATES_WEIGHT - 1)
    nothing = rest.commission_rates(0, 0)
    return rest.TestCommission(
        rest.commission_rates(market.maker_ppm, market.taker_ppm), nothing, nothing, rest.no_discount()
    )


async def cancel(call: Call) -> orders.OrderCanceled:
    market = call.market()
    command = order_requests.cancel_order(call.parameters, market, call.account, deadline_us(call))
    result = await decide(call, market, command)
    return (await _canceled(call, market, result))[0]


async def cancel_all(call: Call) -> list[orders.OrderCanceled]:
    market = call.market()
    result = await decide(call, market, order_requests.cancel_all_orders(market, call.account, deadline_us(call)))
    return await _canceled(call, market, result)


async def _canceled(call: Call, market: Market, result: Result) -> list[orders.OrderCanceled]:
    cancel_id = rest_parameters.client_id(call.parameters, "newClientOrderId") or new_client_id()
    await call.state.live.reached(result.decided.number)
    answers: list[orders.OrderCanceled] = []
    for event in result.events:
        if isinstance(event, OrderClosed):
            order = await order_reads.find(call, market, event.order_id, "")
            assert order is not None, "the order was open until this result closed it"
            answers.append(orders.canceled(market, order, cancel_id, result.decided.time_us, call.per_time))
    return answers


def _count(call: Call) -> None:
    """Count a new order against the account's limits, and say in the answer how many there were."""
    limits, headers = call.state.limits, call.request.answer_headers
    try:
        in_10s, in_day = limits.count_order(call.account)
    except TooManyRequests:
        headers += order_count_headers(*limits.order_counts(call.account))
        raise
    headers += order_count_headers(in_10s, in_day)


def order_count_headers(in_10s: int, in_day: int) -> Headers:
    return [(b"x-mbx-order-count-10s", b"%d" % in_10s), (b"x-mbx-order-count-1d", b"%d" % in_day)]


def routes() -> Routes:
    full = {"anyOf": [rest.schema(body) for body in (orders.OrderFull, orders.OrderResult, orders.OrderAck)]}
    tested = {"anyOf": [rest.schema(rest.Nothing), rest.schema(rest.TestCommission)]}
    canceled = rest.schema(orders.OrderCanceled)
    several = rest.schema(list[orders.OrderCanceled])
    return {
        ("POST", "/api/v3/order"): _trade_route(place, "Place an order", PLACE, full),
        ("POST", "/api/v3/order/test"): _trade_route(test, "Check an order, place nothing", (*PLACE, RATES), tested),
        ("DELETE", "/api/v3/order"): _trade_route(cancel, "Cancel an order", CANCEL, canceled),
        ("DELETE", "/api/v3/openOrders"): _trade_route(
            cancel_all, "Cancel all open orders of a market", CANCEL_ALL, several
        ),
    }


def _trade_route(
    endpoint: Endpoint, summary: str, parameters: tuple[Parameter, ...], response: dict[str, Any]
) -> Route:
    return route(endpoint, Spec(summary, words.TRADE_TAG, parameters, response, "trade"))
