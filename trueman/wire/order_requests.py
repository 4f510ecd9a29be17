"""The parameters of an order, a cancel or an amendment, read into the command that asks for it.

What the parameters alone show to be wrong is refused here; everything that depends on funds, books or other orders
is the core's to decide.
"""

from collections.abc import Callable
from typing import Final

from trueman.core.commands import AmendOrder, CancelAllOrders, CancelOrder, PlaceOrder, PlaceOrderWithTerms
from trueman.core.units import (
    GTC,
    GTD,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT_LIMIT,
)
from trueman.views.orders import is_stop
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import order_numbers
from trueman.wire.order_words import (
    ACK,
    CANCEL_RESTRICTIONS,
    FULL,
    NO_RESTRICTION,
    RESPONSE_TYPES,
    SIDES,
    STP_DEFAULT,
    STP_MODES,
    TIMES_IN_FORCE,
    TYPES,
)
from trueman.wire.rest_parameters import Parameters, client_id, integer, text, word

Placement = PlaceOrder | PlaceOrderWithTerms
Terms = tuple[int, int, int, int]
"""Stop price in ticks, trailing bips, display quantity in lots, and the moment of expiry; 0 for none."""

NO_TERMS: Final[Terms] = (0, 0, 0, 0)
TERM_NAMES: Final = frozenset({"stopPrice", "trailingDelta", "icebergQty", "goodTillDate"})
LIMIT_TYPES: Final = frozenset({LIMIT, LIMIT_MAKER, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT})
TIMED_TYPES: Final = LIMIT_TYPES - {LIMIT_MAKER}
"""Those that have to say for how long they are good."""
STRATEGY_TYPE_MIN: Final = 1_000_000
PEGGED: Final = ("pegPriceType", "pegOffsetType", "pegOffsetValue")
MICROSECONDS_FROM: Final = 10**14
"""A time beyond this many milliseconds lies in the year 5138, so it is meant in microseconds."""


def place_order(
    parameters: Parameters, market: Market, account: int, deadline_us: int, new_id: Callable[[], str]
) -> Placement:
    """`new_id` names an order that its owner did not."""
    side = word(parameters, "side", SIDES, errors.INVALID_SIDE)
    kind = _type(parameters)
    _refuse_what_is_not_offered(parameters)
    time_in_force = _time_in_force(parameters, kind)
    price = order_numbers.price(parameters, "price", market) if kind in LIMIT_TYPES else 0
    quantity, quote_quantity = _quantities(parameters, market, kind)
    if kind not in LIMIT_TYPES and "price" in parameters:
        raise errors.not_required("price")
    terms = NO_TERMS if TERM_NAMES.isdisjoint(parameters) else _terms(parameters, market, kind, time_in_force)
    stp = _self_trade_prevention(parameters)
    named = _new_client_id(parameters) or new_id()
    head = (0, account, market.number, side, kind, time_in_force, stp, price, quantity, quote_quantity, deadline_us)
    return PlaceOrder(*head, named) if terms == NO_TERMS else PlaceOrderWithTerms(*head, *terms, named)


def response_type(parameters: Parameters, kind: int) -> int:
    """ACK, RESULT or FULL: LIMIT and MARKET orders are answered in full unless asked otherwise."""
    wanted = parameters.get("newOrderRespType")
    if wanted is None:
        return FULL if kind in (LIMIT, MARKET) else ACK
    number = RESPONSE_TYPES.get(wanted)
    if number is None:
        raise errors.Refusal(errors.INVALID_RESPONSE_TYPE, "Invalid newOrderRespType.", "newOrderRespType")
    return number


def cancel_order(
    parameters: Parameters,
    market: Market,
    account: int,
    deadline_us: int,
    id_name: str = "orderId",
    client_id_name: str = "origClientOrderId",
) -> CancelOrder:
    order_id, original = which_order(parameters, id_name, client_id_name)
    restriction = NO_RESTRICTION
    if "cancelRestrictions" in parameters:
        restriction = word(parameters, "cancelRestrictions", CANCEL_RESTRICTIONS, errors.INVALID_CANCEL_RESTRICTIONS)
    return CancelOrder(0, account, market.number, restriction, order_id, deadline_us, original)


def which_order(parameters: Parameters, id_name: str, client_id_name: str) -> tuple[int, str]:
    """The order's number, 0 if it is known by its client id alone, which is "" when it was not given."""
    order_id = integer(parameters, id_name)
    original = client_id(parameters, client_id_name)
    if order_id is None and not original:
        raise errors.order_id_missing(id_name, client_id_name)
    if order_id == 0:
        raise errors.order_unknown()
    return order_id or 0, original


def cancel_all_orders(market: Market, account: int, deadline_us: int) -> CancelAllOrders:
    return CancelAllOrders(0, account, market.number, deadline_us)


def amend_order(parameters: Parameters, market: Market, account: int, deadline_us: int) -> AmendOrder:
    order_id, original = which_order(parameters, "orderId", "origClientOrderId")
    quantity = order_numbers.quantity(parameters, "newQty", market)
    return AmendOrder(0, account, market.number, order_id, quantity, deadline_us, original)


def _type(parameters: Parameters) -> int:
    kind = TYPES.get(text(parameters, "type"))
    if kind is None:
        raise errors.Refusal(errors.INVALID_ORDER_TYPE, "Invalid orderType.", "type")
    return kind


def _refuse_what_is_not_offered(parameters: Parameters) -> None:
    for name in PEGGED:
        if name in parameters:
            raise errors.not_required(name)
    integer(parameters, "strategyId")
    strategy_type = integer(parameters, "strategyType")
    if strategy_type is not None and strategy_type < STRATEGY_TYPE_MIN:
        raise errors.Refusal(errors.INVALID_STRATEGY_TYPE, "strategyType was less than 1000000.", "strategyType")


def _time_in_force(parameters: Parameters, kind: int) -> int:
    """Of the types that are good till cancelled anyway, those that can wait may be given a date."""
    if kind in TIMED_TYPES:
        return word(parameters, "timeInForce", TIMES_IN_FORCE, errors.INVALID_TIME_IN_FORCE)
    if "timeInForce" not in parameters:
        return GTC
    if kind == MARKET or parameters["timeInForce"] != "GTD":
        raise errors.not_required("timeInForce")
    return GTD


def _quantities(parameters: Parameters, market: Market, kind: int) -> tuple[int, int]:
    """(lots, 0) or, for a MARKET order given in quote, (0, atoms of quote)."""
    if "quoteOrderQty" not in parameters:
        return order_numbers.quantity(parameters, "quantity", market), 0
    if kind != MARKET or "quantity" in parameters:
        raise errors.not_required("quoteOrderQty")
    return 0, order_numbers.quote_quantity(parameters, "quoteOrderQty", market)


def _terms(parameters: Parameters, market: Market, kind: int, time_in_force: int) -> Terms:
    if not is_stop(kind):
        for name in ("stopPrice", "trailingDelta"):
            if name in parameters:
                raise errors.not_required(name)
    stop_price = order_numbers.price(parameters, "stopPrice", market) if "stopPrice" in parameters else 0
    return (
        stop_price,
        order_numbers.trailing_bips(parameters, "trailingDelta"),
        order_numbers.display_quantity(parameters, "icebergQty", market),
        _expire_us(parameters, time_in_force),
    )


def _expire_us(parameters: Parameters, time_in_force: int) -> int:
    if time_in_force != GTD:
        if "goodTillDate" in parameters:
            raise errors.not_required("goodTillDate")
        return 0
    moment = integer(parameters, "goodTillDate", least=1)
    if moment is None:
        raise errors.mandatory("goodTillDate")
    return min(moment if moment >= MICROSECONDS_FROM else moment * 1_000, order_numbers.COUNT_MAX)


def _self_trade_prevention(parameters: Parameters) -> int:
    name = parameters.get("selfTradePreventionMode", STP_DEFAULT)
    mode = STP_MODES.get(name)
    if mode is None:
        raise errors.invalid_data("selfTradePreventionMode", f"It must be one of {', '.join(STP_MODES)}.")
    return mode


def _new_client_id(parameters: Parameters) -> str:
    if parameters.get("newClientOrderId") == "":
        raise errors.Refusal(errors.EMPTY_CLIENT_ID, "New client order ID was empty.", "newClientOrderId")
    return client_id(parameters, "newClientOrderId")
