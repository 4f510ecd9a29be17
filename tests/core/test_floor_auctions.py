"""Price bands call auctions; auctions end at the one price that trades most."""

from random import Random

import pytest

from tests.core.stage import Stage, only
from trueman.core.auction import AuctionPrice
from trueman.core.rulesets import NEWEST_RULESET
from trueman.core.units import (
    AUCTION,
    BUY,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    IOC,
    MARKET,
    SELL,
    STOP_LOSS,
    STP_DECREMENT,
    STP_EXPIRE_BOTH,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
    TRADING,
)


def banded() -> Stage:
    return Stage(reference_price=100, band_ppm=100_000, auction_us=5_000_000)


def test_a_trade_beyond_the_band_calls_an_auction_and_the_rest_waits() -> None:
    stage = banded()
    stage.place(SELL, 1, 110)
    stage.place(SELL, 1, 111)
    told = stage.place(BUY, 3, 120)
    until_us = stage.number * 1_000 + 5_000_000
    assert told == [
        ("FILL", 3, 1, 110, 1, 1),
        ("DONE", 1, FILLED, 0),
        ("LEVEL", 3, SELL, 110, 0),
        ("CALLED", 111, 100, until_us),
        ("RESTED", 3, stage.places[3][0], 2),
        ("LEVEL", 4, BUY, 120, 2),
    ]
    assert stage.market.status == AUCTION
    assert stage.market.auction_until_us == until_us
    assert stage.floor.is_crossed(0)


def test_what_cannot_rest_expires_when_the_auction_is_called() -> None:
    stage = banded()
    stage.place(SELL, 1, 100)
    stage.place(SELL, 1, 111)
    assert stage.place(BUY, 2, 0, MARKET)[-2:] == [
        ("CALLED", 111, 100, stage.number * 1_000 + 5_000_000),
        ("DONE", 3, EXPIRED, 1),
    ]


def test_a_buyer_cannot_trade_below_the_band_either() -> None:
    stage = banded()
    stage.place(SELL, 1, 89)
    assert only("CALLED", stage.place(BUY, 1, 100)) == [(89, 100, stage.number * 1_000 + 5_000_000)]


def test_fill_or_kill_and_payment_see_the_band() -> None:
    stage = banded()
    stage.place(SELL, 1, 100)
    stage.place(SELL, 1, 111)
    assert stage.place(BUY, 2, 120, time_in_force=FOK) == [("DONE", 3, EXPIRED, 2)]
    assert stage.market.status == TRADING
    assert stage.refusal(stage.order(BUY, 2, 0, MARKET, funds=100)) == 0


def test_the_band_of_a_command_stays_where_it_was() -> None:
    stage = banded()
    stage.place(SELL, 1, 110)
    stage.place(SELL, 1, 115)
    stage.begin()
    stage.let_in(stage.order(BUY, 1, 110))
    assert only("CALLED", stage.let_in(stage.order(BUY, 1, 115)))
    stage = banded()
    stage.place(SELL, 1, 110)
    stage.place(SELL, 1, 115)
    stage.place(BUY, 1, 110)
    assert not only("CALLED", stage.place(BUY, 1, 115))


def test_after_an_auction_the_band_is_around_its_price() -> None:
    stage = banded()
    stage.place(SELL, 1, 130)
    stage.place(BUY, 1, 130)
    stage.place(SELL, 1, 140)
    stage.uncross()
    assert not only("CALLED", stage.let_in(stage.order(BUY, 1, 140, time_in_force=IOC)))
    stage.market.status = TRADING


def collected(orders: list[tuple[int, int, int]], **fields: int) -> Stage:
    stage = Stage(status=AUCTION, **fields)
    for side, quantity, price in orders:
        stage.place(side, quantity, price)
    return stage


def test_both_sides_trade_at_one_price_the_older_as_the_maker() -> None:
    stage = collected([(BUY, 5, 105), (SELL, 3, 95), (SELL, 4, 100), (BUY, 1, 101)])
    assert stage.uncross() == [
        ("UNCROSSED", 100, 6, 1),
        ("CROSSED", 2, 1, 100, 3, 1),
        ("REDUCED", 1, 2),
        ("REDUCED", 2, 0),
        ("DONE", 2, FILLED, 0),
        ("CROSSED", 3, 1, 100, 2, 2),
        ("REDUCED", 1, 0),
        ("REDUCED", 3, 2),
        ("DONE", 1, FILLED, 0),
        ("CROSSED", 4, 3, 100, 1, 3),
        ("REDUCED", 3, 1),
        ("REDUCED", 4, 0),
        ("DONE", 4, FILLED, 0),
        ("LEVEL", 5, BUY, 105, 0),
        ("LEVEL", 6, BUY, 101, 0),
        ("LEVEL", 7, SELL, 95, 0),
        ("LEVEL", 8, SELL, 100, 1),
    ]
    assert stage.floor.reference(0) == 100


@pytest.mark.parametrize(("reference", "price"), [(0, 100), (97, 97), (80, 90), (300, 110)])
def test_ties_go_to_the_price_nearest_to_the_reference(reference: int, price: int) -> None:
    stage = collected([(BUY, 5, 110), (SELL, 5, 90)], reference_price=reference)
    assert stage.uncross()[0] == ("UNCROSSED", price, 5, 0)


def test_icebergs_count_and_trade_in_slices() -> None:
    stage = Stage(status=AUCTION)
    stage.place(SELL, 6, 100, display_quantity=2)
    stage.place(SELL, 3, 100)
    stage.place(BUY, 8, 100)
    told = stage.uncross()
    assert told[0] == ("UNCROSSED", 100, 8, 1)
    assert [message[1:5] for message in told if message[0] == "CROSSED"] == [
        (3, 1, 100, 2),
        (3, 2, 100, 3),
        (3, 1, 100, 2),
        (3, 1, 100, 1),
    ]
    assert stage.levels() == ([], [(100, 1)])


@pytest.mark.parametrize(
    ("mode", "prevented", "closed"),
    [
        (STP_EXPIRE_TAKER, (2, 1, 100, 0, 5, 1), [(2, EXPIRED_IN_MATCH, 5)]),
        (STP_EXPIRE_MAKER, (2, 1, 100, 4, 0, 1), [(1, EXPIRED_IN_MATCH, 4)]),
        (STP_EXPIRE_BOTH, (2, 1, 100, 4, 5, 1), [(1, EXPIRED_IN_MATCH, 4), (2, EXPIRED_IN_MATCH, 5)]),
        (STP_DECREMENT, (2, 1, 100, 4, 4, 1), [(1, EXPIRED_IN_MATCH, 0)]),
    ],
)
def test_the_younger_orders_mode_counts(mode: int, prevented: tuple[int, ...], closed: list[tuple[int, ...]]) -> None:
    stage = Stage(status=AUCTION)
    stage.place(BUY, 4, 100, group=7)
    stage.place(SELL, 5, 100, group=7, stp=mode)
    told = stage.uncross()
    assert only("PREVENTED", told) == [prevented]
    assert only("DONE", told) == closed
    assert only("REDUCED", told) == ([(2, 1)] if mode == STP_DECREMENT else [])
    assert stage.floor.reference(0) == 0


CROSSED_AT_A_PRICE_OF_ITS_OWN = [("UNCROSSED", 92, 4, 6), ("CROSSED", 3, 2, 92, 4, 1)]
CROSSED_AT_THE_OLDER_ONES = [("CROSSED", 3, 2, 90, 4, 1)]


@pytest.mark.parametrize(
    ("ruleset", "again"), [(2, CROSSED_AT_A_PRICE_OF_ITS_OWN), (NEWEST_RULESET, CROSSED_AT_THE_OLDER_ONES)]
)
def test_a_book_that_prevention_left_crossed_is_uncrossed_again(ruleset: int, again: list[tuple[object, ...]]) -> None:
    stage = Stage(ruleset, status=AUCTION)
    stage.place(BUY, 10, 100, group=7)
    stage.place(SELL, 10, 90, group=7, stp=STP_EXPIRE_MAKER)
    stage.place(BUY, 4, 95)
    assert stage.uncross() == [
        ("UNCROSSED", 96, 10, 0),
        ("PREVENTED", 2, 1, 96, 10, 0, 1),
        ("DONE", 1, EXPIRED_IN_MATCH, 10),
        ("LEVEL", 4, BUY, 100, 0),
        *again,
        ("REDUCED", 2, 6),
        ("REDUCED", 3, 0),
        ("DONE", 3, FILLED, 0),
        ("LEVEL", 5, BUY, 95, 0),
        ("LEVEL", 6, SELL, 90, 6),
    ]


def test_a_book_that_is_not_crossed_has_nothing_to_uncross() -> None:
    stage = Stage(status=AUCTION)
    assert stage.uncross() == []
    stage.place(BUY, 1, 99)
    stage.place(SELL, 1, 100)
    assert stage.uncross() == []


def test_the_auctions_price_sets_off_stops() -> None:
    stage = Stage(status=AUCTION, reference_price=100)
    stage.place(BUY, 1, 0, STOP_LOSS, stop_price=105)
    stage.place(BUY, 1, 106)
    stage.place(SELL, 1, 106)
    stage.uncross()
    assert stage.fired() == [(1, 105)]


@pytest.mark.parametrize("seed", range(60))
def test_the_price_is_the_best_of_all_prices(seed: int) -> None:
    random = Random(seed)
    stage = Stage(status=AUCTION, reference_price=random.choice((0, 95, 100, 120)))
    orders = [
        (random.randrange(2), random.randint(1, 9), random.randint(85, 115)) for _ in range(random.randint(2, 20))
    ]
    for side, quantity, price in orders:
        stage.place(side, quantity, price, display_quantity=random.randint(0, quantity))
    if not stage.floor.is_crossed(0):
        return
    lowest = min(price for side, _, price in orders if side == SELL)
    highest = max(price for side, _, price in orders if side == BUY)
    nearest = stage.market.reference_price or (lowest + highest) // 2
    ranked = []
    for price in range(lowest, highest + 1):
        buys = sum(quantity for side, quantity, limit in orders if side == BUY and limit >= price)
        sells = sum(quantity for side, quantity, limit in orders if side == SELL and limit <= price)
        ranked.append((-min(buys, sells), abs(buys - sells), abs(price - nearest), price))
    quantity, surplus, _, price = min(ranked)
    found, book = AuctionPrice(), stage.floor.matchings[0].book
    found.find(book.bids, book.asks, stage.market.reference_price)
    assert (found.price, found.quantity, found.surplus) == (price, -quantity, surplus)
    told = stage.uncross()
    assert sum(message[4] for message in told if message[0] == "CROSSED") == -quantity
