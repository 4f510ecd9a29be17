"""Is the process up, is it any use, and what has it counted: /healthz, /readyz, /metrics."""

import asyncio
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from trueman.api.http import Request, Response, Route, Routes, Spec, json_response
from trueman.api.measures import LAG, OFFSET

PATHS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
PROBE_SECONDS_MAX: Final = 2.0
LAG_MAX: Final = 50_000
"""Results that the views may be behind while we still call ourselves ready."""


async def healthz(request: Request) -> Response:
    """The process answers; nothing is said of its neighbours, so that their absence does not get it killed."""
    return json_response({"status": "ok"})


async def readyz(request: Request) -> Response:
    lag, log = await _probe_log(request)
    database = await _probe_database(request)
    ready = log == database == "ok" and lag is not None and lag <= LAG_MAX
    tables = request.state.lag.lag
    body: dict[str, Any] = {"ready": ready, "log": log, "database": database, "lag": lag}
    body |= {"tablesLag": tables.commands, "newOrders": "refused" if request.state.writer.refuses_orders else "taken"}
    body["withdrawals"] = {None: "unknown", True: "open", False: "closed"}[request.state.wallet.desk.switch.is_open]
    return json_response(body, 200 if ready else 503)


async def metrics(request: Request) -> Response:
    await _probe_log(request)
    return Response(200, generate_latest(), [(b"content-type", CONTENT_TYPE_LATEST.encode())])


async def _probe_log(request: Request) -> tuple[int | None, str]:
    """How far the views are behind, and how the log is."""
    live = request.state.live
    OFFSET.set(live.offset)
    try:
        async with asyncio.timeout(PROBE_SECONDS_MAX):
            lag = max(0, await request.state.log.last_event() - live.offset)
    except Exception as error:
        return None, type(error).__name__
    LAG.set(lag)
    return lag, "ok"


async def _probe_database(request: Request) -> str:
    try:
        async with asyncio.timeout(PROBE_SECONDS_MAX):
            await request.state.database.fetchval("SELECT 1")
    except Exception as error:
        return type(error).__name__
    return "ok"


def routes() -> Routes:
    return {
        ("GET", "/healthz"): Route(healthz, Spec("The process answers", "Operations", weight=0)),
        ("GET", "/readyz"): Route(
            readyz, Spec("The process is of use: views live, log and database at hand", "Operations", weight=0)
        ),
        ("GET", "/metrics"): Route(metrics, Spec("Counters for Prometheus", "Operations", weight=0)),
    }
