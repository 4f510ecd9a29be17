"""The signatures under commands that are to be skipped, in a table that only grows."""

from collections.abc import Iterable
from typing import Any, Final

import asyncpg

from trueman.infra.skips import Skip, Skips

SIGNED: Final = """
SELECT number, hash, array_agg(account ORDER BY signed_us, account) AS signers,
       (array_agg(reason ORDER BY signed_us, account))[1] AS reason, max(command_us) AS command_us
FROM skip_list GROUP BY number, hash ORDER BY number"""
SIGN: Final = """
INSERT INTO skip_list (number, hash, account, signed_us, market, reason, command_us) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (number, hash, account) DO NOTHING"""


async def signed(pool: asyncpg.Pool) -> list[Skip]:
    """Every skip that anybody has signed, whether it counts already or not."""
    return read_skips(await pool.fetch(SIGNED))


async def skips_in(pool: asyncpg.Pool) -> Skips:
    """Those that count."""
    return Skips(await signed(pool))


async def sign(pool: asyncpg.Pool, skip: Skip, account: int, now_us: int, market: int | None) -> bool:
    """False when this account has signed the same before. Raise InsufficientPrivilegeError for no administrator, for
    one who became it after the command, and for one whom another signer has made, or who has made another."""
    row = (skip.number, skip.hash, account, now_us, market, skip.reason, skip.command_us)
    status = await pool.execute(SIGN, *row)
    return bool(status == "INSERT 0 1")


def read_skips(rows: Iterable[Any]) -> list[Skip]:
    return [Skip(row["number"], row["hash"], tuple(row["signers"]), row["reason"], row["command_us"]) for row in rows]
