"""The world as PostgreSQL knows it at the updater's offset: where every live view starts.

One repeatable-read transaction reads everything, so all of it stands at the same number of the event log, and the
views follow the log from there. No other snapshot format is needed.
"""

from collections import defaultdict
from typing import Any, Final, NamedTuple

import asyncpg

from trueman.core.events import AccountDefined, FeeTierDefined, MarketDefined, MarketGuarded, Traded
from trueman.errors import DatabaseUnavailable
from trueman.infra.database.connection import borrow
from trueman.views.candles import DAY_US, INTERVALS, MINUTE_US, Candle, Candles
from trueman.views.depth import Depth
from trueman.views.orders import Order, OrderList
from trueman.views.registry import Asset
from trueman.views.tape import TRADES_MAX, Tape, Trade
from trueman.views.ticker import Ticker
from trueman.views.world import World

NOT_MIGRATED: Final = (asyncpg.UndefinedTableError, asyncpg.InvalidParameterValueError)
"""No table, or no role to act in."""
UPDATER: Final = "updater"
"""The reader of the event log whose offset the tables stand at."""

_CANDLE: Final = (
    "open_us, close_us, open, high, low, close, volume, quote_volume, trades, taker_buy_volume,"
    " taker_buy_quote_volume, first_trade_id, last_trade_id"
)
OFFSET: Final = "SELECT number, time_us FROM stream_offset WHERE name = $1"
ASSETS: Final = "SELECT asset, code, decimals FROM assets ORDER BY asset"
MARKETS: Final = (
    f"SELECT last_update_id, last_trade_id, {', '.join(MarketDefined._fields)} FROM markets ORDER BY market"
)
GUARDS: Final = f"SELECT {', '.join(MarketGuarded._fields)} FROM market_guards"
TIERS: Final = f"SELECT {', '.join(FeeTierDefined._fields)} FROM fee_tiers"
RULESET: Final = "SELECT max(ruleset) FROM ruleset_switches"
LEVELS: Final = "SELECT market, side, price, quantity FROM levels"
TRADES: Final = f"""
    SELECT newest.* FROM markets, LATERAL (
        SELECT time_us, {", ".join(Traded._fields)} FROM trades
        WHERE trades.market = markets.market ORDER BY trade_id DESC LIMIT {TRADES_MAX}
    ) newest ORDER BY market, trade_id"""
MINUTES: Final = (
    f"SELECT market, {_CANDLE} FROM candles WHERE interval = '1m' AND open_us >= $1 ORDER BY market, open_us"
)
PREVIOUS_CLOSES: Final = """
    SELECT markets.market, before.close FROM markets, LATERAL (
        SELECT close FROM candles
        WHERE candles.market = markets.market AND interval = '1m' AND open_us < $1 ORDER BY open_us DESC LIMIT 1
    ) before"""
NEWEST_CANDLES: Final = f"""
    SELECT markets.market, intervals.name, newest.* FROM markets, unnest($1::text[]) AS intervals(name), LATERAL (
        SELECT {_CANDLE} FROM candles
        WHERE candles.market = markets.market AND interval = intervals.name ORDER BY open_us DESC LIMIT 1
    ) newest"""
BALANCES: Final = "SELECT account, asset, available, held, reserved FROM balances"
OPEN_ORDERS: Final = f"""
    SELECT {", ".join(Order.__slots__)} FROM orders
    WHERE status = 0 OR status = 5 OR status = 6 ORDER BY order_id"""
OPEN_LISTS: Final = """
    SELECT order_lists.market, order_lists.type, list_id, order_lists.account, order_lists.client_id,
           order_lists.accepted_us, closed_us, array_agg(order_id ORDER BY order_id)
    FROM order_lists JOIN orders USING (list_id) WHERE closed_us = 0 GROUP BY list_id ORDER BY list_id"""
TERMS: Final = "SELECT tier, permissions, in_quote, account, trade_group FROM account_terms"


class Start(NamedTuple):
    world: World
    offset: int
    time_us: int


async def load(pool: asyncpg.Pool, *, with_portfolio: bool) -> Start:
    try:
        async with borrow(pool) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            return await _load(connection, with_portfolio)
    except NOT_MIGRATED as error:
        raise DatabaseUnavailable(f"the database is not migrated yet: {error}") from error


async def _load(connection: Any, with_portfolio: bool) -> Start:
    offset, time_us = await connection.fetchrow(OFFSET, UPDATER) or (0, 0)
    world = World(with_portfolio=with_portfolio)
    for number, code, decimals in await connection.fetch(ASSETS):
        world.registry.add_asset(Asset(number, code, decimals))
    markets = await connection.fetch(MARKETS)
    for row in markets:
        world.registry.define_market(MarketDefined(*row[2:]))
    for row in await connection.fetch(GUARDS):
        world.registry.guard_market(MarketGuarded(*row))
    for row in await connection.fetch(TIERS):
        world.registry.define_fee_tier(FeeTierDefined(*row))
    world.registry.ruleset = await connection.fetchval(RULESET) or 0
    counters = {row["market"]: (row["last_update_id"], row["last_trade_id"]) for row in markets}
    await _load_books(connection, world, counters)
    await _load_charts(connection, world, time_us)
    if with_portfolio:
        await _load_portfolio(connection, world)
    return Start(world, offset, time_us)


async def _load_portfolio(connection: Any, world: World) -> None:
    world.portfolio.restore(
        await connection.fetch(BALANCES),
        (Order(*row) for row in await connection.fetch(OPEN_ORDERS)),
        (OrderList(*row) for row in await connection.fetch(OPEN_LISTS)),
        (AccountDefined(*row) for row in await connection.fetch(TERMS)),
    )


async def _load_books(connection: Any, world: World, counters: dict[int, tuple[int, int]]) -> None:
    levels: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for market, *level in await connection.fetch(LEVELS):
        levels[market].append(tuple(level))
    trades: defaultdict[int, list[Trade]] = defaultdict(list)
    for time_us, *fields in await connection.fetch(TRADES):
        traded = Traded(*fields)
        trades[traded.market].append(Trade(time_us, traded))
    for market, (last_update_id, last_trade_id) in counters.items():
        world.depth[market] = Depth(market, last_update_id, levels[market])
        world.tapes[market] = Tape(market, last_trade_id, trades[market])


async def _load_charts(connection: Any, world: World, time_us: int) -> None:
    window_us = time_us - time_us % MINUTE_US - DAY_US
    minutes: defaultdict[int, list[Candle]] = defaultdict(list)
    for market, *fields in await connection.fetch(MINUTES, window_us):
        minutes[market].append(_candle(fields))
    previous = dict(await connection.fetch(PREVIOUS_CLOSES, window_us))
    for market, tape in world.tapes.items():
        last = tape.last()
        world.tickers[market] = Ticker(
            market, minutes[market], previous.get(market, 0), last.traded.quantity if last else 0
        )
        world.candles[market] = Candles(market)
    for market, interval, *fields in await connection.fetch(NEWEST_CANDLES, list(INTERVALS)):
        world.candles[market].restore(interval, _candle(fields))


def _candle(fields: list[Any]) -> Candle:
    """Sums come as Decimal: they are numeric columns, since they grow for ever."""
    return Candle(*map(int, fields))
