"""A list's own client id, and amends of its orders: what ruleset 3 brought to lists (rules 5, 8 and 11.3)."""

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import units as u
from trueman.core.exchange import Exchange
from trueman.core.rulesets import FIRST_RULESET

OLD = FIRST_RULESET

# A list's own client id (5, 8.1, 8.4).

PAIR = """
    {who} places an OCO as {name}:
        sells 2 at 110 maker
        sells 2 stop 90
"""


def pair(who: str, name: str) -> str:
    return PAIR.format(who=who, name=name)


def test_a_list_can_be_cancelled_by_its_own_name() -> None:
    tell(
        FUNDED,
        pair("alice", "mine"),
        pair("bob", "mine"),
        """
        alice cancels list @yours
        → refused ORDER_UNKNOWN
        alice cancels list @mine
        → closed #1 canceled, 2 unfilled
        → closed #2 canceled, 2 unfilled
        → list #1 closed
        alice cancels list @mine
        → refused ORDER_UNKNOWN
        open orders are #3 #4
        """,
        pair("alice", "mine"),
    )


def test_an_open_list_keeps_its_name_for_itself() -> None:
    twice = pair("alice", "mine") + pair("alice", "mine")
    tell(FUNDED, twice, "open orders are #1 #2 #3 #4", ruleset=OLD)
    tell(FUNDED, twice, "→ refused CLIENT_ID_DUPLICATE\nalice buys 1 at 5 as mine\nopen orders are #1 #2 #3")


def test_lists_have_no_names_under_older_rules() -> None:
    teller = tell(FUNDED, pair("alice", "mine"), "alice cancels list @mine\n→ refused MALFORMED", ruleset=OLD)
    teller.tell("the ruleset is 3\nalice cancels list @mine\n→ refused ORDER_UNKNOWN", pair("alice", "mine"))


def test_a_restored_exchange_knows_its_lists_by_name() -> None:
    teller = tell(FUNDED, pair("alice", "mine"))
    teller.exchange = Exchange.restore(teller.exchange.snapshot())
    teller.tell(pair("alice", "mine"), "→ refused CLIENT_ID_DUPLICATE")
    closed = [f"→ closed #{order} canceled, 2 unfilled" for order in (1, 2)]
    teller.tell("\n".join(["alice cancels list @mine", *closed, "→ list #1 closed"]))


# Amends of lists (11.3).


def test_an_order_of_a_list_may_not_be_amended_under_older_rules() -> None:
    tell(FUNDED, pair("alice", "mine"), "alice amends #1 to 1\n→ refused ORDER_IN_LIST", ruleset=OLD)


@pytest.mark.parametrize("named", [1, 2])
def test_an_amend_of_one_of_a_pair_is_an_amend_of_both(named: int) -> None:
    teller = tell(FUNDED, pair("alice", "mine"))
    result = teller.do(ask.AmendOrder(0, 1_024, 0, named, 1, 0, ""))
    other = 3 - named
    assert result.events == (
        fact.OrderAmended(0, named, 1_024, 1, 1),
        fact.OrderAmended(0, other, 1_024, 1, 1),
        fact.Moved(0, u.HELD, u.AVAILABLE, u.CAUSE_RELEASE, 1_024, 1_024, 1),
        fact.LevelChanged(0, u.SELL, 2, 110, 1),
    )
    teller.tell("#1 has 1 unfilled and 1 held\n#2 has 1 unfilled and 0 held\nthe book is | 1@110")


def test_a_dormant_pair_is_amended_as_one() -> None:
    tell(
        FUNDED,
        """
        carol sells 1 at 100
        dave buys 1 at 100
        → traded 1 at 100
        → closed #1 filled
        → closed #2 filled
        alice places an OCO:
            buys 3 stop 110 limit 120
            buys 3 take profit 90 limit 95
        #3 has 3 unfilled and 360 held
        alice amends #4 to 2
        #3 has 2 unfilled and 240 held
        #4 has 2 unfilled and 0 held
        alice amends #3 to 3
        → refused AMEND_NOT_SMALLER: 3 is not in 1..1, nearest 1
        """,
    )


def test_a_working_order_and_those_that_wait_for_it_are_amended_apart() -> None:
    tell(
        FUNDED,
        """
        alice places an OTOCO:
            buys 3 at 100
            sells 3 at 110 maker
            sells 3 stop 90
        alice amends #3 to 1
        #1 has 3 unfilled and 300 held
        #2 has 1 unfilled and 0 held
        #3 has 1 unfilled and 0 held
        alice amends #1 to 2
        bob sells 2 at 100
        → traded 2 at 100
        → closed #1 filled
        → closed #4 filled
        → begun #2
        → begun #3
        alice has 101 BTC and 1 held
        """,
    )


def test_both_of_a_pair_must_pass_the_filters_of_an_amend() -> None:
    tell(
        FUNDED,
        pair("alice", "mine"),
        """
        prices are 1..1000000, quantities 1..1000, notional from 100
        alice amends #1 to 1
        → refused NOTIONAL_TOO_SMALL: 90 is not in 100..4611686018427387903, nearest 2
        """,
    )
