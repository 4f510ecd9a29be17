"""An order as it arrives: read from its record and held against everything that needs neither money nor book."""

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.client_ids import is_client_id, read_client_id
from trueman.core.frames import (
    ACCOUNT_AT,
    HEADER_MASK,
    PLACE_CLIENT_ID_AT,
    PLACE_ORDER_HEADER,
    PLACE_PRICE_AT,
    PLACE_QUANTITY_AT,
    PLACE_QUOTE_AT,
    TERMS_CLIENT_ID_AT,
    TERMS_DISPLAY_AT,
    TERMS_EXPIRE_AT,
    TERMS_STOP_PRICE_AT,
    TERMS_TRAILING_AT,
)
from trueman.core.members import is_user
from trueman.core.messages import Bounds, Order
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    CLIENT_ID_INVALID,
    DISPLAY_INVALID,
    EXPIRY_INVALID,
    OK,
    SIDE_INVALID,
    STP_INVALID,
    TIME_IN_FORCE_INVALID,
    TRAILING_OUT_OF_RANGE,
    TRIGGER_INVALID,
    TYPE_INVALID,
)
from trueman.core.rulesets import Rules
from trueman.core.units import (
    EXPIRY_US_MAX,
    FOK,
    GTC,
    GTD,
    IOC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    SELL,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    STP_DECREMENT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TRAILING_BIPS_MAX,
    TRAILING_BIPS_MIN,
)


def read_order(frame: bytes, at: i64, order: Order) -> None:
    """Of a PlaceOrder or a PlaceOrderWithTerms, which begin alike."""
    header = read_i64_le(frame, at)
    order.account = read_i64_le(frame, at + ACCOUNT_AT)
    order.side = header >> 32 & 0xFF
    order.type = header >> 40 & 0xFF
    order.time_in_force = header >> 48 & 0xFF
    order.stp = header >> 56 & 0xFF
    order.price = read_i64_le(frame, at + PLACE_PRICE_AT)
    order.quantity = read_i64_le(frame, at + PLACE_QUANTITY_AT)
    order.quote_quantity = read_i64_le(frame, at + PLACE_QUOTE_AT)
    if header & HEADER_MASK == PLACE_ORDER_HEADER:
        order.has_terms = False
        order.stop_price = 0
        order.trailing_bips = 0
        order.display_quantity = 0
        order.expire_us = 0
        read_client_id(order.client_id, frame, at + PLACE_CLIENT_ID_AT)
    else:
        order.has_terms = True
        order.stop_price = read_i64_le(frame, at + TERMS_STOP_PRICE_AT)
        order.trailing_bips = read_i64_le(frame, at + TERMS_TRAILING_AT)
        order.display_quantity = read_i64_le(frame, at + TERMS_DISPLAY_AT)
        order.expire_us = read_i64_le(frame, at + TERMS_EXPIRE_AT)
        read_client_id(order.client_id, frame, at + TERMS_CLIENT_ID_AT)
    order.is_activated = False
    order.hold_price = 0
    order.best_price = 0


def is_stop(kind: i64) -> bool:
    """Whether an order of this type waits for a trigger."""
    return kind >= STOP_LOSS


def is_limit(kind: i64) -> bool:
    """Whether an order of this type has a price."""
    return kind in (LIMIT, LIMIT_MAKER, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT)


def may_rest(order: Order) -> bool:
    """Whether the order may be open after its command."""
    if order.type == MARKET:
        return False
    return is_stop(order.type) or order.time_in_force == GTC or order.time_in_force == GTD


def static_refusal(order: Order, time_us: i64, rules: Rules, bounds: Bounds) -> i64:
    """What the order alone shows."""
    if not is_user(order.account):
        return ACCOUNT_INVALID
    if not is_client_id(order.client_id):
        return CLIENT_ID_INVALID
    if order.side > SELL:
        return SIDE_INVALID
    if order.type > TAKE_PROFIT_LIMIT:
        return TYPE_INVALID
    if not is_time_in_force(order.type, order.time_in_force):
        return TIME_IN_FORCE_INVALID
    if order.stp > STP_DECREMENT:
        return STP_INVALID
    if is_stop(order.type) or order.has_terms:
        return _terms_refusal(order, time_us, rules, bounds)
    return EXPIRY_INVALID if order.time_in_force == GTD else OK


def is_expired(order: Order, time_us: i64) -> bool:
    """Whether the date of a good-till-date order is over: asked when it is known to be no repeat."""
    return order.time_in_force == GTD and order.expire_us <= time_us


def is_time_in_force(kind: i64, time_in_force: i64) -> bool:
    if time_in_force == GTC:
        return True
    if time_in_force == GTD:
        return kind != MARKET
    if time_in_force in (IOC, FOK):
        return kind in (LIMIT, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT)
    return False


def _terms_refusal(order: Order, time_us: i64, rules: Rules, bounds: Bounds) -> i64:
    if not _is_trigger_right(order):
        return TRIGGER_INVALID
    if order.trailing_bips != 0 and bounds.missed(order.trailing_bips, TRAILING_BIPS_MIN, TRAILING_BIPS_MAX):
        return TRAILING_OUT_OF_RANGE if rules.names_more_bounds else TRIGGER_INVALID
    if order.display_quantity != 0:
        rests = order.time_in_force == GTC or order.time_in_force == GTD
        if not is_limit(order.type) or not rests or not 0 < order.display_quantity <= order.quantity:
            return DISPLAY_INVALID
    if order.time_in_force == GTD:
        earliest: i64 = time_us
        if rules.knows_repeats_first:
            earliest = 0
        if order.expire_us <= earliest or order.expire_us - time_us > EXPIRY_US_MAX:
            return EXPIRY_INVALID
    elif order.expire_us != 0:
        return EXPIRY_INVALID
    return OK


def _is_trigger_right(order: Order) -> bool:
    if not is_stop(order.type):
        return order.stop_price == 0 and order.trailing_bips == 0
    if order.stop_price < 0 or order.trailing_bips < 0:
        return False
    return order.stop_price != 0 or order.trailing_bips != 0


def is_stop_market(kind: i64) -> bool:
    return kind in (STOP_LOSS, TAKE_PROFIT)
