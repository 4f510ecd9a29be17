"""The tables' twin in memory: the same rows and the same promises but for durability, for tests and simulations.

A batch is written into a draft, which is kept as a whole or not at all. Rows are tuples in the order of `COLUMNS`, so
that whoever compares them with PostgreSQL's can ask for the same columns.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final, NamedTuple

from trueman.core.events import FeeTierDefined, MarketGuarded
from trueman.core.units import STOP_LOSS, TAKE_PROFIT_LIMIT
from trueman.db_updater.batch import Batch, account_and_asset
from trueman.db_updater.change import Change
from trueman.db_updater.tables import Contradiction, OffsetMoved
from trueman.db_updater.transaction import (
    AMENDMENT_COLUMNS,
    CANDLE_FIELDS,
    LEDGER_COLUMNS,
    LIST_COLUMNS,
    MARKET_COLUMNS,
    ORDER_COLUMNS,
    ORDER_FIELDS,
    PREVENTED_COLUMNS,
    TERMS_COLUMNS,
    TRADE_COLUMNS,
)
from trueman.views.candles import Candle
from trueman.views.orders import OPEN_STATES, Order
from trueman.views.source_operations import SourceOperation

Row = tuple[Any, ...]
Rows = dict[Any, Row]

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "assets": ("asset", "decimals", "code"),
    "markets": (*MARKET_COLUMNS, "last_update_id", "last_trade_id"),
    "market_guards": MarketGuarded._fields,
    "fee_tiers": FeeTierDefined._fields,
    "account_terms": TERMS_COLUMNS,
    "ruleset_switches": ("number", "ruleset"),
    "source_operations": SourceOperation._fields,
    "orders": ORDER_COLUMNS,
    "amendments": AMENDMENT_COLUMNS,
    "order_lists": LIST_COLUMNS,
    "trades": TRADE_COLUMNS,
    "prevented_matches": PREVENTED_COLUMNS,
    "ledger_entries": LEDGER_COLUMNS,
    "balances": ("account", "asset", "available", "held", "reserved", "number"),
    "candles": ("market", "interval", *CANDLE_FIELDS),
    "levels": ("market", "side", "price", "quantity"),
}
_order_values = attrgetter(*ORDER_FIELDS)
_list_values = attrgetter(*LIST_COLUMNS[1:])
_candle_values = attrgetter(*CANDLE_FIELDS)


class Copy(NamedTuple):
    """The tables as they were at a moment."""

    number: int
    time_us: int
    chain: bytes
    owner: str
    rows: dict[str, Rows]


class MemoryTables:
    def __init__(self) -> None:
        self.restore(Copy(0, 0, bytes(16), "", {table: {} for table in COLUMNS}))

    def copy(self) -> Copy:
        rows = {table: dict(rows) for table, rows in self.rows.items()}
        return Copy(self.number, self.time_us, self.chain, self.owner, rows)

    def restore(self, copy: Copy) -> None:
        self.number, self.time_us, self.chain, self.owner, rows = copy
        self.rows = {table: dict(kept) for table, kept in rows.items()}

    def operations(self) -> list[SourceOperation]:
        return [SourceOperation(*row) for row in self.rows["source_operations"].values()]

    async def take_over(self, owner: str) -> int:
        self.owner = owner
        return self.number

    async def read_offset(self) -> tuple[int, str]:
        return self.number, self.owner

    async def write(self, batch: Batch, owner: str) -> None:
        if (self.number, self.owner) != (batch.after, owner):
            raise OffsetMoved
        draft = Draft(self.rows)
        draft.write(batch)
        draft.keep()
        self.number, self.time_us, self.chain = batch.number, batch.time_us, batch.chain


class Draft:
    """What a batch changes, beside the rows that it changes; it is seen by nobody until it is kept."""

    def __init__(self, rows: dict[str, Rows]) -> None:
        self._rows = rows
        self._new: dict[str, dict[Any, Row | None]] = {table: {} for table in rows}

    def keep(self) -> None:
        for table, changed in self._new.items():
            rows = self._rows[table]
            rows.update((key, row) for key, row in changed.items() if row is not None)
            for key in [key for key, row in changed.items() if row is None]:
                rows.pop(key, None)

    def write(self, batch: Batch) -> None:
        self._write_definitions(batch)
        self._write_orders(batch)
        self._write_lists(batch)
        self._insert("source_operations", (row[:2] for row in batch.operations), batch.operations)
        self._insert("trades", ((row[2], row[6]) for row in batch.trades), batch.trades)
        self._insert("prevented_matches", ((row[2], row[4]) for row in batch.prevented), batch.prevented)
        self._insert("ledger_entries", (row[:2] for row in batch.ledger), batch.ledger)
        self._write_balances(batch)
        for level, lots in batch.levels.items():
            self._new["levels"][level] = (*level, lots) if lots else None
        for market, interval, candle in batch.candles:
            self._merge_candle(market, interval, candle)

    def _get(self, table: str, key: Any) -> Row | None:
        changed = self._new[table]
        return changed[key] if key in changed else self._rows[table].get(key)

    def _insert(self, table: str, keys: Iterable[Any], rows: Iterable[Row]) -> None:
        for key, row in zip(keys, rows, strict=True):
            if self._get(table, key) is not None:
                raise Contradiction(f"{table} has a row {key} already")
            self._new[table][key] = tuple(row)

    def _write_definitions(self, batch: Batch) -> None:
        self._insert("assets", (asset.asset for asset in batch.assets), batch.assets)
        self._insert("ruleset_switches", (row[0] for row in batch.rulesets), batch.rulesets)
        for market, defined in batch.markets.items():
            before = self._get("markets", market)
            self._new["markets"][market] = (*defined, *(before[-2:] if before else (0, 0)))
        for table, newest in (
            ("market_guards", batch.guards),
            ("fee_tiers", batch.tiers),
            ("account_terms", batch.terms),
        ):
            self._new[table].update((key, tuple(row)) for key, row in newest.items())
        for market in batch.update_ids.keys() | batch.trade_ids.keys():
            row = self._get("markets", market)
            assert row is not None, "a market that traded was never defined"
            *rest, update_id, trade_id = row
            counted = (batch.update_ids.get(market, 0), batch.trade_ids.get(market, 0))
            self._new["markets"][market] = (*rest, max(update_id, counted[0]), max(trade_id, counted[1]))

    def _write_orders(self, batch: Batch) -> None:
        placed = ((batch.placed_by[order_id], *_order_values(order)) for order_id, order in batch.orders.items())
        self._insert("orders", batch.orders, placed)
        self._write_amendments(batch)
        for order_id, change in batch.changes.items():
            row = self._get("orders", order_id)
            assert row is not None, "something happened to an order that is not there"
            order = Order(*row[1:])
            assert order.status in OPEN_STATES, "something happened to an order that is not open"
            apply(change, order)
            require_possible(order)
            self._new["orders"][order_id] = (row[0], *_order_values(order))
        for order in batch.orders.values():
            require_possible(order)

    def _write_amendments(self, batch: Batch) -> None:
        """Before the orders change: their rows still have the size that they had before this batch."""
        for number, time_us, market, order_id, account, known, quantity in batch.amendments:
            row = self._get("orders", order_id)
            assert row is not None, "an order was amended that is not there"
            original = known or Order(*row[1:]).quantity
            if not 0 < quantity < original:
                raise Contradiction(f"order {order_id} was amended from {original} to {quantity} lots")
            amended = (number, time_us, market, order_id, account, original, quantity)
            self._insert("amendments", [(order_id, number)], [amended])

    def _write_lists(self, batch: Batch) -> None:
        placed = ((batch.placed_by[list_id], *_list_values(order_list)) for list_id, order_list in batch.lists.items())
        self._insert("order_lists", batch.lists, placed)
        for list_id, time_us in batch.closed_lists.items():
            row = self._get("order_lists", list_id)
            assert row is not None, "an order list ended that is not there"
            assert row[-1] == 0, "an order list ended that is not open"
            self._new["order_lists"][list_id] = (*row[:-1], time_us)

    def _write_balances(self, batch: Batch) -> None:
        for key, number in batch.moved_by.items():
            account, asset = account_and_asset(key)
            before = self._get("balances", (account, asset)) or (account, asset, 0, 0, 0, 0)
            pots = [kept + added.get(key, 0) for kept, added in zip(before[2:5], batch.pots, strict=True)]
            if min(pots[1:]) < 0 or (pots[0] < 0 and account != 0):
                raise Contradiction(f"account {account} would have {pots} of asset {asset}")
            self._new["balances"][account, asset] = (account, asset, *pots, number)

    def _merge_candle(self, market: int, interval: str, added: Candle) -> None:
        key = (market, interval, added.open_us)
        row = self._get("candles", key)
        if row is not None:
            candle = Candle(*row[2:])
            candle.high, candle.low = max(candle.high, added.high), min(candle.low, added.low)
            candle.close, candle.last_trade_id = added.close, added.last_trade_id
            candle.trades += added.trades
            candle.volume += added.volume
            candle.quote_volume += added.quote_volume
            candle.taker_buy_volume += added.taker_buy_volume
            candle.taker_buy_quote_volume += added.taker_buy_quote_volume
            added = candle
        self._new["candles"][key] = (market, interval, *_candle_values(added))


def require_possible(order: Order) -> None:
    if order.executed < 0 or order.executed_quote < 0 or 0 < order.quantity < order.executed:
        raise Contradiction(f"order {order.order_id} would have executed {order.executed} of {order.quantity} lots")


def apply(change: Change, order: Order) -> None:
    """What an UPDATE does with a change."""
    order.executed += change.executed
    order.executed_quote += change.executed_quote
    order.prevented += change.prevented
    order.prevention_id = max(order.prevention_id, change.prevention_id)
    order.status = order.status if change.status is None else change.status
    order.refusal = max(order.refusal, change.refusal)
    order.quantity = order.quantity if change.quantity is None else change.quantity
    if change.triggered_us:
        order.working_us = change.triggered_us
    elif change.called_us and not STOP_LOSS <= order.type <= TAKE_PROFIT_LIMIT:
        order.working_us = change.called_us
    order.updated_us = change.updated_us
