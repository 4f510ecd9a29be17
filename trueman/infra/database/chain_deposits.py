"""What chains have brought, by the place where it stands there: one row each, from the first sight to the credit."""

from typing import Final, NamedTuple

import asyncpg

SEEN: Final = "seen"
FINAL: Final = "final"
"""Nothing of the chain speaks against it any more; it is to be credited."""
CREDITED: Final = "credited"
REVERSED: Final = "reversed"
ROWS_MAX: Final = 100

_COLUMNS: Final = "chain, txid, place, account, asset, amount, confirmations, state, seen_us, attempt, reason, retry_us"
_REPORT: Final = f"""
    INSERT INTO chain_deposits AS known (chain, txid, place, account, asset, amount, confirmations, state, seen_us)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (chain, txid, place) DO UPDATE SET confirmations = $7,
       state = CASE WHEN known.state IN ('final', 'credited') THEN known.state ELSE $8 END
    WHERE (known.account, known.asset, known.amount) = ($4, $5, $6)
    RETURNING {_COLUMNS}"""
_WAITING: Final = f"""
    SELECT {_COLUMNS} FROM chain_deposits WHERE state = 'final' AND retry_us <= $1
    ORDER BY retry_us, seen_us LIMIT $2"""
_CREDITED: Final = """
    UPDATE chain_deposits SET state = 'credited', reason = 0
    WHERE (chain, txid, place) = ($1, $2, $3) AND state = 'final'"""
_REFUSED: Final = """
    UPDATE chain_deposits SET attempt = $4 + 1, reason = $5, retry_us = $6
    WHERE (chain, txid, place) = ($1, $2, $3) AND state = 'final' AND attempt = $4"""


class ChainDepositKept(NamedTuple):
    chain: str
    txid: str
    place: int
    account: int
    asset: int
    amount: int
    confirmations: int
    state: str
    seen_us: int
    attempt: int = 0
    """How often the exchange has refused to credit it."""
    reason: int = 0
    """Why, the last time."""
    retry_us: int = 0
    """Not tried again before."""

    @property
    def name(self) -> str:
        """Of the operation that credits it: a new one only after the one before was refused for good."""
        again = f" #{self.attempt}" if self.attempt else ""
        return f"{self.chain} {self.txid} {self.place}{again}"


async def report(pool: asyncpg.Pool, seen: ChainDepositKept) -> ChainDepositKept | None:
    """As it is kept now; final stays final. None when its place is known as another deposit, which does not change."""
    row = await pool.fetchrow(_REPORT, *seen[:9])
    return None if row is None else ChainDepositKept(*row)


async def waiting(pool: asyncpg.Pool, now_us: int) -> list[ChainDepositKept]:
    """Final ones that nobody has credited and whose next attempt is due, a bounded number."""
    return [ChainDepositKept(*row) for row in await pool.fetch(_WAITING, now_us, ROWS_MAX)]


async def credited(pool: asyncpg.Pool, deposit: ChainDepositKept) -> None:
    await pool.execute(_CREDITED, *deposit[:3])


async def refused(pool: asyncpg.Pool, deposit: ChainDepositKept, reason: int, retry_us: int) -> None:
    """One attempt is over, whoever says so first."""
    await pool.execute(_REFUSED, *deposit[:3], deposit.attempt, reason, retry_us)
