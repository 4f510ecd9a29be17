"""What may be said of an order, as the OpenAPI document describes it."""

from typing import Final

from trueman.api.binance import words
from trueman.api.http import Parameter
from trueman.wire.order_words import CANCEL_RESTRICTIONS, RESPONSE_TYPES, SIDES, STP_MODES, TIMES_IN_FORCE, TYPES

CLIENT_ID: Final = {"type": "string", "pattern": "^[a-zA-Z0-9-_.:/]{1,36}$"}

PLACE: Final = (
    words.SYMBOL,
    Parameter("side", words.one_of(*SIDES), required=True),
    Parameter("type", words.one_of(*TYPES), required=True),
    Parameter(
        "timeInForce",
        words.one_of(*TIMES_IN_FORCE),
        description="Required for types that end in LIMIT; the others are GTC, or but for MARKET may be GTD.",
    ),
    Parameter("quantity", words.DECIMAL, description="In the base asset."),
    Parameter("quoteOrderQty", words.DECIMAL, description="MARKET only: what to spend or get, instead of quantity."),
    Parameter("price", words.DECIMAL, description="Required for LIMIT_MAKER and all types that end in LIMIT."),
    Parameter("stopPrice", words.DECIMAL, description="Stop types: the price that sets them off."),
    Parameter("trailingDelta", words.INTEGER, description="Stop types: follow the price by hundredths of a percent."),
    Parameter("icebergQty", words.DECIMAL, description="How much of the order is shown at once."),
    Parameter("goodTillDate", words.TIME, description="GTD: when the order expires, in milliseconds; ours."),
    Parameter(
        "newClientOrderId",
        CLIENT_ID,
        description="Your own name for it. A repeat of the order under it is told, not placed again.",
    ),
    Parameter("newOrderRespType", words.one_of(*RESPONSE_TYPES), description="FULL, but ACK for LIMIT_MAKER."),
    Parameter("selfTradePreventionMode", words.one_of(*STP_MODES)),
    Parameter("strategyId", words.INTEGER, description="Accepted, not kept."),
    Parameter("strategyType", {"type": "integer", "minimum": 1_000_000}, description="Accepted, not kept."),
    *words.SIGNED,
)
RATES: Final = Parameter("computeCommissionRates", {"type": "boolean", "default": False})
ORDER_ID: Final = Parameter("orderId", words.INTEGER)
ORIGINAL_ID: Final = Parameter("origClientOrderId", CLIENT_ID, description="Instead of orderId, or both that agree.")
WHICH: Final = (words.SYMBOL, ORDER_ID, ORIGINAL_ID)
RESTRICTIONS: Final = Parameter("cancelRestrictions", words.one_of(*CANCEL_RESTRICTIONS))
NAME_OF_CANCEL: Final = Parameter("newClientOrderId", CLIENT_ID, description="Your name for the cancel itself.")
CANCEL: Final = (*WHICH, NAME_OF_CANCEL, RESTRICTIONS, *words.SIGNED)
CANCEL_REPLACE: Final = (
    *PLACE,
    Parameter("cancelReplaceMode", words.one_of("STOP_ON_FAILURE", "ALLOW_FAILURE"), required=True),
    Parameter("cancelOrderId", words.INTEGER),
    Parameter("cancelOrigClientOrderId", CLIENT_ID, description="Instead of cancelOrderId, or both that agree."),
    Parameter("cancelNewClientOrderId", CLIENT_ID, description="Your name for the cancel itself."),
    RESTRICTIONS,
)
AMEND: Final = (
    *WHICH,
    Parameter(
        "newQty", words.DECIMAL, required=True, description="Less than the order's quantity, more than its fills."
    ),
    Parameter("newClientOrderId", CLIENT_ID, description="Accepted, not kept: the order keeps its name."),
    *words.SIGNED,
)
CANCEL_ALL: Final = (words.SYMBOL, *words.SIGNED)


def _leg(prefix: str, *types: str, alone: bool) -> tuple[Parameter, ...]:
    """The parameters of one order of a list; `alone`: its side and quantity are its own."""
    kind = Parameter(f"{prefix}Type", words.one_of(*types), required=True)
    own = (
        Parameter(f"{prefix}Side", words.one_of(*SIDES), required=True),
        Parameter(f"{prefix}Quantity", words.DECIMAL, required=True),
    )
    rest = (
        Parameter(f"{prefix}ClientOrderId", CLIENT_ID),
        Parameter(f"{prefix}Price", words.DECIMAL),
        Parameter(f"{prefix}StopPrice", words.DECIMAL),
        Parameter(f"{prefix}TrailingDelta", words.INTEGER),
        Parameter(f"{prefix}IcebergQty", words.DECIMAL),
        Parameter(f"{prefix}TimeInForce", words.one_of("GTC", "IOC", "FOK")),
    )
    return (kind, *(own if alone else ()), *rest)


PAIRED: Final = ("STOP_LOSS", "STOP_LOSS_LIMIT", "LIMIT_MAKER", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
OF_LIST: Final = (
    Parameter("listClientOrderId", CLIENT_ID, description="Your own name for the list."),
    Parameter("newOrderRespType", words.one_of(*RESPONSE_TYPES)),
    Parameter("selfTradePreventionMode", words.one_of(*STP_MODES), description="Of all its orders."),
    *words.SIGNED,
)
OCO_LIST: Final = (
    words.SYMBOL,
    Parameter("side", words.one_of(*SIDES), required=True),
    Parameter("quantity", words.DECIMAL, required=True),
    *_leg("above", *PAIRED, alone=False),
    *_leg("below", *PAIRED, alone=False),
    *OF_LIST,
)
OLD_OCO: Final = (
    words.SYMBOL,
    Parameter("side", words.one_of(*SIDES), required=True),
    Parameter("quantity", words.DECIMAL, required=True),
    Parameter("price", words.DECIMAL, required=True, description="Of the order that makes."),
    Parameter("limitClientOrderId", CLIENT_ID),
    Parameter("limitIcebergQty", words.DECIMAL),
    Parameter("stopPrice", words.DECIMAL, description="Of the stop; or trailingDelta, or both."),
    Parameter("trailingDelta", words.INTEGER),
    Parameter("stopLimitPrice", words.DECIMAL, description="Makes the stop a limit order."),
    Parameter("stopLimitTimeInForce", words.one_of("GTC", "IOC", "FOK"), description="Needed with stopLimitPrice."),
    Parameter("stopClientOrderId", CLIENT_ID),
    Parameter("stopIcebergQty", words.DECIMAL),
    *OF_LIST,
)
WORKING: Final = _leg("working", "LIMIT", "LIMIT_MAKER", alone=True)
OTO_LIST: Final = (words.SYMBOL, *WORKING, *_leg("pending", *TYPES, alone=True), *OF_LIST)
OTOCO_LIST: Final = (
    words.SYMBOL,
    *WORKING,
    Parameter("pendingSide", words.one_of(*SIDES), required=True),
    Parameter("pendingQuantity", words.DECIMAL, required=True),
    *_leg("pendingAbove", *PAIRED, alone=False),
    *_leg("pendingBelow", *PAIRED, alone=False),
    *OF_LIST,
)
LIST_ID: Final = Parameter("orderListId", words.INTEGER)
CANCEL_LIST: Final = (
    words.SYMBOL,
    LIST_ID,
    Parameter("listClientOrderId", CLIENT_ID, description="Instead of orderListId."),
    NAME_OF_CANCEL,
    *words.SIGNED,
)
WHICH_LIST: Final = (
    LIST_ID,
    Parameter("origClientOrderId", CLIENT_ID, description="The list's own, instead of its id."),
)
