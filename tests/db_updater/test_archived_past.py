"""Tables that were put back further than the live log reaches are written again from the archive."""

from pathlib import Path

import pytest

from tests.db_updater.recorded import follow_to_end
from tests.engine.day import Day
from trueman.core.exchange import Exchange
from trueman.db_updater.memory_tables import MemoryTables
from trueman.engine.archive import Archiver
from trueman.engine.replay import decide
from trueman.errors import Gap
from trueman.infra.archive import Archive
from trueman.infra.archived_log import archived
from trueman.infra.memory_log import MemoryLog


async def test_tables_of_last_week_catch_up_through_the_archive_and_then_the_log(tmp_path: Path) -> None:
    """C28: PostgreSQL is restored to a moment that the live log has long forgotten."""
    log, exchange, archive = MemoryLog(), Exchange(), Archive(tmp_path)
    await log.create(exchange.ruleset)
    await Day(7).append(log, frames=60)
    for entry in log.commands.entries:
        await log.append_event_entries([decide(exchange, entry, 1)])
    tables = MemoryTables()
    last_week = tables.copy()
    await follow_to_end(log, tables)
    whole = tables.copy()
    await Archiver(log, archive, segment_bytes=10_000).advance(250)
    await log.trim(200)
    tables.restore(last_week)
    with pytest.raises(Gap):
        await follow_to_end(log, tables)
    tables.restore(last_week)
    await follow_to_end(archived(log, archive), tables)
    assert (tables.number, tables.chain, tables.rows) == (whole.number, exchange.chain, whole.rows)
