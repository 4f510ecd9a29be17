"""A pool in the updater's role over an empty, migrated database."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from trueman.infra.database.connection import UPDATER, connect_pool


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with await connect_pool(database_url, UPDATER, connections_max=4) as opened:
        yield opened
