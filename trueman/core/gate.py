"""What the market's state and its book refuse, before anything changes: the last checks of an order, in their order.

Nothing that passed here can fail in the matching.
"""

from mypy_extensions import i64

from trueman.core.markets import Market
from trueman.core.matching import Matching, can_wait
from trueman.core.messages import Bounds, Order
from trueman.core.prices import part_down, part_up
from trueman.core.rejections import (
    BOOK_EMPTY,
    FUNDS_INSUFFICIENT,
    MARKET_NOT_TRADING,
    NOT_IN_AUCTION,
    NOTIONAL_AT_MARKET_TOO_LARGE,
    NOTIONAL_AT_MARKET_TOO_SMALL,
    OK,
    PRICE_TOO_FAR,
    REFERENCE_MISSING,
    TRAILING_ORDERS_TOO_MANY,
    WOULD_TAKE,
    WOULD_TRIGGER,
)
from trueman.core.triggers import meets, waits_for_rise
from trueman.core.units import (
    AUCTION,
    BUY,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    NONE,
    SUPPLY_ATOMS_MAX,
    TRADING,
    TRAILING_ORDERS_MAX,
)


def refusal(matching: Matching, order: Order, bounds: Bounds) -> i64:
    """What keeps a new order out, or OK. A refusal by a filter leaves its bounds."""
    market = matching.market
    if market.status != TRADING:
        if market.status != AUCTION:
            return MARKET_NOT_TRADING
        if not waits_for_auction(order):
            return NOT_IN_AUCTION
    if order.price != 0 and is_too_far(market, order, matching.prices.reference(), bounds):
        return PRICE_TOO_FAR
    if order.type == LIMIT:
        return OK
    if order.type == LIMIT_MAKER:
        return WOULD_TAKE if matching.book.against(order.side).crosses(order.price) else OK
    if order.type == MARKET:
        reason = notional_refusal(market, order, matching.prices.reference(), bounds)
        if reason == OK:
            reason = activation_refusal(matching, order)
        return reason
    return stop_refusal(matching, order, bounds)


def activation_refusal(matching: Matching, order: Order) -> i64:
    """What keeps an order out that takes whatever price there is, now that it would meet the book."""
    if order.price != 0:
        return OK
    against = matching.book.against(order.side)
    if against.best == NONE:
        return BOOK_EMPTY
    return OK if matching.walk.can_pay(against, order) else FUNDS_INSUFFICIENT


def waits_for_auction(order: Order) -> bool:
    """Whether an auction can collect the order; stops lie dormant all the same."""
    return order.type > LIMIT_MAKER or (order.type == LIMIT and can_wait(order))


def is_too_far(market: Market, order: Order, reference: i64, bounds: Bounds) -> bool:
    """Whether a price is out of the percentages that the market allows around its own.

    Where both are on one side of it, rounding may leave no price: then all are, each by the bound that it misses first.
    """
    down = market.bid_down_ppm if order.side == BUY else market.ask_down_ppm
    up = market.bid_up_ppm if order.side == BUY else market.ask_up_ppm
    if reference == 0 or (down == 0 and up == 0):
        return False
    least: i64 = max(1, part_up(reference, down))
    most: i64 = part_down(reference, up) if up != 0 else SUPPLY_ATOMS_MAX
    return bounds.missed(order.price, least, most)


def notional_refusal(market: Market, order: Order, reference: i64, bounds: Bounds) -> i64:
    """What an order by quantity would be worth at the market's price."""
    if order.quantity == 0 or reference == 0:
        return OK
    lot_cost = market.notional(reference, 1)
    notional = lot_cost * int(order.quantity)
    value = notional if notional <= SUPPLY_ATOMS_MAX else SUPPLY_ATOMS_MAX + 1
    least = market.notional_atoms_min
    most = market.notional_atoms_max if market.notional_atoms_max != 0 else SUPPLY_ATOMS_MAX
    if value < least:
        bounds.set(value, least, most, (int(least) + lot_cost - 1) // lot_cost)
        return NOTIONAL_AT_MARKET_TOO_SMALL
    if value > most:
        lots = min(int(most) // lot_cost, SUPPLY_ATOMS_MAX // int(market.lot_atoms))
        bounds.set(value, least, most, lots if lots > 0 else NONE)
        return NOTIONAL_AT_MARKET_TOO_LARGE
    return OK


def stop_refusal(matching: Matching, order: Order, bounds: Bounds) -> i64:
    reference = matching.prices.reference()
    if order.trailing_bips == 0:
        is_rising = waits_for_rise(order.type, order.side)
        return WOULD_TRIGGER if meets(is_rising, order.stop_price, reference) else OK
    if order.stop_price == 0 and reference == 0:
        return REFERENCE_MISSING
    count = matching.triggers.trailing_orders()
    if count >= TRAILING_ORDERS_MAX:
        bounds.set(count + 1, 0, TRAILING_ORDERS_MAX, TRAILING_ORDERS_MAX)
        return TRAILING_ORDERS_TOO_MANY
    return OK
