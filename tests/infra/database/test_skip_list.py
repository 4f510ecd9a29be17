"""The table of signatures: administrators alone, each once for the same bytes, and nothing is ever changed."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from trueman.infra.clock import wall_clock_us
from trueman.infra.database import skip_list
from trueman.infra.database.administrators import administrators, grant, revoke
from trueman.infra.database.connection import API, ENGINE, connect_pool
from trueman.infra.database.epochs import PostgresEngineDatabase
from trueman.infra.database.identity import insert_user
from trueman.infra.log import CommandEntry
from trueman.infra.skips import Skip, hash_in

LATER_US = 1 << 60
"""After whatever the tests do: commands that come then find their administrators at work."""
ENTRY = CommandEntry(7, 7, LATER_US, b"not a command")
SKIP = Skip(7, hash_in(ENTRY, 7), (), "ticket 99", LATER_US)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with await connect_pool(database_url, API) as opened:
        yield opened


async def people(pool: asyncpg.Pool) -> tuple[int, int, int]:
    """Two administrators and a user."""
    made = [
        await insert_user(pool, f"{name}@example.com", "", "user" if name == "carol" else "admin", 1)
        for name in ("alice", "bob", "carol")
    ]
    first, second, third = (account for account in made if account is not None)
    return first, second, third


async def test_the_engine_reads_what_two_administrators_have_signed(pool: asyncpg.Pool, database_url: str) -> None:
    """C21"""
    alice, bob, _ = await people(pool)
    async with await connect_pool(database_url, ENGINE) as engines:
        database = PostgresEngineDatabase(engines)
        assert await skip_list.sign(pool, SKIP, alice, 10, 3)
        assert not await skip_list.sign(pool, SKIP, alice, 11, 3)
        assert 7 not in await database.skips()
        assert await skip_list.sign(pool, SKIP._replace(hash=bytes(32)), bob, 12, 3)
        assert 7 not in await database.skips(), "they have signed different bytes"
        assert await skip_list.sign(pool, SKIP, bob, 13, 3)
        assert (await database.skips()).of(ENTRY) == [7]
    assert [(skip.hash, skip.signers) for skip in await skip_list.signed(pool)] == [
        (bytes(32), (bob,)),
        (SKIP.hash, (alice, bob)),
    ]


async def test_who_is_no_administrator_cannot_sign_even_in_sql(pool: asyncpg.Pool) -> None:
    """C21"""
    alice, _, carol = await people(pool)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="no administrator"):
        await skip_list.sign(pool, SKIP, carol, 10, None)
    await pool.execute("UPDATE users SET disabled = true WHERE account = $1", alice)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="no administrator"):
        await skip_list.sign(pool, SKIP, alice, 10, None)


async def test_who_became_an_administrator_after_the_command_cannot_sign_even_in_sql(pool: asyncpg.Pool) -> None:
    """C21: made, or raised, or let in again when the command was there already: that is no second opinion."""
    alice, _, carol = await people(pool)
    now_us = wall_clock_us()
    await skip_list.sign(pool, SKIP._replace(command_us=now_us), alice, 10, None)
    await pool.execute("UPDATE users SET role = 'admin', admin_since_us = 1 WHERE account = $1", carol)
    await pool.execute("UPDATE users SET disabled = true WHERE account = $1", alice)
    await pool.execute("UPDATE users SET disabled = false, admin_since_us = 1 WHERE account = $1", alice)
    late = await insert_user(pool, "late@example.com", "", "admin", 1)
    other = SKIP._replace(hash=bytes(32), command_us=now_us)
    for account in (alice, carol, late):
        assert account is not None
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="after the command"):
            await skip_list.sign(pool, other, account, 10, None)
    assert len(await skip_list.signed(pool)) == 1


async def test_two_of_whom_one_has_made_the_other_count_as_one(pool: asyncpg.Pool) -> None:
    """C21: whichever of the two signs first; a third makes it two."""
    alice, bob, _ = await people(pool)
    dave = await insert_user(pool, "dave@example.com", "", "admin", 1, "root@machine", alice)
    assert dave is not None
    for number, first, second in ((7, alice, dave), (8, dave, alice)):
        skip = SKIP._replace(number=number)
        assert await skip_list.sign(pool, skip, first, 10, None)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="count as one person"):
            await skip_list.sign(pool, skip, second, 11, None)
        assert await skip_list.sign(pool, skip, bob, 12, None)
    assert [skip.counts for skip in await skip_list.signed(pool)] == [True, True]
    await pool.execute("UPDATE users SET made_by_account = NULL, made_by = '' WHERE account = $1", dave)
    assert (await administrators(pool))[-1].made_by_account == alice, "who made it stays"


async def test_who_has_ever_made_the_other_counts_as_one_with_him(pool: asyncpg.Pool) -> None:
    """C21: taken and given again, by another, by nobody, or in plain SQL: who once made whom stays."""
    alice, bob, carol = await people(pool)
    assert await grant(pool, carol, "root@machine", alice)
    assert not await grant(pool, carol, "root@machine", bob), "she is one"
    assert await revoke(pool, carol)
    assert not await revoke(pool, carol), "she is none"
    assert await grant(pool, carol, "root@machine", bob)
    await pool.execute("UPDATE users SET role = 'user' WHERE account = $1", carol)
    await pool.execute("UPDATE users SET role = 'admin', made_by_account = NULL WHERE account = $1", carol)
    assert (await administrators(pool))[-1].makers == ["alice@example.com", "bob@example.com"]
    for number, first, second in ((7, alice, carol), (8, carol, bob)):
        skip = SKIP._replace(number=number)
        assert await skip_list.sign(pool, skip, first, 10, None)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="count as one person"):
            await skip_list.sign(pool, skip, second, 11, None)
    for change in ("DELETE FROM administrators_made", "INSERT INTO administrators_made (account) VALUES (1)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            await pool.execute(change)


async def test_of_two_who_take_each_others_right_at_once_one_keeps_it(pool: asyncpg.Pool, database_url: str) -> None:
    """C21: both begin before either has ended."""
    alice, bob, _ = await people(pool)
    owner = await asyncpg.connect(database_url)
    async with owner.transaction():
        await owner.execute("SELECT FROM users WHERE account = $1 FOR UPDATE", alice)
        both = [asyncio.create_task(revoke(pool, alice))]
        await until_waiting(owner, both)
        both.append(asyncio.create_task(revoke(pool, bob)))
        await until_waiting(owner, both)
    assert sorted(await asyncio.gather(*both)) == [False, True]
    await owner.close()
    (last,) = await administrators(pool)
    assert not await revoke(pool, last.account)


async def until_waiting(owner: asyncpg.Connection, tasks: "list[asyncio.Task[bool]]") -> None:
    """Each for a lock, unless it is done already."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(10):
        while await owner.fetchval(waiting) + sum(task.done() for task in tasks) < len(tasks):  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.01)


async def test_a_signature_stays_as_it_is(pool: asyncpg.Pool, database_url: str) -> None:
    alice, _, _ = await people(pool)
    await skip_list.sign(pool, SKIP, alice, 10, None)
    owner = await asyncpg.connect(database_url)
    for change in ("UPDATE skip_list SET number = 8", "DELETE FROM skip_list", "TRUNCATE skip_list"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await owner.execute(change)
    await owner.close()
