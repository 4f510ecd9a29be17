"""The updater's tables in memory are the updater's tables: one contract, and the same rows for the same log."""

import asyncio
from collections.abc import Callable

import asyncpg
import pytest

from tests.db_updater.recorded import PATIENCE_SECONDS, follow_to_end, log_of, recorded_day, updater_of, written
from trueman.db_updater.batch import Batch
from trueman.db_updater.memory_tables import COLUMNS, MemoryTables
from trueman.db_updater.tables import Contradiction, OffsetMoved, PostgresTables, Tables
from trueman.infra.memory_log import MemoryLog


@pytest.fixture(params=["memory", "postgres"])
def tables(request: pytest.FixtureRequest) -> Tables:
    if request.param == "memory":
        return MemoryTables()
    return PostgresTables(request.getfixturevalue("pool"))


def batch_of(log: MemoryLog, after: int, entries: int) -> Batch:
    """The `entries` frames that follow command `after`."""
    batch = Batch(after)
    for entry in [entry for entry in log.events.entries if entry.first > after][:entries]:
        batch.fold(entry)
    batch.finish()
    return batch


async def test_a_batch_moves_the_offset_by_compare_and_swap(tables: Tables) -> None:
    """C26: only the owner writes, and only what follows the offset."""
    _, _, log = await recorded_day(41, 200)
    first = batch_of(log, 0, 3)
    assert await tables.take_over("one") == 0
    await tables.write(first, "one")
    assert await tables.read_offset() == (first.number, "one")
    with pytest.raises(OffsetMoved):
        await tables.write(first, "one")
    assert await tables.take_over("two") == first.number
    second = batch_of(log, first.number, 3)
    with pytest.raises(OffsetMoved):
        await tables.write(second, "one")
    assert await tables.read_offset() == (first.number, "two")
    await tables.write(second, "two")
    assert await tables.read_offset() == (second.number, "two")


async def test_a_row_that_exists_refuses_the_whole_batch(tables: Tables) -> None:
    """C23: the offset stands where the rows stand, for a batch that is refused too."""
    _, _, log = await recorded_day(42, 300)
    first = batch_of(log, 0, 2)
    await tables.take_over("one")
    await tables.write(first, "one")
    twice = batch_of(log, first.number, 4)
    twice.trades = [*twice.trades, *twice.trades]
    twice.ledger = [*twice.ledger, *twice.ledger]
    assert twice.ledger
    with pytest.raises(Contradiction):
        await tables.write(twice, "one")
    assert await tables.read_offset() == (first.number, "one")
    await tables.write(batch_of(log, first.number, 4), "one")


async def test_a_balance_below_zero_refuses_the_whole_batch(tables: Tables) -> None:
    _, _, log = await recorded_day(43, 300)
    batch = batch_of(log, 0, 10)
    account_key = max(batch.moved_by)
    batch.pots[1][account_key] = -1
    await tables.take_over("one")
    with pytest.raises(Contradiction):
        await tables.write(batch, "one")
    assert await tables.read_offset() == (0, "one")


def doubled(table: str) -> Callable[[Batch], None]:
    def wrong(batch: Batch) -> None:
        rows = getattr(batch, table)
        assert rows, f"there is nothing in {table}"
        rows.append(rows[-1])

    return wrong


def overfilled(batch: Batch) -> None:
    order = next(order for order in batch.orders.values() if order.quantity)
    order.executed = order.quantity + 1


def amended_upwards(batch: Batch) -> None:
    order = next(order for order in batch.orders.values() if order.quantity)
    batch.amendments.append((batch.number, batch.time_us, order.market, order.order_id, order.account, 5, 6))


WRONG: dict[str, Callable[[Batch], None]] = {
    **{table: doubled(table) for table in ("assets", "rulesets", "trades", "ledger", "amendments")},
    "an order that executed more than it asked": overfilled,
    "an order that was amended upwards": amended_upwards,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_what_cannot_be_is_refused_and_leaves_nothing(tables: Tables, wrong: Callable[[Batch], None]) -> None:
    """C23: by the same name on both sides, and what is right is taken afterwards."""
    _, results, log = await recorded_day(41, 600, ruleset=2)
    whole = batch_of(log, 0, len(results))
    wrong(whole)
    await tables.take_over("one")
    with pytest.raises(Contradiction):
        await tables.write(whole, "one")
    assert await tables.read_offset() == (0, "one")
    await tables.write(batch_of(log, 0, len(results)), "one")
    assert await tables.read_offset() == (len(results), "one")


def test_every_method_of_the_contract_is_one_of_both() -> None:
    """A method that is new has to be in the tests above, for the twin as for the tables."""
    promised = {name for name in vars(Tables) if not name.startswith("_")}
    assert promised == {"take_over", "read_offset", "write"}
    for twin in (MemoryTables, PostgresTables):
        assert promised <= vars(twin).keys()


@pytest.mark.parametrize("seed", range(3))
async def test_memory_and_postgres_hold_the_same_rows_after_the_same_day(pool: asyncpg.Pool, seed: int) -> None:
    """C36: also which command changed the rules."""
    _, results, log = await recorded_day(seed, 1_200, ruleset=2)
    memory = MemoryTables()
    await follow_to_end(log, memory)
    await follow_to_end(log, pool)
    for table, columns in COLUMNS.items():
        found = [tuple(row) for row in await pool.fetch(f"SELECT {', '.join(columns)} FROM {table}")]
        assert sorted(memory.rows[table].values()) == sorted(found), table
        assert found or table == "prevented_matches", f"nothing of {table} was tried"
    where = await pool.fetchrow("SELECT number, time_us, chain FROM stream_offset")
    assert where is not None
    assert tuple(where) == (memory.number, memory.time_us, memory.chain)
    assert memory.number == len(results)


async def test_many_small_batches_leave_the_same_rows_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    _, results, log = await recorded_day(44, 800)
    whole, pieces = MemoryTables(), MemoryTables()
    await follow_to_end(log, whole)
    monkeypatch.setattr("trueman.db_updater.service.CATCH_UP_COMMANDS_MAX", 1)
    await follow_to_end(await log_of(results, 44), pieces)
    assert pieces.rows == whole.rows


async def test_a_copy_brings_the_tables_back_to_its_moment() -> None:
    """C28: what was restored is followed by what the log still has."""
    _, _, log = await recorded_day(45, 400)
    tables = MemoryTables()
    await tables.take_over("one")
    await tables.write(batch_of(log, 0, 5), "one")
    early = tables.copy()
    await follow_to_end(log, tables)
    whole = tables.copy()
    tables.restore(early)
    assert tables.number == early.number < whole.number
    await follow_to_end(log, tables)
    assert tables.rows == whole.rows


async def test_an_updater_at_rest_notices_that_its_tables_went_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """C28: a backup is restored at night, when nobody trades and nothing asks for the next batch."""
    monkeypatch.setattr("trueman.db_updater.service.IDLE_WAIT_MS", 5)
    _, results, log = await recorded_day(46, 400)
    tables = MemoryTables()
    updater = updater_of(log, tables)
    await tables.take_over(updater.owner)
    await tables.write(batch_of(log, 0, 5), updater.owner)
    early = tables.copy()
    working = asyncio.create_task(updater.run())
    await written(updater, len(results), working)
    whole = tables.copy()
    tables.restore(early)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while tables.number < len(results) and not working.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    updater.stop.set()
    await working
    assert tables.rows == whole.rows
