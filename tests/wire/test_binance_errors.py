"""Every refusal of the core has a code and a text that trading programs know."""

import pytest

from trueman.core import rejections
from trueman.wire import binance_errors
from trueman.wire.binance_errors import ANSWERS, refused

QUOTED = {
    rejections.FUNDS_INSUFFICIENT: (-2010, "Account has insufficient balance for requested action."),
    rejections.WOULD_TAKE: (-2010, "Order would immediately match and take."),
    rejections.MARKET_NOT_TRADING: (-2010, "Market is closed."),
    rejections.CLIENT_ID_DUPLICATE: (-2010, "Duplicate order sent."),
    rejections.ORDER_UNKNOWN: (-2011, "Unknown order sent."),
    rejections.MARKET_UNKNOWN: (-1121, "Invalid symbol."),
    rejections.DEADLINE_PASSED: (-1021, "Timestamp for this request is outside of the recvWindow."),
    rejections.BOOK_EMPTY: (-1112, "No orders on book for symbol."),
}


def test_no_refusal_is_forgotten() -> None:
    assert set(ANSWERS) == set(rejections.REASON_NAMES) - {rejections.OK}


def test_every_code_is_one_that_has_a_name() -> None:
    named = {value for value in vars(binance_errors).values() if type(value) is int}
    assert {answer.code for answer in ANSWERS.values()} <= named


@pytest.mark.parametrize("reason", QUOTED)
def test_a_text_that_clients_compare_as_a_whole_is_never_added_to(reason: int) -> None:
    refusal = refused(reason, "a detail of our own")
    assert (refusal.code, refusal.message) == QUOTED[reason]


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (rejections.PRICE_OUT_OF_RANGE, "PRICE_FILTER"),
        (rejections.QUANTITY_OUT_OF_RANGE, "LOT_SIZE"),
        (rejections.NOTIONAL_TOO_SMALL, "NOTIONAL"),
        (rejections.OPEN_ORDERS_TOO_MANY, "MAX_NUM_ORDERS"),
    ],
)
def test_a_filter_keeps_its_name_in_front_of_the_detail(reason: int, name: str) -> None:
    refusal = refused(reason, "at least 5")
    assert (refusal.code, refusal.message) == (-1013, f"Filter failure: {name}: at least 5")


def test_a_better_known_culprit_is_named() -> None:
    assert refused(rejections.NOTIONAL_TOO_SMALL).field == "quantity"
    assert refused(rejections.NOTIONAL_TOO_SMALL, field="quoteOrderQty").field == "quoteOrderQty"
