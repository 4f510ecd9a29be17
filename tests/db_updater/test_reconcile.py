"""Engine and database agree, and whatever is planted in any table is found."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from tests.db_updater.recorded import follow_to_end
from tests.views.lived import Life
from trueman.core.codec import encode
from trueman.core.commands import SwitchRuleset
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.db_updater.governed import GUARD_FIELDS
from trueman.db_updater.reconcile import EngineStateAt, reconcile
from trueman.db_updater.report import DIFFERENCES_SHOWN_MAX, Report
from trueman.db_updater.transaction import TERMS_COLUMNS
from trueman.engine.past import state_at
from trueman.engine.replay import decide
from trueman.engine.snapshots import SnapshotStore, take
from trueman.errors import StartError
from trueman.infra.database.connection import READER, connect_pool
from trueman.infra.memory_log import MemoryLog

DAY_US = 86_400_000_000

LOG = "time and hash chain are equal"
ASSETS = "assets are equal"
MARKETS = "markets and their counters are equal"
BALANCES = "balances are equal"
ZERO = "every asset sums to zero over all accounts"
LEDGER = "ledger entries sum to the balances"
OPEN_ORDERS = "open orders are equal"
FILLS = "orders have executed what their trades sum to"
STATES = "orders are in the state that their fills give"
COUNTED = "trades of a market are counted without a gap"
COST = "trades cost price times quantity"
TAKERS = "trades belong to orders of both sides that worked at the time"
HOLDS = "what is held is what open orders need"
LEVELS = "levels show what rests at them"
PREVENTED = "orders have lost what was prevented"
LISTS = "order lists are open while one of their orders is"
AMENDED = "orders have the size that they were amended to"
MOVED = "trades and fees have moved in the ledger"
GUARDS = "guards of markets are equal"
TIERS = "fee tiers are equal"
TERMS = "terms of accounts are equal"
SWITCHES = "switches of the ruleset are equal"
CANDLES = "candles sum up their trades"

PLANTED = {
    "UPDATE stream_offset SET chain = decode(repeat('ab', 16), 'hex')": LOG,
    "UPDATE stream_offset SET time_us = time_us + 1": LOG,
    "UPDATE assets SET decimals = decimals + 1 WHERE asset = 1": ASSETS,
    "DELETE FROM assets WHERE asset = 2": ASSETS,
    "UPDATE markets SET taker_ppm = taker_ppm + 1 WHERE market = 0": MARKETS,
    "UPDATE markets SET last_update_id = last_update_id - 1 WHERE market = 1": MARKETS,
    "UPDATE markets SET last_trade_id = last_trade_id + 1 WHERE market = 0": COUNTED,
    "UPDATE balances SET available = available + 1 WHERE account = 1024 AND asset = 0": BALANCES,
    "UPDATE balances SET available = available - 7 WHERE account = 0 AND asset = 1": ZERO,
    "UPDATE balances SET number = number - 1 WHERE account = 1025 AND asset = 0": LEDGER,
    "DELETE FROM balances WHERE account = 1026": LEDGER,
    "UPDATE ledger_entries SET amount = amount + 1 WHERE cause = 1 AND number = 8": LEDGER,
    "DELETE FROM ledger_entries WHERE cause = 5": MOVED,
    "UPDATE orders SET price = price + 1 WHERE status = 0": OPEN_ORDERS,
    "UPDATE orders SET status = 2 WHERE status IN (0, 5)": OPEN_ORDERS,
    "UPDATE orders SET executed = executed - 1 WHERE status = 1 AND executed > 1": FILLS,
    "UPDATE orders SET executed_quote = executed_quote + 1 WHERE status = 1": FILLS,
    "UPDATE orders SET status = 1 WHERE status = 2 AND executed = 0": STATES,
    "DELETE FROM orders WHERE status = 1": FILLS,
    "DELETE FROM trades WHERE market = 0 AND trade_id = 2": COUNTED,
    "UPDATE trades SET price = price + 1 WHERE trade_id = 1": COST,
    "UPDATE trades SET maker_fee = maker_fee + 1 WHERE trade_id = 1": MOVED,
    "UPDATE trades SET time_us = time_us - 1 WHERE trade_id = 1": TAKERS,
    "UPDATE trades SET taker_order = maker_order WHERE trade_id = 1": TAKERS,
    "UPDATE balances SET held = held + 1, available = available - 1 WHERE account >= 1024": HOLDS,
    **{f"UPDATE market_guards SET {name} = {name} + 1": GUARDS for name in GUARD_FIELDS},
    "DELETE FROM market_guards": GUARDS,
    "UPDATE fee_tiers SET maker_share_ppm = maker_share_ppm - 1": TIERS,
    "UPDATE fee_tiers SET taker_share_ppm = taker_share_ppm - 1": TIERS,
    "DELETE FROM fee_tiers": TIERS,
    **{f"UPDATE account_terms SET {name} = 1 - least({name}, 1)": TERMS for name in TERMS_COLUMNS if name != "account"},
    "DELETE FROM account_terms": TERMS,
    "INSERT INTO ruleset_switches VALUES (7, 4)": SWITCHES,
    "DELETE FROM prevented_matches": PREVENTED,
    "UPDATE amendments SET original = original + 1": AMENDED,
    "UPDATE amendments SET quantity = quantity - 1 WHERE quantity > 1": AMENDED,
    "UPDATE amendments SET time_us = 1": AMENDED,
    "UPDATE amendments SET account = account + 1": AMENDED,
    "DELETE FROM order_lists": LISTS,
    "UPDATE order_lists SET closed_us = 1 - least(closed_us, 1)": LISTS,
    "UPDATE balances SET reserved = reserved + 1 WHERE account = 1024": LEDGER,
    "UPDATE levels SET quantity = 10 * quantity": LEVELS,
    "DELETE FROM levels": LEVELS,
    "UPDATE candles SET high = high + 1 WHERE interval = '1s'": CANDLES,
    "UPDATE candles SET volume = volume + 1 WHERE interval = '1M'": CANDLES,
    "UPDATE candles SET taker_buy_quote_volume = taker_buy_quote_volume + 1 WHERE interval = '1w'": CANDLES,
    "DELETE FROM candles WHERE interval = '3d'": CANDLES,
}
GOVERNED = ("market_guards", "fee_tiers", "account_terms", "ruleset_switches")
MORE_TABLES = ("prevented_matches", "order_lists", "amendments")
TABLES = (
    *GOVERNED,
    "assets",
    "markets",
    "orders",
    "trades",
    "ledger_entries",
    "balances",
    "candles",
    "stream_offset",
    "levels",
    *MORE_TABLES,
)


async def decided_day(seed: int, frames: int, commands: int, *, step_us: int) -> tuple[MemoryLog, Exchange]:
    """A log whose time goes on by `step_us` a frame, decided by the real core."""
    ticks = count(1_700_000_000_000_000, step_us)
    log, exchange, life = MemoryLog(lambda: next(ticks)), Exchange(), Life(seed)
    await log.create(RULESET)
    for frame in range(frames):
        asked = [life.next(1_700_000_000_000_000 + frame * step_us)[0] for _ in range(commands)]
        await log.append_commands(commands, b"".join(encode(command) for command in asked))
        await log.append_event_entries([decide(exchange, log.commands.entries[-1], 1)])
    return log, exchange


def engine_of(log: MemoryLog, folder: Path) -> EngineStateAt:
    return lambda number: state_at(log, SnapshotStore(folder), number)


@pytest.fixture
async def reader(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with await connect_pool(database_url, READER) as opened:
        yield opened


def failed(report: Report) -> list[str]:
    return [check.name for check in report.checks if check.differences]


async def test_engine_and_database_agree_over_months_of_trading(
    pool: asyncpg.Pool, reader: asyncpg.Pool, tmp_path: Path
) -> None:
    log, exchange = await decided_day(41, 240, 10, step_us=DAY_US // 2 + 12_345_678)
    await follow_to_end(log, pool)
    report = await reconcile(reader, engine_of(log, tmp_path), RULESET)
    assert report.agrees, report.lines()
    assert report.command == 2_400
    assert report.chain == exchange.chain.hex()
    assert [(total.engine, total.database) for total in report.totals] == [(0, 0)] * len(exchange.listing.assets)
    assert await reader.fetchval("SELECT count(*) FROM candles WHERE interval = '1M'") > 4
    assert len(exchange.open_orders()) > 5


async def test_an_empty_exchange_agrees_with_an_empty_database(reader: asyncpg.Pool, tmp_path: Path) -> None:
    log, _ = await decided_day(1, 0, 0, step_us=1)
    assert (await reconcile(reader, engine_of(log, tmp_path), RULESET)).agrees


async def test_whatever_is_planted_in_any_table_is_found(
    pool: asyncpg.Pool, reader: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    log, _ = await decided_day(42, 100, 10, step_us=1_234_567)
    await follow_to_end(log, pool)
    owner = await asyncpg.connect(database_url)
    for planted, broken in PLANTED.items():
        table = next(table for table in TABLES if table in planted)
        await owner.execute(f"CREATE TEMP TABLE kept AS TABLE {table}")
        assert int((await owner.execute(planted)).split()[-1]) > 0, f"nothing was planted by: {planted}"
        report = await reconcile(reader, engine_of(log, tmp_path), RULESET)
        assert not report.agrees, planted
        assert broken in failed(report), planted
        assert all(len(check.first) <= DIFFERENCES_SHOWN_MAX for check in report.checks)
        await owner.execute(f"TRUNCATE {table}; INSERT INTO {table} TABLE kept; DROP TABLE kept")
    await owner.close()
    assert (await reconcile(reader, engine_of(log, tmp_path), RULESET)).agrees


async def test_a_switch_of_the_ruleset_that_is_not_in_the_tables_is_found(
    pool: asyncpg.Pool, reader: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    """C36: the log began under older rules, and its one switch is in the tables, once and as it was."""
    log, exchange = MemoryLog(), Exchange(2)
    await log.create(2)
    await log.append_commands(1, encode(SwitchRuleset(1, 3)))
    await log.append_event_entries([decide(exchange, log.commands.entries[-1], 1)])
    await follow_to_end(log, pool)
    assert (await reconcile(reader, engine_of(log, tmp_path), 2)).agrees
    owner = await asyncpg.connect(database_url)
    for planted in (
        "INSERT INTO ruleset_switches VALUES (0, 3)",
        "UPDATE ruleset_switches SET ruleset = 2",
        "DELETE FROM ruleset_switches",
    ):
        assert int((await owner.execute(planted)).split()[-1]) > 0
        assert failed(await reconcile(reader, engine_of(log, tmp_path), 2)) == [SWITCHES], planted
    await owner.close()


async def test_a_difference_is_told_in_words_with_both_sides(
    pool: asyncpg.Pool, reader: asyncpg.Pool, database_url: str, tmp_path: Path
) -> None:
    log, exchange = await decided_day(43, 20, 10, step_us=1_000)
    await follow_to_end(log, pool)
    account, asset, available, held, reserved = exchange.balances()[-1]
    owner = await asyncpg.connect(database_url)
    await owner.execute("UPDATE balances SET held = held + 5 WHERE account = $1 AND asset = $2", account, asset)
    await owner.close()
    report = await reconcile(reader, engine_of(log, tmp_path), RULESET)
    (balances,) = (check for check in report.checks if check.name == BALANCES)
    assert balances.differences == 1
    lived, stored = (available, held, reserved), (available, held + 5, reserved)
    assert balances.first == [f"(account, asset) {(account, asset)}: engine {lived}, database {stored}"]
    assert any("the ledger comes to" in line for line in report.lines())


async def test_both_are_compared_at_the_offset_while_engine_and_snapshots_are_ahead(
    pool: asyncpg.Pool, reader: asyncpg.Pool, tmp_path: Path
) -> None:
    log, _ = await decided_day(44, 40, 10, step_us=1_000)
    store = SnapshotStore(tmp_path)
    for end in (100, 200, 300, 400):
        store.save(take(await state_at(log, SnapshotStore(tmp_path / "none"), end), 1))
    behind = MemoryLog()
    await behind.create(RULESET)
    for asked in log.commands.entries[:25]:
        behind.commands.append(asked)
    await behind.append_event_entries(log.events.entries[:25])
    await follow_to_end(behind, pool)
    await log.trim(201)
    report = await reconcile(reader, engine_of(log, tmp_path), RULESET)
    assert report.agrees, report.lines()
    assert report.command == 250


async def test_a_state_that_cannot_be_rebuilt_is_refused(tmp_path: Path) -> None:
    log, _ = await decided_day(45, 10, 10, step_us=1_000)
    store = SnapshotStore(tmp_path)
    for number, why in ((105, "ends at 100"), (55, "No entry")):
        with pytest.raises(StartError, match=why):
            await state_at(log, store, number)
    await log.trim(51)
    with pytest.raises(StartError, match="cannot be rebuilt"):
        await state_at(log, store, 100)
