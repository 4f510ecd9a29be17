"""The exchange that chaos has: every part a process of its own, in a folder that is thrown away, on free ports.

The parts and who restarts them are those of `trueman up`. Between each service and its servers lies a cable of ours,
and, where that is allowed, a network of the service's own, so that one service alone can be cut off.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from trueman.chaos.cable import Cable
from trueman.chaos.death import kill_tree
from trueman.chaos.disk import Disk
from trueman.chaos.network import PUBLIC, Network, sweep
from trueman.chaos.power import Power
from trueman.chaos.preload import Clocks
from trueman.chaos.undo import Undo
from trueman.errors import StartError
from trueman.infra.database.connection import migrate
from trueman.infra.service import READY_FILE
from trueman.infra.settings import Settings
from trueman.stack import layout, ports
from trueman.stack.parts import Part, PartStatus, ready_file, role_of
from trueman.stack.servers import EmbeddedPostgres, EmbeddedValkey
from trueman.stack.supervisor import PAUSE_SECONDS_MIN, Running, Supervisor

SERVICES = ("engine", "shadow", "db-updater", "api", "ws")
ENGINES = ("engine", "shadow")
SERVERS = ("postgres", "valkey")
OPEN_TO_THE_PUBLIC = ("api", "ws")
LIMITS = {
    **layout.DEMO_ENVIRONMENT,
    "TRUEMAN_SNAPSHOT_COMMANDS": "150",
    "TRUEMAN_LOG_KEEP_COMMANDS": "50",
    "TRUEMAN_LOG_LEVEL": "info",
    "PYTHONUNBUFFERED": "1",
}
"""Snapshots are many, and the log is short: archive, trim and kill meet. What is judged is the archive and the log."""


class Stage:
    """Where everything is. `say` gets a line for every part that was started again."""

    def __init__(self, data: Path, clocks: Clocks | None, say: Callable[[str], None], *, shadow: bool = True) -> None:
        self.data = data
        self.services = tuple(name for name in SERVICES if shadow or name != "shadow")
        self.has_shadow = shadow
        self.clocks = clocks
        self.postgres = EmbeddedPostgres(data / "postgres", ports.free_port())
        self.valkey = EmbeddedValkey(data / "valkey", ports.free_port())
        self.settings = Settings(
            data=data, host="127.0.0.1", api_port=ports.free_port(), ws_port=ports.free_port(), trusted_proxies=""
        )
        self.network: Network | None = None
        self.impossible: list[str] = []
        """What this machine does not allow, and what is done instead."""
        self.power: Power | None = None
        self.undo: Undo | None = None
        self.kills = 0
        self.cables: dict[tuple[str, str], Cable] = {}
        self.disks = {name: Disk(data / name) for name in (*SERVERS, "snapshots", "archive")}
        self._parts: dict[str, Part] = {}
        self._supervisor = Supervisor(say, _forget)

    @property
    def api_url(self) -> str:
        return f"http://{self.host_of('api')}:{self.settings.api_port}"

    @property
    def ws_url(self) -> str:
        return f"ws://{self.host_of('ws')}:{self.settings.ws_port}"

    def host_of(self, service: str) -> str:
        """Where the public reaches it."""
        wire = self.network.wires.get((service, PUBLIC)) if self.network else None
        return wire.far if wire else self.settings.host

    @property
    def network_words(self) -> str:
        return "network namespaces and cables" if self.network else "cables alone"

    async def start(self) -> None:
        (self.data / "logs").mkdir(parents=True, exist_ok=True)
        for name, disk in self.disks.items():
            if fault := disk.mount():
                self.impossible.append(f"a small disk for {name}: {fault}")
        for server in (self.postgres, self.valkey):
            await self._start_part(layout.server_part(server, self.data / "logs"))
        await migrate(self.postgres.url)
        self._found_networks()
        for service in self.services:
            for name, port in (("postgres", self.postgres.port), ("valkey", self.valkey.port)):
                near = self.network.wires[service, name].near if self.network else self.settings.host
                self.cables[service, name] = Cable(port, near)
                await self.cables[service, name].lay()
        for service in self.services:
            await self._start_part(self._service(service))

    def _found_networks(self) -> None:
        sweep()
        try:
            self.network = Network()
            for service in self.services:
                public = (PUBLIC,) if service in OPEN_TO_THE_PUBLIC else ()
                self.network.add(service, (*SERVERS, *public))
        except StartError as error:
            if self.network is not None:
                self.network.remove()
            self.network = None
            self.impossible.append(f"network namespaces: {error}; cables of ours that carry nothing instead")

    def _service(self, name: str) -> Part:
        part = self._part_of(name)
        if self.network is not None:
            part.argv = _inside(self.network, name, part.argv)
            part.argv_again = part.argv_again and _inside(self.network, name, part.argv_again)
        return part

    def _part_of(self, name: str) -> Part:
        environment = self.environment_of(name)
        if name == "engine":
            return layout.engine_part(self.data, environment, with_shadow=self.has_shadow)
        if name == "shadow":
            return layout.shadow_part(self.data, environment)
        if name == "api":
            return layout.api_part(self._settings_of(name), self.data, environment)
        if name == "ws":
            return layout.ws_part(self._settings_of(name), self.data, environment)
        return layout.service_part(name, self.data, environment)

    def _settings_of(self, service: str) -> Settings:
        return self.settings.model_copy(update={"host": self.host_of(service)})

    def environment_of(self, service: str) -> dict[str, str]:
        """What the service is told: its way to each server goes over a cable of its own."""
        urls = {
            "DATABASE_URL": _over(self.postgres.url, self.cables[service, "postgres"]),
            "VALKEY_URL": _over(self.valkey.url, self.cables[service, "valkey"]),
        }
        places = {
            "TRUEMAN_DATA": str(self.data),
            "TRUEMAN_HOST": self.host_of(service),
            "TRUEMAN_API_PORT": str(self.settings.api_port),
            "TRUEMAN_WS_PORT": str(self.settings.ws_port),
        }
        return {**LIMITS, **urls, **places}

    async def _start_part(self, part: Part) -> None:
        part = replace(part, environment={**part.environment, **self._preloaded(part.name)})
        self._parts[part.name] = part
        await self._supervisor.start(part)

    def _preloaded(self, name: str) -> dict[str, str]:
        """A clock of its own for every part, and for servers a disk that can lose its power."""
        if self.clocks is None:
            return {}
        found = self.clocks.environment(name)
        disk: dict[str, str] = {}
        if name == "valkey":
            self.power = Power(self.data / "valkey" / "power")
            disk = self.power.environment()
        elif name == "postgres":
            self.undo = Undo(self.data / "undo")
            disk = self.undo.environment()
        libraries = [each["LD_PRELOAD"] for each in (found, disk) if each]
        return {**found, **disk, "LD_PRELOAD": ":".join(libraries)}

    def forget_unsynced(self, server: str, random: Random) -> str:
        """Of a server that is dead: take away what a power cut would have taken. Say how much that was."""
        if server == "valkey":
            assert self.power is not None
            return f"{self.power.cut((self.data / 'valkey' / 'appendonlydir').glob('*'))} bytes"
        assert self.undo is not None
        files = (path for path in self.postgres.cluster.rglob("*") if path.is_file())
        return f"{self.undo.cut(files, random)} changes"

    async def stop(self) -> None:
        await self._supervisor.stop()
        for cable in self.cables.values():
            await cable.remove()
        if self.network is not None:
            self.network.remove()
        for disk in self.disks.values():
            disk.unmount()

    def running(self, name: str) -> Running:
        """Of a part that was started twice the last one."""
        return next(running for running in reversed(self._supervisor.running) if running.part.name == name)

    def pid(self, name: str) -> int:
        """0 while it is down."""
        return self.running(name).status()["pid"]

    def primary(self) -> str:
        """The part whose engine writes now, or the first one while nobody does."""
        return next((name for name in ENGINES if self.leads(name)), ENGINES[0])

    def standby(self) -> str:
        return next(name for name in reversed(ENGINES) if name != self.primary())

    def leads(self, name: str) -> bool:
        """It says so. One that stands still says so as well while another has its place already."""
        return name in self.services and role_of(ready_file(self.data, name), self.pid(name)) == "primary"

    def both_engines_work(self) -> bool:
        """One leads, and the other stands by."""
        roles = {role_of(ready_file(self.data, name), self.pid(name)) for name in ENGINES}
        return roles == {"primary", "shadow"}

    def signal(self, name: str, number: signal.Signals) -> bool:
        """False when there was nobody to signal."""
        pid = self.pid(name)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        return pid != 0

    def kill(self, name: str) -> bool:
        """The process and whatever it started."""
        pid = self.pid(name)
        if pid:
            self.kills += 1
            kill_tree(pid)
        return pid != 0

    @asynccontextmanager
    async def second(self, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Another process of a service, beside the one that is supervised."""
        part = self._parts[name]
        with (self.data / "logs" / f"{name}.second.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *part.argv(),
                stdout=log,
                stderr=log,
                env={**os.environ, **part.environment, READY_FILE: str(ready_file(self.data, f"{name}.second"))},
                start_new_session=True,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def start_fenced_again(self) -> list[str]:
        """What an operator does after a fence: look, and start it again. Return what had been fenced."""
        fenced = [name for name in self.services if self.running(name).state == "fenced"]
        for name in fenced:
            await self._supervisor.start(self._parts[name])
        return fenced

    def fill(self, disk: str) -> str:
        """Leave no room there; say how, or, empty, that there is no way to here."""
        return self.disks[disk].fill(self.pid(disk) if disk in SERVERS else 0)

    def free(self, disk: str) -> None:
        self.disks[disk].free()

    def forget_restarts(self) -> None:
        """As if a quiet minute had passed: whoever dies next is started again after the shortest pause."""
        for running in self._supervisor.running:
            running.pause_seconds = PAUSE_SECONDS_MIN


def _over(url: str, cable: Cable) -> str:
    there = urlsplit(url)
    return url.replace(f"{there.hostname}:{there.port}/", f"{cable.host}:{cable.port}/")


def _inside(network: Network, service: str, argv: Callable[[], list[str]]) -> Callable[[], list[str]]:
    return lambda: network.argv_in(service, argv())


def _forget(statuses: Sequence[PartStatus]) -> None:
    """Nobody else watches this exchange: no status file."""
