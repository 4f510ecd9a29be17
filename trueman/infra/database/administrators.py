"""Who may administer, since when and by whom; the role of a user given and taken.

The database writes down each time that somebody is given it, and by its own clock since when: by that a signature under
a command that is to be skipped is judged.
"""

from typing import Final, NamedTuple

import asyncpg

_ALL: Final = """
    SELECT account, email, admin_since_us, made_by, made_by_account, disabled,
           ARRAY(SELECT maker.email FROM administrators_made AS made JOIN users AS maker
                 ON maker.account = made.made_by_account WHERE made.account = users.account ORDER BY made.id) AS makers
    FROM users WHERE role = 'admin' ORDER BY admin_since_us, account"""
_GRANT: Final = """
    UPDATE users SET role = 'admin', made_by = $2, made_by_account = $3
    WHERE account = $1 AND role = 'user' AND NOT disabled"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(7283462)"
"""Of two who take each other's role at once one stays; and nobody's is taken while he signs."""
_REVOKE: Final = """
    UPDATE users SET role = 'user' WHERE account = $1 AND role = 'admin' AND EXISTS
        (SELECT FROM users AS other WHERE other.role = 'admin' AND NOT other.disabled AND other.account <> $1)"""


class Administrator(NamedTuple):
    account: int
    email: str
    since_us: int
    made_by: str
    made_by_account: int | None
    """The last time."""
    disabled: bool
    makers: list[str]
    """The e-mails of all who ever made him one."""


async def administrators(pool: asyncpg.Pool) -> list[Administrator]:
    """The oldest first, also those who may no longer."""
    return [Administrator(*row) for row in await pool.fetch(_ALL)]


async def grant(pool: asyncpg.Pool, account: int, made_by: str, made_by_account: int | None) -> bool:
    """False when he is one already, or may not log in."""
    return bool(await pool.execute(_GRANT, account, made_by, made_by_account) == "UPDATE 1")


async def revoke(pool: asyncpg.Pool, account: int) -> bool:
    """False when he is none, or the last: nobody could make the next in his own name."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_LOCK)
        return bool(await connection.execute(_REVOKE, account) == "UPDATE 1")
