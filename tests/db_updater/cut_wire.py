"""A wire to PostgreSQL that can be cut at the worst moment: just before a COMMIT, or between it and its answer."""

import asyncio
from urllib.parse import urlsplit

COMMIT = b"COMMIT;"
BEFORE = "before the COMMIT arrives"
AFTER = "after the COMMIT was done, before its answer arrives"


class Wire:
    """`cuts` are used up one a COMMIT; None lets it pass."""

    def __init__(self, database_url: str, cuts: list[str | None]) -> None:
        parts = urlsplit(database_url)
        self._target = (parts.hostname, parts.port)
        self.cuts = cuts
        self._database_url = database_url
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    async def open(self) -> str:
        """The URL at this end of the wire."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return self._database_url.replace(f":{self._target[1]}/", f":{port}/")

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for end in self._ends:
            end.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._ends |= {writer, far_writer}
        answers = asyncio.create_task(self._pass_on(far_reader, writer))
        while data := await reader.read(65_536):
            cut = self.cuts.pop(0) if COMMIT in data and self.cuts else None
            if cut is None:
                far_writer.write(data)
                continue
            answers.cancel()
            if cut == AFTER:
                far_writer.write(data)
                await far_reader.read(65_536)
            break
        for end in (writer, far_writer):
            end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()
