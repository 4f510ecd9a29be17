"""Orders in JSON, under the names that the trading interface knows, and how such a request becomes one of its calls."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from trueman.api.auth import Caller
from trueman.api.binance import call
from trueman.api.http import Request


class OrderBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """An order, under the names that /api/v3/order knows; amounts are strings."""

    symbol: str
    side: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    time_in_force: str | UnsetType = UNSET
    quantity: str | UnsetType = UNSET
    quote_order_qty: str | UnsetType = UNSET
    price: str | UnsetType = UNSET
    stop_price: str | UnsetType = UNSET
    trailing_delta: int | UnsetType = UNSET
    iceberg_qty: str | UnsetType = UNSET
    good_till_date: int | UnsetType = UNSET
    new_client_order_id: str | UnsetType = UNSET
    self_trade_prevention_mode: str | UnsetType = UNSET
    new_order_resp_type: str | UnsetType = UNSET


class BatchPart(OrderBody, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """An order or a cancel."""

    action: Literal["place", "cancel"] = "place"
    order_id: int | UnsetType = UNSET
    orig_client_order_id: str | UnsetType = UNSET
    cancel_restrictions: str | UnsetType = UNSET


def parameters_of(body: OrderBody) -> dict[str, str]:
    given: dict[str, Any] = msgspec.to_builtins(body)
    return {name: str(value) for name, value in given.items()}


def own_call(asked: Request, caller: Caller) -> call.Call:
    return call.Call(asked, asked.state, {}, call.PER_MILLISECOND, caller.account, caller)
