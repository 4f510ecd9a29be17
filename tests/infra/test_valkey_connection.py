"""One connection: an answer belongs to the question that was asked, and to nobody who comes after."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from trueman.errors import LogUnavailable, OutcomeUnknown
from trueman.infra import valkey_connection
from trueman.infra.valkey_connection import ValkeyConnection


class SlowServer:
    """Echoes the last word of each command, once the test opens the door."""

    def __init__(self) -> None:
        self.door = asyncio.Event()
        self.connections = 0
        self.heard: list[bytes] = []
        self.reads = asyncio.Event()
        self.reads.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                await self.reads.wait()
                word = await self._command(reader)
                if word is None:
                    return
                self.heard.append(word)
                await self.door.wait()
                writer.write(b"$%d\r\n%s\r\n" % (len(word), word))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the caller gave up in the middle of a command
        finally:
            writer.close()

    async def _command(self, reader: asyncio.StreamReader) -> bytes | None:
        head = await reader.readline()
        if not head:
            return None
        word = b""
        for _ in range(int(head[1:])):
            length = int((await reader.readline())[1:])
            word = (await reader.readexactly(length + 2))[:-2]
        return word


@asynccontextmanager
async def slow_server(password: str = "") -> AsyncIterator[tuple[SlowServer, ValkeyConnection]]:
    slow = SlowServer()
    server = await asyncio.start_server(slow.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = ValkeyConnection(f"redis://:{password}@127.0.0.1:{port}/0?lib_name=&lib_version=")
    yield slow, connection
    await connection.close()
    slow.door.set()
    slow.reads.set()
    server.close()


async def test_whoever_asks_next_does_not_get_the_answer_of_one_who_left() -> None:
    """C5: a connection whose caller left before the answer came is not used again."""
    async with slow_server() as (slow, connection):
        leaving = asyncio.create_task(connection.ask("ECHO", "his"))
        async with asyncio.timeout(5):
            while b"his" not in slow.heard:  # noqa: ASYNC110 - the server is of another kind
                await asyncio.sleep(0.001)
        leaving.cancel()
        await asyncio.wait([leaving])
        slow.door.set()
        assert await asyncio.wait_for(connection.ask("ECHO", "mine"), 5) == b"mine"
        assert slow.connections == 2


async def test_half_a_command_is_not_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """C5: who leaves in the middle of sending takes the connection with him."""
    async with slow_server() as (slow, connection):
        slow.door.set()
        assert await connection.ask("ECHO", "before") == b"before"
        slow.reads.clear()
        long = asyncio.create_task(connection.tell("ECHO", b"x" * 50_000_000))
        await asyncio.sleep(0.1)
        assert not long.done()
        long.cancel()
        await asyncio.wait([long])
        slow.reads.set()
        assert await asyncio.wait_for(connection.ask("ECHO", "after"), 5) == b"after"
        assert slow.heard == [b"before", b"after"]


async def test_a_server_that_does_not_answer_the_password_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """C33 C38: it takes connections and says nothing; whoever asks is told in time, and nothing was sent."""
    monkeypatch.setattr(valkey_connection, "CONNECT_SECONDS_MAX", 0.1)
    async with slow_server(password="secret") as (slow, connection):
        for ask in (connection.tell, connection.ask):
            with pytest.raises(LogUnavailable, match="cannot be reached: TimeoutError"):
                await asyncio.wait_for(ask("ECHO", "first"), 5)
        assert slow.connections == 2, "the second asks for a connection of its own"
        assert b"first" not in slow.heard


async def test_an_answer_that_does_not_come_in_time_is_not_taken_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """C3: to who changed something it is unknown whether it was done, to who asked there is no answer."""
    monkeypatch.setattr(valkey_connection, "ANSWER_SECONDS_MAX", 0.1)
    async with slow_server() as (slow, connection):
        with pytest.raises(OutcomeUnknown):
            await connection.tell("ECHO", "first")
        with pytest.raises(LogUnavailable):
            await connection.ask("ECHO", "second")
        slow.door.set()
        assert await connection.ask("ECHO", "third") == b"third"
        assert slow.heard == [b"first", b"second", b"third"]
