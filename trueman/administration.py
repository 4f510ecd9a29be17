"""`trueman admin`: what only an operator may do, and only as somebody whose name is written down.

Where the API is at work it is asked, like everybody asks it; what has to be done while nothing works is done with the
servers themselves. Imports are made where they are needed, as in `cli`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from trueman.errors import StartError
from trueman.operator import read_settings, require_servers, require_url, with_servers_of_up

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import asyncpg

    from trueman.infra.settings import Settings

admin = typer.Typer(help="What only an operator may do.", no_args_is_help=True)

Answer = TypeVar("Answer")

DESK = "/v1/admin/payout-desk"
ApiUrl = Annotated[str, typer.Option(help="Where the API is; empty: on this machine.")]


def with_database(work: Callable[[asyncpg.Pool], Awaitable[Answer]]) -> Answer:
    """In the role of the API, which owns what is about people."""
    from trueman.infra.database.connection import API, connect_pool
    from trueman.stack.neighbours import database_errors_told

    settings = with_servers_of_up(read_settings())
    require_url("DATABASE_URL", settings.database_url)

    async def run() -> Answer:
        pool = await connect_pool(settings.database_url, API)
        try:
            with database_errors_told():
                return await work(pool)
        finally:
            pool.terminate()

    return asyncio.run(run())


@admin.command("skip")
def skip(
    number: Annotated[int, typer.Argument(min=1, help="The command that breaks the engine; its message says which.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the signature.")],
    email: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    yes: Annotated[bool, typer.Option("--yes", help="Sign without being asked once more.")] = False,
) -> None:
    """Sign that a command is skipped. It counts when two administrators have signed the same bytes."""
    settings = with_servers_of_up(read_settings())
    require_servers(settings)

    def agrees(shown: str) -> bool:
        typer.echo(shown)
        return yes or typer.confirm("Sign that the engine skips it?")

    typer.echo(asyncio.run(_sign_skip(settings, number, reason, lambda: (email, password), agrees)))


async def _sign_skip(
    settings: Settings,
    number: int,
    reason: str,
    log_in: Callable[[], tuple[str, str]],
    agrees: Callable[[str], bool],
) -> str:
    from trueman.api.signing import sign_skip
    from trueman.infra.database.connection import API, connect_pool
    from trueman.infra.valkey_log import ValkeyLog
    from trueman.stack.neighbours import database_errors_told

    log = await ValkeyLog.connect(settings.valkey_url, durable=False)
    pool = await connect_pool(settings.database_url, API)
    try:
        with database_errors_told():
            return await sign_skip(log, pool, number, reason, log_in, agrees)
    finally:
        pool.terminate()
        await log.close()


@admin.command("ruleset")
def ruleset(
    email: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    number: Annotated[int | None, typer.Argument(help="The next ruleset; none: show the one in force.")] = None,
    api_url: ApiUrl = "",
) -> None:
    """Show the rules in force, or switch to the next ones, for good."""
    body = None if number is None else {"ruleset": number}
    told = ask_api(api_url, email, password, "GET" if body is None else "POST", "/v1/admin/ruleset", body)
    typer.echo(f"The ruleset in force is {told['current']}; this build knows rulesets up to {told['newest']}.")


@admin.command("desk")
def desk(
    email: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    api_url: ApiUrl = "",
) -> None:
    """Show whether withdrawals are paid, and what waits."""
    typer.echo(shown_desk(ask_api(api_url, email, password, "GET", DESK)))


@admin.command("open-desk")
def open_desk(
    email: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    reason: Annotated[str, typer.Option(prompt=True, help="What was compared; it is kept.")],
    yes: Annotated[bool, typer.Option("--yes", help="Open it without being asked once more.")] = False,
    api_url: ApiUrl = "",
) -> None:
    """Pay withdrawals again. First compare with the custodian: docs/runbooks/the-desk-is-closed.md."""
    typer.echo(shown_desk(ask_api(api_url, email, password, "GET", DESK)))
    if not yes and not typer.confirm("Have the tables been compared with what the custodian paid?"):
        raise StartError("Nothing was changed.")
    typer.echo(shown_desk(ask_api(api_url, email, password, "POST", f"{DESK}/open", {"reason": reason})))


@admin.command("close-desk")
def close_desk(
    email: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True)],
    reason: Annotated[str, typer.Option(prompt=True, help="Why; it is kept, and shown to whoever opens it.")],
    api_url: ApiUrl = "",
) -> None:
    """Pay no withdrawal until somebody opens the desk. Trading and deposits go on."""
    typer.echo(shown_desk(ask_api(api_url, email, password, "POST", f"{DESK}/close", {"reason": reason})))


def shown_desk(desk: dict[str, Any]) -> str:
    from datetime import UTC, datetime

    when = f"{datetime.fromtimestamp(desk['changed'] / 1_000, UTC):%Y-%m-%d %H:%M:%S} UTC" if desk["changed"] else ""
    lines = [f"Withdrawals are {'paid' if desk['open'] else 'NOT PAID: the desk is closed'}."]
    if when:
        lines.append(f"  {'opened' if desk['open'] else 'closed'} {when} by {desk['changedBy']}: {desk['why']}")
    for each in desk["waiting"]:
        lines.append(f"  {each['withdrawals']} {each['step']}: {each['amount']} {each['asset']}")
    return "\n".join(lines if desk["waiting"] else [*lines, "  no withdrawal waits"])


def ask_api(api_url: str, email: str, password: str, method: str, path: str, body: Any = None) -> Any:
    """As the administrator who gave e-mail and password."""
    from trueman.stack.layout import address
    from trueman.stack.operators_api import ask

    settings = read_settings()
    url = api_url or f"http://{address(settings.host)}:{settings.api_port}"
    return asyncio.run(ask(url, email, password, method, path, body))


async def make_admin(database_url: str, email: str, password: str) -> None:
    """For the demo. There may be one already: then nothing happens."""
    from trueman.infra.database.connection import API, connect_pool
    from trueman.infra.database.identity import create_user as create
    from trueman.infra.database.identity import user_by_email
    from trueman.stack.neighbours import database_errors_told

    pool = await connect_pool(database_url, API)
    try:
        with database_errors_told():
            if await user_by_email(pool, email) is None:
                await create(pool, email, password, "admin")
    finally:
        pool.terminate()


@admin.command("switch-engine")
def switch_engine() -> None:
    """Put the engine that stands by in the place of the one that decides. Return when it decides."""
    from trueman.engine.switch import switch

    settings = with_servers_of_up(read_settings())
    require_url("VALKEY_URL", settings.valkey_url)
    typer.echo(asyncio.run(switch(settings)))


@admin.command("resume-engines")
def resume_engines() -> None:
    """Let engines write again that disagreed. Only when you know which was right, and that one alone will start."""
    from trueman.engine.switch import resume

    settings = with_servers_of_up(read_settings())
    require_url("VALKEY_URL", settings.valkey_url)
    typer.echo(asyncio.run(resume(settings)))
