"""The filters of a market, with what each says of a value that it refuses (section 4)."""

from tests.reference.naive_rules import Refusal
from tests.reference.naive_state import (
    DORMANT,
    LIMIT_TYPES,
    PENDING,
    TRIGGERED,
    NaiveMarket,
    NaiveOrder,
    NaiveState,
    up,
)
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u


def failed(reason: int, value: int, least: int, most: int, nearest: int) -> Refusal:
    return Refusal(reason, fact.FilterFailed(reason, value, least, most, nearest))


def outside(reason: int, value: int, least: int, most: int) -> Refusal | None:
    if least <= value <= most:
        return None
    return failed(reason, value, least, most, least if value < least else most)


def within(nearest: int, least: int, most: int, ruleset: int) -> int:
    """The nearest value, -1 where another bound refuses it too."""
    return nearest if ruleset < 4 or least <= nearest <= most else -1


def static_filters(asked: ask.PlaceOrderWithTerms, market: NaiveMarket, ruleset: int) -> Refusal | None:
    """Rules 4.9 to 4.14."""
    return (
        _price(asked, market)
        or _stop_price(asked, market)
        or _quantity(asked, market)
        or _display(asked, market, ruleset)
        or _market_quantity(asked, market)
        or notional_at_own_price(asked, asked.quantity, market, no.NOTIONAL_TOO_SMALL, ruleset)
        or notional_at_own_price(asked, asked.quantity, market, no.NOTIONAL_TOO_LARGE, ruleset)
        or _iceberg_parts(asked, market)
    )


def _price(asked: ask.PlaceOrderWithTerms, market: NaiveMarket) -> Refusal | None:
    if asked.type not in LIMIT_TYPES:
        return Refusal(no.PRICE_NOT_ALLOWED) if asked.price != 0 else None
    if asked.price == 0:
        return Refusal(no.PRICE_MISSING)
    defined = market.defined
    return outside(no.PRICE_OUT_OF_RANGE, asked.price, defined.price_ticks_min, defined.price_ticks_max)


def _stop_price(asked: ask.PlaceOrderWithTerms, market: NaiveMarket) -> Refusal | None:
    if asked.stop_price == 0:
        return None
    defined = market.defined
    return outside(no.STOP_PRICE_OUT_OF_RANGE, asked.stop_price, defined.price_ticks_min, defined.price_ticks_max)


def _quantity(asked: ask.PlaceOrderWithTerms, market: NaiveMarket) -> Refusal | None:
    if (asked.quantity != 0) == (asked.quote_quantity != 0):
        return Refusal(no.QUANTITY_MISSING)
    if asked.quote_quantity == 0:
        return quantity_range(asked.quantity, market)
    if asked.type != u.MARKET:
        return Refusal(no.QUANTITY_MISSING)
    least = max(1, market.defined.notional_atoms_min)
    if asked.quote_quantity < 0:
        return failed(no.QUANTITY_OUT_OF_RANGE, asked.quote_quantity, least, market.notional_max, least)
    return None


def quantity_range(quantity: int, market: NaiveMarket) -> Refusal | None:
    defined = market.defined
    return outside(no.QUANTITY_OUT_OF_RANGE, quantity, defined.quantity_lots_min, defined.quantity_lots_max)


def _display(asked: ask.PlaceOrderWithTerms, market: NaiveMarket, ruleset: int) -> Refusal | None:
    """Rule 4.11: no slice is smaller than an order may be."""
    return quantity_range(asked.display_quantity, market) if ruleset >= 4 and asked.display_quantity else None


def _market_quantity(asked: ask.PlaceOrderWithTerms, market: NaiveMarket) -> Refusal | None:
    guard, defined = market.guard, market.defined
    if asked.type in LIMIT_TYPES or asked.quote_quantity != 0:
        return None
    if guard.market_lots_min <= asked.quantity <= (guard.market_lots_max or asked.quantity):
        return None
    least = max(guard.market_lots_min, defined.quantity_lots_min)
    most = guard.market_lots_max or defined.quantity_lots_max
    nearest = least if asked.quantity < guard.market_lots_min else most
    return failed(no.MARKET_QUANTITY_OUT_OF_RANGE, asked.quantity, least, most, nearest)


def notional_at_own_price(
    asked: "ask.PlaceOrderWithTerms | NaiveOrder", quantity: int, market: NaiveMarket, reason: int, ruleset: int
) -> Refusal | None:
    """Rule 4.13, for one of its two reasons."""
    price = asked.price if asked.type in LIMIT_TYPES else asked.stop_price
    if asked.quote_quantity:
        least, most = market.defined.notional_atoms_min, market.notional_max
        return _notional(reason, asked.quote_quantity, least, most, least, most)
    return notional_at(price, quantity, market, reason, ruleset) if price else None


def notional_at(price: int, quantity: int, market: NaiveMarket, reason: int, ruleset: int) -> Refusal | None:
    defined = market.defined
    least, most = defined.notional_atoms_min, market.notional_max
    one = price * defined.tick_atoms
    possible = u.SUPPLY_ATOMS_MAX // defined.lot_atoms
    smallest, largest = min(up(least, one), possible), min(most // one, possible) or -1
    smallest, largest = (
        within(lots, defined.quantity_lots_min, defined.quantity_lots_max, ruleset) for lots in (smallest, largest)
    )
    return _notional(reason, one * quantity, least, most, smallest, largest)


def _notional(reason: int, notional: int, least: int, most: int, smallest: int, largest: int) -> Refusal | None:
    if reason in (no.NOTIONAL_TOO_SMALL, no.NOTIONAL_AT_MARKET_TOO_SMALL):
        return failed(reason, notional, least, most, smallest) if notional < least else None
    value = min(notional, u.SUPPLY_ATOMS_MAX + 1)
    return failed(reason, value, least, most, largest) if notional > most else None


def _iceberg_parts(asked: ask.PlaceOrderWithTerms, market: NaiveMarket) -> Refusal | None:
    if asked.display_quantity == 0:
        return None
    parts, most = up(asked.quantity, asked.display_quantity), market.guard.iceberg_parts_max or u.ICEBERG_PARTS_USUAL
    return failed(no.ICEBERG_PARTS_TOO_MANY, parts, 1, most, up(asked.quantity, most)) if parts > most else None


def count_refusal(state: NaiveState, orders: list[NaiveOrder]) -> Refusal | None:
    """Rule 4.16, for one order or all those of a list together."""
    guard = state.markets[orders[0].market].guard
    mine = state.orders_of(orders[0].account, orders[0].market)
    waiting = [o for o in mine if o.is_stop and o.state in (DORMANT, PENDING, TRIGGERED)]
    trailing, icebergs = [o for o in waiting if o.trailing_bips], [o for o in mine if o.display]
    new_open = [o for o in orders if o.may_rest or o.is_stop]
    new_stops, new_icebergs = [o for o in orders if o.is_stop], [o for o in orders if o.display]
    new_trailing = [o for o in orders if o.trailing_bips] if state.ruleset >= 3 else []
    for reason, new, there, most in (
        (no.OPEN_ORDERS_TOO_MANY, new_open, mine, guard.orders_max or u.OPEN_ORDERS_USUAL),
        (no.ALGO_ORDERS_TOO_MANY, new_stops, waiting, guard.algo_orders_max or u.ALGO_ORDERS_USUAL),
        (no.OWN_TRAILING_ORDERS_TOO_MANY, new_trailing, trailing, u.OWN_TRAILING_ORDERS_MAX),
        (no.ICEBERG_ORDERS_TOO_MANY, new_icebergs, icebergs, guard.iceberg_orders_max or u.ICEBERG_ORDERS_USUAL),
    ):
        count = len(there) + len(new)
        if new and count > most:
            return failed(reason, count, 0, most, most)
    return _timed_refusal(state, orders[0].account) if orders[0].expire_us else None


def _timed_refusal(state: NaiveState, account: int) -> Refusal | None:
    timed = [o for o in state.open if o.expire_us]
    own = sum(o.account == account for o in timed)
    if state.ruleset < 3:
        return Refusal(no.TIMED_ORDERS_TOO_MANY) if len(timed) >= u.TIMED_ORDERS_MAX else None
    for count, most in ((own + 1, u.OWN_TIMED_ORDERS_MAX), (len(timed) + 1, u.TIMED_ORDERS_MAX)):
        if count > most:
            return failed(no.TIMED_ORDERS_TOO_MANY, count, 0, most, most)
    return None


def position_refusal(state: NaiveState, order: NaiveOrder, passing: "list[NaiveOrder] | None" = None) -> Refusal | None:
    """Rule 4.17. Those in `passing` do not count among the open buys."""
    market = state.markets[order.market]
    most = market.guard.position_lots_max
    if order.side != u.BUY or most == 0:
        return None
    base = sum(state.balance(order.account, market.defined.base, pot) for pot in (u.AVAILABLE, u.HELD, u.RESERVED))
    buys = [o for o in state.orders_of(order.account, order.market) if o.side == u.BUY and o not in (passing or [])]
    position = base // market.defined.lot_atoms + sum(o.unfilled for o in buys)
    quantity, lot_cost = order.quantity, 1
    if order.quote_quantity and state.ruleset >= (3 if passing is None else 5):
        asks = state.book(order.market, u.SELL)
        lot_cost = asks[0].price * market.defined.tick_atoms if asks else 1
        quantity = order.quote_quantity // lot_cost if asks else 0
    if position + quantity <= most:
        return None
    room, value = most - position, min(position + quantity, u.SUPPLY_ATOMS_MAX + 1)
    nearest = min(room * lot_cost, u.SUPPLY_ATOMS_MAX) if room >= 1 else -1
    if not order.quote_quantity:
        nearest = within(nearest, market.defined.quantity_lots_min, market.defined.quantity_lots_max, state.ruleset)
    return failed(no.POSITION_TOO_LARGE, value, 0, most, nearest)


def far_refusal(order: NaiveOrder, market: NaiveMarket, ruleset: int) -> Refusal | None:
    """Rule 4.20."""
    guard, r = market.guard, market.reference
    if not order.is_limit or r == 0:
        return None
    down, most = guard.bid_down_ppm, guard.bid_up_ppm
    if order.side == u.SELL:
        down, most = guard.ask_down_ppm, guard.ask_up_ppm
    least = min(max(1, up(r * down, u.PPM_ONE)), u.SUPPLY_ATOMS_MAX + 1)
    most = min(r * most // u.PPM_ONE, u.SUPPLY_ATOMS_MAX) if most else u.SUPPLY_ATOMS_MAX
    if least <= order.price <= most:
        return None
    nearest, defined = least if order.price < least else most, market.defined
    nearest = within(nearest, defined.price_ticks_min, defined.price_ticks_max, ruleset)
    return failed(no.PRICE_TOO_FAR, order.price, least, most, nearest)
