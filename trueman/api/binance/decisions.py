"""Sending a command to the engine, and what its refusal is called on the wire."""

from typing import Final, NamedTuple

from trueman.api.binance.call import Call
from trueman.api.outcomes import submit
from trueman.core.codec import Result
from trueman.core.commands import AmendOrder, Command, PlaceOrder, PlaceOrderWithTerms
from trueman.core.events import FilterFailed, PartDecided
from trueman.core.rejections import (
    NOTIONAL_TOO_LARGE,
    NOTIONAL_TOO_SMALL,
    OK,
    QUANTITY_OUT_OF_RANGE,
)
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import filter_words

UNSIGNED_SECONDS: Final = 60
"""For how long after it was received a request with a token may take effect."""
QUANTITY_REASONS: Final = frozenset({QUANTITY_OUT_OF_RANGE, NOTIONAL_TOO_SMALL, NOTIONAL_TOO_LARGE})


class Part(NamedTuple):
    """What a part of a batch or a cancel-replace came to."""

    decided: PartDecided
    failed: FilterFailed | None


def deadline_us(call: Call) -> int:
    """The moment after which the engine must refuse the command."""
    assert call.caller is not None, "only who is known may send a command"
    return call.caller.deadline_us or call.state.exchange_time_us() + UNSIGNED_SECONDS * 1_000_000


async def decide(call: Call, market: Market, command: Command) -> Result:
    """Wait for the decision; raise Refusal when it is no, or when it does not come in time."""
    return accepted(await submit(call.state, command), market, command)


def accepted(result: Result, market: Market, command: Command) -> Result:
    """Raise Refusal when it was not."""
    reason = result.decided.reason
    if reason != OK:
        first = result.events[0] if result.events else None
        raise refusal_of(reason, market, command, first if isinstance(first, FilterFailed) else None)
    return result


def parts_of(result: Result) -> list[Part]:
    """A filter that failed is told right after the part that it refused."""
    followed = zip(result.events, (*result.events[1:], None), strict=True)
    return [
        Part(event, after if isinstance(after, FilterFailed) else None)
        for event, after in followed
        if isinstance(event, PartDecided)
    ]


def is_of_slice(command: Command, failed: FilterFailed) -> bool:
    """Whether the quantity that was refused is what an iceberg shows."""
    if failed.reason != QUANTITY_OUT_OF_RANGE or not isinstance(command, PlaceOrderWithTerms):
        return False
    return failed.value == command.display_quantity != command.quantity


def refusal_of(reason: int, market: Market, command: Command, failed: FilterFailed | None) -> errors.Refusal:
    in_quote = isinstance(command, PlaceOrder | PlaceOrderWithTerms) and command.quote_quantity > 0
    of_slice = failed is not None and is_of_slice(command, failed)
    detail = filter_words.words(market, failed, in_quote, of_slice) if failed is not None else ""
    field = ""
    if reason in QUANTITY_REASONS:
        field = "quoteOrderQty" if in_quote else "newQty" if isinstance(command, AmendOrder) else ""
        field = "icebergQty" if of_slice else field
    return errors.refused(reason, detail, field)
