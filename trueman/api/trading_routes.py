"""/v1: what traders ask beyond the trading interface that everybody knows: batches, the dead man's switch, all markets
at once, and the asset in which fees are paid."""

from typing import Any, Final, Literal

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from trueman.api import idempotency
from trueman.api.asked import Asked, Asker
from trueman.api.binance import answers, call
from trueman.api.binance.decisions import Part, deadline_us, parts_of, refusal_of
from trueman.api.idempotency import IdempotencyKey
from trueman.api.order_bodies import BatchPart, own_call, parameters_of
from trueman.api.outcomes import submit
from trueman.core.codec import Result
from trueman.core.commands import (
    CancelAllAfter,
    CancelAllOrders,
    CancelOrder,
    Command,
    PlaceBatch,
    PlaceOrder,
    PlaceOrderWithTerms,
    SetFeeAsset,
)
from trueman.core.events import AccountDefined, CancelTimerSet, OrderClosed
from trueman.core.rejections import CLIENT_ID_DUPLICATE, OK
from trueman.core.units import (
    ALL_MARKETS,
    BATCH_ORDERS_MAX,
    CANCEL_TIMER_US_MAX,
    CANCEL_TIMER_US_MIN,
    CANCELED,
)
from trueman.errors import BadInput
from trueman.views.placed import placed_in
from trueman.views.registry import Market
from trueman.wire import order_requests, orders
from trueman.wire.binance_errors import Refusal, refused

TAGS: Final = ["Trading beyond Binance"]
MILLISECOND_US: Final = 1_000


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    requests: list[BatchPart]


class PartError(msgspec.Struct, omit_defaults=True):
    code: int
    msg: str
    field: str = ""


class PartResult(msgspec.Struct):
    """`order` of an order that was placed, `canceled` of a cancel, `error` of what was refused."""

    order: orders.OrderAck | UnsetType = UNSET
    canceled: orders.OrderCanceled | UnsetType = UNSET
    error: PartError | UnsetType = UNSET


class BatchResult(msgspec.Struct):
    results: list[PartResult]


class Timeout(msgspec.Struct, forbid_unknown_fields=True):
    """Milliseconds from now; 0 switches it off."""

    timeout: int


class TimerShown(msgspec.Struct, rename="camel"):
    cancel_at: int | None
    """When every open order is cancelled, unless asked again before; null when the switch is off."""


class FeeAsset(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """`received`: a fee is in the asset that one receives. `quote`: always in the quote asset."""

    fee_asset: Literal["received", "quote"]


class OwnTerms(msgspec.Struct, rename="camel"):
    tier: int
    fee_asset: Literal["received", "quote"]
    self_trade_group: int


class Asking:
    """A part of a batch as it was read."""

    def __init__(
        self,
        market: Market,
        command: PlaceOrder | PlaceOrderWithTerms | CancelOrder,
        response: int = 0,
        is_keyed: bool = False,
    ) -> None:
        self.market = market
        self.command = command
        self.response = response
        self.is_keyed = is_keyed
        """Whether an Idempotency-Key names the order."""


@post("/v1/orders/batch", status_code=200, summary="Place and cancel many orders at once", tags=TAGS)
async def batch(
    data: JSONBody[Batch], asked: Asked, trader: Asker, idempotency_key: IdempotencyKey = None
) -> BatchResult:
    """One after the other, each with its own result, and nobody in between.

    An Idempotency-Key names each order that has no name of its own by its place in the batch.
    """
    if not 1 <= len(data.requests) <= BATCH_ORDERS_MAX:
        raise BadInput("requests", f"A batch has 1 to {BATCH_ORDERS_MAX} requests.")
    asking = own_call(asked, trader)
    names = [idempotency.name_under(idempotency_key, at) for at in range(len(data.requests))]
    read = [_read(asking, at, part, names[at]) for at, part in enumerate(data.requests)]
    placing = sum(not isinstance(each.command, CancelOrder) for each in read)
    answers.count_orders(asking, placing)
    command = PlaceBatch(0, trader.account, deadline_us(asking), tuple(each.command for each in read))
    result = await _decide(asking, command)
    return BatchResult([await _told(asking, result, *each) for each in zip(read, parts_of(result), strict=True)])


@delete("/v1/orders", status_code=200, summary="Cancel all open orders of all markets", tags=TAGS)
async def cancel_all(asked: Asked, trader: Asker) -> list[orders.OrderCanceled]:
    asking = own_call(asked, trader)
    result = await _decide(asking, CancelAllOrders(0, trader.account, ALL_MARKETS, deadline_us(asking)))
    found: list[orders.OrderCanceled] = []
    for event in result.events:
        if isinstance(event, OrderClosed) and (event.account, event.status) == (trader.account, CANCELED):
            market = asked.state.live.registry.markets[event.market]
            found += await answers.canceled(asking, market, result, [event.order_id], "")
    return found


@post("/v1/orders/cancel-all-after", status_code=200, summary="The dead man's switch", tags=TAGS)
async def cancel_all_after(data: JSONBody[Timeout], asked: Asked, trader: Asker) -> TimerShown:
    """Repeat it before the time is over, or every open order is cancelled."""
    least, most = CANCEL_TIMER_US_MIN // MILLISECOND_US, CANCEL_TIMER_US_MAX // MILLISECOND_US
    if data.timeout != 0 and not least <= data.timeout <= most:
        raise BadInput("timeout", f"timeout is 0 for off, or {least} to {most} milliseconds.")
    asking = own_call(asked, trader)
    command = CancelAllAfter(0, trader.account, data.timeout * MILLISECOND_US, deadline_us(asking))
    result = await _decide(asking, command)
    due_us = [event.due_us for event in result.events if isinstance(event, CancelTimerSet)][-1]
    return TimerShown(due_us // MILLISECOND_US or None)


@get("/v1/account/terms", summary="Your fee tier, fee asset and self-trade group", tags=TAGS)
async def show_terms(asked: Asked, reader: Asker) -> OwnTerms:
    await asked.state.live.caught_up()
    return _own(asked.state.live.portfolio.terms_of(reader.account))


@put("/v1/account/fee-asset", summary="Choose the asset in which you pay fees", tags=TAGS)
async def set_fee_asset(data: JSONBody[FeeAsset], asked: Asked, trader: Asker) -> OwnTerms:
    """It counts for orders placed from now on."""
    asking = own_call(asked, trader)
    result = await _decide(asking, SetFeeAsset(0, trader.account, int(data.fee_asset == "quote")))
    await asked.state.live.reached(result.decided.number)
    return _own(asked.state.live.portfolio.terms_of(trader.account))


async def _decide(asking: call.Call, command: Command) -> Result:
    result = await submit(asking.state, command)
    if result.decided.reason != OK:
        raise refused(result.decided.reason)
    return result


def _read(asking: call.Call, at: int, part: BatchPart, named: str) -> Asking:
    """Raise Refusal that says which part is at fault; then nothing of the batch is done."""
    parameters = parameters_of(part)
    try:
        market = call.market_named(asking.state, part.symbol)
        if part.action == "cancel":
            cancel = order_requests.cancel_order(parameters, market, asking.account, deadline_us(asking))
            return Asking(market, cancel)
        order = order_requests.place_order(
            parameters, market, asking.account, deadline_us(asking), lambda: named or answers.new_client_id()
        )
        response_type = order_requests.response_type(parameters, order.type)
        return Asking(market, order, response_type, bool(named) and order.client_id == named)
    except Refusal as error:
        raise Refusal(error.code, f"requests[{at}]: {error.message}", error.field, error.status) from error


async def _told(asking: call.Call, result: Result, read: Asking, part: Part) -> PartResult:
    decided = part.decided
    if decided.reason != OK:
        refusal = _refusal(read, part)
        return PartResult(error=PartError(refusal.code, refusal.message, refusal.field))
    if isinstance(read.command, CancelOrder):
        gone = await answers.canceled(asking, read.market, result, [decided.order_id], "")
        return PartResult(canceled=gone[0])
    if decided.repeat_of:
        again = await answers.repeated(asking, read.market, result, decided.order_id, read.response)
        return PartResult(order=again)
    return PartResult(order=answers.told(asking, read.market, placed_in(result), decided.order_id, read.response))


def _refusal(read: Asking, part: Part) -> Refusal:
    if read.is_keyed and part.decided.reason == CLIENT_ID_DUPLICATE:
        return idempotency.conflict()
    return refusal_of(part.decided.reason, read.market, read.command, part.failed)


def _own(terms: AccountDefined) -> OwnTerms:
    return OwnTerms(terms.tier, "quote" if terms.in_quote else "received", terms.group)


HANDLERS: Final[list[Any]] = [batch, cancel_all, cancel_all_after, show_terms, set_fee_asset]
