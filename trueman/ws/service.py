"""The WebSocket service: market streams folded from the event log, one process, one port.

Health is told on the same port over plain HTTP: `/healthz` while the process runs, `/readyz` while it follows the log.
"""

import asyncio
import gc
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

import asyncpg
import structlog
from picows import WSListener, WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener, ws_create_server

from trueman.errors import StartError
from trueman.infra.clock import wall_clock_us
from trueman.infra.live import Live
from trueman.infra.log import Log
from trueman.infra.peers import Origins, Proxies
from trueman.infra.service import announce_ready
from trueman.infra.settings import Settings
from trueman.ws import metrics
from trueman.ws.client import MESSAGE_BYTES_MAX, Client, House
from trueman.ws.connections import MAINTENANCE_SECONDS, Connections
from trueman.ws.door import read_path
from trueman.ws.feeds import TICK_MS, Feeds
from trueman.ws.hub import Hub
from trueman.ws.outlet import Outlet
from trueman.ws.requests import STREAMS_MAX

GOODBYE_SECONDS_MAX: Final = 2.0
"""How long a stop waits for clients to close."""

logger = structlog.get_logger()


async def run(settings: Settings, log: Log, database_pool: asyncpg.Pool, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raise LogDamaged when the event log has lost what the views need."""
    live = Live(log, database_pool, portfolio=False)
    await live.start()
    gc.freeze()  # what was loaded stays for as long as the process: the collector need not walk it again and again
    service = Service(settings, live)
    following = asyncio.create_task(live.follow(stop))
    try:
        await _first_of(following, live.caught_up())
        await service.serve(stop, following)
    finally:
        stop.set()
        await asyncio.wait([following])
    await following


async def _first_of(following: asyncio.Task[None], step: Coroutine[Any, Any, None]) -> None:
    """Wait for `step`, but not when the log is no longer followed: then nothing would come of it."""
    task = asyncio.create_task(step)
    try:
        await asyncio.wait([following, task], return_when=asyncio.FIRST_COMPLETED)
    finally:
        task.cancel()
        await asyncio.wait([task])
    if following.done():
        following.result()
    if not task.cancelled():
        task.result()


class Service:
    def __init__(self, settings: Settings, live: Live) -> None:
        self._settings = settings
        self._live = live
        self.hub = Hub()
        self.connections = Connections(settings.connections_per_ip_max)
        outlet = Outlet(self.hub, wall_clock_us)
        self.feeds = Feeds(live, outlet)
        live.frame_listeners.append(self.hub.flush)
        self._house = House(
            self.feeds,
            self.hub,
            outlet,
            self.connections,
            settings.stream_messages_per_second,
            Proxies(settings.trusted_proxies),
        )
        self._messages_counted = 0
        self._origins = Origins(settings.allowed_origins, settings.host, settings.client_port)
        self._following: asyncio.Task[None] | None = None
        self.port = settings.ws_port
        self.listening = asyncio.Event()

    async def serve(self, stop: asyncio.Event, following: asyncio.Task[None]) -> None:
        self._following = following
        server = await self._listen()
        self.port = server.sockets[0].getsockname()[1]
        self.listening.set()
        logger.info("streams are served", address=f"ws://{self._settings.host}:{self.port}")
        announce_ready()
        try:
            await _first_of(following, self._keep_time(stop))
        finally:
            server.close()
            await self._goodbye()

    async def _listen(self) -> asyncio.Server:
        try:
            return await ws_create_server(
                self._receive,
                self._settings.host,
                self._settings.ws_port,
                enable_auto_pong=False,
                max_frame_size=MESSAGE_BYTES_MAX,
            )
        except OSError as error:
            raise StartError(
                f"cannot listen on {self._settings.host}:{self._settings.ws_port}: {error.strerror}"
                " (TRUEMAN_WS_PORT chooses another port)"
            ) from error

    def _receive(self, request: WSUpgradeRequest) -> WSListener | WSUpgradeResponseWithListener:
        if request.path.startswith((b"/healthz", b"/readyz")):
            return self._health(request.path)
        wish = read_path(request.path)
        if wish is None:
            return _refuse(404, b"there are streams at /ws, /ws/<stream> and /stream?streams=<stream>/<stream>")
        if not self._is_welcome(request):
            return _refuse(403, b"pages of this origin may not open streams (TRUEMAN_ALLOWED_ORIGINS)")
        if len(wish.names) > STREAMS_MAX:
            return _refuse(400, b"a connection has at most %d streams" % STREAMS_MAX)
        return Client(self._house, wish.names, combined=wish.combined)

    def _is_welcome(self, request: WSUpgradeRequest) -> bool:
        """Only browsers name an origin, and only their pages can act in a visitor's name."""
        origin = request.headers.get("Origin")
        return origin is None or self._origins.ours(origin, request.headers.get("Host", ""))

    def _health(self, path: bytes) -> WSUpgradeResponseWithListener:
        follows = self._following is not None and not self._following.done()
        if path.startswith(b"/readyz") and not follows:
            return _refuse(503, b"not following the event log")
        return WSUpgradeResponseWithListener(WSUpgradeResponse.create_ok_response(b"ok"), None)

    async def _keep_time(self, stop: asyncio.Event) -> None:
        """Tick at whole multiples of TICK_MS; a late tick is not made up for."""
        loop = asyncio.get_running_loop()
        tick_seconds = TICK_MS / 1_000
        due = maintained = loop.time()
        while not stop.is_set():
            due = max(due + tick_seconds, loop.time())
            await asyncio.sleep(due - loop.time())
            self.feeds.tick()
            self.hub.flush()
            self.connections.relieve()
            if loop.time() - maintained > MAINTENANCE_SECONDS:
                maintained = loop.time()
                self.connections.maintain(maintained)
                self._count()

    def _count(self) -> None:
        metrics.CONNECTIONS.set(len(self.connections))
        metrics.SLOW.set(len(self.connections.slow))
        metrics.STREAMS.set(self.hub.streams)
        metrics.OFFSET.set(self._live.offset)
        metrics.MESSAGES.inc(self.hub.messages_sent - self._messages_counted)
        self._messages_counted = self.hub.messages_sent

    async def _goodbye(self) -> None:
        self.connections.say_goodbye()
        with suppress(TimeoutError):  # who has not closed by then is cut off by the end of the process
            async with asyncio.timeout(GOODBYE_SECONDS_MAX):
                await self.connections.all_gone.wait()


def _refuse(status: int, reason: bytes) -> WSUpgradeResponseWithListener:
    return WSUpgradeResponseWithListener(WSUpgradeResponse.create_error_response(status, reason), None)
