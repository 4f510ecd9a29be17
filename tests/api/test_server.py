"""The real server on a real socket: it starts, serves, survives raw rubbish, and stops when told."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.conftest import engine_and_updater
from trueman.api.server import run
from trueman.core.snapshot import RULESET
from trueman.errors import LogDamaged, StartError
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.live import Live
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings
from trueman.stack.ports import free_port

RUBBISH = [
    b"GET /v1/%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /v1/me?\xff\xfe=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\nConnection: close\r\n\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nX-MBX-APIKEY: \xc3\x28\r\nConnection: close\r\n\r\n",
    b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\xff\x00{",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET http://other.example/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
]


@contextlib.asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[asyncio.Task[None]]:
    log = MemoryLog()
    await log.create(RULESET)
    stop = asyncio.Event()
    async with engine_and_updater(settings, log) as (database, _):
        api = asyncio.create_task(run(settings, log, database, stop))
        try:
            yield api
        finally:
            stop.set()
            await asyncio.wait([api], timeout=15)
            assert api.done()


@pytest.fixture
async def port(settings: Settings) -> AsyncIterator[int]:
    settings.api_port = free_port()
    async with served(settings), httpx.AsyncClient() as http, asyncio.timeout(20):
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await http.get(f"http://127.0.0.1:{settings.api_port}/readyz")).status_code == 200:
                    break
            await asyncio.sleep(0.05)
        yield settings.api_port


async def test_the_server_serves_and_raw_rubbish_is_a_4xx(port: int) -> None:
    for rubbish in RUBBISH:
        status, body = await raw(port, rubbish)
        assert 200 <= status < 500, (rubbish, status, body)
        if body and status >= 400:
            assert json.loads(body)["code"] < 0, rubbish
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        credentials = {"email": "ada@example.com", "password": "correct horse"}
        assert (await http.post("/v1/auth/signup", json=credentials)).status_code == 201
        token = (await http.post("/v1/auth/login", json=credentials)).json()["access_token"]
        me = await http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert me.json()["email"] == "ada@example.com"
        huge = await http.post("/v1/auth/login", content=b" " * 200_000)
        assert huge.status_code == 413


async def test_a_caller_who_hangs_up_in_the_middle_harms_nobody(port: int) -> None:
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    status, _ = await raw(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status == 200


async def test_a_port_in_use_is_told_in_words(port: int, settings: Settings) -> None:
    async with await connect_pool(settings.database_url, API) as database:
        with pytest.raises(StartError, match="TRUEMAN_API_PORT"):
            await run(settings, MemoryLog(), database, asyncio.Event())


async def raw(port: int, request: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


async def test_a_log_that_lost_something_ends_the_process(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """C10: nobody goes on serving views that no longer follow the log."""

    async def lost(live: Live, stop: asyncio.Event) -> None:
        raise LogDamaged("a range is gone")

    monkeypatch.setattr(Live, "follow", lost)
    settings.api_port = free_port()
    async with served(settings) as api:
        await asyncio.wait([api], timeout=10)
        assert api.done()
        assert isinstance(api.exception(), LogDamaged)
