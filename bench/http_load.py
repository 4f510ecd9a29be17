"""The smallest HTTP/1.1 client that can load an exchange from the same machine: one request at a time a connection.

A well-kept client costs more processor time a request than the server under test, and both share the cores here.
"""

import asyncio
from typing import cast


class Connection(asyncio.Protocol):
    """Kept alive; requests are written whole, answers read by Content-Length."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.received = b""
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, host, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        answer = _parse(self.received)
        if answer is not None and self.waiting is not None:
            self.received = b""
            waiting, self.waiting = self.waiting, None
            if not waiting.done():
                waiting.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(ConnectionError(f"the exchange closed the connection: {error}"))

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send one request; return status and body."""
        assert self.waiting is None, "one request at a time"
        assert self.transport is not None
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiting

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


def _parse(received: bytes) -> tuple[int, bytes] | None:
    """Status and body of a whole answer, or None while bytes are missing."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower() + b"\r\n"
    at = head.find(b"\r\ncontent-length:")
    length = int(head[at + 17 : head.index(b"\r\n", at + 2)]) if at >= 0 else 0
    if len(received) < end + 4 + length:
        return None
    return int(received[9:12]), received[end + 4 : end + 4 + length]


def request_bytes(method: str, target: str, host: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
