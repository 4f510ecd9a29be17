"""Real PostgreSQL and real Valkey for tests, started once, empty for each test that asks."""

import asyncio
import itertools
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import hypothesis
import pytest
import redis

from trueman.infra.database.connection import migrate
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres, EmbeddedValkey

TEMPLATE = "trueman_template"

# A shared machine may stop for a second in the middle of anything; what a test proves is no matter of speed.
hypothesis.settings.register_profile("trueman", deadline=None)
hypothesis.settings.load_profile("trueman")


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[EmbeddedValkey]:
    with tempfile.TemporaryDirectory(prefix="trueman-valkey-") as folder:
        server = EmbeddedValkey(Path(folder), free_port(), durable=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def valkey_url(valkey_server: EmbeddedValkey) -> str:
    """A Valkey with nothing in it."""
    with redis.Redis.from_url(valkey_server.url) as client:
        client.flushall()
        client.function_flush()
    return valkey_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory(prefix="trueman-postgres-") as folder:
        server = EmbeddedPostgres(Path(folder), free_port(), durable=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: EmbeddedPostgres) -> str:
    """A database with all migrations applied, to be copied, never to be used."""
    _execute(postgres_server, "postgres", f"CREATE DATABASE {TEMPLATE}")
    _in_thread(lambda: migrate(postgres_server.url_of(TEMPLATE)))
    return TEMPLATE


@pytest.fixture(scope="session")
def database_names() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def database_url(
    postgres_server: EmbeddedPostgres, migrated_template: str, database_names: Iterator[int]
) -> Iterator[str]:
    """A migrated PostgreSQL database of this test alone."""
    with database_from_template(postgres_server, migrated_template, f"test_{next(database_names)}") as url:
        yield url


@contextmanager
def database_from_template(server: EmbeddedPostgres, template: str, name: str) -> Iterator[str]:
    _execute(server, "postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield server.url_of(name)
    _execute(server, "postgres", f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server: EmbeddedPostgres, database: str, statement: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(server.url_of(database))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    _in_thread(execute)


def _in_thread(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Away from the test's own event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()
