"""Every question to the past is answered as a walk through the events would answer it."""

from collections.abc import AsyncIterator
from functools import cache
from random import Random

import asyncpg
import pytest

from tests.db_updater.recorded import follow_to_end, log_of
from tests.views.lived import live_through
from tests.views.told import ALICE, Teller, accepted
from trueman.core.codec import Result
from trueman.core.events import OrderClosed, Traded
from trueman.core.units import CANCELED
from trueman.infra.database import history
from trueman.infra.database.connection import API, UPDATER, connect_pool
from trueman.views.candles import Candle, Candles
from trueman.views.orders import Order
from trueman.views.portfolio import Portfolio
from trueman.views.tape import Trade

ACCOUNT = 1_026
MARKET = 0


class Past:
    """What happened, folded in memory."""

    def __init__(self, results: list[Result]) -> None:
        self.results = results
        portfolio = Portfolio()
        self.trades: list[Trade] = []
        for result in results:
            portfolio.fold(result)
            self.trades += [
                Trade(result.decided.time_us, event) for event in result.events if isinstance(event, Traded)
            ]
        opened = [order for own in portfolio.orders.values() for order in own.values()]
        self.orders = sorted([*opened, *portfolio.closed.values()], key=lambda order: order.order_id)

    def orders_of(self, account: int, market: int) -> list[Order]:
        return [order for order in self.orders if order.account == account and order.market == market]

    def trades_in(self, market: int) -> list[Trade]:
        return [trade for trade in self.trades if trade.traded.market == market]

    def trades_of(self, account: int, market: int) -> list[Trade]:
        return [
            trade
            for trade in self.trades_in(market)
            if account in (trade.traded.maker_account, trade.traded.taker_account)
        ]


@cache
def lived_results() -> list[Result]:
    return live_through(50, 3_000)[1]


@pytest.fixture
async def past(database_url: str) -> Past:
    results = lived_results()
    async with await connect_pool(database_url, UPDATER) as pool:
        await follow_to_end(await log_of(results), pool)
    return Past(results)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with await connect_pool(database_url, API) as opened:
        yield opened


async def test_orders_of_an_account(past: Past, pool: asyncpg.Pool) -> None:
    orders = past.orders_of(ACCOUNT, MARKET)
    assert len(orders) > 30
    ask = history.orders_of_account
    assert await ask(pool, ACCOUNT, MARKET, limit=1_000) == orders
    assert await ask(pool, ACCOUNT, MARKET, limit=7) == orders[-7:]
    middle = next(order for order in orders[20:] if [o.accepted_us for o in orders].count(order.accepted_us) == 1)
    at = orders.index(middle)
    assert await ask(pool, ACCOUNT, MARKET, from_order_id=middle.order_id, limit=7) == orders[at : at + 7]
    assert await ask(pool, ACCOUNT, MARKET, from_order_id=orders[at - 1].order_id + 1, limit=2) == orders[at : at + 2]
    assert await ask(pool, ACCOUNT, MARKET, from_order_id=10**9, limit=7) == []
    assert await ask(pool, ACCOUNT, MARKET, start_us=middle.accepted_us, limit=3) == orders[at : at + 3]
    assert await ask(pool, ACCOUNT, MARKET, end_us=middle.accepted_us, limit=3) == orders[at - 2 : at + 1]
    start_us, end_us = orders[5].accepted_us + 1, orders[9].accepted_us - 1
    span = await ask(pool, ACCOUNT, MARKET, start_us=start_us, end_us=end_us, limit=99)
    assert span == [order for order in orders if start_us <= order.accepted_us <= end_us]


async def test_one_order_is_shown_to_its_owner_alone(past: Past, pool: asyncpg.Pool) -> None:
    order = past.orders_of(ACCOUNT, MARKET)[3]
    assert await history.order(pool, ACCOUNT, order.order_id) == order
    assert await history.order(pool, ACCOUNT + 1, order.order_id) is None
    assert await history.order(pool, ACCOUNT, 10**9) is None


async def test_a_client_id_means_its_newest_order(database_url: str, pool: asyncpg.Pool) -> None:
    """A name that the exchange has forgotten may be given again."""
    teller = Teller()
    teller.tell(accepted(1))
    teller.tell(OrderClosed(MARKET, CANCELED, 1, ALICE, 10))
    teller.tell(accepted(2)._replace(client_id="o1"))
    async with await connect_pool(database_url, UPDATER) as updaters:
        await follow_to_end(await log_of(teller.results), updaters)
    newest = await history.order_by_client_id(pool, ALICE, "o1", MARKET)
    assert newest is not None
    assert newest.order_id == 2
    assert await history.order_by_client_id(pool, ALICE, "never", MARKET) is None
    assert await history.order_by_client_id(pool, ALICE + 7, "o1", MARKET) is None


async def test_trades_of_a_market(past: Past, pool: asyncpg.Pool) -> None:
    trades = past.trades_in(MARKET)
    assert len(trades) > 100
    ask = history.trades_of_market
    assert await ask(pool, MARKET, limit=1_000) == trades[-1_000:]
    assert await ask(pool, MARKET, limit=5) == trades[-5:]
    assert await ask(pool, MARKET, from_trade_id=31, limit=5) == trades[30:35]
    assert await ask(pool, MARKET, from_trade_id=10**9, limit=5) == []


@pytest.mark.parametrize("seed", range(3))
async def test_trades_of_a_market_in_a_span_of_time(past: Past, pool: asyncpg.Pool, seed: int) -> None:
    trades, random = past.trades_in(MARKET), Random(seed)
    first, last = trades[0].time_us, trades[-1].time_us
    for _ in range(20):
        start_us, end_us = (random.randint(first - 10**6, last + 10**6) for _ in range(2))
        within = [trade for trade in trades if start_us <= trade.time_us <= end_us]
        assert await history.trades_of_market(pool, MARKET, start_us=start_us, end_us=end_us, limit=9) == within[:9]
        until = [trade for trade in trades if trade.time_us <= end_us]
        assert await history.trades_of_market(pool, MARKET, end_us=end_us, limit=9) == until[-9:]


async def test_trades_of_an_account_as_maker_and_as_taker(past: Past, pool: asyncpg.Pool) -> None:
    """Of one that trades with itself besides."""
    traded = [trade.traded for trade in past.trades_in(MARKET)]
    account = next(one.maker_account for one in traded if one.maker_account == one.taker_account)
    trades = past.trades_of(account, MARKET)
    assert {account} < {one.maker_account for one in traded} & {one.taker_account for one in traded}
    ask = history.trades_of_account
    assert await ask(pool, account, MARKET, limit=1_000) == trades
    assert await ask(pool, account, MARKET, limit=6) == trades[-6:]
    middle = trades[10]
    assert await ask(pool, account, MARKET, from_trade_id=middle.traded.trade_id, limit=6) == trades[10:16]
    since = [trade for trade in trades if trade.time_us >= middle.time_us]
    assert await ask(pool, account, MARKET, start_us=middle.time_us, limit=6) == since[:6]


async def test_trades_of_one_order(past: Past, pool: asyncpg.Pool) -> None:
    for order in past.orders_of(ACCOUNT, MARKET):
        trades = [
            trade
            for trade in past.trades_in(MARKET)
            if order.order_id in (trade.traded.maker_order, trade.traded.taker_order)
        ]
        asked = await history.trades_of_account(pool, ACCOUNT, MARKET, order_id=order.order_id, limit=1_000)
        assert asked == trades
    mine = past.trades_of(ACCOUNT, MARKET)
    stranger = next(trade for trade in mine if trade.traded.maker_account != ACCOUNT)
    assert (
        await history.trades_of_account(pool, ACCOUNT, MARKET, order_id=stranger.traded.maker_order, limit=10) == []
    ), "another's order shows nothing, though the account traded with it"


async def test_candles_of_a_market(past: Past, pool: asyncpg.Pool) -> None:
    lived: list[Candle] = []
    candles = Candles(MARKET, lambda interval, candle: lived.append(candle) if interval == "1s" else None)
    for trade in past.trades_in(MARKET):
        candles.fold(*trade)
    current = candles.current("1s")
    assert current is not None
    lived.append(current)
    assert len(lived) > 20
    ask = history.candles_of_market
    assert await ask(pool, MARKET, "1s", limit=1_000) == lived
    assert await ask(pool, MARKET, "1s", limit=4) == lived[-4:]
    assert await ask(pool, MARKET, "1s", start_us=lived[5].open_us, limit=4) == lived[5:9]
    assert await ask(pool, MARKET, "1s", end_us=lived[5].open_us, limit=4) == lived[2:6]
    assert await ask(pool, MARKET, "1s", start_us=lived[5].open_us, end_us=lived[6].open_us, limit=4) == lived[5:7]
    assert await ask(pool, MARKET, "1M", limit=9) == [candles.current("1M")]
    assert await ask(pool, 99, "1s", limit=9) == []


async def test_the_offset_says_how_far_the_answers_reach(past: Past, pool: asyncpg.Pool) -> None:
    reached = await history.offset(pool)
    assert (reached.number, reached.time_us) == (len(past.results), past.results[-1].decided.time_us)
    assert len(reached.chain) == 16


@pytest.mark.parametrize("limit", [0, -1, history.ROWS_MAX + 1])
async def test_nobody_asks_for_more_rows_than_there_is_a_bound_for(pool: asyncpg.Pool, limit: int) -> None:
    with pytest.raises(AssertionError):
        await history.trades_of_market(pool, MARKET, limit=limit)
