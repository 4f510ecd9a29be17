"""All views together against the naive exchange that told the story."""

import pytest

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_state import PENDING as WAITS
from tests.reference.naive_state import RESTING
from tests.views.lived import live_through
from trueman.core.events import OrderClosed, Traded
from trueman.core.units import AVAILABLE, BUY, EXPIRED_IN_MATCH, HELD, RESERVED, SELL
from trueman.views.orders import PENDING
from trueman.views.portfolio import NO_BALANCE, Portfolio
from trueman.views.registry import NO_GUARDS
from trueman.views.world import World

COMMANDS = 1_500


def levels_of(exchange: NaiveExchange, market: int, side: int) -> list[tuple[int, int]]:
    """Best first, straight from the naive list of open orders."""
    resting = [o for o in exchange.open if (o.market, o.side, o.state) == (market, side, RESTING)]
    return [
        (price, sum(o.visible for o in resting if o.price == price))
        for price in sorted({o.price for o in resting}, reverse=side == BUY)
    ]


@pytest.fixture(scope="module", params=range(6))
def lived(request: pytest.FixtureRequest) -> tuple[NaiveExchange, World]:
    exchange, results = live_through(request.param, COMMANDS)
    world = World(with_portfolio=True)
    for result in results:
        world.fold(result)
    return exchange, world


def test_depth_is_what_the_open_orders_add_up_to(lived: tuple[NaiveExchange, World]) -> None:
    exchange, world = lived
    assert len(world.depth) == len(exchange.markets)
    for market, depth in world.depth.items():
        assert depth.top(5_000) == (levels_of(exchange, market, BUY), levels_of(exchange, market, SELL))
        assert depth.update_id == exchange.markets[market].updates


def test_balances_are_what_the_pots_hold(lived: tuple[NaiveExchange, World]) -> None:
    exchange, world = lived
    told = {
        (account, asset, pot): atoms
        for account, assets in world.portfolio.balances.items()
        for asset, pots in assets.items()
        for pot, atoms in zip((AVAILABLE, HELD, RESERVED), pots, strict=True)
        if atoms
    }
    assert told == {pot: atoms for pot, atoms in exchange.pots.items() if atoms}


def test_open_orders_are_those_of_the_exchange(lived: tuple[NaiveExchange, World]) -> None:
    exchange, world = lived
    told = {
        (order.order_id, account, order.market, order.side, order.price, order.unfilled, order.client_id)
        for account in world.portfolio.orders
        for order in world.portfolio.open_orders(account)
    }
    assert told == {(o.order_id, o.account, o.market, o.side, o.price, o.unfilled, o.client_id) for o in exchange.open}


def test_orders_wait_and_work_as_in_the_exchange(lived: tuple[NaiveExchange, World]) -> None:
    exchange, world = lived
    for order in exchange.open:
        told = world.portfolio.order(order.account, order.order_id)
        assert told is not None
        assert (told.status == PENDING, told.is_working) == (order.state == WAITS, order.state == RESTING)
        assert told.list_id == (order.in_list.list_id if order.in_list else 0)
        terms = (order.stop_price, order.trailing_bips, order.display, order.expire_us)
        assert (told.stop_price, told.trailing_bips, told.display_quantity, told.expire_us) == terms
    lists = {order.in_list.list_id for order in exchange.open if order.in_list}
    assert lists == {
        found.list_id for account in world.portfolio.orders for found in world.portfolio.lists.open_of(account)
    }


def test_the_operators_terms_are_those_of_the_exchange(lived: tuple[NaiveExchange, World]) -> None:
    exchange, world = lived
    assert world.portfolio.terms == exchange.terms
    assert [world.registry.fee_tier(tier.tier) for tier in exchange.tiers] == exchange.tiers
    for market in exchange.markets:
        guards = world.registry.markets[market.defined.market].guards
        assert guards == (market.guard if any(market.guard[1:]) else NO_GUARDS._replace(market=guards.market))


def test_the_tape_ends_with_the_last_trade(lived: tuple[NaiveExchange, World]) -> None:
    exchange, world = lived
    for market, tape in world.tapes.items():
        assert tape.last_trade_id == exchange.markets[market].trades
        assert [trade.traded.trade_id for trade in tape.recent(10)] == list(
            range(max(1, tape.last_trade_id - 9), tape.last_trade_id + 1)
        )


def test_the_registry_has_every_asset_and_market(lived: tuple[NaiveExchange, World]) -> None:
    exchange, world = lived
    assert [(a.number, a.decimals, a.code) for a in world.registry.assets.values()] == exchange.assets
    for defined in (market.defined for market in exchange.markets):
        market = world.registry.market_of_symbol[defined.symbol]
        assert (market.number, market.status, market.taker_ppm) == (defined.market, defined.status, defined.taker_ppm)


def test_closed_orders_are_remembered_with_what_they_did() -> None:
    _, results = live_through(3, COMMANDS)
    portfolio = Portfolio()
    executed: dict[int, list[int]] = {}
    for result in results:
        portfolio.fold(result)
        for event in result.events:
            if isinstance(event, Traded):
                for order_id in (event.maker_order, event.taker_order):
                    sums = executed.setdefault(order_id, [0, 0])
                    sums[0] += event.quantity
                    sums[1] += event.quote_amount
            if isinstance(event, OrderClosed):
                order = portfolio.order(event.account, event.order_id)
                assert order is not None
                assert order.status == event.status
                assert [order.executed, order.executed_quote] == executed.get(event.order_id, [0, 0])
                assert order.updated_us == result.decided.time_us
                if order.quantity:
                    assert order.unfilled == (event.unfilled if event.status != EXPIRED_IN_MATCH else order.unfilled)


def test_memory_of_closed_orders_is_bounded() -> None:
    _, results = live_through(4, COMMANDS)
    short, long = Portfolio(closed_orders_max=50), Portfolio()
    for result in results:
        short.fold(result)
        long.fold(result)
        assert len(short.closed) <= 50
        for order in short.closed.values():
            assert short.order_by_client_id(order.account, order.client_id) is not None
    assert list(short.closed) == list(long.closed)[-50:]
    forgotten = [order for order in long.closed.values() if order.order_id not in short.closed]
    assert forgotten
    assert all(short.order(order.account, order.order_id) is None for order in forgotten)


def test_an_order_is_found_by_its_newest_client_id_and_only_by_its_owner() -> None:
    _, results = live_through(5, COMMANDS)
    portfolio = Portfolio()
    for result in results:
        portfolio.fold(result)
    newest = {(o.account, o.client_id): o for o in portfolio.closed.values()}
    newest |= {(o.account, o.client_id): o for a in portfolio.orders for o in portfolio.open_orders(a)}
    assert newest
    for (account, client_id), order in newest.items():
        assert portfolio.order_by_client_id(account, client_id) is order
        assert portfolio.order(account + 1, order.order_id) is None
    assert portfolio.order_by_client_id(1_024, "never") is None


def test_touched_names_the_last_command_that_changed_an_account() -> None:
    _, results = live_through(6, 400)
    portfolio = Portfolio()
    for result in results:
        before = {
            a: (dict(b), {i: o.executed for i, o in portfolio.orders.get(a, {}).items()})
            for a, b in portfolio.balances.items()
        }
        portfolio.fold(result)
        for account, balances in portfolio.balances.items():
            now = (balances, {i: o.executed for i, o in portfolio.orders.get(account, {}).items()})
            if before.get(account) != now:
                assert portfolio.touched[account] == result.decided.number
    assert portfolio.balance(4_000, 0) == NO_BALANCE
