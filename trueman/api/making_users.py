"""Users that an operator makes at a terminal, and who may make an administrator.

The first administrator is made by whoever has the machine. Every later one is made by one of them, whose account is
written down with the new one: two of whom one has made the other count as one where two have to sign. Where none of
them can be asked any more it is done without, and that is written down too.
"""

from collections.abc import Callable
from typing import NamedTuple

import asyncpg

from trueman.api.signing import administrator
from trueman.api.users import normal_email, require_password
from trueman.errors import StartError
from trueman.infra.database import identity
from trueman.infra.database.identity import Administrator
from trueman.infra.passwords import Passwords


class Maker(NamedTuple):
    """`ask` is for what was not given: the e-mail and the password of an administrator."""

    email: str
    password: str
    is_alone: bool
    ask: Callable[[], tuple[str, str]]


async def make_user(pool: asyncpg.Pool, email: str, password: str, maker: Maker | None) -> int:
    """With a maker an administrator, else a user. Raise BadInput, NotAuthenticated or StartError."""
    email = normal_email(email)
    require_password(password)
    if await identity.user_by_email(pool, email) is not None:
        raise StartError(f"There is a user {email} already.")
    by = await _made_by(pool, maker) if maker else None
    role: identity.Role = "admin" if maker else "user"
    passwords = Passwords()
    try:
        account = await identity.create_user(pool, email, password, role, passwords, by)
    finally:
        passwords.close()
    if account is None:
        raise StartError(f"There is a user {email} already.")
    return account


async def _made_by(pool: asyncpg.Pool, maker: Maker) -> int | None:
    present = [each for each in await identity.administrators(pool) if not each.disabled]
    if not present or maker.is_alone:
        return None
    email, password = (maker.email, maker.password) if maker.email and maker.password else maker.ask()
    return (await administrator(pool, email, password)).account


def told(administrators: list[Administrator], now_us: int) -> list[str]:
    """Who may administer, since when and by whom: what a signature is judged by."""
    emails = {each.account: each.email for each in administrators}
    lines = []
    for each in administrators:
        days = (now_us - each.since_us) / 86_400e6
        by = emails.get(each.made_by_account or 0, "") or "nobody's name"
        ended = ", disabled" if each.disabled else ""
        lines.append(
            f"{each.account} {each.email}: for {days:.1f} days, made by {by} ({each.made_by or 'unknown'}){ended}"
        )
    return lines
