"""The newest trades, and fills that read as one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trueman.core.events import Traded
from trueman.core.units import BUY, SELL
from trueman.views.tape import TRADES_MAX, Tape, Trade, aggregates


def traded(number: int, *, price: int = 100, quantity: int = 1, taker_order: int = 9, side: int = BUY) -> Traded:
    return Traded(0, side, 0, 0, number, price, quantity, price * quantity, 1, taker_order, 1_024, 1_025, 0, 0)


def test_only_the_newest_trades_are_remembered() -> None:
    tape = Tape(0)
    for number in range(1, TRADES_MAX + 11):
        tape.fold(number, traded(number))
    everything = tape.recent(10 * TRADES_MAX)
    assert [trade.traded.trade_id for trade in everything] == list(range(11, TRADES_MAX + 11))
    assert [trade.time_us for trade in tape.recent(2)] == [TRADES_MAX + 9, TRADES_MAX + 10]
    assert tape.recent(0) == []
    assert tape.last() == everything[-1]


def test_the_buyer_is_the_maker_when_the_taker_sells() -> None:
    assert Trade(1, traded(1, side=SELL)).is_buyer_maker
    assert not Trade(1, traded(1, side=BUY)).is_buyer_maker


def test_fills_of_one_order_at_one_price_are_one_aggregate() -> None:
    fills = [traded(1, quantity=2), traded(2, quantity=3), traded(3, price=101), traded(4, price=101, taker_order=10)]
    told = list(aggregates(Trade(7, fill) for fill in fills))
    assert [(a.number, a.price, a.quantity, a.first_trade_id, a.last_trade_id) for a in told] == [
        (2, 100, 5, 1, 2),
        (3, 101, 1, 3, 3),
        (4, 101, 1, 4, 4),
    ]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 9)), max_size=50))
def test_aggregates_lose_nothing_and_keep_the_order(fills: list[tuple[int, int, int]]) -> None:
    trades = [
        Trade(number, traded(number, price=price, quantity=quantity, taker_order=order))
        for number, (price, order, quantity) in enumerate(fills, start=1)
    ]
    told = list(aggregates(trades))
    assert sum(a.quantity for a in told) == sum(quantity for _, _, quantity in fills)
    covered = [number for a in told for number in range(a.first_trade_id, a.last_trade_id + 1)]
    assert covered == list(range(1, len(fills) + 1))
    assert all((one.price, one.taker_order) != (two.price, two.taker_order) for one, two in pairwise(told))
