"""A whole exchange of its own for a benchmark: free ports, a folder that is thrown away, generous limits."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from trueman.stack.servers import EmbeddedPostgres, EmbeddedValkey

START_SECONDS_MAX = 400


class Stack(NamedTuple):
    api_url: str
    ws_url: str
    client_url: str
    data: Path
    environment: dict[str, str]

    def server_urls(self) -> dict[str, str]:
        """Of the servers that `trueman up` started in it."""
        postgres = EmbeddedPostgres(self.data / "postgres", int(self.environment["TRUEMAN_DATABASE_PORT"]))
        valkey = EmbeddedValkey(self.data / "valkey", int(self.environment["TRUEMAN_VALKEY_PORT"]))
        return {"DATABASE_URL": postgres.url, "VALKEY_URL": valkey.url}


@contextmanager
def own_stack(*options: str, **settings: str) -> Iterator[Stack]:
    """Start `trueman up --detach` with `options` and `settings`, and stop it afterwards, whatever happened."""
    data = Path(tempfile.mkdtemp(prefix="trueman-bench-"))
    ports = dict(zip(("API", "WS", "CLIENT", "DATABASE", "VALKEY"), _free_ports(5), strict=True))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRUEMAN_")}
    environment |= {f"TRUEMAN_{name}_PORT": str(port) for name, port in ports.items()}
    environment |= {"TRUEMAN_DATA": str(data), "TRUEMAN_FAUCET": "1", "TRUEMAN_LOG_LEVEL": "warning"}
    environment |= {"DATABASE_URL": "", "VALKEY_URL": ""} | settings
    try:
        run_trueman(environment, "up", "--detach", *options)
        urls = (
            f"http://127.0.0.1:{ports['API']}",
            f"ws://127.0.0.1:{ports['WS']}",
            f"http://127.0.0.1:{ports['CLIENT']}",
        )
        yield Stack(*urls, data, environment)
    finally:
        run_trueman(environment, "down", check=False)
        shutil.rmtree(data, ignore_errors=True)


def demo_login(stack: Stack, who: str) -> dict[str, Any]:
    """The log-in of `admin` or `trader` that the demo made."""
    secrets = json.loads((stack.data / "secrets" / "demo.json").read_text())
    found: dict[str, Any] = secrets[who]
    return found


def run_trueman(environment: dict[str, str], *arguments: str, check: bool = True) -> str:
    """Run a trueman command; return what it printed. With `check`, say what it printed when it fails."""
    command = [sys.executable, "-m", "trueman.cli", *arguments]
    # Files, not pipes: what `up --detach` leaves running would hold a pipe open.
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as complaints:
        done = subprocess.run(
            command, env=environment, check=False, timeout=START_SECONDS_MAX, stdout=printed, stderr=complaints
        )
        text, trouble = (file.read() for file in (printed, complaints) if file.seek(0) == 0)
    if check and done.returncode:
        raise RuntimeError(f"trueman {' '.join(arguments)} ended with {done.returncode}:\n{text}{trouble}")
    return text


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
