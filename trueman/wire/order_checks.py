"""The checks of an order that need neither funds nor books, for an order that is only tested.

They say what the core would say by the rules in force, in its order; docs/reference/rules.md has the rules.
"""

from typing import Final, NamedTuple

from trueman.core import rejections as no
from trueman.core.commands import PlaceOrderWithTerms
from trueman.core.events import FilterFailed
from trueman.core.rulesets import Rules
from trueman.core.units import (
    EXPIRY_US_MAX,
    GTC,
    GTD,
    ICEBERG_PARTS_USUAL,
    MARKET,
    SUPPLY_ATOMS_MAX,
    TRAILING_BIPS_MAX,
    TRAILING_BIPS_MIN,
)
from trueman.views.orders import is_stop
from trueman.views.registry import Market
from trueman.wire.order_requests import LIMIT_TYPES, NO_TERMS, Placement


class Refused(NamedTuple):
    """Why an order cannot be, and the bounds that it missed, where there are some."""

    reason: int
    failed: FilterFailed | None = None


PASSED: Final = Refused(no.OK)


def refusal(market: Market, placement: Placement, now_us: int, rules: Rules) -> Refused:
    order = with_terms(placement)
    found = _static(order, now_us, rules)
    if found.reason != no.OK:
        return found
    for check in (_prices, _quantities, _notional, _iceberg):
        found = check(market, order, rules)
        if found.reason != no.OK:
            return found
    return PASSED if market.is_trading else Refused(no.MARKET_NOT_TRADING)


def with_terms(placement: Placement) -> PlaceOrderWithTerms:
    if isinstance(placement, PlaceOrderWithTerms):
        return placement
    return PlaceOrderWithTerms(*placement[:-1], *NO_TERMS, placement.client_id)


def _static(order: PlaceOrderWithTerms, now_us: int, rules: Rules) -> Refused:
    has_trigger, bips = order.stop_price > 0 or order.trailing_bips > 0, order.trailing_bips
    if has_trigger != is_stop(order.type) or bips < 0:
        return Refused(no.TRIGGER_INVALID)
    if bips and not TRAILING_BIPS_MIN <= bips <= TRAILING_BIPS_MAX:
        if not rules.names_more_bounds:
            return Refused(no.TRIGGER_INVALID)
        return _outside(no.TRAILING_OUT_OF_RANGE, bips, TRAILING_BIPS_MIN, TRAILING_BIPS_MAX)
    can_hide = order.type in LIMIT_TYPES and order.time_in_force in (GTC, GTD)
    if order.display_quantity and not (can_hide and order.display_quantity <= order.quantity):
        return Refused(no.DISPLAY_INVALID)
    if order.time_in_force == GTD and not now_us < order.expire_us <= now_us + EXPIRY_US_MAX:
        return Refused(no.EXPIRY_INVALID)
    return PASSED


def _prices(market: Market, order: PlaceOrderWithTerms, rules: Rules) -> Refused:
    least, most = market.price_ticks_min, market.price_ticks_max
    if order.price and not least <= order.price <= most:
        return _outside(no.PRICE_OUT_OF_RANGE, order.price, least, most)
    if order.stop_price and not least <= order.stop_price <= most:
        return _outside(no.STOP_PRICE_OUT_OF_RANGE, order.stop_price, least, most)
    return PASSED


def _quantities(market: Market, order: PlaceOrderWithTerms, rules: Rules) -> Refused:
    least, most, guards = market.quantity_lots_min, market.quantity_lots_max, market.guards
    if order.quote_quantity:
        return PASSED
    if not least <= order.quantity <= most:
        return _outside(no.QUANTITY_OUT_OF_RANGE, order.quantity, least, most)
    if rules.bounds_slices and order.display_quantity and not least <= order.display_quantity <= most:
        return _outside(no.QUANTITY_OUT_OF_RANGE, order.display_quantity, least, most)
    least, most = max(guards.market_lots_min, least), guards.market_lots_max or most
    if order.type not in LIMIT_TYPES and not least <= order.quantity <= most:
        return _outside(no.MARKET_QUANTITY_OUT_OF_RANGE, order.quantity, least, most)
    return PASSED


def _notional(market: Market, order: PlaceOrderWithTerms, rules: Rules) -> Refused:
    least, most = market.notional_atoms_min, market.guards.notional_atoms_max or SUPPLY_ATOMS_MAX
    lots_max = SUPPLY_ATOMS_MAX // market.lot_atoms
    price = order.price or order.stop_price
    notional = order.quote_quantity or price * order.quantity * market.tick_atoms
    judged = order.type != MARKET or order.quote_quantity > 0
    if judged and notional < least and notional:
        nearest = least if order.quote_quantity else _passing(market, -(-least // (price * market.tick_atoms)), rules)
        return Refused(no.NOTIONAL_TOO_SMALL, FilterFailed(no.NOTIONAL_TOO_SMALL, notional, least, most, nearest))
    if judged and notional > most:
        lots = min(most // (price * market.tick_atoms), lots_max)
        nearest = most if order.quote_quantity else _passing(market, lots, rules)
        value = min(notional, SUPPLY_ATOMS_MAX + 1)
        return Refused(no.NOTIONAL_TOO_LARGE, FilterFailed(no.NOTIONAL_TOO_LARGE, value, least, most, nearest or -1))
    return PASSED if order.quantity <= lots_max else Refused(no.NOTIONAL_TOO_LARGE)


def _passing(market: Market, lots: int, rules: Rules) -> int:
    """A quantity that the market takes, or -1."""
    if not rules.names_what_passes:
        return lots
    return lots if market.quantity_lots_min <= lots <= market.quantity_lots_max else -1


def _iceberg(market: Market, order: PlaceOrderWithTerms, rules: Rules) -> Refused:
    most = market.guards.iceberg_parts_max or ICEBERG_PARTS_USUAL
    parts = -(-order.quantity // order.display_quantity) if order.display_quantity else 0
    if parts <= most:
        return PASSED
    nearest = -(-order.quantity // most)
    failed = FilterFailed(no.ICEBERG_PARTS_TOO_MANY, parts, 1, most, nearest)
    return Refused(no.ICEBERG_PARTS_TOO_MANY, failed)


def _outside(reason: int, value: int, least: int, most: int) -> Refused:
    return Refused(reason, FilterFailed(reason, value, least, most, least if value < least else most))
