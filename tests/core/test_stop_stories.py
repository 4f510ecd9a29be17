"""Orders that wait for a price: stop-loss and take-profit, as market and as limit orders (rules 7.8 to 7.11)."""

from tests.story import tell
from tests.story.worlds import FUNDED, trade_at


def test_a_stop_loss_sleeps_until_the_price_falls_to_it() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        alice sells 2 stop 90
        alice has 98 BTC and 2 held
        bob buys 5 at 85
        the book is 5@85 |          -- a sleeping order shows nowhere
        """,
        trade_at(91, 5),
        trade_at(90, 7),
        """
            → triggered #3 at 90
            → traded 2 at 85
            → closed #3 filled
        alice has 10170 USDT and 0 held
        the book is 3@85 |
        """,
    )


def test_a_stop_loss_buys_when_the_price_rises_to_it_with_all_that_is_there() -> None:
    """It holds its stop price times its lots, and at the trigger what else is available: the book may be dearer."""
    tell(
        FUNDED,
        """
        bob sells 5 at 120
        alice buys 2 stop 110
        alice has 9780 USDT and 220 held
        """,
        trade_at(110, 3),
        """
            → triggered #2 at 110
            → traded 2 at 120
            → closed #2 filled
        alice has 9760 USDT and 0 held
        """,
    )


def test_a_stop_limit_rests_when_its_price_is_not_there() -> None:
    tell(
        FUNDED,
        """
        alice sells 2 stop 90 limit 95
        """,
        trade_at(90, 2),
        """
            → triggered #1 at 90
        the book is | 2@95
        alice has 98 BTC and 2 held
        bob buys 2 at 95
        → traded 2 at 95
        → closed #1 filled
        → closed #4 filled
        """,
    )


def test_a_take_profit_sells_high_and_buys_low() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        alice sells 2 take profit 110
        alice buys 2 take profit 90
        bob buys 9 at 80
        bob sells 9 at 130
        """,
        trade_at(109, 7),
        trade_at(91, 9),
        trade_at(110, 11),
        """
            → triggered #3 at 110
            → traded 2 at 80
            → closed #3 filled
            → triggered #4 at 90        -- the trade at 80 made that price
            → traded 2 at 130
            → closed #4 filled
        """,
    )


def test_a_take_profit_limit_waits_in_the_book_after_its_trigger() -> None:
    tell(
        FUNDED,
        """
        alice sells 2 take profit 110 limit 115
        alice buys 2 take profit 50 limit 45
        alice has 9910 USDT and 90 held
        """,
        trade_at(110, 3),
        """
            → triggered #1 at 110
        """,
        trade_at(50, 5),
        """
            → triggered #2 at 50
        the book is 2@45 | 2@115
        """,
    )


def test_a_stop_whose_price_is_there_already_is_refused() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        alice sells 1 stop 100
        → refused WOULD_TRIGGER
        alice sells 1 stop 101 limit 90
        → refused WOULD_TRIGGER
        alice buys 1 stop 99
        → refused WOULD_TRIGGER
        alice sells 1 take profit 100
        → refused WOULD_TRIGGER
        alice buys 1 take profit 100 limit 100
        → refused WOULD_TRIGGER
        alice sells 1 stop 99
        alice buys 1 stop 101
        alice sells 1 take profit 101
        alice buys 1 take profit 99
        open orders are #3 #4 #5 #6
        """,
    )


def test_falling_orders_fire_from_the_highest_stop_then_rising_ones_from_the_lowest() -> None:
    tell(
        FUNDED,
        """
        alice sells 1 stop 90
        bob sells 1 take profit 45
        alice sells 1 stop 95
        bob sells 1 take profit 40
        carol buys 10 at 50
        dave sells 1 at 50
        → traded 1 at 50
        → closed #6 filled
            → triggered #3 at 95
            → traded 1 at 50
            → closed #3 filled
            → triggered #1 at 90
            → traded 1 at 50
            → closed #1 filled
            → triggered #4 at 40
            → traded 1 at 50
            → closed #4 filled
            → triggered #2 at 45
            → traded 1 at 50
            → closed #2 filled
        """,
    )


def test_stops_that_set_off_stops_cascade_one_after_the_other() -> None:
    tell(
        FUNDED,
        """
        bob buys 1 at 90
        bob buys 1 at 80
        bob buys 1 at 70
        alice sells 1 stop 90
        carol sells 1 stop 80
        dave sells 1 at 90
        → traded 1 at 90
        → closed #1 filled
        → closed #6 filled
            → triggered #4 at 90
            → traded 1 at 80
            → closed #2 filled
            → closed #4 filled
                → triggered #5 at 80
                → traded 1 at 70
                → closed #3 filled
                → closed #5 filled
        """,
    )


def test_the_first_and_the_last_price_of_an_order_are_looked_at() -> None:
    tell(
        FUNDED,
        """
        bob buys 1 at 100
        bob buys 1 at 90
        bob buys 9 at 20
        alice buys 1 stop 100 limit 10      -- the first price meets it, the last would not
        alice sells 1 stop 90
        dave sells 2 at 90
        → traded 1 at 100
        → closed #1 filled
        → traded 1 at 90
        → closed #2 filled
        → closed #6 filled
            → triggered #4 at 100
            → triggered #5 at 90
            → traded 1 at 20
            → closed #5 filled
        the book is 8@20 1@10 |
        """,
    )


def test_a_triggered_market_order_that_finds_nobody_is_refused_and_expires() -> None:
    tell(
        FUNDED,
        """
        alice sells 2 stop 90
        """,
        trade_at(90, 2),
        """
            → triggered #1 at 90
            → refused #1 BOOK_EMPTY
            → closed #1 expired, 2 unfilled
        alice has 100 BTC and 0 held
        """,
    )


def test_a_triggered_buy_that_its_account_cannot_pay_is_refused_and_expires() -> None:
    tell(
        FUNDED,
        """
        alice withdraws 9780 USDT
        bob sells 5 at 120
        alice buys 2 stop 110
        alice has 0 USDT and 220 held
        """,
        trade_at(110, 3),
        """
            → triggered #2 at 110
            → refused #2 FUNDS_INSUFFICIENT
            → closed #2 expired, 2 unfilled
        alice has 220 USDT and 0 held
        the book is | 5@120
        """,
    )


def test_a_sleeping_stop_is_cancelled_and_amended_like_any_order() -> None:
    tell(
        FUNDED,
        """
        alice sells 5 stop 90
        alice amends #1 to 3
        #1 has 3 unfilled and 3 held
        alice cancels #1
        → closed #1 canceled, 3 unfilled
        alice has 100 BTC and 0 held
        """,
        trade_at(90, 2),
    )


def test_a_triggered_order_takes_its_place_in_the_queue_at_the_trigger() -> None:
    tell(
        FUNDED,
        """
        alice sells 1 stop 90 limit 95
        bob sells 1 at 95
        """,
        trade_at(90, 3),
        """
            → triggered #1 at 90
        carol buys 1 at 95
        → traded 1 at 95
        → closed #2 filled
        → closed #5 filled
        open orders are #1
        """,
    )


def test_a_stop_may_lie_down_in_an_auction_and_fires_by_its_price() -> None:
    tell(
        FUNDED,
        """
        bob buys 9 at 80
        the market collects
        alice sells 1 stop 100
        carol sells 1 at 100
        dave buys 1 at 100
        the market trades
        → uncrossed 1 at 100, surplus 0
        → traded 1 at 100
        → closed #3 filled
        → closed #4 filled
            → triggered #2 at 100
            → traded 1 at 80
            → closed #2 filled
        """,
    )


def test_a_triggered_stop_limit_of_every_time_in_force_keeps_to_it() -> None:
    tell(
        FUNDED,
        """
        alice sells 3 stop 90 limit 85 ioc
        alice sells 3 stop 89 limit 84 fok
        bob buys 1 at 85
        """,
        """
        carol buys 1 at 90
        dave sells 1 at 90
        → traded 1 at 90
        → closed #4 filled
        → closed #5 filled
            → triggered #1 at 90
            → traded 1 at 85
            → closed #3 filled
            → closed #1 expired, 2 unfilled
                → triggered #2 at 89
                → closed #2 expired, 3 unfilled
        the book is |
        """,
    )
