"""Who reads slowly gets less, or is dropped; nobody else notices and nothing grows without bound."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from tests.ws.stage import PATIENCE_SECONDS, Stage, client, heard
from trueman.wire.streams import stream_name
from trueman.ws import metrics
from trueman.ws.client import Client
from trueman.ws.outlet import Outlet

SLOW_BYTES, BYTES_MAX = 64 * 1_024, 512 * 1_024
FILLING = "x" * 50_000


@pytest.fixture(autouse=True)
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Less patience, so that a test need not move megabytes."""
    monkeypatch.setattr("trueman.ws.client.WRITE_BUFFER_SLOW_BYTES", SLOW_BYTES)
    monkeypatch.setattr("trueman.ws.client.WRITE_BUFFER_BYTES_MAX", BYTES_MAX)
    monkeypatch.setattr("trueman.ws.client.CLOSE_SECONDS_MAX", 0.2)


@asynccontextmanager
async def sleeper(stage: Stage, path: str) -> AsyncIterator[asyncio.StreamReader]:
    """A client whose socket takes next to nothing until it is read."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.connect(("127.0.0.1", stage.service.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=1_024)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    try:
        yield reader
    finally:
        writer.transport.abort()


async def messages(reader: asyncio.StreamReader) -> AsyncIterator[Any]:
    """Text messages, as long as they come."""
    while True:
        try:
            async with asyncio.timeout(1):
                opcode, size = await reader.readexactly(2)
                if size >= 126:
                    size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8))
                payload = await reader.readexactly(size)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return
        if opcode == 0x81:
            yield msgspec.json.decode(payload)


def outlet_of(stage: Stage) -> Outlet:
    return stage.service._house.outlet


def server_side(stage: Stage, stream: str) -> Client:
    (subscriber,) = stage.service.hub._subscribers[stream]
    assert isinstance(subscriber, Client)
    return subscriber


async def test_a_reader_that_never_reads_is_dropped_and_the_others_miss_nothing(stage: Stage) -> None:
    """C31: memory for it is bounded, and nobody else waits."""
    name, dropped = stream_name("BTCUSDT", "trade"), metrics.DROPPED._value.get()
    async with sleeper(stage, f"/ws/{name}"):
        sleepy = server_side(stage, name)
        async with client(stage, f"/ws/{name}") as awake:
            for number in range(200):
                outlet_of(stage).send(name, {"number": number, "filling": FILLING})
                stage.service.hub.flush()
                assert (await heard(awake))["number"] == number
                assert sleepy._socket.get_write_buffer_size() <= BYTES_MAX + len(FILLING)
            assert metrics.DROPPED._value.get() == dropped + 1
            assert sleepy not in stage.service.hub._subscribers[name]
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(stage.service.connections) > 1:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)


async def test_a_sequence_never_continues_after_a_gap(stage: Stage) -> None:
    """C31 C30: what a slow reader got has no hole in it."""
    name = stream_name("BTCUSDT", "trade")
    async with sleeper(stage, f"/ws/{name}") as reader:
        for number in range(200):
            outlet_of(stage).send(name, {"number": number, "filling": FILLING})
            stage.service.hub.flush()
        numbers = [message["number"] async for message in messages(reader)]
    assert numbers == list(range(len(numbers)))
    assert 0 < len(numbers) < 200


async def test_a_slow_reader_gets_the_newest_state_once_it_reads_again(stage: Stage) -> None:
    state, sequence = stream_name("BTCUSDT", "bookTicker"), stream_name("BTCUSDT", "trade")
    outlet, hub = outlet_of(stage), stage.service.hub
    async with sleeper(stage, f"/ws/{state}/{sequence}") as reader:
        sleepy = server_side(stage, state)
        count = 0
        while not sleepy.is_slow:
            outlet.send(sequence, {"number": count, "filling": FILLING})
            hub.flush()
            count += 1
            assert count < 200
        waiting = sleepy._socket.get_write_buffer_size()
        for number in range(1_000):
            outlet.show(state, {"state": number})
        hub.flush()
        assert sleepy._socket.get_write_buffer_size() <= waiting
        assert len(sleepy.held) == 1
        told = [message async for message in messages(reader)]
        assert sleepy not in stage.service.connections.slow
    assert [message["number"] for message in told if "number" in message] == list(range(count))
    assert [message["state"] for message in told if "state" in message] == [999]


async def test_a_final_event_replaces_the_one_that_was_held_back(stage: Stage) -> None:
    name, filler = "btcusdt@kline_1m", stream_name("BTCUSDT", "trade")
    outlet, hub = outlet_of(stage), stage.service.hub
    async with sleeper(stage, f"/ws/{name}/{filler}") as reader:
        sleepy = server_side(stage, name)
        while not sleepy.is_slow:
            outlet.send(filler, {"filling": FILLING})
            hub.flush()
        outlet.show(name, {"closed": False})
        outlet.send(name, {"closed": True})
        hub.flush()
        told = [message["closed"] async for message in messages(reader) if "closed" in message]
    assert told == [True]
