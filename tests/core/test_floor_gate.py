"""The last checks of an order: the market's state, its own price, its book."""

import pytest

from tests.core.stage import Stage
from trueman.core import rejections as no
from trueman.core.messages import Order
from trueman.core.units import (
    AUCTION,
    BUY,
    CANCEL_ONLY,
    CLOSED,
    FOK,
    GTD,
    HALTED,
    IOC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    PPM_ONE,
    PRE_TRADING,
    SELL,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    SUPPLY_ATOMS_MAX,
    TAKE_PROFIT,
    TRAILING_ORDERS_MAX,
)


def bounds(stage: Stage) -> tuple[int, int, int, int]:
    found = stage.floor.bounds
    return found.value, found.least, found.most, found.nearest


@pytest.mark.parametrize("status", [HALTED, CANCEL_ONLY, PRE_TRADING, CLOSED])
def test_only_a_market_that_trades_or_collects_takes_orders(status: int) -> None:
    stage = Stage(status=status)
    assert stage.refusal(stage.order(BUY, 1, 100)) == no.MARKET_NOT_TRADING


def test_an_auction_collects_what_can_wait() -> None:
    stage = Stage(status=AUCTION)
    refused = [(LIMIT, IOC), (LIMIT, FOK), (LIMIT_MAKER, 0), (MARKET, 0)]
    for type_, time_in_force in refused:
        order = stage.order(BUY, 1, 0 if type_ == MARKET else 100, type_, time_in_force=time_in_force)
        assert stage.refusal(order) == no.NOT_IN_AUCTION
    stage.place(BUY, 1, 100)
    stage.place(BUY, 1, 100, time_in_force=GTD)
    stage.place(BUY, 1, 0, STOP_LOSS, stop_price=100)
    stage.place(SELL, 1, 90)
    assert stage.levels() == ([(100, 2)], [(90, 1)])


def test_a_price_must_be_near_the_markets_own() -> None:
    stage = Stage(reference_price=999, bid_down_ppm=500_000, ask_up_ppm=1_100_000)
    assert stage.refusal(stage.order(BUY, 1, 499)) == no.PRICE_TOO_FAR
    assert bounds(stage) == (499, 500, SUPPLY_ATOMS_MAX, 500)
    assert stage.refusal(stage.order(BUY, 1, 10**9)) == no.OK
    assert stage.refusal(stage.order(SELL, 1, 1_099, STOP_LOSS_LIMIT, stop_price=1)) == no.PRICE_TOO_FAR
    assert bounds(stage) == (1_099, 1, 1_098, 1_098)
    stage.market.reference_price = 0
    assert stage.refusal(stage.order(BUY, 1, 499)) == no.OK


@pytest.mark.parametrize(("price", "nearest"), [(9, 10), (10, 9), (11, 9)])
def test_percentages_on_one_side_of_the_price_may_leave_none(price: int, nearest: int) -> None:
    """95 % of 10 is 9.5: at least 10 and at most 9. The nearest is told as ever, though it would not pass either."""
    stage = Stage(reference_price=10, bid_down_ppm=950_000, bid_up_ppm=950_000)
    assert stage.refusal(stage.order(BUY, 1, price)) == no.PRICE_TOO_FAR
    assert bounds(stage) == (price, 10, 9, nearest)


def test_percentages_around_the_price_always_let_it_through() -> None:
    stage = Stage(bid_down_ppm=PPM_ONE, bid_up_ppm=PPM_ONE)
    for reference in (1, 3, 999_999, SUPPLY_ATOMS_MAX):
        stage.market.reference_price = reference
        assert stage.refusal(stage.order(BUY, 1, reference)) == no.OK


def test_no_percentage_overflows() -> None:
    stage = Stage(reference_price=SUPPLY_ATOMS_MAX, bid_down_ppm=1_000 * PPM_ONE, ask_up_ppm=1_000 * PPM_ONE)
    assert stage.refusal(stage.order(BUY, 1, SUPPLY_ATOMS_MAX)) == no.PRICE_TOO_FAR
    assert stage.floor.bounds.least == SUPPLY_ATOMS_MAX + 1
    assert stage.refusal(stage.order(SELL, 1, SUPPLY_ATOMS_MAX)) == no.OK


def test_a_market_order_is_worth_enough_and_not_too_much() -> None:
    stage = Stage(reference_price=100, tick_atoms=3, notional_atoms_min=1_000, notional_atoms_max=5_000)
    stage.place(SELL, 50, 100)
    assert stage.refusal(stage.order(BUY, 3, 0, MARKET)) == no.NOTIONAL_AT_MARKET_TOO_SMALL
    assert bounds(stage) == (900, 1_000, 5_000, 4)
    assert stage.refusal(stage.order(BUY, 17, 0, MARKET)) == no.NOTIONAL_AT_MARKET_TOO_LARGE
    assert bounds(stage) == (5_100, 1_000, 5_000, 16)
    assert stage.refusal(stage.order(BUY, 0, 0, MARKET, quote_quantity=1)) == no.OK
    stage.market.reference_price = SUPPLY_ATOMS_MAX
    assert stage.refusal(stage.order(BUY, 17, 0, MARKET)) == no.NOTIONAL_AT_MARKET_TOO_LARGE
    assert bounds(stage) == (SUPPLY_ATOMS_MAX + 1, 1_000, 5_000, -1)


def test_stops_that_cannot_wait() -> None:
    stage = Stage()
    assert stage.refusal(stage.order(SELL, 1, 0, STOP_LOSS, trailing_bips=100)) == no.REFERENCE_MISSING
    assert stage.refusal(stage.order(SELL, 1, 0, STOP_LOSS, stop_price=50, trailing_bips=100)) == no.OK
    stage.market.reference_price = 100
    for side, type_, stop in ((SELL, STOP_LOSS, 100), (BUY, STOP_LOSS, 100), (BUY, TAKE_PROFIT, 101)):
        order = stage.order(side, 1, 0, type_, stop_price=stop)
        assert stage.refusal(order) == no.WOULD_TRIGGER
        order.trailing_bips = 100
        assert stage.refusal(order) == no.OK
    assert stage.refusal(stage.order(SELL, 1, 0, STOP_LOSS, stop_price=99)) == no.OK


def test_trailing_orders_are_bounded() -> None:
    stage = Stage(reference_price=100)
    order = stage.order(SELL, 1, 0, STOP_LOSS, trailing_bips=100)
    for _ in range(TRAILING_ORDERS_MAX):
        stage.floor.place(0, order)
    assert stage.refusal(order) == no.TRAILING_ORDERS_TOO_MANY
    assert stage.refusal(stage.order(SELL, 1, 0, STOP_LOSS, stop_price=9)) == no.OK


def test_a_maker_does_not_take() -> None:
    stage = Stage()
    stage.place(SELL, 1, 100, group=7)
    assert stage.refusal(stage.order(BUY, 1, 100, LIMIT_MAKER, group=7)) == no.WOULD_TAKE
    assert stage.refusal(stage.order(BUY, 1, 99, LIMIT_MAKER)) == no.OK


def test_what_takes_any_price_finds_somebody_and_can_pay() -> None:
    stage = Stage()
    assert stage.refusal(stage.order(BUY, 1, 0, MARKET)) == no.BOOK_EMPTY
    stage.place(SELL, 3, 100, display_quantity=1)
    assert stage.refusal(stage.order(BUY, 3, 0, MARKET, funds=299)) == no.FUNDS_INSUFFICIENT
    assert stage.refusal(stage.order(BUY, 3, 0, MARKET, funds=300)) == no.OK
    stage.place(BUY, 3, 50)
    assert stage.refusal(stage.order(SELL, 0, 0, MARKET, quote_quantity=149, funds=1)) == no.FUNDS_INSUFFICIENT
    assert stage.refusal(stage.order(SELL, 0, 0, MARKET, quote_quantity=149, funds=2)) == no.OK


def test_a_triggered_order_is_asked_for_the_book_alone() -> None:
    stage = Stage(reference_price=100)
    order = stage.order(BUY, 1, 0, STOP_LOSS, stop_price=100, is_activated=True, funds=100)
    assert activation(stage, order) == no.BOOK_EMPTY
    stage.place(SELL, 1, 101)
    assert activation(stage, order) == no.FUNDS_INSUFFICIENT
    order.funds = 101
    assert activation(stage, order) == no.OK
    order = stage.order(SELL, 1, 100, STOP_LOSS_LIMIT, stop_price=100, is_activated=True)
    assert activation(stage, order) == no.OK


def activation(stage: Stage, order: Order) -> int:
    stage.begin()
    return stage.floor.activation_refusal(0, order)
