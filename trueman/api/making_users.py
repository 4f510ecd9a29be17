"""Users that an operator makes at a terminal, and who gives and takes the right to administer.

The first administrator is made by whoever has the machine. Every later one is made by one of them, whose account is
written down with the new one, for ever: two of whom one has ever made the other count as one where two have to sign.
Where none of them can be asked any more it is done without, and that is written down too.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

import asyncpg

from trueman.api.signing import REASON_CHARS_MAX, administrator
from trueman.api.users import normal_email, require_password
from trueman.errors import StartError
from trueman.infra.database import administrators, audit, identity
from trueman.infra.database.administrators import Administrator
from trueman.infra.database.identity import User, whoami
from trueman.infra.passwords import Passwords

NOTHING = "Nothing was done."


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


async def grant(pool: asyncpg.Pool, email: str, reason: str, maker: Maker) -> str:
    """Make a user an administrator; return his e-mail. Raise BadInput, NotAuthenticated or StartError."""
    user = await _asked_about(pool, email, reason)
    if user.role == "admin":
        raise StartError(f"{user.email} is an administrator already. {NOTHING}")
    if user.disabled:
        raise StartError(f"{user.email} may not log in. {NOTHING}")
    by = await _made_by(pool, maker)
    await _note(pool, "GrantAdmin", user, reason, by)
    if not await administrators.grant(pool, user.account, whoami(), by):
        await _note(pool, "GrantAdmin refused", user, reason, by)
        raise StartError(f"{user.email} was changed by somebody else in the meantime. {NOTHING}")
    return user.email


async def revoke(pool: asyncpg.Pool, email: str, reason: str, maker: Maker) -> str:
    """Make an administrator a user; return his e-mail. Raise BadInput, NotAuthenticated or StartError."""
    user = await _asked_about(pool, email, reason)
    if user.role != "admin":
        raise StartError(f"{user.email} is no administrator. {NOTHING}")
    by = await _made_by(pool, maker)
    await _note(pool, "RevokeAdmin", user, reason, by)
    if not await administrators.revoke(pool, user.account):
        await _note(pool, "RevokeAdmin refused", user, reason, by)
        raise StartError(f"There has to be another administrator than {user.email}: make one first. {NOTHING}")
    return user.email


async def _asked_about(pool: asyncpg.Pool, email: str, reason: str) -> User:
    if not 1 <= len(reason.strip()) <= REASON_CHARS_MAX:
        raise StartError(f"A reason of 1 to {REASON_CHARS_MAX} characters is needed: others will ask why. {NOTHING}")
    user = await identity.user_by_email(pool, normal_email(email))
    if user is None:
        raise StartError(f"There is no user {email}: one signs up, or is made by `trueman admin create-user`.")
    return user


async def _made_by(pool: asyncpg.Pool, maker: Maker) -> int | None:
    """The account of the administrator who stands by it."""
    present = [each for each in await administrators.administrators(pool) if not each.disabled]
    if not present or maker.is_alone:
        return None
    email, password = (maker.email, maker.password) if maker.email and maker.password else maker.ask()
    return (await administrator(pool, email, password)).account


async def _note(pool: asyncpg.Pool, action: str, user: User, reason: str, by: int | None) -> None:
    detail = {"account": user.account, "email": user.email, "reason": reason.strip(), "by": whoami()}
    await audit.record(pool, time.time_ns() // 1_000, by or 0, action, detail)


def told(found: list[Administrator], now_us: int) -> list[str]:
    """Who may administer, since when and by whom: what a signature is judged by."""
    lines = []
    for each in found:
        days = (now_us - each.since_us) / 86_400e6
        by = ", ".join(dict.fromkeys(each.makers)) or "nobody's name"
        ended = ", disabled" if each.disabled else ""
        lines.append(
            f"{each.account} {each.email}: for {days:.1f} days, made by {by} ({each.made_by or 'unknown'}){ended}"
        )
    return lines
