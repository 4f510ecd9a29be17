"""The simulator as a part of the exchange: runs the simulation that an admin asked for, and reports on it.

What is asked stands behind GET /v1/simulator. The service reads it with an admin's API key, like any customer.
"""

import asyncio
import time
from pathlib import Path

import aiohttp
import msgspec
import structlog

from trueman.simulator.exchange_client import ApiRefusal, ExchangeClient, ExchangeUnreachable
from trueman.simulator.simulation import Simulation
from trueman.wire.simulation import TEXT_CHARS_MAX, Options, Status

POLL_SECONDS = 1.0
BEGIN_AGAIN_SECONDS = 10.0

log = structlog.get_logger()


class Desired(msgspec.Struct):
    desired: str
    options: Options


class SimulatorService:
    def __init__(self, api_url: str, ws_url: str, key: str, secret: str, keys_path: Path) -> None:
        self.api_url = api_url
        self.ws_url = ws_url
        self.key = key
        self.secret = secret
        self.keys_path = keys_path
        self.simulation: Simulation | None = None
        self.task: asyncio.Task[None] | None = None
        self.stop_simulation = asyncio.Event()
        self.begin_again_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        async with aiohttp.ClientSession() as session:
            client = ExchangeClient(session, self.api_url, self.key, self.secret)
            while not stop.is_set():
                try:
                    await self._step(client)
                except (ExchangeUnreachable, ApiRefusal) as trouble:
                    log.warning("simulator waits for the API", trouble=str(trouble))
                await asyncio.sleep(POLL_SECONDS)
            await self._end()

    async def _step(self, client: ExchangeClient) -> None:
        answer = await client.signed("GET", "/v1/simulator")
        desired = msgspec.convert({name: answer[name] for name in ("desired", "options")}, Desired)
        if desired.desired != "running":
            await self._end()
        elif self.simulation is None or self.simulation.options != desired.options:
            await self._end()
            self._begin(desired.options)
        elif self.task is not None and self.task.done() and time.monotonic() >= self.begin_again_at:
            self._begin(desired.options)
        status = self.simulation.status if self.simulation else Status()
        await client.signed_json("PUT", "/v1/simulator/status", msgspec.to_builtins(status))

    def _begin(self, options: Options) -> None:
        log.info("simulation begins", seed=options.seed, traders=options.traders)
        self.stop_simulation = asyncio.Event()
        self.simulation = Simulation(options, self.api_url, self.ws_url, self.keys_path)
        self.task = asyncio.create_task(self.simulation.run(self.stop_simulation))
        self.task.add_done_callback(self._ended)

    async def _end(self) -> None:
        if self.task is None:
            return
        self.stop_simulation.set()
        await asyncio.wait([self.task])
        self.task = self.simulation = None

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A simulation that failed says so where administrators look, and is begun again after a while."""
        error = task.exception()
        if error is None:
            return
        log.error("simulation failed", trouble=repr(error))
        self.begin_again_at = time.monotonic() + BEGIN_AGAIN_SECONDS
        if self.simulation is not None:
            self.simulation.status.running = False
            self.simulation.status.last_refusal = str(error)[:TEXT_CHARS_MAX]
