"""`trueman admin`: users made at a terminal, and the right to administer given and taken. Commands of `administration`.

They are done with the database itself, not over HTTP: whoever makes an administrator has the machine.
"""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from trueman.administration import admin, with_database
from trueman.errors import StartError

Email = Annotated[str, typer.Argument(help="Of the user.")]
By = Annotated[str, typer.Option(help="E-mail of the administrator who stands by it.")]
ByPassword = Annotated[str, typer.Option(help="And the password; asked for where there is a terminal.")]
Alone = Annotated[bool, typer.Option("--alone", help="No administrator can be asked. It is written down.")]
Reason = Annotated[str, typer.Option(prompt=True, help="Why; it is kept.")]
SOON = "An API that runs knows it within seconds."


@admin.command("create-user")
def create_user(
    email: Email,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    administrator: Annotated[bool, typer.Option("--admin/--user", help="May create and halt markets.")] = False,
    by: By = "",
    by_password: ByPassword = "",
    alone: Alone = False,
) -> None:
    """Create a user; with --admin one who may administer. Once there is an administrator, one makes the next."""
    from trueman.api.making_users import Maker, make_user

    maker = Maker(by, by_password, alone, asking(by)) if administrator else None
    account = with_database(lambda pool: make_user(pool, email, password, maker))
    typer.echo(f"{email} has account {account}.")


@admin.command("grant")
def grant(email: Email, reason: Reason, by: By = "", by_password: ByPassword = "", alone: Alone = False) -> None:
    """Let a user administer. Whoever does it and the user count as one where two have to sign, for ever."""
    from trueman.api.making_users import Maker
    from trueman.api.making_users import grant as give

    maker = Maker(by, by_password, alone, asking(by))
    typer.echo(f"{with_database(lambda pool: give(pool, email, reason, maker))} may administer. {SOON}")


@admin.command("revoke")
def revoke(email: Email, reason: Reason, by: By = "", by_password: ByPassword = "", alone: Alone = False) -> None:
    """Let an administrator be a user again. What was signed before stays signed; the last one cannot go."""
    from trueman.api.making_users import Maker
    from trueman.api.making_users import revoke as take

    maker = Maker(by, by_password, alone, asking(by))
    typer.echo(f"{with_database(lambda pool: take(pool, email, reason, maker))} is a user now. {SOON}")


@admin.command("list-admins")
def list_admins() -> None:
    """Who may administer, since when, and who made them: by that a signature under a skip is judged."""
    from trueman.api.making_users import told
    from trueman.infra.clock import wall_clock_us
    from trueman.infra.database.administrators import administrators

    lines = told(with_database(administrators), wall_clock_us())
    typer.echo("\n".join(lines or ["There is none yet. Make one: trueman admin create-user EMAIL --admin"]))


def asking(by: str) -> Callable[[], tuple[str, str]]:
    """For an administrator's e-mail and password, where they were not given."""

    def ask() -> tuple[str, str]:
        if not sys.stdin.isatty():
            raise StartError(
                "There are administrators: one of them stands by it. Give --by EMAIL and --by-password, or --alone "
                "where none of them can be asked; that is written down."
            )
        name = by or typer.prompt("E-mail of the administrator who stands by it")
        return name, typer.prompt(f"Password of {name}", hide_input=True)

    return ask
