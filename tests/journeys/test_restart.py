"""What was there before Ctrl-C is there after the next start, and engine and database agree to the last atom."""

import json

import pytest

from bench.own_stack import Stack, run_trueman
from tests.journeys.conftest import Door

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


TRADES_COMPARED = 20
"""The first trades of the market: everybody's history must last, not only one person's."""


def lasting_state(door: Door, token: str) -> dict[str, object]:
    paths = {
        "balances": "/v1/wallet/balances",
        "open": "/api/v3/openOrders",
        "orders": "/api/v3/allOrders?symbol=BTCUSDT",
        "trades": "/api/v3/myTrades?symbol=BTCUSDT",
        "history": "/v1/wallet/history",
        "all trades": f"/api/v3/historicalTrades?symbol=BTCUSDT&fromId=1&limit={TRADES_COMPARED}",
    }
    return {name: door.call("GET", path, token=token) for name, path in paths.items()}


def test_everything_is_still_there_after_a_restart(stack: Stack, door: Door) -> None:
    person = door.sign_up()
    bid = door.call("GET", "/api/v3/ticker/bookTicker?symbol=BTCUSDT")["bidPrice"]
    for order in (
        f"side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price={float(bid) * 0.8:.2f}",
        "side=SELL&type=MARKET&quantity=0.001",
    ):
        door.call("POST", f"/api/v3/order?symbol=BTCUSDT&{order}", token=person.token)
    before = lasting_state(door, person.token)
    assert before["open"]
    assert before["trades"]
    run_trueman(stack.environment, "down")
    run_trueman(stack.environment, "up", "--detach")
    assert lasting_state(door, person.token) == before
    status = json.loads(run_trueman(stack.environment, "status", "--json"))
    assert status["ready"] is True
    report = json.loads(run_trueman(stack.environment, "reconcile", "--json"))
    assert report["agrees"] is True, report
