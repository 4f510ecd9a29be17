"""The api, the engine and a real Valkey that is short of memory or disk, and callers who hang up on a real server."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from tests.api.conftest import PASSWORD, InProcess, Person, engine_and_updater, serving
from trueman.api.server import run
from trueman.core.snapshot import RULESET
from trueman.errors import StartError
from trueman.infra.database.identity import create_user
from trueman.infra.passwords import Passwords
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedValkey

SELL = {"symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}
REFUSED = (503, -1001)
UNKNOWN = (504, -1007)
ROOM_BYTES = 3_000
"""On the disk that is nearly full: enough for a few orders."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A durable one of this test's own."""
    server = EmbeddedValkey(tmp_path / "valkey", free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def deciding(server: EmbeddedValkey, settings: Settings) -> AsyncIterator[Any]:
    """Engine and updater on logs of their own, as separate processes have them; and the api's."""
    log, engines_log = await ValkeyLog.connect(server.url), await ValkeyLog.connect(server.url)
    await log.create(RULESET)
    async with engine_and_updater(settings, engines_log) as (database, stop):
        yield log, database, stop
    for each in (log, engines_log):
        await each.close()


@pytest.fixture
async def exchange(deciding: Any, settings: Settings) -> AsyncIterator[InProcess]:
    settings.answer_timeout_ms = 1_000
    log, database, stop = deciding
    async with serving(settings, log, database, stop) as in_process:
        yield in_process


@dataclass
class Tried:
    """What a caller was told about the order of that name."""

    name: str
    status: int
    code: int = 0


async def place(who: Person, name: str) -> Tried:
    body = {**SELL, "price": "60000", "newClientOrderId": name}
    answer = await who.post("/v1/orders", body)
    return Tried(name, answer.status_code, answer.json().get("code", 0))


async def require_truth(who: Person, tried: list[Tried]) -> None:
    """Acknowledged: there, once. Refused: not there. Unknown: one of the two."""
    found = [order["clientOrderId"] for order in (await who.get("/api/v3/openOrders")).json()]
    assert len(found) == len(set(found))
    for each in tried:
        assert each.status in (200, 503, 504), each
        assert each.status == 504 or (each.name in found) == (each.status == 200), each


async def works_again(who: Person, name: str) -> Tried:
    async with asyncio.timeout(20):
        while (tried := await place(who, name)).status != 200:  # noqa: ASYNC110 - only trying tells
            await asyncio.sleep(0.1)
    return tried


async def test_a_log_without_memory_takes_no_orders_and_forgets_nothing(
    exchange: InProcess, server: EmbeddedValkey, alice: Person
) -> None:
    """C9: orders are refused as surely not placed, reads go on, nothing is evicted; with memory it works again."""
    tried = [await place(alice, "before")]
    async with Redis.from_url(server.url) as valkey:
        keys = {name: await valkey.xlen(f"trueman:{name}") for name in ("commands", "events")}
        await valkey.config_set("maxmemory", 1_000_000)
        tried += await asyncio.gather(*[place(alice, f"full-{number}") for number in range(10)])
        assert {(each.status, each.code) for each in tried[1:]} == {REFUSED}
        withdrawal = await alice.post("/v1/wallet/withdrawals", {"asset": "BTC", "amount": "1", "address": "bc1"})
        assert withdrawal.status_code == 503
        assert await alice.free("BTC") == "9.99000000"
        assert {name: await valkey.xlen(f"trueman:{name}") for name in keys} == keys
        await valkey.config_set("maxmemory", 0)
    tried.append(await works_again(alice, "after"))
    await require_truth(alice, tried)


async def test_decisions_wait_for_memory_and_are_not_lost(
    exchange: InProcess, server: EmbeddedValkey, alice: Person
) -> None:
    """C9: memory runs out at any moment of many orders; whatever was told is true afterwards."""
    tried: list[Tried] = []
    async with Redis.from_url(server.url) as valkey:
        for round_ in range(6):
            placing = [asyncio.create_task(place(alice, f"{round_}-{number}")) for number in range(8)]
            await asyncio.sleep(0.001 * round_)
            await valkey.config_set("maxmemory", 1_000_000)
            await asyncio.sleep(0.05)
            await valkey.config_set("maxmemory", 0)
            tried += await asyncio.gather(*placing)
    tried.append(await works_again(alice, "after"))
    await require_truth(alice, tried)


async def test_a_server_that_would_evict_is_refused(server: EmbeddedValkey) -> None:
    """C9: short of memory it would throw away the log."""
    async with Redis.from_url(server.url) as valkey:
        await valkey.config_set("maxmemory-policy", "allkeys-lru")
    with pytest.raises(StartError, match="maxmemory-policy is allkeys-lru and must be noeviction"):
        await ValkeyLog.connect(server.url)


async def test_a_full_disk_stops_the_exchange_and_loses_nothing(
    exchange: InProcess, server: EmbeddedValkey, alice: Person
) -> None:
    """C8: Valkey ends rather than acknowledge what it cannot write; with room again all acknowledged is there."""
    tried = [await place(alice, f"before-{number}") for number in range(5)]
    assert server.process is not None
    written = max(path.stat().st_size for path in (server.data_dir / "appendonlydir").iterdir())
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (written + ROOM_BYTES, written + ROOM_BYTES))
    async with asyncio.timeout(30):
        while server.process.poll() is None:
            tried.append(await place(alice, f"full-{len(tried)}"))
    tried += [await place(alice, f"gone-{number}") for number in range(3)]
    assert {(each.status, each.code) for each in tried[-3:]} == {REFUSED}
    await asyncio.to_thread(server.start)
    tried.append(await works_again(alice, "after"))
    assert sum(each.status == 200 for each in tried) > 5
    await require_truth(alice, tried)


@contextlib.asynccontextmanager
async def real_server(settings: Settings, deciding: Any) -> AsyncIterator[httpx.AsyncClient]:
    log, database, _ = deciding
    settings.api_port, stop = free_port(), asyncio.Event()
    api = asyncio.create_task(run(settings, log, database, stop))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.api_port}") as http, asyncio.timeout(60):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get("/readyz")).status_code == 200:
                        break
                await asyncio.sleep(0.05)
            yield http
    finally:
        stop.set()
        await asyncio.wait([api], timeout=15)


async def hang_up(port: int, who: Person, name: str, after: float) -> None:
    """Send an order, whole or cut, and leave without waiting for its answer."""
    body = f"symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.01&price=60000&newClientOrderId={name}"
    head = f"POST /api/v3/order HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {who.token}\r\n"
    sent = f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent if after else sent[:-20])
    await writer.drain()
    await asyncio.sleep(after)
    writer.transport.abort()


async def test_callers_who_hang_up_leave_nobody_anothers_answer(
    deciding: Any, settings: Settings, server: EmbeddedValkey
) -> None:
    """C5: on a real server and log some hang up in the midst; the others get their own answers and no others."""
    async with real_server(settings, deciding) as http:
        here = InProcess(settings, deciding[0], None, deciding[1], http)  # type: ignore[arg-type]
        people = [await here.sign_up() for _ in range(4)]
        await list_a_market(here)
        for person in people:
            await person.deposit("BTC", "10")
        told: dict[int, set[str]] = {person.account: set() for person in people}
        for turn in range(15):
            leaving = [
                hang_up(settings.api_port, person, f"left-{person.account}-{turn}", after)
                for person, after in zip(people, (0, 0.0005, 0.002, 0.005), strict=True)
            ]
            answers = [
                person.post("/v1/orders", {**SELL, "price": "60000", "newClientOrderId": f"{person.account}-{turn}"})
                for person in people
            ]
            *_, a, b, c, d = await asyncio.gather(*leaving, *answers)
            for person, answer in zip(people, (a, b, c, d), strict=True):
                assert answer.json()["clientOrderId"] == f"{person.account}-{turn}"
                told[person.account].add(f"{person.account}-{turn}")
        await require_own(people, told)


async def list_a_market(here: InProcess) -> None:
    """The server has a state of its own, so its administrator is made in the database."""
    assert await create_user(here.database, "admin@example.com", PASSWORD, "admin", Passwords()) is not None
    await here.list_market(await here.log_in("admin@example.com"))


async def require_own(people: list[Person], told: dict[int, set[str]]) -> None:
    """Everybody has what was acknowledged, may have what he left, and nothing of anybody else."""
    for person in people:
        names = [order["clientOrderId"] for order in (await person.get("/api/v3/openOrders")).json()]
        assert len(names) == len(set(names))
        assert told[person.account] <= set(names)
        assert all(name.removeprefix("left-").startswith(f"{person.account}-") for name in names)
        assert await person.free("BTC") == f"{10 - len(names) * 0.01:.8f}"
    cut = people[0]
    assert not [name for name in await names_of(cut) if name.startswith("left-")], "half a request is no order"
    whole = [name for person in people[1:] for name in await names_of(person) if name.startswith("left-")]
    assert whole, "orders of callers who left are decided all the same"


async def names_of(person: Person) -> list[str]:
    return [order["clientOrderId"] for order in (await person.get("/api/v3/openOrders")).json()]
