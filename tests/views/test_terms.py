"""What the views tell of orders with terms, of lists, of self-trades prevented, and of the operator's terms."""

from tests.views.told import ALICE, BASE, BOB, MARKET, QUOTE, Teller, accepted, terms
from trueman.core import units as u
from trueman.core.events import (
    AccountDefined,
    FeeTierDefined,
    MarketDefined,
    MarketGuarded,
    MatchPrevented,
    Moved,
    OrderActivated,
    OrderAmended,
    OrderClosed,
    OrderListAccepted,
    OrderListClosed,
    OrderRefused,
)
from trueman.core.rejections import BOOK_EMPTY
from trueman.views.orders import NEW, PARTIALLY_FILLED, PENDING, Order
from trueman.views.placed import placed_in
from trueman.views.registry import NO_GUARDS
from trueman.views.world import World


def lived(teller: Teller) -> World:
    world = World(with_portfolio=True)
    for result in teller.results:
        world.fold(result)
    return world


def own(world: World, order_id: int, account: int = ALICE) -> Order:
    order = world.portfolio.order(account, order_id)
    assert order is not None
    return order


def test_a_stop_is_new_and_does_not_work_until_its_trigger_fires() -> None:
    teller = Teller()
    teller.tell(accepted(1, type=u.STOP_LOSS_LIMIT, price=90), terms(1, stop=95), order_id=1)
    order = own(lived(teller), 1)
    assert (order.status, order.is_working, order.stop_price, order.is_open) == (NEW, False, 95, True)
    teller.tell(OrderActivated(MARKET, 1, ALICE, 95), teller.level(u.SELL, 90, 10))
    order = own(lived(teller), 1)
    assert (order.status, order.working_us, order.updated_us) == (NEW, teller.time_us, teller.time_us)


def test_an_order_refused_at_its_trigger_says_why_and_expires() -> None:
    teller = Teller()
    teller.tell(accepted(1, type=u.STOP_LOSS, price=0), terms(1, stop=95))
    teller.tell(
        OrderActivated(MARKET, 1, ALICE, 95),
        OrderRefused(MARKET, BOOK_EMPTY, 1, ALICE),
        OrderClosed(MARKET, u.EXPIRED, 1, ALICE, 10),
    )
    order = own(lived(teller), 1)
    assert (order.status, order.refusal, order.is_open) == (u.EXPIRED, BOOK_EMPTY, False)


def told_list(teller: Teller, kind: int) -> None:
    """Order 1 works at 100; 2 is a stop at 95, 3 a limit maker."""
    teller.tell(
        OrderListAccepted(MARKET, kind, 1, ALICE, "both"),
        accepted(1),
        terms(1, list_id=1),
        accepted(2, type=u.STOP_LOSS, price=0),
        terms(2, stop=95, list_id=1),
        accepted(3, type=u.LIMIT_MAKER, price=120),
        terms(3, list_id=1),
        teller.level(u.SELL, 100, 10),
        order_id=1,
    )


def test_orders_of_a_list_are_pending_until_it_calls_them() -> None:
    teller = Teller()
    told_list(teller, u.OTOCO)
    world = lived(teller)
    assert [own(world, order_id).status for order_id in (1, 2, 3)] == [NEW, PENDING, PENDING]
    assert [own(world, order_id).is_working for order_id in (1, 2, 3)] == [True, False, False]
    (order_list,) = world.portfolio.lists.open_of(ALICE)
    assert (order_list.order_ids, order_list.is_open, order_list.client_id) == ([1, 2, 3], True, "both")
    teller.tell(accepted(4, BOB, side=u.BUY), teller.trade((1, ALICE), (4, BOB), 100, 10))
    teller.tell(OrderActivated(MARKET, 2, ALICE, 0), OrderActivated(MARKET, 3, ALICE, 0), teller.level(u.SELL, 120, 10))
    world = lived(teller)
    assert [own(world, order_id).status for order_id in (2, 3)] == [NEW, NEW]
    assert [own(world, order_id).is_working for order_id in (2, 3)] == [False, True]


def test_both_orders_of_a_pair_begin_at_once_and_the_list_ends_with_the_last() -> None:
    teller = Teller()
    told_list(teller, u.OCO)
    world = lived(teller)
    assert [own(world, order_id).status for order_id in (2, 3)] == [NEW, NEW]
    assert own(world, 3).is_working
    closed = [OrderClosed(MARKET, u.CANCELED, order_id, ALICE, 10) for order_id in (1, 2, 3)]
    teller.tell(*closed, OrderListClosed(MARKET, 1, ALICE))
    world = lived(teller)
    assert world.portfolio.lists.open_of(ALICE) == []
    ended = world.portfolio.lists.of(ALICE, 1)
    assert ended is not None
    assert ended.closed_us == teller.time_us
    assert world.portfolio.lists.of(BOB, 1) is None


def test_an_amended_order_is_smaller_and_keeps_what_it_has_traded() -> None:
    teller = Teller()
    teller.tell(accepted(1), teller.level(u.SELL, 100, 10))
    teller.tell(accepted(2, BOB, side=u.BUY, quantity=4), teller.trade((1, ALICE), (2, BOB), 100, 4))
    teller.tell(OrderAmended(MARKET, 1, ALICE, 7, 3), teller.level(u.SELL, 100, 3))
    order = own(lived(teller), 1)
    assert (order.quantity, order.executed, order.unfilled, order.status) == (7, 4, 3, PARTIALLY_FILLED)


def test_what_self_trade_prevention_took_is_no_longer_unfilled() -> None:
    teller = Teller()
    teller.tell(accepted(1, quantity=10), teller.level(u.SELL, 100, 10))
    teller.tell(
        accepted(2, side=u.BUY, stp=u.STP_DECREMENT, quantity=4),
        MatchPrevented(MARKET, u.STP_DECREMENT, 1, 100, 1, 2, ALICE, ALICE, 4, 4),
        OrderClosed(MARKET, u.EXPIRED_IN_MATCH, 2, ALICE, 0),
        teller.level(u.SELL, 100, 6),
    )
    world = lived(teller)
    assert (own(world, 1).prevented, own(world, 1).unfilled, own(world, 1).status) == (4, 6, NEW)
    assert (own(world, 2).prevented, own(world, 2).prevention_id, own(world, 2).unfilled) == (4, 1, 0)


def test_money_reserved_for_a_withdrawal_is_neither_available_nor_held() -> None:
    teller = Teller()
    teller.tell(Moved(QUOTE, u.AVAILABLE, u.RESERVED, u.CAUSE_RESERVE, ALICE, ALICE, 7))
    teller.tell(Moved(QUOTE, u.AVAILABLE, u.HELD, u.CAUSE_HOLD, ALICE, ALICE, 5))
    world = lived(teller)
    assert world.portfolio.balance(ALICE, QUOTE) == (10**12 - 12, 5, 7)
    assert world.portfolio.balance(ALICE, BASE) == (10**12, 0, 0)


def test_the_operators_terms_are_known_and_have_defaults() -> None:
    teller = Teller()
    world = lived(teller)
    assert world.portfolio.terms_of(ALICE) == AccountDefined(0, u.MAY_ALL, 0, ALICE, 0)
    assert world.registry.fee_tier(3) == FeeTierDefined(3, u.PPM_ONE, u.PPM_ONE)
    assert world.registry.markets[MARKET].guards == NO_GUARDS
    guards = NO_GUARDS._replace(market=MARKET, orders_max=5)
    teller.tell(AccountDefined(3, u.MAY_TRADE, 1, ALICE, 9), FeeTierDefined(3, 5, 6), MarketGuarded(*guards))
    defined = next(event for event in teller.results[0].events if isinstance(event, MarketDefined))
    teller.tell(defined._replace(status=u.AUCTION))
    world = lived(teller)
    assert world.portfolio.terms_of(ALICE).group == 9
    assert world.registry.fee_tier(3).taker_share_ppm == 6
    market = world.registry.market_of_symbol["BTCUSDT"]
    assert (market.guards.orders_max, market.status) == (5, u.AUCTION)


def test_a_result_alone_tells_what_became_of_the_orders_it_placed() -> None:
    teller = Teller()
    told_list(teller, u.OTOCO)
    placed, world = placed_in(teller.results[-1]), lived(teller)
    assert placed.order_list == world.portfolio.lists.of(ALICE, 1)
    assert [placed.orders[order_id] for order_id in (1, 2, 3)] == [own(world, order_id) for order_id in (1, 2, 3)]
    trade = teller.trade((1, ALICE), (4, BOB), 100, 10)
    teller.tell(accepted(4, BOB, side=u.BUY), trade, OrderClosed(MARKET, u.FILLED, 4, BOB, 0))
    placed = placed_in(teller.results[-1])
    assert placed.orders == {4: own(lived(teller), 4, BOB)}
    assert placed.trades == {4: [trade]}
