"""Parameters that several endpoints share, as the OpenAPI document describes them."""

from typing import Any, Final

from trueman.api.http import Parameter
from trueman.wire.rest import schema

STRING: Final = {"type": "string"}
INTEGER: Final = {"type": "integer", "minimum": 0}
TIME: Final = {"type": "integer", "minimum": 0}
DECIMAL: Final = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}
MARKET_TAG: Final = "Market data"
TRADE_TAG: Final = "Trading"
ACCOUNT_TAG: Final = "Account"


def limit(default: int, most: int) -> Parameter:
    bounds = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Parameter("limit", bounds, description="How many at most; more than the maximum is cut down to it.")


def one_of(*words: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


SYMBOL: Final = Parameter("symbol", STRING, required=True, description="A market such as BTCUSDT.")
ANY_SYMBOL: Final = Parameter("symbol", STRING, description="One market; without it, all of them.")
SYMBOLS: Final = Parameter("symbols", STRING, description='Several markets as a JSON list: ["BTCUSDT","ETHUSDT"].')
START_TIME: Final = Parameter("startTime", TIME, description="From this moment on, in milliseconds or microseconds.")
END_TIME: Final = Parameter("endTime", TIME, description="Up to this moment, it included.")
TIMESTAMP: Final = Parameter(
    "timestamp", TIME, description="When the request was made, in milliseconds. Signed requests need it, tokens do not."
)
RECV_WINDOW: Final = Parameter(
    "recvWindow",
    {"type": "number", "minimum": 0, "maximum": 60000, "default": 5000},
    description="For how many milliseconds after `timestamp` the request is good.",
)
SIGNED: Final = (RECV_WINDOW, TIMESTAMP)
"""The signature itself is described once, as a way to authenticate."""


def one_or_list(body: object) -> dict[str, Any]:
    """One object when one symbol was named, else a list of them."""
    one = schema(body)
    return {"anyOf": [one, {"type": "array", "items": one}]}
