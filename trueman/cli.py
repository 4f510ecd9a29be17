"""The `trueman` command: every part of the exchange alone, and all together; an operator's tools are in `operator`.

The only place that picks the real doors to the world. Imports are made where they are needed: `trueman --help`
answers at once, and each service carries its own libraries alone.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trueman import administration_payouts, administration_people  # noqa: F401 - their commands join the others
from trueman.administration import admin, make_admin
from trueman.errors import TruemanError
from trueman.operator import read_settings, require_servers, tools

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import asyncpg

    from trueman.infra.log import Log
    from trueman.infra.settings import Settings

app = typer.Typer(help="TrueMan, a spot cryptocurrency exchange.", no_args_is_help=True, add_completion=False)
bench = typer.Typer(help="Measure.", no_args_is_help=True)
app.add_typer(tools)
app.add_typer(admin, name="admin")
app.add_typer(bench, name="bench")


BENCHMARKS = ("book", "core", "recovery", "orders", "updater", "auditor", "shadow", "failover", "soak")


def main() -> None:
    if sys.argv[1:2] in (["engine"], ["bench"]):
        from trueman.infra.huge_pages import begin_again_with_huge_pages

        begin_again_with_huge_pages()
    if sys.argv[1:2] == ["bench"]:
        add_benchmarks()
    try:
        app()
    except TruemanError as error:
        typer.echo(f"trueman: {error}", err=True)
        raise SystemExit(78) from None


def add_benchmarks() -> None:
    """Only when one is asked for: they import what they measure."""
    from importlib import import_module

    for name in BENCHMARKS:
        bench.command(name)(import_module(f"bench.{name}").command)
    bench.command("all")(import_module("bench.every").command)


def serve(
    name: str,
    role: str,
    run: Callable[[Settings, Log, asyncpg.Pool, asyncio.Event], Awaitable[None]],
    *,
    reads_only: bool = False,
) -> None:
    """Run one service behind the real doors: Valkey's log, and PostgreSQL in the service's own role."""
    from trueman.infra.archive import Archive
    from trueman.infra.archived_log import archived
    from trueman.infra.database.connection import connect_pool
    from trueman.infra.metrics import exposed
    from trueman.infra.service import run_service
    from trueman.infra.valkey_log import ValkeyLog

    settings = read_settings()
    require_servers(settings)

    async def main(stop: asyncio.Event) -> None:
        durable = settings.valkey_durable
        log = await ValkeyLog.connect(settings.valkey_url, durable=durable, reads_only=reads_only)
        pool = await connect_pool(settings.database_url, role)
        try:
            with exposed(settings.host, settings.metrics_port):
                await run(settings, archived(log, Archive(settings.data / "archive")), pool, stop)
        finally:
            pool.terminate()
            await log.close()

    run_service(name, main, log_level=settings.log_level)


@app.command()
def engine(
    shadow: Annotated[bool, typer.Option("--shadow", help="Stand by, compare, take over when due.")] = False,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Only compare: change nothing, take over never. Exit code 1: differs.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=0, help="End a rehearsal after so long; 0: when told to.")] = 0,
    report: Annotated[Path | None, typer.Option(help="Write what a rehearsal came to there, as JSON.")] = None,
) -> None:
    """Decide every command: the one writer of balances, orders and books."""
    from trueman.engine.pauses import watched_pauses
    from trueman.engine.room import watched
    from trueman.engine.service import run
    from trueman.infra.database.connection import ENGINE
    from trueman.infra.database.epochs import PostgresEngineDatabase

    if rehearse:
        rehearse_build(seconds, report)
        return

    async def live(settings: Settings, log: Log, pool: asyncpg.Pool, stop: asyncio.Event) -> None:
        with watched_pauses():
            async with watched(settings):
                await run(settings, log, PostgresEngineDatabase(pool), stop, is_shadow=shadow)

    serve("shadow" if shadow else "engine", ENGINE, live)


def rehearse_build(seconds: float, path: Path | None) -> None:
    """This build beside the engine that runs. Exit code 1 when it comes to something else."""
    import msgspec

    from trueman.engine.rehearsal import Rehearsal, Report
    from trueman.engine.snapshots import SnapshotStore
    from trueman.infra.database.connection import ENGINE
    from trueman.infra.database.epochs import PostgresEngineDatabase

    found: list[Report] = []

    async def rehearse(settings: Settings, log: Log, pool: asyncpg.Pool, stop: asyncio.Event) -> None:
        if seconds:
            asyncio.get_running_loop().call_later(seconds, stop.set)
        store = SnapshotStore(settings.data / "snapshots")
        found.append(await Rehearsal(log, PostgresEngineDatabase(pool), store).run(stop))

    serve("rehearsal", ENGINE, rehearse, reads_only=True)
    (report,) = found
    if path is not None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    typer.echo("\n".join(report.lines()))
    if not report.agrees:
        raise typer.Exit(1)


@app.command("db-updater")
def db_updater() -> None:
    """Fold the event log into PostgreSQL, exactly once."""
    from trueman.db_updater.service import run
    from trueman.infra.database.connection import UPDATER

    serve("db-updater", UPDATER, run)


@app.command()
def api() -> None:
    """Serve REST: accounts, orders, market data, wallet, administration."""
    from trueman.api.server import run
    from trueman.infra.database.connection import API

    serve("api", API, run)


@app.command()
def ws() -> None:
    """Serve market streams over WebSocket."""
    from trueman.infra.database.connection import READER
    from trueman.ws.service import run

    serve("ws", READER, run)


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="The same seed makes the same decisions.")] = 42,
    traders: Annotated[int, typer.Option(min=0, help="Noise traders in each market, beside its market maker.")] = 4,
    orders_per_second: Annotated[float, typer.Option(min=0.01, help="Of the noise traders of one market.")] = 1.5,
    market: Annotated[list[str] | None, typer.Option(help="A symbol; may be given again. None: all of them.")] = None,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so long; 0: with Ctrl-C.")] = 0,
    api_url: Annotated[str, typer.Option(help="Where the API is; empty: on this machine.")] = "",
    ws_url: Annotated[str, typer.Option(help="Where the streams are; empty: on this machine.")] = "",
    as_service: Annotated[bool, typer.Option(help="Do what /v1/simulator asks, as `trueman up` runs it.")] = False,
) -> None:
    """Trade in all markets, as a market maker and noise traders, through the public API."""
    from trueman.infra.service import run_service
    from trueman.simulator.command import follow_orders, simulate_once
    from trueman.stack.layout import address
    from trueman.wire.simulation import Options

    settings = read_settings()
    urls = (
        api_url or f"http://{address(settings.host)}:{settings.api_port}",
        ws_url or f"ws://{address(settings.host)}:{settings.ws_port}",
    )
    if as_service:
        run_service("simulator", lambda stop: follow_orders(settings, *urls, stop), log_level=settings.log_level)
        return
    options = Options(seed, traders, orders_per_second, tuple(market or ()))
    run_service(
        "simulator",
        lambda stop: simulate_once(settings, *urls, options, seconds, stop),
        log_level="warning",
    )


@app.command()
def up(
    detach: Annotated[bool, typer.Option(help="Return once it is ready and leave it running.")] = False,
    client: Annotated[bool, typer.Option(help="Build and start the web client.")] = True,
    demo: Annotated[bool, typer.Option(help="Markets, log-ins, a generous faucet and the simulator.")] = True,
    background: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Start the whole exchange on this machine."""
    from rich.console import Console

    from trueman.stack import background as in_background
    from trueman.stack.demo import read_demo
    from trueman.stack.up import Options, run
    from trueman.stack.welcome import welcome

    settings = read_settings()
    if not detach:
        asyncio.run(run(settings, Options(client=client, demo=demo, background=background), make_admin))
        return
    arguments = ["--client" if client else "--no-client", "--demo" if demo else "--no-demo"]
    in_background.detach(settings.data, arguments)
    Console(highlight=False).print(welcome(settings, read_demo(settings.data) if demo else None, client=client))


@app.command()
def down() -> None:
    """Stop, in order, what `trueman up` started."""
    from trueman.stack.background import down as stop

    typer.echo(stop(read_settings().data))


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Which parts run. Exit code 3 when the exchange does not."""
    from trueman.engine.room import look
    from trueman.stack.claim import read_status, withdrawals

    settings = read_settings()
    found = read_status(settings.data)
    if found["parts"]:
        found["disk"] = look(settings.data)._asdict()
        found["withdrawals"] = withdrawals(found["parts"])
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        typer.echo(
            f"{'ready' if found['ready'] else 'running' if found['running'] else 'not running'}: {found['data']}"
        )
        for part in found["parts"]:
            typer.echo(
                f"  {part['name']:<10} {part['state']:<10} {part['pid'] or '-':>8}  {part['role'] or part['url']}"
            )
        if found["parts"]:
            typer.echo(f"  {look(settings.data).line()}")
            closed = ". See: trueman admin desk" if found["withdrawals"] == "closed" else ""
            typer.echo(f"  withdrawals: {found['withdrawals']}{closed}")
    if not found["running"]:
        raise typer.Exit(3)


@app.command("settings")
def show_settings(markdown: Annotated[bool, typer.Option(help="As the reference page.")] = False) -> None:
    """Every setting, its value now or, as markdown, its default and meaning."""
    from trueman.infra.settings_page import as_lines, as_markdown

    typer.echo(as_markdown() if markdown else as_lines(read_settings()), nl=False)


@app.command("frames")
def show_frames() -> None:
    """Every command and event byte by byte, as the reference page."""
    from trueman.infra.frames_page import as_markdown

    typer.echo(as_markdown(), nl=False)


if __name__ == "__main__":
    main()
