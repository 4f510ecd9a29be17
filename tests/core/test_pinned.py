"""Numbers and corners of the rules that the twin and the stories read from the same constants, or never come to."""

from typing import Final

import pytest

from tests.story import tell
from tests.story.words import account
from tests.story.worlds import FUNDED
from trueman.core import commands as ask
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import decode_results, encode
from trueman.core.events import OrderClosed
from trueman.core.rulesets import FIRST_RULESET, NEWEST_RULESET, Rules

SECOND_US: Final = 1_000_000
DAY_US: Final = 86_400 * SECOND_US
ALICE, BOB, CAROL = account("alice"), account("bob"), account("carol")
PINNED: Final = {
    "TRAILING_BIPS_MIN": 10,
    "TRAILING_BIPS_MAX": 2_000,
    "OPEN_ORDERS_USUAL": 1_000,
    "OPEN_ORDERS_MAX": 10_000,
    "ALGO_ORDERS_USUAL": 100,
    "ALGO_ORDERS_MAX": 1_000,
    "ICEBERG_ORDERS_USUAL": 20,
    "ICEBERG_ORDERS_MAX": 1_000,
    "ICEBERG_PARTS_USUAL": 20,
    "ICEBERG_PARTS_MAX": 100,
    "TRAILING_ORDERS_MAX": 1_000,
    "OWN_TRAILING_ORDERS_MAX": 20,
    "TIMED_ORDERS_MAX": 100_000,
    "OWN_TIMED_ORDERS_MAX": 1_000,
    "BATCH_ORDERS_MAX": 50,
    "CLOSING_ORDERS_MAX": 1_000,
    "REMEMBERED_MAX": 1_000,
    "REMEMBERED_US_MAX": 60 * SECOND_US,
    "DEADLINE_AHEAD_US_MAX": 120 * SECOND_US,
    "EXPIRY_US_MAX": 366 * DAY_US,
    "CANCEL_TIMER_US_MIN": SECOND_US,
    "CANCEL_TIMER_US_MAX": DAY_US,
    "AUCTION_US_MAX": DAY_US,
    "FEE_PPM_MAX": 100_000,
    "FEE_TIERS_MAX": 16,
    "SUPPLY_ATOMS_MAX": 2**62 - 1,
}
"""A number that changes is another ruleset."""


@pytest.mark.parametrize("name", PINNED)
def test_a_bound_of_the_rules_is_this_number(name: str) -> None:
    assert getattr(u, name) == PINNED[name]


@pytest.mark.parametrize("ruleset", range(FIRST_RULESET, NEWEST_RULESET + 1))
def test_a_command_lets_so_many_triggered_orders_go_on(ruleset: int) -> None:
    assert Rules(ruleset).activations_max == {2: 1_000, 3: 100, 4: 100, 5: 100}[ruleset]


def test_a_market_that_closes_expires_a_thousand_orders() -> None:
    teller = tell("alice deposits 1000000 USDT")
    guard = ask.GuardMarket(*[0] * len(ask.GuardMarket._fields))._replace(orders_max=u.OPEN_ORDERS_MAX)
    order = ask.PlaceOrder(0, ALICE, 0, u.BUY, u.LIMIT, u.GTC, u.STP_NONE, 10, 1, 0, 0, "x")
    commands = [guard, *(order._replace(client_id=f"c{n}") for n in range(1_001)), ask.SetMarketStatus(0, 0, u.CLOSED)]
    frame = b"".join(map(encode, commands))
    *_, closed = decode_results(teller.exchange.apply(teller.exchange.sequence + 1, len(commands), 1, frame))
    assert len([event for event in closed.events if isinstance(event, OrderClosed)]) == 1_000


def test_a_list_of_orders_that_came_in_two_lists_is_no_repeat() -> None:
    teller = tell("alice deposits 1000 USDT")

    def one_then_other(working: str, pending: str) -> ask.PlaceOrderList:
        order = ask.PlaceOrder(0, ALICE, 0, u.BUY, u.LIMIT, u.GTC, u.STP_NONE, 10, 1, 0, 0, working)
        return ask.PlaceOrderList(
            0, ALICE, 0, u.OTO, 0, f"{working}{pending}", (order, order._replace(client_id=pending))
        )

    first = teller.do(one_then_other("a", "b")).decided
    teller.do(one_then_other("c", "d"))
    assert teller.do(one_then_other("a", "b")).decided.repeat_of == first.number
    assert teller.do(one_then_other("a", "d")).decided.reason == no.CLIENT_ID_DUPLICATE
    teller.pending = []


@pytest.mark.parametrize(("base", "reason"), [(4, no.FUNDS_INSUFFICIENT), (5, no.OK)])
def test_who_expires_own_orders_is_told_what_lies_behind_those_that_others_hide(base: int, reason: int) -> None:
    """Bob shows two of four before alice's own one: it leaves on the way to his others, and her rest buys at 50."""
    teller = tell(
        f"""
        alice deposits {base} BTC
        alice deposits 1000 USDT
        bob deposits 1000 USDT
        carol deposits 1000 USDT
        bob buys 4 at 100 showing 2
        alice buys 1 at 100
        carol buys 9 at 50
        """
    )
    sells = ask.PlaceOrder(0, ALICE, 0, u.SELL, u.MARKET, u.GTC, u.STP_EXPIRE_MAKER, 0, 0, 499, 0, "in-quote")
    assert teller.do(sells).decided.reason == reason
    teller.pending = []


def test_an_order_of_a_list_is_remembered_for_two_minutes_at_most() -> None:
    """Its own deadline has no bound: only the list's has."""
    teller = tell("alice deposits 1000000 USDT")
    order = ask.PlaceOrder(0, ALICE, 0, u.BUY, u.LIMIT, u.IOC, u.STP_NONE, 10, 1, 0, 0, "x")
    far = [order._replace(time_in_force=u.GTC, deadline_us=10**12, client_id=name) for name in ("w", "p")]
    teller.do(ask.PlaceOrderList(0, ALICE, 0, u.OTO, 0, "list", (far[0], far[1])))
    teller.do(ask.CancelAllOrders(0, ALICE, 0, 0))
    for number in range(1_001):
        teller.do(order._replace(client_id=f"o{number}"))
    assert teller.do(order._replace(client_id="w")).decided.reason == no.CLIENT_ID_DUPLICATE
    teller.at(121 * SECOND_US)
    for number in range(2):
        teller.do(order._replace(client_id=f"late{number}"))
    assert teller.do(order._replace(client_id="w")).decided.reason == no.OK
    teller.pending = []


def test_after_an_auction_in_the_same_command_its_price_is_the_middle_of_the_band() -> None:
    """What was left over calls an auction that the command itself ends: what that sets off trades around 70, not 95."""
    stops = "".join("alice sells 1 stop 95\n" for _ in range(Rules(NEWEST_RULESET).activations_max))
    teller = tell(
        FUNDED, "carol buys 1 at 70\ncarol buys 5 at 65\n", "dave buys 101 at 95\n", stops,
        """
        bob sells 1 stop 95 limit 60
        dave sells 1 stop 75
        the guards are band 10 %, auctions of 60 s, reference 95
        """,
    )  # fmt: skip
    teller.do(ask.PlaceOrder(0, CAROL, 0, u.SELL, u.LIMIT, u.GTC, u.STP_NONE, 95, 1, 0, 0, "price"))
    teller.pending = []
    teller.tell(
        """
        the market trades
        → triggered #104 at 95
        → auction called at 70 around 95 until 60000001
        → market is in auction
        → uncrossed 1 at 70, surplus 0
        → traded 1 at 70
        → closed #1 filled
        → closed #104 filled
        → triggered #105 at 75
        → traded 1 at 65
        → closed #105 filled
        """
    )
