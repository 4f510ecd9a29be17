"""T13: more than can be done at once is turned away at the door, and whoever wants to get out of the market may."""

import asyncio
import resource
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from tests.api.conftest import InProcess, Person, Program
from trueman.api.app import create_app
from trueman.api.crowd import ORDER_SECONDS_MAX, ORDERS_WAITING_MIN, TURNED_AWAY, Crowd
from trueman.infra.service import allow_open_files

CROWD = 150
AT_ONCE = 10
NO_SUCH_ORDERS = -2011
"""What is said when there was nothing to cancel at that moment."""
ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=10000"


@pytest.fixture
async def narrow(exchange: InProcess, admin: Person) -> AsyncIterator[tuple[Person, Program]]:
    """Somebody with money, and a program of his, at a door through which only a few go at once."""
    await admin.deposit("USDT", "100000")
    program = await admin.make_key()
    app = create_app(exchange.state)
    app.crowd = Crowd(AT_ONCE)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as http:
        yield replace(admin, http=http), replace(program, http=http)


async def crowd_of(program: Program) -> list[httpx.Response]:
    return await asyncio.gather(*[program.call("POST", "/api/v3/order", ORDER) for _ in range(CROWD)])


async def test_whoever_is_too_many_is_told_to_come_back_and_nothing_of_his_is_done(
    narrow: tuple[Person, Program],
) -> None:
    """T13"""
    _, program = narrow
    before = TURNED_AWAY._value.get()
    answers = await crowd_of(program)
    turned_away = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert {answer.json()["code"] for answer in turned_away} == {-1008}
    assert all(answer.headers["retry-after"] and answer.headers["x-request-id"] for answer in turned_away)
    assert TURNED_AWAY._value.get() == before + len(turned_away)
    still_open = (await program.call("GET", "/api/v3/openOrders", "symbol=BTCUSDT")).json()
    assert len(still_open) == CROWD - len(turned_away) >= AT_ONCE


async def test_cancels_and_probes_pass_every_crowd(narrow: tuple[Person, Program]) -> None:
    """T13"""
    person, program = narrow
    crowd = asyncio.create_task(crowd_of(program))
    passed = []
    while not crowd.done():
        passed.append(await program.call("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"))
        passed.append(await person.http.get("/readyz"))
        passed.append(await person.post("/v1/orders/cancel-all-after", {"timeout": 0}))
    assert 503 in {answer.status_code for answer in await crowd}
    assert passed
    assert {answer.status_code for answer in passed} <= {200, 400}
    assert {answer.json()["code"] for answer in passed if answer.status_code == 400} <= {NO_SUCH_ORDERS}


def test_many_orders_that_wait_long_close_the_door_and_a_few_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """T13: a few wait for an engine that is being replaced; many are more than can be done in time."""
    now = 1_000.0
    monkeypatch.setattr("trueman.api.crowd.monotonic", lambda: now)
    crowd, ask = Crowd(10_000), {"method": "GET", "path": "/api/v3/account"}
    orders = [crowd.begin_order() for _ in range(ORDERS_WAITING_MIN - 1)]
    now += 10 * ORDER_SECONDS_MAX
    assert not crowd.turns_away(ask)
    orders.append(crowd.begin_order())
    assert crowd.turns_away(ask)
    assert not crowd.turns_away({"method": "DELETE", "path": "/api/v3/order"})
    crowd.end_order(orders.pop(0))
    orders.append(crowd.begin_order())
    assert crowd.turns_away(ask)
    for order in orders[:-1]:
        crowd.end_order(order)
    assert not crowd.turns_away(ask)


def test_a_process_asks_for_as_many_files_as_it_has_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
        allowed = allow_open_files(2_048)
        assert allowed == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assert allowed == (2_048 if hard == resource.RLIM_INFINITY else min(2_048, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
