"""People and their sessions in PostgreSQL: rows that the api alone writes.

Sessions are families of refresh tokens: each token is used once, its successor takes its place, and whoever shows a
used one ends the family.
"""

import os
import pwd
import socket
import time
from typing import Final, Literal, NamedTuple

import asyncpg

from trueman.infra.database import audit
from trueman.infra.passwords import Passwords

ROLES: Final = ("user", "admin")
Role = Literal["user", "admin"]

_INSERT_USER: Final = """
    INSERT INTO users (email, password_hash, role, created_us, made_by, made_by_account) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (email) DO NOTHING RETURNING account"""
_ROTATE: Final = "UPDATE refresh_tokens SET used_us = $2 WHERE token_hash = $1 AND used_us IS NULL RETURNING session"
_SESSION: Final = """
    SELECT account, email, role FROM sessions JOIN users USING (account)
    WHERE session = $1 AND revoked_us IS NULL AND expires_us > $2 AND NOT disabled"""


class User(NamedTuple):
    account: int
    email: str
    password_hash: str
    role: str
    created_us: int
    disabled: bool


class Member(NamedTuple):
    """The user of a live session."""

    account: int
    email: str
    role: str


async def insert_user(
    pool: asyncpg.Pool,
    email: str,
    password_hash: str,
    role: Role,
    now_us: int,
    made_by: str = "",
    made_by_account: int | None = None,
) -> int | None:
    """The new account number; None when the e-mail is taken."""
    row = (email, password_hash, role, now_us, made_by, made_by_account)
    account = await pool.fetchval(_INSERT_USER, *row)
    return None if account is None else int(account)


async def user_by_email(pool: asyncpg.Pool, email: str) -> User | None:
    return _user(await pool.fetchrow("SELECT * FROM users WHERE email = $1", email))


async def user_by_account(pool: asyncpg.Pool, account: int) -> User | None:
    return _user(await pool.fetchrow("SELECT * FROM users WHERE account = $1", account))


async def set_password_hash(pool: asyncpg.Pool, account: int, password_hash: str) -> None:
    await pool.execute("UPDATE users SET password_hash = $2 WHERE account = $1", account, password_hash)


async def create_user(
    pool: asyncpg.Pool,
    email: str,
    password: str,
    role: Role,
    passwords: Passwords | None = None,
    made_by_account: int | None = None,
) -> int | None:
    """For the command line: the new account number, None when the e-mail is taken. The e-mail is taken as given.

    Who made it is written down: the user of the operating system, and the administrator who gave his name for it.
    """
    hasher = passwords or Passwords()
    try:
        password_hash = await hasher.hash(password)
    finally:
        if passwords is None:
            hasher.close()
    now_us, maker = time.time_ns() // 1_000, whoami()
    asked = {"email": email.lower(), "role": role, "by": maker}
    await audit.record(pool, now_us, made_by_account or 0, "CreateUser", asked)
    return await insert_user(pool, email.lower(), password_hash, role, now_us, maker, made_by_account)


def whoami() -> str:
    """Who sits at the command line, as far as the machine knows: a user of the operating system, and its host."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"user {os.getuid()}"  # a container may run as somebody whom it does not name
    earlier = os.environ.get("SUDO_USER", "")
    return f"{name}@{socket.gethostname()}" + (f" (sudo by {earlier})" if earlier else "")


async def open_session(
    pool: asyncpg.Pool, session: str, account: int, token_hash: bytes, now_us: int, expires_us: int
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO sessions (session, account, created_us, expires_us) VALUES ($1, $2, $3, $4)",
            session,
            account,
            now_us,
            expires_us,
        )
        await _insert_token(connection, token_hash, session, now_us)


async def member_of_session(pool: asyncpg.Pool, session: str, now_us: int) -> Member | None:
    """None when there is no such session, or it is over, or its user is disabled."""
    row = await pool.fetchrow(_SESSION, session, now_us)
    return None if row is None else Member(row["account"], row["email"], row["role"])


async def rotate(
    pool: asyncpg.Pool, token_hash: bytes, successor_hash: bytes, now_us: int, grace_us: int
) -> str | None:
    """The session of a refresh token that may be exchanged for its successor, else None.

    A token shown again is honoured for `grace_us`, as long as its successor is unused: the first answer may have been
    lost on the way. Later it is a theft, and the session ends.
    """
    async with pool.acquire() as connection, connection.transaction():
        session = await connection.fetchval(_ROTATE, token_hash, now_us)
        if session is not None:
            await _insert_token(connection, successor_hash, session, now_us)
            return str(session)
        used = await connection.fetchrow(
            "SELECT session, used_us FROM refresh_tokens WHERE token_hash = $1 FOR UPDATE", token_hash
        )
        if used is None:
            return None
        successor_waits = await connection.fetchval(
            "SELECT used_us IS NULL FROM refresh_tokens WHERE token_hash = $1", successor_hash
        )
        if successor_waits and now_us - used["used_us"] <= grace_us:
            return str(used["session"])
        await _revoke(connection, used["session"], now_us)
        return None


async def revoke_session(pool: asyncpg.Pool, session: str, now_us: int) -> None:
    async with pool.acquire() as connection:
        await _revoke(connection, session, now_us)


async def session_of_token(pool: asyncpg.Pool, token_hash: bytes) -> str | None:
    session = await pool.fetchval("SELECT session FROM refresh_tokens WHERE token_hash = $1", token_hash)
    return None if session is None else str(session)


async def forget_old_sessions(pool: asyncpg.Pool, before_us: int) -> None:
    """Sessions that ended before `before_us`, with their tokens."""
    await pool.execute("DELETE FROM sessions WHERE expires_us < $1", before_us)


async def _insert_token(
    connection: asyncpg.pool.PoolConnectionProxy, token_hash: bytes, session: str, now_us: int
) -> None:
    await connection.execute(
        "INSERT INTO refresh_tokens (token_hash, session, issued_us) VALUES ($1, $2, $3)", token_hash, session, now_us
    )


async def _revoke(connection: asyncpg.pool.PoolConnectionProxy, session: str, now_us: int) -> None:
    await connection.execute(
        "UPDATE sessions SET revoked_us = $2 WHERE session = $1 AND revoked_us IS NULL", session, now_us
    )


def _user(row: asyncpg.Record | None) -> User | None:
    if row is None:
        return None
    return User(*(row[name] for name in User._fields))
