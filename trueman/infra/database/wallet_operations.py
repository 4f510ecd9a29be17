"""Deposits and withdrawals in PostgreSQL: each account's operations are numbered 1, 2, 3, and one at a time is open.

The number is what makes a repeat harmless: the exchange takes only the next one, and answers the last one again.
"""

from typing import Final, NamedTuple

import asyncpg

PENDING: Final = "pending"
DONE: Final = "done"
REFUSED: Final = "refused"

COLUMNS: Final = (
    "account, operation, kind, asset, amount, address, client_id, state, reason, number, created_us, payout, txid"
)
_INSERT: Final = f"""
    INSERT INTO wallet_operations (account, operation, kind, asset, amount, address, client_id, state, created_us)
    SELECT $1, (SELECT coalesce(max(operation), 0) + 1 FROM wallet_operations WHERE account = $1), $2, $3, $4, $5, $6,
           'pending', $7
    WHERE NOT EXISTS (SELECT FROM wallet_operations WHERE account = $1 AND state = 'pending')
    RETURNING {COLUMNS}"""
_SETTLE: Final = """
    UPDATE wallet_operations SET state = $3, reason = $4, number = $5,
           payout = CASE WHEN kind = 'payout' AND $3 = 'done' THEN 'reserved' ELSE payout END
    WHERE account = $1 AND operation = $2 AND state = 'pending'"""
_CLAIM: Final = f"""
    UPDATE wallet_operations SET reason = reason - 1 WHERE account = $1 AND operation = $2 AND state = 'pending'
    RETURNING {COLUMNS}"""
_HISTORY: Final = f"""
    SELECT {COLUMNS} FROM wallet_operations
    WHERE account = $1 AND operation < $2 AND kind NOT IN ('settlement', 'return')
      AND ($3::text IS NULL OR kind = $3 OR ($3 = 'withdrawal' AND kind = 'payout'))
      AND ($4::bigint IS NULL OR asset = $4)
    ORDER BY operation DESC LIMIT $5"""


_CREDITS: Final = f"""
    SELECT {COLUMNS} FROM wallet_operations
    WHERE kind = 'credit' AND state = 'done' AND address = $1 AND operation < $2 AND ($3::bigint IS NULL OR asset = $3)
    ORDER BY operation DESC LIMIT $4"""


class Asked(NamedTuple):
    """What somebody wants. Two with the same client id are one."""

    kind: str
    """deposit, credit, payout (a withdrawal in steps), settlement or return (its end), or withdrawal (at once)."""
    account: int
    asset: int
    amount: int
    """Atoms of the asset."""
    address: str = ""
    client_id: str = ""
    """The caller's own name for it, unique within the account for ever; empty for none."""


class Operation(NamedTuple):
    account: int
    operation: int
    kind: str
    asset: int
    amount: int
    address: str
    client_id: str
    state: str
    reason: int
    """Why it was refused, as the core counts reasons. While it is pending: minus how often it was claimed."""
    number: int | None
    """The command that decided it."""
    created_us: int
    payout: str = ""
    """Of a payout whose money is reserved: how far it is."""
    txid: str = ""
    """Where the chain has it."""

    @property
    def asked(self) -> Asked:
        return Asked(self.kind, self.account, self.asset, self.amount, self.address, self.client_id)


async def insert(pool: asyncpg.Pool, asked: Asked, now_us: int) -> Operation | None:
    """The account's next operation, pending; None while another one is open or was numbered at the same moment."""
    try:
        row = await pool.fetchrow(
            _INSERT, asked.account, asked.kind, asked.asset, asked.amount, asked.address, asked.client_id, now_us
        )
    except asyncpg.UniqueViolationError:
        return None
    return None if row is None else _operation(row)


async def settle(pool: asyncpg.Pool, operation: Operation) -> None:
    """Write down what a pending operation came to. Whoever is second changes nothing."""
    await pool.execute(
        _SETTLE, operation.account, operation.operation, operation.state, operation.reason, operation.number
    )


async def claim(pool: asyncpg.Pool, operation: Operation) -> Operation | None:
    """Before submitting what somebody else wrote down, who may be at it: from now on only we may withdraw it.

    None when it is pending no more.
    """
    row = await pool.fetchrow(_CLAIM, operation.account, operation.operation)
    return None if row is None else _operation(row)


async def withdraw_number(pool: asyncpg.Pool, operation: Operation) -> bool:
    """Forget an operation that the exchange never saw, so that the next one takes its number.

    False when somebody else has claimed it meanwhile: what he submits may be executed.
    """
    status = await pool.execute(
        "DELETE FROM wallet_operations WHERE account = $1 AND operation = $2 AND state = 'pending' AND reason = $3",
        operation.account,
        operation.operation,
        operation.reason,
    )
    return bool(status == "DELETE 1")


async def find(pool: asyncpg.Pool, account: int, operation: int) -> Operation | None:
    row = await pool.fetchrow(
        f"SELECT {COLUMNS} FROM wallet_operations WHERE account = $1 AND operation = $2", account, operation
    )
    return None if row is None else _operation(row)


async def find_client_id(pool: asyncpg.Pool, account: int, client_id: str) -> Operation | None:
    row = await pool.fetchrow(
        f"SELECT {COLUMNS} FROM wallet_operations WHERE account = $1 AND client_id = $2 AND client_id <> ''",
        account,
        client_id,
    )
    return None if row is None else _operation(row)


async def pending(pool: asyncpg.Pool, account: int) -> Operation | None:
    row = await pool.fetchrow(
        f"SELECT {COLUMNS} FROM wallet_operations WHERE account = $1 AND state = 'pending'", account
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


async def credits_of(pool: asyncpg.Pool, account: int, before: int, asset: int | None, limit: int) -> list[Operation]:
    """What the operator gave the account: operations of the operator's own account."""
    return [_operation(row) for row in await pool.fetch(_CREDITS, str(account), before, asset, limit)]


def _operation(row: asyncpg.Record) -> Operation:
    return Operation(*row)
