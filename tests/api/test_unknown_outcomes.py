"""An answer that is lost: its caller can always find out what became of the command, and trying again is harmless."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.api.conftest import InProcess, Person, engine_and_updater, serving
from trueman.core.codec import decode_commands
from trueman.core.commands import PlaceOrder
from trueman.core.rejections import DEADLINE_PASSED
from trueman.core.snapshot import RULESET
from trueman.errors import LogUnavailable
from trueman.infra.clock import wall_clock_us
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings

SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "60000"}
MINUTE_US = 60_000_000


class Unruly(MemoryLog):
    """Its clock, its appends and its engine obey the test."""

    def __init__(self) -> None:
        super().__init__(lambda: wall_clock_us() + self.ahead_us)
        self.ahead_us = 0
        self.doubles = False
        """Each append arrives twice, as if a library had sent it again."""
        self.reaches = asyncio.Event()
        """Closed: what is sent does not arrive; whoever sent it is as good as dead."""
        self.decides = asyncio.Event()
        """Closed: the engine sleeps."""
        self.reaches.set()
        self.decides.set()

    async def append_commands(self, count: int, frame: bytes) -> tuple[int, int]:
        if not self.reaches.is_set():
            await self.reaches.wait()
            raise LogUnavailable("it never arrived")
        if self.doubles:
            await super().append_commands(count, frame)
        return await super().append_commands(count, frame)

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> Any:
        entries = await super().read_commands(after, wait_ms=wait_ms, count=count)
        await self.decides.wait()
        return entries


@pytest.fixture
async def log() -> Unruly:
    log = Unruly()
    await log.create(RULESET)
    return log


@pytest.fixture
async def exchange(settings: Settings, log: Unruly) -> AsyncIterator[InProcess]:
    settings.answer_timeout_ms = 500
    async with (
        engine_and_updater(settings, log) as (database, stop),
        serving(settings, log, database, stop) as in_process,
    ):
        yield in_process
        log.reaches.set()
        log.decides.set()


@contextlib.asynccontextmanager
async def restarted(exchange: InProcess, alice: Person) -> AsyncIterator[Person]:
    """Another api process over the same log, as after a death."""
    async with serving(exchange.settings, exchange.log, exchange.database, asyncio.Event()) as other:
        yield Person(other.http, alice.account, alice.email, alice.token)


async def orders_in(log: Unruly) -> list[str]:
    """The client ids of all orders that the command log holds."""
    commands = [one for entry in log.commands.entries for one in decode_commands(entry.frame)]
    return [command.client_id for command in commands if isinstance(command, PlaceOrder)]


async def ask(who: Person, client_id: str, deadline: int | None = None) -> httpx.Response:
    query = "" if deadline is None else f"?deadline={deadline}"
    return await who.get(f"/v1/orders/by-client-id/{client_id}{query}")


async def open_orders(who: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await who.get("/api/v3/openOrders")).json()
    return found


async def test_an_order_that_never_arrived_was_never_placed_and_can_be_sent_again(
    exchange: InProcess, log: Unruly, alice: Person
) -> None:
    """C1: the api dies before the append."""
    log.reaches.clear()
    dying = asyncio.create_task(alice.post("/v1/orders", {**SELL, "newClientOrderId": "mine"}))
    await asyncio.sleep(0.05)
    dying.cancel()
    log.reaches.set()
    async with restarted(exchange, alice) as again:
        assert (await ask(again, "mine")).status_code == 404
        placed = (await again.post("/v1/orders", {**SELL, "newClientOrderId": "mine"})).json()
        assert (await ask(again, "mine")).json()["orderId"] == placed["orderId"]
        assert await again.free("BTC") == "9.00000000"
    assert await orders_in(log) == ["mine"]


async def test_an_order_whose_api_died_after_the_append_is_placed_once(
    exchange: InProcess, log: Unruly, alice: Person, bob: Person
) -> None:
    """C2: the engine decides it anyway; who sends it again gets the first one's result, though it has traded since."""
    log.decides.clear()
    dying = asyncio.create_task(alice.post("/v1/orders", {**SELL, "newClientOrderId": "mine"}))
    async with asyncio.timeout(5):
        while await orders_in(log) != ["mine"]:  # noqa: ASYNC110 - a log in memory has no bell for tests
            await asyncio.sleep(0.001)
    dying.cancel()
    log.decides.set()
    assert (await bob.post("/v1/orders", {**SELL, "side": "BUY"})).json()["status"] == "FILLED"
    async with restarted(exchange, alice) as again:
        first = (await ask(again, "mine")).json()
        told = (await again.post("/v1/orders", {**SELL, "newClientOrderId": "mine"})).json()
        assert (told["orderId"], told["status"], told["executedQty"]) == (first["orderId"], "FILLED", "1.00000000")
        assert await again.free("BTC") == "9.00000000"
        assert await open_orders(again) == []


async def test_what_arrives_twice_is_done_once(log: Unruly, alice: Person) -> None:
    """C3: orders, cancels, deposits and withdrawals, each appended twice by a library that sends again."""
    log.doubles = True
    await alice.deposit("BTC", "3")
    placed = (await alice.post("/v1/orders", SELL)).json()
    assert [order["orderId"] for order in await open_orders(alice)] == [placed["orderId"]]
    assert await alice.free("BTC") == "12.00000000"
    gone = await alice.call("DELETE", f"/api/v3/order?symbol=BTCUSDT&orderId={placed['orderId']}")
    assert gone.json()["status"] == "CANCELED"
    paid = await alice.post("/v1/wallet/withdrawals", {"asset": "BTC", "amount": "1", "address": "bc1"})
    assert paid.status_code == 201, paid.text
    assert await alice.free("BTC") == "12.00000000"


async def test_a_caller_without_an_answer_is_told_how_to_find_it(log: Unruly, alice: Person) -> None:
    """C4"""
    log.decides.clear()
    before_ms = time.time_ns() // 1_000_000
    late = await alice.post("/v1/orders", {**SELL, "newClientOrderId": "late"})
    assert (late.status_code, late.json()["code"]) == (504, -1007)
    told = late.json()["data"]
    assert told["clientOrderIds"] == ["late"]
    assert before_ms + 60_000 <= told["deadline"] <= before_ms + 70_000
    assert "/v1/orders/by-client-id/" in told["resolve"]
    asking = asyncio.create_task(ask(alice, "late", told["deadline"]))
    await asyncio.sleep(0.2)
    assert not asking.done(), "while its command waits in the log nobody may be told that there is no order"
    log.decides.set()
    assert (await asking).json()["status"] == "NEW"


async def test_while_the_engine_is_late_there_is_no_answer_rather_than_a_wrong_one(log: Unruly, alice: Person) -> None:
    """C4"""
    log.decides.clear()
    await alice.post("/v1/orders", {**SELL, "newClientOrderId": "late"})
    log.ahead_us = 2 * MINUTE_US
    assert (await ask(alice, "late", 1)).status_code == 503


async def test_an_order_named_by_us_can_be_asked_for_too(log: Unruly, alice: Person) -> None:
    """C4: whoever gave it no name learns ours."""
    log.decides.clear()
    late = (await alice.post("/v1/orders", SELL)).json()
    canceled = await alice.call("DELETE", "/api/v3/order?symbol=BTCUSDT&orderId=77")
    assert canceled.json()["data"]["orderIds"] == [77]
    log.decides.set()
    (name,) = late["data"]["clientOrderIds"]
    assert (await ask(alice, name)).json()["clientOrderId"] == name


async def test_not_found_is_the_last_word_once_the_deadline_has_passed(log: Unruly, alice: Person) -> None:
    """C4: though nobody trades, and whatever the clock does afterwards."""
    deadline_ms = time.time_ns() // 1_000_000 + 60_000
    early = await ask(alice, "lost", deadline_ms)
    assert (early.status_code, early.json()["code"]) == (404, -2013)
    assert early.json()["data"]["final"] is False
    assert early.json()["data"]["decidedUntil"] < deadline_ms
    assert (await ask(alice, "lost")).json()["data"]["final"] is False, "no deadline was told"
    appended = log.commands.last
    log.ahead_us = 2 * MINUTE_US
    late = await ask(alice, "lost", deadline_ms)
    assert late.json()["data"]["final"] is True
    assert late.json()["data"]["decidedUntil"] >= deadline_ms
    assert log.commands.last == appended, "asking appends nothing"
    log.ahead_us = 0


async def test_what_was_said_to_be_final_stays_so(exchange: InProcess, log: Unruly, alice: Person) -> None:
    """C4 C32: a command that arrives after the answer, with the clock set back, is refused."""
    log.ahead_us = 2 * MINUTE_US
    deadline_ms = time.time_ns() // 1_000_000 + 60_000
    assert (await ask(alice, "lost", deadline_ms)).json()["data"]["final"] is True
    log.ahead_us = 0
    order = PlaceOrder(0, alice.account, 0, 1, 0, 0, 0, 6_000_000, 100_000, 0, deadline_ms * 1_000, "lost")
    result = await exchange.state.writer.submit(order)
    assert result.decided.reason == DEADLINE_PASSED
    assert (await ask(alice, "lost", deadline_ms)).json()["data"]["final"] is True


async def test_a_strangers_order_is_not_found(alice: Person, bob: Person) -> None:
    await alice.post("/v1/orders", {**SELL, "newClientOrderId": "hers"})
    assert (await ask(alice, "hers")).status_code == 200
    assert (await ask(bob, "hers")).status_code == 404
    assert (await ask(bob, "no%20name")).json()["code"] == -1100


async def test_the_trading_interface_says_the_same_in_its_own_shape(log: Unruly, alice: Person) -> None:
    """C4: the shape of the error is everybody's; the moment up to which it is final stands beside it."""
    now_ms = time.time_ns() // 1_000_000
    missing = await alice.get("/api/v3/order?symbol=BTCUSDT&origClientOrderId=lost")
    assert missing.json() == {"code": -2013, "msg": "Order does not exist."}
    assert now_ms <= int(missing.headers["x-decided-until"]) <= now_ms + 10_000
    log.ahead_us = 2 * MINUTE_US
    later = await alice.get("/api/v3/order?symbol=BTCUSDT&origClientOrderId=lost")
    assert int(later.headers["x-decided-until"]) >= now_ms + 120_000
