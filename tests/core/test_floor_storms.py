"""Random markets: what an order is said to trade is what it trades, and a restored floor goes on as if nothing was."""

from random import Random

import pytest

from tests.core.stage import Message, Stage, only, without_places
from trueman.core.messages import Order
from trueman.core.rejections import FUNDS_INSUFFICIENT, OK
from trueman.core.units import (
    AUCTION,
    BUY,
    EXPIRED,
    FOK,
    IOC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    STP_DECREMENT,
    TAKE_PROFIT,
    TRADING,
)

GROUPS = 3


def crowded(random: Random, side: int) -> Stage:
    """A side with a few levels, icebergs and owners."""
    stage = Stage(reference_price=100, band_ppm=random.choice((0, 20_000)), auction_us=1_000)
    for _ in range(random.randint(1, 12)):
        quantity = random.randint(1, 12)
        display = random.choice((0, random.randint(1, quantity)))
        stage.place(side, quantity, random.randint(98, 103), display_quantity=display, group=random.randrange(GROUPS))
    return stage


def taker(stage: Stage, random: Random, side: int, quantity: int, price: int, type_: int, **terms: int) -> Order:
    mode = random.randint(0, STP_DECREMENT)
    return stage.order(side, quantity, price, type_, group=random.randrange(GROUPS), stp=mode, **terms)


@pytest.mark.parametrize("seed", range(150))
def test_fill_or_kill_is_filled_exactly_when_it_can_be(seed: int) -> None:
    random = Random(seed)
    side = random.randrange(2)
    stage = crowded(random, 1 - side)
    order = taker(stage, random, side, random.randint(1, 50), random.randint(97, 104), LIMIT, time_in_force=FOK)
    trial = stage.restored()
    trial.begin()
    order.time_in_force = IOC
    tried = trial.let_in(order)
    order.time_in_force = FOK
    stage.begin()
    told = stage.let_in(order)
    if sum(fill[3] for fill in only("FILL", tried)) == order.quantity:
        assert told == tried
    else:
        assert told == [("DONE", order.order_id, EXPIRED, order.quantity)]


@pytest.mark.parametrize("seed", range(150))
def test_a_market_order_pays_exactly_what_it_is_said_to(seed: int) -> None:
    random = Random(seed)
    side = random.randrange(2)
    stage = crowded(random, 1 - side)
    if side == BUY:
        order = taker(stage, random, side, random.randint(1, 50), 0, MARKET)
    else:
        quote = random.randint(90, 4_000)
        order = taker(stage, random, side, 0, 0, MARKET, quote_quantity=quote, budget=quote)
    trial = stage.restored()
    trial.begin()
    fills = only("FILL", trial.let_in(order))
    cost = sum(fill[3] * (fill[2] if side == BUY else 1) for fill in fills)
    order.funds = cost
    assert stage.refusal(order) == OK
    if cost != 0:
        order.funds = cost - 1
        assert stage.refusal(order) == FUNDS_INSUFFICIENT


def step(random: Random, stage: Stage) -> list[Message]:
    """Anything that may happen to a market, the same on every stage with the same dice."""
    dice, chosen = random.random(), random.randrange(10**6)
    if dice < 0.1 and stage.places:
        return close(stage, sorted(stage.places)[chosen % len(stage.places)], random.randint(1, 10))
    if dice < 0.3 and stage.market.status == AUCTION:
        return stage.uncross()
    if dice < 0.12:
        stage.market.status = AUCTION
    order = any_order(random, stage)
    return stage.let_in(order) if stage.refusal(order) == OK else []


def any_order(random: Random, stage: Stage) -> Order:
    side, quantity, price = random.randrange(2), random.randint(1, 20), random.randint(90, 110)
    own = {"group": random.randrange(GROUPS), "stp": random.randint(0, STP_DECREMENT)}
    type_ = random.choice((LIMIT, LIMIT, LIMIT, LIMIT, LIMIT_MAKER, MARKET, STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT))
    if type_ >= STOP_LOSS:
        stop, bips = random.choice(((price, 0), (0, 100), (price, 300)))
        limit = price if type_ == STOP_LOSS_LIMIT else 0
        return stage.order(side, quantity, limit, type_, stop_price=stop, trailing_bips=bips, **own)
    if type_ == MARKET:
        return stage.order(side, quantity, 0, MARKET, **own)
    return stage.order(side, quantity, price, type_, display_quantity=random.randint(0, quantity), **own)


def close(stage: Stage, order_id: int, quantity: int) -> list[Message]:
    if order_id in stage.armed:
        return stage.disarm(order_id)
    if stage.floor.orders.unfilled(stage.places[order_id][0]) > quantity:
        return stage.amend(order_id, quantity)
    return stage.cancel(order_id)


@pytest.mark.parametrize("seed", range(40))
def test_a_restored_floor_goes_on_as_if_nothing_was(seed: int) -> None:
    """The dice of a step fall the same on both; whatever it leaves is the same to the byte."""
    random = Random(seed)
    stage = Stage(reference_price=100, band_ppm=random.choice((0, 50_000)), auction_us=1_000)
    for number in range(150):
        if number % 30 == 0:
            copy = stage.restored()
        dice = random.randrange(10**9)
        assert without_places(step(Random(dice), stage)) == without_places(step(Random(dice), copy))
        assert copy.state() == stage.state()
        if stage.market.status == TRADING and random.random() < 0.3:
            assert stage.fired() == copy.fired()
