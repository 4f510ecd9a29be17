"""The migrations make the schema that the models describe, and nobody can write another's tables."""

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from trueman.infra.database.connection import API, ENGINE, READER, UPDATER, connect_pool, migrate
from trueman.infra.database.migrations.runner import upgrade
from trueman.infra.database.models import Base
from trueman.stack.servers import EmbeddedPostgres

HISTORY = [
    *("assets", "markets", "orders", "trades", "ledger_entries", "balances", "candles", "stream_offset"),
    *("market_guards", "fee_tiers", "account_terms", "order_lists", "prevented_matches", "ruleset_switches"),
    *("amendments", "source_operations"),
]
SHOWN_NOW = ["levels"]
"""What is no history: the updater takes rows out again."""


async def test_models_and_migrated_schema_agree(database_url: str) -> None:
    await migrate(database_url)
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(database_url), poolclass=NullPool
    )

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_every_check_of_the_models_is_in_the_schema(database_url: str) -> None:
    await migrate(database_url)
    modelled = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(
        "SELECT conname FROM pg_constraint"
        " WHERE contype = 'c' AND conrelid > 0 AND connamespace = to_regnamespace('public')"
    )
    await connection.close()
    assert "balances_available_not_negative" in modelled
    assert {row["conname"] for row in rows} == modelled


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    await migrate(database_url)


@pytest.mark.parametrize("role", [API, ENGINE, READER])
async def test_only_the_updater_writes_the_history(database_url: str, role: str) -> None:
    await migrate(database_url)
    async with await connect_pool(database_url, role) as pool:
        for table in (*HISTORY, *SHOWN_NOW):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(f"DELETE FROM {table}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(f"INSERT INTO {table} DEFAULT VALUES")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("UPDATE balances SET available = 1")


async def test_not_even_the_updater_rewrites_what_is_append_only(database_url: str) -> None:
    await migrate(database_url)
    async with await connect_pool(database_url, UPDATER) as pool:
        for table in ["trades", "ledger_entries", "prevented_matches", "amendments", "source_operations"]:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(f"UPDATE {table} SET number = 1")
        for table in HISTORY:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(f"DELETE FROM {table}")


async def test_the_updater_sees_nothing_but_the_history(database_url: str) -> None:
    await migrate(database_url)
    async with await connect_pool(database_url, UPDATER) as pool:
        readable = await pool.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace('public')"
            " AND has_table_privilege(oid, 'SELECT')"
        )
    assert sorted(row["relname"] for row in readable) == sorted([*HISTORY, *SHOWN_NOW])


async def test_each_engine_start_takes_the_next_epoch(database_url: str) -> None:
    await migrate(database_url)
    async with await connect_pool(database_url, ENGINE) as pool:
        taken = [await pool.fetchval("UPDATE engine_epoch SET epoch = epoch + 1 RETURNING epoch") for _ in range(2)]
    assert taken == [1, 2]


async def test_a_balance_below_zero_is_refused_by_the_database(database_url: str) -> None:
    await migrate(database_url)
    async with await connect_pool(database_url, UPDATER) as pool:
        await pool.execute("INSERT INTO balances VALUES (0, 0, -1, 0, 1, 0)")
        with pytest.raises(asyncpg.CheckViolationError):
            await pool.execute("INSERT INTO balances VALUES (1024, 0, -1, 0, 1, 0)")


async def test_what_was_there_before_orders_had_terms_is_carried_over(postgres_server: EmbeddedPostgres) -> None:
    """Open orders of the second schema work since they were accepted, and the levels are what they add up to."""
    server = await asyncpg.connect(postgres_server.url)
    await server.execute("CREATE DATABASE before_terms")
    database_url = postgres_server.url_of("before_terms")
    await upgrade(database_url, "0002")
    connection = await asyncpg.connect(database_url)
    for order_id, status, executed in ((1, 0, 0), (2, 5, 4), (3, 2, 0)):
        await connection.execute(
            "INSERT INTO orders VALUES ($1, 1, 1024, 0, 0, 0, 0, 0, 100, 10, 0, '', $3, 0, $2, 77, 78)",
            order_id,
            status,
            executed,
        )
    await connection.execute("INSERT INTO trades VALUES (0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0)")
    await migrate(database_url)
    levels = await connection.fetch("SELECT market, side, price, quantity FROM levels")
    assert [tuple(row) for row in levels] == [(0, 0, 100, 16)]
    assert await connection.fetchval("SELECT array_agg(DISTINCT working_us) FROM orders") == [77]
    assert await connection.fetchval("SELECT maker_fee_in_quote + taker_fee_in_quote FROM trades") == 0
    await connection.close()
    await server.execute("DROP DATABASE before_terms")
    await server.close()


async def test_who_was_an_administrator_before_is_in_the_list_of_all_who_ever_were(
    postgres_server: EmbeddedPostgres,
) -> None:
    server = await asyncpg.connect(postgres_server.url)
    await server.execute("CREATE DATABASE before_makers")
    database_url = postgres_server.url_of("before_makers")
    await upgrade(database_url, "0009")
    connection = await asyncpg.connect(database_url)
    add = "INSERT INTO users (email, password_hash, role, created_us, made_by_account) VALUES ($1, '', $2, 1, $3)"
    for email, role, maker in (
        ("alice@x.io", "admin", None),
        ("bob@x.io", "admin", 1024),
        ("carol@x.io", "user", None),
    ):
        await connection.execute(add, email, role, maker)
    await migrate(database_url)
    made = await connection.fetch("SELECT account, made_by_account FROM administrators_made ORDER BY id")
    assert [tuple(row) for row in made] == [(1024, None), (1025, 1024)]
    await connection.close()
    await server.execute("DROP DATABASE before_makers")
    await server.close()


async def test_the_pool_keeps_its_role_when_a_connection_is_used_again(database_url: str) -> None:
    await migrate(database_url)
    async with await connect_pool(database_url, READER, connections_max=1) as pool:
        assert [await pool.fetchval("SELECT current_user") for _ in range(2)] == [READER, READER]
