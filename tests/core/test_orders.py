"""Every order type, alone and against a book, told as stories."""

from tests.story import tell

FUNDED = """
    alice deposits 1000 USDT
    alice deposits 50 BTC
    bob deposits 1000 USDT
    bob deposits 50 BTC
    carol deposits 1000 USDT
    carol deposits 50 BTC
"""


def test_an_order_that_finds_nobody_rests_and_holds_what_it_needs() -> None:
    tell(
        FUNDED,
        """
        alice buys 3 at 100
        alice has 700 USDT and 300 held
        bob sells 2 at 105
        bob has 48 BTC and 2 held
        the book is 3@100 | 2@105
        """,
    )


def test_the_better_price_trades_first_and_at_the_makers_price() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 101
        bob sells 2 at 100
        alice buys 3 at 101
        → traded 2 at 100
        → closed #2 filled
        → traded 1 at 101
        → closed #3 filled
        alice has 699 USDT and 0 held
        the book is | 1@101
        """,
    )


def test_the_older_of_two_equal_prices_trades_first() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        carol sells 2 at 100
        alice buys 3 at 100
        → traded 2 at 100
        → closed #1 filled
        → traded 1 at 100
        → closed #3 filled
        carol has 48 BTC and 1 held
        """,
    )


def test_a_limit_order_takes_what_it_can_and_rests() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        alice buys 5 at 101
        → traded 2 at 100
        → closed #1 filled
        the book is 3@101 |
        alice has 497 USDT and 303 held
        """,
    )


def test_ioc_never_rests() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        alice buys 5 at 100 ioc
        → traded 2 at 100
        → closed #1 filled
        → closed #2 expired, 3 unfilled
        alice buys 5 at 99 ioc
        → closed #3 expired, 5 unfilled
        alice has 800 USDT and 0 held
        the book is |
        """,
    )


def test_fok_trades_wholly_or_touches_nothing() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        carol sells 2 at 101
        alice buys 5 at 101 fok
        → closed #3 expired, 5 unfilled
        the book is | 2@100 2@101
        alice buys 3 at 100 fok
        → closed #4 expired, 3 unfilled
        alice buys 3 at 101 fok
        → traded 2 at 100
        → closed #1 filled
        → traded 1 at 101
        → closed #5 filled
        """,
    )


def test_fok_does_not_count_on_the_accounts_own_orders() -> None:
    tell(
        FUNDED,
        """
        alice sells 2 at 100
        bob sells 2 at 101
        alice buys 3 at 101 fok stp maker
        → closed #3 expired, 3 unfilled
        the book is | 2@100 2@101
        alice buys 2 at 101 fok stp taker
        → closed #4 expired, 2 unfilled
        alice buys 2 at 101 fok stp maker
        → prevented #1 against #5 at 100, losing 2 and 0
        → closed #1 expired in match, 2 unfilled
        → traded 2 at 101
        → closed #2 filled
        → closed #5 filled
        """,
    )


def test_limit_maker_rests_or_is_refused() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        alice buys 1 at 100 maker
        → refused WOULD_TAKE
        alice buys 1 at 99 maker
        bob sells 1 at 99 maker
        → refused WOULD_TAKE
        the book is 1@99 | 2@100
        alice has 901 USDT and 99 held
        """,
    )


def test_limit_maker_would_take_even_its_own_order() -> None:
    tell(
        FUNDED,
        """
        alice sells 2 at 100
        alice buys 1 at 100 maker stp maker
        → refused WOULD_TAKE
        """,
    )


def test_a_market_order_walks_the_book() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        carol sells 2 at 103
        alice buys 3 at market
        → traded 2 at 100
        → closed #1 filled
        → traded 1 at 103
        → closed #3 filled
        alice has 697 USDT and 0 held
        bob sells 5 at market
        → refused BOOK_EMPTY
        """,
    )


def test_what_a_market_order_cannot_trade_expires() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        alice buys 3 at market
        → traded 2 at 100
        → closed #1 filled
        → closed #2 expired, 1 unfilled
        alice buys 2 at 90
        bob sells 3 at market
        → traded 2 at 90
        → closed #3 filled
        → closed #4 expired, 1 unfilled
        """,
    )


def test_a_market_buy_that_cannot_be_paid_is_refused_whole() -> None:
    tell(
        FUNDED,
        """
        bob sells 5 at 100
        bob sells 10 at 200
        alice buys 7 at market
        → traded 5 at 100
        → closed #1 filled
        → traded 2 at 200
        → closed #3 filled
        alice has 100 USDT and 0 held
        alice buys 1 at market
        → refused FUNDS_INSUFFICIENT
        the book is | 8@200
        """,
    )


def test_a_market_buy_for_an_amount_spends_no_more_than_it() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        carol sells 9 at 110
        alice buys for 500 at market
        → traded 2 at 100
        → closed #1 filled
        → traded 2 at 110
        → closed #3 filled
        alice has 580 USDT and 0 held
        alice buys for 109 at market
        → closed #4 expired
        alice has 580 USDT and 0 held
        """,
    )


def test_a_market_order_for_an_amount_expires_when_the_book_runs_out() -> None:
    tell(
        FUNDED,
        """
        bob sells 2 at 100
        alice buys for 500 at market
        → traded 2 at 100
        → closed #1 filled
        → closed #2 expired
        bob sells 2 at 100
        alice buys for 200 at market
        → traded 2 at 100
        → closed #3 filled
        → closed #4 filled
        """,
    )


def test_a_market_sell_for_an_amount_never_passes_over_a_better_price() -> None:
    tell(
        FUNDED,
        """
        alice buys 2 at 100
        carol buys 2 at 90
        bob sells for 195 at market    -- 95 are left: no lot at 100, though one at 90
        → traded 1 at 100
        → closed #3 filled
        the book is 1@100 2@90 |
        bob has 49 BTC and 0 held
        """,
    )


def test_a_market_sell_for_an_amount_must_own_what_it_would_sell() -> None:
    tell(
        FUNDED,
        """
        alice buys 9 at 100
        bob withdraws 45 BTC
        bob sells for 600 at market
        → refused FUNDS_INSUFFICIENT
        bob sells for 500 at market
        → traded 5 at 100
        → closed #2 filled
        bob sells for 100 at market
        → refused FUNDS_INSUFFICIENT
        """,
    )


def test_cancel_gives_back_what_is_held() -> None:
    tell(
        FUNDED,
        """
        alice buys 3 at 100 as mine
        bob sells 1 at 100
        → traded 1 at 100
        → closed #2 filled
        alice cancels #1
        → closed #1 canceled, 2 unfilled
        alice has 900 USDT and 0 held
        alice cancels #1
        → refused ORDER_UNKNOWN
        """,
    )


def test_cancel_by_the_clients_own_id() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10 as mine
        bob cancels @mine
        → refused ORDER_UNKNOWN
        alice cancels @mine
        → closed #1 canceled, 1 unfilled
        alice cancels @mine
        → refused ORDER_UNKNOWN
        """,
    )


def test_cancel_all_goes_oldest_first_and_leaves_strangers_alone() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10
        bob buys 1 at 10
        alice buys 1 at 12
        alice sells 1 at 20
        alice cancels all
        → closed #1 canceled, 1 unfilled
        → closed #3 canceled, 1 unfilled
        → closed #4 canceled, 1 unfilled
        alice has 1000 USDT and 0 held
        the book is 1@10 |
        alice cancels all
        → refused ORDER_UNKNOWN
        """,
    )


def test_a_halted_market_takes_cancels_and_nothing_else() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10
        alice buys 1 at 11
        the market halts
        bob sells 1 at 10
        → refused MARKET_NOT_TRADING
        alice cancels #1
        → closed #1 canceled, 1 unfilled
        the market only cancels
        bob sells 1 at market
        → refused MARKET_NOT_TRADING
        alice cancels all
        → closed #2 canceled, 1 unfilled
        the market resumes
        bob sells 1 at 10
        """,
    )


def test_a_deadline_is_kept_by_log_time() -> None:
    tell(
        FUNDED,
        """
        the time is 100
        alice buys 1 at 10 by 100
        alice buys 1 at 10 by 99
        → refused DEADLINE_PASSED
        alice cancels #1 by 99
        → refused DEADLINE_PASSED
        alice cancels all by 99
        → refused DEADLINE_PASSED
        alice cancels #1 by 100
        → closed #1 canceled, 1 unfilled
        """,
    )
