"""Placing and cancelling orders. The answer is built from the result of the command itself."""

from typing import Any, Final

from trueman.api.binance import answers, words
from trueman.api.binance.answers import new_client_id
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.binance.decisions import deadline_us, decide, refusal_of
from trueman.api.binance.order_parameters import CANCEL, CANCEL_ALL, PLACE, RATES
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.core.events import OrderClosed
from trueman.core.rejections import OK
from trueman.core.units import CANCELED
from trueman.wire import order_checks, order_requests, orders, rest, rest_parameters

RATES_WEIGHT: Final = 20
"""What /order/test costs when it works out the fees too."""


async def place(call: Call) -> orders.OrderAck:
    market = call.market()
    order = order_requests.place_order(call.parameters, market, call.account, deadline_us(call), new_client_id)
    response_type = order_requests.response_type(call.parameters, order.type)
    answers.count_orders(call)
    result = await decide(call, market, order)
    decided = result.decided
    return await answers.placed(call, market, result, decided.order_id, decided.repeat_of, response_type)


async def test(call: Call) -> object:
    """Everything but the engine: an order that passes may still lack funds or somebody to trade with."""
    market = call.market()
    order = order_requests.place_order(call.parameters, market, call.account, deadline_us(call), new_client_id)
    order_requests.response_type(call.parameters, order.type)
    rules = await call.state.rules()
    refused = order_checks.refusal(market, order, call.state.clock_us(), rules)
    if refused.reason != OK:
        raise refusal_of(refused.reason, market, order, refused.failed)
    if not rest_parameters.flag(call.parameters, "computeCommissionRates"):
        return rest.Nothing()
    call.weigh(RATES_WEIGHT - 1)
    nothing = rest.commission_rates(0, 0)
    return rest.TestCommission(rest.commission_rates(*call.rates(market)), nothing, nothing, rest.no_discount())


async def cancel(call: Call) -> orders.OrderCanceled:
    market = call.market()
    command = order_requests.cancel_order(call.parameters, market, call.account, deadline_us(call))
    cancel_id = rest_parameters.client_id(call.parameters, "newClientOrderId")
    result = await decide(call, market, command)
    return (await answers.canceled(call, market, result, [result.decided.order_id], cancel_id))[0]


async def cancel_all(call: Call) -> list[orders.OrderCanceled]:
    market = call.market()
    result = await decide(call, market, order_requests.cancel_all_orders(market, call.account, deadline_us(call)))
    gone = [
        event.order_id
        for event in result.events
        if isinstance(event, OrderClosed)
        and (event.account, event.market, event.status) == (call.account, market.number, CANCELED)
    ]
    return await answers.canceled(call, market, result, gone, "")


def routes() -> Routes:
    full = {"anyOf": [rest.schema(body) for body in (orders.OrderFull, orders.OrderResult, orders.OrderAck)]}
    tested = {"anyOf": [rest.schema(rest.Nothing), rest.schema(rest.TestCommission)]}
    canceled = rest.schema(orders.OrderCanceled)
    several = rest.schema(list[orders.OrderCanceled])
    return {
        ("POST", "/api/v3/order"): trade_route(place, "Place an order", PLACE, full),
        ("POST", "/api/v3/order/test"): trade_route(test, "Check an order, place nothing", (*PLACE, RATES), tested),
        ("DELETE", "/api/v3/order"): trade_route(cancel, "Cancel an order", CANCEL, canceled),
        ("DELETE", "/api/v3/openOrders"): trade_route(
            cancel_all, "Cancel all open orders of a market", CANCEL_ALL, several
        ),
    }


def trade_route(
    endpoint: Endpoint, summary: str, parameters: tuple[Parameter, ...], response: dict[str, Any], weight: int = 1
) -> Route:
    return route(endpoint, Spec(summary, words.TRADE_TAG, parameters, response, "trade", weight))
