"""An order as it arrives: read from its record and held against everything that needs neither money nor book."""

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.client_ids import is_client_id, read_client_key
from trueman.core.frames import ACCOUNT_AT, PLACE_CLIENT_ID_AT
from trueman.core.markets import Market
from trueman.core.messages import Order
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    CLIENT_ID_INVALID,
    NOTIONAL_TOO_LARGE,
    NOTIONAL_TOO_SMALL,
    OK,
    PRICE_MISSING,
    PRICE_NOT_ALLOWED,
    PRICE_OUT_OF_RANGE,
    QUANTITY_MISSING,
    QUANTITY_OUT_OF_RANGE,
    SIDE_INVALID,
    STP_INVALID,
    TIME_IN_FORCE_INVALID,
    TYPE_INVALID,
)
from trueman.core.units import (
    BUY,
    FOK,
    GTC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    SELL,
    STP_EXPIRE_BOTH,
    STP_NONE,
    SUPPLY_ATOMS_MAX,
    USER_ACCOUNT_MAX,
    USER_ACCOUNT_MIN,
)


def read_order(frame: bytes, at: i64, order: Order) -> None:
    order.account = read_i64_le(frame, at + ACCOUNT_AT)
    order.side = read_i64_le(frame, at + 32)
    order.type = read_i64_le(frame, at + 40)
    order.time_in_force = read_i64_le(frame, at + 48)
    order.stp = read_i64_le(frame, at + 56)
    order.price = read_i64_le(frame, at + 64)
    order.quantity = read_i64_le(frame, at + 72)
    order.quote_quantity = read_i64_le(frame, at + 80)
    read_client_key(order.client_key, order.account, frame, at + PLACE_CLIENT_ID_AT)


def is_user(account: i64) -> bool:
    return USER_ACCOUNT_MIN <= account <= USER_ACCOUNT_MAX


def static_refusal(order: Order) -> i64:
    """What the order alone shows."""
    if not is_user(order.account):
        return ACCOUNT_INVALID
    if not is_client_id(order.client_key):
        return CLIENT_ID_INVALID
    if order.side != BUY and order.side != SELL:
        return SIDE_INVALID
    if order.type < LIMIT or order.type > LIMIT_MAKER:
        return TYPE_INVALID
    if order.time_in_force < GTC or order.time_in_force > FOK:
        return TIME_IN_FORCE_INVALID
    if order.type != LIMIT and order.time_in_force != GTC:
        return TIME_IN_FORCE_INVALID
    if order.stp < STP_NONE or order.stp > STP_EXPIRE_BOTH:
        return STP_INVALID
    return OK


def filter_refusal(order: Order, market: Market) -> i64:
    """The market's own bounds."""
    reason = _price_refusal(order, market)
    if reason == OK:
        reason = _quantity_refusal(order, market)
    return _notional_refusal(order, market) if reason == OK else reason


def _price_refusal(order: Order, market: Market) -> i64:
    if order.type == MARKET:
        return OK if order.price == 0 else PRICE_NOT_ALLOWED
    if order.price == 0:
        return PRICE_MISSING
    if order.price < market.price_ticks_min or order.price > market.price_ticks_max:
        return PRICE_OUT_OF_RANGE
    return OK


def _quantity_refusal(order: Order, market: Market) -> i64:
    if (order.quantity == 0) == (order.quote_quantity == 0):
        return QUANTITY_MISSING
    if order.quote_quantity != 0:
        if order.type != MARKET:
            return QUANTITY_MISSING
        return QUANTITY_OUT_OF_RANGE if order.quote_quantity < 0 else OK
    if order.quantity < market.quantity_lots_min or order.quantity > market.quantity_lots_max:
        return QUANTITY_OUT_OF_RANGE
    return OK


def _notional_refusal(order: Order, market: Market) -> i64:
    if order.quote_quantity != 0:
        return _range_refusal(int(order.quote_quantity), market)
    if int(order.quantity) * int(market.lot_atoms) > SUPPLY_ATOMS_MAX:
        return NOTIONAL_TOO_LARGE
    return OK if order.type == MARKET else _range_refusal(market.notional(order.price, order.quantity), market)


def _range_refusal(notional: int, market: Market) -> i64:
    """The upper bound first: compiled, only what fits in 63 bits can be compared with the market's own number."""
    if notional > SUPPLY_ATOMS_MAX:
        return NOTIONAL_TOO_LARGE
    return NOTIONAL_TOO_SMALL if notional < market.notional_atoms_min else OK
