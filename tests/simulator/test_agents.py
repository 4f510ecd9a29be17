"""Agents draw from their own seeded stream, respect the market's rules, and makers never cross the book."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from trueman.core.units import BUY, MARKET, SELL
from trueman.simulator.agents import LEVELS, MarketMaker, NoiseTrader
from trueman.simulator.fair_value import FairValue
from trueman.simulator.strategy import Action, Cancel, MarketRules, OwnOrder, Place, Strategy, View

RULES = MarketRules("BTCUSDT", "BTC", "USDT", 8, 1_000_000, 8, 1_000, 1, 10**9, 5.0)


def maker(seed: int = 1) -> MarketMaker:
    return MarketMaker(Random(seed), FairValue(Random(seed), 90_000.0), quote_size=1_000.0)


def noise(seed: int = 1) -> NoiseTrader:
    return NoiseTrader(Random(seed), quote_size=500.0, orders_per_second=2.0)


def day(strategy: Strategy, acts: int = 300) -> list[list[Action]]:
    """Let a strategy act on a book that rests every limit order it places."""
    view, told = View(RULES, best_bid=8_999_000, best_ask=9_001_000), []
    next_id = 0
    for act in range(acts):
        view.now_us = (act + 1) * 500_000
        actions = strategy.act(view)
        told.append(actions)
        for action in actions:
            if isinstance(action, Cancel):
                del view.orders[action.order_id]
            elif action.type != MARKET:
                next_id += 1
                view.orders[next_id] = OwnOrder(next_id, action.side, action.price, action.quantity)
    return told


def test_the_same_seed_trades_the_same_day() -> None:
    assert day(maker(7)) == day(maker(7))
    assert day(noise(7)) == day(noise(7))
    assert day(noise(7)) != day(noise(8))


@given(st.integers(0, 10**6), st.integers(8_000_000, 9_900_000), st.integers(1, 40_000))
def test_a_maker_never_quotes_through_the_book(seed: int, bid: int, spread: int) -> None:
    view = View(RULES, now_us=1, best_bid=bid, best_ask=bid + spread)
    for action in maker(seed).act(view):
        assert isinstance(action, Place)
        assert action.price < view.best_ask if action.side == BUY else action.price > view.best_bid


def test_a_maker_quotes_both_sides_and_keeps_its_ladder_bounded() -> None:
    view, next_id, strategy = View(RULES, best_bid=1, best_ask=20_000_000), 0, maker()
    for act in range(400):
        view.now_us = (act + 1) * 500_000
        for action in strategy.act(view):
            if isinstance(action, Cancel):
                del view.orders[action.order_id]
            else:
                next_id += 1
                view.orders[next_id] = OwnOrder(next_id, action.side, action.price, action.quantity)
    for side in (BUY, SELL):
        assert LEVELS // 2 <= sum(order.side == side for order in view.orders.values()) <= 2 * LEVELS


@given(st.integers(0, 10**6))
def test_every_quantity_is_one_the_market_accepts(seed: int) -> None:
    for actions in day(noise(seed), acts=30) + day(maker(seed), acts=5):
        for action in actions:
            if isinstance(action, Place):
                assert RULES.lots_min <= action.quantity <= RULES.lots_max
                price = RULES.price(action.price or 9_000_000)
                assert action.quantity * 1e-5 * price >= 5.0


def test_noise_is_silent_while_there_is_no_price() -> None:
    assert noise().act(View(RULES, now_us=1)) == []


def test_a_fair_value_asked_twice_for_one_moment_does_not_move() -> None:
    fair = FairValue(Random(3), 100.0)
    fair.at(1)
    assert fair.at(3_600_000_000) == fair.at(3_600_000_000) != 100.0


def test_noise_leaves_an_abandoned_book_alone() -> None:
    """After a stop only strangers' far orders may rest: no price to trade at until a maker is back."""
    for bid, ask in ((7_200_000, 0), (0, 9_900_000), (7_200_000, 9_900_000), (0, 0)):
        view = View(RULES, now_us=1, best_bid=bid, best_ask=ask, last_price=9_000_000)
        assert [noise(seed).act(view) for seed in range(20)] == [[]] * 20
    assert any(noise(seed).act(View(RULES, now_us=1, best_bid=8_999_000, best_ask=9_001_000)) for seed in range(20))
