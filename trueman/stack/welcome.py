"""What `trueman up` says when all is well: where to look, and how to log in."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from trueman.infra.settings import Settings
from trueman.stack.demo import Demo
from trueman.stack.layout import address


def welcome(settings: Settings, demo: Demo | None, *, client: bool) -> RenderableType:
    host = "localhost" if address(settings.host) == "127.0.0.1" else settings.host
    places = Table.grid(padding=(0, 3))
    if client:
        places.add_row("[bold]Trade[/bold]", f"http://{host}:{settings.client_port}")
    places.add_row("[bold]API[/bold]", f"http://{host}:{settings.api_port}/docs")
    places.add_row("[bold]WebSocket[/bold]", f"ws://{host}:{settings.ws_port}/ws")
    if demo is None:
        return Panel(places, title="TrueMan is up", expand=False)
    log_ins = Table.grid(padding=(0, 3))
    log_ins.add_row("[bold]Trader[/bold]", demo["trader"]["email"], demo["trader"]["password"])
    log_ins.add_row("[bold]Admin[/bold]", demo["admin"]["email"], demo["admin"]["password"])
    return Panel(
        Group(places, "", log_ins, "", "Ctrl-C (or `trueman down`) stops everything; nothing is lost."),
        title="TrueMan is up",
        expand=False,
    )
