"""Is it the taker's turn, was this the maker, and did the taker stop where it had to."""

from trueman.checker.fees import Costs
from trueman.checker.findings import (
    ALL_OR_NOTHING,
    BAND,
    END,
    LEVELS,
    MAKERS_ONLY,
    PRICE,
    PRIORITY,
    QUANTITY,
    SELF_TRADES,
    UNCROSSED,
)
from trueman.checker.kill import fills_wholly
from trueman.checker.market import Market
from trueman.checker.orders import CLOSED, RESTING, Order
from trueman.core.events import AuctionCalled, MatchPrevented, OrderClosed, Traded
from trueman.core.units import (
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    LIMIT_MAKER,
    PPM_ONE,
    STP_DECREMENT,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
    STP_NONE,
    TRADING,
)


def meets(market: Market, maker: Order, taker: Order, price: int) -> bool:
    """Whether these two were the next to meet, at this price. False: the mirror has no such maker."""
    if taker is not market.taker:
        market.say(PRIORITY, f"order {taker.id} takes although its turn has not come", maker.id, taker.id)
    if taker.is_ended or market.is_called:
        market.say(END, f"order {taker.id} takes although it was ended before", maker.id, taker.id)
    if taker.kind == LIMIT_MAKER:
        market.say(MAKERS_ONLY, f"order {taker.id} takes", taker.id, maker.id)
    if market.defined.status != TRADING:
        market.say(UNCROSSED, f"it matches although its status is {market.defined.status}", taker.id, maker.id)
    against = market.against(taker)
    oldest = against.oldest()
    if maker.is_buy == taker.is_buy or not against.has(maker):
        market.say(PRIORITY, f"order {maker.id} is met and does not rest on the other side", maker.id, taker.id)
        return False
    if oldest is not maker and oldest is not None:
        said = f"order {taker.id} met order {maker.id} at {maker.price}, but the next was {oldest.id} at {oldest.price}"
        market.say(PRIORITY, said, maker.id, taker.id, oldest.id)
    if price != maker.price:
        market.say(PRICE, f"they met at {price}, but the maker's price is {maker.price}", maker.id, taker.id)
    if not taker.accepts(price):
        market.say(PRICE, f"they met at {price}, beyond the taker's {taker.price}", maker.id, taker.id)
    if breaks_band(market, price):
        said = f"they met at {price}, outside the band around {market.judged}"
        market.say(BAND, said, maker.id, taker.id)
    return True


def breaks_band(market: Market, price: int) -> bool:
    band = market.guarded.band_ppm if market.guarded else 0
    if band == 0 or market.judged == 0:
        return False
    least = -(-market.judged * (PPM_ONE - band) // PPM_ONE)
    return not least <= price <= market.judged * (PPM_ONE + band) // PPM_ONE


def trade(market: Market, told: Traded, maker: Order, taker: Order) -> Costs:
    is_there = meets(market, maker, taker, told.price)
    if taker.stp != STP_NONE and maker.terms.group == taker.terms.group:
        market.say(SELF_TRADES, f"orders {maker.id} and {taker.id} are of one owner", maker.id, taker.id)
    lots = min(taker.wants(told.price, market.defined.tick_atoms), maker.visible)
    if is_there and told.quantity != lots:
        market.say(QUANTITY, f"{told.quantity} lots traded, and both had {lots}", maker.id, taker.id)
    market.first_price = market.first_price or told.price
    market.last = told.price
    return Costs(market, maker, taker, told.quantity, told.price)


def prevented(market: Market, told: MatchPrevented, maker: Order, taker: Order) -> None:
    is_there = meets(market, maker, taker, told.price)
    require_one_owner(market, told, maker, taker)
    wanted = taker.wants(told.price, market.defined.tick_atoms)
    if is_there:
        require_lost(market, told, wanted, maker)
    lose(market, told, maker, taker)


def require_one_owner(market: Market, told: MatchPrevented, maker: Order, taker: Order) -> None:
    if STP_NONE in (told.stp, taker.stp) or told.stp != taker.stp or maker.terms.group != taker.terms.group:
        said = f"kept apart by mode {told.stp}; the taker's is {taker.stp}, their owners "
        said += f"{maker.terms.group} and {taker.terms.group}"
        market.say(SELF_TRADES, said, maker.id, taker.id)


def require_lost(market: Market, told: MatchPrevented, wanted: int, maker: Order) -> None:
    both = min(wanted, maker.visible)
    maker_lots = both if told.stp == STP_DECREMENT else 0 if told.stp == STP_EXPIRE_TAKER else maker.unfilled
    taker_lots = both if told.stp == STP_DECREMENT else 0 if told.stp == STP_EXPIRE_MAKER else wanted
    if (told.maker_quantity, told.taker_quantity) != (maker_lots, taker_lots):
        said = f"maker and taker lost {told.maker_quantity} and {told.taker_quantity} lots,"
        market.say(SELF_TRADES, f"{said} not {maker_lots} and {taker_lots}", told.maker_order, told.taker_order)


def lose(market: Market, told: MatchPrevented, maker: Order, taker: Order) -> None:
    """The mirror follows what was told; who is ended by it has to close next."""
    for order, lots in ((maker, told.maker_quantity), (taker, told.taker_quantity)):
        if told.stp == STP_DECREMENT:
            order.prevented += lots
            market.take(order, lots, told.price)
            order.is_ended = order.wants(told.price, market.defined.tick_atoms) == 0
        elif told.stp != (STP_EXPIRE_TAKER if order is maker else STP_EXPIRE_MAKER):
            order.is_ended = True
            if order.state == RESTING:
                market.side_of(order).remove(order)
                market.leaving[order.id] = order


def called(market: Market, told: AuctionCalled) -> None:
    """The next trade would have broken the band: there was one, and it would."""
    market.is_called = True
    taker = market.taker
    if taker is None or market.guarded is None:
        market.say(BAND, "an auction was called and nobody matches")
        return
    best = market.against(taker).best()
    wants = best and taker.accepts(best) and taker.wants(best, market.defined.tick_atoms)
    if told.price != best or not wants or not breaks_band(market, told.price):
        said = f"an auction was called over a trade at {told.price}; the best price is {best}, the band around "
        market.say(BAND, f"{said}{market.judged}", taker.id)
    until = market.findings.time_us + market.guarded.auction_us
    if (told.reference, told.until_us) != (market.judged, until):
        market.say(BAND, f"the auction is around {market.judged} until {until}, told otherwise", taker.id)


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
