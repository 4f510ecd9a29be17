"""The market's static filters: price and quantity ranges, notional, iceberg parts. Each says which bound was missed.

The numbers that may exceed 63 bits are computed as `int` and compared with the greatest supply before anything else.
"""

from mypy_extensions import i64

from trueman.core.markets import Market
from trueman.core.messages import Bounds, Order
from trueman.core.placing import is_limit, is_stop_market
from trueman.core.rejections import (
    ICEBERG_PARTS_TOO_MANY,
    MARKET_QUANTITY_OUT_OF_RANGE,
    NOTIONAL_TOO_LARGE,
    NOTIONAL_TOO_SMALL,
    OK,
    PRICE_MISSING,
    PRICE_NOT_ALLOWED,
    PRICE_OUT_OF_RANGE,
    QUANTITY_MISSING,
    QUANTITY_OUT_OF_RANGE,
    STOP_PRICE_OUT_OF_RANGE,
)
from trueman.core.rulesets import Rules
from trueman.core.units import ICEBERG_PARTS_USUAL, MARKET, NONE, SUPPLY_ATOMS_MAX


def filter_refusal(order: Order, market: Market, bounds: Bounds, rules: Rules) -> i64:
    reason = _price_refusal(order, market, bounds)
    if reason == OK:
        reason = _quantity_refusal(order, market, bounds, rules)
    if reason == OK:
        reason = _notional_refusal(order, market, bounds, rules)
    if reason == OK and order.display_quantity != 0:
        reason = _iceberg_refusal(order, market, bounds)
    return reason


def _price_refusal(order: Order, market: Market, bounds: Bounds) -> i64:
    least = market.price_ticks_min
    most = market.price_ticks_max
    if is_limit(order.type):
        if order.price == 0:
            return PRICE_MISSING
        if bounds.missed(order.price, least, most):
            return PRICE_OUT_OF_RANGE
    elif order.price != 0:
        return PRICE_NOT_ALLOWED
    if order.stop_price != 0 and bounds.missed(order.stop_price, least, most):
        return STOP_PRICE_OUT_OF_RANGE
    return OK


def _quantity_refusal(order: Order, market: Market, bounds: Bounds, rules: Rules) -> i64:
    if (order.quantity == 0) == (order.quote_quantity == 0):
        return QUANTITY_MISSING
    if order.quote_quantity != 0:
        if order.type != MARKET:
            return QUANTITY_MISSING
        if order.quote_quantity > 0:
            return OK
        least = max(market.notional_atoms_min, 1)
        bounds.set(order.quote_quantity, least, notional_max(market), least)
        return QUANTITY_OUT_OF_RANGE
    if bounds.missed(order.quantity, market.quantity_lots_min, market.quantity_lots_max):
        return QUANTITY_OUT_OF_RANGE
    if is_limit(order.type):
        if order.display_quantity != 0 and rules.bounds_slices:
            is_missed = bounds.missed(order.display_quantity, market.quantity_lots_min, market.quantity_lots_max)
            return QUANTITY_OUT_OF_RANGE if is_missed else OK
        return OK
    least = max(market.market_lots_min, market.quantity_lots_min)
    most = market.quantity_lots_max if market.market_lots_max == 0 else market.market_lots_max
    return MARKET_QUANTITY_OUT_OF_RANGE if bounds.missed(order.quantity, least, most) else OK


def notional_max(market: Market) -> i64:
    if market.notional_atoms_max == 0:
        return SUPPLY_ATOMS_MAX
    return market.notional_atoms_max


def _notional_refusal(order: Order, market: Market, bounds: Bounds, rules: Rules) -> i64:
    if order.quote_quantity != 0:
        shown: i64 = min(order.quote_quantity, SUPPLY_ATOMS_MAX + 1)
        if not bounds.missed(shown, market.notional_atoms_min, notional_max(market)):
            return OK
        return NOTIONAL_TOO_SMALL if order.quote_quantity < market.notional_atoms_min else NOTIONAL_TOO_LARGE
    price = order.price
    if is_stop_market(order.type):
        price = order.stop_price
    if price == 0:
        return OK
    return priced_refusal(price, order.quantity, market, bounds, rules)


def priced_refusal(price: i64, quantity: i64, market: Market, bounds: Bounds, rules: Rules) -> i64:
    """Whether price times quantity is within the market's notional bounds."""
    reason = _bounded_refusal(price, quantity, market, bounds)
    if reason != OK and rules.names_what_passes:
        bounds.keep_nearest_within(market.quantity_lots_min, market.quantity_lots_max)
    return reason


def _bounded_refusal(price: i64, quantity: i64, market: Market, bounds: Bounds) -> i64:
    if quantity > SUPPLY_ATOMS_MAX // market.tick_atoms // price:
        return _too_large(SUPPLY_ATOMS_MAX + 1, price, market, bounds)
    notional = market.quote_atoms(price, quantity)
    if notional < market.notional_atoms_min:
        lots = min(lots_covering(market.notional_atoms_min, price, market), SUPPLY_ATOMS_MAX // market.lot_atoms)
        bounds.set(notional, market.notional_atoms_min, notional_max(market), lots)
        return NOTIONAL_TOO_SMALL
    if notional > notional_max(market):
        return _too_large(notional, price, market, bounds)
    return OK


def _too_large(notional: i64, price: i64, market: Market, bounds: Bounds) -> i64:
    most = notional_max(market)
    lots = min(lots_for(most, price, market), SUPPLY_ATOMS_MAX // market.lot_atoms)
    bounds.set(notional, market.notional_atoms_min, most, NONE if lots == 0 else lots)
    return NOTIONAL_TOO_LARGE


def lots_for(notional: i64, price: i64, market: Market) -> i64:
    """The most lots whose notional is not above this one."""
    lots: i64 = int(notional) // (int(price) * int(market.tick_atoms))
    return lots


def lots_covering(notional: i64, price: i64, market: Market) -> i64:
    """The fewest lots whose notional is not below this one."""
    lots: i64 = -(-int(notional) // (int(price) * int(market.tick_atoms)))
    return lots


def _iceberg_refusal(order: Order, market: Market, bounds: Bounds) -> i64:
    most: i64 = ICEBERG_PARTS_USUAL if market.iceberg_parts_max == 0 else market.iceberg_parts_max
    parts = (order.quantity + order.display_quantity - 1) // order.display_quantity
    if parts <= most:
        return OK
    bounds.set(parts, 1, most, (order.quantity + most - 1) // most)
    return ICEBERG_PARTS_TOO_MANY
