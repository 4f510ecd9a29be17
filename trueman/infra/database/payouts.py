"""How far withdrawals are: each step is taken by whoever moves the row, and by nobody else."""

from typing import Final

import asyncpg

from trueman.infra.database.wallet_operations import COLUMNS, Operation

RESERVED: Final = "reserved"
"""The money is put aside; nobody has been asked to send it."""
BROADCASTING: Final = "broadcasting"
"""Somebody has been asked to send it, and may have."""
PAID: Final = "paid"
SETTLED: Final = "settled"
"""Paid, and out of the books."""
FAILED: Final = "failed"
"""It was surely not sent."""
RETURNED: Final = "returned"
"""Not sent, and available again."""
UNFINISHED: Final = (RESERVED, BROADCASTING, PAID, FAILED)
ROWS_MAX: Final = 100


async def move(pool: asyncpg.Pool, account: int, operation: int, source: str, target: str, txid: str = "") -> bool:
    """From one step to another; False when it is not where it was thought to be: somebody else has moved it. While the
    desk is closed nobody moves one to where its payment is asked for, whatever he thinks of the desk."""
    moved = await pool.execute(
        "UPDATE wallet_operations SET payout = $4, txid = CASE WHEN $5 = '' THEN txid ELSE $5 END"
        " WHERE account = $1 AND operation = $2 AND payout = $3"
        " AND ($4 <> 'broadcasting' OR (SELECT is_open FROM payout_desk))",
        account,
        operation,
        source,
        target,
        txid,
    )
    return bool(moved == "UPDATE 1")


async def unfinished(pool: asyncpg.Pool) -> list[Operation]:
    """The oldest first; those in doubt after the others, so that many of them keep nobody from being paid."""
    rows = await pool.fetch(
        f"SELECT {COLUMNS} FROM wallet_operations WHERE payout IN ('reserved', 'broadcasting', 'paid', 'failed')"
        " ORDER BY payout = 'broadcasting', created_us LIMIT $1",
        ROWS_MAX,
    )
    return [Operation(*row) for row in rows]
