"""Ways into PostgreSQL: a pool that acts in one service's role, and the migrations.

The log-in user owns the tables; a service connects as that user and gives itself its role on every connection, so
that a mistake in one service cannot write another's tables. In production each service may as well log in as a user
who is a member of that role alone.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from trueman.errors import DatabaseUnavailable

Connection = asyncpg.Connection | PoolConnectionProxy

UPDATER: Final = "trueman_updater"
API: Final = "trueman_api"
ENGINE: Final = "trueman_engine"
READER: Final = "trueman_reader"
ROLES: Final = (UPDATER, API, ENGINE, READER)

POOL_CONNECTIONS_MAX: Final = 8
COMMAND_TIMEOUT_SECONDS: Final = 60.0
CONNECT_TIMEOUT_SECONDS: Final = 10.0


async def connect_pool(
    url: str,
    role: str,
    *,
    connections_max: int = POOL_CONNECTIONS_MAX,
    command_timeout_seconds: float = COMMAND_TIMEOUT_SECONDS,
) -> asyncpg.Pool:
    """Make a pool that connects when first asked, so that services may start before the database does.

    The updater's commits return before they are flushed: rows and offset go back together in a crash, and it writes
    them again from the log. Nobody else could repeat what a crash takes back.
    """
    assert role in ROLES, f"no role {role}"
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=connections_max,
        timeout=CONNECT_TIMEOUT_SECONDS,
        command_timeout=command_timeout_seconds,
        server_settings={
            "role": role,
            "application_name": role,
            "synchronous_commit": "off" if role == UPDATER else "on",
            "jit": "off",
        },
    )


AWAY: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
)
"""What says that the database cannot be asked now: gone, starting, stopping, full, or not the primary any more."""


@asynccontextmanager
async def borrow(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """A connection of the pool. When the database goes away under it, what comes out is DatabaseUnavailable."""
    try:
        async with pool.acquire() as connection:
            try:
                yield connection
            except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
                if not _is_lost(connection):
                    if not has_stumbled(error):
                        raise
                    connection.terminate()
                raise DatabaseUnavailable(f"the connection was lost: {error}") from error
    except AWAY as error:
        raise DatabaseUnavailable(f"{type(error).__name__}: {error}") from error


def _is_lost(connection: Connection) -> bool:
    """The pool takes a connection back as soon as it is lost, and then it cannot be asked any more."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


def has_stumbled(error: BaseException | None) -> bool:
    """Whether the server said good-bye while nobody listened: asyncpg stumbles over that at the next question, and in
    a transaction once more when it wants to roll back."""
    while error is not None:
        if isinstance(error, asyncpg.InternalClientError):
            return True
        error = error.__context__
    return False


async def migrate(url: str) -> None:
    """Bring the schema to the newest version; nothing happens when it is there already."""
    from trueman.infra.database.migrations.runner import upgrade  # a second of imports that no service needs

    await upgrade(url)
