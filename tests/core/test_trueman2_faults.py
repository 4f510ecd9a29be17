"""The faults of TrueMan2 that concern the core, each a story that would have caught it. Numbers as in its list."""

import pytest

from tests.story import Teller, tell
from trueman.core import commands as ask
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.codec import encode

MONEY = """
    alice deposits 1000 USDT
    bob deposits 50 BTC
    carol deposits 50 BTC
"""


def test_fault_1_an_exactly_filled_order_leaves_its_neighbours_alone() -> None:
    tell(
        MONEY,
        """
        bob sells 5 at 7
        carol sells 10 at 7
        bob sells 7 at 7
        alice buys 5 at 7
        → traded 5 at 7
        → closed #1 filled
        → closed #4 filled
        carol has 40 BTC and 10 held
        alice buys 10 at 7
        → traded 10 at 7
        → closed #2 filled
        → closed #5 filled
        the book is | 7@7
        bob cancels #3
        → closed #3 canceled, 7 unfilled
        bob has 45 BTC and 0 held
        """,
    )


def test_fault_2_a_cancel_of_a_strangers_order_changes_nothing() -> None:
    teller = tell(MONEY, "bob sells 5 at 7")
    book, digest_of_orders = dict(teller.book), teller.exchange.open_orders()
    teller.tell("alice cancels #1\n→ refused ORDER_UNKNOWN")
    assert teller.book == book
    assert teller.exchange.open_orders() == digest_of_orders
    teller.tell("bob cancels #1\n→ closed #1 canceled, 5 unfilled")


def test_fault_3_price_improvement_is_refunded() -> None:
    tell(
        MONEY,
        """
        bob sells 2 at 90
        alice buys 5 at 100
        → traded 2 at 90
        → closed #1 filled
        alice has 520 USDT and 300 held
        carol sells 3 at 100
        → traded 3 at 100
        → closed #2 filled
        → closed #3 filled
        alice has 520 USDT and 0 held
        """,
    )


def test_fault_4_the_seller_gets_exactly_what_the_buyer_pays() -> None:
    teller = tell(
        MONEY,
        """
        bob sells 1 at 333
        carol sells 3 at 111
        alice buys 2 at market
        → traded 2 at 111
        → closed #3 filled
        alice has 778 USDT and 0 held
        carol has 222 USDT and 0 held
        outside has -1000 USDT
        """,
    )
    assert sum(sum(pots) for _, asset, *pots in teller.exchange.balances() if asset == 1) == 0


def test_fault_9_a_partial_fill_is_counted_once_whatever_role_it_had() -> None:
    teller = tell(
        MONEY,
        """
        bob sells 4 at 10
        alice buys 10 at 10       -- 4 as taker, 6 rest
        → traded 4 at 10
        → closed #1 filled
        """,
    )
    [rest] = teller.exchange.open_orders()
    assert (rest.quantity, rest.unfilled) == (10, 6)
    teller.tell(
        """
        bob sells 2 at 10
        → traded 2 at 10
        → closed #3 filled
        alice cancels #2
        → closed #2 canceled, 4 unfilled
        """
    )


def test_fault_12_tick_lot_and_least_amounts_are_enforced() -> None:
    tell(
        MONEY,
        """
        prices are 5..200, quantities 2..20, notional from 40
        alice buys 2 at 4
        → refused PRICE_OUT_OF_RANGE: 4 is not in 5..200, nearest 5
        alice buys 1 at 50
        → refused QUANTITY_OUT_OF_RANGE: 1 is not in 2..20, nearest 2
        alice buys 21 at 5
        → refused QUANTITY_OUT_OF_RANGE: 21 is not in 2..20, nearest 20
        alice buys 2 at 19
        → refused NOTIONAL_TOO_SMALL: 38 is not in 40..4611686018427387903, nearest 3
        alice buys 2 at 20
        """,
    )


@pytest.mark.parametrize("kind", [7, 128, 255])
def test_fault_13_an_order_of_unknown_type_or_without_price_is_refused(kind: int) -> None:
    teller = tell(MONEY)
    order = ask.PlaceOrder(0, 1_024, 0, u.BUY, kind, u.GTC, u.STP_NONE, 0, 1, 0, 0, "x")
    assert teller.do(order).decided.reason == no.TYPE_INVALID
    assert teller.do(order._replace(type=u.LIMIT)).decided.reason == no.PRICE_MISSING
    teller.tell("alice buys 1 at 10")


def test_fault_14_nothing_is_bought_for_nothing_and_nothing_overflows() -> None:
    teller = tell(MONEY, "bob sells 5 at 7")
    order = ask.PlaceOrder(0, 1_024, 0, u.BUY, u.MARKET, u.GTC, u.STP_NONE, 0, 0, 0, 0, "x")
    assert teller.do(order).decided.reason == no.QUANTITY_MISSING
    assert teller.do(order._replace(quote_quantity=-5)).decided.reason == no.QUANTITY_OUT_OF_RANGE
    assert teller.do(order._replace(quote_quantity=2**62)).decided.reason == no.NOTIONAL_TOO_LARGE
    most = u.SUPPLY_ATOMS_MAX
    teller.do(ask.ChangeMarket(0, 0, 1, most, 1, most, 0, 0, 0))
    limit = order._replace(type=u.LIMIT)
    for price, quantity in ((most, most), (2**31, 2**31), (3, 2**61), (2**62 - 1, 2)):
        assert teller.do(limit._replace(price=price, quantity=quantity)).decided.reason == no.NOTIONAL_TOO_LARGE
    teller.tell("alice has 1000 USDT and 0 held")


@pytest.mark.parametrize("side", [2, 128, 255])
def test_fault_15_a_side_that_is_neither_buy_nor_sell_is_refused(side: int) -> None:
    order = ask.PlaceOrder(0, 1_024, 0, side, u.LIMIT, u.GTC, u.STP_NONE, 10, 1, 0, 0, "x")
    assert tell(MONEY).do(order).decided.reason == no.SIDE_INVALID


def test_fault_23_a_level_is_gone_with_its_last_order() -> None:
    teller = tell(
        MONEY,
        """
        bob sells 5 at 7
        carol sells 1 at 8
        bob cancels #1
        → closed #1 canceled, 5 unfilled
        the book is | 1@8
        """,
    )
    assert all(teller.book.values())


def test_fault_24_a_market_is_listed_changed_and_halted_without_a_restart() -> None:
    teller = Teller()
    teller.do(ask.CreateAsset(0, 2, "ETH"))
    created = teller.do(ask.CreateMarket(0, 2, 1, 100, 5, 1, 99, 1, 99, 0, 0, 0, "ETHUSDT"))
    assert created.events[0]._asdict()["tick_atoms"] == 5
    assert teller.do(ask.SetMarketStatus(0, 1, u.HALTED)).decided.reason == no.OK


def test_one_unreadable_command_costs_only_its_own_frame() -> None:
    """Of fault 13's kind: no bytes that arrive can stop the exchange."""
    teller = tell(MONEY)
    exchange = teller.exchange
    for bytes_in in (b"", b"\xff" * 7, b"\xff" * 300, encode(ask.CancelAllOrders(0, 1_024, 0, 0))[:-1]):
        exchange.apply(exchange.sequence + 1, 2, 1, bytes_in)
    teller.tell("alice buys 1 at 10")
