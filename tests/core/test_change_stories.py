"""What can be done to open orders: cancels with conditions, amends, replacements, batches (rules 11)."""

from tests.story import tell
from tests.story.worlds import FUNDED


def test_a_cancel_may_ask_for_an_order_that_nothing_has_happened_to() -> None:
    tell(
        FUNDED,
        """
        alice buys 3 at 100
        alice cancels #1 only if partly filled
        → refused CANCEL_RESTRICTED
        bob sells 1 at 100
        → traded 1 at 100
        → closed #2 filled
        alice cancels #1 only if new
        → refused CANCEL_RESTRICTED
        alice cancels #1 only if partly filled
        → closed #1 canceled, 2 unfilled
        alice buys 3 at 100
        alice cancels #3 only if new
        → closed #3 canceled, 3 unfilled
        """,
    )


def test_cancel_all_can_reach_every_market() -> None:
    tell(
        FUNDED,
        """
        ETH is an asset
        ETHUSDT is a market
        alice buys 1 at 10 in ETHUSDT
        alice buys 1 at 10
        alice buys 1 at 11 in ETHUSDT
        alice cancels all in ETHUSDT
        → closed #1 canceled, 1 unfilled
        → closed #3 canceled, 1 unfilled
        alice buys 1 at 12 in ETHUSDT
        alice cancels all everywhere
        → closed #2 canceled, 1 unfilled
        → closed #4 canceled, 1 unfilled
        the ETHUSDT book is |
        alice cancels all everywhere
        → refused ORDER_UNKNOWN
        """,
    )


def test_an_amended_order_is_smaller_and_keeps_its_place() -> None:
    tell(
        FUNDED,
        """
        alice sells 3 at 100
        bob sells 1 at 100
        alice amends #1 to 2
        #1 has 2 unfilled and 2 held
        alice has 98 BTC and 2 held
        the book is | 3@100
        carol buys 2 at 100
        → traded 2 at 100
        → closed #1 filled
        → closed #3 filled
        """,
    )


def test_an_amend_counts_what_has_traded() -> None:
    tell(
        FUNDED,
        """
        alice buys 5 at 100 as mine
        bob sells 2 at 100
        → traded 2 at 100
        → closed #2 filled
        alice amends @mine to 2
        → refused AMEND_NOT_SMALLER: 2 is not in 3..4, nearest 3
        alice amends @mine to 5
        → refused AMEND_NOT_SMALLER: 5 is not in 3..4, nearest 4
        alice amends #1 to 3
        #1 has 1 unfilled and 100 held
        alice amends #1 to 4
        → refused AMEND_NOT_SMALLER: 4 is not in 3..2, nearest -1
        bob amends #1 to 1
        → refused ORDER_UNKNOWN
        """,
    )


def test_an_amend_keeps_to_the_filters_and_the_state_of_the_market() -> None:
    tell(
        FUNDED,
        """
        prices are 1..1000, quantities 2..20, notional from 40
        alice buys 10 at 10
        alice amends #1 to 1
        → refused QUANTITY_OUT_OF_RANGE: 1 is not in 2..20, nearest 2
        alice amends #1 to 3
        → refused NOTIONAL_TOO_SMALL: 30 is not in 40..4611686018427387903, nearest 4
        the market halts
        alice amends #1 to 4
        → refused MARKET_NOT_TRADING
        the market only cancels
        alice amends #1 to 5
        the market collects
        alice amends #1 to 4
        #1 has 4 unfilled and 40 held
        """,
    )


def test_a_replacement_cancels_and_places_with_nobody_in_between() -> None:
    tell(
        FUNDED,
        """
        alice withdraws 9700 USDT
        alice buys 3 at 100
        alice replaces #1 with:
            buys 2 at 150
        → closed #1 canceled, 3 unfilled
        the book is 2@150 |
        alice has 0 USDT and 300 held
        """,
    )


def test_a_replacement_whose_cancel_fails_places_nothing_unless_it_is_told_to() -> None:
    tell(
        FUNDED,
        """
        alice replaces #7 with:
            buys 2 at 150
        → part 1 refused ORDER_UNKNOWN
        → part 2 refused CANCEL_FAILED
        open orders are
        alice replaces #7 anyway with:
            buys 2 at 150
        → part 1 refused ORDER_UNKNOWN
        open orders are #1
        alice replaces #1 only if partly filled with:
            buys 2 at 160
        → part 1 refused CANCEL_RESTRICTED
        → part 2 refused CANCEL_FAILED
        open orders are #1
        """,
    )


def test_a_replacement_whose_order_is_refused_has_cancelled_all_the_same() -> None:
    tell(
        FUNDED,
        """
        alice buys 2 at 150
        alice replaces #1 with:
            buys 999 at 150
        → closed #1 canceled, 2 unfilled
        → part 2 refused FUNDS_INSUFFICIENT
        open orders are
        alice has 10000 USDT and 0 held
        """,
    )


def test_the_same_replacement_again_cancels_nothing_more() -> None:
    replace = """
        alice replaces @old with:
            buys 2 at 150 as new
    """
    tell(
        FUNDED,
        """
        alice buys 1 at 100 as old
        """,
        replace,
        """
        → closed #1 canceled, 1 unfilled
        """,
        replace,
        """
        → as for command 13
        open orders are #2
        """,
    )


def test_a_batch_is_decided_part_by_part() -> None:
    tell(
        FUNDED,
        """
        bob sells 1 at 100
        alice asks at once:
            buys 2 at 100 as first
            buys 999 at 999
            cancels @first only if new
            cancels @first
            sells 1 at 100 maker
        → traded 1 at 100
        → closed #1 filled
        → part 2 refused FUNDS_INSUFFICIENT
        → part 3 refused CANCEL_RESTRICTED
        → closed #2 canceled, 1 unfilled
        open orders are #3
        """,
    )


def test_a_part_of_a_batch_names_its_filter_too() -> None:
    tell(
        FUNDED,
        """
        prices are 10..200, quantities 1..20, notional from 1
        alice asks at once:
            buys 1 at 9
            buys 1 at 10
        → part 1 refused PRICE_OUT_OF_RANGE: 9 is not in 10..200, nearest 10
        open orders are #1
        """,
    )


def test_each_part_sets_off_its_stops_before_the_next_is_looked_at() -> None:
    tell(
        FUNDED,
        """
        bob buys 1 at 100
        bob buys 1 at 90
        carol sells 1 stop 100
        alice asks at once:
            sells 1 at 100
            sells 1 at 90
        → traded 1 at 100
        → closed #1 filled
        → closed #4 filled
            → triggered #3 at 100
            → traded 1 at 90
            → closed #2 filled
            → closed #3 filled
        the book is | 1@90
        """,
    )


def test_an_order_that_is_asked_for_again_is_answered_as_the_first_time() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10 as mine
        alice buys 1 at 10 as mine
        → as for command 12
        alice buys 1 at 11 as mine
        → refused CLIENT_ID_DUPLICATE
        alice buys 1 at 10 ioc as mine
        → refused CLIENT_ID_DUPLICATE
        bob buys 1 at 11 as mine
        alice cancels #1
        → closed #1 canceled, 1 unfilled
        alice buys 1 at 10 as mine by 99
        → as for command 12
        alice buys 1 at 11 as mine
        → refused CLIENT_ID_DUPLICATE
        open orders are #2
        """,
    )


def test_a_repeat_in_a_batch_is_told_from_a_new_order() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10 as mine
        alice asks at once:
            buys 1 at 10 as mine
            buys 2 at 10 as mine
        → part 1 as for command 12
        → part 2 refused CLIENT_ID_DUPLICATE
        open orders are #1
        """,
    )
