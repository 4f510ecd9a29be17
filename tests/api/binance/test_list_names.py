"""A list is cancelled by its name: by the core where the rules know names of lists, else by the number found for it."""

import pytest

from tests.api.binance.running import Running, Trader
from trueman.core.codec import HEADER
from trueman.core.commands import CANCEL_NAMED_LIST, CANCEL_ORDER_LIST, SwitchRuleset

pytestmark = pytest.mark.asyncio(loop_scope="package")

BTC = {"symbol": "BTCUSDT"}
PAIR = {
    **BTC,
    "side": "SELL",
    "quantity": "1",
    "aboveType": "LIMIT_MAKER",
    "abovePrice": "62000",
    "belowType": "STOP_LOSS",
    "belowStopPrice": "59000",
}


async def seller_of(running: Running) -> Trader:
    """In a market that has a price."""
    seller, buyer = await running.trader(BTC=10), await running.trader(USDT=1_000_000)
    await seller.place("SELL", "0.01", "60000")
    assert (await buyer.place("BUY", "0.01", "60000")).body["status"] == "FILLED"
    return seller


async def cancelled(running: Running, seller: Trader, name: str) -> list[int]:
    """The commands that it took."""
    before = len(running.log.commands.entries)
    gone = await seller.delete("/api/v3/orderList", **BTC, listClientOrderId=name)
    assert gone.status == 200, gone.body
    assert (gone.body["listClientOrderId"], gone.body["listOrderStatus"]) == (name, "ALL_DONE")
    assert [report["status"] for report in gone.body["orderReports"]] == ["CANCELED", "CANCELED"]
    return [HEADER.unpack_from(entry.frame)[0] for entry in running.log.commands.entries[before:]]


async def placed(seller: Trader, name: str) -> None:
    answer = await seller.post("/api/v3/orderList/oco", **PAIR, listClientOrderId=name)
    assert answer.status == 200, answer.body


async def test_the_core_is_asked_by_name(own_exchange: Running) -> None:
    seller = await seller_of(own_exchange)
    await placed(seller, "pair")
    assert await cancelled(own_exchange, seller, "pair") == [CANCEL_NAMED_LIST]
    for name in ("pair", "never"):
        assert (await seller.delete("/api/v3/orderList", **BTC, listClientOrderId=name)).code == -2011


async def test_under_older_rules_the_number_is_looked_up_and_after_the_switch_for_older_lists(older: Running) -> None:
    seller = await seller_of(older)
    for name in ("first", "second"):
        await placed(seller, name)
    assert await cancelled(older, seller, "first") == [CANCEL_ORDER_LIST]
    assert (await seller.delete("/api/v3/orderList", **BTC, listClientOrderId="never")).code == -2011
    await older.do(SwitchRuleset(0, 3))
    await placed(seller, "third")
    assert await cancelled(older, seller, "third") == [CANCEL_NAMED_LIST]
    assert await cancelled(older, seller, "second") == [CANCEL_NAMED_LIST, CANCEL_ORDER_LIST]


async def test_a_cancel_by_name_without_an_answer_says_how_to_find_it_out(own_exchange: Running) -> None:
    seller = await seller_of(own_exchange)
    await placed(seller, "pair")
    own_exchange.deciding.clear()
    unknown = await seller.delete("/api/v3/orderList", **BTC, listClientOrderId="pair")
    own_exchange.deciding.set()
    assert (unknown.status, unknown.code) == (504, -1007)
    assert unknown.body["data"]["deadline"] > 0
