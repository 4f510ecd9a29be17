"""What may be said of an order, as the OpenAPI document describes it."""

from typing import Final

from trueman.api.binance import words
from trueman.api.http import Parameter
from trueman.wire.order_words import RESPONSE_TYPES, SIDES, STP_MODES, TIMES_IN_FORCE, TYPES

CLIENT_ID: Final = {"type": "string", "pattern": "^[a-zA-Z0-9-_.:/]{1,36}$"}

PLACE: Final = (
    words.SYMBOL,
    Parameter("side", words.one_of(*SIDES), required=True),
    Parameter("type", words.one_of(*TYPES), required=True),
    Parameter("timeInForce", words.one_of(*TIMES_IN_FORCE), description="Required for LIMIT, for no other type."),
    Parameter("quantity", words.DECIMAL, description="In the base asset."),
    Parameter("quoteOrderQty", words.DECIMAL, description="MARKET only: what to spend or get, instead of quantity."),
    Parameter("price", words.DECIMAL, description="Required for LIMIT and LIMIT_MAKER."),
    Parameter("newClientOrderId", CLIENT_ID, description="Your own name for it, unique among your open orders."),
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
CANCEL: Final = (
    *WHICH,
    Parameter("newClientOrderId", CLIENT_ID, description="Your name for the cancel itself."),
    *words.SIGNED,
)
CANCEL_ALL: Final = (words.SYMBOL, *words.SIGNED)
