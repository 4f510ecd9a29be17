"""`trueman up`: the whole exchange on one machine, from nothing to a page that says where to look, and down again."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from trueman import build
from trueman.errors import StartError
from trueman.infra.database.connection import migrate
from trueman.infra.settings import Settings
from trueman.stack import client, demo, layout
from trueman.stack.claim import Claim
from trueman.stack.neighbours import database_errors_told
from trueman.stack.parts import Part
from trueman.stack.servers import EmbeddedPostgres, EmbeddedServer, EmbeddedValkey
from trueman.stack.supervisor import Supervisor
from trueman.stack.welcome import welcome

MakeAdmin = Callable[[str, str, str], Awaitable[None]]
"""database url, email, password."""


@dataclass(frozen=True, slots=True)
class Options:
    client: bool = True
    demo: bool = True
    background: bool = False
    """Its terminal is a log file: log-ins are not written there."""


async def run(settings: Settings, options: Options, make_admin: MakeAdmin) -> None:
    """Until SIGINT, SIGTERM or SIGHUP. Raise StartError when it cannot start; nothing is left running then."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    claim = Claim(settings.data)
    claim.take()
    try:
        exchange = Exchange(settings, options, make_admin, claim)
        await exchange.live(stop)
    finally:
        claim.release()


class Exchange:
    def __init__(self, settings: Settings, options: Options, make_admin: MakeAdmin, claim: Claim) -> None:
        self.settings = settings
        self.options = options
        self.data = claim.data
        self._make_admin = make_admin
        self._claim = claim
        self._console = Console(highlight=False, soft_wrap=True, stderr=False)
        self._supervisor = Supervisor(self.tell, claim.record)
        self._database_url = settings.database_url
        self._valkey_url = settings.valkey_url

    def tell(self, line: str) -> None:
        self._console.print(line, markup=False)

    async def live(self, stop: asyncio.Event) -> None:
        start = asyncio.create_task(self._start())
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({start, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if start.done():
                await start
                await stop.wait()
        finally:
            stopped.cancel()
            start.cancel()
            await asyncio.wait({start})
            await self._stop()

    async def _start(self) -> None:
        self._look_at_the_core()
        for name in self._claim.end_leftovers():
            self.tell(f"ended a {name} that an earlier run had left behind")
        layout.require_ports(self.settings, client=self.options.client)
        (self.data / "logs").mkdir(parents=True, exist_ok=True)
        building = asyncio.create_task(self._build_client()) if self.options.client else None
        try:
            await self._start_servers()
            await self._start_services()
            seeded = await self._start_demo() if self.options.demo else None
            if building is not None:
                argv = client.start_argv(await building, self.settings.host, self.settings.client_port)
                await self._start_part(layout.client_part(self.settings, self.data, argv, client.FOLDER))
        finally:
            if building is not None:
                building.cancel()
                await asyncio.wait({building})
        self._claim.record(self._supervisor.statuses(), ready=True)
        if not self.options.background:
            self._console.print(welcome(self.settings, seeded, client=self.options.client))

    def _look_at_the_core(self) -> None:
        state = build.state()
        if state == "stale":
            raise StartError(build.ADVICE[state])
        if state == "uncompiled":
            self.tell(f"Warning: {build.ADVICE[state]}")

    async def _build_client(self) -> client.Node:
        return await client.build(client.FOLDER, self.data / "logs" / "client-build.log", self.tell)

    async def _start_servers(self) -> None:
        if not self._database_url:
            self._database_url = await self._start_server(
                EmbeddedPostgres(self.data / "postgres", self.settings.database_port)
            )
        if not self._valkey_url:
            self._valkey_url = await self._start_server(EmbeddedValkey(self.data / "valkey", self.settings.valkey_port))
        with database_errors_told():
            await migrate(self._database_url)

    async def _start_server(self, server: EmbeddedServer) -> str:
        await self._start_part(layout.server_part(server, self.data / "logs"))
        return server.url

    async def _start_services(self) -> None:
        environment = self._environment()
        behind_client = environment | (layout.proxies(self.settings) if self.options.client else {})
        with_shadow = self.settings.shadow
        await self._start_part(layout.engine_part(self.data, environment, with_shadow=with_shadow))
        shadows = [self._start_part(layout.shadow_part(self.data, environment))] if with_shadow else []
        await together(
            *shadows,
            self._start_part(layout.service_part("db-updater", self.data, environment)),
            self._start_part(layout.api_part(self.settings, self.data, behind_client)),
            self._start_part(layout.ws_part(self.settings, self.data, environment)),
        )
        if self.settings.reconcile_seconds:
            await self._start_part(layout.auditor_part(self.settings, self.data, environment))

    async def _start_demo(self) -> demo.Demo:
        url = f"http://{layout.address(self.settings.host)}:{self.settings.api_port}"

        async def make_admin(email: str, password: str) -> None:
            await self._make_admin(self._database_url, email, password)

        seeded = await demo.seed(self.data, url, make_admin)
        keys = seeded["api_key"], seeded["secret_key"]
        await self._start_part(layout.simulator_part(self.data, self._environment(), *keys))
        return seeded

    def _environment(self) -> dict[str, str]:
        """What the parts are told. The demo's generous limits give way to whatever the operator has set."""
        known = {"TRUEMAN_DATA": str(self.data), "DATABASE_URL": self._database_url, "VALKEY_URL": self._valkey_url}
        wished = layout.DEMO_ENVIRONMENT if self.options.demo else {}
        return {**layout.unset(wished), **known, "PYTHONUNBUFFERED": "1"}

    async def _start_part(self, part: Part) -> None:
        seconds = await self._supervisor.start(replace(part))
        self.tell(f"  ✓ {part.name:<10} {part.url or 'ready':<28} {seconds:5.1f} s")

    async def _stop(self) -> None:
        if self._supervisor.running:
            self.tell("Stopping, in order …")
        self._claim.record(self._supervisor.statuses(), ready=False)
        await self._supervisor.stop()
        if self._supervisor.running:
            self.tell(f"Stopped. Everything is in {self.data}")


async def together(*starts: Coroutine[Any, Any, None]) -> None:
    """All at once; when one fails the others are given up, and its error is ours."""
    tasks = [asyncio.create_task(start) for start in starts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        await task


def python_argv() -> list[str]:
    return layout.trueman_argv()


def log_of(data: Path) -> Path:
    return data / "logs" / "up.log"
