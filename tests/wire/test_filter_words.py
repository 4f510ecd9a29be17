"""A refused value is told its bounds and its nearest neighbour in decimals; what is only tested is told the same."""

from dataclasses import replace
from typing import Any

import pytest

from tests.wire.btcusdt import BTCUSDT
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.commands import PlaceOrder, PlaceOrderWithTerms
from trueman.core.events import FilterFailed
from trueman.core.rulesets import FIRST_RULESET, NEWEST_RULESET, Rules
from trueman.views.registry import NO_GUARDS, Market
from trueman.wire import order_checks
from trueman.wire.filter_words import words
from trueman.wire.rest_filters import filters

NOW_US = 1_700_000_000_000_000


@pytest.mark.parametrize(
    ("failed", "in_quote", "text"),
    [
        (
            FilterFailed(no.PRICE_OUT_OF_RANGE, 5, 10, 200, 10),
            False,
            "price must be from 0.10000000 to 2.00000000; nearest is 0.10000000",
        ),
        (
            FilterFailed(no.STOP_PRICE_OUT_OF_RANGE, 500, 10, 200, 200),
            False,
            "stopPrice must be from 0.10000000 to 2.00000000; nearest is 2.00000000",
        ),
        (
            FilterFailed(no.QUANTITY_OUT_OF_RANGE, 5, 10, 20, 10),
            False,
            "quantity must be from 0.00010000 to 0.00020000; nearest is 0.00010000",
        ),
        (
            FilterFailed(no.NOTIONAL_TOO_SMALL, 1, 10**8, 10**10, 400),
            False,
            "price x quantity must be at least 1.00000000 USDT; nearest quantity is 0.00400000",
        ),
        (
            FilterFailed(no.NOTIONAL_TOO_LARGE, 10**11, 10**8, 10**10, -1),
            False,
            "price x quantity must be at most 100.00000000 USDT; no quantity passes",
        ),
        (
            FilterFailed(no.PRICE_TOO_FAR, 5, 10, 20, -1),
            False,
            "price must be from 0.10000000 to 0.20000000; none passes",
        ),
        (
            FilterFailed(no.NOTIONAL_TOO_SMALL, 1, 10**8, 10**10, -1),
            False,
            "price x quantity must be at least 1.00000000 USDT; no quantity passes",
        ),
        (
            FilterFailed(no.NOTIONAL_TOO_SMALL, 1, 10**8, 10**10, 10**8),
            True,
            "quoteOrderQty must be at least 1.00000000 USDT; nearest is 1.00000000",
        ),
        (FilterFailed(no.ALGO_ORDERS_TOO_MANY, 6, 0, 5, 5), False, "at most 5 orders of yours can wait for a trigger"),
        (FilterFailed(no.ICEBERG_PARTS_TOO_MANY, 20, 1, 10, 2), False, "at most 10 parts"),
        (FilterFailed(no.OWN_TRAILING_ORDERS_TOO_MANY, 21, 0, 20, 20), False, "at most 20 trailing orders of yours"),
        (FilterFailed(no.TIMED_ORDERS_TOO_MANY, 9, 0, 8, 8), False, "at most 8 good-till-date orders can be open"),
        (FilterFailed(no.TRAILING_OUT_OF_RANGE, 5, 10, 2_000, 10), False, "trailingDelta must be from 10 to 2000"),
        (FilterFailed(no.AMEND_NOT_SMALLER, 5, 1, 4, 4), False, "from 0.00001000 to 0.00004000; nearest is 0.00004000"),
        (FilterFailed(no.AMEND_NOT_SMALLER, 5, 5, 4, -1), False, "no smaller quantity is left"),
        (FilterFailed(no.POSITION_TOO_LARGE, 30, 0, 20, 10**8), True, "nearest quoteOrderQty is 1.00000000"),
        (FilterFailed(no.POSITION_TOO_LARGE, 30, 0, 20, -1), True, "no quoteOrderQty passes"),
        (FilterFailed(no.POSITION_TOO_LARGE, 30, 0, 20, 4), False, "at most 0.00020000; nearest quantity is 0.00004"),
    ],
)
def test_bounds_are_told_in_decimals(failed: FilterFailed, in_quote: bool, text: str) -> None:
    assert text in words(BTCUSDT, failed, in_quote)


def order(**fields: Any) -> PlaceOrderWithTerms:
    plain = PlaceOrder(0, 1_024, 7, u.BUY, u.LIMIT, u.GTC, u.STP_NONE, 10_000, 10_000, 0, 0, "x")
    return order_checks.with_terms(plain)._replace(**fields)


def guarded(**guards: int) -> Market:
    return replace(BTCUSDT, guards=NO_GUARDS._replace(market=7, **guards))


@pytest.mark.parametrize(
    ("fields", "reason", "nearest"),
    [
        ({}, no.OK, None),
        ({"price": 10**9 + 1}, no.PRICE_OUT_OF_RANGE, 10**9),
        ({"type": u.STOP_LOSS_LIMIT}, no.TRIGGER_INVALID, None),
        ({"stop_price": 5}, no.TRIGGER_INVALID, None),
        ({"type": u.STOP_LOSS_LIMIT, "trailing_bips": 5}, no.TRAILING_OUT_OF_RANGE, 10),
        ({"type": u.STOP_LOSS_LIMIT, "trailing_bips": 2_001}, no.TRAILING_OUT_OF_RANGE, 2_000),
        ({"type": u.STOP_LOSS_LIMIT, "stop_price": 10**9 + 1}, no.STOP_PRICE_OUT_OF_RANGE, 10**9),
        ({"display_quantity": 10_001}, no.DISPLAY_INVALID, None),
        ({"display_quantity": 5, "time_in_force": u.IOC}, no.DISPLAY_INVALID, None),
        ({"display_quantity": 999}, no.ICEBERG_PARTS_TOO_MANY, 1_000),
        ({"time_in_force": u.GTD, "expire_us": NOW_US}, no.EXPIRY_INVALID, None),
        ({"time_in_force": u.GTD, "expire_us": NOW_US + 1}, no.OK, None),
        ({"quantity": 10**8 + 1}, no.QUANTITY_OUT_OF_RANGE, 10**8),
        ({"type": u.MARKET, "price": 0, "quantity": 20_001}, no.MARKET_QUANTITY_OUT_OF_RANGE, 20_000),
        ({"quantity": 999}, no.NOTIONAL_TOO_SMALL, 1_000),
        ({"quantity": 50_001}, no.NOTIONAL_TOO_LARGE, 50_000),
    ],
)
def test_a_test_order_is_refused_as_a_real_one_would_be(
    fields: dict[str, int], reason: int, nearest: int | None
) -> None:
    market = guarded(iceberg_parts_max=10, market_lots_max=20_000, notional_atoms_max=5 * 10**9)
    found = order_checks.refusal(market, order(**fields), NOW_US, Rules(NEWEST_RULESET))
    assert found.reason == reason
    assert (found.failed.nearest if found.failed else None) == nearest


@pytest.mark.parametrize(
    ("fields", "first", "before", "since"),
    [
        ({"display_quantity": 9}, 4, (no.OK, None), (no.QUANTITY_OUT_OF_RANGE, 10)),
        (
            {"type": u.STOP_LOSS_LIMIT, "trailing_bips": 5},
            3,
            (no.TRIGGER_INVALID, None),
            (no.TRAILING_OUT_OF_RANGE, 10),
        ),
        ({"quantity": 10, "price": 1}, 4, (no.NOTIONAL_TOO_SMALL, 10**7), (no.NOTIONAL_TOO_SMALL, -1)),
    ],
)
def test_a_test_order_is_refused_by_the_rules_in_force(
    fields: dict[str, int], first: int, before: tuple[int, int | None], since: tuple[int, int | None]
) -> None:
    market = replace(guarded(iceberg_parts_max=10_000), quantity_lots_min=10, quantity_lots_max=10**6)
    for ruleset in range(FIRST_RULESET, NEWEST_RULESET + 1):
        found = order_checks.refusal(market, order(**fields), NOW_US, Rules(ruleset))
        told = (found.reason, found.failed.nearest if found.failed else None)
        assert told == (since if ruleset >= first else before), ruleset


def test_exchange_info_tells_the_filters_that_are_set() -> None:
    always = ["PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "NOTIONAL", "ICEBERG_PARTS", "TRAILING_DELTA"]
    always += ["MAX_NUM_ORDERS", "MAX_NUM_ALGO_ORDERS", "MAX_NUM_ICEBERG_ORDERS"]
    assert [kind(each) for each in filters(BTCUSDT)] == always
    market = guarded(bid_down_ppm=500_000, position_lots_max=7, iceberg_orders_max=3, orders_max=9)
    found = {kind(each): each for each in filters(market)}
    assert set(found) == {*always, "PERCENT_PRICE_BY_SIDE", "MAX_POSITION"}
    percent: Any = found["PERCENT_PRICE_BY_SIDE"]
    assert (percent.bid_multiplier_down, percent.bid_multiplier_up) == ("0.500000", "1000.000000")
    orders: Any = found["MAX_NUM_ORDERS"]
    assert orders.max_num_orders == 9


def kind(filter_body: Any) -> str:
    return str(filter_body.__struct_config__.tag)


def test_of_an_iceberg_the_slice_is_named_that_is_too_small() -> None:
    failed = FilterFailed(no.QUANTITY_OUT_OF_RANGE, 5, 10, 20, 10)
    assert "icebergQty must be from 0.00010000" in words(BTCUSDT, failed, in_quote=False, of_slice=True)
