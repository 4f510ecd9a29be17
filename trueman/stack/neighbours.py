"""Errors of servers that an operator named, told in the operator's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from trueman.errors import StartError


@contextmanager
def database_errors_told() -> Iterator[None]:
    """Raise StartError for whatever PostgreSQL, or the way to it, has against what was asked."""
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as error:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise StartError(f"PostgreSQL, where DATABASE_URL says it is, cannot be used: {said}") from None
