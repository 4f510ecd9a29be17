"""The service as a process runs it: from PostgreSQL and the log to a client, and its ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from websockets.asyncio.client import connect

from tests.db_updater.recorded import follow_to_end, log_of
from tests.infra.test_live import append
from tests.views.lived import live_through
from tests.ws.stage import PATIENCE_SECONDS
from trueman.errors import LogDamaged, StartError
from trueman.infra.database.connection import READER, UPDATER, connect_pool
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings
from trueman.stack.ports import free_port
from trueman.views.world import World
from trueman.wire.stream_events import level_texts
from trueman.ws.service import run


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await connect_pool(database_url, READER)
    yield pool
    await pool.close()


async def ready(port: int, serving: asyncio.Task[None]) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not serving.done():
                try:
                    if (await http.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
            await serving


async def first_message(port: int, stream: str) -> Any:
    async with connect(f"ws://127.0.0.1:{port}/ws/{stream}", proxy=None) as connection:
        return msgspec.json.decode(await connection.recv())


async def test_a_service_that_starts_late_shows_the_same_book(database_url: str, pool: asyncpg.Pool) -> None:
    """C30: a service that starts again shows what it would have shown had it never died."""
    _, results = live_through(5, 500)
    world = World(with_portfolio=False)
    for result in results:
        world.fold(result)
    updater_pool = await connect_pool(database_url, UPDATER)
    log = await log_of(results[:300])
    await follow_to_end(log, updater_pool)
    await updater_pool.close()
    await append(log, results)
    stop, port = asyncio.Event(), free_port()
    serving = asyncio.create_task(run(Settings(ws_port=port), log, pool, stop))
    await ready(port, serving)
    market = world.registry.markets[0]
    told = await first_message(port, f"{market.symbol.lower()}@depth20")
    bids, asks = (level_texts(market, levels) for levels in world.depth[0].top(20))
    assert bids or asks
    assert told["lastUpdateId"] == world.depth[0].update_id
    assert told["bids"] == [list(level) for level in bids]
    assert told["asks"] == [list(level) for level in asks]
    stop.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await serving


async def test_a_port_in_use_is_said_with_the_setting_that_moves_it(pool: asyncpg.Pool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"{port}.*TRUEMAN_WS_PORT"):
            await run(Settings(ws_port=port), await log_of([]), pool, asyncio.Event())


async def test_a_log_that_loses_something_ends_the_service(pool: asyncpg.Pool) -> None:
    _, results = live_through(3, 100)
    log: MemoryLog = await log_of(results)
    port = free_port()
    serving = asyncio.create_task(run(Settings(ws_port=port), log, pool, asyncio.Event()))
    await ready(port, serving)
    log.events.last += 5  # as if entries had been written and lost
    log.events._grown.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(LogDamaged):
            await serving


async def test_a_stop_during_the_start_ends_it(pool: asyncpg.Pool) -> None:
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await run(Settings(ws_port=0), await log_of([]), pool, stop)
