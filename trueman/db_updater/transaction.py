"""One batch, one transaction: the offset moves by compare-and-swap, and every row comes with it.

A duplicate key is a bug and ends the updater: nothing here says ON CONFLICT DO NOTHING. Balances join the old row and
write the sum, because a CHECK sees the row proposed for insertion before it sees a conflict.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

import asyncpg

from trueman.core.events import MarketDefined, MarketGuarded, MatchPrevented, Moved, Traded
from trueman.db_updater.batch import Batch, account_and_asset
from trueman.db_updater.change import Change
from trueman.infra.database.connection import Connection
from trueman.views.candles import Candle
from trueman.views.orders import Order
from trueman.views.source_operations import SourceOperation

OFFSET_NAME: Final = "updater"

TAKE_OVER: Final = "UPDATE stream_offset SET owner = $1 WHERE name = 'updater' RETURNING number"
READ_OFFSET: Final = "SELECT number, owner FROM stream_offset WHERE name = 'updater'"
ADVANCE: Final = """
UPDATE stream_offset SET number = $1, time_us = $2, chain = $3
WHERE name = 'updater' AND number = $4 AND owner = $5"""

ORDER_FIELDS: Final = tuple(Order.__dataclass_fields__)
ORDER_COLUMNS: Final = ("number", *ORDER_FIELDS)
TRADE_COLUMNS: Final = ("number", "time_us", *Traded._fields)
PREVENTED_COLUMNS: Final = ("number", "time_us", *MatchPrevented._fields)
AMENDMENT_COLUMNS: Final = ("number", "time_us", "market", "order_id", "account", "original", "quantity")
LEDGER_COLUMNS: Final = ("number", "position", "time_us", *Moved._fields)
LIST_COLUMNS: Final = ("number", "market", "type", "list_id", "account", "client_id", "accepted_us", "closed_us")
TERMS_COLUMNS: Final = ("tier", "permissions", "in_quote", "account", "trade_group")
MARKET_COLUMNS: Final = MarketDefined._fields
CANDLE_FIELDS: Final = tuple(Candle.__dataclass_fields__)
CANDLE_SUMS: Final = ("volume", "quote_volume", "taker_buy_volume", "taker_buy_quote_volume")


def _define(table: str, key: str, columns: Sequence[str]) -> str:
    """A row whose newest version counts."""
    marks = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
    newest = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {newest}"


DEFINE_MARKET: Final = _define("markets", "market", MARKET_COLUMNS)
GUARD_MARKET: Final = _define("market_guards", "market", MarketGuarded._fields)
DEFINE_TIER: Final = _define("fee_tiers", "tier", ("tier", "maker_share_ppm", "taker_share_ppm"))
DEFINE_ACCOUNT: Final = _define("account_terms", "account", TERMS_COLUMNS)

COUNT_MARKETS: Final = """
UPDATE markets SET last_update_id = greatest(last_update_id, counted.update_id),
                   last_trade_id = greatest(last_trade_id, counted.trade_id)
FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS counted (market, update_id, trade_id)
WHERE markets.market = counted.market"""

ADD_AMENDMENTS: Final = f"""
INSERT INTO amendments ({", ".join(AMENDMENT_COLUMNS)})
SELECT added.number, added.time_us, added.market, added.order_id, added.account,
       CASE WHEN added.original > 0 THEN added.original ELSE orders.quantity END, added.quantity
FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    AS added ({", ".join(AMENDMENT_COLUMNS)})
LEFT JOIN orders ON orders.order_id = added.order_id"""
"""Comes before CHANGE_ORDERS: the row of an order still has the size that it had before this batch."""

CHANGE_FIELDS: Final = tuple(Change.__dataclass_fields__)
CHANGE_ORDERS: Final = f"""
UPDATE orders SET executed = orders.executed + change.executed,
                  executed_quote = orders.executed_quote + change.executed_quote,
                  prevented = orders.prevented + change.prevented,
                  prevention_id = greatest(orders.prevention_id, change.prevention_id),
                  status = coalesce(change.status, orders.status),
                  refusal = greatest(orders.refusal, change.refusal),
                  quantity = coalesce(change.quantity, orders.quantity),
                  working_us = CASE WHEN change.triggered_us > 0 THEN change.triggered_us
                                    WHEN change.called_us > 0 AND orders.type NOT BETWEEN 3 AND 6 THEN change.called_us
                                    ELSE orders.working_us END,
                  updated_us = change.updated_us
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::int[],
            $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
    AS change (order_id, {", ".join(CHANGE_FIELDS)})
WHERE orders.order_id = change.order_id AND (orders.status = 0 OR orders.status = 5 OR orders.status = 6)"""

CLOSE_LISTS: Final = """
UPDATE order_lists SET closed_us = ended.time_us FROM unnest($1::bigint[], $2::bigint[]) AS ended (list_id, time_us)
WHERE order_lists.list_id = ended.list_id AND closed_us = 0"""

SHOW_LEVELS: Final = """
INSERT INTO levels (market, side, price, quantity)
SELECT * FROM unnest($1::int[], $2::smallint[], $3::bigint[], $4::bigint[])
ON CONFLICT (market, side, price) DO UPDATE SET quantity = excluded.quantity"""
CLEAR_LEVELS: Final = """
DELETE FROM levels USING unnest($1::int[], $2::smallint[], $3::bigint[]) AS gone (market, side, price)
WHERE (levels.market, levels.side, levels.price) = (gone.market, gone.side, gone.price)"""

ADD_TO_BALANCES: Final = """
INSERT INTO balances (account, asset, available, held, reserved, number)
SELECT added.account, added.asset, coalesce(balances.available, 0) + added.available,
       coalesce(balances.held, 0) + added.held, coalesce(balances.reserved, 0) + added.reserved, added.number
FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    AS added (account, asset, available, held, reserved, number)
LEFT JOIN balances ON balances.account = added.account AND balances.asset = added.asset
ON CONFLICT (account, asset)
DO UPDATE SET available = excluded.available, held = excluded.held, reserved = excluded.reserved,
              number = excluded.number"""

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
_change_values = attrgetter(*CHANGE_FIELDS)
_list_values = attrgetter(*LIST_COLUMNS[1:])
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
        await _write_lists(connection, batch)
        await _copy(connection, "ruleset_switches", ("number", "ruleset"), batch.rulesets)
        await _copy(connection, "source_operations", SourceOperation._fields, batch.operations)
        await _copy(connection, "trades", TRADE_COLUMNS, batch.trades)
        await _copy(connection, "prevented_matches", PREVENTED_COLUMNS, batch.prevented)
        await _copy(connection, "ledger_entries", LEDGER_COLUMNS, batch.ledger)
        await _write_balances(connection, batch)
        await _write_levels(connection, batch.levels)
        await _write_candles(connection, batch)


async def _copy(
    connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> None:
    if rows:
        await connection.copy_records_to_table(table, records=rows, columns=columns)


async def _write_definitions(connection: Connection, batch: Batch) -> None:
    for asset in batch.assets:
        await connection.execute("INSERT INTO assets (asset, decimals, code) VALUES ($1, $2, $3)", *asset)
    for statement, newest in (
        (DEFINE_MARKET, batch.markets),
        (GUARD_MARKET, batch.guards),
        (DEFINE_TIER, batch.tiers),
        (DEFINE_ACCOUNT, batch.terms),
    ):
        await connection.executemany(statement, newest.values())
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
    if batch.amendments:
        await connection.execute(ADD_AMENDMENTS, *_columns(batch.amendments))
    if batch.changes:
        values = _columns(map(_change_values, batch.changes.values()))
        changed = await connection.execute(CHANGE_ORDERS, list(batch.changes), *values)
        assert changed == f"UPDATE {len(batch.changes)}", "something happened to an order that is not open"


async def _write_lists(connection: Connection, batch: Batch) -> None:
    placed_by = batch.placed_by
    rows = [(placed_by[list_id], *_list_values(order_list)) for list_id, order_list in batch.lists.items()]
    await _copy(connection, "order_lists", LIST_COLUMNS, rows)
    if batch.closed_lists:
        changed = await connection.execute(CLOSE_LISTS, list(batch.closed_lists), list(batch.closed_lists.values()))
        assert changed == f"UPDATE {len(batch.closed_lists)}", "an order list ended that is not open"


async def _write_levels(connection: Connection, levels: dict[tuple[int, int, int], int]) -> None:
    shown = [(*level, lots) for level, lots in levels.items() if lots]
    gone = [level for level, lots in levels.items() if not lots]
    if shown:
        await connection.execute(SHOW_LEVELS, *_columns(shown))
    if gone:
        await connection.execute(CLEAR_LEVELS, *_columns(gone))


def _columns(rows: Iterable[tuple[int, ...]]) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)]


async def _write_balances(connection: Connection, batch: Batch) -> None:
    if not batch.moved_by:
        return
    keys = sorted(batch.moved_by)
    accounts, assets = zip(*map(account_and_asset, keys), strict=True)
    pots = ([pot.get(key, 0) for key in keys] for pot in batch.pots)
    numbers = [batch.moved_by[key] for key in keys]
    await connection.execute(ADD_TO_BALANCES, accounts, assets, *pots, numbers)


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
