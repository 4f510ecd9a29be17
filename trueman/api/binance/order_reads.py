"""Asking for orders and own trades: open ones from the views, everything else from PostgreSQL.

Before an answer the views reach the log's end, and PostgreSQL the account's last change, so whoever was told "done"
sees it. Somebody else's order is answered like one that never was.
"""

from typing import Any, Final

from trueman.api.binance import order_parameters, reads, words
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.api.outcomes import MILLISECOND_US
from trueman.infra.database import history
from trueman.views.orders import Order
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import orders, rest, rest_parameters

ROWS_DEFAULT: Final = 500
ROWS_MAX: Final = 1_000
DAY_US: Final = 86_400_000_000
PREVENTED_WEIGHT: Final = 2
PREVENTED_OF_ORDER_WEIGHT: Final = 20


async def order(call: Call) -> orders.OrderStatus:
    market = call.market()
    order_id = rest_parameters.integer(call.parameters, "orderId")
    client_id = rest_parameters.client_id(call.parameters, "origClientOrderId")
    if order_id is None and not client_id:
        raise errors.order_id_missing()
    await reads.fresh(call.state)
    found = await find(call, market, order_id, client_id)
    if found is None:
        time_us = await reads.decided(call.state)
        call.request.answer_headers.append(decided_until(time_us))
        found = await find(call, market, order_id, client_id)
    if found is None:
        raise errors.order_missing()
    return orders.order_status(market, found, call.per_time)


def decided_until(time_us: int) -> tuple[bytes, bytes]:
    """Beside an answer whose shape is not ours: every order with a deadline up to this millisecond is decided."""
    return (b"x-decided-until", b"%d" % decided_until_ms(time_us))


def decided_until_ms(time_us: int) -> int:
    """A command is refused when the log's time lies beyond its deadline."""
    return (time_us - 1) // MILLISECOND_US


async def find(call: Call, market: Market, order_id: int | None, client_id: str) -> Order | None:
    """The caller's order in this market, wherever it is remembered; given both, id and client id must agree."""
    portfolio = call.state.live.portfolio
    if order_id is not None:
        found = portfolio.order(call.account, order_id) or await _stored(call, order_id)
    else:
        found = portfolio.order_by_client_id(call.account, client_id)
        if found is None or found.market != market.number:
            found = await _stored_by_client_id(call, market, client_id)
    if found is None or found.market != market.number or (client_id and found.client_id != client_id):
        return None
    return found


async def _stored(call: Call, order_id: int) -> Order | None:
    await reads.own_history(call.state, call.account)
    return await history.order(call.state.database, call.account, order_id)


async def find_anywhere(call: Call, client_id: str) -> Order | None:
    """The caller's order of that name, in whichever market."""
    found = call.state.live.portfolio.order_by_client_id(call.account, client_id)
    return found or await _stored_by_client_id(call, None, client_id)


async def _stored_by_client_id(call: Call, market: Market | None, client_id: str) -> Order | None:
    await reads.own_history(call.state, call.account)
    number = None if market is None else market.number
    return await history.order_by_client_id(call.state.database, call.account, client_id, number)


async def open_orders(call: Call) -> list[orders.OrderStatus]:
    market = call.market() if "symbol" in call.parameters else None
    if market is None:
        call.weigh(74)
    await reads.fresh(call.state)
    markets = call.state.live.registry.markets
    found = call.state.live.portfolio.open_orders(call.account, None if market is None else market.number)
    return [orders.order_status(markets[order.market], order, call.per_time) for order in found]


async def all_orders(call: Call) -> list[orders.OrderStatus]:
    market = call.market()
    start, end = day_at_most(call)
    await reads.own_history(call.state, call.account)
    found = await history.orders_of_account(
        call.state.database,
        call.account,
        market.number,
        from_order_id=rest_parameters.integer(call.parameters, "orderId"),
        start_us=start,
        end_us=end,
        limit=rest_parameters.limit(call.parameters, ROWS_DEFAULT, ROWS_MAX),
    )
    return [orders.order_status(market, order, call.per_time) for order in found]


async def my_trades(call: Call) -> list[orders.MyTrade]:
    market = call.market()
    order_id = rest_parameters.integer(call.parameters, "orderId")
    start, end = day_at_most(call)
    await reads.own_history(call.state, call.account)
    found = await history.trades_of_account(
        call.state.database,
        call.account,
        market.number,
        order_id=order_id,
        from_trade_id=rest_parameters.integer(call.parameters, "fromId"),
        start_us=start,
        end_us=end,
        limit=rest_parameters.limit(call.parameters, ROWS_DEFAULT, ROWS_MAX),
    )
    lists = await history.lists_of_orders(
        call.state.database,
        [number for trade in found for number in (trade.traded.maker_order, trade.traded.taker_order)],
    )
    return [
        own
        for trade in found
        for own in orders.my_trades(market, call.account, trade.traded, lists, trade.time_us, call.per_time)
        if order_id is None or own.order_id == order_id
    ]


async def amendments(call: Call) -> list[orders.PastAmendment]:
    market, parameters = call.market(), call.parameters
    order_id = rest_parameters.integer(parameters, "orderId")
    if order_id is None:
        raise errors.mandatory("orderId")
    since = rest_parameters.integer(parameters, "fromExecutionId")
    limit = rest_parameters.limit(parameters, ROWS_DEFAULT, ROWS_MAX)
    await reads.own_history(call.state, call.account)
    amended = await find(call, market, order_id, "")
    if amended is None:
        raise errors.order_missing()
    found = await history.amendments(call.state.database, call.account, order_id, from_number=since, limit=limit)
    return [
        orders.past_amendment(market, amended, one.number, (one.original, one.quantity), one.time_us, call.per_time)
        for one in found
    ]


async def prevented_matches(call: Call) -> list[orders.PreventedMatch]:
    market, parameters = call.market(), call.parameters
    prevention_id = rest_parameters.integer(parameters, "preventedMatchId")
    order_id = rest_parameters.integer(parameters, "orderId")
    if prevention_id is None and order_id is None:
        raise errors.combination("Send preventedMatchId or orderId.", "orderId")
    if prevention_id is None:
        call.weigh(PREVENTED_OF_ORDER_WEIGHT - PREVENTED_WEIGHT)
    await reads.own_history(call.state, call.account)
    found = await history.prevented_matches(
        call.state.database,
        call.account,
        market.number,
        prevention_id=prevention_id,
        order_id=order_id,
        from_prevention_id=rest_parameters.integer(parameters, "fromPreventedMatchId"),
        limit=rest_parameters.limit(parameters, ROWS_DEFAULT, ROWS_MAX),
    )
    group = call.state.live.portfolio.terms_of(call.account).group
    return [orders.prevented_match(market, match, group, time_us, call.per_time) for time_us, match in found]


def day_at_most(call: Call) -> tuple[int | None, int | None]:
    start, end = call.span_us()
    if start is not None and end is not None and end - start > DAY_US:
        raise errors.Refusal(
            errors.LOOKUP_TOO_BIG,
            "Lookup interval is too big. More than 24 hours between startTime and endTime.",
            "startTime",
        )
    return start, end


def routes() -> Routes:
    status = rest.schema(orders.OrderStatus)
    statuses = rest.schema(list[orders.OrderStatus])
    span = (words.START_TIME, words.END_TIME, words.limit(ROWS_DEFAULT, ROWS_MAX))
    since_order = Parameter("orderId", words.INTEGER, description="From this order on, oldest first.")
    of_order = Parameter("orderId", words.INTEGER, description="Trades of this order only.")
    since_trade = Parameter("fromId", words.INTEGER, description="From this trade on, oldest first.")
    trades = rest.schema(list[orders.MyTrade])
    return {
        ("GET", "/api/v3/order"): _read(order, "One order", status, 4, *order_parameters.WHICH),
        ("GET", "/api/v3/openOrders"): _read(open_orders, "Open orders", statuses, 6, words.ANY_SYMBOL),
        ("GET", "/api/v3/allOrders"): _read(all_orders, "All orders", statuses, 20, words.SYMBOL, since_order, *span),
        ("GET", "/api/v3/myTrades"): _read(
            my_trades, "Own trades", trades, 20, words.SYMBOL, of_order, since_trade, *span
        ),
        ("GET", "/api/v3/order/amendments"): _read(
            amendments,
            "How an order became smaller",
            rest.schema(list[orders.PastAmendment]),
            4,
            words.SYMBOL,
            Parameter("orderId", words.INTEGER, required=True),
            Parameter("fromExecutionId", words.INTEGER, description="From this one on."),
            words.limit(ROWS_DEFAULT, ROWS_MAX),
        ),
        ("GET", "/api/v3/myPreventedMatches"): _read(
            prevented_matches,
            "Trades with oneself that were prevented",
            rest.schema(list[orders.PreventedMatch]),
            PREVENTED_WEIGHT,
            words.SYMBOL,
            Parameter("preventedMatchId", words.INTEGER),
            Parameter("orderId", words.INTEGER, description="Of this order, as maker or taker."),
            Parameter("fromPreventedMatchId", words.INTEGER, description="From this one on."),
            words.limit(ROWS_DEFAULT, ROWS_MAX),
        ),
    }


def _read(endpoint: Endpoint, summary: str, response: dict[str, Any], weight: int, *parameters: Parameter) -> Route:
    spec = Spec(summary, words.TRADE_TAG, (*parameters, *words.SIGNED), response, "read", weight)
    return route(endpoint, spec)
