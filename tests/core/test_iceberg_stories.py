"""Orders that show a part of themselves (rules 7.3)."""

from tests.story import tell
from tests.story.worlds import FUNDED


def test_an_iceberg_shows_a_slice_and_the_next_one_queues_up_behind() -> None:
    tell(
        FUNDED,
        """
        alice sells 6 at 100 showing 2
        bob sells 3 at 100
        the book is | 5@100
        alice has 94 BTC and 6 held
        carol buys 2 at 100
        → traded 2 at 100
        → closed #3 filled
        the book is | 5@100
        carol buys 4 at 100
        → traded 3 at 100
        → closed #2 filled
        → traded 1 at 100
        → closed #4 filled
        the book is | 1@100
        #1 has 3 unfilled and 3 held
        """,
    )


def test_a_large_taker_eats_slice_after_slice() -> None:
    tell(
        FUNDED,
        """
        alice sells 5 at 100 showing 2
        bob sells 1 at 101
        carol buys 6 at 101
        → traded 2 at 100
        → traded 2 at 100
        → traded 1 at 100
        → closed #1 filled
        → traded 1 at 101
        → closed #2 filled
        → closed #3 filled
        the book is |
        """,
    )


def test_an_iceberg_takes_as_a_whole_and_hides_only_what_rests() -> None:
    tell(
        FUNDED,
        """
        bob sells 5 at 100
        alice buys 8 at 100 showing 2
        → traded 5 at 100
        → closed #1 filled
        the book is 2@100 |
        #2 has 3 unfilled and 300 held
        """,
    )


def test_the_last_slice_is_what_is_left() -> None:
    tell(
        FUNDED,
        """
        alice sells 3 at 100 showing 2
        bob buys 2 at 100
        → traded 2 at 100
        → closed #2 filled
        the book is | 1@100
        """,
    )


def test_amending_an_iceberg_takes_the_hidden_lots_first_and_keeps_its_place() -> None:
    tell(
        FUNDED,
        """
        alice sells 6 at 100 showing 2
        bob sells 2 at 100
        alice amends #1 to 3
        the book is | 4@100
        alice amends #1 to 1
        the book is | 3@100
        #1 has 1 unfilled and 1 held
        carol buys 1 at 100
        → traded 1 at 100
        → closed #1 filled
        → closed #3 filled
        """,
    )


def test_a_cancelled_iceberg_gives_back_what_it_hid() -> None:
    tell(
        FUNDED,
        """
        alice buys 6 at 100 showing 1
        the book is 1@100 |
        alice has 9400 USDT and 600 held
        alice cancels #1
        → closed #1 canceled, 6 unfilled
        alice has 10000 USDT and 0 held
        the book is |
        """,
    )


def test_a_market_order_counts_on_hidden_lots() -> None:
    tell(
        FUNDED,
        """
        alice withdraws 9700 USDT
        bob sells 3 at 100 showing 1
        alice buys 3 at market
        → traded 1 at 100
        → traded 1 at 100
        → traded 1 at 100
        → closed #1 filled
        → closed #2 filled
        """,
    )


def test_expire_maker_takes_the_hidden_lots_of_an_iceberg_too() -> None:
    tell(
        FUNDED,
        """
        alice sells 6 at 100 showing 2
        alice buys 3 at 100 stp maker
        → prevented #1 against #2 at 100, losing 6 and 0
        → closed #1 expired in match, 6 unfilled
        the book is 3@100 |
        alice has 100 BTC and 0 held
        """,
    )


def test_a_stop_limit_may_be_an_iceberg_after_its_trigger() -> None:
    tell(
        FUNDED,
        """
        alice sells 6 stop 90 limit 95 showing 2
        bob buys 1 at 90
        carol sells 1 at 90
        → traded 1 at 90
        → closed #2 filled
        → closed #3 filled
            → triggered #1 at 90
        the book is | 2@95
        #1 has 6 unfilled and 6 held
        """,
    )
