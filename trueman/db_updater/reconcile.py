"""Do engine and database say the same? Both are looked at as they stood after one command: the database's offset.

The engine's state of that moment is rebuilt from a snapshot and the command log, so nothing has to stand still. The
database is read in one repeatable-read transaction.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from operator import attrgetter
from typing import Any, Final

import asyncpg

from trueman.core.events import MarketDefined
from trueman.core.exchange import Exchange
from trueman.core.units import BUY
from trueman.db_updater.audits import AUDITS, run_audits
from trueman.db_updater.governed import governed
from trueman.db_updater.report import AssetTotal, Check, Report, check_of, compare
from trueman.infra.database.connection import Connection, borrow
from trueman.infra.database.history import Offset, offset

SECONDS_MAX: Final = 3_600.0
"""How long one of the questions to the database may take."""

EngineStateAt = Callable[[int], Awaitable[Exchange]]
"""The state right after the command of that number."""

Balances = dict[tuple[int, int], tuple[int, ...]]
"""What is available, held and reserved, by account and asset."""

_order_values = attrgetter(
    *("account", "market", "side", "type", "stp", "price", "quantity", "unfilled", "display_quantity", "client_id"),
)
NUMBER_FIELDS: Final = tuple(name for name in MarketDefined._fields if name not in ("market", "symbol"))


async def reconcile(
    pool: asyncpg.Pool, engine_state_at: EngineStateAt, genesis_ruleset: int, audits: Collection[str] = AUDITS.keys()
) -> Report:
    """`genesis_ruleset`: by which the log's first command was decided. `audits`: which of those among the tables."""
    async with borrow(pool) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        where = await offset(connection)
        exchange = await engine_state_at(where.number)
        assert exchange.sequence == where.number
        stored = await _balances(connection)
        totals = _totals(exchange, stored)
        checks = [
            _offset(where, exchange),
            await _assets(connection, exchange),
            await _markets(connection, exchange),
            *await governed(connection, exchange, genesis_ruleset),
            compare("balances are equal", "(account, asset)", _engine_balances(exchange), stored),
            await _open_orders(connection, exchange),
            _holds(exchange, stored),
            _zero(totals),
            *await run_audits(connection, audits),
        ]
    return Report.of(where.number, where.chain, totals, checks)


def _offset(where: Offset, exchange: Exchange) -> Check:
    lived = {"time": exchange.time_us, "chain": exchange.chain.hex()}
    return compare("time and hash chain are equal", "log", lived, {"time": where.time_us, "chain": where.chain.hex()})


def _engine_balances(exchange: Exchange) -> Balances:
    return {(account, asset): tuple(pots) for account, asset, *pots in exchange.balances()}


async def _balances(connection: Connection) -> Balances:
    rows = await connection.fetch(
        "SELECT account, asset, available, held, reserved FROM balances"
        " WHERE available <> 0 OR held <> 0 OR reserved <> 0"
    )
    return {(account, asset): tuple(pots) for account, asset, *pots in rows}


def _totals(exchange: Exchange, stored: Balances) -> list[AssetTotal]:
    lived, kept = _sums(_engine_balances(exchange).items()), _sums(stored.items())
    return [
        AssetTotal(asset.number, asset.code.decode(), lived[asset.number], kept[asset.number])
        for asset in exchange.listing.assets
    ]


def _sums(balances: Iterable[tuple[tuple[int, int], tuple[int, ...]]]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for (_, asset), pots in balances:
        sums[asset] += sum(pots)
    return sums


def _zero(totals: list[AssetTotal]) -> Check:
    return check_of(
        "every asset sums to zero over all accounts",
        (
            f"asset {total.asset} ({total.code}): engine {total.engine}, database {total.database}"
            for total in totals
            if total.engine or total.database
        ),
    )


async def _assets(connection: Connection, exchange: Exchange) -> Check:
    lived = {asset.number: (asset.code.decode(), asset.decimals) for asset in exchange.listing.assets}
    rows = await connection.fetch("SELECT asset, code, decimals FROM assets")
    return compare("assets are equal", "asset", lived, {asset: (code, decimals) for asset, code, decimals in rows})


async def _markets(connection: Connection, exchange: Exchange) -> Check:
    """Definitions, and how many trades and book changes each has counted."""
    lived: dict[int, tuple[Any, ...]] = {}
    markets = {market.number: market for market in exchange.listing.markets}
    for number, last_trade_id, last_update_id in exchange.market_counters():
        market = markets[number]
        numbers = (getattr(market, name) for name in NUMBER_FIELDS)
        lived[number] = (*numbers, market.symbol.decode(), last_trade_id, last_update_id)
    columns = ", ".join((*NUMBER_FIELDS, "symbol", "last_trade_id", "last_update_id"))
    rows = await connection.fetch(f"SELECT market, {columns} FROM markets")
    return compare("markets and their counters are equal", "market", lived, {row[0]: tuple(row)[1:] for row in rows})


async def _open_orders(connection: Connection, exchange: Exchange) -> Check:
    lived = {order.order_id: _order_values(order) for order in exchange.open_orders()}
    rows = await connection.fetch(
        "SELECT order_id, account, market, side, type, stp, price, quantity, quantity - executed - prevented,"
        " display_quantity, client_id FROM orders WHERE status = 0 OR status = 5 OR status = 6"
    )
    return compare("open orders are equal", "order", lived, {row[0]: tuple(row)[1:] for row in rows})


def _holds(exchange: Exchange, stored: Balances) -> Check:
    markets = {market.number: market for market in exchange.listing.markets}
    needed: dict[tuple[int, int], int] = defaultdict(int)
    for order in exchange.open_orders():
        market = markets[order.market]
        if order.held:
            needed[order.account, market.quote if order.side == BUY else market.base] += order.held
    kept = {key: held for key, (_, held, _) in stored.items() if held}
    return compare("what is held is what open orders need", "(account, asset)", dict(needed), kept)
