"""Orders and fills as the trading interface tells them.

An order's own account of itself comes from the result of the command that placed it, so a caller who waits for the
answer needs no view: what he is told is what the log says.
"""

from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from trueman.core.events import MatchPrevented, OrderAmended, Traded
from trueman.core.rejections import REASON_NAMES
from trueman.core.units import BUY
from trueman.views.orders import Order
from trueman.views.registry import Asset, Market
from trueman.wire import amounts
from trueman.wire.order_words import (
    ACK,
    FULL,
    SIDE_WORDS,
    STATUS_WORDS,
    STP_WORDS,
    TIME_IN_FORCE_WORDS,
    TYPE_WORDS,
)

NO_LIST: Final = -1
"""The order list that an order on its own belongs to."""
NEVER: Final = -1
"""Since when an order works that never did."""


class Wire(msgspec.Struct, rename="camel", gc=False):
    """A body of the trading interface; its fields travel in camel case."""


class Conditional(Wire, kw_only=True):
    """What is told only of the orders that have it."""

    stop_price: str | UnsetType = UNSET
    trailing_delta: int | UnsetType = UNSET
    iceberg_qty: str | UnsetType = UNSET
    good_till_date: int | UnsetType = UNSET
    prevented_match_id: int | UnsetType = UNSET
    prevented_quantity: str | UnsetType = UNSET
    expiry_reason: str | UnsetType = UNSET
    """Why an order could not go on when its trigger fired or its list called it."""


class OrderAck(Conditional):
    symbol: str
    order_id: int
    order_list_id: int
    client_order_id: str
    transact_time: int


class OrderResult(OrderAck):
    price: str
    orig_qty: str
    executed_qty: str
    orig_quote_order_qty: str
    cummulative_quote_qty: str
    """Spelt like this by everybody who reads it."""
    status: str
    time_in_force: str
    type: str
    side: str
    working_time: int
    self_trade_prevention_mode: str


class Fill(Wire):
    price: str
    qty: str
    commission: str
    commission_asset: str
    trade_id: int


class OrderFull(OrderResult):
    fills: list[Fill]


class OrderCanceled(Conditional):
    symbol: str
    orig_client_order_id: str
    order_id: int
    order_list_id: int
    client_order_id: str
    transact_time: int
    price: str
    orig_qty: str
    executed_qty: str
    orig_quote_order_qty: str
    cummulative_quote_qty: str
    status: str
    time_in_force: str
    type: str
    side: str
    self_trade_prevention_mode: str


class OrderStatus(Conditional):
    symbol: str
    order_id: int
    order_list_id: int
    client_order_id: str
    price: str
    orig_qty: str
    executed_qty: str
    cummulative_quote_qty: str
    status: str
    time_in_force: str
    type: str
    side: str
    time: int
    update_time: int
    is_working: bool
    working_time: int
    orig_quote_order_qty: str
    self_trade_prevention_mode: str


class MyTrade(Wire):
    symbol: str
    id: int
    order_id: int
    order_list_id: int
    price: str
    qty: str
    quote_qty: str
    commission: str
    commission_asset: str
    time: int
    is_buyer: bool
    is_maker: bool
    is_best_match: bool


class AmendedOrder(Wire):
    symbol: str
    order_id: int
    order_list_id: int
    orig_client_order_id: str
    client_order_id: str
    price: str
    qty: str
    executed_qty: str
    prevented_qty: str
    quote_order_qty: str
    cumulative_quote_qty: str
    status: str
    time_in_force: str
    type: str
    side: str
    working_time: int
    self_trade_prevention_mode: str


class Amendment(Wire):
    transact_time: int
    execution_id: int
    amended_order: AmendedOrder


class PastAmendment(Wire):
    symbol: str
    order_id: int
    execution_id: int
    orig_client_order_id: str
    new_client_order_id: str
    orig_qty: str
    new_qty: str
    time: int


class PreventedMatch(Wire):
    symbol: str
    prevented_match_id: int
    taker_order_id: int
    maker_symbol: str
    maker_order_id: int
    trade_group_id: int
    self_trade_prevention_mode: str
    price: str
    transact_time: int
    maker_prevented_quantity: str | UnsetType = UNSET
    taker_prevented_quantity: str | UnsetType = UNSET


def placed(market: Market, order: Order, trades: list[Traded], response_type: int, per_time: int) -> OrderAck:
    """The answer to an accepted order; `per_time` is how many microseconds one unit of time on the wire has."""
    time = order.accepted_us // per_time
    if response_type == ACK:
        return OrderAck(market.symbol, order.order_id, order.list_id or NO_LIST, order.client_id, time)
    values = (
        market.symbol,
        order.order_id,
        order.list_id or NO_LIST,
        order.client_id,
        time,
        amounts.price_text(market, order.price),
        amounts.quantity_text(market, order.quantity or order.executed),
        amounts.quantity_text(market, order.executed),
        amounts.quote_text(market, order.quote_quantity),
        amounts.quote_text(market, order.executed_quote),
        STATUS_WORDS[order.status],
        TIME_IN_FORCE_WORDS[order.time_in_force],
        TYPE_WORDS[order.type],
        SIDE_WORDS[order.side],
        _working_time(order, per_time),
        STP_WORDS[order.stp],
    )
    conditional = _conditional(market, order, per_time)
    if response_type == FULL:
        return OrderFull(*values, [_fill(market, order, trade) for trade in trades], **conditional)
    return OrderResult(*values, **conditional)


def _conditional(market: Market, order: Order, per_time: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if order.stop_price:
        found["stop_price"] = amounts.price_text(market, order.stop_price)
    if order.trailing_bips:
        found["trailing_delta"] = order.trailing_bips
    if order.display_quantity:
        found["iceberg_qty"] = amounts.quantity_text(market, order.display_quantity)
    if order.expire_us:
        found["good_till_date"] = order.expire_us // per_time
    if order.prevention_id:
        found["prevented_match_id"] = order.prevention_id
        found["prevented_quantity"] = amounts.quantity_text(market, order.prevented)
    if order.refusal:
        found["expiry_reason"] = REASON_NAMES[order.refusal]
    return found


def _working_time(order: Order, per_time: int) -> int:
    return order.working_us // per_time if order.is_working else NEVER


def _fill(market: Market, order: Order, trade: Traded) -> Fill:
    is_maker = trade.maker_order == order.order_id
    return Fill(
        amounts.price_text(market, trade.price),
        amounts.quantity_text(market, trade.quantity),
        amounts.amount_text(fee_asset(market, trade, is_maker), trade.maker_fee if is_maker else trade.taker_fee),
        fee_asset(market, trade, is_maker).code,
        trade.trade_id,
    )


def fee_asset(market: Market, trade: Traded, is_maker: bool) -> Asset:
    """The asset of the maker's or taker's fee; a rebate is a part of the taker's."""
    if is_maker and trade.maker_fee >= 0:
        in_quote, buys = trade.maker_fee_in_quote, trade.taker_side != BUY
    else:
        in_quote, buys = trade.taker_fee_in_quote, trade.taker_side == BUY
    return market.base if buys and not in_quote else market.quote


def canceled(market: Market, order: Order, cancel_id: str, time_us: int, per_time: int) -> OrderCanceled:
    """The answer to a cancel; `cancel_id` is the id of the cancel itself."""
    return OrderCanceled(
        market.symbol,
        order.client_id,
        order.order_id,
        order.list_id or NO_LIST,
        cancel_id,
        time_us // per_time,
        amounts.price_text(market, order.price),
        amounts.quantity_text(market, order.quantity or order.executed),
        amounts.quantity_text(market, order.executed),
        amounts.quote_text(market, order.quote_quantity),
        amounts.quote_text(market, order.executed_quote),
        STATUS_WORDS[order.status],
        TIME_IN_FORCE_WORDS[order.time_in_force],
        TYPE_WORDS[order.type],
        SIDE_WORDS[order.side],
        STP_WORDS[order.stp],
        **_conditional(market, order, per_time),
    )


def order_status(market: Market, order: Order, per_time: int) -> OrderStatus:
    always = {"stop_price": amounts.price_text(market, 0), "iceberg_qty": amounts.quantity_text(market, 0)}
    return OrderStatus(
        market.symbol,
        order.order_id,
        order.list_id or NO_LIST,
        order.client_id,
        amounts.price_text(market, order.price),
        amounts.quantity_text(market, order.quantity or order.executed),
        amounts.quantity_text(market, order.executed),
        amounts.quote_text(market, order.executed_quote),
        STATUS_WORDS[order.status],
        TIME_IN_FORCE_WORDS[order.time_in_force],
        TYPE_WORDS[order.type],
        SIDE_WORDS[order.side],
        order.accepted_us // per_time,
        order.updated_us // per_time,
        order.is_working,
        _working_time(order, per_time),
        amounts.quote_text(market, order.quote_quantity),
        STP_WORDS[order.stp],
        **(always | _conditional(market, order, per_time)),
    )


def amended(
    market: Market, order: Order, amendment: OrderAmended, number: int, time_us: int, per_time: int
) -> Amendment:
    """An order keeps its client id when it is amended."""
    return Amendment(
        time_us // per_time,
        number,
        AmendedOrder(
            market.symbol,
            order.order_id,
            order.list_id or NO_LIST,
            order.client_id,
            order.client_id,
            amounts.price_text(market, order.price),
            amounts.quantity_text(market, amendment.quantity),
            amounts.quantity_text(market, order.executed),
            amounts.quantity_text(market, order.prevented),
            amounts.quote_text(market, order.quote_quantity),
            amounts.quote_text(market, order.executed_quote),
            STATUS_WORDS[order.status],
            TIME_IN_FORCE_WORDS[order.time_in_force],
            TYPE_WORDS[order.type],
            SIDE_WORDS[order.side],
            _working_time(order, per_time),
            STP_WORDS[order.stp],
        ),
    )


def past_amendment(
    market: Market, order: Order, number: int, sizes: tuple[int, int], time_us: int, per_time: int
) -> PastAmendment:
    """`sizes`: before and after. The execution's number is the one that the amend was answered with."""
    original, quantity = (amounts.quantity_text(market, lots) for lots in sizes)
    time = time_us // per_time
    return PastAmendment(
        market.symbol, order.order_id, number, order.client_id, order.client_id, original, quantity, time
    )


def prevented_match(market: Market, match: MatchPrevented, group: int, time_us: int, per_time: int) -> PreventedMatch:
    """`group` is the caller's self-trade group, 0 for none."""
    return PreventedMatch(
        market.symbol,
        match.prevention_id,
        match.taker_order,
        market.symbol,
        match.maker_order,
        group or NO_LIST,
        STP_WORDS[match.stp],
        amounts.price_text(market, match.price),
        time_us // per_time,
        amounts.quantity_text(market, match.maker_quantity) if match.maker_quantity else UNSET,
        amounts.quantity_text(market, match.taker_quantity) if match.taker_quantity else UNSET,
    )


def my_trades(
    market: Market, account: int, trade: Traded, lists: dict[int, int], time_us: int, per_time: int
) -> list[MyTrade]:
    """The account's sides of a trade: one, or both when it traded with itself. `lists` has the lists of its orders."""
    sides = ((trade.maker_account, True), (trade.taker_account, False))
    return [
        _my_trade(market, trade, is_maker, lists, time_us // per_time) for owner, is_maker in sides if owner == account
    ]


def _my_trade(market: Market, trade: Traded, is_maker: bool, lists: dict[int, int], time: int) -> MyTrade:
    asset = fee_asset(market, trade, is_maker)
    order_id = trade.maker_order if is_maker else trade.taker_order
    return MyTrade(
        market.symbol,
        trade.trade_id,
        order_id,
        lists.get(order_id, NO_LIST),
        amounts.price_text(market, trade.price),
        amounts.quantity_text(market, trade.quantity),
        amounts.quote_text(market, trade.quote_amount),
        amounts.amount_text(asset, trade.maker_fee if is_maker else trade.taker_fee),
        asset.code,
        time,
        (trade.taker_side == BUY) != is_maker,
        is_maker,
        True,
    )
