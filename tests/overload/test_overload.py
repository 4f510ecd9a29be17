"""T13 with real processes: far more callers and readers than the exchange can serve at once. For `make test-long`."""

import asyncio
import hmac
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import aiohttp
import psutil
import pytest

from bench.http_load import Connection, request_bytes
from bench.orders import OrderSource, prepare, stop_simulator
from bench.own_stack import Stack, own_stack, run_trueman
from trueman.infra.service import allow_open_files

CALLERS = 4_000
READERS = 10_000
SECONDS = 20.0
OPEN_SECONDS_MAX = 30.0
CANCEL_SECONDS_MAX = 10.0
"""The callers ask again at once when they are turned away, and share the processors with the exchange."""
GROWTH_MB_MAX = 1_000
FILES_WANTED = 30_000
READERS_PAUSE = 500
GENEROUS = {
    "TRUEMAN_ORDERS_PER_10_SECONDS": "1000000",
    "TRUEMAN_ORDERS_PER_DAY": "100000000",
    "TRUEMAN_REQUEST_WEIGHT_PER_MINUTE": "100000000",
    "TRUEMAN_CONNECTIONS_PER_IP_MAX": "20000",
    "TRUEMAN_RECONCILE_SECONDS": "0",
}

pytestmark = [
    pytest.mark.skipif(not os.environ.get("TRUEMAN_LONG"), reason="minutes of full load; TRUEMAN_LONG=1 asks for it"),
    pytest.mark.timeout(900),
]


@dataclass
class Storm:
    """Orders from thousands of connections, each with one under way, while one caller only wants to get out."""

    source: OrderSource
    address: tuple[str, int]
    ends: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    cancels: list[tuple[int, float]] = field(default_factory=list)

    async def rage(self) -> None:
        opened = await asyncio.gather(*[Connection.open(*self.address) for _ in range(CALLERS)])
        self.ends = time.monotonic() + SECONDS
        await asyncio.gather(self._cancel(), *[self._order(connection) for connection in opened])
        for connection in opened:
            connection.close()

    async def _order(self, connection: Connection) -> None:
        while time.monotonic() < self.ends:
            status, _ = await connection.exchange(self.source.next())
            self.answers[status] += 1

    async def _cancel(self) -> None:
        connection = await asyncio.wait_for(Connection.open(*self.address), OPEN_SECONDS_MAX)
        while time.monotonic() < self.ends:
            began = time.monotonic()
            status, body = await connection.exchange(self._cancel_all())
            nothing_to_cancel = status == 400 and b"-2011" in body
            self.cancels.append((200 if nothing_to_cancel else status, time.monotonic() - began))
        connection.close()

    def _cancel_all(self) -> bytes:
        client = self.source.clients[0]
        text = urlencode({"symbol": self.source.rules.symbol, "timestamp": int(time.time() * 1_000)})
        signature = hmac.digest(client.secret, text.encode(), "sha256").hex()
        target = f"/api/v3/openOrders?{text}&signature={signature}"
        return request_bytes("DELETE", target, self.source.host, {"X-MBX-APIKEY": client.key})


async def storm_over(stack: Stack) -> Storm:
    url = urlsplit(stack.api_url)
    async with aiohttp.ClientSession() as session:
        source = await prepare(session, stack.api_url, "BTCUSDT", 16, stack.data)
    storm = Storm(source, (url.hostname or "", url.port or 0))
    await storm.rage()
    return storm


async def crowd_of_readers(stack: Stack) -> tuple[int, float]:
    """How many of READERS were told of a trade, and how long a newcomer waits for his first one meanwhile."""
    url = f"{stack.ws_url}/ws/btcusdt@depth@100ms"
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        readers = []
        for number in range(READERS):
            readers.append(await session.ws_connect(url))
            if number % READERS_PAUSE == 0:
                await asyncio.sleep(0.1)
        told = await asyncio.gather(*[reader.receive(OPEN_SECONDS_MAX) for reader in readers])
        began = time.monotonic()
        async with session.ws_connect(url) as newcomer:
            await newcomer.receive(OPEN_SECONDS_MAX)
        waited = time.monotonic() - began
        return sum(message.type is aiohttp.WSMsgType.TEXT for message in told), waited


def memory_mb(stack: Stack) -> float:
    """Of all processes of this exchange."""
    total = 0
    for process in psutil.process_iter():
        try:
            if process.environ().get("TRUEMAN_DATA") == str(stack.data):
                total += process.memory_info().rss
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return total / 2**20


def test_a_storm_of_orders_is_shed_while_cancels_pass() -> None:
    """T13: nothing but yes, "too many" and "later"; cancels in time; memory bounded; afterwards everything agrees."""
    allow_open_files(FILES_WANTED)
    with own_stack("--no-client", **GENEROUS) as stack:
        asyncio.run(stop_simulator(stack))
        before = memory_mb(stack)
        storm = asyncio.run(storm_over(stack))
        assert set(storm.answers) <= {200, 429, 503}, storm.answers
        assert storm.answers[200] > SECONDS * 100
        assert storm.answers[503] > 0
        assert {status for status, _ in storm.cancels} == {200}, Counter(status for status, _ in storm.cancels)
        assert max(seconds for _, seconds in storm.cancels) < CANCEL_SECONDS_MAX
        assert memory_mb(stack) - before < GROWTH_MB_MAX
        run_trueman(stack.environment | stack.server_urls(), "reconcile")


def test_ten_thousand_readers_are_served() -> None:
    """T13"""
    allow_open_files(FILES_WANTED)
    with own_stack("--no-client", **GENEROUS) as stack:
        before = memory_mb(stack)
        told, waited = asyncio.run(crowd_of_readers(stack))
        assert told == READERS
        assert waited < OPEN_SECONDS_MAX
        assert memory_mb(stack) - before < GROWTH_MB_MAX
        run_trueman(stack.environment | stack.server_urls(), "reconcile")
