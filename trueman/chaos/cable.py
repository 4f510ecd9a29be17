"""A wire between a service and its server that can be cut, silenced and made slow, without any right on the machine."""

import asyncio
from contextlib import suppress
from typing import Final

CHUNK_BYTES: Final = 65_536
HOST: Final = "127.0.0.1"


class Cable:
    """Carries bytes from a port of its own at `host` to `target_port`. One service's way to one server."""

    def __init__(self, target_port: int, host: str = HOST) -> None:
        self._target_port = target_port
        self.host = host
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._there, self._back = asyncio.Event(), asyncio.Event()
        """Set while bytes pass: from the service to the server, and from the server to the service."""
        self._is_cut = self._forgets = False
        self.delay_seconds = 0.0
        self.port = 0

    async def lay(self) -> None:
        self._server = await asyncio.start_server(self._accept, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._open()

    async def remove(self) -> None:
        assert self._server is not None
        self._server.close()
        self._is_cut = True
        self._break()
        self._open()
        if self._serving:
            await asyncio.wait(self._serving)

    def cut(self) -> None:
        """Connections break, and nobody gets a new one."""
        self._is_cut = True
        self._break()

    def silence(self) -> None:
        """Connections stay and nothing passes, and whoever watched over them has forgotten them in the end."""
        self._forgets = True
        self.lose()

    def lose(self, *, there: bool = True, back: bool = True) -> None:
        """What is sent now arrives when the cable is mended."""
        for passes, is_lost in ((self._there, there), (self._back, back)):
            if is_lost:
                passes.clear()

    def mend(self) -> None:
        if self._forgets:
            self._break()
        self._is_cut = self._forgets = False
        self.delay_seconds = 0.0
        self._open()

    def _open(self) -> None:
        self._there.set()
        self._back.set()

    def _break(self) -> None:
        for end in tuple(self._ends):
            end.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        self._ends.add(writer)
        far: asyncio.StreamWriter | None = None
        try:
            far_reader, far = await asyncio.open_connection(HOST, self._target_port)
            self._ends.add(far)
            both = ((reader, far, self._there), (far_reader, writer, self._back))
            ways = [asyncio.create_task(self._carry(*way)) for way in both]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
        except OSError:
            writer.transport.abort()  # the server is away: to the service that is a refused connection
        finally:
            for end in (writer, far):
                if end is not None:
                    self._ends.discard(end)
                    end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                await passes.wait()
                writer.write(data)
                await writer.drain()
