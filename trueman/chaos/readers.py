"""Two readers of market streams: one keeps the book as the documentation tells to, one reads nothing at all."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

import aiohttp
import msgspec

from trueman.chaos.client import SYMBOL, NoAnswer
from trueman.chaos.waiting import until

RECONNECT_SECONDS: Final = 0.2
HEARTBEAT_SECONDS: Final = 3.0
HELD_SECONDS_MAX: Final = 3_600.0
SLOW_STREAMS: Final = ("depth@100ms", "depth20@100ms", "bookTicker", "aggTrade", "trade")


class Gap(Exception):
    """Two messages of one connection do not follow each other: the reader's book would be wrong from here on."""


class TooEarly(Exception):
    """The snapshot is older than the first change: another one is needed, as the documentation says."""


class Book:
    """A snapshot and the changes after it."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.last = int(snapshot["lastUpdateId"])
        self.sides = {"b": dict(map(tuple, snapshot["bids"])), "a": dict(map(tuple, snapshot["asks"]))}
        self._is_in_step = False

    def apply(self, event: dict[str, Any]) -> None:
        first, last = event["U"], event["u"]
        if last <= self.last:
            return
        if first > self.last + 1:
            raise Gap(f"after update {self.last} came {first}") if self._is_in_step else TooEarly
        self._is_in_step = True
        self.last = last
        for name, levels in self.sides.items():
            for price, quantity in event[name]:
                if quantity.strip("0."):
                    levels[price] = quantity
                else:
                    levels.pop(price, None)


class BookReader:
    """Follows the book over disconnects: each begins anew with a snapshot."""

    def __init__(
        self, session: aiohttp.ClientSession, ws_url: str, snapshot: Callable[[], Coroutine[Any, Any, dict[str, Any]]]
    ) -> None:
        self._session = session
        self._url = f"{ws_url}/ws/{SYMBOL.lower()}@depth@100ms"
        self._snapshot = snapshot
        self.book: Book | None = None
        self.connections = 0
        self.messages = 0
        self.gaps: list[str] = []

    async def follow(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with suppress(aiohttp.ClientError, OSError, TimeoutError, NoAnswer):
                await self._one_connection(stop)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _one_connection(self, stop: asyncio.Event) -> None:
        async with self._session.ws_connect(self._url, heartbeat=HEARTBEAT_SECONDS) as connection:
            self.connections += 1
            early: list[dict[str, Any]] = []
            self.book = None
            reading = asyncio.create_task(self._snapshot())
            while not stop.is_set():
                message = await self._next(connection)
                if message is not None:
                    early.append(message)
                    self.messages += 1
                if reading.done():
                    if self.book is None:
                        self.book = Book(await reading)
                    self._fold(early)

    async def _next(self, connection: aiohttp.ClientWebSocketResponse) -> dict[str, Any] | None:
        try:
            message = await connection.receive(timeout=0.2)
        except TimeoutError:
            return None
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise NoAnswer("the stream ended")
        event: dict[str, Any] = msgspec.json.decode(message.data)
        return event if event.get("e") == "depthUpdate" else None

    def _fold(self, events: list[dict[str, Any]]) -> None:
        assert self.book is not None
        while events:
            try:
                self.book.apply(events.pop(0))
            except Gap as gap:
                self.gaps.append(str(gap))
                raise NoAnswer(str(gap)) from gap
            except TooEarly as early:
                raise NoAnswer("the snapshot is too old") from early


class SlowReader:
    """Asks for everything and reads nothing: the exchange has to get rid of it, and nobody else may notice."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self.connections = 0
        self.longest_held = 0.0
        """Seconds that the exchange put up with it."""

    async def hold(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with suppress(OSError):
                await self._one_connection(stop)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _one_connection(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            connection.setblocking(False)
            await loop.sock_connect(connection, self._address)
            streams = "/".join(f"{SYMBOL.lower()}@{name}" for name in SLOW_STREAMS)
            lines = [
                f"GET /stream?streams={streams} HTTP/1.1",
                *("Host: localhost", "Connection: Upgrade", "Upgrade: websocket"),
                *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="),
            ]
            await loop.sock_sendall(connection, ("\r\n".join(lines) + "\r\n\r\n").encode())
            self.connections += 1
            began = loop.time()
            await until(lambda: stop.is_set() or _is_closed(connection), HELD_SECONDS_MAX)
            self.longest_held = max(self.longest_held, loop.time() - began)


def _is_closed(connection: socket.socket) -> bool:
    """Without reading what waits: the system knows whether the other side has hung up."""
    state: int = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return state != 1  # TCP_ESTABLISHED
