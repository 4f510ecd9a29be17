"""Orders that depend on each other: OCO, OTO, OTOCO (rules 8)."""

from tests.story import tell
from tests.story.worlds import BRACKET, FUNDED, trade_at

PAIR = """
    alice places an OCO:
        sells 2 at 110 maker
        sells 2 stop 90
"""


def test_a_pair_holds_what_it_needs_once() -> None:
    tell(
        FUNDED,
        PAIR,
        """
        alice has 98 BTC and 2 held
        the book is | 2@110
        open orders are #1 #2
        """,
    )


def test_when_one_of_a_pair_trades_the_other_expires() -> None:
    tell(
        FUNDED,
        PAIR,
        """
        bob buys 1 at 110
        → traded 1 at 110
        → closed #3 filled
            → closed #2 expired, 2 unfilled
        alice has 98 BTC and 1 held
        bob buys 1 at 110
        → traded 1 at 110
        → closed #1 filled
        → list #1 closed
        → closed #4 filled
        """,
    )


def test_when_one_of_a_pair_is_filled_the_other_expires_and_the_list_is_over() -> None:
    tell(
        FUNDED,
        PAIR,
        """
        bob buys 2 at 110
        → traded 2 at 110
        → closed #1 filled
        → closed #3 filled
            → closed #2 expired, 2 unfilled
            → list #1 closed
        alice has 98 BTC and 0 held
        """,
    )


def test_when_the_stop_of_a_pair_fires_the_limit_order_expires_first() -> None:
    tell(
        FUNDED,
        PAIR,
        """
        bob buys 5 at 85
        """,
        trade_at(90, 4),
        """
            → closed #1 expired, 2 unfilled
            → triggered #2 at 90
            → traded 2 at 85
            → closed #2 filled
            → list #1 closed
        alice has 98 BTC and 0 held
        the book is 3@85 |
        """,
    )


def test_a_pair_of_buys_holds_the_dearer_and_gives_back_what_the_one_left_does_not_need() -> None:
    tell(
        FUNDED,
        """
        alice places an OCO:
            buys 2 at 90 maker
            buys 2 stop 110 limit 112
        alice has 9776 USDT and 224 held
        bob sells 1 at 90
        → traded 1 at 90
        → closed #3 filled
            → closed #2 expired, 2 unfilled
        alice has 9820 USDT and 90 held
        """,
    )


def test_a_pair_may_be_a_stop_and_a_take_profit() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        alice places an OCO:
            sells 2 take profit 110 limit 108
            sells 2 stop 90 limit 85
        the book is |
        """,
        trade_at(110, 5),
        """
            → closed #4 expired, 2 unfilled
            → triggered #3 at 110
        the book is | 2@108
        alice has 98 BTC and 2 held
        """,
    )


def test_cancelling_one_of_a_list_cancels_that_one_first_and_then_the_others() -> None:
    tell(
        FUNDED,
        PAIR,
        """
        alice cancels #2
        → closed #2 canceled, 2 unfilled
        → closed #1 canceled, 2 unfilled
        → list #1 closed
        alice has 100 BTC and 0 held
        """,
    )


def test_a_list_is_cancelled_by_its_number() -> None:
    tell(
        FUNDED,
        PAIR,
        """
        bob cancels list #1
        → refused ORDER_UNKNOWN
        alice cancels list #2
        → refused ORDER_UNKNOWN
        alice cancels list #1
        → closed #1 canceled, 2 unfilled
        → closed #2 canceled, 2 unfilled
        → list #1 closed
        alice cancels list #1
        → refused ORDER_UNKNOWN
        """,
    )


def test_one_triggers_the_other_when_it_is_filled() -> None:
    tell(
        FUNDED,
        """
        alice places an OTO:
            buys 2 at 100
            sells 2 at 120
        alice has 9800 USDT and 200 held
        alice has 100 BTC and 0 held
        bob sells 1 at 100
        → traded 1 at 100
        → closed #3 filled
        the book is 1@100 |
        bob sells 1 at 100
        → traded 1 at 100
        → closed #1 filled
        → closed #4 filled
            → begun #2
        the book is | 2@120
        alice has 100 BTC and 2 held
        bob buys 2 at 120
        → traded 2 at 120
        → closed #2 filled
        → list #1 closed
        → closed #5 filled
        """,
    )


def test_one_that_is_filled_at_once_triggers_the_other_at_once() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        alice places an OTO:
            buys 2 at 100
            sells 2 stop 90
        → traded 2 at 100
        → closed #1 filled
        → closed #2 filled
            → begun #3
        alice has 100 BTC and 2 held
        the book is |
        """,
    )


def test_what_waits_for_an_order_that_is_cancelled_is_cancelled_with_it() -> None:
    tell(
        FUNDED,
        BRACKET,
        """
        bob sells 1 at 100
        → traded 1 at 100
        → closed #4 filled
        alice cancels #1
        → closed #1 canceled, 1 unfilled
        → closed #2 canceled, 2 unfilled
        → closed #3 canceled, 2 unfilled
        → list #1 closed
        alice has 9900 USDT and 0 held
        """,
    )


def test_what_waits_for_an_order_that_expires_expires_with_it() -> None:
    tell(
        FUNDED,
        """
        bob sells 1 at 100
        alice places an OTO:
            buys 2 at 100 ioc
            sells 2 at 120
        → traded 1 at 100
        → closed #1 filled
        → closed #2 expired, 1 unfilled
            → closed #3 expired, 2 unfilled
            → list #2 closed
        """,
    )


def test_what_begins_and_cannot_be_paid_is_refused_and_expires() -> None:
    tell(
        FUNDED,
        """
        alice withdraws 99 BTC
        alice places an OTO:
            buys 2 at 100
            sells 4 at 120
        bob sells 2 at 100
        → traded 2 at 100
        → closed #1 filled
        → closed #3 filled
            → begun #2
            → refused #2 FUNDS_INSUFFICIENT
            → closed #2 expired, 4 unfilled
            → list #1 closed
        """,
    )


def test_what_begins_where_it_would_take_is_refused_and_expires() -> None:
    tell(
        FUNDED,
        """
        bob buys 1 at 110
        alice places an OTO:
            buys 2 at 120
            sells 2 at 105 maker
        bob sells 2 at 115
        → traded 2 at 120
        → closed #2 filled
        → closed #4 filled
            → begun #3
            → refused #3 WOULD_TAKE
            → closed #3 expired, 2 unfilled
            → list #2 closed
        """,
    )


def test_a_bracket_guards_what_it_bought_from_both_sides() -> None:
    tell(
        FUNDED,
        BRACKET,
        """
        alice has 9800 USDT and 200 held
        open orders are #1 #2 #3
        bob sells 2 at 100
        → traded 2 at 100
        → closed #1 filled
        → closed #4 filled
            → begun #2
            → begun #3
        alice has 100 BTC and 2 held
        the book is | 2@110
        bob buys 5 at 85
        """,
        trade_at(90, 6),
        """
            → closed #2 expired, 2 unfilled
            → triggered #3 at 90
            → traded 2 at 85
            → closed #3 filled
            → list #1 closed
        alice has 9970 USDT and 0 held
        """,
    )


def test_a_bracket_whose_pair_cannot_begin_is_refused_as_a_whole() -> None:
    """The order that was filled made a price that would trigger the stop at once: refused before ruleset 4."""
    tell(
        FUNDED,
        BRACKET.replace("stop 90", "stop 105"),
        """
        bob sells 2 at 100
        → traded 2 at 100
        → closed #1 filled
        → closed #4 filled
            → begun #2
            → begun #3
            → refused #3 WOULD_TRIGGER
            → closed #2 expired, 2 unfilled
            → closed #3 expired, 2 unfilled
            → list #1 closed
        alice has 102 BTC and 0 held
        """,
        ruleset=3,
    )


def test_a_list_is_refused_for_the_first_of_its_orders_that_would_be() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        alice places an OCO:
            sells 2 at 110 maker
            sells 2 stop 100
        → refused WOULD_TRIGGER
        alice places an OCO:
            sells 2 at 110 maker
            sells 2 stop 90 limit 1000001
        → refused PRICE_OUT_OF_RANGE: 1000001 is not in 1..1000000, nearest 1000000
        alice places an OTO:
            buys 101 at 100
            sells 2 at 110
        → refused FUNDS_INSUFFICIENT
        open orders are
        """,
    )


def test_the_same_list_again_is_answered_as_the_first_time() -> None:
    named = """
        alice places an OCO as pair:
            sells 2 at 110 maker as above
            sells 2 stop 90 as below
    """
    tell(
        FUNDED,
        named,
        named + "→ as for command 12",
        """
        alice sells 2 at 110 maker as above
        → refused CLIENT_ID_DUPLICATE
        alice has 98 BTC and 2 held
        """,
    )


def test_cancel_all_takes_lists_by_their_orders() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10
        """,
        PAIR,
        """
        alice buys 1 at 11
        alice cancels all
        → closed #1 canceled, 1 unfilled
        → closed #2 canceled, 2 unfilled
        → closed #3 canceled, 2 unfilled
        → list #2 closed
        → closed #4 canceled, 1 unfilled
        """,
    )
