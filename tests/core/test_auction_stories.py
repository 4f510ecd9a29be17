"""States of a market, auctions, and the price band that calls one (rules 2.6, 7.6, 9)."""

from tests.story import tell
from tests.story.worlds import FUNDED, trade_at


def test_in_an_auction_orders_collect_and_the_book_may_cross() -> None:
    tell(
        FUNDED,
        """
        the market collects
        alice buys 3 at 105
        bob sells 2 at 100
        the book is 3@105 | 2@100
        alice has 9685 USDT and 315 held
        """,
    )


def test_an_auction_trades_at_the_price_at_which_most_can() -> None:
    """At 102 buys of 5 and sells of 4 meet; at 100 only 3 sell, at 105 only 3 buy."""
    tell(
        FUNDED,
        """
        the market collects
        alice buys 3 at 105
        alice buys 2 at 102
        bob sells 3 at 100
        carol sells 1 at 102
        carol sells 5 at 104
        the market trades
        → uncrossed 4 at 102, surplus 1
        → traded 3 at 102
        → closed #1 filled
        → closed #3 filled
        → traded 1 at 102
        → closed #4 filled
        the book is 1@102 | 5@104
        alice has 9490 USDT and 102 held
        """,
    )


def test_of_prices_with_one_volume_the_smallest_surplus_wins() -> None:
    """Two lots trade anywhere from 100 to 110; up to 104 buys of 4 wait, from 105 on only the two."""
    tell(
        FUNDED,
        """
        the market collects
        alice buys 2 at 110
        alice buys 2 at 104
        bob sells 2 at 100
        the market trades
        → uncrossed 2 at 105, surplus 0
        → traded 2 at 105
        → closed #1 filled
        → closed #3 filled
        the book is 2@104 |
        alice has 9582 USDT and 208 held
        bob has 10210 USDT and 0 held
        """,
    )


def test_then_the_price_nearest_to_the_reference_wins() -> None:
    for reference, price in (("none", 105), ("reference 90", 100), ("reference 103", 103), ("reference 200", 110)):
        tell(
            FUNDED,
            f"""
            the guards are {reference}
            the market collects
            alice buys 2 at 110
            bob sells 2 at 100
            the market trades
            → uncrossed 2 at {price}, surplus 0
            → traded 2 at {price}
            → closed #1 filled
            → closed #2 filled
            """,
        )


def test_without_any_price_the_middle_of_the_crossed_book_wins() -> None:
    tell(
        FUNDED,
        """
        the market collects
        alice buys 2 at 103
        bob sells 2 at 100
        the market trades
        → uncrossed 2 at 101, surplus 0     -- rounded down
        → traded 2 at 101
        → closed #1 filled
        → closed #2 filled
        """,
    )


def test_the_older_order_is_the_maker_and_both_pay_as_makers() -> None:
    tell(
        FUNDED,
        """
        fees are 20000 maker and 50000 taker
        the market collects
        bob sells 50 at 100
        alice buys 50 at 100
        the market trades
        → uncrossed 50 at 100, surplus 0
        → traded 50 at 100, fees 100 USDT maker and 1 BTC taker
        → closed #1 filled
        → closed #2 filled
        the fees have 1 BTC
        the fees have 100 USDT
        """,
    )


def test_an_auction_pays_no_rebate() -> None:
    tell(
        FUNDED,
        """
        fees are -20000 maker and 50000 taker
        the market collects
        bob sells 50 at 100
        alice buys 50 at 100
        the market trades
        → uncrossed 50 at 100, surplus 0
        → traded 50 at 100
        → closed #1 filled
        → closed #2 filled
        """,
    )


def test_hidden_lots_trade_in_an_auction_too() -> None:
    tell(
        FUNDED,
        """
        the market collects
        bob sells 6 at 100 showing 2
        alice buys 5 at 100
        the book is 5@100 | 2@100
        the market trades
        → uncrossed 5 at 100, surplus 1
        → traded 2 at 100
        → traded 2 at 100
        → traded 1 at 100
        → closed #2 filled
        the book is | 1@100
        """,
    )


def test_a_book_that_is_not_crossed_just_trades_on() -> None:
    tell(
        FUNDED,
        """
        the market collects
        alice buys 3 at 99
        bob sells 2 at 100
        the market trades
        the book is 3@99 | 2@100
        """,
    )


def test_an_auction_takes_only_what_can_wait_for_its_end() -> None:
    tell(
        FUNDED,
        """
        bob sells 5 at 100
        the market collects
        alice buys 1 at 100 ioc
        → refused NOT_IN_AUCTION
        alice buys 1 at 100 fok
        → refused NOT_IN_AUCTION
        alice buys 1 at 90 maker
        → refused NOT_IN_AUCTION
        alice buys 1 at market
        → refused NOT_IN_AUCTION
        alice buys 1 at 100 for 60 s
        alice buys 1 stop 120 limit 130 ioc
        open orders are #1 #2 #3
        alice cancels all
        → closed #2 canceled, 1 unfilled
        → closed #3 canceled, 1 unfilled
        """,
    )


def test_every_state_lets_out_and_only_some_let_in() -> None:
    for verb in ("halts", "only cancels", "prepares", "closes"):
        tell(
            FUNDED,
            "alice buys 1 at 10\nalice buys 1 at 11" if verb != "closes" else "",
            f"""
            the market {verb}
            bob sells 1 at 20
            → refused MARKET_NOT_TRADING
            bob sells 1 stop 5
            → refused MARKET_NOT_TRADING
            """,
            """
            alice cancels #1
            → closed #1 canceled, 1 unfilled
            alice cancels all
            → closed #2 canceled, 1 unfilled
            """
            if verb != "closes"
            else "",
            """
            the market trades
            bob sells 1 at 20
            """,
        )


def test_closing_a_market_expires_its_orders_the_oldest_first() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 10
        bob sells 1 stop 5
        alice places an OCO:
            sells 2 at 110 maker
            sells 2 stop 6
        the market closes
        → closed #1 expired, 1 unfilled
        → closed #2 expired, 1 unfilled
        → closed #3 expired, 2 unfilled
        → closed #4 expired, 2 unfilled
        → list #3 closed
        the book is |
        alice has 10000 USDT and 0 held
        """,
    )


def test_self_trade_prevention_works_in_an_auction_by_the_younger_orders_mode() -> None:
    tell(
        FUNDED,
        """
        the market collects
        alice sells 2 at 100
        bob sells 2 at 100
        alice buys 3 at 100 stp maker
        the market trades
        → uncrossed 3 at 100, surplus 1
        → prevented #1 against #3 at 100, losing 2 and 0
        → closed #1 expired in match, 2 unfilled
        → traded 2 at 100
        → closed #2 filled
        the book is 1@100 |
        """,
    )


def test_a_price_after_an_auction_is_the_reference_of_the_next_stop() -> None:
    tell(
        FUNDED,
        trade_at(50, 1),
        """
        the market collects
        alice buys 2 at 100
        bob sells 2 at 100
        the market trades
        → uncrossed 2 at 100, surplus 0
        → traded 2 at 100
        → closed #3 filled
        → closed #4 filled
        carol sells 1 stop 100
        → refused WOULD_TRIGGER
        carol sells 1 stop 99
        """,
    )
