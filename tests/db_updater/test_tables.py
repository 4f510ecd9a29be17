"""The tables say what the events said."""

from collections import defaultdict

import asyncpg
import pytest

from tests.db_updater.recorded import contents, entries_of, follow_to_end, log_of, recorded_day
from tests.views.lived import live_through
from trueman.core.codec import Result
from trueman.core.events import AssetCreated, MarketDefined, Moved, OrderAccepted, OrderClosed, Traded
from trueman.core.units import AVAILABLE, BUY, HELD, RESERVED
from trueman.views.candles import INTERVALS, close_time, open_time
from trueman.views.orders import Order
from trueman.views.portfolio import Portfolio

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
async def test_balances_are_the_fold_of_all_moves(pool: asyncpg.Pool, seed: int) -> None:
    exchange, _, log = await recorded_day(seed, 1_500)
    await follow_to_end(log, pool)
    rows = await pool.fetch("SELECT account, asset, available, held, reserved FROM balances")
    stored: dict[tuple[int, int, int], int] = {}
    for account, asset, *pots in rows:
        stored |= {(account, asset, pot): atoms for pot, atoms in zip((AVAILABLE, HELD, RESERVED), pots, strict=True)}
    assert {pot: amount for pot, amount in stored.items() if amount} == {
        pot: amount for pot, amount in exchange.pots.items() if amount
    }
    sums: dict[int, int] = defaultdict(int)
    for (_, asset, _), amount in stored.items():
        sums[asset] += amount
    assert set(sums.values()) == {0}


@pytest.mark.parametrize("seed", SEEDS)
async def test_orders_are_as_the_live_view_sees_them(pool: asyncpg.Pool, seed: int) -> None:
    exchange, results, log = await recorded_day(seed, 1_500)
    await follow_to_end(log, pool)
    portfolio = Portfolio()
    for result in results:
        portfolio.fold(result)
    lived = {
        **portfolio.closed,
        **{order_id: order for own in portfolio.orders.values() for order_id, order in own.items()},
    }
    columns = ", ".join(Order.__dataclass_fields__)
    stored = [Order(*row) for row in await pool.fetch(f"SELECT {columns} FROM orders ORDER BY order_id")]
    assert stored == [lived[order_id] for order_id in sorted(lived)]
    assert [order.order_id for order in stored if order.is_open] == sorted(order.order_id for order in exchange.open)


async def test_every_trade_and_every_move_is_a_row_with_its_place(pool: asyncpg.Pool) -> None:
    _, results, log = await recorded_day(4, 1_500)
    await follow_to_end(log, pool)
    trades = await pool.fetch(
        f"SELECT number, time_us, {', '.join(Traded._fields)} FROM trades ORDER BY market, trade_id"
    )
    assert [tuple(row) for row in trades] == sorted(
        (
            (result.decided.number, result.decided.time_us, *event)
            for result in results
            for event in result.events
            if isinstance(event, Traded)
        ),
        key=lambda row: (row[2], row[6]),
    )
    columns = ", ".join(("number", "position", "time_us", *Moved._fields))
    ledger = await pool.fetch(f"SELECT {columns} FROM ledger_entries ORDER BY number, position")
    assert [tuple(row) for row in ledger] == [
        (result.decided.number, position, result.decided.time_us, *event)
        for result in results
        for position, event in enumerate(result.events, start=1)
        if isinstance(event, Moved)
    ]
    numbers = {row[0] for row in await pool.fetch("SELECT number FROM orders")}
    assert numbers == {
        result.decided.number for result in results for event in result.events if isinstance(event, OrderAccepted)
    }


async def test_candles_of_every_interval_are_what_a_naive_sum_over_trades_gives(pool: asyncpg.Pool) -> None:
    """Steps of eleven hours cross days, weeks and months; a few commands a second would never leave the hour."""
    _, results = live_through(5, 1_200, step_us=41_234_567_890)
    await follow_to_end(await log_of(results), pool)
    expected = naive_candles(results)
    assert {interval for _, interval, _ in expected} == set(INTERVALS)
    assert len({at for _, interval, at in expected if interval == "1M"}) > 3
    assert await stored_candles(pool) == expected


async def test_trades_of_one_second_in_many_batches_share_its_candle(pool: asyncpg.Pool) -> None:
    _, results = live_through(6, 900, step_us=20_000)
    log, entries = await log_of([]), list(entries_of(results, 6))
    for at in range(0, len(entries), 5):
        await log.append_event_entries(entries[at : at + 5])
        await follow_to_end(log, pool)
    assert len(entries) > 20
    assert await stored_candles(pool) == naive_candles(results)


async def test_definitions_and_counters_are_the_newest(pool: asyncpg.Pool) -> None:
    exchange, _, log = await recorded_day(7, 2_000)
    await follow_to_end(log, pool)
    assets = await pool.fetch("SELECT asset, decimals, code FROM assets ORDER BY asset")
    assert [AssetCreated(*row) for row in assets] == exchange.assets
    markets = await pool.fetch(f"SELECT {', '.join(MarketDefined._fields)} FROM markets ORDER BY market")
    assert [MarketDefined(*row) for row in markets] == [market.defined for market in exchange.markets]
    counters = await pool.fetch("SELECT market, last_trade_id, last_update_id FROM markets")
    assert {row[0]: (row[1], row[2]) for row in counters} == {
        market.defined.market: (market.trades, market.updates) for market in exchange.markets
    }


async def test_the_offset_tells_number_time_and_chain_of_the_last_entry(pool: asyncpg.Pool) -> None:
    _, results, log = await recorded_day(8, 300)
    await follow_to_end(log, pool)
    last = log.events.entries[-1]
    assert (await contents(pool))["stream_offset"] == [(last.last, results[-1].decided.time_us, last.chain)]


async def test_closed_orders_keep_the_status_with_which_they_closed(pool: asyncpg.Pool) -> None:
    _, results, log = await recorded_day(9, 1_500)
    await follow_to_end(log, pool)
    closed = {
        event.order_id: event.status for result in results for event in result.events if isinstance(event, OrderClosed)
    }
    rows = await pool.fetch("SELECT order_id, status FROM orders WHERE status NOT IN (0, 5, 6)")
    assert {order_id: status for order_id, status in rows} == closed
    assert set(closed.values()) == {1, 2, 3, 4}


Key = tuple[int, str, int]


async def stored_candles(pool: asyncpg.Pool) -> dict[Key, tuple[int, ...]]:
    return {
        (row[0], row[1], row[2]): tuple(map(int, tuple(row)[3:])) for row in await pool.fetch("SELECT * FROM candles")
    }


def naive_candles(results: list[Result]) -> dict[Key, tuple[int, ...]]:
    groups: dict[Key, list[Traded]] = defaultdict(list)
    for result in results:
        for event in result.events:
            if isinstance(event, Traded):
                for interval in INTERVALS:
                    groups[event.market, interval, open_time(interval, result.decided.time_us)].append(event)
    return {key: naive_candle(key, trades) for key, trades in groups.items()}


def naive_candle(key: Key, trades: list[Traded]) -> tuple[int, ...]:
    prices = [trade.price for trade in trades]
    bought = [trade for trade in trades if trade.taker_side == BUY]
    return (
        close_time(key[1], key[2]),
        *(prices[0], max(prices), min(prices), prices[-1]),
        *(sum(trade.quantity for trade in trades), sum(trade.quote_amount for trade in trades)),
        len(trades),
        *(sum(trade.quantity for trade in bought), sum(trade.quote_amount for trade in bought)),
        *(trades[0].trade_id, trades[-1].trade_id),
    )
