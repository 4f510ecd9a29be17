"""What ruleset 3 does otherwise than ruleset 2, each difference under both (the marks in the rules)."""

import pytest

from tests.reference.logbook import recorded
from tests.reference.streams import Frame
from tests.story import tell
from tests.story.worlds import FUNDED
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import encode
from trueman.core.exchange import Exchange
from trueman.core.rulesets import FIRST_RULESET, NEWEST_RULESET, RULESET_MAX, UnknownRuleset
from trueman.core.snapshot import DIGEST_BYTES, MAGIC, body_digest

OLD = FIRST_RULESET


def test_an_exchange_begins_under_the_ruleset_that_it_is_told() -> None:
    for ruleset in range(FIRST_RULESET, NEWEST_RULESET + 1):
        assert Exchange(ruleset).ruleset == ruleset
    assert Exchange().ruleset == NEWEST_RULESET
    for ruleset in (FIRST_RULESET - 1, NEWEST_RULESET + 1):
        with pytest.raises(UnknownRuleset, match="start the build that knows it"):
            Exchange(ruleset)


def test_the_digest_and_the_snapshot_say_the_ruleset() -> None:
    """C36: two builds that decide by different rules never take each other's state for their own."""
    assert Exchange(2).digest() != Exchange(3).digest()
    for ruleset in (2, 3):
        exchange = Exchange(ruleset)
        assert Exchange.restore(exchange.snapshot()).ruleset == ruleset
        assert Exchange.restore(exchange.snapshot()).digest() == exchange.digest()


def test_one_chain_goes_across_the_switch_wherever_a_replay_begins() -> None:
    """C36: the rules change in the midst of a day; from genesis and from any snapshot the day comes to the same."""
    lived, states = Exchange(OLD), list[bytes]()
    days = [line for line in recorded(3, 600, ruleset=OLD) if isinstance(line, Frame)]
    for day in days:
        states.append(lived.snapshot())
        lived.apply(lived.sequence + 1, day.size, day.time_us, day.data)
    assert (Exchange.restore(states[0]).ruleset, lived.ruleset) == (OLD, NEWEST_RULESET)
    for begin in range(0, len(days), 25):
        replayed = Exchange.restore(states[begin])
        for day in days[begin:]:
            replayed.apply(replayed.sequence + 1, day.size, day.time_us, day.data)
        assert (replayed.chain, replayed.digest(), replayed.ruleset) == (lived.chain, lived.digest(), NEWEST_RULESET)


def test_a_switch_is_told_and_holds_from_the_next_command_on() -> None:
    teller = tell(FUNDED, "alice sells 1 stop trailing 5 bips\n→ refused TRIGGER_INVALID", ruleset=OLD)
    result = teller.do(ask.SwitchRuleset(7, 3))
    assert (result.decided.reason, result.decided.account, result.decided.tag) == (no.OK, -1, 7)
    assert result.events == (fact.RulesetSwitched(3),)
    assert teller.exchange.ruleset == 3
    teller.pending = []
    teller.tell("alice sells 1 stop trailing 5 bips\n→ refused TRAILING_OUT_OF_RANGE: 5 is not in 10..2000, nearest 10")


def test_rules_only_go_forward() -> None:
    tell("the ruleset is 2\n→ refused RULESET_INVALID\nthe ruleset is 3\n→ refused RULESET_INVALID")
    tell(f"the ruleset is {RULESET_MAX + 1}\n→ refused RULESET_INVALID")


def test_rules_that_the_build_does_not_know_end_it() -> None:
    """C36: a build that guessed what the rules would be would part from all others."""
    exchange = Exchange()
    frame = encode(ask.SwitchRuleset(0, NEWEST_RULESET + 1))
    with pytest.raises(UnknownRuleset, match=f"ruleset {NEWEST_RULESET + 1} is asked for"):
        exchange.apply(1, 1, 1, frame)


def test_a_snapshot_of_an_unknown_ruleset_is_not_restored() -> None:
    body = bytearray(Exchange().snapshot()[:-DIGEST_BYTES])
    body[len(MAGIC) + 8] = NEWEST_RULESET + 1
    with pytest.raises(UnknownRuleset):
        Exchange.restore(bytes(body) + body_digest(bytes(body)))


# The position filter (4.17, 8.3).

LIMITED = (
    FUNDED
    + """
    the guards are position 110
    bob sells 50 at 10
"""
)


def test_the_position_counts_an_order_in_quote_by_what_it_could_buy() -> None:
    tell(LIMITED, "alice buys for 110 at market\n→ traded 11 at 10\n→ closed #2 filled", ruleset=OLD)
    tell(
        LIMITED,
        """
        alice buys for 110 at market
        → refused POSITION_TOO_LARGE: 111 is not in 0..110, nearest 100
        alice buys for 109 at market
        → traded 10 at 10
        → closed #2 filled
        alice buys for 10 at market
        → refused POSITION_TOO_LARGE: 111 is not in 0..110, nearest -1
        """,
    )


POSITION_TO_110 = FUNDED + "the guards are position 110\n"
WAITS_FOR_A_SALE = """
    alice places an OTO:
        sells 5 at 100
        buys 16 at 90
"""
SOLD = """
    carol buys 5 at 100
    → traded 5 at 100
    → closed #1 filled
    → closed #3 filled
    → begun #2
"""


def test_the_position_is_asked_again_when_a_pending_order_begins() -> None:
    tell(POSITION_TO_110, WAITS_FOR_A_SALE, SOLD, "open orders are #2", ruleset=OLD)
    tell(
        POSITION_TO_110,
        WAITS_FOR_A_SALE,
        SOLD,
        """
        → refused #2 POSITION_TOO_LARGE
        → closed #2 expired, 16 unfilled
        → list #1 closed
        open orders are
        """,
    )
    fits = WAITS_FOR_A_SALE.replace("16", "15")
    tell(POSITION_TO_110, fits, SOLD, "open orders are #2")


def test_the_other_open_buys_count_when_a_pending_order_begins() -> None:
    tell(
        POSITION_TO_110,
        "alice buys 1 at 50",
        """
        alice places an OTOCO:
            sells 5 at 100
            buys 14 at 90 maker
            buys 14 stop 200
        carol buys 5 at 100
        → traded 5 at 100
        → closed #2 filled
        → closed #5 filled
        → begun #3
        → begun #4
        open orders are #1 #3 #4
        """,
    )


# Cancel-replace (11.5).


def test_the_order_of_a_replacement_is_judged_before_the_cancel() -> None:
    story = FUNDED + "alice buys 1 at 100\nalice replaces #1{} with:\n    buys 1 at 1000001\n"
    missed = "PRICE_OUT_OF_RANGE: 1000001 is not in 1..1000000, nearest 1000000"
    for anyway in ("", " anyway"):
        told = f"→ closed #1 canceled, 1 unfilled\n→ part 2 refused {missed}\nopen orders are"
        tell(story.format(anyway), told, ruleset=OLD)
        tell(story.format(anyway), f"→ refused {missed}\nopen orders are #1")


def test_what_a_replacement_needs_of_the_account_is_judged_after_the_cancel() -> None:
    tell(
        FUNDED,
        """
        alice buys 100 at 100
        alice replaces #1 with:
            buys 50 at 200
        → closed #1 canceled, 100 unfilled
        alice replaces #2 with:
            buys 51 at 200
        → closed #2 canceled, 50 unfilled
        → part 2 refused FUNDS_INSUFFICIENT
        """,
    )


def test_a_replacement_whose_name_is_taken_cancels_nothing() -> None:
    tell(
        FUNDED,
        """
        alice buys 1 at 100 as first
        alice buys 1 at 101 as second
        alice replaces #1 with:
            buys 1 at 102 as second
        → refused CLIENT_ID_DUPLICATE
        alice replaces #1 with:
            buys 1 at 102 as third
        → closed #1 canceled, 1 unfilled
        open orders are #2 #3
        """,
    )


# Trailing stops at the smallest price (7.9, 7.10).

AT_ONE_TICK = (
    FUNDED
    + """
    carol sells 1 at 1
    dave buys 1 at 1
    → traded 1 at 1
    → closed #1 filled
    → closed #2 filled
    alice sells 1 stop trailing 1000 bips
    bob buys 5 at 1
    carol sells 1 at 1
    → traded 1 at 1
    → closed #5 filled
"""
)


def test_a_trailing_stop_is_never_at_nothing() -> None:
    tell(AT_ONE_TICK, "open orders are #3 #4", ruleset=OLD)
    tell(AT_ONE_TICK, "→ triggered #3 at 1\n→ traded 1 at 1\n→ closed #3 filled\nopen orders are #4")


def test_a_trailing_stop_that_begins_to_track_at_the_bottom_fires_at_once() -> None:
    tell(
        FUNDED,
        """
        the guards are reference 5
        alice sells 1 stop 2 trailing 1000 bips
        bob buys 5 at 1
        carol sells 1 at 1
        → traded 1 at 1
        → closed #3 filled
        → triggered #1 at 1
        → traded 1 at 1
        → closed #1 filled
        """,
    )


def test_one_account_cannot_trail_for_all() -> None:
    stops = "".join("alice sells 1 stop 5 trailing 100 bips\n" for _ in range(u.OWN_TRAILING_ORDERS_MAX))
    more = "alice sells 1 stop 5 trailing 100 bips\n"
    tell(FUNDED, stops, more, ruleset=OLD)
    teller = tell(FUNDED, stops, more, "→ refused OWN_TRAILING_ORDERS_TOO_MANY: 21 is not in 0..20, nearest 20")
    teller.tell("alice cancels #1\n→ closed #1 canceled, 1 unfilled", more)


# Auctions (9).

OF_ONE_OWNER = (
    FUNDED
    + """
    the market collects
    bob buys 1 at 9
    alice sells 1 at 8
    alice buys 1 at 12 stp taker
    the market trades
    → uncrossed 1 at 10, surplus 0
    → prevented #2 against #3 at 10, losing 0 and 1
    → closed #3 expired in match, 1 unfilled
"""
)


def test_an_auction_names_one_price_and_what_stays_crossed_meets_in_pairs() -> None:
    tell(
        OF_ONE_OWNER,
        """
        → uncrossed 1 at 8, surplus 0
        → traded 1 at 8
        → closed #1 filled
        → closed #2 filled
        """,
        ruleset=OLD,
    )
    tell(OF_ONE_OWNER, "→ traded 1 at 9\n→ closed #1 filled\n→ closed #2 filled\nopen orders are")


def test_the_books_follow_a_switch_as_well() -> None:
    """C36: both sides of the exchange hear of it."""
    collecting, ends = OF_ONE_OWNER.split("the market trades")
    teller = tell(collecting, "the ruleset is 3", ruleset=OLD)
    teller.tell("the market trades", ends, "→ traded 1 at 9\n→ closed #1 filled\n→ closed #2 filled")


def test_levels_that_only_pairs_touched_are_told_as_well() -> None:
    teller = tell(OF_ONE_OWNER.split("the market trades")[0])
    result = teller.do(ask.SetMarketStatus(0, 0, u.TRADING))
    levels = [event[1:] for event in result.events if isinstance(event, fact.LevelChanged)]
    assert levels == [(u.BUY, 4, 12, 0), (u.BUY, 5, 9, 0), (u.SELL, 6, 8, 0)]
