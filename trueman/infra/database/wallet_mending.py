"""The wallet's list made to say what the log says, after PostgreSQL came back from an older copy."""

from typing import Final

from trueman.errors import DatabaseUnavailable
from trueman.infra.database.connection import Connection
from trueman.infra.operations import Mend, Operation, mending
from trueman.views.source_operations import SourceOperation

COLUMNS: Final = ", ".join(Operation._fields)
_LOST: Final = f"""
    SELECT {", ".join(f"logged.{name}" for name in SourceOperation._fields)},
           {", ".join(f"listed.{name}" for name in Operation._fields)}
    FROM source_operations logged
    LEFT JOIN wallet_operations listed ON (listed.account, listed.operation) = (logged.source, logged.operation)
    WHERE logged.source = $1 AND logged.account = $1 AND listed.number IS DISTINCT FROM logged.number
    ORDER BY logged.operation"""
_OUTCOME: Final = """
    UPDATE wallet_operations SET state = $3, reason = $4, number = $5, decided_us = $6, step_us = $6, payout = $7
    WHERE account = $1 AND operation = $2 AND state = 'pending'"""
_BRING_BACK: Final = (
    f"INSERT INTO wallet_operations ({COLUMNS})"
    f" VALUES ({', '.join(f'${at}' for at in range(1, len(Operation._fields) + 1))})"
)
_AGAIN: Final = """
    UPDATE wallet_operations SET reason = 0,
           operation = greatest((SELECT max(operation) FROM wallet_operations WHERE account = $1),
                                (SELECT max(operation) FROM source_operations WHERE source = $1)) + 1
    WHERE account = $1 AND operation = $2 AND state = 'pending'"""
_BEHIND: Final = """
    SELECT DISTINCT logged.source FROM source_operations logged
    LEFT JOIN wallet_operations listed ON (listed.account, listed.operation) = (logged.source, logged.operation)
    WHERE logged.number > $1 AND logged.number <= $2 AND logged.source = logged.account
      AND listed.number IS DISTINCT FROM logged.number"""


async def mend(connection: Connection, account: int) -> Mend:
    rows = await connection.fetch(_LOST, account)
    cut = len(SourceOperation._fields)
    lost = [(SourceOperation(*row[:cut]), None if row[cut] is None else Operation(*row[cut:])) for row in rows]
    planned = mending(lost)
    for settled in planned.settled:
        decided = (settled.state, settled.reason, settled.number, settled.decided_us, settled.payout)
        await connection.execute(_OUTCOME, *settled[:2], *decided)
    if planned.again is not None:
        await connection.execute(_AGAIN, *planned.again[:2])
    elif planned.gone is not None:
        await connection.execute(
            "DELETE FROM wallet_operations WHERE account = $1 AND operation = $2 AND state = 'pending'",
            *planned.gone[:2],
        )
    await connection.executemany(_BRING_BACK, planned.came)
    return planned


async def behind(connection: Connection) -> tuple[int, list[int]]:
    """Up to the command where the lists were whole when somebody last looked they are; only later ones are compared."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        whole = await connection.fetchval("SELECT number FROM wallet_mended")
        offset = await connection.fetchval("SELECT number FROM stream_offset WHERE name = 'updater'")
        if whole is None or offset is None:
            raise DatabaseUnavailable("the database is not migrated yet")
        rows = await connection.fetch(_BEHIND, whole, offset)
        return offset, [row["source"] for row in rows]
