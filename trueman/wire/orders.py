"""Orders and fills as the trading interface tells them.

An order's own account of itself comes from the result of the command that placed it, so a caller who waits for the
answer needs no view: what he is told is what the log says.
"""

from typing import NamedTuple, Protocol

import msgspec

from trueman.core.codec import Result
from trueman.core.commands import PlaceOrder
from trueman.core.events import OrderClosed, Traded
from trueman.core.units import BUY
from trueman.views.registry import Market
from trueman.wire import amounts
from trueman.wire.order_words import (
    ACK,
    FULL,
    OPEN,
    PARTIALLY_FILLED,
    SIDE_WORDS,
    STATUS_WORDS,
    STP_WORDS,
    TIME_IN_FORCE_WORDS,
    TYPE_WORDS,
)

NO_LIST = -1
"""The order list that an order on its own belongs to."""


class Wire(msgspec.Struct, rename="camel", gc=False):
    """A body of the trading interface; its fields travel in camel case."""


class OrderAck(Wire):
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


class OrderCanceled(Wire):
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


class OrderStatus(Wire):
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
    stop_price: str
    iceberg_qty: str
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


class KnownOrder(Protocol):
    """An order as a view or the history remembers it."""

    @property
    def order_id(self) -> int: ...
    @property
    def side(self) -> int: ...
    @property
    def type(self) -> int: ...
    @property
    def time_in_force(self) -> int: ...
    @property
    def stp(self) -> int: ...
    @property
    def price(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def quote_quantity(self) -> int: ...
    @property
    def client_id(self) -> str: ...
    @property
    def executed(self) -> int: ...
    @property
    def executed_quote(self) -> int: ...
    @property
    def status(self) -> int: ...
    @property
    def accepted_us(self) -> int: ...
    @property
    def updated_us(self) -> int: ...


class Outcome(NamedTuple):
    """What became of an order within the command that placed it."""

    status: int
    executed: int
    executed_quote: int
    trades: list[Traded]


def outcome(result: Result) -> Outcome:
    order_id = result.decided.order_id
    status, executed, executed_quote = OPEN, 0, 0
    trades: list[Traded] = []
    for event in result.events:
        if isinstance(event, Traded):
            if event.taker_order == order_id:
                trades.append(event)
                executed += event.quantity
                executed_quote += event.quote_amount
                status = PARTIALLY_FILLED
        elif isinstance(event, OrderClosed) and event.order_id == order_id:
            status = event.status
    return Outcome(status, executed, executed_quote, trades)


def placed(market: Market, order: PlaceOrder, result: Result, response_type: int, per_time: int) -> OrderAck:
    """The answer to an accepted order; `per_time` is how many microseconds one unit of time on the wire has."""
    decided = result.decided
    time = decided.time_us // per_time
    if response_type == ACK:
        return OrderAck(market.symbol, decided.order_id, NO_LIST, order.client_id, time)
    status, executed, executed_quote, trades = outcome(result)
    values = (
        market.symbol,
        decided.order_id,
        NO_LIST,
        order.client_id,
        time,
        amounts.price_text(market, order.price),
        amounts.quantity_text(market, order.quantity or executed),
        amounts.quantity_text(market, executed),
        amounts.quote_text(market, order.quote_quantity),
        amounts.quote_text(market, executed_quote),
        STATUS_WORDS[status],
        TIME_IN_FORCE_WORDS[order.time_in_force],
        TYPE_WORDS[order.type],
        SIDE_WORDS[order.side],
        time,
        STP_WORDS[order.stp],
    )
    if response_type == FULL:
        return OrderFull(*values, _fills(market, order.side, trades))
    return OrderResult(*values)


def _fills(market: Market, side: int, trades: list[Traded]) -> list[Fill]:
    received = market.base if side == BUY else market.quote
    return [
        Fill(
            amounts.price_text(market, trade.price),
            amounts.quantity_text(market, trade.quantity),
            amounts.amount_text(received, trade.taker_fee),
            received.code,
            trade.trade_id,
        )
        for trade in trades
    ]


def canceled(market: Market, order: KnownOrder, cancel_id: str, time_us: int, per_time: int) -> OrderCanceled:
    """The answer to a cancel; `cancel_id` is the id of the cancel itself."""
    return OrderCanceled(
        market.symbol,
        order.client_id,
        order.order_id,
        NO_LIST,
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
    )


def order_status(market: Market, order: KnownOrder, per_time: int) -> OrderStatus:
    accepted = order.accepted_us // per_time
    return OrderStatus(
        market.symbol,
        order.order_id,
        NO_LIST,
        order.client_id,
        amounts.price_text(market, order.price),
        amounts.quantity_text(market, order.quantity or order.executed),
        amounts.quantity_text(market, order.executed),
        amounts.quote_text(market, order.executed_quote),
        STATUS_WORDS[order.status],
        TIME_IN_FORCE_WORDS[order.time_in_force],
        TYPE_WORDS[order.type],
        SIDE_WORDS[order.side],
        amounts.price_text(market, 0),
        amounts.quantity_text(market, 0),
        accepted,
        order.updated_us // per_time,
        True,
        accepted,
        amounts.quote_text(market, order.quote_quantity),
        STP_WORDS[order.stp],
    )


def my_trades(market: Market, account: int, trade: Traded, time_us: int, per_time: int) -> list[MyTrade]:
    """The account's sides of a trade: one, or both when it traded with itself."""
    taker_buys = trade.taker_side == BUY
    sides: list[tuple[bool, int, int, bool]] = []
    if trade.maker_account == account:
        sides.append((not taker_buys, trade.maker_order, trade.maker_fee, True))
    if trade.taker_account == account:
        sides.append((taker_buys, trade.taker_order, trade.taker_fee, False))
    return [_my_trade(market, trade, side, time_us // per_time) for side in sides]


def _my_trade(market: Market, trade: Traded, side: tuple[bool, int, int, bool], time: int) -> MyTrade:
    is_buyer, order_id, fee, is_maker = side
    received = market.base if is_buyer else market.quote
    return MyTrade(
        market.symbol,
        trade.trade_id,
        order_id,
        NO_LIST,
        amounts.price_text(market, trade.price),
        amounts.quantity_text(market, trade.quantity),
        amounts.quote_text(market, trade.quote_amount),
        amounts.amount_text(received, fee),
        received.code,
        time,
        is_buyer,
        is_maker,
        True,
    )
