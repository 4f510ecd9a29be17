"""The api as a process: load the views, follow the log, serve, and stop without leaving anything half done."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Final

import asyncpg
import structlog
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from trueman.api.app import create_app
from trueman.api.composition import build_state
from trueman.api.errors import DATABASE_AWAY
from trueman.api.state import ApiState
from trueman.errors import ServiceError, StartError
from trueman.infra.log import Log
from trueman.infra.service import announce_ready
from trueman.infra.settings import Settings

START_RETRY_SECONDS: Final = 0.5
HOUSEKEEPING_SECONDS: Final = 10.0
SESSIONS_FORGOTTEN_EVERY: Final = 360
"""Rounds of housekeeping between two looks for old sessions: an hour."""
STOP_SECONDS_MAX: Final = 10
BACKLOG: Final = 1_024
NOT_YET: Final = (*DATABASE_AWAY, ServiceError, asyncpg.UndefinedTableError, asyncpg.InvalidParameterValueError)
"""What passes when a neighbour starts: the database away or not migrated, the log away."""

logger = structlog.get_logger()


async def run(settings: Settings, log: Log, database: asyncpg.Pool, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raise LogDamaged when the log lost something, StartError when the port is taken."""
    _require_port(settings.host, settings.api_port)
    state = build_state(settings, log, database)
    async with running(state, stop) as tasks:
        if stop.is_set():
            return
        server = _server(state)
        serving = asyncio.create_task(server.serve())
        stopping = asyncio.create_task(stop.wait())
        announce_ready()
        try:
            await asyncio.wait([serving, stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            server.stop()  # type: ignore[no-untyped-call]
            await serving
        for task in tasks:
            if task.done():
                task.result()  # neither ends by itself: raise what ended it


@contextlib.asynccontextmanager
async def running(state: ApiState, stop: asyncio.Event) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The state alive: views loaded and following, wallet operations of an earlier life settled."""
    await _when_neighbours_are_there(state, stop)
    ended = asyncio.Event()
    following = asyncio.create_task(state.live.follow(ended))
    housekeeping = asyncio.create_task(_keep_house(state))
    watching = asyncio.create_task(state.lag.run())
    try:
        yield [following, housekeeping, watching]
    finally:
        await state.wallet.close()
        await state.writer.close()
        ended.set()
        housekeeping.cancel()
        watching.cancel()
        await asyncio.wait([following, housekeeping, watching], timeout=STOP_SECONDS_MAX)
        with contextlib.suppress(*NOT_YET):
            await state.keys.write_uses()
        state.passwords.close()


async def _when_neighbours_are_there(state: ApiState, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await state.live.start()
            return
        except NOT_YET as error:
            logger.warning("waiting for a neighbour", reason=f"{type(error).__name__}: {error}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), START_RETRY_SECONDS)


async def _keep_house(state: ApiState) -> None:
    """What no request waits for: open wallet operations, the last use of keys, sessions long over."""
    rounds = 0
    while True:
        try:
            await state.wallet.settle_all()
            await state.wallet.desk.run()
            await state.crediting.run()
            await state.keys.write_uses()
            if rounds % SESSIONS_FORGOTTEN_EVERY == 0:
                await state.users.forget_old_sessions()
            rounds += 1
        except NOT_YET as error:
            logger.warning("housekeeping waits for a neighbour", reason=f"{type(error).__name__}: {error}")
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


def _server(state: ApiState) -> Server:
    return Server(
        create_app(state),
        address=state.settings.host,
        port=state.settings.api_port,
        interface=Interfaces.ASGINL,
        websockets=False,
        backlog=BACKLOG,
        backpressure=state.settings.http_connections_max,  # it counts connections, idle ones too
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        log_enabled=False,
    )


def _require_port(host: str, port: int) -> None:
    """The server shares its port with whoever asks for that too, so look first whether it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"The API cannot listen on {host}:{port}: {error.strerror}. Set TRUEMAN_API_PORT."
            raise StartError(message) from error
