"""Parameters become the command that they ask for, and what is wrong with them is told under their own names."""

from typing import Any

import pytest

from tests.wire.btcusdt import BTCUSDT
from trueman.core import units as u
from trueman.core.commands import AmendOrder, CancelOrder, PlaceOrder, PlaceOrderList, PlaceOrderWithTerms
from trueman.wire import order_lists, order_requests
from trueman.wire.binance_errors import Refusal

LIMIT = {"side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "price": "100.00", "quantity": "0.00010"}
STOP = {"side": "SELL", "type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "price": "90", "quantity": "0.0001"}


def placed(**parameters: str) -> PlaceOrder | PlaceOrderWithTerms:
    return order_requests.place_order(parameters, BTCUSDT, 1_024, 5, lambda: "made-up")


def refused(error: Any, **parameters: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        placed(**parameters)
    assert caught.value.code == error, caught.value
    return caught.value


def test_an_order_without_terms_is_a_plain_one() -> None:
    wanted = PlaceOrder(0, 1_024, 7, u.SELL, u.LIMIT, u.GTC, u.STP_NONE, 10_000, 10, 0, 5, "made-up")
    assert placed(**LIMIT) == wanted
    assert placed(**LIMIT, icebergQty="0.0000") == wanted


def test_every_term_is_carried() -> None:
    assert placed(
        **{**LIMIT, "timeInForce": "GTD"},
        goodTillDate="1700000000000",
        icebergQty="0.00005",
        selfTradePreventionMode="DECREMENT",
        newClientOrderId="mine",
    ) == PlaceOrderWithTerms(
        *(0, 1_024, 7, u.SELL, u.LIMIT, u.GTD, u.STP_DECREMENT, 10_000, 10, 0, 5),
        *(0, 0, 5, 1_700_000_000_000_000),
        "mine",
    )
    stop = placed(**STOP, stopPrice="95", trailingDelta="150")
    assert isinstance(stop, PlaceOrderWithTerms)
    assert (stop.type, stop.stop_price, stop.trailing_bips) == (u.STOP_LOSS_LIMIT, 9_500, 150)


@pytest.mark.parametrize("kind", ["STOP_LOSS", "TAKE_PROFIT"])
def test_a_stop_at_market_has_no_price_of_its_own(kind: str) -> None:
    stop = placed(side="BUY", type=kind, quantity="1", stopPrice="95")
    assert (stop.price, stop.time_in_force) == (0, u.GTC)
    assert refused(-1106, side="BUY", type=kind, quantity="1", stopPrice="95", price="90").field == "price"
    assert refused(-1106, side="BUY", type=kind, quantity="1", stopPrice="95", timeInForce="GTC").field == "timeInForce"
    timed = placed(side="BUY", type=kind, quantity="1", stopPrice="95", timeInForce="GTD", goodTillDate="9")
    assert timed.time_in_force == u.GTD


def test_a_date_and_gtd_need_each_other() -> None:
    assert refused(-1102, **{**LIMIT, "timeInForce": "GTD"}, icebergQty="0.00001").field == "goodTillDate"
    assert refused(-1106, **LIMIT, goodTillDate="5").field == "goodTillDate"


def test_a_trigger_belongs_to_stops_alone() -> None:
    assert refused(-1106, **LIMIT, stopPrice="95").field == "stopPrice"
    assert refused(-1106, **LIMIT, trailingDelta="100").field == "trailingDelta"
    assert refused(-1013, **STOP, stopPrice="95.005").message.startswith("Filter failure: PRICE_FILTER: stopPrice must")
    assert refused(-1013, **STOP, trailingDelta="10001").message.startswith("Filter failure: TRAILING_DELTA")


def test_an_order_may_be_cancelled_under_a_restriction() -> None:
    cancel = {"orderId": "3", "cancelRestrictions": "ONLY_NEW"}
    assert order_requests.cancel_order(cancel, BTCUSDT, 1_024, 5) == CancelOrder(0, 1_024, 7, u.ONLY_NEW, 3, 5, "")
    with pytest.raises(Refusal) as caught:
        order_requests.cancel_order({**cancel, "cancelRestrictions": "ANY"}, BTCUSDT, 1_024, 5)
    assert caught.value.code == -1145


def test_an_amendment_names_order_and_quantity() -> None:
    amend = {"origClientOrderId": "mine", "newQty": "0.0001"}
    assert order_requests.amend_order(amend, BTCUSDT, 1_024, 5) == AmendOrder(0, 1_024, 7, 0, 10, 5, "mine")
    with pytest.raises(Refusal) as caught:
        order_requests.amend_order({"newQty": "1"}, BTCUSDT, 1_024, 5)
    assert caught.value.field == "orderId"


OCO = {
    "side": "SELL",
    "quantity": "0.0001",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "110",
    "belowType": "STOP_LOSS_LIMIT",
    "belowPrice": "89",
    "belowStopPrice": "90",
    "belowTimeInForce": "GTC",
    "belowClientOrderId": "stop",
    "listClientOrderId": "pair",
}
OTOCO = {
    "workingType": "LIMIT",
    "workingSide": "BUY",
    "workingQuantity": "0.0002",
    "workingPrice": "100",
    "workingTimeInForce": "GTC",
    "pendingSide": "SELL",
    "pendingQuantity": "0.0001",
    "pendingAboveType": "TAKE_PROFIT",
    "pendingAboveStopPrice": "110",
    "pendingBelowType": "STOP_LOSS",
    "pendingBelowStopPrice": "90",
}


def listed(kind: int, **parameters: str) -> PlaceOrderList:
    return order_lists.place_list(parameters, BTCUSDT, 1_024, 5, kind, lambda: "made-up")


def test_the_legs_of_a_pair_share_side_and_quantity() -> None:
    pair = listed(u.OCO, **OCO, selfTradePreventionMode="NONE")
    above, below = pair.parts
    assert (pair.type, pair.client_id, pair.market) == (u.OCO, "pair", 7)
    assert (above.side, above.quantity, above.price, above.type) == (u.SELL, 10, 11_000, u.LIMIT_MAKER)
    assert isinstance(below, PlaceOrderWithTerms)
    assert (below.side, below.quantity, below.stop_price, below.client_id) == (u.SELL, 10, 9_000, "stop")


def test_the_working_order_of_a_list_of_three_stands_first() -> None:
    working, above, below = listed(u.OTOCO, **OTOCO).parts
    assert (working.side, working.quantity, working.price) == (u.BUY, 20, 10_000)
    assert [(leg.side, leg.quantity, leg.type) for leg in (above, below)] == [
        (u.SELL, 10, u.TAKE_PROFIT),
        (u.SELL, 10, u.STOP_LOSS),
    ]


@pytest.mark.parametrize(
    ("changes", "code", "field", "text"),
    [
        ({"abovePrice": ""}, -1102, "abovePrice", "Mandatory parameter 'abovePrice'"),
        ({"belowStopPrice": "90.001"}, -1013, "belowStopPrice", "PRICE_FILTER"),
        ({"belowType": "STOP"}, -1116, "belowType", "Invalid orderType."),
        ({"side": "HOLD"}, -1117, "side", "Invalid side."),
        ({"quantity": "x"}, -1100, "quantity", "'quantity'"),
        ({"belowClientOrderId": "ä"}, -1100, "belowClientOrderId", "'belowClientOrderId'"),
    ],
)
def test_what_is_wrong_with_a_leg_is_told_under_the_name_it_was_given(
    changes: dict[str, str], code: int, field: str, text: str
) -> None:
    with pytest.raises(Refusal) as caught:
        listed(u.OCO, **{**OCO, **changes})
    assert (caught.value.code, caught.value.field) == (code, field)
    assert text in caught.value.message
