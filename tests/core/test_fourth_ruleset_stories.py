"""What ruleset 4 does otherwise than ruleset 3, each difference under both (the marks in the rules)."""

import pytest

from tests.story import tell
from tests.story.words import account
from tests.story.worlds import BAND, FUNDED, PUT_OFF, trade_at
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.exchange import Exchange
from trueman.core.rulesets import Rules

OLDER, NEWER = 3, 4
STOP_AT_95 = """
    alice sells 5 stop 95
    bob buys 1 at 92
    bob buys 1 at 85
    carol sells 2 at 85 ioc
    → traded 1 at 92
    → closed #2 filled
    → auction called at 85 around 100 until 60000001
    → market is in auction
    → closed #4 expired, 1 unfilled
"""


def test_a_stop_that_was_reached_before_an_auction_fires_after_it() -> None:
    tell(
        FUNDED, BAND, STOP_AT_95,
        """
        time passes 60 s
        → market is trading
        → triggered #1 at 95
        → traded 1 at 85
        → closed #3 filled
        → closed #1 expired, 4 unfilled
        """,
        ruleset=NEWER,
    )  # fmt: skip
    tell(FUNDED, BAND, STOP_AT_95, "time passes 60 s\n→ market is trading\nopen orders are #1 #3", ruleset=OLDER)


def test_what_waits_for_the_end_of_an_auction_can_be_cancelled() -> None:
    tell(
        FUNDED, BAND, STOP_AT_95,
        """
        alice cancels #1
        → closed #1 canceled, 5 unfilled
        time passes 60 s
        → market is trading
        """,
        ruleset=NEWER,
    )  # fmt: skip


def test_what_waits_for_its_working_order_waits_for_the_end_of_an_auction_too() -> None:
    tell(
        FUNDED, PUT_OFF,
        """
        open orders are #2 #3 #4
        time passes 60 s
        → market is trading
        → begun #2
        → begun #3
        the book is 1@85 | 2@110
        open orders are #2 #3 #4
        """,
        ruleset=NEWER,
    )  # fmt: skip


def test_a_list_that_was_put_off_is_in_a_snapshot_and_a_list_that_is_forgotten_is_noticed() -> None:
    teller = tell(FUNDED, PUT_OFF, ruleset=NEWER)
    spoilt = Exchange.restore(teller.exchange.snapshot())
    spoilt.check()
    spoilt.accounts.put_off.heaps.clear()
    with pytest.raises(AssertionError):
        spoilt.check()
    teller.exchange = Exchange.restore(teller.exchange.snapshot())
    teller.tell("time passes 60 s\n→ market is trading\n→ begun #2\n→ begun #3\nopen orders are #2 #3 #4")


def test_a_list_that_was_put_off_can_be_cancelled() -> None:
    tell(
        FUNDED, PUT_OFF,
        """
        alice cancels #3
        → closed #3 canceled, 2 unfilled
        → closed #2 canceled, 2 unfilled
        → list #1 closed
        time passes 60 s
        → market is trading
        open orders are #4
        """,
        ruleset=NEWER,
    )  # fmt: skip


def test_of_lists_that_were_put_off_the_oldest_begins_first() -> None:
    """Also where the later one's working order, at the better price, was filled first."""
    tell(
        FUNDED, BAND,
        """
        alice places an OTOCO:
            buys 1 at 95
            sells 1 at 110 maker
            sells 1 stop 85
        carol places an OTOCO:
            buys 1 at 100
            sells 1 at 110 maker
            sells 1 stop 85
        dave buys 1 at 80
        bob sells 3 at 80 ioc
        → traded 1 at 100
        → closed #4 filled
        → traded 1 at 95
        → closed #1 filled
        → auction called at 80 around 100 until 60000001
        → market is in auction
        → closed #8 expired, 1 unfilled
        time passes 60 s
        → market is trading
        → begun #2
        → begun #3
        → begun #5
        → begun #6
        """,
        ruleset=NEWER,
    )  # fmt: skip


def test_a_stop_that_the_price_passed_while_its_order_waited_fires_at_once() -> None:
    story = """
        alice places an OTOCO:
            buys 1 at 100
            sells 1 at 110 maker
            sells 1 stop 101
    """
    tell(
        FUNDED, trade_at(105, 1), story,
        """
        bob sells 1 at 100 ioc
        → traded 1 at 100
        → closed #3 filled
        → closed #6 filled
        → begun #4
        → begun #5
        → closed #4 expired, 1 unfilled
        → triggered #5 at 101
        → refused #5 BOOK_EMPTY
        → closed #5 expired, 1 unfilled
        → list #3 closed
        """,
        ruleset=NEWER,
    )  # fmt: skip


def test_an_order_is_a_repeat_of_no_other_terms() -> None:
    first = "alice buys 10 at 100 showing 10 until 10000000 as x\n"
    other = "alice buys 10 at 100 showing 9 until 11000003 as x\n"
    tell(FUNDED, first, other, "→ refused CLIENT_ID_DUPLICATE", ruleset=NEWER)
    tell(FUNDED, first, other, "→ as for command 12", ruleset=OLDER)


def test_a_repeat_is_known_after_its_date() -> None:
    story = "alice buys 1 at 100 until 5000000 as x\ntime passes 10 s\n→ closed #1 expired, 1 unfilled\n"
    again = "alice buys 1 at 100 until 5000000 as x\n"
    tell(FUNDED, story, again, "→ as for command 12", ruleset=NEWER)
    tell(FUNDED, story, again, "→ refused EXPIRY_INVALID", ruleset=OLDER)
    tell(FUNDED, "time passes 10 s\nalice buys 1 at 100 until 5000000 as y\n→ refused EXPIRY_INVALID", ruleset=NEWER)


def test_a_deadline_lies_no_further_ahead_than_ids_are_remembered() -> None:
    most = u.DEADLINE_AHEAD_US_MAX
    story = f"alice buys 1 at 100 by {most + 1}\nalice buys 1 at 100 by {most + 2}\n"
    tell(
        FUNDED, story, f"→ refused DEADLINE_TOO_FAR: {most + 1} is not in 0..{most}, nearest {most}", ruleset=NEWER
    )  # fmt: skip
    tell(FUNDED, story, ruleset=OLDER)


@pytest.mark.parametrize(("ruleset", "is_known"), [(OLDER, False), (NEWER, True)])
def test_an_id_is_remembered_as_long_as_its_deadline_lasts(ruleset: int, is_known: bool) -> None:
    """However much the account orders meanwhile; before, a minute was the most."""
    teller = tell(FUNDED, ruleset=ruleset)
    first = ask.PlaceOrder(0, account("alice"), 0, u.BUY, u.LIMIT, u.IOC, 0, 1, 1, 0, 100_000_000, "x")
    answered = teller.do(first).decided
    for number in range(u.REMEMBERED_MAX):
        teller.do(first._replace(deadline_us=0, client_id=f"o{number}"))
    teller.pending = []
    teller.tell("time passes 61 s")
    teller.do(first._replace(deadline_us=0, client_id="last"))
    again = teller.do(first).decided
    assert (again.repeat_of == answered.number) == is_known


@pytest.mark.parametrize(
    ("pair", "is_right"),
    [
        (("sells 2 at 85 maker", "sells 2 stop 95"), False),
        (("sells 2 at 110 maker", "sells 2 stop 95"), True),
        (("sells 2 stop 95", "sells 2 at 95 maker"), False),
        (("buys 2 at 95 maker", "buys 2 stop 110"), True),
        (("buys 2 at 110 maker", "buys 2 stop 105"), False),
        (("sells 2 take profit 110", "sells 2 stop 95"), True),
    ],
)
def test_the_prices_of_a_pair_lie_on_the_right_side_of_each_other(pair: tuple[str, str], is_right: bool) -> None:
    story = f"alice places an OCO:\n    {pair[0]}\n    {pair[1]}\n"
    tell(FUNDED, trade_at(100, 1), story, "" if is_right else "→ refused PAIR_PRICES_INVALID", ruleset=NEWER)


def test_an_iceberg_shows_no_less_than_an_order_may_have() -> None:
    story = "prices are 1..1000, quantities 10..1000, notional from 1\nalice buys 50 at 10 showing 5\n"
    tell(FUNDED, story, "→ refused QUANTITY_OUT_OF_RANGE: 5 is not in 10..1000, nearest 10", ruleset=NEWER)
    tell(FUNDED, story, ruleset=OLDER)


def test_every_difference_has_a_name_and_begins_with_its_ruleset() -> None:
    older, newer = Rules(OLDER), Rules(NEWER)
    names = (
        "looks_after_call", "puts_lists_off", "fires_what_was_passed", "leaves_over_at_once", "knows_repeats_first",
        "mixes_terms", "bounds_deadlines", "orders_pairs", "bounds_slices", "names_what_passes",
    )  # fmt: skip
    assert not any(getattr(older, name) for name in names)
    assert all(getattr(newer, name) for name in names)
    assert (older.remembered_us_max, newer.remembered_us_max) == (u.REMEMBERED_US_MAX, u.DEADLINE_AHEAD_US_MAX)
