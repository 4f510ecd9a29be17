"""Sending a command to the engine, and what its refusal is called on the wire."""

from typing import Final

from trueman.api.binance.call import Call
from trueman.core.codec import Result
from trueman.core.commands import Command, PlaceOrder
from trueman.core.rejections import (
    NOTIONAL_TOO_LARGE,
    NOTIONAL_TOO_SMALL,
    OK,
    OPEN_ORDERS_TOO_MANY,
    PRICE_OUT_OF_RANGE,
    QUANTITY_OUT_OF_RANGE,
)
from trueman.core.units import OPEN_ORDERS_MAX
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import order_requests

UNSIGNED_SECONDS: Final = 60
"""For how long after it was received a request with a token may take effect."""


def deadline_us(call: Call) -> int:
    """The moment after which the engine must refuse the command."""
    assert call.caller is not None, "only who is known may send a command"
    return call.caller.deadline_us or call.state.clock_us() + UNSIGNED_SECONDS * 1_000_000


async def decide(call: Call, market: Market, command: Command) -> Result:
    """Wait for the decision; raise Refusal when it is no, OutcomeUnknown when it does not come in time."""
    result = await call.state.writer.submit(command)
    reason = result.decided.reason
    if reason != OK:
        raise refusal_of(reason, market, command)
    return result


def refusal_of(reason: int, market: Market, command: Command) -> errors.Refusal:
    in_quote = isinstance(command, PlaceOrder) and command.quote_quantity > 0
    return errors.refused(reason, _bound(reason, market), "quoteOrderQty" if in_quote and _is_filter(reason) else "")


def _is_filter(reason: int) -> bool:
    return reason in (QUANTITY_OUT_OF_RANGE, NOTIONAL_TOO_SMALL, NOTIONAL_TOO_LARGE)


def _bound(reason: int, market: Market) -> str:
    """The bound that was hit, in words."""
    if reason == PRICE_OUT_OF_RANGE:
        return order_requests.price_bounds(market)
    if reason == QUANTITY_OUT_OF_RANGE:
        return order_requests.quantity_bounds(market)
    if reason == NOTIONAL_TOO_SMALL:
        return order_requests.notional_bounds(market)
    if reason == OPEN_ORDERS_TOO_MANY:
        return f"at most {OPEN_ORDERS_MAX} orders can be open in a market"
    return ""
