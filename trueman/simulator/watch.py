"""A simulation in the foreground, with its counters on the screen while it runs."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from trueman.simulator.simulation import Simulation
from trueman.wire.simulation import Options, Status


def picture(status: Status) -> Table:
    table = Table(title="Simulated funds", show_header=False, box=None)
    rate = status.orders / status.seconds if status.seconds else 0.0
    rows = {
        "markets": ", ".join(status.markets) or "none yet",
        "traders": f"{status.traders:,}",
        "running for": f"{status.seconds:,} s",
        "orders": f"{status.orders:,} ({rate:.1f} a second)",
        "cancels": f"{status.cancels:,}",
        "refusals": f"{status.refusals:,}",
        "last refusal": status.last_refusal or "none",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


async def watch(
    options: Options, api_url: str, ws_url: str, keys_path: Path, stop: asyncio.Event, *, seconds: float
) -> Status:
    """Run until `stop`, or for `seconds` when that is not 0; return the last counters."""
    simulation = Simulation(options, api_url, ws_url, keys_path)
    if seconds:
        asyncio.get_running_loop().call_later(seconds, stop.set)
    console = Console(stderr=True)
    with Live(picture(simulation.status), console=console, refresh_per_second=2) as live:
        await simulation.run(stop, lambda status: live.update(picture(status)))
        live.update(picture(simulation.status))
    return simulation.status
