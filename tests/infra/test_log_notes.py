"""Texts that are kept beside the logs, and as durable."""

from tests.infra.test_log import empty_log, log
from trueman.infra.log import Log

__all__ = ["empty_log", "log"]


async def test_a_text_that_is_kept_beside_the_logs_is_the_last_one(log: Log) -> None:
    """C28: what PostgreSQL was must not be forgotten with PostgreSQL."""
    assert await log.noted("postgres") == ""
    await log.note("postgres", "one")
    await log.note("another", "x")
    await log.note("postgres", "zwei ü")
    assert await log.noted("postgres") == "zwei ü"
