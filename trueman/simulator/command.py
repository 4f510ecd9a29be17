"""The two ways to run the simulator: what an administrator asked for, or what stands on the command line."""

import asyncio

from rich.console import Console
from rich.live import Live

from trueman.errors import StartError
from trueman.infra.service import announce_ready
from trueman.infra.settings import Settings
from trueman.simulator.exchange_client import ExchangeUnreachable
from trueman.simulator.service import SimulatorService
from trueman.simulator.simulation import Simulation
from trueman.wire.simulation import Options, Status

PLAIN_SECONDS = 10
"""Between two lines of progress where nobody watches a terminal."""


async def follow_orders(settings: Settings, api_url: str, ws_url: str, stop: asyncio.Event) -> None:
    key, secret = settings.simulator_api_key, settings.simulator_secret_key
    if not key or not secret:
        raise StartError("The simulator needs an administrator's TRUEMAN_SIMULATOR_API_KEY and _SECRET_KEY.")
    announce_ready()
    await SimulatorService(api_url, ws_url, key, secret, settings.data / "secrets" / "simulator.json").run(stop)


async def simulate_once(
    settings: Settings, api_url: str, ws_url: str, options: Options, seconds: float, stop: asyncio.Event
) -> None:
    """With live progress, until `stop` or for so many seconds; its bots are not those of the service beside it."""
    simulation = Simulation(options, api_url, ws_url, settings.data / "secrets" / "simulate.json")
    if seconds:
        asyncio.get_running_loop().call_later(seconds, stop.set)
    console = Console(highlight=False)
    try:
        with Live(console=console, auto_refresh=False) as live:
            shown = -PLAIN_SECONDS

            def progress(status: Status) -> None:
                nonlocal shown
                if console.is_terminal:
                    live.update(as_line(status), refresh=True)
                elif status.seconds >= shown + PLAIN_SECONDS:
                    shown = status.seconds
                    console.print(as_line(status))

            await simulation.run(stop, progress)
    except ExchangeUnreachable as error:
        raise StartError(f"No exchange at {api_url} ({error}); start one with `trueman up`.") from None
    console.print(as_line(simulation.status))


def as_line(status: Status) -> str:
    line = (
        f"{status.seconds:5d} s  {status.traders} traders in {', '.join(status.markets)}: "
        f"{status.orders} orders, {status.cancels} cancels, {status.refusals} refusals"
    )
    return f"{line} (the last: {status.last_refusal})" if status.last_refusal else line
