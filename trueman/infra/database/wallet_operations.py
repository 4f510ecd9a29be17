"""Deposits and withdrawals in PostgreSQL: each account's operations are numbered 1, 2, 3, and one at a time is open.

The number is what makes a repeat harmless: the exchange takes only the next one, and answers the last one again.
"""

from typing import Final

import asyncpg

from trueman.errors import ServiceError
from trueman.infra.database import wallet_mending
from trueman.infra.database.offsets import updater_offset
from trueman.infra.database.wallet_mending import COLUMNS
from trueman.infra.operations import Asked, Mend, Operation
from trueman.views.source_operations import SourceOperation

UNFINISHED_ROWS_MAX: Final = 100

_INSERT: Final = f"""
    INSERT INTO wallet_operations (account, operation, kind, asset, amount, address, client_id, state, created_us)
    SELECT $1, own.operation + 1, $2, $3, $4, $5, $6, 'pending', $7
    FROM (SELECT coalesce(max(operation), 0) AS operation FROM wallet_operations WHERE account = $1) AS own
    WHERE NOT EXISTS (SELECT FROM wallet_operations WHERE account = $1 AND state = 'pending')
      AND NOT EXISTS (SELECT FROM source_operations WHERE source = $1 AND operation > own.operation)
    RETURNING {COLUMNS}"""
_SETTLE: Final = """
    UPDATE wallet_operations SET state = $3, reason = $4, number = $5, decided_us = $6, step_us = $6,
           payout = CASE WHEN kind = 'payout' AND $3 = 'done' THEN 'reserved' ELSE payout END
    WHERE account = $1 AND operation = $2 AND state = 'pending'"""
_CLAIM: Final = f"""
    UPDATE wallet_operations SET reason = reason - 1 WHERE account = $1 AND operation = $2 AND state = 'pending'
    RETURNING {COLUMNS}"""
_WITHDRAW: Final = """
    DELETE FROM wallet_operations WHERE account = $1 AND operation = $2 AND state = 'pending' AND reason = $3"""
_MOVE: Final = """
    UPDATE wallet_operations SET payout = $4, txid = CASE WHEN $5 = '' THEN txid ELSE $5 END, step_us = $6, trouble = $7
    WHERE account = $1 AND operation = $2 AND payout = $3
      AND ($4 <> 'broadcasting' OR (SELECT is_open FROM payout_desk))"""
_NAME: Final = """
    UPDATE wallet_operations SET address = $3, client_id = $4, mark = 0
    WHERE account = $1 AND operation = $2 AND mark <> 0"""
_UNFINISHED: Final = f"""
    SELECT {COLUMNS} FROM wallet_operations WHERE payout IN ('reserved', 'broadcasting', 'paid', 'failed')
    ORDER BY payout = 'broadcasting', created_us LIMIT $1"""
_IS_BEHIND: Final = """
    SELECT coalesce((SELECT max(operation) FROM source_operations WHERE source = $1), 0)
         > coalesce((SELECT max(operation) FROM wallet_operations WHERE account = $1), 0)"""
_LOGGED: Final = f"""
    SELECT {", ".join(SourceOperation._fields)} FROM source_operations WHERE source = $1 AND operation = $2"""
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


class PostgresOperations:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def insert(self, asked: Asked, now_us: int) -> Operation | None:
        kind, account, *what = asked
        try:
            return await self._one(_INSERT, account, kind, *what, now_us)
        except asyncpg.UniqueViolationError:
            return None

    async def settle(self, operation: Operation) -> None:
        decided = (operation.state, operation.reason, operation.number, operation.decided_us)
        await self._pool.execute(_SETTLE, *operation[:2], *decided)

    async def claim(self, operation: Operation) -> Operation | None:
        return await self._one(_CLAIM, *operation[:2])

    async def withdraw_number(self, operation: Operation) -> bool:
        return bool(await self._pool.execute(_WITHDRAW, *operation[:2], operation.reason) == "DELETE 1")

    async def find(self, account: int, operation: int) -> Operation | None:
        return await self._one(_where("account = $1 AND operation = $2"), account, operation)

    async def find_client_id(self, account: int, client_id: str) -> Operation | None:
        return await self._one(_where("account = $1 AND client_id = $2 AND client_id <> ''"), account, client_id)

    async def pending(self, account: int) -> Operation | None:
        return await self._one(_where("account = $1 AND state = 'pending'"), account)

    async def accounts_pending(self) -> list[int]:
        rows = await self._pool.fetch(
            "SELECT account FROM wallet_operations WHERE state = 'pending' ORDER BY created_us"
        )
        return [row["account"] for row in rows]

    async def nameless(self, account: int) -> list[Operation]:
        return await self._all(_where("account = $1 AND mark <> 0 ORDER BY operation"), account)

    async def name(self, operation: Operation, asked: Asked) -> None:
        await self._pool.execute(_NAME, *operation[:2], asked.address, asked.client_id)

    async def move(self, operation: Operation, target: str, now_us: int, txid: str = "", trouble: str = "") -> bool:
        values = (*operation[:2], operation.payout, target, txid, now_us, trouble)
        return bool(await self._pool.execute(_MOVE, *values) == "UPDATE 1")

    async def note_trouble(self, operation: Operation, trouble: str) -> None:
        await self._pool.execute(
            "UPDATE wallet_operations SET trouble = $4 WHERE account = $1 AND operation = $2 AND payout = $3",
            *operation[:2],
            operation.payout,
            trouble,
        )

    async def rename(self, operation: Operation, client_id: str) -> None:
        await self._pool.execute(
            "UPDATE wallet_operations SET client_id = $3 WHERE account = $1 AND operation = $2 AND state = 'refused'",
            *operation[:2],
            client_id,
        )

    async def unfinished(self) -> list[Operation]:
        return await self._all(_UNFINISHED, UNFINISHED_ROWS_MAX)

    async def offset(self) -> int:
        return await updater_offset(self._pool)

    async def logged(self, account: int, operation: int) -> SourceOperation | None:
        row = await self._pool.fetchrow(_LOGGED, account, operation)
        return None if row is None else SourceOperation(*row)

    async def is_behind(self, account: int) -> bool:
        return bool(await self._pool.fetchval(_IS_BEHIND, account))

    async def mend(self, account: int) -> Mend:
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                return await wallet_mending.mend(connection, account)
        except asyncpg.UniqueViolationError as error:
            raise ServiceError(f"another process is at the operations of account {account}; try again") from error

    async def behind(self) -> tuple[int, list[int]]:
        async with self._pool.acquire() as connection:
            return await wallet_mending.behind(connection)

    async def mended(self, number: int) -> None:
        await self._pool.execute("UPDATE wallet_mended SET number = $1 WHERE number < $1", number)

    async def _one(self, question: str, *values: object) -> Operation | None:
        row = await self._pool.fetchrow(question, *values)
        return None if row is None else Operation(*row)

    async def _all(self, question: str, *values: object) -> list[Operation]:
        return [Operation(*row) for row in await self._pool.fetch(question, *values)]


async def history(
    pool: asyncpg.Pool, account: int, before: int, kind: str | None, asset: int | None, limit: int
) -> list[Operation]:
    """Newest first, those numbered below `before`."""
    return [Operation(*row) for row in await pool.fetch(_HISTORY, account, before, kind, asset, limit)]


async def credits_of(pool: asyncpg.Pool, account: int, before: int, asset: int | None, limit: int) -> list[Operation]:
    """What the operator gave the account: operations of the operator's own account."""
    return [Operation(*row) for row in await pool.fetch(_CREDITS, str(account), before, asset, limit)]


def _where(condition: str) -> str:
    return f"SELECT {COLUMNS} FROM wallet_operations WHERE {condition}"
