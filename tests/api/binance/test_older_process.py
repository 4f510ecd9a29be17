"""While builds are changed one after the other, an API process may be older than the rules that are in force."""

import pytest

from tests.api.binance.running import Running
from trueman.core.rulesets import NEWEST_RULESET

pytestmark = pytest.mark.asyncio(loop_scope="package")

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "60000"}
NAMED = {"symbol": "BTCUSDT", "listClientOrderId": "pair"}


async def test_a_process_older_than_the_rules_says_so_and_judges_nothing(own_exchange: Running) -> None:
    """C36"""
    trader = await own_exchange.trader(USDT=1_000_000)
    own_exchange.state.live.registry.ruleset = NEWEST_RULESET + 1
    written = len(own_exchange.log.commands.entries)
    for answer in (
        await trader.post("/api/v3/order/test", **ORDER),
        await trader.delete("/api/v3/orderList", **NAMED),
    ):
        assert (answer.status, answer.code) == (503, -1001), answer.body
        assert f"ruleset {NEWEST_RULESET + 1}, and this process is older" in answer.body["msg"]
        assert answer.headers["retry-after"] == "5"
    assert len(own_exchange.log.commands.entries) == written
