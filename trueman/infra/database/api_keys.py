"""API keys in PostgreSQL. A secret lies there sealed: the key that opens it is not in the database."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import asyncpg

_COLUMNS: Final = "api_key, account, label, secret_sealed, permissions, api_keys.created_us, last_used_us"
_INSERT: Final = """
    INSERT INTO api_keys (api_key, account, label, secret_sealed, permissions, created_us)
    SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM api_keys WHERE account = $2) < $7"""
_FIND: Final = f"SELECT {_COLUMNS}, role FROM api_keys JOIN users USING (account) WHERE api_key = $1 AND NOT disabled"
_LIST: Final = (
    f"SELECT {_COLUMNS}, role FROM api_keys JOIN users USING (account) WHERE account = $1 ORDER BY api_keys.created_us"
)
_USED: Final = """
    UPDATE api_keys SET last_used_us = greatest(last_used_us, seen.used_us)
    FROM unnest($1::text[], $2::bigint[]) AS seen (api_key, used_us) WHERE api_keys.api_key = seen.api_key"""


class KeyRow(NamedTuple):
    api_key: str
    account: int
    label: str
    secret_sealed: bytes
    permissions: list[str]
    created_us: int
    last_used_us: int | None
    role: str
    """Of the key's owner."""


async def insert(pool: asyncpg.Pool, row: KeyRow, keys_max: int) -> bool:
    """False when the account has `keys_max` keys already."""
    status = await pool.execute(
        _INSERT, row.api_key, row.account, row.label, row.secret_sealed, row.permissions, row.created_us, keys_max
    )
    return bool(status == "INSERT 0 1")


async def find(pool: asyncpg.Pool, api_key: str) -> KeyRow | None:
    row = await pool.fetchrow(_FIND, api_key)
    return None if row is None else _key(row)


async def of_account(pool: asyncpg.Pool, account: int) -> list[KeyRow]:
    return [_key(row) for row in await pool.fetch(_LIST, account)]


async def delete(pool: asyncpg.Pool, account: int, api_key: str) -> bool:
    """False when the account has no such key."""
    status = await pool.execute("DELETE FROM api_keys WHERE api_key = $1 AND account = $2", api_key, account)
    return bool(status == "DELETE 1")


async def mark_used(pool: asyncpg.Pool, used_us: Mapping[str, int]) -> None:
    await pool.execute(_USED, list(used_us), list(used_us.values()))


def _key(row: asyncpg.Record) -> KeyRow:
    return KeyRow(*(row[name] for name in KeyRow._fields))
