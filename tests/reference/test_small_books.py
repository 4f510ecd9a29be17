"""Many small books, each met once: auctions with several prices that are as good, and icebergs of one's own."""

from random import Random

import pytest

from tests.reference.stream_world import user
from tests.reference.twins import Twins
from trueman.core import commands as ask
from trueman.core import units as u

ROUNDS = 250


def opened() -> Twins:
    twins = Twins()
    twins.ask(
        ask.CreateAsset(0, 0, "B"),
        ask.CreateAsset(0, 0, "Q"),
        ask.CreateMarket(0, 0, 1, 1, 1, 1, 100, 1, 100, 0, -500, 70_000, "BQ"),
        *[ask.Deposit(0, user(who), user(who), 1, 0, 10**6) for who in range(3)],
        *[ask.Deposit(0, user(who), user(who), 2, 1, 10**6) for who in range(3)],
        *[ask.SetFeeAsset(0, user(who), who % 2) for who in range(3)],
    )
    return twins


class Crowd:
    """Orders of three accounts, most of them icebergs."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0

    def order(self, side: int, price: int, quantity: int, force: int = u.GTC) -> ask.PlaceOrderWithTerms:
        random = self.random
        self.count += 1
        display = random.randint(0, min(3, quantity)) if force == u.GTC else 0
        terms = (0, 0, display, 0)
        who = (0, user(random.randrange(3)), 0, side, u.LIMIT, force, random.randint(u.STP_NONE, u.STP_DECREMENT))
        return ask.PlaceOrderWithTerms(*who, price, quantity, 0, 0, *terms, f"c{self.count}")

    def market(self, side: int, quantity: int) -> ask.PlaceOrderWithTerms:
        order = self.order(side, 0, quantity, u.FOK)._replace(type=u.MARKET, time_in_force=u.GTC)
        in_quote = {"quantity": 0, "quote_quantity": quantity * 10 + self.random.randint(0, 9)}
        return order._replace(**in_quote) if self.random.random() < 0.6 else order


def clear(twins: Twins) -> None:
    twins.ask(*[ask.CancelAllOrders(0, user(who), 0, 0) for who in range(3)])


@pytest.mark.parametrize("seed", range(4))
def test_auctions_with_several_good_prices(seed: int) -> None:
    twins, random = opened(), Random(seed)
    crowd = Crowd(random)
    for _ in range(ROUNDS):
        twins.ask(
            ask.SetMarketStatus(0, 0, u.AUCTION), ask.GuardMarket(0, 0, *[0] * 12, random.choice((0, 9, 12)), 0, 0)
        )
        twins.ask(
            *[
                crowd.order(random.randint(0, 1), random.randint(8, 14), random.randint(1, 4))
                for _ in range(random.randint(2, 9))
            ]
        )
        twins.ask(ask.SetMarketStatus(0, 0, u.TRADING))
        twins.same_state()
        clear(twins)


@pytest.mark.parametrize("seed", range(4))
def test_takers_that_meet_icebergs_and_their_own(seed: int) -> None:
    twins, random = opened(), Random(seed)
    crowd = Crowd(random)
    for _ in range(ROUNDS):
        side = random.randint(0, 1)
        makers = [
            crowd.order(side, random.choice((10, 10, 11)), random.randint(1, 9)) for _ in range(random.randint(1, 6))
        ]
        twins.ask(*makers)
        taker_price = random.choice((10, 11)) if side == u.SELL else random.choice((11, 10))
        lots = random.choice((sum(maker.quantity for maker in makers), random.randint(1, 30)))
        force = random.choice((u.FOK, u.FOK, u.FOK, u.IOC))
        taker = crowd.order(1 - side, taker_price, lots, force)
        twins.ask(taker if random.random() < 0.6 else crowd.market(1 - side, lots))
        twins.same_state()
        clear(twins)
