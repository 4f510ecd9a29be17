"""The `trueman` command: every part of the exchange alone, all of them together, and the operator's tools.

The only place that picks the real doors to the world. Imports are made where they are needed: `trueman --help`
answers at once, and each service carries its own libraries alone.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from trueman.errors import StartError, TruemanError

if TYPE_CHECKING:
    from trueman.infra.settings import Settings

app = typer.Typer(help="TrueMan, a spot cryptocurrency exchange.", no_args_is_help=True, add_completion=False)
admin = typer.Typer(help="What only an operator may do.", no_args_is_help=True)
bench = typer.Typer(help="Measure.", no_args_is_help=True)
app.add_typer(admin, name="admin")
app.add_typer(bench, name="bench")


def main() -> None:
    try:
        app()
    except TruemanError as error:
        typer.echo(f"trueman: {error}", err=True)
        raise SystemExit(78) from None


def read_settings() -> Settings:
    """Raise StartError naming each environment variable that cannot be read."""
    from pydantic import ValidationError

    from trueman.infra.settings import Settings, environment_name

    try:
        return Settings()
    except ValidationError as error:
        faults = [f"{environment_name(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors()]
        raise StartError("Settings that cannot be read:\n  " + "\n  ".join(faults)) from None


def require_servers(settings: Settings) -> None:
    for name, url in (("DATABASE_URL", settings.database_url), ("VALKEY_URL", settings.valkey_url)):
        if not url:
            raise StartError(f"{name} is not set. A service alone needs it; `trueman up` starts servers of its own.")


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
    from trueman.stack.claim import read_status

    found = read_status(read_settings().data)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        typer.echo(
            f"{'ready' if found['ready'] else 'running' if found['running'] else 'not running'}: {found['data']}"
        )
        for part in found["parts"]:
            typer.echo(f"  {part['name']:<10} {part['state']:<10} {part['pid'] or '-':>8}  {part['url']}")
    if not found["running"]:
        raise typer.Exit(3)


@app.command()
def migrate() -> None:
    """Bring the database's schema to the newest version."""
    from trueman.infra.database.connection import migrate as bring

    settings = read_settings()
    require_servers(settings)
    asyncio.run(bring(settings.database_url))


@app.command("settings")
def show_settings(markdown: Annotated[bool, typer.Option(help="As the reference page.")] = False) -> None:
    """Every setting, its value now or, as markdown, its default and meaning."""
    from trueman.infra.settings_page import as_lines, as_markdown

    typer.echo(as_markdown() if markdown else as_lines(read_settings()), nl=False)


@admin.command("create-user")
def create_user(
    email: str,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    administrator: Annotated[bool, typer.Option("--admin/--user", help="May create and halt markets.")] = False,
) -> None:
    """Create a user; with --admin one who may administer."""
    settings = read_settings()
    require_servers(settings)
    if not asyncio.run(_create_user(settings.database_url, email, password, is_admin=administrator)):
        raise StartError(f"There is a user {email} already.")


async def make_admin(database_url: str, email: str, password: str) -> None:
    """There may be one already: then nothing happens."""
    await _create_user(database_url, email, password, is_admin=True)


async def _create_user(database_url: str, email: str, password: str, *, is_admin: bool) -> bool:
    from trueman.infra.database.connection import API, connect_pool
    from trueman.infra.database.identity import create_user as create

    pool = await connect_pool(database_url, API)
    try:
        return await create(pool, email, password, "admin" if is_admin else "user") is not None
    finally:
        await pool.close()


if __name__ == "__main__":
    main()
