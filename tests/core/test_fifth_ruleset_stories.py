"""What ruleset 5 does otherwise than ruleset 4, each difference under both (the marks in the rules)."""

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED
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


def test_a_stop_that_nobody_may_have_makes_no_repeat() -> None:
    """Before, a price and the same with 2^62 added were remembered alike."""
    first, beyond = (f"alice sells 1 stop {price} as x\n" for price in (90, 90 + 2**62))
    tell(FUNDED, first, beyond, "→ refused CLIENT_ID_DUPLICATE", ruleset=NEWER)
    tell(FUNDED, first, beyond, "→ as for command 12", ruleset=OLDER)


def test_every_difference_has_a_name_and_begins_with_its_ruleset() -> None:
    older, newer = Rules(OLDER), Rules(NEWER)
    names = ("weighs_pending_in_quote", "compares_whole_terms")
    assert not any(getattr(older, name) for name in names)
    assert all(getattr(newer, name) for name in names)
