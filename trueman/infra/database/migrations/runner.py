"""Alembic without its command line: the newest schema (or an older one), over asyncpg, in one transaction."""

from typing import Final

import asyncpg
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

MIGRATION_LOCK: Final = 7_226_426
"""Two starts at once migrate one after the other."""


async def upgrade(url: str, revision: str = "head") -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.execute(sqlalchemy.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


def _upgrade(connection: sqlalchemy.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "trueman.infra.database:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
