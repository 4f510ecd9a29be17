"""What must hold after every command is asked after every command, and the alarm works: state spoilt on purpose.

The proof costs a few comparisons a command. It sees what went wrong in a command, not what was spoilt behind its back:
that is for the full walk, `check`.
"""

from collections.abc import Callable

import pytest

from tests.story import tell
from trueman.core import codec, members, seats, tickets, trails
from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.exchange import Exchange

ALICE, BOB, CAROL = 1_024, 1_025, 1_026

WORLD = "alice deposits 5000 USDT\nbob deposits 50 BTC\nalice buys 3 at 10\nbob sells 3 at 20"

Spoiling = Callable[[Exchange], None]


def ticket(exchange: Exchange, order_id: int) -> int:
    return exchange.accounts.tickets.by_order_id.find(order_id)


def spoilt(exchange: Exchange, order_id: int, field: int, change: int) -> None:
    own, place = exchange.accounts.tickets, ticket(exchange, order_id)
    own.set(place, field, own.word(place, field) + change)


def moved_untold(exchange: Exchange) -> None:
    ledger = exchange.accounts.ledger
    ledger.transfer(ledger.find(ALICE, 1), ledger.find(BOB, 1), 1)


def held_for_nobody(exchange: Exchange) -> None:
    ledger = exchange.accounts.ledger
    ledger.hold(ledger.find(ALICE, 1), 1)


def told_and_not_moved(exchange: Exchange) -> None:
    exchange.results.moved(0, ALICE, u.AVAILABLE, BOB, u.AVAILABLE, 1, u.CAUSE_TRANSFER)


def taken_and_not_given(exchange: Exchange) -> None:
    exchange.accounts.ledger.unbalanced += 1


def one_side_forgets_an_order(exchange: Exchange) -> None:
    exchange.floor.orders.close(exchange.accounts.tickets.place(ticket(exchange, 1)))


def a_list_is_not_reviewed(exchange: Exchange) -> None:
    exchange.accounts.lists.first_touched = 0


def decide(exchange: Exchange, command: ask.Command) -> None:
    """By the core alone, without the full walk that a story takes after every sentence."""
    exchange.apply(exchange.sequence + 1, 1, exchange.time_us, codec.encode(command))


def buy(account: int = ALICE, stp: int = u.STP_NONE) -> ask.PlaceOrder:
    return ask.PlaceOrder(0, account, 0, u.BUY, u.LIMIT, u.GTC, stp, 20, 1, 0, 0, "another")


def test_nothing_is_wrong_before_anything_is_spoilt() -> None:
    exchange = tell(WORLD).exchange
    decide(exchange, ask.CancelAllOrders(0, CAROL, 0, 0))
    decide(exchange, buy())


@pytest.mark.parametrize(
    "spoil",
    [
        moved_untold,
        held_for_nobody,
        told_and_not_moved,
        taken_and_not_given,
        one_side_forgets_an_order,
        a_list_is_not_reviewed,
    ],
)
def test_the_next_command_proves_that_something_is_wrong(spoil: Spoiling) -> None:
    exchange = tell(WORLD).exchange
    spoil(exchange)
    with pytest.raises(AssertionError):
        decide(exchange, ask.CancelAllOrders(0, CAROL, 0, 0))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        (tickets.HELD, 1),
        (tickets.HELD, -1),
        (tickets.PRICE, 1),
        (tickets.PRICE, -1),
        (tickets.UNFILLED, 1),
        (tickets.UNFILLED, -3),
        (tickets.EXECUTED, 1),
        (tickets.QUANTITY, -1),
    ],
)
def test_the_next_trade_of_an_order_proves_that_something_is_wrong_with_it(field: int, change: int) -> None:
    exchange = tell(WORLD).exchange
    spoilt(exchange, 2, field, change)
    with pytest.raises(AssertionError):
        decide(exchange, buy())


def test_an_order_never_trades_with_its_own_group() -> None:
    exchange = tell(WORLD).exchange
    spoilt(exchange, 2, tickets.GROUP, ALICE - BOB)
    with pytest.raises(AssertionError):
        decide(exchange, buy(stp=u.STP_EXPIRE_TAKER))


def test_no_book_is_crossed_while_its_market_trades() -> None:
    exchange = tell(WORLD).exchange
    exchange.listing.markets[0].status = u.AUCTION
    decide(exchange, buy())
    exchange.check()
    exchange.listing.markets[0].status = u.TRADING
    with pytest.raises(AssertionError):
        exchange.check()


def test_the_full_walk_finds_what_no_command_shows() -> None:
    exchange = tell(WORLD).exchange
    ledger = exchange.accounts.ledger
    ledger.restore(ledger.find(ALICE, 1), ledger.available_of(ALICE, 1) + 1, 30, 0)
    decide(exchange, ask.CancelAllOrders(0, CAROL, 0, 0))
    with pytest.raises(AssertionError):
        exchange.check()


COUNTED = f"""
{WORLD}
the guards are reference 15, position 1000
alice buys 1 at 10 for 60 s
bob sells 1 stop trailing 1000 bips
bob sells 4 at 30 showing 2
alice buys 1 at 11
"""


def miscounted(kind: int) -> Spoiling:
    def spoil(exchange: Exchange) -> None:
        own = exchange.accounts.seats
        own.count(own.find(BOB, 0), kind, 1)

    return spoil


def forgotten_date(exchange: Exchange) -> None:
    own = exchange.accounts.members
    own.set(own.find(ALICE), members.TIMED_ORDERS, 0)


def bought_untold(exchange: Exchange) -> None:
    buying, seat = exchange.accounts.tickets.buying, exchange.accounts.seats.find(ALICE, 0)
    assert buying.is_counted(seat)
    buying.change(seat, 0, 1)


def followed_alone(exchange: Exchange) -> None:
    own = exchange.floor.matchings[0].triggers.falling_trails.trails
    own.words[trails.EXTREME] += 1


def laid_down_later(exchange: Exchange) -> None:
    own = exchange.floor.matchings[0].triggers.falling_trails.trails
    own.words[trails.TURN] = 2**40


@pytest.mark.parametrize(
    "spoil",
    [
        miscounted(seats.OPEN_ORDERS),
        miscounted(seats.ALGO_ORDERS),
        miscounted(seats.ICEBERG_ORDERS),
        miscounted(seats.TRAILING_ORDERS),
        forgotten_date,
        bought_untold,
        followed_alone,
        laid_down_later,
    ],
)
def test_the_full_walk_adds_up_every_count_again(spoil: Spoiling) -> None:
    exchange = tell(COUNTED).exchange
    exchange.check()
    spoil(exchange)
    with pytest.raises(AssertionError):
        exchange.check()
