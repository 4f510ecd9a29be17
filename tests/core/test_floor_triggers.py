"""Stops lie dormant until their price is traded; trailing ones follow it."""

import pytest

from tests.core.stage import Stage, without_places
from trueman.core.trails import EXTREME
from trueman.core.units import (
    BUY,
    CANCELED,
    EXPIRED,
    FILLED,
    MARKET,
    NONE,
    SELL,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)


def at_price(price: int) -> Stage:
    stage = Stage()
    trade(stage, price)
    return stage


def trade(stage: Stage, *prices: int) -> None:
    """One order that trades a lot at each of these prices, best first for it."""
    side = BUY if prices[0] <= prices[-1] else SELL
    for price in prices:
        stage.place(1 - side, 1, price)
    stage.place(side, len(prices), prices[-1])


def test_a_stop_order_is_armed_and_fires_at_its_price() -> None:
    stage = at_price(100)
    assert without_places(stage.place(SELL, 5, 0, STOP_LOSS, stop_price=95)) == [("ARMED", 3)]
    trade(stage, 96)
    assert stage.fired() == []
    trade(stage, 95)
    assert stage.fired() == [(3, 95)]


@pytest.mark.parametrize(
    ("type_", "side", "stop", "is_rising"),
    [
        (STOP_LOSS, BUY, 110, True),
        (STOP_LOSS_LIMIT, SELL, 90, False),
        (TAKE_PROFIT, SELL, 110, True),
        (TAKE_PROFIT_LIMIT, BUY, 90, False),
    ],
)
def test_each_type_waits_for_its_direction(type_: int, side: int, stop: int, is_rising: bool) -> None:
    stage = at_price(100)
    stage.place(side, 5, 0 if type_ in (STOP_LOSS, TAKE_PROFIT) else 100, type_, stop_price=stop)
    trade(stage, 200 - stop)
    assert stage.fired() == []
    trade(stage, 120 if is_rising else 80)
    assert stage.fired() == [(3, stop)]


def test_falling_fire_before_rising_best_stop_first_then_the_oldest() -> None:
    stage = at_price(100)
    for stop in (90, 95, 95, 80):
        stage.place(SELL, 1, 0, STOP_LOSS, stop_price=stop)
    for stop in (120, 110, 130):
        stage.place(BUY, 1, 0, STOP_LOSS, stop_price=stop)
    stage.place(SELL, 1, 125)
    stage.place(BUY, 1, 125)
    assert stage.fired() == [(8, 110), (7, 120)]
    trade(stage, 90)
    assert stage.fired() == [(4, 95), (5, 95), (3, 90)]


def test_the_first_and_the_last_price_of_an_order_are_looked_at() -> None:
    stage = at_price(100)
    stage.place(SELL, 1, 0, STOP_LOSS, stop_price=95)
    stage.place(BUY, 1, 0, TAKE_PROFIT, stop_price=85)
    stage.place(SELL, 1, 0, STOP_LOSS, stop_price=94)
    trade(stage, 95, 84)
    assert stage.fired() == [(3, 95), (5, 94), (4, 85)]


def test_a_stop_can_be_disarmed_dormant_or_fired() -> None:
    stage = at_price(100)
    for stop in (95, 95, 94, 90):
        stage.place(SELL, 1, 0, STOP_LOSS, stop_price=stop)
    assert stage.disarm(3) == [("DONE", 3, CANCELED, NONE)]
    trade(stage, 94)
    stage.place(SELL, 1, 0, STOP_LOSS, stop_price=93)
    assert stage.disarm(4, EXPIRED) == [("DONE", 4, EXPIRED, NONE)]
    assert stage.fired() == [(5, 94)]
    assert stage.disarm(6) == [("DONE", 6, CANCELED, NONE)]
    assert stage.floor.orders.count == 1


def test_an_activated_stop_is_a_taker() -> None:
    stage = at_price(100)
    stage.place(SELL, 5, 101)
    told = stage.let_in(stage.order(BUY, 2, 0, STOP_LOSS, stop_price=100, is_activated=True))
    assert told[-1] == ("DONE", 4, FILLED, 0)
    told = stage.let_in(stage.order(BUY, 2, 99, STOP_LOSS_LIMIT, stop_price=100, is_activated=True))
    assert told[-1] == ("LEVEL", 5, BUY, 99, 2)


def test_a_trailing_stop_follows_the_price_and_not_back() -> None:
    stage = at_price(1_000)
    stage.place(SELL, 1, 0, STOP_LOSS, trailing_bips=100)
    trade(stage, 1_100)
    trade(stage, 1_095)
    assert stage.fired() == []
    trade(stage, 1_089)
    assert stage.fired() == [(3, 1_089)]


def test_a_rising_one_follows_the_lowest_price() -> None:
    stage = at_price(1_000)
    stage.place(BUY, 1, 0, STOP_LOSS, trailing_bips=100)
    trade(stage, 955)
    trade(stage, 964)
    assert stage.fired() == []
    trade(stage, 965)
    assert stage.fired() == [(3, 965)]


def test_with_a_stop_price_it_tracks_from_the_price_that_meets_it() -> None:
    """A seller who takes a profit waits for a rise, and then for the price to turn."""
    stage = at_price(1_000)
    stage.place(SELL, 1, 0, TAKE_PROFIT, stop_price=1_050, trailing_bips=100)
    trade(stage, 900)
    trade(stage, 1_060)
    assert stage.fired() == []
    assert stage.floor.matchings[0].triggers.falling_trails.trails.word(0, EXTREME) == 1_060
    trade(stage, 1_070)
    trade(stage, 1_060)
    assert stage.fired() == []
    trade(stage, 1_059)
    assert stage.fired() == [(3, 1_059)]


def test_with_a_stop_price_that_is_met_already_it_tracks_at_once() -> None:
    stage = at_price(1_000)
    stage.place(SELL, 1, 0, STOP_LOSS, stop_price=1_000, trailing_bips=100)
    trade(stage, 991)
    assert stage.fired() == []
    trade(stage, 990)
    assert stage.fired() == [(3, 990)]


def test_one_that_moves_to_a_stop_stands_behind_those_already_there() -> None:
    stage = at_price(1_000)
    stage.place(SELL, 1, 0, STOP_LOSS, trailing_bips=100)
    stage.place(SELL, 1, 0, STOP_LOSS, stop_price=999)
    trade(stage, 1_009)
    stage.place(SELL, 1, 0, STOP_LOSS, stop_price=998)
    trade(stage, 1_010)
    trade(stage, 990)
    assert stage.fired() == [(4, 999), (3, 999), (7, 998)]


def test_the_first_stop_is_what_it_is_weighed_by() -> None:
    stage = Stage()
    trailing = stage.order(BUY, 1, 0, STOP_LOSS, trailing_bips=100)
    assert stage.floor.first_stop(0, trailing) == NONE
    stage.market.reference_price = 995
    assert stage.floor.first_stop(0, trailing) == 1_005
    trailing.stop_price = 2_000
    assert stage.floor.first_stop(0, trailing) == 2_020
    trailing.side = SELL
    assert stage.floor.first_stop(0, trailing) == 1_980
    trailing.trailing_bips = 0
    assert stage.floor.first_stop(0, trailing) == 2_000


def test_a_market_order_sets_off_stops_too() -> None:
    stage = at_price(100)
    stage.place(BUY, 1, 0, STOP_LOSS, stop_price=105)
    stage.place(SELL, 1, 105)
    stage.place(BUY, 1, 0, MARKET)
    assert stage.fired() == [(3, 105)]
