"""The error codes and texts that trading programs branch on, and which of them each refusal of the core becomes.

Some clients compare a text as a whole ("Account has insufficient balance for requested action."), some look for a
word in it ("LOT_SIZE"). So a detail of our own follows the quoted text only where no client compares the whole.
"""

from typing import Final, NamedTuple

from trueman.core import rejections

UNKNOWN: Final = -1000
DISCONNECTED: Final = -1001
UNAUTHORIZED: Final = -1002
TOO_MANY_REQUESTS: Final = -1003
TIMEOUT: Final = -1007
FILTER_FAILURE: Final = -1013
UNSUPPORTED_COMBINATION: Final = -1014
TOO_MANY_ORDERS: Final = -1015
UNSUPPORTED: Final = -1020
INVALID_TIMESTAMP: Final = -1021
INVALID_SIGNATURE: Final = -1022
ILLEGAL_CHARS: Final = -1100
DUPLICATE_PARAMETER: Final = -1101
MANDATORY_PARAMETER: Final = -1102
EMPTY_PARAMETER: Final = -1105
NOT_REQUIRED: Final = -1106
TOO_MUCH_PRECISION: Final = -1111
NO_DEPTH: Final = -1112
INVALID_TIME_IN_FORCE: Final = -1115
INVALID_ORDER_TYPE: Final = -1116
INVALID_SIDE: Final = -1117
EMPTY_CLIENT_ID: Final = -1118
EMPTY_ORIGINAL_CLIENT_ID: Final = -1119
INVALID_INTERVAL: Final = -1120
INVALID_SYMBOL: Final = -1121
INVALID_SYMBOL_STATUS: Final = -1122
LOOKUP_TOO_BIG: Final = -1127
INVALID_COMBINATION: Final = -1128
INVALID_DATA: Final = -1130
BAD_RECV_WINDOW: Final = -1131
INVALID_STRATEGY_TYPE: Final = -1134
INVALID_JSON: Final = -1135
INVALID_RESPONSE_TYPE: Final = -1136
INVALID_CANCEL_RESTRICTIONS: Final = -1145
REPEATED_SYMBOL: Final = -1151
NEW_ORDER_REJECTED: Final = -2010
CANCEL_REJECTED: Final = -2011
NO_SUCH_ORDER: Final = -2013
BAD_API_KEY_FORMAT: Final = -2014
REJECTED_API_KEY: Final = -2015
CLIENT_ID_MISMATCH: Final = -2039

TIMEOUT_TEXT: Final = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
ORDER_UNKNOWN_TEXT: Final = "Unknown order sent."
ORDER_MISSING_TEXT: Final = "Order does not exist."
STALE_TEXT: Final = "Timestamp for this request is outside of the recvWindow."
CLIENT_ID_RANGE: Final = "^[a-zA-Z0-9-_.:/]{1,36}$"
DECIMAL_RANGE: Final = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
INTEGER_RANGE: Final = "^[0-9]{1,20}$"


class Refusal(ValueError):
    """A request that is answered with an error of this table. `field` names the parameter at fault, if one is."""

    def __init__(self, code: int, message: str, field: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.status = status


def mandatory(field: str) -> Refusal:
    text = f"Mandatory parameter '{field}' was not sent, was empty/null, or malformed."
    return Refusal(MANDATORY_PARAMETER, text, field)


def illegal_characters(field: str, legal: str) -> Refusal:
    text = f"Illegal characters found in parameter '{field}'; legal range is '{legal}'."
    return Refusal(ILLEGAL_CHARS, text, field)


def not_required(field: str) -> Refusal:
    return Refusal(NOT_REQUIRED, f"Parameter '{field}' sent when not required.", field)


def invalid_data(field: str, hint: str = "") -> Refusal:
    return Refusal(INVALID_DATA, f"Data sent for parameter '{field}' is not valid.{hint and ' '}{hint}", field)


def combination(hint: str, field: str) -> Refusal:
    return Refusal(INVALID_COMBINATION, f"Combination of optional parameters invalid. {hint}", field)


def invalid_symbol() -> Refusal:
    return Refusal(INVALID_SYMBOL, "Invalid symbol.", "symbol")


def filter_failure(name: str, field: str, hint: str = "") -> Refusal:
    return Refusal(FILTER_FAILURE, f"Filter failure: {name}{hint and ': '}{hint}", field)


def order_unknown() -> Refusal:
    """The answer to cancelling what is not open or belongs to somebody else."""
    return Refusal(CANCEL_REJECTED, ORDER_UNKNOWN_TEXT)


def order_missing() -> Refusal:
    """The answer to asking for what never was or belongs to somebody else."""
    return Refusal(NO_SUCH_ORDER, ORDER_MISSING_TEXT)


def order_id_missing() -> Refusal:
    text = "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"
    return Refusal(MANDATORY_PARAMETER, text, "orderId")


class Answer(NamedTuple):
    """How a refusal of the core is told: `detail` says whether words of our own may follow the text."""

    code: int
    text: str
    field: str = ""
    status: int = 400
    detail: bool = False


def _invalid(field: str) -> Answer:
    return Answer(INVALID_DATA, f"Data sent for parameter '{field}' is not valid.", field, detail=True)


def _taken(text: str, field: str) -> Answer:
    return Answer(INVALID_DATA, text, field, status=409)


def _filter(name: str, field: str) -> Answer:
    return Answer(FILTER_FAILURE, f"Filter failure: {name}", field, detail=True)


def _mandatory(field: str) -> Answer:
    return Answer(MANDATORY_PARAMETER, str(mandatory(field)), field)


ANSWERS: Final[dict[int, Answer]] = {
    rejections.MALFORMED: Answer(UNKNOWN, "An unknown error occurred while processing the request.", status=500),
    rejections.DEADLINE_PASSED: Answer(INVALID_TIMESTAMP, STALE_TEXT, "timestamp"),
    rejections.ACCOUNT_INVALID: Answer(NEW_ORDER_REJECTED, "This action is disabled on this account."),
    rejections.AMOUNT_NOT_POSITIVE: _invalid("amount"),
    rejections.CODE_INVALID: _invalid("code"),
    rejections.DECIMALS_OUT_OF_RANGE: _invalid("decimals"),
    rejections.CLIENT_ID_INVALID: Answer(
        ILLEGAL_CHARS, str(illegal_characters("newClientOrderId", CLIENT_ID_RANGE)), "newClientOrderId"
    ),
    rejections.SIDE_INVALID: Answer(INVALID_SIDE, "Invalid side.", "side"),
    rejections.TYPE_INVALID: Answer(INVALID_ORDER_TYPE, "Invalid orderType.", "type"),
    rejections.TIME_IN_FORCE_INVALID: Answer(INVALID_TIME_IN_FORCE, "Invalid timeInForce.", "timeInForce"),
    rejections.STP_INVALID: _invalid("selfTradePreventionMode"),
    rejections.STATUS_INVALID: _invalid("status"),
    rejections.FEE_OUT_OF_RANGE: _invalid("makerFee"),
    rejections.BOUNDS_INVALID: _invalid("minPrice"),
    rejections.ASSET_UNKNOWN: _invalid("asset"),
    rejections.ASSET_EXISTS: _taken("There is an asset with this code already.", "code"),
    rejections.ASSETS_TOO_MANY: _taken("There are as many assets as there can be.", "code"),
    rejections.MARKET_UNKNOWN: Answer(INVALID_SYMBOL, "Invalid symbol.", "symbol"),
    rejections.MARKET_EXISTS: _taken("There is a market with this symbol already.", "symbol"),
    rejections.MARKETS_TOO_MANY: _taken("There are as many markets as there can be.", "symbol"),
    rejections.MARKET_UNITS_INEXACT: _invalid("tickSize"),
    rejections.ORDER_UNKNOWN: Answer(CANCEL_REJECTED, ORDER_UNKNOWN_TEXT),
    rejections.PRICE_MISSING: _mandatory("price"),
    rejections.PRICE_NOT_ALLOWED: Answer(NOT_REQUIRED, str(not_required("price")), "price"),
    rejections.PRICE_OUT_OF_RANGE: _filter("PRICE_FILTER", "price"),
    rejections.QUANTITY_MISSING: _mandatory("quantity"),
    rejections.QUANTITY_OUT_OF_RANGE: _filter("LOT_SIZE", "quantity"),
    rejections.NOTIONAL_TOO_SMALL: _filter("NOTIONAL", "quantity"),
    rejections.NOTIONAL_TOO_LARGE: _filter("NOTIONAL", "quantity"),
    rejections.OPERATION_OUT_OF_ORDER: Answer(
        DISCONNECTED, "Internal error; unable to process your request. Please try again.", status=503
    ),
    rejections.SUPPLY_EXCEEDED: _invalid("amount"),
    rejections.CLIENT_ID_DUPLICATE: Answer(NEW_ORDER_REJECTED, "Duplicate order sent.", "newClientOrderId"),
    rejections.OPEN_ORDERS_TOO_MANY: _filter("MAX_NUM_ORDERS", ""),
    rejections.FUNDS_INSUFFICIENT: Answer(NEW_ORDER_REJECTED, "Account has insufficient balance for requested action."),
    rejections.MARKET_NOT_TRADING: Answer(NEW_ORDER_REJECTED, "Market is closed.", "symbol"),
    rejections.WOULD_TAKE: Answer(NEW_ORDER_REJECTED, "Order would immediately match and take.", "price"),
    rejections.BOOK_EMPTY: Answer(NO_DEPTH, "No orders on book for symbol.", "symbol"),
}


def refused(reason: int, detail: str = "", field: str = "") -> Refusal:
    """What a refusal of the core becomes; `detail` names the bound that was hit, `field` a better-known culprit."""
    answer = ANSWERS[reason]
    text = f"{answer.text}: {detail}" if detail and answer.detail else answer.text
    return Refusal(answer.code, text, field or answer.field, answer.status)
