"""Faults that other engines had, each told so that it would have shown."""

from tests.story import tell
from tests.story.worlds import FUNDED

MANY = 150


def test_three_stops_of_one_price_fire_in_the_order_in_which_they_came() -> None:
    """Where a heap held them, the third overtook the second."""
    tell(
        FUNDED,
        """
        bob buys 9 at 50
        alice sells 1 stop 90
        carol sells 1 stop 90
        dave sells 1 stop 90
        bob buys 1 at 90
        alice sells 1 at 90
        → traded 1 at 90
        → closed #5 filled
        → closed #6 filled
            → triggered #2 at 90
            → traded 1 at 50
            → closed #2 filled
            → triggered #3 at 90
            → traded 1 at 50
            → closed #3 filled
            → triggered #4 at 90
            → traded 1 at 50
            → closed #4 filled
        """,
    )


def test_an_iceberg_met_by_decrement_loses_slice_by_slice() -> None:
    """Only what shows can be prevented; the next slice stands behind the others, and what is left of it is held."""
    tell(
        FUNDED,
        """
        alice sells 6 at 100 showing 2
        bob sells 2 at 100
        alice buys 5 at 100 stp decrement
        → prevented #1 against #3 at 100, losing 2 and 2
        → traded 2 at 100
        → closed #2 filled
        → prevented #1 against #3 at 100, losing 1 and 1
        → closed #3 expired in match
        the book is | 1@100
        #1 has 3 unfilled and 3 held
        """,
    )


def test_a_taker_goes_through_more_than_a_hundred_orders() -> None:
    """A bound on the fills of one order left the book crossed."""
    story = [f"{'bob' if number % 2 else 'carol'} sells 1 at 10" for number in range(MANY)]
    story.append(f"alice buys {MANY} at 10")
    for number in range(1, MANY + 1):
        story += ["→ traded 1 at 10", f"→ closed #{number} filled"]
    tell(FUNDED, "\n".join([*story, f"→ closed #{MANY + 1} filled", "the book is |"]))


def test_a_taker_clears_more_than_a_hundred_orders_of_its_own() -> None:
    story = ["alice sells 1 at 10" for _ in range(100)] + ["bob sells 1 at 11"]
    story.append("alice buys 1 at 11 stp maker")
    for number in range(1, 101):
        story += [f"→ prevented #{number} against #102 at 10, losing 1 and 0"]
        story += [f"→ closed #{number} expired in match, 1 unfilled"]
    tell(FUNDED, "\n".join([*story, "→ traded 1 at 11", "→ closed #101 filled", "→ closed #102 filled"]))


def test_a_level_emptied_by_prevention_is_gone() -> None:
    """It stayed in the book with nothing in it, and the next taker stopped there."""
    tell(
        FUNDED,
        """
        alice sells 2 at 100
        bob sells 2 at 101
        alice buys 2 at 100 stp both
        → prevented #1 against #3 at 100, losing 2 and 2
        → closed #1 expired in match, 2 unfilled
        → closed #3 expired in match, 2 unfilled
        the book is | 2@101
        carol buys 2 at 101
        → traded 2 at 101
        → closed #2 filled
        → closed #4 filled
        alice sells 2 at 100
        the book is | 2@100
        """,
    )


def test_fok_counts_the_hidden_lots_and_only_those_it_may_have() -> None:
    tell(
        FUNDED,
        """
        bob sells 6 at 100 showing 1
        alice buys 6 at 100 fok
        → traded 1 at 100
        → traded 1 at 100
        → traded 1 at 100
        → traded 1 at 100
        → traded 1 at 100
        → traded 1 at 100
        → closed #1 filled
        → closed #2 filled
        bob sells 6 at 100 showing 3
        alice buys 7 at 100 fok
        → closed #4 expired, 7 unfilled
        bob buys 1 at 100 fok stp both
        → closed #5 expired, 1 unfilled
        the book is | 3@100
        """,
    )


def test_fok_looks_past_the_own_icebergs_that_it_would_expire() -> None:
    tell(
        FUNDED,
        """
        alice sells 5 at 100 showing 1
        bob sells 2 at 101
        alice buys 3 at 101 fok stp maker
        → closed #3 expired, 3 unfilled
        the book is | 1@100 2@101
        alice buys 2 at 101 fok stp maker
        → prevented #1 against #4 at 100, losing 5 and 0
        → closed #1 expired in match, 5 unfilled
        → traded 2 at 101
        → closed #2 filled
        → closed #4 filled
        """,
    )


def test_a_stop_with_a_date_is_gone_when_its_price_comes() -> None:
    tell(
        FUNDED,
        """
        bob buys 9 at 50
        alice sells 1 stop 90 for 60 s
        alice sells 1 stop 90 limit 60 for 120 s
        time passes 60 s
        → closed #2 expired, 1 unfilled
        bob buys 1 at 90
        carol sells 1 at 90
        → traded 1 at 90
        → closed #4 filled
        → closed #5 filled
            → triggered #3 at 90
        the book is 9@50 | 1@60
        time passes 60 s             -- the date goes on counting after the trigger
        → closed #3 expired, 1 unfilled
        alice has 100 BTC and 0 held
        """,
    )


def test_an_auction_keeps_slices_dates_and_triggers() -> None:
    """An auction that forgot what an order was besides its price."""
    tell(
        FUNDED,
        """
        alice sells 1 stop 95 limit 90
        the market collects
        bob sells 6 at 90 showing 2 until 5000000
        carol buys 3 at 95
        the market trades
        → uncrossed 3 at 92, surplus 3
        → traded 2 at 92
        → traded 1 at 92
        → closed #3 filled
            → triggered #1 at 95
        the book is | 2@90
        time passes 5 s
        → closed #2 expired, 3 unfilled
        the book is | 1@90
        """,
    )
