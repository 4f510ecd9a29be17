"""One batch, one transaction: the offset moves by compare-and-swap, and every row comes with it.

A duplicate key is a bug and ends the updater: nothing here says ON CONFLICT DO NOTHING. Balances join the old row and
write the sum, because a CHECK sees the row proposed for insertion before it sees a conflict.
"""

from operator import attrgetter
from typing import Final

import asyncpg

from trueman.core.events import MarketDefined, Traded
from trueman.db_updater.batch import Batch, account_and_asset
from trueman.infra.database.connection import Connection
from trueman.views.candles import Candle
from trueman.views.portfolio import Order

OFFSET_NAME: Final = "updater"

TAKE_OVER: Final = "UPDATE stream_offset SET owner = $1 WHERE name = 'updater' RETURNING number"
READ_OFFSET: Final = "SELECT number, owner FROM stream_offset WHERE name = 'updater'"
ADVANCE: Final = """
UPDATE stream_offset SET number = $1, time_us = $2, chain = $3
WHERE name = 'updater' AND number = $4 AND owner = $5"""

ORDER_FIELDS: Final = tuple(Order.__dataclass_fields__)
ORDER_COLUMNS: Final = ("number", *ORDER_FIELDS)
TRADE_COLUMNS: Final = ("number", "time_us", *Traded._fields)
LEDGER_COLUMNS: Final = (
    *("number", "position", "time_us", "asset", "source", "source_pot", "target", "target_pot", "amount", "cause"),
)
MARKET_COLUMNS: Final = MarketDefined._fields
CANDLE_FIELDS: Final = tuple(Candle.__dataclass_fields__)
CANDLE_SUMS: Final = ("volume", "quote_volume", "taker_buy_volume", "taker_buy_quote_volume")

DEFINE_MARKET: Final = f"""
INSERT INTO markets ({", ".join(MARKET_COLUMNS)}, last_update_id, last_trade_id)
VALUES ({", ".join(f"${at}" for at in range(1, len(MARKET_COLUMNS) + 1))}, 0, 0)
ON CONFLICT (market) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in MARKET_COLUMNS[1:])}"""

COUNT_MARKETS: Final = """
UPDATE markets SET last_update_id = greatest(last_update_id, counted.update_id),
                   last_trade_id = greatest(last_trade_id, counted.trade_id)
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS counted (market, update_id, trade_id)
WHERE markets.market = counted.market"""

CHANGE_ORDERS: Final = """
UPDATE orders SET executed = orders.executed + change.executed,
                  executed_quote = orders.executed_quote + change.executed_quote,
                  status = change.status, updated_us = change.updated_us
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[])
    AS change (order_id, executed, executed_quote, status, updated_us)
WHERE orders.order_id = change.order_id AND (orders.status = 0 OR orders.status = 5)"""

ADD_TO_BALANCES: Final = """
INSERT INTO balances (account, asset, available, held, number)
SELECT added.account, added.asset, coalesce(balances.available, 0) + added.available,
       coalesce(balances.held, 0) + added.held, added.number
FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
    AS added (account, asset, available, held, number)
LEFT JOIN balances ON balances.account = added.account AND balances.asset = added.asset
ON CONFLICT (account, asset)
DO UPDATE SET available = excluded.available, held = excluded.held, number = excluded.number"""

_CANDLE_TYPES: Final = ("numeric[]" if name in CANDLE_SUMS else "bigint[]" for name in CANDLE_FIELDS)
MERGE_CANDLES: Final = f"""
INSERT INTO candles (market, interval, {", ".join(CANDLE_FIELDS)})
SELECT * FROM unnest($1::int[], $2::text[], {", ".join(f"${at}::{kind}" for at, kind in enumerate(_CANDLE_TYPES, 3))})
ON CONFLICT (market, interval, open_us)
DO UPDATE SET high = greatest(candles.high, excluded.high), low = least(candles.low, excluded.low),
              close = excluded.close, trades = candles.trades + excluded.trades,
              {", ".join(f"{name} = candles.{name} + excluded.{name}" for name in CANDLE_SUMS)},
              last_trade_id = excluded.last_trade_id"""

_order_values = attrgetter(*ORDER_FIELDS)
_change_values = attrgetter("executed", "executed_quote", "status", "updated_us")
_candle_values = attrgetter(*CANDLE_FIELDS)


class OffsetMoved(Exception):
    """The offset is not where this batch begins, or another updater owns it. Nothing was written."""


async def write(connection: Connection, batch: Batch, owner: str) -> None:
    async with connection.transaction():
        moved = await connection.execute(ADVANCE, batch.number, batch.time_us, batch.chain, batch.after, owner)
        if moved != "UPDATE 1":
            raise OffsetMoved
        await _write_definitions(connection, batch)
        await _write_orders(connection, batch)
        await _copy(connection, "trades", TRADE_COLUMNS, batch.trades)
        await _copy(connection, "ledger_entries", LEDGER_COLUMNS, batch.ledger)
        await _write_balances(connection, batch)
        await _write_candles(connection, batch)


async def _copy(
    connection: Connection, table: str, columns: tuple[str, ...], rows: list[tuple[int, ...]] | list[tuple[object, ...]]
) -> None:
    if rows:
        await connection.copy_records_to_table(table, records=rows, columns=columns)


async def _write_definitions(connection: Connection, batch: Batch) -> None:
    for asset in batch.assets:
        await connection.execute("INSERT INTO assets (asset, decimals, code) VALUES ($1, $2, $3)", *asset)
    for market in batch.markets.values():
        await connection.execute(DEFINE_MARKET, *market)
    counted = sorted(batch.update_ids.keys() | batch.trade_ids.keys())
    if counted:
        update_ids = [batch.update_ids.get(market, 0) for market in counted]
        trade_ids = [batch.trade_ids.get(market, 0) for market in counted]
        changed = await connection.execute(COUNT_MARKETS, counted, update_ids, trade_ids)
        assert changed == f"UPDATE {len(counted)}", "a market that traded was never defined"


async def _write_orders(connection: Connection, batch: Batch) -> None:
    placed_by = batch.placed_by
    rows = [(placed_by[order_id], *_order_values(order)) for order_id, order in batch.orders.items()]
    await _copy(connection, "orders", ORDER_COLUMNS, rows)
    if batch.changes:
        values = zip(*map(_change_values, batch.changes.values()), strict=True)
        changed = await connection.execute(CHANGE_ORDERS, list(batch.changes), *map(list, values))
        assert changed == f"UPDATE {len(batch.changes)}", "something happened to an order that is not open"


async def _write_balances(connection: Connection, batch: Batch) -> None:
    if not batch.moved_by:
        return
    keys = sorted(batch.moved_by)
    accounts, assets = zip(*map(account_and_asset, keys), strict=True)
    available, held = ([pot.get(key, 0) for key in keys] for pot in batch.pots)
    numbers = [batch.moved_by[key] for key in keys]
    await connection.execute(ADD_TO_BALANCES, accounts, assets, available, held, numbers)


async def _write_candles(connection: Connection, batch: Batch) -> None:
    if not batch.candles:
        return
    markets, intervals, candles = zip(*batch.candles, strict=True)
    values = zip(*map(_candle_values, candles), strict=True)
    await connection.execute(MERGE_CANDLES, markets, intervals, *map(list, values))


async def take_over(connection: Connection, owner: str) -> int:
    """From now on only `owner` may move the offset, and not even a crash of the database forgets it. Returns it."""
    async with connection.transaction():
        await connection.execute("SET LOCAL synchronous_commit = on")
        number = await connection.fetchval(TAKE_OVER, owner)
    assert isinstance(number, int), "the migrations put this row there"
    return number


async def read_offset(connection: Connection) -> tuple[int, str]:
    row: asyncpg.Record | None = await connection.fetchrow(READ_OFFSET)
    assert row is not None
    return row["number"], row["owner"]
