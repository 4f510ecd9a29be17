"""Which parts a one-machine exchange has, how each is started and how it shows that it is ready."""

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from trueman.infra.service import READY_FILE
from trueman.infra.settings import Settings
from trueman.stack import ports
from trueman.stack.parts import Part, ready_file
from trueman.stack.servers import STOP_SECONDS_MAX, EmbeddedServer

DEMO_ENVIRONMENT = {
    "TRUEMAN_FAUCET": "1",
    "TRUEMAN_COOKIE_SECURE": "0",
    "TRUEMAN_REQUEST_WEIGHT_PER_MINUTE": "100000000",
    "TRUEMAN_ORDERS_PER_10_SECONDS": "10000000",
    "TRUEMAN_ORDERS_PER_DAY": "10000000000",
    "TRUEMAN_LOGINS_PER_MINUTE": "1000",
    "TRUEMAN_CONNECTIONS_PER_IP_MAX": "10000",
    "TRUEMAN_DISK_USED_PERCENT_MAX": "100",
}
"""A demo is for one person on one machine, load tests included; settings.py has what production starts from."""

SERVICE_START_SECONDS_MAX = 300
"""An engine with a long log to replay takes its time."""
HTTP_SECONDS_MAX = 2.0


def server_part(server: EmbeddedServer, logs: Path) -> Part:
    return Part(
        name=server.name,
        argv=lambda: server.argv,
        log=logs / f"{server.name}.log",
        is_ready=server.is_ready,
        prepare=server.prepare,
        user=lambda: server.user,
        url=f"{server.name}://127.0.0.1:{server.port}",
        stop_signal=server.stop_signal,
        start_seconds_max=120,
        stop_seconds_max=STOP_SECONDS_MAX,
        working_dir=server.data_dir,
    )


def service_part(
    name: str,
    data: Path,
    environment: dict[str, str],
    *,
    url: str = "",
    answers: Callable[[], bool] | None = None,
    command: tuple[str, ...] = (),
) -> Part:
    """A `trueman <name>` of this Python. Ready when it answers, or when it says so in its ready file."""
    ready = ready_file(data, name)

    def prepare() -> None:
        ready.parent.mkdir(parents=True, exist_ok=True)
        ready.unlink(missing_ok=True)

    return Part(
        name=name,
        argv=lambda: trueman_argv(*(command or (name,))),
        log=data / "logs" / f"{name}.log",
        is_ready=answers or ready.exists,
        prepare=prepare,
        environment={**environment, READY_FILE: str(ready)},
        url=url,
        start_seconds_max=SERVICE_START_SECONDS_MAX,
    )


def engine_part(data: Path, environment: dict[str, str], *, with_shadow: bool) -> Part:
    """The first primary. With a shadow beside it, it comes back as one: meanwhile the other has its place."""
    part = service_part("engine", data, environment)
    if with_shadow:
        part.argv_again = shadow_argv
    return part


def shadow_part(data: Path, environment: dict[str, str]) -> Part:
    part = service_part("shadow", data, environment)
    part.argv = part.argv_again = shadow_argv
    return part


def shadow_argv() -> list[str]:
    return trueman_argv("engine", "--shadow")


def trueman_argv(*words: str) -> list[str]:
    return [sys.executable, "-m", "trueman.cli", *words]


def api_part(settings: Settings, data: Path, environment: dict[str, str]) -> Part:
    url = f"http://{address(settings.host)}:{settings.api_port}"
    return service_part("api", data, environment, url=url, answers=lambda: says_ok(f"{url}/readyz"))


def proxies(settings: Settings) -> dict[str, str]:
    """For the API behind the web client, which speaks for its visitors from the address that it reaches the API at."""
    found = socket.getaddrinfo(address(settings.host), None, type=socket.SOCK_STREAM)
    ours = sorted({str(place[0]) for *_, place in found})
    return {"TRUEMAN_TRUSTED_PROXIES": ",".join(filter(None, (settings.trusted_proxies, *ours)))}


def ws_part(settings: Settings, data: Path, environment: dict[str, str]) -> Part:
    place = f"{address(settings.host)}:{settings.ws_port}"
    return service_part("ws", data, environment, url=f"ws://{place}", answers=lambda: says_ok(f"http://{place}/readyz"))


def auditor_part(settings: Settings, data: Path, environment: dict[str, str]) -> Part:
    return service_part("auditor", data, environment, command=("reconcile", "--every", str(settings.reconcile_seconds)))


def simulator_part(data: Path, environment: dict[str, str], api_key: str, secret_key: str) -> Part:
    keys = {"TRUEMAN_SIMULATOR_API_KEY": api_key, "TRUEMAN_SIMULATOR_SECRET_KEY": secret_key}
    return service_part("simulator", data, environment | keys, command=("simulate", "--as-service"))


def client_part(settings: Settings, data: Path, argv: list[str], folder: Path) -> Part:
    host = address(settings.host)
    environment = {
        "TRUEMAN_API_URL": f"http://{host}:{settings.api_port}",
        "TRUEMAN_WS_PORT": str(settings.ws_port),
        "NEXT_TELEMETRY_DISABLED": "1",
    }
    return Part(
        name="client",
        argv=lambda: argv,
        log=data / "logs" / "client.log",
        is_ready=lambda: ports.is_listening(host, settings.client_port),
        environment=environment,
        url=f"http://{host}:{settings.client_port}",
        start_seconds_max=60,
        stop_seconds_max=5,
        working_dir=folder,
    )


def address(host: str) -> str:
    """Where a server that listens on `host` is reached from this machine."""
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host


def says_ok(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=HTTP_SECONDS_MAX) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def require_ports(settings: Settings, *, client: bool) -> None:
    """All public ports at once, before anything starts."""
    ports.require_free(settings.host, settings.api_port, "TRUEMAN_API_PORT")
    ports.require_free(settings.host, settings.ws_port, "TRUEMAN_WS_PORT")
    if client:
        ports.require_free(settings.host, settings.client_port, "TRUEMAN_CLIENT_PORT")


def unset(wished: dict[str, str]) -> dict[str, str]:
    """Of these, what the operator has not set."""
    return {name: value for name, value in wished.items() if name not in os.environ}
