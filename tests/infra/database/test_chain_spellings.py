"""Deposits from before a chain had one name and a transaction one spelling: each is credited once, whatever it was."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from trueman.infra.database.connection import migrate
from trueman.infra.database.migrations.runner import upgrade
from trueman.stack.servers import EmbeddedPostgres

DEPOSIT = "INSERT INTO chain_deposits VALUES ($1, $2, 0, 1024, 0, 5, 9, $3, $4)"
OPERATION = """
    INSERT INTO wallet_operations
        (account, operation, kind, asset, amount, address, client_id, state, reason, created_us, decided_us, number)
    VALUES (1024, $1, 'credit', 0, 5, '1', $2, $3, 0, 1, 1, 1)"""
Row = tuple[str, str, str]
"""Chain, transaction and state."""


@pytest.fixture
async def old(postgres_server: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    """A database of the revision before."""
    server = await asyncpg.connect(postgres_server.url)
    await server.execute("CREATE DATABASE before_chains")
    await upgrade(postgres_server.url_of("before_chains"), "0008")
    connection = await asyncpg.connect(postgres_server.url_of("before_chains"))
    yield connection
    await connection.close()
    await server.execute("DROP DATABASE before_chains")
    await server.close()


async def migrated(
    old: asyncpg.Connection, server: EmbeddedPostgres, rows: list[tuple[str, str, str, str]]
) -> set[Row]:
    """Each row with the state of its operation, or "" if it has none."""
    for turn, (chain, txid, state, outcome) in enumerate(rows, 1):
        await old.execute(DEPOSIT, chain, txid, state, turn)
        if outcome:
            await old.execute(OPERATION, turn, f"{chain} {txid} 0", outcome)
    await migrate(server.url_of("before_chains"))
    return {tuple(row) for row in await old.fetch("SELECT chain, txid, state FROM chain_deposits")}


@pytest.mark.parametrize("turn", [1, -1])
async def test_of_two_spellings_the_credited_one_keeps_the_place(
    old: asyncpg.Connection, postgres_server: EmbeddedPostgres, turn: int
) -> None:
    """C35: whichever was seen first, and though the other stands where it has to go; the other is never credited."""
    rows = [("Ethereum", "0xAB", "final", "done"), ("ethereum", "ab", "final", "refused")][::turn]
    told = await migrated(old, postgres_server, rows)
    assert told == {("ethereum", "ab", "credited"), ("DOUBLE ethereum", "ab", "reversed")}
    names = {row[0] for row in await old.fetch("SELECT client_id FROM wallet_operations")}
    assert names == {"ethereum ab 0", "DOUBLE ethereum ab 0"}


async def test_what_was_credited_twice_says_so(old: asyncpg.Connection, postgres_server: EmbeddedPostgres) -> None:
    """C35: for an operator, who has to settle it with the owner."""
    rows = [("ETH", "0xab", "final", "done"), ("eth", "AB", "final", "done"), ("eth", "ab", "seen", "")]
    told = await migrated(old, postgres_server, rows)
    assert told == {("eth", "ab", "credited"), ("DOUBLE eth", "AB", "credited"), ("DOUBLE eth", "ab", "seen")}


async def test_what_waits_goes_on_waiting_under_its_one_name(
    old: asyncpg.Connection, postgres_server: EmbeddedPostgres
) -> None:
    """C35: one that was refused is tried again, one that is not final yet stays so, a word is no number."""
    rows = [("Bitcoin", "0xCD", "final", "refused"), ("bitcoin", "EF", "seen", ""), ("solana", "5Kq", "final", "done")]
    told = await migrated(old, postgres_server, rows)
    assert told == {("bitcoin", "cd", "final"), ("bitcoin", "ef", "seen"), ("solana", "5Kq", "credited")}
    assert await old.fetchval("SELECT attempt FROM chain_deposits WHERE txid = 'cd'") == 1


async def test_a_chain_where_every_letter_counts_keeps_its_letters(
    old: asyncpg.Connection, postgres_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C35: or the next report of the same deposit would not find it, and credit it again."""
    monkeypatch.setenv("TRUEMAN_CHAINS", "ripple:exact:XRP,bitcoin:hex:BTC")
    rows = [("Ripple", "ABCD", "final", "done"), ("bitcoin", "ABCD", "final", "done")]
    told = await migrated(old, postgres_server, rows)
    assert told == {("ripple", "ABCD", "credited"), ("bitcoin", "abcd", "credited")}
