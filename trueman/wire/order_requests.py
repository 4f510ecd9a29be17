"""The parameters of an order or a cancel, read into the command that asks for it.

What the parameters alone show to be wrong is refused here; everything that depends on funds, books or other orders
is the core's to decide.
"""

from collections.abc import Callable
from typing import Final

from trueman.core.commands import CancelAllOrders, CancelOrder, PlaceOrder
from trueman.core.rejections import (
    MARKET_NOT_TRADING,
    NOTIONAL_TOO_LARGE,
    NOTIONAL_TOO_SMALL,
    OK,
    PRICE_OUT_OF_RANGE,
    QUANTITY_OUT_OF_RANGE,
)
from trueman.core.units import GTC, LIMIT, MARKET, SUPPLY_ATOMS_MAX
from trueman.views.registry import Market
from trueman.wire import amounts, decimals
from trueman.wire import binance_errors as errors
from trueman.wire.order_words import ACK, FULL, RESPONSE_TYPES, SIDES, STP_DEFAULT, STP_MODES, TIMES_IN_FORCE, TYPES
from trueman.wire.rest_parameters import Parameters, client_id, integer, text, word

COUNT_MAX: Final = 2**62 - 1
"""No bound of a market lies beyond it, so what exceeds it is out of range and never reaches a frame."""
STRATEGY_TYPE_MIN: Final = 1_000_000
REST_OF_STRATEGY: Final = ("stopPrice", "trailingDelta", "pegPriceType", "pegOffsetType", "pegOffsetValue")
TYPES_NOT_OFFERED: Final = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})


def place_order(
    parameters: Parameters, market: Market, account: int, deadline_us: int, new_id: Callable[[], str]
) -> PlaceOrder:
    """`new_id` names an order that its owner did not."""
    side = word(parameters, "side", SIDES, errors.INVALID_SIDE)
    kind = _type(parameters)
    _refuse_what_is_not_offered(parameters)
    time_in_force = _time_in_force(parameters, kind)
    price = 0 if kind == MARKET else _price(parameters, market)
    quantity, quote_quantity = _quantities(parameters, market, kind)
    if kind == MARKET and "price" in parameters:
        raise errors.not_required("price")
    return PlaceOrder(
        0,
        account,
        market.number,
        side,
        kind,
        time_in_force,
        _self_trade_prevention(parameters),
        price,
        quantity,
        quote_quantity,
        deadline_us,
        _new_client_id(parameters) or new_id(),
    )


def response_type(parameters: Parameters, kind: int) -> int:
    """ACK, RESULT or FULL: LIMIT and MARKET orders are answered in full unless asked otherwise."""
    wanted = parameters.get("newOrderRespType")
    if wanted is None:
        return FULL if kind in (LIMIT, MARKET) else ACK
    number = RESPONSE_TYPES.get(wanted)
    if number is None:
        raise errors.Refusal(errors.INVALID_RESPONSE_TYPE, "Invalid newOrderRespType.", "newOrderRespType")
    return number


def cancel_order(parameters: Parameters, market: Market, account: int, deadline_us: int) -> CancelOrder:
    order_id = integer(parameters, "orderId")
    original = client_id(parameters, "origClientOrderId")
    if order_id is None and not original:
        raise errors.order_id_missing()
    if "cancelRestrictions" in parameters:
        raise errors.Refusal(
            errors.UNSUPPORTED, "This operation is not supported. Cancels cannot be restricted.", "cancelRestrictions"
        )
    client_id(parameters, "newClientOrderId")
    if order_id == 0:
        raise errors.order_unknown()
    return CancelOrder(0, account, market.number, order_id or 0, deadline_us, original)


def cancel_all_orders(market: Market, account: int, deadline_us: int) -> CancelAllOrders:
    return CancelAllOrders(0, account, market.number, deadline_us)


def _type(parameters: Parameters) -> int:
    name = text(parameters, "type")
    kind = TYPES.get(name)
    if kind is not None:
        return kind
    hint = " LIMIT, LIMIT_MAKER and MARKET are offered." if name in TYPES_NOT_OFFERED else ""
    raise errors.Refusal(errors.INVALID_ORDER_TYPE, f"Invalid orderType.{hint}", "type")


def _refuse_what_is_not_offered(parameters: Parameters) -> None:
    for name in REST_OF_STRATEGY:
        if name in parameters:
            raise errors.not_required(name)
    if "icebergQty" in parameters:
        raise errors.Refusal(
            errors.NEW_ORDER_REJECTED, "Iceberg orders are not supported for this symbol.", "icebergQty"
        )
    integer(parameters, "strategyId")
    strategy_type = integer(parameters, "strategyType")
    if strategy_type is not None and strategy_type < STRATEGY_TYPE_MIN:
        raise errors.Refusal(errors.INVALID_STRATEGY_TYPE, "strategyType was less than 1000000.", "strategyType")


def _time_in_force(parameters: Parameters, kind: int) -> int:
    if kind == LIMIT:
        return word(parameters, "timeInForce", TIMES_IN_FORCE, errors.INVALID_TIME_IN_FORCE)
    if "timeInForce" in parameters:
        raise errors.not_required("timeInForce")
    return GTC


def _price(parameters: Parameters, market: Market) -> int:
    value = text(parameters, "price")
    try:
        ticks = amounts.parse_price(market, value)
    except (decimals.NotADecimal, amounts.OffStep) as error:
        raise _number_refused(
            error, "price", "PRICE_FILTER", value, market.quote.decimals, market.tick_size_atoms
        ) from error
    if not 0 < ticks <= COUNT_MAX:
        raise errors.filter_failure("PRICE_FILTER", "price", price_bounds(market))
    return ticks


def _quantities(parameters: Parameters, market: Market, kind: int) -> tuple[int, int]:
    """(lots, 0) or, for a MARKET order given in quote, (0, atoms of quote)."""
    if "quoteOrderQty" not in parameters:
        return _quantity(parameters, market), 0
    if kind != MARKET or "quantity" in parameters:
        raise errors.not_required("quoteOrderQty")
    return 0, _quote_quantity(parameters, market)


def _quantity(parameters: Parameters, market: Market) -> int:
    value = text(parameters, "quantity")
    try:
        lots = amounts.parse_quantity(market, value)
    except (decimals.NotADecimal, amounts.OffStep) as error:
        raise _number_refused(error, "quantity", "LOT_SIZE", value, market.base.decimals, market.lot_atoms) from error
    if not 0 < lots <= COUNT_MAX:
        raise errors.filter_failure("LOT_SIZE", "quantity", quantity_bounds(market))
    return lots


def _quote_quantity(parameters: Parameters, market: Market) -> int:
    value = text(parameters, "quoteOrderQty")
    try:
        atoms = amounts.parse_quote(market, value)
    except (decimals.NotADecimal, decimals.TooManyDecimals) as error:
        raise _number_refused(error, "quoteOrderQty", "NOTIONAL", value, market.quote.decimals, 1) from error
    if not 0 < atoms <= COUNT_MAX:
        raise errors.filter_failure("NOTIONAL", "quoteOrderQty", notional_bounds(market))
    return atoms


def _number_refused(
    error: ValueError, field: str, filter_name: str, value: str, places: int, step: int
) -> errors.Refusal:
    if isinstance(error, decimals.NotADecimal):
        return errors.illegal_characters(field, errors.DECIMAL_RANGE)
    hint = f"{field} {_nearest(value, places, step)}"
    if isinstance(error, decimals.TooManyDecimals) or isinstance(error.__cause__, decimals.TooManyDecimals):
        return errors.Refusal(errors.TOO_MUCH_PRECISION, f"Parameter '{field}' has too much precision: {hint}.", field)
    return errors.filter_failure(filter_name, field, hint)


def _nearest(value: str, places: int, step: int) -> str:
    whole, _, fraction = value.partition(".")
    below = decimals.parse(f"{whole}.{fraction[:places]}" if places and fraction else whole, places) // step * step
    near = " and ".join(decimals.text(atoms, places) for atoms in (below, below + step))
    return f"must be a multiple of {decimals.text(step, places)}; nearest are {near}"


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


def price_bounds(market: Market) -> str:
    least, most = (amounts.price_text(market, ticks) for ticks in (market.price_ticks_min, market.price_ticks_max))
    return f"price must be from {least} to {most}"


def quantity_bounds(market: Market) -> str:
    least, most = (amounts.quantity_text(market, lots) for lots in (market.quantity_lots_min, market.quantity_lots_max))
    return f"quantity must be from {least} to {most}"


def notional_bounds(market: Market) -> str:
    least = amounts.quote_text(market, market.notional_atoms_min)
    return f"price x quantity must be at least {least} {market.quote.code}"


def filter_reason(market: Market, order: PlaceOrder) -> int:
    """The refusal that the market's filters have for an order that is only tested, as the core would say it."""
    if order.type != MARKET and not market.price_ticks_min <= order.price <= market.price_ticks_max:
        return PRICE_OUT_OF_RANGE
    if order.quantity and not market.quantity_lots_min <= order.quantity <= market.quantity_lots_max:
        return QUANTITY_OUT_OF_RANGE
    if order.type != MARKET or order.quote_quantity:
        notional = order.quote_quantity or order.price * order.quantity * market.tick_atoms
        if notional < market.notional_atoms_min:
            return NOTIONAL_TOO_SMALL
        if notional > SUPPLY_ATOMS_MAX:
            return NOTIONAL_TOO_LARGE
    if order.quantity * market.lot_atoms > SUPPLY_ATOMS_MAX:
        return NOTIONAL_TOO_LARGE
    return OK if market.is_trading else MARKET_NOT_TRADING
