"""Changing an order: a new one in its place with nobody in between, or a smaller quantity without losing the place."""

from typing import Any, Final

from trueman.api.binance import answers, order_reads
from trueman.api.binance.answers import new_client_id
from trueman.api.binance.call import Call
from trueman.api.binance.decisions import Part, deadline_us, decide, parts_of, refusal_of
from trueman.api.binance.order_parameters import AMEND, CANCEL_REPLACE
from trueman.api.binance.orders import trade_route
from trueman.api.http import Routes
from trueman.core import commands
from trueman.core.codec import Result
from trueman.core.events import OrderAmended
from trueman.core.rejections import CANCEL_FAILED, OK
from trueman.core.units import ALLOW_FAILURE, STOP_ON_FAILURE
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import order_requests, orders, rest, rest_parameters
from trueman.wire.rest import Replaced, ReplacedFailure

MODES: Final = {"STOP_ON_FAILURE": STOP_ON_FAILURE, "ALLOW_FAILURE": ALLOW_FAILURE}
SUCCESS: Final = "SUCCESS"
FAILURE: Final = "FAILURE"
NOT_ATTEMPTED: Final = "NOT_ATTEMPTED"
FAILED_TEXT: Final = "Order cancel-replace failed."
PARTLY_FAILED_TEXT: Final = "Order cancel-replace partially failed."
PARTLY_FAILED_STATUS: Final = 409
UNUSED: Final = "newClientOrderId"


async def cancel_replace(call: Call) -> Replaced:
    market, parameters = call.market(), call.parameters
    mode = rest_parameters.word(parameters, "cancelReplaceMode", MODES, errors.INVALID_DATA)
    deadline = deadline_us(call)
    cancel = order_requests.cancel_order(
        parameters, market, call.account, deadline, "cancelOrderId", "cancelOrigClientOrderId"
    )
    cancel_id = rest_parameters.client_id(parameters, "cancelNewClientOrderId")
    order = order_requests.place_order(parameters, market, call.account, deadline, new_client_id)
    response_type = order_requests.response_type(parameters, order.type)
    answers.count_orders(call)
    command = commands.CancelReplace(0, call.account, mode, deadline, (cancel, order))
    result = await decide(call, market, command)
    if result.decided.repeat_of:
        return await _repeated(call, market, result, cancel, cancel_id, response_type)
    canceling, placing = parts_of(result)
    if canceling.decided.reason != OK or placing.decided.reason != OK:
        raise await _failed(call, market, result, command, cancel_id, response_type)
    gone = await answers.canceled(call, market, result, [canceling.decided.order_id], cancel_id)
    made = await answers.placed(
        call, market, result, placing.decided.order_id, placing.decided.repeat_of, response_type
    )
    return Replaced(SUCCESS, SUCCESS, gone[0], made)


async def _repeated(
    call: Call, market: Market, result: Result, cancel: commands.CancelOrder, cancel_id: str, response_type: int
) -> Replaced:
    """Both were done before; the order that went is told if it is still known under what was asked."""
    made = await answers.repeated(call, market, result, result.decided.order_id, response_type)
    gone = await order_reads.find(call, market, cancel.order_id or None, cancel.client_id)
    told = None
    if gone is not None:
        told = orders.canceled(market, gone, cancel_id or new_client_id(), gone.updated_us, call.per_time)
    return Replaced(SUCCESS, SUCCESS, told, made)


async def _failed(
    call: Call, market: Market, result: Result, command: commands.CancelReplace, cancel_id: str, response_type: int
) -> errors.Refusal:
    """Which of the two was done, and why the other was not."""
    canceling, placing = parts_of(result)
    data = ReplacedFailure(_word(canceling), _word(placing), None, None)
    if canceling.decided.reason == OK:
        data.cancel_response = (await answers.canceled(call, market, result, [canceling.decided.order_id], cancel_id))[
            0
        ]
    else:
        data.cancel_response = _error(market, canceling, command.parts[0])
    if placing.decided.reason == OK:
        decided = placing.decided
        data.new_order_response = await answers.placed(
            call, market, result, decided.order_id, decided.repeat_of, response_type
        )
    elif placing.decided.reason != CANCEL_FAILED:
        data.new_order_response = _error(market, placing, command.parts[1])
    if SUCCESS in (data.cancel_result, data.new_order_result):
        code, text, status = errors.CANCEL_REPLACE_PARTLY_FAILED, PARTLY_FAILED_TEXT, PARTLY_FAILED_STATUS
    else:
        code, text, status = errors.CANCEL_REPLACE_FAILED, FAILED_TEXT, 400
    return errors.Refusal(code, text, status=status, data=data)


def _word(part: Part) -> str:
    reason = part.decided.reason
    return SUCCESS if reason == OK else NOT_ATTEMPTED if reason == CANCEL_FAILED else FAILURE


def _error(market: Market, part: Part, command: commands.Command) -> rest.Failure:
    refusal = refusal_of(part.decided.reason, market, command, part.failed)
    return rest.Failure(refusal.code, refusal.message)


async def amend(call: Call) -> orders.Amendment:
    market = call.market()
    rest_parameters.client_id(call.parameters, UNUSED)
    command = order_requests.amend_order(call.parameters, market, call.account, deadline_us(call))
    result = await decide(call, market, command)
    decided = result.decided
    amendment = next(
        event for event in result.events if isinstance(event, OrderAmended) and event.order_id == decided.order_id
    )
    order = await answers.after(call, market, result, decided.order_id)
    return orders.amended(market, order, amendment, decided.number, decided.time_us, call.per_time)


def routes() -> Routes:
    replaced: dict[str, Any] = rest.schema(Replaced)
    return {
        ("POST", "/api/v3/order/cancelReplace"): trade_route(
            cancel_replace, "Cancel an order and place another", CANCEL_REPLACE, replaced
        ),
        ("PUT", "/api/v3/order/amend/keepPriority"): trade_route(
            amend, "Make an order smaller without losing its place", AMEND, rest.schema(orders.Amendment), 4
        ),
    }
