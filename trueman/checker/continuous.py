"""Is it the taker's turn, was this the maker, at its price, with as much as both have left."""

from trueman.checker.fees import Costs
from trueman.checker.findings import (
    BAND,
    END,
    MAKERS_ONLY,
    PRICE,
    PRIORITY,
    QUANTITY,
    SELF_TRADES,
    UNCROSSED,
)
from trueman.checker.market import Market
from trueman.checker.orders import RESTING, Order
from trueman.core.events import AuctionCalled, MatchPrevented, Traded
from trueman.core.units import (
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
