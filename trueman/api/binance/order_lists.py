"""Lists of two or three orders that depend on each other."""

from functools import partial
from typing import Any, Final

from trueman.api.binance import answers, order_parameters, order_reads, reads, words
from trueman.api.binance.answers import new_client_id
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.binance.decisions import accepted, deadline_us, decide
from trueman.api.binance.orders import trade_route
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.api.outcomes import submit
from trueman.core.codec import Result
from trueman.core.commands import CancelNamedList, CancelOrderList
from trueman.core.events import OrderClosed
from trueman.core.rejections import ORDER_UNKNOWN
from trueman.core.units import LIMIT, OCO, OTO, OTOCO
from trueman.infra.database import history
from trueman.views.orders import OrderList
from trueman.views.placed import placed_in
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import order_lists, order_requests, rest, rest_parameters

ROWS_DEFAULT: Final = 500
ROWS_MAX: Final = 1_000


async def place(call: Call, kind: int) -> order_lists.OrderListPlaced:
    market = call.market()
    command = order_lists.place_list(call.parameters, market, call.account, deadline_us(call), kind, new_client_id)
    response_type = order_requests.response_type(call.parameters, LIMIT)
    answers.count_orders(call, len(command.parts))
    result = await decide(call, market, command)
    list_id = result.decided.order_id
    if result.decided.repeat_of:
        await call.state.live.reached(result.decided.number)
        order_list = await _find(call, list_id, "")
        assert order_list is not None, "the result says that it is there"
        reports = [
            await answers.repeated(call, market, result, order_id, response_type) for order_id in order_list.order_ids
        ]
    else:
        placed = placed_in(result)
        assert placed.order_list is not None, "an accepted list is told with its orders"
        order_list = placed.order_list
        reports = [answers.told(call, market, placed, order_id, response_type) for order_id in order_list.order_ids]
    names = {report.order_id: report.client_order_id for report in reports}
    return order_lists.placed(market, order_list, names, reports, call.per_time)


async def place_old(call: Call) -> order_lists.OrderListPlaced:
    call.parameters = order_lists.of_old_oco(call.parameters)
    return await place(call, OCO)


async def cancel(call: Call) -> order_lists.OrderListCanceled:
    market = call.market()
    cancel_id = rest_parameters.client_id(call.parameters, "newClientOrderId")
    result = await _cancel(call, market)
    await call.state.live.reached(result.decided.number)
    order_list = await _find(call, result.decided.order_id, "")
    assert order_list is not None, "the result says that it was there"
    closed = {event.order_id for event in result.events if isinstance(event, OrderClosed)}
    gone = [order_id for order_id in order_list.order_ids if order_id in closed]
    reports = await answers.canceled(call, market, result, gone, cancel_id)
    return order_lists.canceled(market, order_list, await _names(call, order_list), reports, call.per_time)


async def _cancel(call: Call, market: Market) -> Result:
    """By its number or by its name. Lists that were placed under rules that know no names of lists have a number only,
    which is looked up."""
    list_id, name = order_lists.which_list(call.parameters, "listClientOrderId")
    if list_id is None and (await call.state.rules()).names_lists:
        named = CancelNamedList(0, call.account, market.number, deadline_us(call), name)
        result = await submit(call.state, named)
        if result.decided.reason != ORDER_UNKNOWN:
            return accepted(result, market, named)
    if list_id is None:
        await reads.fresh(call.state)
        found = call.state.live.portfolio.lists.by_client_id(call.account, name)
        if found is None:
            raise errors.order_unknown()
        list_id = found.list_id
    return await decide(call, market, CancelOrderList(0, call.account, market.number, list_id, deadline_us(call)))


async def one(call: Call) -> order_lists.OrderListStatus:
    list_id, name = order_lists.which_list(call.parameters, "origClientOrderId")
    await reads.fresh(call.state)
    found = await _find(call, list_id, name)
    if found is None:
        raise errors.Refusal(errors.NO_SUCH_ORDER, "Order list does not exist.")
    return await _status(call, found)


async def open_lists(call: Call) -> list[order_lists.OrderListStatus]:
    await reads.fresh(call.state)
    return [await _status(call, found) for found in call.state.live.portfolio.lists.open_of(call.account)]


async def all_lists(call: Call) -> list[order_lists.OrderListStatus]:
    start, end = order_reads.day_at_most(call)
    await reads.own_history(call.state, call.account)
    found = await history.lists_of_account(
        call.state.database,
        call.account,
        from_list_id=rest_parameters.integer(call.parameters, "fromId"),
        start_us=start,
        end_us=end,
        limit=rest_parameters.limit(call.parameters, ROWS_DEFAULT, ROWS_MAX),
    )
    return [await _status(call, order_list) for order_list in found]


async def _status(call: Call, order_list: OrderList) -> order_lists.OrderListStatus:
    market = _market_of(call, order_list)
    return order_lists.status(market, order_list, await _names(call, order_list), call.per_time)


async def _names(call: Call, order_list: OrderList) -> dict[int, str]:
    """The client ids of its orders."""
    market = _market_of(call, order_list)
    found = [await order_reads.find(call, market, order_id, "") for order_id in order_list.order_ids]
    return {order.order_id: order.client_id for order in found if order is not None}


def _market_of(call: Call, order_list: OrderList) -> Market:
    return call.state.live.registry.markets[order_list.market]


async def _find(call: Call, list_id: int | None, name: str) -> OrderList | None:
    """The caller's list, wherever it is remembered; given both, number and name must agree."""
    lists = call.state.live.portfolio.lists
    found = lists.by_client_id(call.account, name) if list_id is None else lists.of(call.account, list_id)
    if found is None:
        await reads.own_history(call.state, call.account)
        found = await history.order_list(call.state.database, call.account, list_id, name)
    return None if found is None or (name and found.client_id != name) else found


def routes() -> Routes:
    placed = rest.schema(order_lists.OrderListPlaced)
    status = rest.schema(order_lists.OrderListStatus)
    statuses = rest.schema(list[order_lists.OrderListStatus])
    span = (words.START_TIME, words.END_TIME, words.limit(ROWS_DEFAULT, ROWS_MAX))
    since = Parameter("fromId", words.INTEGER, description="From this list on, oldest first.")
    return {
        ("POST", "/api/v3/orderList/oco"): trade_route(
            partial(place, kind=OCO), "Place a pair: one cancels the other", order_parameters.OCO_LIST, placed
        ),
        ("POST", "/api/v3/order/oco"): trade_route(
            place_old, "Place a pair, as it was asked for before", order_parameters.OLD_OCO, placed
        ),
        ("POST", "/api/v3/orderList/oto"): trade_route(
            partial(place, kind=OTO), "Place an order that calls another", order_parameters.OTO_LIST, placed
        ),
        ("POST", "/api/v3/orderList/otoco"): trade_route(
            partial(place, kind=OTOCO), "Place an order that calls a pair", order_parameters.OTOCO_LIST, placed
        ),
        ("DELETE", "/api/v3/orderList"): trade_route(
            cancel,
            "Cancel all orders of a list",
            order_parameters.CANCEL_LIST,
            rest.schema(order_lists.OrderListCanceled),
        ),
        ("GET", "/api/v3/orderList"): _read(one, "One order list", status, 4, *order_parameters.WHICH_LIST),
        ("GET", "/api/v3/openOrderList"): _read(open_lists, "Open order lists", statuses, 6),
        ("GET", "/api/v3/allOrderList"): _read(all_lists, "All order lists", statuses, 20, since, *span),
    }


def _read(endpoint: Endpoint, summary: str, response: dict[str, Any], weight: int, *parameters: Parameter) -> Route:
    spec = Spec(summary, words.TRADE_TAG, (*parameters, *words.SIGNED), response, "read", weight)
    return route(endpoint, spec)
