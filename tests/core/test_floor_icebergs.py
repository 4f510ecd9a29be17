"""Icebergs show a slice at a time and count as a whole; orders that shrink keep their turn."""

from tests.core.stage import Stage, only
from trueman.core.units import BUY, EXPIRED, FILLED, FOK, IOC, MARKET, SELL


def test_an_iceberg_shows_its_display_and_the_next_slice_stands_last() -> None:
    stage = Stage()
    assert stage.place(SELL, 10, 100, display_quantity=4) == [("RESTED", 1, 0, 10), ("LEVEL", 1, SELL, 100, 4)]
    stage.place(SELL, 3, 100)
    told = stage.place(BUY, 9, 100)
    assert only("FILL", told) == [(3, 1, 100, 4, 1), (3, 2, 100, 3, 2), (3, 1, 100, 2, 3)]
    assert only("DONE", told) == [(2, FILLED, 0), (3, FILLED, 0)]
    assert only("LEVEL", told) == [(3, SELL, 100, 2)]
    told = stage.place(BUY, 5, 100)
    assert only("FILL", told) == [(4, 1, 100, 2, 4), (4, 1, 100, 2, 5)]
    assert stage.levels() == ([(100, 1)], [])


def test_as_a_taker_it_is_whole_and_what_is_no_larger_than_its_display_hides_nothing() -> None:
    stage = Stage()
    stage.place(SELL, 7, 100)
    told = stage.place(BUY, 10, 100, display_quantity=2)
    assert only("FILL", told) == [(2, 1, 100, 7, 1)]
    assert only("RESTED", told) == [(2, stage.places[2][0], 3)]
    assert stage.levels() == ([(100, 2)], [])
    stage.place(BUY, 5, 99, display_quantity=5)
    assert stage.levels()[0] == [(100, 2), (99, 5)]
    assert stage.floor.orders.icebergs.count == 1


def test_a_fill_or_kill_order_counts_hidden_lots() -> None:
    stage = Stage()
    stage.place(SELL, 10, 100, display_quantity=1)
    assert stage.place(BUY, 11, 100, time_in_force=FOK) == [("DONE", 2, EXPIRED, 11)]
    told = stage.place(BUY, 10, 100, time_in_force=FOK)
    assert len(only("FILL", told)) == 10
    assert told[-2:] == [("LEVEL", 2, SELL, 100, 0), ("DONE", 3, FILLED, 0)]


def test_an_amended_order_keeps_its_turn_and_loses_hidden_lots_first() -> None:
    stage = Stage()
    stage.place(SELL, 10, 100, display_quantity=4)
    stage.place(SELL, 5, 100)
    assert stage.amend(1, 3) == [("REDUCED", 1, 7)]
    assert stage.amend(1, 4) == [("REDUCED", 1, 3), ("LEVEL", 3, SELL, 100, 8)]
    assert stage.floor.orders.icebergs.count == 0
    assert only("FILL", stage.place(BUY, 4, 100)) == [(3, 1, 100, 3, 1), (3, 2, 100, 1, 2)]


def test_a_cancelled_iceberg_gives_up_what_it_hid() -> None:
    stage = Stage()
    stage.place(SELL, 10, 100, display_quantity=4)
    assert stage.cancel(1, EXPIRED) == [("DONE", 1, EXPIRED, 10), ("LEVEL", 2, SELL, 100, 0)]
    assert stage.levels() == ([], [])


def test_what_takes_and_cannot_rest_expires() -> None:
    stage = Stage()
    stage.place(SELL, 2, 100)
    assert stage.place(BUY, 5, 100, time_in_force=IOC)[-1] == ("DONE", 2, EXPIRED, 3)
    stage.place(SELL, 2, 100)
    assert stage.place(BUY, 5, 0, MARKET)[-1] == ("DONE", 4, EXPIRED, 3)


def test_an_order_in_quote_is_filled_when_its_rest_pays_for_no_lot() -> None:
    stage = Stage()
    stage.place(SELL, 2, 100)
    stage.place(SELL, 2, 150)
    assert stage.place(BUY, 0, 0, MARKET, quote_quantity=330)[-1] == ("DONE", 3, FILLED, 0)
    assert stage.levels()[1] == [(150, 2)]
    assert stage.place(BUY, 0, 0, MARKET, quote_quantity=400)[-1] == ("DONE", 4, EXPIRED, 0)
