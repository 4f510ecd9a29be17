"""What needs more than a small world: the bounds on how much one command may set off, and on how much there may be."""

import pytest

from tests.reference.naive_state import NEWEST
from tests.reference.stream_world import user
from tests.reference.twins import Twins
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.rulesets import FIRST_RULESET


def opened(ruleset: int = NEWEST, accounts: int = 3) -> Twins:
    """One market in which a lot costs its price, and three accounts with enough of everything."""
    twins = Twins(ruleset)
    guards = ask.GuardMarket(0, 0, *[0] * 12, 1_000, 0, 0)
    twins.ask(
        ask.CreateAsset(0, 0, "B"),
        ask.CreateAsset(0, 0, "Q"),
        ask.CreateMarket(0, 0, 1, 1, 1, 1, 100_000, 1, 100_000, 0, 1_000, 2_000, "BQ"),
        guards._replace(orders_max=u.OPEN_ORDERS_MAX, algo_orders_max=u.ALGO_ORDERS_MAX),
    )
    for index in range(accounts):
        who = user(index)
        twins.ask(ask.Deposit(0, who, who, 1, 0, 10**6), ask.Deposit(0, who, who, 2, 1, 10**12))
    return twins


def stop(who: int, name: str, price: int, side: int = u.SELL, trails: int = 0) -> ask.PlaceOrderWithTerms:
    terms = (0 if trails else price, trails, 0, 0)
    return ask.PlaceOrderWithTerms(0, who, 0, side, u.STOP_LOSS_LIMIT, u.GTC, 0, price, 1, 0, 0, *terms, name)


def limit(who: int, name: str, side: int, price: int, quantity: int) -> ask.PlaceOrder:
    return ask.PlaceOrder(0, who, 0, side, u.LIMIT, u.GTC, 0, price, quantity, 0, 0, name)


MOST = {FIRST_RULESET: u.ACTIVATIONS_MAX, 3: u.ACTIVATIONS_MAX_3, NEWEST: u.ACTIVATIONS_MAX_3}
"""Triggered orders that one command lets go on."""
every_ruleset = pytest.mark.parametrize("ruleset", MOST)


def cascade(ruleset: int) -> Twins:
    """Over twice as many stops as may go on at once fire at one trade; the others are left over."""
    twins, most = opened(ruleset), MOST[ruleset]
    for who in range(3):
        for index in range(most * 7 // 10):
            twins.ask(stop(user(who), f"s{index}", 900 - index % 7), after_us=0)
    twins.ask(limit(user(0), "bid", u.BUY, 880, 3), limit(user(1), "ask", u.SELL, 880, 1))
    assert len(twins.naive.markets[0].queue) == most * 21 // 10 - most
    twins.same_state()
    twins.restore()
    return twins


@every_ruleset
def test_what_one_command_leaves_over_goes_on_with_time(ruleset: int) -> None:
    twins = cascade(ruleset)
    later = 1 if ruleset < 4 else 0
    if later:
        twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=0)
    twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=later)
    assert len(twins.naive.markets[0].queue) == MOST[ruleset] // 10
    twins.restore()
    twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=later)
    assert not twins.naive.markets[0].queue
    twins.same_state()


@pytest.mark.parametrize("ruleset", [FIRST_RULESET, 3])
def test_triggered_orders_that_wait_are_orders_like_others(ruleset: int) -> None:
    twins = cascade(ruleset)
    waiting = [(order.account, order.order_id) for order in twins.naive.markets[0].queue[:40:4]]
    for who, number in waiting[:5]:
        twins.ask(ask.CancelOrder(0, who, 0, 0, number, 0, ""), after_us=0)
    for who, number in waiting[5:]:
        twins.ask(ask.AmendOrder(0, who, 0, number, 1, 0, ""), after_us=0)
    twins.ask(ask.SetMarketStatus(0, 0, u.AUCTION), after_us=0)
    twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=5)
    twins.restore()
    twins.ask(ask.SetMarketStatus(0, 0, u.CLOSED), after_us=1)
    twins.same_state()
    twins.ask(ask.SetMarketStatus(0, 0, u.TRADING), after_us=1)
    twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=1)
    twins.same_state()


@every_ruleset
def test_commands_of_the_same_moment_as_a_cascade(ruleset: int) -> None:
    twins = cascade(ruleset)
    twins.ask(limit(user(2), "more", u.BUY, 860, 9), limit(user(2), "hit", u.SELL, 860, 1), after_us=0)
    twins.ask(ask.CancelAllOrders(0, user(1), 0, 0), after_us=0)
    twins.ask(ask.SetMarketStatus(0, 0, u.TRADING), after_us=0)
    twins.same_state()
    twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=1)
    twins.same_state()


def test_a_market_has_so_many_trailing_orders() -> None:
    """Under the rules of before; an account may have all of them."""
    twins = opened(FIRST_RULESET)
    for who in range(2):
        for index in range(u.TRAILING_ORDERS_MAX // 2 + 1):
            twins.ask(stop(user(who), f"t{index}", 900, trails=100 + index % 3), after_us=0)
    twins.ask(limit(user(0), "bid", u.BUY, 1_100, 3), limit(user(1), "ask", u.SELL, 1_100, 1))
    twins.same_state()
    twins.restore()
    twins.ask(limit(user(0), "low", u.BUY, 1_080, 3), limit(user(1), "sell", u.SELL, 1_080, 5))
    twins.same_state()


def test_many_accounts_share_the_trailing_orders_of_a_market() -> None:
    """No account has more than its own bound."""
    crowd = u.TRAILING_ORDERS_MAX // u.OWN_TRAILING_ORDERS_MAX + 1
    twins = opened(accounts=crowd)
    for who in range(crowd):
        for index in range(u.OWN_TRAILING_ORDERS_MAX + 1):
            twins.ask(stop(user(who), f"t{index}", 900, trails=100 + index % 3), after_us=0)
    assert len(twins.naive.open) == u.TRAILING_ORDERS_MAX
    twins.same_state()
    twins.restore()


def test_an_account_has_so_many_orders_with_a_date() -> None:
    twins = opened()
    for index in range(u.OWN_TIMED_ORDERS_MAX + 2):
        order = ask.PlaceOrderWithTerms(
            *limit(user(0), "", u.BUY, 1, 1)[:-1], 0, 0, 0, twins.time_us + 10**9, f"d{index}"
        )
        twins.ask(order._replace(time_in_force=u.GTD), after_us=0)
    assert len(twins.naive.open) == u.OWN_TIMED_ORDERS_MAX
    twins.restore()
    twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=2 * 10**9)
    assert not twins.naive.open
    twins.same_state()


def test_client_ids_are_remembered_for_so_long() -> None:
    twins = opened()
    tooth = u.REMEMBERED_MAX // 10
    for index in range(10 * u.REMEMBERED_MAX + 200):
        deadline = twins.time_us + 90_000_000 if index % 2_000 > tooth else 0
        force = u.GTC if index % 400 == 0 else u.IOC
        order = limit(user(0), f"c{index}", u.BUY, 1, 1)._replace(deadline_us=deadline, time_in_force=force)
        twins.ask(order, after_us=1)
        if index % 97 == 0:
            for back in (tooth, u.REMEMBERED_MAX - 1, u.REMEMBERED_MAX, u.REMEMBERED_MAX + 1, 9_999, 10_000, 10_001):
                twins.ask(order._replace(client_id=f"c{max(0, index - back)}", deadline_us=0), after_us=0)
        if index % 1_500 == 0:
            twins.restore()
    twins.ask(ask.SetFeeAsset(0, user(0), 0), after_us=100_000_000)
    for index in range(0, 10_200, 800):
        twins.ask(ask.CancelOrder(0, user(0), 0, 0, 0, 0, f"c{index}"))
    for index in range(0, 10_200, 100):
        twins.ask(limit(user(0), f"c{index}", u.BUY, 1, 1))
        twins.ask(limit(user(0), f"c{index}", u.BUY, 1, 1)._replace(time_in_force=u.IOC), after_us=1)
    twins.restore()


def test_there_are_so_many_assets_and_markets() -> None:
    twins = opened()
    twins.ask(*[ask.CreateAsset(0, 0, f"A{index}") for index in range(u.ASSETS_MAX)])
    twins.ask(
        *[
            ask.CreateMarket(0, 0, 1, 1, 1, 1, 9, 1, 9, 0, 0, 0, f"M{index}")
            for index in range(u.MARKETS_MAX)
        ]
    )  # fmt: skip
    twins.ask(ask.SetMarketStatus(0, u.MARKETS_MAX - 1, u.HALTED), ask.SetMarketStatus(0, u.MARKETS_MAX, u.HALTED))
    twins.same_state()
    twins.restore()
