"""The simulator does what stands behind /v1/simulator, says how it does, and opens accounts with patience."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.simulator.test_trader import SYMBOL
from trueman.simulator import simulation
from trueman.simulator.service import SimulatorService


class Control:
    """As much of an exchange as a simulator needs to begin: its switch, one market, and a door that may be shut."""

    def __init__(self) -> None:
        self.desired = "running"
        self.options: dict[str, Any] = {"seed": 1, "traders": 2, "ordersPerSecond": 0.01}
        self.reports: list[dict[str, Any]] = []
        self.sign_ups = 0
        self.door_is_shut = False

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == "/v1/simulator":
            return web.json_response({"desired": self.desired, "options": self.options, "status": None})
        if request.path == "/v1/simulator/status":
            self.reports.append(await request.json())
            return web.Response(status=204)
        if request.path == "/api/v3/exchangeInfo":
            return web.json_response({"symbols": [SYMBOL | {"status": "TRADING"}]})
        if request.path == "/v1/auth/signup":
            self.sign_ups += 1
            if self.door_is_shut:
                return web.json_response({"code": -1003, "msg": "Too many people are logging in."}, status=429)
            return web.json_response({"account": 1024 + self.sign_ups}, status=201)
        if request.path == "/v1/auth/login":
            return web.json_response({"access_token": "token"})
        if request.path == "/v1/api-keys":
            return web.json_response({"apiKey": f"key-{self.sign_ups}", "secretKey": "secret"}, status=201)
        if request.path == "/api/v3/order":
            asked = dict(request.query)
            order = {"orderId": self.sign_ups, "status": "FILLED", "side": asked["side"]}
            return web.json_response(order | {"price": asked["price"], "origQty": asked["quantity"]})
        return web.json_response([])


@asynccontextmanager
async def running(control: Control, folder: Path) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", control.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stop = asyncio.Event()
    service = SimulatorService(site.name, "ws://127.0.0.1:1", "key", "secret", folder / "keys.json")
    task = asyncio.create_task(service.run(stop))
    yield
    stop.set()
    await task
    await runner.cleanup()


async def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is awaited happens in another process's words
            await asyncio.sleep(0.05)


async def test_it_starts_with_new_options_and_stops_as_it_is_told(tmp_path: Path) -> None:
    control = Control()
    async with running(control, tmp_path):
        await until(lambda: bool(control.reports) and control.reports[-1]["traders"] == 3)
        assert control.reports[-1]["markets"] == ["BTCUSDT"]
        control.options = control.options | {"traders": 1}
        await until(lambda: control.reports[-1]["traders"] == 2 and control.reports[-1]["running"])
        assert control.sign_ups == 3, "the same bots come back with their keys"
        control.desired = "stopped"
        await until(lambda: not control.reports[-1]["running"])


async def test_a_shut_door_is_knocked_at_with_patience_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "PAUSE_AFTER_TROUBLE_SECONDS", 0.5)
    control = Control()
    control.door_is_shut = True
    async with running(control, tmp_path):
        await until(lambda: bool(control.reports) and "Too many people" in control.reports[-1]["lastRefusal"])
        assert control.sign_ups <= 2 * simulation.SIGN_UPS_MAX
        control.door_is_shut = False
        await until(lambda: control.reports[-1]["traders"] == 3)


async def test_a_simulation_that_cannot_begin_says_why(tmp_path: Path) -> None:
    control = Control()
    control.options = control.options | {"markets": ["NOPEUSDT"]}
    async with running(control, tmp_path):
        await until(lambda: bool(control.reports) and "NOPEUSDT" in control.reports[-1]["lastRefusal"])
        assert control.reports[-1]["running"] is False
