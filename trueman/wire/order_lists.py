"""Lists of orders as the trading interface tells them, and the parameters from which they are read.

The orders of a list are named by prefixes (`aboveStopPrice`, `pendingQuantity`). Each leg is read like an order of its
own, and what is wrong with it is told under the name that its caller used.
"""

from collections.abc import Callable
from typing import Final

from trueman.core.commands import PlaceOrderList
from trueman.core.units import OCO, OTO, OTOCO
from trueman.views.orders import OrderList
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire.order_requests import Placement, place_order
from trueman.wire.order_words import CONTINGENCIES
from trueman.wire.orders import OrderAck, OrderCanceled, Wire
from trueman.wire.rest_parameters import Parameters, client_id, integer

LEGS: Final = {OCO: ("above", "below"), OTO: ("working", "pending"), OTOCO: ("working", "pendingAbove", "pendingBelow")}
SHARED: Final = {"above": "", "below": "", "pendingAbove": "pending", "pendingBelow": "pending"}
"""Legs that take side and quantity from elsewhere, and the prefix these have there."""
SHARED_NAMES: Final = ("side", "quantity")
OLD_MAKER: Final = (("price", "Price"), ("limitClientOrderId", "ClientOrderId"), ("limitIcebergQty", "IcebergQty"))
OLD_STOP: Final = (
    ("stopPrice", "StopPrice"),
    ("trailingDelta", "TrailingDelta"),
    ("stopLimitPrice", "Price"),
    ("stopLimitTimeInForce", "TimeInForce"),
    ("stopClientOrderId", "ClientOrderId"),
    ("stopIcebergQty", "IcebergQty"),
)
EXECUTING: Final = "EXECUTING"
EXEC_STARTED: Final = "EXEC_STARTED"
ALL_DONE: Final = "ALL_DONE"


class ListedOrder(Wire):
    symbol: str
    order_id: int
    client_order_id: str


class OrderListStatus(Wire):
    order_list_id: int
    contingency_type: str
    list_status_type: str
    list_order_status: str
    list_client_order_id: str
    transaction_time: int
    symbol: str
    orders: list[ListedOrder]


class OrderListPlaced(OrderListStatus):
    order_reports: list[OrderAck]


class OrderListCanceled(OrderListStatus):
    order_reports: list[OrderCanceled]


def place_list(
    parameters: Parameters,
    market: Market,
    account: int,
    deadline_us: int,
    kind: int,
    new_id: Callable[[], str],
) -> PlaceOrderList:
    legs = LEGS[kind]
    orders = tuple(_leg_order(parameters, market, account, deadline_us, prefix, new_id) for prefix in legs)
    name = client_id(parameters, "listClientOrderId") or new_id()
    return PlaceOrderList(0, account, market.number, kind, deadline_us, name, orders)


def of_old_oco(parameters: Parameters) -> dict[str, str]:
    """The parameters of the older POST /order/oco under the names of today: which leg is above depends on the side."""
    maker, stop = ("above", "below") if parameters.get("side") == "SELL" else ("below", "above")
    kind = "STOP_LOSS_LIMIT" if "stopLimitPrice" in parameters else "STOP_LOSS"
    names = {given: prefix + own for prefix, legs in ((maker, OLD_MAKER), (stop, OLD_STOP)) for given, own in legs}
    told = {names.get(name, name): value for name, value in parameters.items()}
    return {**told, f"{maker}Type": "LIMIT_MAKER", f"{stop}Type": kind}


def which_list(parameters: Parameters, client_id_name: str) -> tuple[int | None, str]:
    """The list's number, or without one its client id."""
    list_id = integer(parameters, "orderListId")
    named = client_id(parameters, client_id_name)
    if list_id is None and not named:
        raise errors.order_id_missing("orderListId", client_id_name)
    return list_id, named


def status(market: Market, order_list: OrderList, client_ids: dict[int, str], per_time: int) -> OrderListStatus:
    return OrderListStatus(*_fields(market, order_list, client_ids, per_time))


def placed(
    market: Market, order_list: OrderList, client_ids: dict[int, str], reports: list[OrderAck], per_time: int
) -> OrderListPlaced:
    return OrderListPlaced(*_fields(market, order_list, client_ids, per_time), reports)


def canceled(
    market: Market, order_list: OrderList, client_ids: dict[int, str], reports: list[OrderCanceled], per_time: int
) -> OrderListCanceled:
    return OrderListCanceled(*_fields(market, order_list, client_ids, per_time), reports)


def _fields(
    market: Market, order_list: OrderList, client_ids: dict[int, str], per_time: int
) -> tuple[int, str, str, str, str, int, str, list[ListedOrder]]:
    return (
        order_list.list_id,
        CONTINGENCIES[order_list.type],
        EXEC_STARTED if order_list.is_open else ALL_DONE,
        EXECUTING if order_list.is_open else ALL_DONE,
        order_list.client_id,
        order_list.accepted_us // per_time,
        market.symbol,
        [ListedOrder(market.symbol, number, client_ids[number]) for number in order_list.order_ids],
    )


def _leg_order(
    parameters: Parameters, market: Market, account: int, deadline_us: int, prefix: str, new_id: Callable[[], str]
) -> Placement:
    names = _leg_names(parameters, prefix)
    try:
        leg = {name: parameters[given] for name, given in names.items()}
        return place_order(leg, market, account, deadline_us, new_id)
    except errors.Refusal as error:
        given = names.get(error.field) or _given_name(error.field, prefix)
        message = error.message.replace(f"'{error.field}'", f"'{given}'")
        raise errors.Refusal(error.code, message, given if error.field else "", error.status) from error


def _leg_names(parameters: Parameters, prefix: str) -> dict[str, str]:
    """What the parameters of a leg would be called for an order of its own, and what they are called here."""
    names = {name: name for name in ("selfTradePreventionMode",) if name in parameters}
    if prefix in SHARED:
        names |= {name: given for name in SHARED_NAMES if (given := _joined(SHARED[prefix], name)) in parameters}
    for given in parameters:
        if given.startswith(prefix) and given != prefix:
            name = _own_name(given.removeprefix(prefix))
            if name not in SHARED_NAMES or prefix not in SHARED:
                names[name] = given
    return names


def _own_name(rest: str) -> str:
    return "newClientOrderId" if rest == "ClientOrderId" else rest[:1].lower() + rest[1:]


def _given_name(name: str, prefix: str) -> str:
    """What a parameter that is missing would be called here."""
    if name in SHARED_NAMES and prefix in SHARED:
        return _joined(SHARED[prefix], name)
    return _joined(prefix, "clientOrderId" if name == "newClientOrderId" else name)


def _joined(prefix: str, name: str) -> str:
    return prefix + name[:1].upper() + name[1:] if prefix else name
