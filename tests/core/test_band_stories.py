"""The price band: a trade too far from the last price is not made, an auction is called (rules 7.6)."""

from tests.story import tell
from tests.story.worlds import BAND, FUNDED


def test_a_trade_outside_the_band_calls_an_auction_instead() -> None:
    tell(
        FUNDED,
        BAND,
        """
        bob sells 1 at 105
        carol sells 2 at 115
        alice buys 4 at 120
        → traded 1 at 105
        → closed #1 filled
        → auction called at 115 around 100 until 60000001
        → market is in auction
        the book is 3@120 | 2@115
        dave sells 1 at 118
        time passes 60 s
        → market is trading
        → uncrossed 3 at 118, surplus 0
        → traded 2 at 118
        → closed #2 filled
        → traded 1 at 118
        → closed #3 filled
        → closed #4 filled
        the book is |
        alice has 9541 USDT and 0 held
        """,
    )


def test_what_cannot_wait_for_the_auction_expires_at_the_band() -> None:
    for order in ("2 at 120 ioc", "2 at market"):
        tell(
            FUNDED,
            BAND,
            f"""
            bob sells 1 at 110
            carol sells 1 at 111
            alice buys {order}
            → traded 1 at 110
            → closed #1 filled
            → auction called at 111 around 100 until 60000001
            → market is in auction
            → closed #3 expired, 1 unfilled
            the book is | 1@111
            """,
        )


def test_the_band_stands_around_the_price_before_the_command() -> None:
    """One order cannot walk the band along with itself, and the next one starts from the last trade."""
    tell(
        FUNDED,
        BAND,
        """
        bob sells 1 at 110
        carol sells 1 at 121
        alice buys 1 at 110
        → traded 1 at 110
        → closed #1 filled
        → closed #3 filled
        alice buys 1 at 121
        → traded 1 at 121
        → closed #2 filled
        → closed #4 filled
        """,
    )


def test_fok_respects_the_band() -> None:
    tell(
        FUNDED,
        BAND,
        """
        bob sells 1 at 110
        carol sells 1 at 111
        alice buys 2 at 111 fok
        → closed #3 expired, 2 unfilled
        the book is | 1@110 1@111
        """,
    )


def test_the_operator_may_end_a_volatility_auction_early() -> None:
    tell(
        FUNDED,
        BAND,
        """
        bob sells 1 at 111
        alice buys 1 at 111
        → auction called at 111 around 100 until 60000001
        → market is in auction
        the market trades
        → uncrossed 1 at 111, surplus 0
        → traded 1 at 111
        → closed #1 filled
        → closed #2 filled
        time passes 60 s
        """,
    )


def test_an_order_that_called_an_auction_fires_no_stop_before_its_end() -> None:
    tell(
        FUNDED,
        BAND,
        """
        bob sells 1 at 105
        bob sells 9 at 115
        carol buys 1 stop 105 limit 116
        alice buys 2 at 120
        → traded 1 at 105
        → closed #1 filled
        → auction called at 115 around 100 until 60000001
        → market is in auction
        time passes 60 s
        → market is trading
        → uncrossed 1 at 115, surplus 8
        → traded 1 at 115
        → closed #4 filled
            → triggered #3 at 105
            → traded 1 at 115
            → closed #3 filled
        """,
    )


def test_of_two_orders_that_fired_the_second_waits_while_the_first_calls_an_auction() -> None:
    tell(
        FUNDED,
        BAND,
        """
        bob buys 1 at 95
        bob buys 9 at 80
        alice sells 1 stop 95 limit 70
        carol sells 1 stop 95 limit 75
        dave sells 1 at 95
        → traded 1 at 95
        → closed #1 filled
        → closed #5 filled
            → triggered #3 at 95
            → auction called at 80 around 100 until 60000001
            → market is in auction
        open orders are #2 #3 #4
        time passes 60 s
        → market is trading
        → uncrossed 1 at 80, surplus 8
        → traded 1 at 80
        → closed #3 filled
            → triggered #4 at 95
            → traded 1 at 80
            → closed #4 filled
        """,
    )


def test_the_operator_may_change_the_band_in_between() -> None:
    tell(
        FUNDED,
        BAND,
        """
        bob sells 2 at 115
        the guards are band 20 %, auctions of 60 s, reference 100
        alice buys 1 at 115
        → traded 1 at 115
        → closed #2 filled
        the guards are none
        alice buys 1 at 115
        → traded 1 at 115
        → closed #1 filled
        → closed #3 filled
        """,
    )
