"""/v1/orders: one order under a key of one's own, and what became of an order whose answer was lost."""

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from litestar import get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from trueman.api import idempotency
from trueman.api.asked import Asked, Asker
from trueman.api.binance import answers, call, order_reads, reads
from trueman.api.binance.decisions import accepted, deadline_us
from trueman.api.idempotency import IdempotencyKey
from trueman.api.order_bodies import OrderBody, own_call, parameters_of
from trueman.api.outcomes import BY_CLIENT_ID, MILLISECOND_US, submit
from trueman.core.rejections import CLIENT_ID_DUPLICATE
from trueman.views.orders import Order
from trueman.wire import order_requests, orders, rest_parameters
from trueman.wire.binance_errors import NO_SUCH_ORDER, ORDER_MISSING_TEXT, Refusal

TAGS: Final = ["Trading beyond Binance"]
NOT_YET_TEXT: Final = "No such order so far; one that is under way may still be placed. Ask again after its deadline."
DEADLINE_MS_MAX: Final = 2**53
ClientId = Annotated[
    Path, PathParameter(schema_extra={"format": None, "pattern": f"^{rest_parameters.CLIENT_ID.pattern}$"})
]
"""A path, because client ids may have slashes; the framework would describe it as a URI."""


class NotThere(msgspec.Struct, rename="camel"):
    """Goes with "not found"."""

    final: bool
    """Whether it stays so: no order sent with this deadline can be accepted any more."""
    decided_until: int
    """Every order with a deadline up to this moment, in milliseconds, has been decided."""


@post("/v1/orders", status_code=200, summary="Place an order", tags=TAGS)
async def place(
    data: JSONBody[OrderBody], asked: Asked, trader: Asker, idempotency_key: IdempotencyKey = None
) -> orders.OrderAck | orders.OrderResult | orders.OrderFull:
    """As POST /api/v3/order, in JSON, and under an Idempotency-Key if you like."""
    asking, parameters = own_call(asked, trader), parameters_of(data)
    idempotency.require_one_name(idempotency_key, parameters.get("newClientOrderId", ""), "newClientOrderId")
    named = idempotency.name_under(idempotency_key)
    market = call.market_named(asking.state, data.symbol)
    order = order_requests.place_order(
        parameters, market, asking.account, deadline_us(asking), lambda: named or answers.new_client_id()
    )
    response_type = order_requests.response_type(parameters, order.type)
    answers.count_orders(asking)
    result = await submit(asking.state, order)
    if named and result.decided.reason == CLIENT_ID_DUPLICATE:
        raise idempotency.conflict()
    decided = accepted(result, market, order).decided
    return await answers.placed(asking, market, result, decided.order_id, decided.repeat_of, response_type)


@get(f"{BY_CLIENT_ID}/{{client_id:path}}", summary="What became of an order", tags=TAGS)
async def by_client_id(
    client_id: ClientId,
    asked: Asked,
    reader: Asker,
    deadline: Annotated[int | None, QueryParameter(ge=0, le=DEADLINE_MS_MAX)] = None,
) -> orders.OrderStatus:
    """`deadline` is what the answer that said "unknown" told. A 404 with `data.final` is the last word."""
    name = rest_parameters.client_id({"clientId": str(client_id).removeprefix("/")}, "clientId")
    asking = own_call(asked, reader)
    await reads.fresh(asking.state)
    found = await order_reads.find_anywhere(asking, name)
    if found is None:
        time_us = await reads.decided(asking.state)
        found = await order_reads.find_anywhere(asking, name)
        if found is None:
            raise _not_there(time_us, deadline)
    return _told(asking, found)


def _not_there(time_us: int, deadline_ms: int | None) -> Refusal:
    final = deadline_ms is not None and deadline_ms * MILLISECOND_US < time_us
    text = ORDER_MISSING_TEXT if final else NOT_YET_TEXT
    data = NotThere(final, order_reads.decided_until_ms(time_us))
    return Refusal(NO_SUCH_ORDER, text, status=404, data=data)


def _told(asking: call.Call, order: Order) -> orders.OrderStatus:
    return orders.order_status(asking.state.live.registry.markets[order.market], order, asking.per_time)


HANDLERS: Final[list[Any]] = [place, by_client_id]
