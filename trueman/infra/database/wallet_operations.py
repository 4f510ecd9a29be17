"""Deposits and withdrawals in PostgreSQL: each account's operations are numbered 1, 2, 3, and one at a time is open.

The number is what makes a repeat harmless: the exchange takes only the next one, and answers the last one again.
"""

from typing import Final, NamedTuple

import asyncpg

PENDING: Final = "pending"
DONE: Final = "done"
REFUSED: Final = "refused"

_COLUMNS: Final = "account, operation, kind, asset, amount, address, state, reason, number, created_us"
_INSERT: Final = f"""
    INSERT INTO wallet_operations (account, operation, kind, asset, amount, address, state, created_us)
    SELECT $1, (SELECT coalesce(max(operation), 0) + 1 FROM wallet_operations WHERE account = $1), $2, $3, $4, $5,
           'pending', $6
    WHERE NOT EXISTS (SELECT FROM wallet_operations WHERE account = $1 AND state = 'pending')
    RETURNING {_COLUMNS}"""
_SETTLE: Final = """
    UPDATE wallet_operations SET state = $3, reason = $4, number = $5
    WHERE account = $1 AND operation = $2 AND state = 'pending'"""
_HISTORY: Final = f"""
    SELECT {_COLUMNS} FROM wallet_operations
    WHERE account = $1 AND operation < $2 AND ($3::text IS NULL OR kind = $3) AND ($4::bigint IS NULL OR asset = $4)
    ORDER BY operation DESC LIMIT $5"""


class Operation(NamedTuple):
    account: int
    operation: int
    kind: str
    """deposit or withdrawal."""
    asset: int
    amount: int
    """Atoms of the asset."""
    address: str
    state: str
    reason: int
    """Why it was refused, as the core counts reasons; 0 otherwise."""
    number: int | None
    """The command that decided it."""
    created_us: int


async def insert(
    pool: asyncpg.Pool, account: int, kind: str, asset: int, amount: int, address: str, now_us: int
) -> Operation | None:
    """The account's next operation, pending; None while another one is open or was numbered at the same moment."""
    try:
        row = await pool.fetchrow(_INSERT, account, kind, asset, amount, address, now_us)
    except asyncpg.UniqueViolationError:
        return None
    return None if row is None else _operation(row)


async def settle(pool: asyncpg.Pool, operation: Operation) -> None:
    """Write down what a pending operation came to. Whoever is second changes nothing."""
    await pool.execute(
        _SETTLE, operation.account, operation.operation, operation.state, operation.reason, operation.number
    )


async def withdraw_number(pool: asyncpg.Pool, operation: Operation) -> None:
    """Forget an operation that the exchange never saw, so that the next one takes its number."""
    await pool.execute(
        "DELETE FROM wallet_operations WHERE account = $1 AND operation = $2 AND state = 'pending'",
        operation.account,
        operation.operation,
    )


async def find(pool: asyncpg.Pool, account: int, operation: int) -> Operation | None:
    row = await pool.fetchrow(
        f"SELECT {_COLUMNS} FROM wallet_operations WHERE account = $1 AND operation = $2", account, operation
    )
    return None if row is None else _operation(row)


async def pending(pool: asyncpg.Pool, account: int) -> Operation | None:
    row = await pool.fetchrow(
        f"SELECT {_COLUMNS} FROM wallet_operations WHERE account = $1 AND state = 'pending'", account
    )
    return None if row is None else _operation(row)


async def accounts_pending(pool: asyncpg.Pool) -> list[int]:
    rows = await pool.fetch("SELECT account FROM wallet_operations WHERE state = 'pending' ORDER BY created_us")
    return [row["account"] for row in rows]


async def history(
    pool: asyncpg.Pool, account: int, before: int, kind: str | None, asset: int | None, limit: int
) -> list[Operation]:
    """Newest first, those numbered below `before`."""
    return [_operation(row) for row in await pool.fetch(_HISTORY, account, before, kind, asset, limit)]


def _operation(row: asyncpg.Record) -> Operation:
    return Operation(*row)
