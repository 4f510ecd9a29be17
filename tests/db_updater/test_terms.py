"""Orders with terms, lists, prevented matches and the operator's terms in the tables, wherever batches are cut."""

from functools import cache

import asyncpg
import pytest

from tests.db_updater.recorded import follow_to_end, log_of
from tests.views.told import ALICE, BOB, MARKET, Teller, accepted, terms
from trueman.core import units as u
from trueman.core.codec import Result
from trueman.core.events import (
    AccountDefined,
    AuctionCalled,
    AuctionUncrossed,
    CancelTimerSet,
    FeeTierDefined,
    FilterFailed,
    MarketGuarded,
    MatchPrevented,
    Moved,
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderListAccepted,
    OrderListClosed,
    OrderRefused,
    PartDecided,
)
from trueman.core.rejections import BOOK_EMPTY, PRICE_OUT_OF_RANGE
from trueman.db_updater import service
from trueman.db_updater.audits import run_audits
from trueman.infra.database import bootstrap, history
from trueman.infra.database.connection import READER, connect_pool
from trueman.views.orders import Order
from trueman.views.portfolio import Portfolio
from trueman.views.registry import NO_GUARDS
from trueman.views.world import World


def closed(order_id: int, status: int, unfilled: int, account: int = ALICE) -> OrderClosed:
    return OrderClosed(MARKET, status, order_id, account, unfilled)


@cache
def story() -> tuple[Result, ...]:
    teller = Teller()
    teller.tell(FilterFailed(PRICE_OUT_OF_RANGE, 5, 10, 20, 10), reason=PRICE_OUT_OF_RANGE)
    teller.tell(
        OrderListAccepted(MARKET, u.OTOCO, 1, ALICE, "list"),
        *(accepted(1), terms(1, list_id=1)),
        *(accepted(2, type=u.STOP_LOSS_LIMIT, price=80), terms(2, stop=90, list_id=1)),
        *(accepted(3, type=u.LIMIT_MAKER, price=130), terms(3, list_id=1)),
        teller.level(u.SELL, 100, 10),
    )
    teller.tell(accepted(4, price=110, quantity=20), terms(4, display=5, expire_us=99), teller.level(u.SELL, 110, 5))
    teller.tell(OrderAmended(MARKET, 4, ALICE, 14, 14))
    teller.tell(OrderAmended(MARKET, 4, ALICE, 12, 12))
    teller.tell(
        accepted(5, BOB, side=u.BUY),
        teller.trade((1, ALICE), (5, BOB), 100, 10),
        closed(1, u.FILLED, 0),
        teller.level(u.SELL, 100, 0),
        closed(5, u.FILLED, 0, BOB),
        *(OrderActivated(MARKET, 2, ALICE, 0), OrderActivated(MARKET, 3, ALICE, 0)),
        teller.level(u.SELL, 130, 10),
    )
    teller.tell(
        accepted(6, side=u.BUY, price=110, quantity=3, stp=u.STP_DECREMENT),
        MatchPrevented(MARKET, u.STP_DECREMENT, 1, 110, 4, 6, ALICE, ALICE, 3, 3),
        closed(6, u.EXPIRED_IN_MATCH, 0),
        teller.level(u.SELL, 110, 2),
    )
    teller.tell(
        AuctionCalled(MARKET, 80, 100, 5),
        AuctionUncrossed(MARKET, 80, 0, 0),
        OrderActivated(MARKET, 2, ALICE, 90),
        *(closed(3, u.EXPIRED, 10), teller.level(u.SELL, 130, 0)),
        OrderRefused(MARKET, BOOK_EMPTY, 2, ALICE),
        *(closed(2, u.EXPIRED, 10), OrderListClosed(MARKET, 1, ALICE)),
    )
    tell_the_rest(teller)
    return tuple(teller.results)


def tell_the_rest(teller: Teller) -> None:
    teller.tell(PartDecided(7, 0, 0, 7, 0), accepted(7, price=111), terms(7), teller.level(u.SELL, 111, 10))
    teller.tell(
        OrderListAccepted(MARKET, u.OTO, 8, ALICE, "open"),
        *(accepted(8, price=112), terms(8, list_id=8)),
        *(accepted(9, price=113), terms(9, list_id=8)),
        teller.level(u.SELL, 112, 10),
    )
    teller.tell(
        Moved(1, u.AVAILABLE, u.RESERVED, u.CAUSE_RESERVE, ALICE, ALICE, 7),
        CancelTimerSet(ALICE, 5),
        FeeTierDefined(2, 500_000, 900_000),
        AccountDefined(2, u.MAY_TRADE, 1, ALICE, 77),
        MarketGuarded(*NO_GUARDS._replace(orders_max=7, reference_price=100)),
        AccountDefined(3, u.MAY_ALL, 1, ALICE, 78),
    )


@pytest.fixture(params=[1, 1_000])
async def tables(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> asyncpg.Pool:
    """Written in one batch, and with a batch for every command."""
    monkeypatch.setattr(service, "CATCH_UP_COMMANDS_MAX", request.param)
    monkeypatch.setattr(service, "LIVE_COMMANDS_MAX", 1)
    await follow_to_end(await log_of(list(story()), frame_commands_max=1), pool)
    return pool


async def test_orders_stand_as_the_live_view_sees_them(tables: asyncpg.Pool) -> None:
    portfolio = Portfolio()
    for result in story():
        portfolio.fold(result)
    lived = portfolio.closed | {number: order for own in portfolio.orders.values() for number, order in own.items()}
    columns = ", ".join(Order.__dataclass_fields__)
    stored = [Order(*row) for row in await tables.fetch(f"SELECT {columns} FROM orders ORDER BY order_id")]
    assert stored == [lived[number] for number in sorted(lived)]
    listed = await history.orders_of_list(tables, ALICE, 1)
    assert [(order.order_id, order.refusal) for order in listed] == [(1, 0), (2, BOOK_EMPTY), (3, 0)]


async def test_amendments_are_told_to_their_owner_from_any_on(tables: asyncpg.Pool) -> None:
    """Whether one batch has placed the order and made it smaller twice, or three have."""
    found = await history.amendments(tables, ALICE, 4, limit=10)
    assert [(one.original, one.quantity) for one in found] == [(20, 14), (14, 12)]
    assert await history.amendments(tables, ALICE, 4, from_number=found[1].number, limit=10) == found[1:]
    assert await history.amendments(tables, ALICE, 4, limit=1) == found[:1]
    assert await history.amendments(tables, ALICE, 1, limit=10) == []
    assert await history.amendments(tables, BOB, 4, limit=10) == []


async def test_lists_are_found_by_number_and_by_name(tables: asyncpg.Pool) -> None:
    portfolio = Portfolio()
    for result in story():
        portfolio.fold(result)
    lived = [portfolio.lists.of(ALICE, number) for number in (1, 8)]
    assert [await history.order_list(tables, ALICE, number) for number in (1, 8)] == lived
    assert await history.order_list(tables, ALICE, None, "open") == lived[1]
    assert await history.order_list(tables, BOB, 1) is None
    assert await history.lists_of_account(tables, ALICE, limit=10) == lived
    assert await history.lists_of_account(tables, ALICE, from_list_id=2, limit=10) == lived[1:]


async def test_prevented_matches_are_told_to_who_took_part(tables: asyncpg.Pool) -> None:
    found = await history.prevented_matches(tables, ALICE, MARKET, limit=10)
    assert [(one.prevented.prevention_id, one.prevented.taker_quantity) for one in found] == [(1, 3)]
    assert await history.prevented_matches(tables, ALICE, MARKET, order_id=6, limit=10) == found
    assert await history.prevented_matches(tables, ALICE, MARKET, order_id=5, limit=10) == []
    assert await history.prevented_matches(tables, BOB, MARKET, limit=10) == []


async def test_views_begin_from_the_tables_where_they_would_have_come_to(
    tables: asyncpg.Pool, database_url: str
) -> None:
    world = World(with_portfolio=True)
    for result in story():
        world.fold(result)
    async with await connect_pool(database_url, READER) as reader:
        start = await bootstrap.load(reader, with_portfolio=True)
    loaded = start.world
    assert start.offset == len(story())
    assert loaded.registry == world.registry
    assert loaded.depth[MARKET].top(100) == world.depth[MARKET].top(100)
    assert loaded.depth[MARKET].top(100) == ([], [(110, 2), (111, 10), (112, 10)])
    assert loaded.portfolio.orders[ALICE] == world.portfolio.orders[ALICE]
    assert loaded.portfolio.lists.open_of(ALICE) == world.portfolio.lists.open_of(ALICE)
    assert loaded.portfolio.terms == world.portfolio.terms
    assert loaded.portfolio.balances == world.portfolio.balances


async def test_the_audits_find_nothing_but_the_trades_that_nobody_paid(tables: asyncpg.Pool, database_url: str) -> None:
    """The story moves no money for its one trade."""
    async with await connect_pool(database_url, READER) as reader, reader.acquire() as connection:
        checks = await run_audits(connection)
    assert [check.name for check in checks if check.differences] == ["trades and fees have moved in the ledger"]
