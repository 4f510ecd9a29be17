"""Did the taker stop where it had to: filled, at rest, or given up with nothing left that it could have taken."""

from trueman.checker.continuous import breaks_band
from trueman.checker.findings import (
    ALL_OR_NOTHING,
    END,
    LEVELS,
    UNCROSSED,
)
from trueman.checker.kill import fills_wholly
from trueman.checker.market import Market
from trueman.checker.orders import CLOSED, Order
from trueman.core.events import OrderClosed
from trueman.core.units import (
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    TRADING,
)


def finished(market: Market) -> None:
    """The taker is done: stops hear of its first price, then of its last."""
    first, market.first_price = market.first_price, 0
    is_called, market.is_called, market.taker = market.is_called, False, None
    if first and not (is_called and market.findings.ruleset < 4):
        market.looks_at(first)
        if market.last != first:
            market.looks_at(market.last)


def could_take(market: Market, taker: Order) -> bool:
    best = market.against(taker).best()
    return bool(best) and taker.accepts(best) and taker.wants(best, market.defined.tick_atoms) > 0


def rested(market: Market, taker: Order) -> None:
    if not taker.may_rest:
        market.say(END, f"order {taker.id} rests, which its kind never does", taker.id)
    if taker.unfilled <= 0 or taker.is_ended:
        market.say(END, f"order {taker.id} rests with {taker.unfilled} lots left", taker.id)
    if market.defined.status == TRADING and could_take(market, taker):
        oldest = market.against(taker).oldest()
        assert oldest is not None
        said = f"order {taker.id} rests although it could take order {oldest.id} at {oldest.price}"
        market.say(UNCROSSED, said, taker.id, oldest.id)
    market.side_of(taker).rest(taker)
    finished(market)


def closed(market: Market, taker: Order, told: OrderClosed) -> None:
    """The taker ended without resting."""
    best = market.against(taker).best()
    if taker.is_refused:
        is_right = told.status == EXPIRED
    elif taker.is_ended or told.status == EXPIRED_IN_MATCH:
        is_right = taker.is_ended and told.status == EXPIRED_IN_MATCH
    elif told.status == FILLED:
        is_right = is_filled(market, taker, best)
    else:
        is_right = told.status == EXPIRED and has_to_expire(market, taker)
    if not is_right:
        said = f"order {taker.id} closed with status {told.status}, {taker.unfilled} lots left, the next at {best}"
        market.say(END, said, taker.id)
    taker.state = CLOSED
    finished(market)


def is_filled(market: Market, taker: Order, best: int) -> bool:
    if taker.budget < 0:
        return taker.unfilled == 0
    return taker.executed > 0 and (taker.budget == 0 or bool(best and not could_take(market, taker)))


def has_to_expire(market: Market, taker: Order) -> bool:
    if taker.budget < 0 and taker.unfilled == 0:
        return False
    if taker.force == FOK:
        if taker.executed or taker.prevented:
            market.say(ALL_OR_NOTHING, f"{taker.executed} of its lots traded and {taker.unfilled} did not", taker.id)
        elif fills_wholly(market, taker, lambda price: breaks_band(market, price)):
            market.say(ALL_OR_NOTHING, f"all of its {taker.unfilled} lots could have traded", taker.id)
        return True
    if taker.may_rest:
        return False
    return market.is_called or not could_take(market, taker)


def require_told(market: Market) -> None:
    """After a command every level shows what was told of it, and nobody is left standing who could trade."""
    for side in (market.bids, market.asks):
        for price in side.touched:
            shows, told = side.shown.get(price, 0), side.told.get(price, 0)
            market.say(
                LEVELS, f"the level at {price} was touched and is not told: it shows {shows} lots, {told} before"
            )
        side.touched.clear()
    bid, ask = market.bids.best(), market.asks.best()
    if market.defined.status == TRADING and bid and ask and bid >= ask:
        market.say(UNCROSSED, f"its book is crossed: {bid} is bid and {ask} is asked")
