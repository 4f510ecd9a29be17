"""Filters of a market: what a refusal says, and that the nearest value it names really passes (rules 4)."""

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED, trade_at

SUPPLY = 2**62 - 1


def test_a_price_out_of_range_is_told_the_nearest_bound() -> None:
    tell(
        FUNDED,
        """
        prices are 10..200, quantities 2..20, notional from 0
        alice buys 2 at 9
        → refused PRICE_OUT_OF_RANGE: 9 is not in 10..200, nearest 10
        alice buys 2 at 201
        → refused PRICE_OUT_OF_RANGE: 201 is not in 10..200, nearest 200
        alice buys 2 at -5
        → refused PRICE_OUT_OF_RANGE: -5 is not in 10..200, nearest 10
        alice sells 2 stop 9
        → refused STOP_PRICE_OUT_OF_RANGE: 9 is not in 10..200, nearest 10
        alice sells 2 stop 201 limit 100
        → refused STOP_PRICE_OUT_OF_RANGE: 201 is not in 10..200, nearest 200
        """,
    )


def test_a_quantity_out_of_range_is_told_the_nearest_bound() -> None:
    tell(
        FUNDED,
        """
        prices are 10..200, quantities 2..20, notional from 0
        alice buys 1 at 10
        → refused QUANTITY_OUT_OF_RANGE: 1 is not in 2..20, nearest 2
        alice sells 21 at market
        → refused QUANTITY_OUT_OF_RANGE: 21 is not in 2..20, nearest 20
        the guards are notional to 500
        alice buys for -5 at market
        → refused QUANTITY_OUT_OF_RANGE: -5 is not in 1..500, nearest 1
        """,
    )


def test_market_orders_have_quantities_of_their_own() -> None:
    tell(
        FUNDED,
        """
        bob sells 20 at 100
        bob buys 20 at 50
        the guards are market quantities 3..5
        alice buys 2 at market
        → refused MARKET_QUANTITY_OUT_OF_RANGE: 2 is not in 3..5, nearest 3
        alice sells 6 at market
        → refused MARKET_QUANTITY_OUT_OF_RANGE: 6 is not in 3..5, nearest 5
        alice sells 6 stop 40
        → refused MARKET_QUANTITY_OUT_OF_RANGE: 6 is not in 3..5, nearest 5
        alice sells 6 stop 40 limit 30
        alice buys 6 at 10
        alice sells 5 at market
        → traded 5 at 50
        → closed #5 filled
        """,
    )


def test_a_notional_is_told_the_quantity_that_passes_at_its_price() -> None:
    tell(
        FUNDED,
        f"""
        prices are 1..1000, quantities 1..1000, notional from 100
        alice buys 3 at 30
        → refused NOTIONAL_TOO_SMALL: 90 is not in 100..{SUPPLY}, nearest 4
        alice buys 4 at 30
        alice sells 1 stop 99
        → refused NOTIONAL_TOO_SMALL: 99 is not in 100..{SUPPLY}, nearest 2
        alice buys for 99 at market
        → refused NOTIONAL_TOO_SMALL: 99 is not in 100..{SUPPLY}, nearest 100
        the guards are notional to 500
        alice buys 20 at 30
        → refused NOTIONAL_TOO_LARGE: 600 is not in 100..500, nearest 16
        alice buys 16 at 30
        alice buys 1 at 501
        → refused NOTIONAL_TOO_LARGE: 501 is not in 100..500, nearest -1
        alice buys for 501 at market
        → refused NOTIONAL_TOO_LARGE: 501 is not in 100..500, nearest 500
        """,
    )


def test_a_market_order_is_judged_at_the_reference_price() -> None:
    tell(
        FUNDED,
        """
        bob sells 20 at 100
        bob buys 20 at 50
        prices are 1..1000, quantities 1..1000, notional from 100
        the guards are reference 40, notional to 500
        alice buys 2 at market
        → refused NOTIONAL_AT_MARKET_TOO_SMALL: 80 is not in 100..500, nearest 3
        alice sells 13 at market
        → refused NOTIONAL_AT_MARKET_TOO_LARGE: 520 is not in 100..500, nearest 12
        alice sells 3 at market
        → traded 3 at 50
        → closed #3 filled
        """,
    )


def test_an_iceberg_has_only_so_many_parts() -> None:
    tell(
        FUNDED,
        """
        the guards are 5 iceberg parts
        alice buys 11 at 10 showing 2
        → refused ICEBERG_PARTS_TOO_MANY: 6 is not in 1..5, nearest 3
        alice buys 11 at 10 showing 3
        the guards are none
        alice buys 101 at 10 showing 1
        → refused ICEBERG_PARTS_TOO_MANY: 101 is not in 1..20, nearest 6
        """,
    )


def test_an_account_has_only_so_many_orders_of_a_kind() -> None:
    tell(
        FUNDED,
        """
        the guards are 3 orders, 1 algo orders, 1 icebergs
        alice sells 1 stop 90
        alice sells 1 stop 80
        → refused ALGO_ORDERS_TOO_MANY: 2 is not in 0..1, nearest 1
        alice buys 2 at 10 showing 1
        alice buys 2 at 11 showing 1
        → refused ICEBERG_ORDERS_TOO_MANY: 2 is not in 0..1, nearest 1
        alice buys 1 at 10
        alice buys 1 at 10
        → refused OPEN_ORDERS_TOO_MANY: 4 is not in 0..3, nearest 3
        alice buys 1 at 10 maker
        → refused OPEN_ORDERS_TOO_MANY: 4 is not in 0..3, nearest 3
        bob buys 1 at 10
        alice buys 1 at 10 ioc
        → closed #5 expired, 1 unfilled
        """,
    )


def test_a_list_counts_with_all_its_orders() -> None:
    tell(
        FUNDED,
        """
        the guards are 2 orders, 1 algo orders
        alice buys 1 at 10
        alice places an OCO:
            sells 2 at 110 maker
            sells 2 stop 90
        → refused OPEN_ORDERS_TOO_MANY: 3 is not in 0..2, nearest 2
        alice cancels #1
        → closed #1 canceled, 1 unfilled
        alice places an OCO:
            sells 2 take profit 110
            sells 2 stop 90
        → refused ALGO_ORDERS_TOO_MANY: 2 is not in 0..1, nearest 1
        """,
    )


def test_a_triggered_order_counts_as_algo_no_more() -> None:
    tell(
        FUNDED,
        """
        the guards are 1 algo orders
        alice sells 1 stop 90 limit 95
        """,
        trade_at(90, 2),
        """
            → triggered #1 at 90
        alice sells 1 stop 80
        """,
    )


def test_a_position_has_a_bound_that_counts_open_buys() -> None:
    tell(
        FUNDED,
        """
        the guards are position 110
        alice buys 4 at 10
        alice buys 7 at 10
        → refused POSITION_TOO_LARGE: 111 is not in 0..110, nearest 6
        alice sells 50 at 500
        alice buys 7 at 10
        → refused POSITION_TOO_LARGE: 111 is not in 0..110, nearest 6
        alice buys 6 at 10
        alice buys 1 at 10
        → refused POSITION_TOO_LARGE: 111 is not in 0..110, nearest -1
        """,
    )


@pytest.mark.parametrize(
    ("order", "least", "most", "nearest"),
    [
        ("buys 1 at 79", 80, 110, 80),
        ("buys 1 at 111", 80, 110, 110),
        ("sells 1 at 89", 90, 130, 90),
        ("sells 1 at 131", 90, 130, 130),
        ("sells 1 stop 50 limit 89", 90, 130, 90),
        ("buys 1 at 111 maker", 80, 110, 110),
    ],
)
def test_a_price_too_far_from_the_reference_is_refused_by_side(order: str, least: int, most: int, nearest: int) -> None:
    price = order.split()[-1 if "maker" not in order else -2]
    tell(
        FUNDED,
        f"""
        the guards are bids 80..110 %, asks 90..130 %, reference 100
        alice {order}
        → refused PRICE_TOO_FAR: {price} is not in {least}..{most}, nearest {nearest}
        alice {order.replace(f" {price}", f" {nearest}")}
        """,
    )


def test_the_last_trade_is_the_reference_once_there_is_one() -> None:
    tell(
        FUNDED,
        """
        the guards are asks 90..130 %, reference 100
        """,
        trade_at(120, 1),
        """
        alice sells 1 at 100
        → refused PRICE_TOO_FAR: 100 is not in 108..156, nearest 108
        """,
    )


def test_without_a_reference_no_price_is_too_far() -> None:
    tell(
        FUNDED,
        """
        the guards are bids 80..110 %, asks 90..130 %
        alice buys 1 at 1
        """,
    )


def test_an_account_may_be_kept_from_trading_or_from_withdrawing() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10
        alice gets and may only withdraw
        alice buys 1 at 10
        → refused ACCOUNT_RESTRICTED
        alice withdraws 1 USDT
        alice cancels #1
        → closed #1 canceled, 1 unfilled
        alice gets and may only trade
        alice buys 1 at 10
        alice withdraws 1 USDT
        → refused ACCOUNT_RESTRICTED
        alice reserves 1 USDT
        → refused ACCOUNT_RESTRICTED
        """,
    )
