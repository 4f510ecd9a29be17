"""Every type with every time in force, every self-trade mode and every state of the market.

Alice sells 2 and bob sells 2, both at 100; then alice buys 3 for as much, at once or by a trigger. What must come of it
is put together from the tables below, which say the rules once each: what a type admits, what a state admits, what
prevention does to the two orders, and what becomes of a rest.
"""

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED

TYPES = {
    "LIMIT": "alice buys 3 at 100",
    "LIMIT_MAKER": "alice buys 3 at 100 maker",
    "MARKET": "alice buys 3 at market",
    "STOP_LOSS": "alice buys 3 stop 99",
    "STOP_LOSS_LIMIT": "alice buys 3 stop 99 limit 100",
    "TAKE_PROFIT": "alice buys 3 take profit 100",
    "TAKE_PROFIT_LIMIT": "alice buys 3 take profit 100 limit 100",
}
TIMES = {"GTC": "gtc", "IOC": "ioc", "FOK": "fok", "GTD": "for 60 s"}
MODES = ("none", "taker", "maker", "both", "decrement")
STATES = ("trades", "halts", "only cancels", "prepares", "collects", "closes")

WITH_A_LIMIT = {"LIMIT", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"}
WITH_A_TRIGGER = {"STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"}
ADMITTED_TIMES = {
    **dict.fromkeys(WITH_A_LIMIT, ("GTC", "IOC", "FOK", "GTD")),
    **dict.fromkeys(("LIMIT_MAKER", "STOP_LOSS", "TAKE_PROFIT"), ("GTC", "GTD")),
    "MARKET": ("GTC",),
}
MEETS = {
    "none": """
        → traded 2 at 100
        → closed #{own} filled
        → traded 1 at 100
        → closed #{buy} filled""",
    "taker": """
        → prevented #{own} against #{buy} at 100, losing 0 and 3
        → closed #{buy} expired in match, 3 unfilled""",
    "maker": """
        → prevented #{own} against #{buy} at 100, losing 2 and 0
        → closed #{own} expired in match, 2 unfilled
        → traded 2 at 100
        → closed #{his} filled""",
    "both": """
        → prevented #{own} against #{buy} at 100, losing 2 and 3
        → closed #{own} expired in match, 2 unfilled
        → closed #{buy} expired in match, 3 unfilled""",
    "decrement": """
        → prevented #{own} against #{buy} at 100, losing 2 and 2
        → closed #{own} expired in match
        → traded 1 at 100
        → closed #{buy} filled""",
}
"""What happens between alice's two orders and bob's. Only EXPIRE_MAKER leaves one lot of the buy."""


def refusal_of(kind: str, time: str, state: str) -> str | None:
    if time not in ADMITTED_TIMES[kind]:
        return "TIME_IN_FORCE_INVALID"
    if state not in ("trades", "collects"):
        return "MARKET_NOT_TRADING"
    if state == "collects" and not (kind in WITH_A_TRIGGER or (kind == "LIMIT" and time in ("GTC", "GTD"))):
        return "NOT_IN_AUCTION"
    return "WOULD_TAKE" if kind == "LIMIT_MAKER" else None


def outcome_of(kind: str, time: str, mode: str) -> str:
    if time == "FOK" and mode != "none":
        return "\n→ closed #{buy} expired, 3 unfilled"  # what prevention takes away is not filled
    if mode == "maker" and not (kind in WITH_A_LIMIT and time in ("GTC", "GTD")):
        return MEETS[mode] + "\n→ closed #{buy} expired, 1 unfilled"
    return MEETS[mode]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("kind", TYPES)
def test_what_comes_of_every_combination(kind: str, time: str, mode: str, state: str) -> None:
    order = f"{TYPES[kind]} {TIMES[time]} stp {mode}\n"
    closed = "→ closed #1 expired, 2 unfilled\n→ closed #2 expired, 2 unfilled\n" if state == "closes" else ""
    if refused := refusal_of(kind, time, state):
        book = "alice sells 2 at 100\nbob sells 2 at 100\n"
        tell(FUNDED, book, f"the market {state}\n{closed}", f"{order}→ refused {refused}")
    elif kind in WITH_A_TRIGGER:
        tell_of_a_trigger(kind, state, order, outcome_of(kind, time, mode))
    else:
        tell_at_once(state, order, outcome_of(kind, time, mode))


def tell_at_once(state: str, order: str, outcome: str) -> None:
    tell(
        FUNDED,
        "alice sells 2 at 100\nbob sells 2 at 100\n",
        f"the market {state}\n",
        order,
        "" if state == "trades" else "the market trades\n→ uncrossed 3 at 100, surplus 1\n",
        outcome.format(own=1, his=2, buy=3),
    )


def tell_of_a_trigger(kind: str, state: str, order: str, outcome: str) -> None:
    """Carol and dave make the price that fires the order."""
    price = 99 if kind.startswith("STOP") else 100
    tell(
        FUNDED,
        "carol sells 1 at 99\nalice sells 2 at 100\nbob sells 2 at 100\n",
        f"the market {state}\n",
        order,
        "the market trades\n",
        "dave buys 1 at 99\n→ traded 1 at 99\n→ closed #1 filled\n→ closed #5 filled\n",
        f"→ triggered #4 at {price}\n" + outcome.format(own=2, his=3, buy=4),
    )
