"""What ruleset 5 does otherwise than ruleset 4, each difference under both (the marks in the rules)."""

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED, trade_at
from trueman.core.commands import SwitchRuleset
from trueman.core.exchange import Exchange
from trueman.core.rulesets import Rules

OLDER, NEWER = 4, 5
MARKET_BUY_WAITS = """
    the guards are position 110
    bob sells 50 at 20
    alice places an OTO:
        sells 5 at 10 maker
        buys for {amount} at market
    carol buys 5 at 10
    → traded 5 at 10
    → closed #2 filled
    → closed #4 filled
    → begun #3
"""


@pytest.mark.parametrize(
    ("amount", "ruleset", "is_refused"), [(320, NEWER, True), (319, NEWER, False), (320, OLDER, False)]
)
def test_what_begins_in_quote_is_weighed_by_the_most_it_could_buy(amount: int, ruleset: int, is_refused: bool) -> None:
    """Alice has 95 left, and 320 at 20 would bring 16 more."""
    lots = amount // 20
    refused, traded = (
        "→ refused #3 POSITION_TOO_LARGE\n→ closed #3 expired\n",
        f"→ traded {lots} at 20\n→ closed #3 filled\n",
    )
    told = (refused if is_refused else traded) + "→ list #2 closed\n"
    tell(FUNDED, MARKET_BUY_WAITS.format(amount=amount), told, ruleset=ruleset)


TRAILS = {
    "a stop loss buys above the low": ("buys 1 stop 440 trailing 500 bips limit 9", [370, 440, 450, 460, 420, 441]),
    "a stop loss sells below the top": ("sells 1 stop 390 trailing 1000 bips limit 900", [415, 390, 370, 410, 369]),
    "a take profit buys above the low": (
        "buys 1 take profit 380 trailing 850 bips limit 9",
        [420, 380, 370, 390, 380, 402],
    ),
    "a take profit sells below the top": (
        "sells 1 take profit 420 trailing 750 bips limit 900",
        [415, 390, 420, 450, 440, 465, 431, 430],
    ),
    "from the start a stop loss": ("sells 1 stop trailing 700 bips limit 900", [420, 395, 455, 424, 423]),
    "from the start a take profit": ("sells 1 take profit trailing 700 bips limit 900", [420, 395, 455, 424, 423]),
    "from the start a take profit that buys": ("buys 1 take profit trailing 1000 bips limit 9", [380, 300, 310, 330]),
}
"""Orders, and prices of which the last fires them: what Binance's page on trailing stops tells, at a hundredth."""


@pytest.mark.parametrize("name", TRAILS)
def test_what_trails_waits_for_the_price_to_turn(name: str) -> None:
    order, prices = TRAILS[name]
    trades = [trade_at(price, 4 + 2 * at) for at, price in enumerate(prices)]
    tell(FUNDED, trade_at(400, 1), f"alice {order}", *trades, f"→ triggered #3 at {prices[-1]}", ruleset=NEWER)


def test_an_order_keeps_the_trail_with_which_it_lay_down() -> None:
    """Through the switch, and through a snapshot: one that tracks, and one that waits at its stop price."""
    teller = tell(
        FUNDED,
        trade_at(400, 1),
        """
        alice sells 1 take profit trailing 1000 bips limit 900
        alice sells 1 take profit 500 trailing 1000 bips limit 901
        """,
        ruleset=OLDER,
    )
    teller.pending = []
    teller.do(SwitchRuleset(0, NEWER))
    teller.pending = []
    teller.tell("alice sells 1 take profit 500 trailing 1000 bips limit 902")
    teller.exchange = Exchange.restore(teller.exchange.snapshot())
    teller.tell(trade_at(440, 6), "→ triggered #3 at 440")
    teller.tell(trade_at(500, 8), trade_at(540, 10), trade_at(550, 12), "→ triggered #4 at 550")
    teller.tell(trade_at(496, 14), trade_at(495, 16), "→ triggered #5 at 495")


def test_a_take_profit_that_turns_round_is_met_by_the_next_price() -> None:
    """At the lowest price there is its stop is the price itself."""
    tell(
        FUNDED,
        trade_at(1, 1),
        "alice sells 1 take profit 1 trailing 1000 bips limit 900",
        trade_at(1, 4),
        "→ triggered #3 at 1",
        ruleset=NEWER,
    )


UNEVEN_PAIRS = """
    the guards are reference 100
    dave sells 20 at 1000
    dave buys 1 stop 105
    the market collects
    alice sells 1 at 101 stp both
    alice sells 2 at 112 stp maker
    carol buys 1 at 103 stp taker
    alice sells 1 at 97 stp maker
    carol buys 3 at 105 stp taker
    bob sells 1 at 99 stp taker
    alice buys 3 at 112 stp taker
"""


@pytest.mark.parametrize(("ruleset", "is_met"), [(OLDER, False), (NEWER, True)])
def test_a_stop_is_met_by_the_highest_price_of_an_auction(ruleset: int, is_met: bool) -> None:
    """What self-trade prevention left crossed meets in pairs, at 97, then 105, then 101."""
    teller = tell(FUNDED, UNEVEN_PAIRS, ruleset=ruleset)
    teller.act("the market trades", [])
    assert [line for line in teller.pending if line.startswith("traded")][:3] == [
        "traded 1 at 97",
        "traded 1 at 105",
        "traded 1 at 101",
    ]
    assert ("triggered #2 at 105" in teller.pending) == is_met


def test_a_stop_that_nobody_may_have_makes_no_repeat() -> None:
    """Before, a price and the same with 2^62 added were remembered alike."""
    first, beyond = (f"alice sells 1 stop {price} as x\n" for price in (90, 90 + 2**62))
    tell(FUNDED, first, beyond, "→ refused CLIENT_ID_DUPLICATE", ruleset=NEWER)
    tell(FUNDED, first, beyond, "→ as for command 12", ruleset=OLDER)


def test_every_difference_has_a_name_and_begins_with_its_ruleset() -> None:
    older, newer = Rules(OLDER), Rules(NEWER)
    names = ("weighs_pending_in_quote", "compares_whole_terms", "trails_by_side", "looks_at_extremes")
    assert not any(getattr(older, name) for name in names)
    assert all(getattr(newer, name) for name in names)
