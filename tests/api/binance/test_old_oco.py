"""POST /api/v3/order/oco, which older clients still send."""

import pytest

from tests.api.binance.running import Trader

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.mark.parametrize(("side", "price", "stop"), [("SELL", "70000", "50000"), ("BUY", "50000", "70000")])
async def test_the_older_way_to_ask_for_a_pair(maker: Trader, side: str, price: str, stop: str) -> None:
    asked = {"symbol": "BTCUSDT", "side": side, "quantity": "0.01", "price": price, "stopPrice": stop}
    names = {"limitClientOrderId": f"limit-{side}", "stopClientOrderId": f"stop-{side}"}
    limit = {"stopLimitPrice": stop, "stopLimitTimeInForce": "GTC"}
    answer = await maker.post("/api/v3/order/oco", **asked, **names, **limit, listClientOrderId=f"list-{side}")
    assert answer.status == 200, answer.body
    assert (answer.body["contingencyType"], answer.body["listClientOrderId"]) == ("OCO", f"list-{side}")
    told = {report["clientOrderId"]: (report["type"], report["price"]) for report in answer.body["orderReports"]}
    assert told[f"limit-{side}"] == ("LIMIT_MAKER", f"{price}.00000000")
    assert told[f"stop-{side}"] == ("STOP_LOSS_LIMIT", f"{stop}.00000000")
    plain = await maker.post("/api/v3/order/oco", **asked)
    assert {report["type"] for report in plain.body["orderReports"]} == {"LIMIT_MAKER", "STOP_LOSS"}
