"""Bounds on what one command may set off, and on what the exchange remembers."""

import pytest

from tests.story import Teller, tell
from trueman.core import commands as ask
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import Result, decode_results, encode
from trueman.core.events import OrderActivated, OrderClosed, Traded

ALICE, BOB = 1_024, 1_025
STOP = ask.PlaceOrderWithTerms(0, ALICE, 0, u.SELL, u.STOP_LOSS, u.GTC, 0, 0, 1, 0, 0, 90, 0, 0, 0, "stop")
LIMIT = ask.PlaceOrder(0, ALICE, 0, u.BUY, u.LIMIT, u.GTC, u.STP_NONE, 10, 1, 0, 0, "x")


RAISED = ask.GuardMarket(*[0] * len(ask.GuardMarket._fields))._replace(
    orders_max=u.OPEN_ORDERS_MAX, algo_orders_max=u.ALGO_ORDERS_MAX
)
"""The market lets an account have as many orders as a market may."""


def ask_for(teller: Teller, *commands: ask.Command, time_us: int = 1) -> list[Result]:
    """All of them in one frame, without a look at the whole state after each."""
    frame = b"".join(map(encode, commands))
    results = decode_results(teller.exchange.apply(teller.exchange.sequence + 1, len(commands), time_us, frame))
    teller.exchange.check()
    return results


def activated(result: Result) -> list[int]:
    return [event.order_id for event in result.events if isinstance(event, OrderActivated)]


@pytest.mark.parametrize("ruleset", [3, 4])
def test_a_command_triggers_only_so_many_orders_and_the_rest_follow(ruleset: int) -> None:
    """What is left over goes on with the next command; before ruleset 4, with the next one of a later time."""
    teller = tell("alice deposits 2000 BTC\nbob deposits 2000 BTC\ncarol deposits 1000000 USDT", ruleset=ruleset)
    count = u.ACTIVATIONS_MAX_3 + 5
    owners = [ALICE] * (count - 6) + [BOB] * 6
    assert count - 6 <= u.ALGO_ORDERS_MAX
    ask_for(teller, RAISED)
    teller.tell("carol buys 1 at 90\ncarol buys 1000 at 50\ncarol buys 1000 at 50")
    ask_for(teller, *(STOP._replace(account=owner, client_id=f"s{n}") for n, owner in enumerate(owners)))
    [result] = ask_for(teller, LIMIT._replace(account=BOB, side=u.SELL, price=90, client_id="price"))
    first = activated(result)
    assert first == list(range(4, 4 + u.ACTIVATIONS_MAX_3))
    if ruleset < 4:
        [result] = ask_for(teller, ask.CancelAllOrders(0, 1_099, 0, 0))
        assert activated(result) == []  # the same microsecond: not yet
    [result] = ask_for(teller, ask.CancelAllOrders(0, 1_099, 0, 0), time_us=2 if ruleset < 4 else 1)
    assert result.decided.reason == no.ORDER_UNKNOWN
    assert activated(result) == list(range(4 + u.ACTIVATIONS_MAX_3, 4 + count))
    assert len([event for event in result.events if isinstance(event, Traded)]) == 5


def test_what_is_left_over_twice_at_one_moment_goes_on_both_times() -> None:
    """A second cascade in the microsecond in which the rest of the first one went on."""
    teller = tell("alice deposits 2000 BTC\nbob deposits 2000 BTC\ncarol deposits 1000000 USDT", ruleset=4)
    nobody, rest = ask.CancelAllOrders(0, 1_099, 0, 0), 30
    owners = [ALICE] * u.ACTIVATIONS_MAX_3 + [BOB] * rest
    ask_for(teller, RAISED)
    teller.tell("carol buys 1 at 90\ncarol buys 1 at 80\ncarol buys 1000 at 50")
    for name, price in (("first", 90), ("second", 45)):
        crowd = (STOP._replace(account=who, client_id=f"{name}{n}", stop_price=price) for n, who in enumerate(owners))
        ask_for(teller, *crowd)
        if price == 45:
            ask_for(teller, LIMIT._replace(account=BOB + 1, side=u.BUY, price=45, quantity=1000, client_id="low"))
        seller = LIMIT._replace(account=BOB, side=u.SELL, price=price, quantity=1 if price == 90 else 1000)
        [result] = ask_for(teller, seller._replace(client_id=f"sells {price}".replace(" ", "-")))
        assert len(activated(result)) == u.ACTIVATIONS_MAX_3
        [result] = ask_for(teller, nobody)
        assert len(activated(result)) == rest


def test_a_triggered_order_that_is_left_over_can_still_be_cancelled() -> None:
    """Before ruleset 4, where it did not go on before the command."""
    teller = tell("alice deposits 2000 BTC\nbob deposits 2000 BTC\ncarol deposits 1000000 USDT", ruleset=3)
    teller.tell("carol buys 1 at 90\ncarol buys 1000 at 50\ncarol buys 1000 at 50")
    ask_for(teller, RAISED, *(STOP._replace(client_id=f"s{n}") for n in range(u.ACTIVATIONS_MAX_3)))
    ask_for(teller, *(STOP._replace(account=BOB, client_id=f"s{n}") for n in range(2)))
    last = 3 + u.ACTIVATIONS_MAX_3 + 2
    ask_for(teller, LIMIT._replace(account=BOB, side=u.SELL, price=90, client_id="price"))
    [result] = ask_for(teller, ask.CancelOrder(0, BOB, 0, u.ANY_ORDER, last, 0, ""))
    assert result.decided.reason == no.OK
    closed = [event.order_id for event in result.events if isinstance(event, OrderClosed)]
    assert closed[0] == last
    assert activated(result) == [last - 1]  # a command that reaches the market lets the rest go on


def test_closing_a_market_expires_a_thousand_orders_a_time() -> None:
    teller = tell("alice deposits 1000000 USDT")
    ask_for(teller, RAISED, *(LIMIT._replace(client_id=f"c{n}") for n in range(u.CLOSING_ORDERS_MAX + 7)))
    for expected in (u.CLOSING_ORDERS_MAX, 7, 0):
        [result] = ask_for(teller, ask.SetMarketStatus(0, 0, u.CLOSED))
        assert len([event for event in result.events if isinstance(event, OrderClosed)]) == expected


def immediate(number: int, deadline_us: int = 0) -> ask.PlaceOrder:
    return LIMIT._replace(time_in_force=u.IOC, client_id=f"c{number}", deadline_us=deadline_us)


def test_the_last_thousand_client_ids_are_remembered() -> None:
    teller = tell("alice deposits 1000000 USDT")
    first = teller.exchange.sequence + 1
    ask_for(teller, *(immediate(number) for number in range(u.REMEMBERED_MAX)))
    [again] = ask_for(teller, immediate(0))
    assert (again.decided.reason, again.decided.order_id, again.decided.repeat_of) == (no.OK, 1, first)
    assert again.events == ()
    [other] = ask_for(teller, immediate(0)._replace(price=11))
    assert other.decided.reason == no.CLIENT_ID_DUPLICATE
    ask_for(teller, immediate(u.REMEMBERED_MAX))
    [new] = ask_for(teller, immediate(0)._replace(price=11))  # the oldest had to leave for the one just asked
    assert (new.decided.reason, new.decided.repeat_of) == (no.OK, 0)


def test_an_order_is_remembered_until_its_deadline_and_while_it_is_open() -> None:
    teller = tell("alice deposits 1000000 USDT")
    ask_for(teller, immediate(0, deadline_us=50), LIMIT._replace(client_id="open"))
    ask_for(teller, *(immediate(number) for number in range(1, u.REMEMBERED_MAX + 9)), time_us=50)
    before, still_open = ask_for(teller, immediate(0, deadline_us=50), LIMIT._replace(client_id="open"), time_us=50)
    assert before.decided.repeat_of
    assert still_open.decided.repeat_of
    ask_for(teller, *(immediate(number) for number in range(2_000, 2_002)), time_us=51)
    after, still_open = ask_for(teller, immediate(0), LIMIT._replace(client_id="open"), time_us=51)
    assert (after.decided.reason, after.decided.repeat_of) == (no.OK, 0)
    assert still_open.decided.repeat_of
