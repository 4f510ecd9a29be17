"""What falls due by log time: dates of orders, the dead man's switch, what was left over (rules 10)."""

from tests.story import tell
from tests.story.worlds import BAND, FUNDED


def test_an_order_good_till_a_date_expires_then() -> None:
    tell(
        FUNDED,
        """
        alice buys 3 at 100 for 60 s
        time passes 59 s
        bob sells 1 at 100
        → traded 1 at 100
        → closed #2 filled
        time passes 1 s
        → closed #1 expired, 2 unfilled
        alice has 9900 USDT and 0 held
        the book is |
        """,
    )


def test_what_is_due_happens_before_the_command_that_brings_the_time() -> None:
    tell(
        FUNDED,
        """
        alice buys 3 at 100 until 500
        the time is 500
        bob sells 1 at 100          -- comes too late for alice's order
        → closed #1 expired, 3 unfilled
        the book is | 1@100
        """,
    )


def test_a_refused_command_brings_the_time_too() -> None:
    tell(
        FUNDED,
        """
        alice buys 3 at 100 until 500
        the time is 501
        alice cancels #1
        → refused ORDER_UNKNOWN
        → closed #1 expired, 3 unfilled
        """,
    )


def test_a_sleeping_stop_expires_by_its_date_and_never_fires() -> None:
    tell(
        FUNDED,
        """
        alice sells 2 stop 90 until 500
        alice sells 2 stop 90 limit 80 until 600
        the time is 550
        carol buys 1 at 85
        → closed #1 expired, 2 unfilled
        time passes 1 s
        → closed #2 expired, 2 unfilled
        alice has 100 BTC and 0 held
        bob sells 1 at 85
        → traded 1 at 85
        → closed #3 filled
        → closed #4 filled
        """,
    )


def test_orders_due_at_the_same_time_expire_by_their_numbers() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10 until 500
        bob buys 1 at 20 until 400
        carol buys 1 at 30 until 500
        time passes 1 s
        → closed #2 expired, 1 unfilled
        → closed #1 expired, 1 unfilled
        → closed #3 expired, 1 unfilled
        """,
    )


def test_the_dead_mans_switch_cancels_everything_everywhere() -> None:
    tell(
        FUNDED,
        """
        ETH is an asset
        ETHUSDT is a market
        alice buys 1 at 10
        alice buys 1 at 10 in ETHUSDT
        alice sells 1 stop 5
        bob buys 1 at 9
        alice cancels all after 60 s
        time passes 59 s
        time passes 1 s
        → the timer of alice falls
        → closed #1 canceled, 1 unfilled
        → closed #2 canceled, 1 unfilled
        → closed #3 canceled, 1 unfilled
        the book is 1@9 |
        time passes 60 s
        alice has 10000 USDT and 0 held
        """,
    )


def test_who_asks_again_in_time_keeps_the_switch_from_falling() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10
        alice cancels all after 60 s
        time passes 59 s
        alice cancels all after 60 s
        time passes 59 s
        alice cancels all after 0 s
        time passes 60 s
        open orders are #1
        alice cancels all after 999 ms
        → refused TIMEOUT_OUT_OF_RANGE
        alice cancels all after 25 h
        → refused TIMEOUT_OUT_OF_RANGE
        """,
    )


def test_dates_come_before_switches_of_the_same_time() -> None:
    tell(
        FUNDED,
        """
        the time is 1000000
        alice cancels all after 1 s
        alice buys 1 at 10
        alice buys 1 at 11 until 2000000
        time passes 1 s
        → closed #2 expired, 1 unfilled
        → the timer of alice falls
        → closed #1 canceled, 1 unfilled
        """,
    )


def test_a_volatility_auction_ends_by_time() -> None:
    tell(
        FUNDED,
        BAND,
        """
        bob sells 2 at 115
        alice buys 2 at 120 until 30000000
        → auction called at 115 around 100 until 60000001
        → market is in auction
        time passes 30 s
        → closed #2 expired, 2 unfilled
        time passes 30 s
        → market is trading
        the book is | 2@115
        """,
    )
