"""An account that meets itself: the taker's mode decides."""

from tests.story import tell

MONEY = """
    alice deposits 1000 USDT
    alice deposits 50 BTC
    bob deposits 50 BTC
"""
BOOK = """
    alice sells 2 at 100
    bob sells 2 at 100
    alice sells 2 at 101
"""


def test_without_prevention_an_account_trades_with_itself() -> None:
    tell(
        MONEY,
        BOOK,
        """
        alice buys 1 at 100 stp none
        → traded 1 at 100
        → closed #4 filled
        alice has 1000 USDT and 0 held
        alice has 47 BTC and 3 held
        """,
    )


def test_expire_maker_goes_on_behind_its_own_orders() -> None:
    tell(
        MONEY,
        BOOK,
        """
        alice buys 3 at 101 stp maker
        → prevented #1 against #4 at 100, losing 2 and 0
        → closed #1 expired in match, 2 unfilled
        → traded 2 at 100
        → closed #2 filled
        → prevented #3 against #4 at 101, losing 2 and 0
        → closed #3 expired in match, 2 unfilled
        the book is 1@101 |
        alice has 52 BTC and 0 held
        """,
    )


def test_expire_taker_ends_at_its_own_order() -> None:
    tell(
        MONEY,
        """
        bob sells 1 at 99
        """,
        BOOK,
        """
        alice buys 5 at 101 stp taker
        → traded 1 at 99
        → closed #1 filled
        → prevented #2 against #5 at 100, losing 0 and 4
        → closed #5 expired in match, 4 unfilled
        the book is | 4@100 2@101
        alice has 901 USDT and 0 held
        """,
    )


def test_expire_both_ends_both() -> None:
    tell(
        MONEY,
        BOOK,
        """
        alice buys 5 at 101 stp both
        → prevented #1 against #4 at 100, losing 2 and 5
        → closed #1 expired in match, 2 unfilled
        → closed #4 expired in match, 5 unfilled
        the book is | 2@100 2@101
        alice has 1000 USDT and 0 held
        """,
    )


def test_an_order_that_is_filled_before_it_meets_itself_is_filled() -> None:
    tell(
        MONEY,
        """
        bob sells 2 at 100
        alice sells 2 at 100
        alice buys 2 at 100 stp both
        → traded 2 at 100
        → closed #1 filled
        → closed #3 filled
        """,
    )


def test_a_market_order_with_prevention_pays_only_for_what_it_would_trade() -> None:
    tell(
        MONEY,
        """
        alice sells 9 at 100
        bob sells 9 at 110
        alice buys 9 at market stp maker
        → prevented #1 against #3 at 100, losing 9 and 0
        → closed #1 expired in match, 9 unfilled
        → traded 9 at 110
        → closed #2 filled
        → closed #3 filled
        alice has 10 USDT and 0 held
        """,
    )


def test_a_market_order_among_its_own_alone_expires_in_match() -> None:
    tell(
        MONEY,
        """
        alice sells 2 at 100
        alice buys for 300 at market stp taker
        → prevented #1 against #2 at 100, losing 0 and 3
        → closed #2 expired in match
        alice buys for 300 at market stp maker
        → prevented #1 against #3 at 100, losing 2 and 0
        → closed #1 expired in match, 2 unfilled
        → closed #3 expired
        """,
    )


def test_decrement_takes_the_lots_in_common_from_both() -> None:
    tell(
        MONEY,
        BOOK,
        """
        alice buys 5 at 101 stp decrement
        → prevented #1 against #4 at 100, losing 2 and 2
        → closed #1 expired in match
        → traded 2 at 100
        → closed #2 filled
        → prevented #3 against #4 at 101, losing 1 and 1
        → closed #4 expired in match
        the book is | 1@101
        alice has 800 USDT and 0 held
        alice has 51 BTC and 1 held
        """,
    )


def test_decrement_leaves_the_larger_maker_with_the_rest_in_its_place() -> None:
    tell(
        MONEY,
        """
        alice sells 5 at 100
        bob sells 1 at 100
        alice buys 2 at 100 stp decrement
        → prevented #1 against #3 at 100, losing 2 and 2
        → closed #3 expired in match
        #1 has 3 unfilled and 3 held
        the book is | 4@100
        """,
    )


def test_accounts_of_one_group_count_as_one() -> None:
    tell(
        MONEY,
        """
        alice gets group 7
        bob gets group 7
        bob sells 2 at 100
        alice buys 1 at 100 stp maker
        → prevented #1 against #2 at 100, losing 2 and 0
        → closed #1 expired in match, 2 unfilled
        the book is 1@100 |
        """,
    )


def test_a_group_is_sealed_into_the_order() -> None:
    tell(
        MONEY,
        """
        bob sells 2 at 100
        alice gets group 7
        bob gets group 7
        alice buys 1 at 100 stp maker
        → traded 1 at 100
        → closed #2 filled
        """,
    )


def test_an_order_for_an_amount_loses_its_budget_by_decrement() -> None:
    tell(
        MONEY,
        """
        alice sells 2 at 100
        bob sells 9 at 110
        alice buys for 430 at market stp decrement
        → prevented #1 against #3 at 100, losing 2 and 2
        → closed #1 expired in match
        → traded 2 at 110
        → closed #3 filled
        alice has 780 USDT and 0 held
        """,
    )
