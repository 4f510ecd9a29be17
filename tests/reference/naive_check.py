"""What must be true of the naive exchange after every command, whatever the command was."""

from collections import Counter

from tests.reference.naive_exchange import NaiveExchange
from tests.reference.naive_state import CLOSED, DORMANT, PENDING, RESTING, TRIGGERED, NaiveOrder
from trueman.core import units as u


def check(twin: NaiveExchange) -> None:
    _check_money(twin)
    _check_orders(twin)
    _check_books(twin)
    assert not twin.touched, "every touched list was reviewed"


def _check_money(twin: NaiveExchange) -> None:
    sums: Counter[int] = Counter()
    for (account, asset, pot), amount in twin.pots.items():
        sums[asset] += amount
        assert amount >= 0 or (account, pot) == (u.OUTSIDE_ACCOUNT, u.AVAILABLE)
    assert not any(sums.values()), "what is inside came from outside"
    held: Counter[tuple[int, int, int]] = Counter()
    for order in twin.open:
        held[order.account, twin.asset_held(order), u.HELD] += order.held
    pots = {key: amount for key, amount in twin.pots.items() if key[2] == u.HELD and amount}
    assert pots == {key: amount for key, amount in held.items() if amount}, "orders hold what accounts have held"


def _check_orders(twin: NaiveExchange) -> None:
    for order in twin.open:
        assert order.state in (PENDING, DORMANT, TRIGGERED, RESTING), order
        assert order.unfilled >= 1 or (order.quote_quantity and order.state == PENDING)
        assert order.held == _owed(twin, order), (order.held, _owed(twin, order), order)
        if order.state == RESTING:
            assert 1 <= order.visible <= order.unfilled
            assert order.visible == order.unfilled or order.visible <= order.display
        assert twin.remembered[order.account][order.client_id].order_id == order.order_id
    assert len({(order.account, order.client_id) for order in twin.open}) == len(twin.open)
    for market in twin.markets:
        assert all(order.state == TRIGGERED for order in market.queue)
    assert sum(order.state == TRIGGERED for order in twin.open) == sum(len(market.queue) for market in twin.markets)


def _owed(twin: NaiveExchange, order: NaiveOrder) -> int:
    """What the order must hold, alone or in a pair."""
    together = order.in_list
    if together is None or order not in together.pair:
        return twin.need(order)
    other = next(other for other in together.pair if other is not order)
    assert other.state == CLOSED or (other.state == PENDING) == (order.state == PENDING)
    if other.state == CLOSED:
        return twin.need(order)
    return max(twin.need(order), twin.need(other)) if twin.keeper(together) is order else 0


def _check_books(twin: NaiveExchange) -> None:
    for number, market in enumerate(twin.markets):
        if market.defined.status == u.TRADING:
            bids, asks = twin.book(number, u.BUY), twin.book(number, u.SELL)
            assert not bids or not asks or bids[0].price < asks[0].price, "a book that trades is not crossed"
            waits = market.queue or market.put_off
            assert not waits or market.left_over_us >= twin.time_us or twin.is_behind
        assert market.auction_until_us == 0 or market.defined.status == u.AUCTION
