"""Counters for Prometheus on a port of their own, for services that serve no HTTP themselves.

A module that counts declares its counters where it counts, with prometheus_client; what the process uses (memory,
processor, open files) is counted by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from trueman.errors import StartError


@contextmanager
def exposed(host: str, port: int) -> Iterator[None]:
    """`GET /metrics` on `port` while the block runs; port 0: nowhere."""
    if port == 0:
        yield
        return
    try:
        server, thread = start_http_server(port, addr=host)
    except OSError as error:
        raise StartError(f"cannot show metrics on {host}:{port}: {error.strerror} (TRUEMAN_METRICS_PORT)") from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
