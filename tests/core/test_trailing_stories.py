"""Stops that follow the price at a distance (rules 7.9)."""

from tests.story import tell
from tests.story.worlds import FUNDED, trade_at


def test_a_trailing_sell_follows_the_price_up_and_never_down() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        bob buys 9 at 50
        alice sells 1 stop trailing 1000 bips       -- ten percent below the highest price: 90
        """,
        trade_at(91, 5),
        trade_at(110, 7),  # now 99
        trade_at(100, 9),
        trade_at(99, 11),
        """
            → triggered #4 at 99
            → traded 1 at 50
            → closed #4 filled
        """,
    )


def test_a_trailing_buy_follows_the_price_down_and_never_up() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        bob sells 9 at 200
        alice buys 2 stop trailing 1000 bips        -- ten percent above the lowest price: 110
        alice has 9780 USDT and 220 held
        """,
        trade_at(109, 5),
        trade_at(90, 7),  # now 99
        trade_at(98, 9),
        trade_at(99, 11),
        """
            → triggered #4 at 99
            → traded 2 at 200
            → closed #4 filled
        alice has 9600 USDT and 0 held
        """,
    )


def test_a_stop_between_two_ticks_is_rounded_away_from_the_price() -> None:
    """Ten percent below 101 are 90.9, above it 111.1: the sell waits for 90, the buy for 112."""
    tell(
        FUNDED,
        trade_at(101, 1),
        """
        alice sells 1 stop trailing 1000 bips limit 500
        alice buys 1 stop trailing 1000 bips limit 5
        """,
        trade_at(91, 5),
        """
            -- 91 is a new low: the buy now waits for 101, not 100.1
        """,
        trade_at(90, 7),
        """
            → triggered #3 at 90
        """,
        trade_at(98, 9),
        trade_at(99, 11),
        """
            → triggered #4 at 99
        the book is 1@5 | 1@500
        """,
    )


def test_with_a_stop_price_it_begins_to_follow_only_there() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        bob buys 9 at 50
        alice sells 1 stop 90 trailing 1000 bips
        """,
        trade_at(120, 5),
        trade_at(89, 7),  # met: it follows from here, its stop is 80
        trade_at(100, 9),  # 90
        trade_at(91, 11),
        trade_at(90, 13),
        """
            → triggered #4 at 90
            → traded 1 at 50
            → closed #4 filled
        """,
    )


def test_with_a_stop_price_that_is_met_at_once_it_follows_at_once() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        bob buys 9 at 50
        alice sells 1 stop 100 trailing 1000 bips   -- no WOULD_TRIGGER: it only starts to follow, its stop is 90
        """,
        trade_at(91, 5),
        trade_at(90, 7),
        """
            → triggered #4 at 90
            → traded 1 at 50
            → closed #4 filled
        """,
    )


def test_before_ruleset_5_a_take_profit_bought_below_the_height() -> None:
    """Its stop was below the highest price since."""
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        alice buys 1 take profit trailing 2000 bips limit 70
        """,
        trade_at(120, 4),
        trade_at(97, 6),
        trade_at(96, 8),
        """
            → triggered #3 at 96
        the book is 1@70 |
        """,
        ruleset=4,
    )


def test_among_equal_stops_one_that_moved_there_is_the_last() -> None:
    tell(
        FUNDED,
        trade_at(100, 1),
        """
        bob buys 9 at 50
        alice sells 1 stop trailing 1000 bips       -- 90, and 99 from the price of 110 on
        alice sells 1 stop 99
        """,
        trade_at(110, 6),
        """
        carol buys 1 at 99
        dave sells 1 at 99
        → traded 1 at 99
        → closed #8 filled
        → closed #9 filled
            → triggered #5 at 99
            → traded 1 at 50
            → closed #5 filled
            → triggered #4 at 99
            → traded 1 at 50
            → closed #4 filled
        """,
    )


def test_a_trailing_stop_needs_a_price_to_follow() -> None:
    tell(
        FUNDED,
        """
        alice sells 1 stop trailing 1000 bips
        → refused REFERENCE_MISSING
        alice buys 1 stop trailing 1000 bips
        → refused REFERENCE_MISSING
        alice sells 1 stop 90 trailing 1000 bips
        the guards are reference 100
        alice sells 1 stop trailing 1000 bips
        open orders are #1 #2
        """,
    )
