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
BAD_ORDER_LIST: Final = -1128
NEW_ORDER_REJECTED: Final = -2010
CANCEL_REJECTED: Final = -2011
NO_SUCH_ORDER: Final = -2013
BAD_API_KEY_FORMAT: Final = -2014
REJECTED_API_KEY: Final = -2015
CANCEL_REPLACE_PARTLY_FAILED: Final = -2021
CANCEL_REPLACE_FAILED: Final = -2022
AMEND_REJECTED: Final = -2038
CLIENT_ID_MISMATCH: Final = -2039
IDEMPOTENCY_CONFLICT: Final = -4009
"""Ours: no number of Binance's says it."""

TIMEOUT_TEXT: Final = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
IDEMPOTENCY_CONFLICT_TEXT: Final = "IDEMPOTENCY_CONFLICT: this Idempotency-Key was used for another request."
ORDER_UNKNOWN_TEXT: Final = "Unknown order sent."
ORDER_MISSING_TEXT: Final = "Order does not exist."
DISABLED_TEXT: Final = "This action is disabled on this account."
STALE_TEXT: Final = "Timestamp for this request is outside of the recvWindow."
CLIENT_ID_RANGE: Final = "^[a-zA-Z0-9-_.:/]{1,36}$"
DECIMAL_RANGE: Final = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
INTEGER_RANGE: Final = "^[0-9]{1,20}$"


class Refusal(ValueError):
    """A request that is answered with an error of this table. `field` names the parameter at fault, if one is;
    `data` goes with the error of a request that did a part of what was asked."""

    def __init__(self, code: int, message: str, field: str = "", status: int = 400, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.status = status
        self.data = data


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


def order_id_missing(id_name: str = "orderId", client_id_name: str = "origClientOrderId") -> Refusal:
    text = f"Param '{client_id_name}' or '{id_name}' must be sent, but both were empty/null!"
    return Refusal(MANDATORY_PARAMETER, text, id_name)


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


def _rejected(text: str, field: str = "") -> Answer:
    return Answer(NEW_ORDER_REJECTED, text, field)


ANSWERS: Final[dict[int, Answer]] = {
    rejections.MALFORMED: Answer(UNKNOWN, "An unknown error occurred while processing the request.", status=500),
    rejections.SKIPPED: Answer(UNKNOWN, "The request was set aside by the operator; nothing was done.", status=500),
    rejections.DEADLINE_PASSED: Answer(INVALID_TIMESTAMP, STALE_TEXT, "timestamp"),
    rejections.DEADLINE_TOO_FAR: Answer(
        INVALID_TIMESTAMP, "Timestamp for this request is too far ahead of the server's time.", "timestamp"
    ),
    rejections.ACCOUNT_INVALID: _rejected(DISABLED_TEXT),
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
    rejections.TRIGGER_INVALID: _invalid("stopPrice"),
    rejections.TRAILING_OUT_OF_RANGE: _filter("TRAILING_DELTA", "trailingDelta"),
    rejections.DISPLAY_INVALID: _invalid("icebergQty"),
    rejections.EXPIRY_INVALID: _invalid("goodTillDate"),
    rejections.STATUS_INVALID: _invalid("status"),
    rejections.RESTRICTION_INVALID: Answer(
        INVALID_CANCEL_RESTRICTIONS, "Invalid cancelRestrictions", "cancelRestrictions"
    ),
    rejections.TIMEOUT_OUT_OF_RANGE: _invalid("timeout"),
    rejections.RULESET_INVALID: _invalid("ruleset"),
    rejections.FEE_OUT_OF_RANGE: _invalid("makerFee"),
    rejections.BOUNDS_INVALID: _invalid("minPrice"),
    rejections.TERMS_INVALID: _invalid("tier"),
    rejections.LIST_INVALID: Answer(
        BAD_ORDER_LIST, "Combination of optional parameters invalid. These orders form no list of this kind."
    ),
    rejections.PAIR_PRICES_INVALID: _rejected("The relationship of the prices for the orders is not correct.", "price"),
    rejections.ASSET_UNKNOWN: _invalid("asset"),
    rejections.ASSET_EXISTS: _taken("There is an asset with this code already.", "code"),
    rejections.ASSETS_TOO_MANY: _taken("There are as many assets as there can be.", "code"),
    rejections.MARKET_UNKNOWN: Answer(INVALID_SYMBOL, "Invalid symbol.", "symbol"),
    rejections.MARKET_EXISTS: _taken("There is a market with this symbol already.", "symbol"),
    rejections.MARKETS_TOO_MANY: _taken("There are as many markets as there can be.", "symbol"),
    rejections.MARKET_UNITS_INEXACT: _invalid("tickSize"),
    rejections.ORDER_UNKNOWN: Answer(CANCEL_REJECTED, ORDER_UNKNOWN_TEXT),
    rejections.ORDER_IN_LIST: Answer(AMEND_REJECTED, "Order amend is not supported for orders of a list."),
    rejections.CANCEL_RESTRICTED: Answer(
        CANCEL_REJECTED, "Order was not canceled due to cancel restrictions.", "cancelRestrictions"
    ),
    rejections.CLIENT_ID_DUPLICATE: _rejected("Duplicate order sent.", "newClientOrderId"),
    rejections.PRICE_MISSING: _mandatory("price"),
    rejections.PRICE_NOT_ALLOWED: Answer(NOT_REQUIRED, str(not_required("price")), "price"),
    rejections.PRICE_OUT_OF_RANGE: _filter("PRICE_FILTER", "price"),
    rejections.STOP_PRICE_OUT_OF_RANGE: _filter("PRICE_FILTER", "stopPrice"),
    rejections.QUANTITY_MISSING: _mandatory("quantity"),
    rejections.QUANTITY_OUT_OF_RANGE: _filter("LOT_SIZE", "quantity"),
    rejections.MARKET_QUANTITY_OUT_OF_RANGE: _filter("MARKET_LOT_SIZE", "quantity"),
    rejections.AMEND_NOT_SMALLER: Answer(
        AMEND_REJECTED, "Order amend (quantity increase) is not supported.", "newQty", detail=True
    ),
    rejections.NOTIONAL_TOO_SMALL: _filter("NOTIONAL", "quantity"),
    rejections.NOTIONAL_TOO_LARGE: _filter("NOTIONAL", "quantity"),
    rejections.ICEBERG_PARTS_TOO_MANY: _filter("ICEBERG_PARTS", "icebergQty"),
    rejections.OPERATION_CHANGED: _taken("This operation number stands for something else.", "operation"),
    rejections.ACCOUNT_RESTRICTED: _rejected(DISABLED_TEXT),
    rejections.OPERATION_OUT_OF_ORDER: Answer(
        DISCONNECTED, "Internal error; unable to process your request. Please try again.", status=503
    ),
    rejections.SUPPLY_EXCEEDED: _invalid("amount"),
    rejections.OPEN_ORDERS_TOO_MANY: _filter("MAX_NUM_ORDERS", ""),
    rejections.ALGO_ORDERS_TOO_MANY: _filter("MAX_NUM_ALGO_ORDERS", ""),
    rejections.ICEBERG_ORDERS_TOO_MANY: _filter("MAX_NUM_ICEBERG_ORDERS", "icebergQty"),
    rejections.OWN_TRAILING_ORDERS_TOO_MANY: _filter("MAX_NUM_ALGO_ORDERS", "trailingDelta"),
    rejections.TIMED_ORDERS_TOO_MANY: Answer(
        NEW_ORDER_REJECTED, "There are as many good-till-date orders as there can be.", "goodTillDate", detail=True
    ),
    rejections.POSITION_TOO_LARGE: _filter("MAX_POSITION", "quantity"),
    rejections.FUNDS_INSUFFICIENT: _rejected("Account has insufficient balance for requested action."),
    rejections.MARKET_NOT_TRADING: _rejected("Market is closed.", "symbol"),
    rejections.NOT_IN_AUCTION: _rejected("During an auction only LIMIT orders that can wait are taken.", "type"),
    rejections.PRICE_TOO_FAR: _filter("PERCENT_PRICE_BY_SIDE", "price"),
    rejections.NOTIONAL_AT_MARKET_TOO_SMALL: _filter("NOTIONAL", "quantity"),
    rejections.NOTIONAL_AT_MARKET_TOO_LARGE: _filter("NOTIONAL", "quantity"),
    rejections.REFERENCE_MISSING: _rejected("The market has no price yet to trail from.", "trailingDelta"),
    rejections.TRAILING_ORDERS_TOO_MANY: Answer(
        NEW_ORDER_REJECTED, "The market has as many trailing orders as it can.", "trailingDelta", detail=True
    ),
    rejections.WOULD_TAKE: _rejected("Order would immediately match and take.", "price"),
    rejections.WOULD_TRIGGER: _rejected("Order would trigger immediately.", "stopPrice"),
    rejections.BOOK_EMPTY: Answer(NO_DEPTH, "No orders on book for symbol.", "symbol"),
    rejections.CANCEL_FAILED: _rejected("Order was not placed because its cancel failed."),
}


def refused(reason: int, detail: str = "", field: str = "") -> Refusal:
    """What a refusal of the core becomes; `detail` names the bound that was hit, `field` a better-known culprit."""
    answer = ANSWERS[reason]
    text = f"{answer.text}: {detail}" if detail and answer.detail else answer.text
    return Refusal(answer.code, text, field or answer.field, answer.status)
