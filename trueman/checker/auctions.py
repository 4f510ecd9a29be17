"""Is an auction's price the best there is, and did those trade at it whose turn it was."""

from collections.abc import Iterable

from trueman.checker.book import Side
from trueman.checker.continuous import lose, require_lost, require_one_owner
from trueman.checker.fees import Costs
from trueman.checker.findings import AUCTION, QUANTITY, SELF_TRADES, UNCROSSING
from trueman.checker.market import Market, Uncrossing
from trueman.checker.orders import Order
from trueman.core.events import AuctionUncrossed, MatchPrevented, Traded
from trueman.core.units import STP_DECREMENT, STP_NONE, TRADING


def uncrosses(market: Market, told: AuctionUncrossed) -> None:
    """Whatever price is told: no other may trade more, leave less, or lie nearer, in this order."""
    bid, ask = market.bids.best(), market.asks.best()
    before, market.uncrossing = market.uncrossing, Uncrossing(told.price)
    if before is not None:  # before ruleset 3 one that self-trade prevention left crossed is uncrossed again
        market.uncrossing.goes_on_after(before)
    if market.defined.status != TRADING or not bid or not ask or bid < ask:
        market.say(UNCROSSING, f"it is uncrossed with {bid} bid, {ask} asked and status {market.defined.status}")
        return
    if not ask <= told.price <= bid:
        market.say(UNCROSSING, f"uncrossed at {told.price}, outside of {ask} to {bid}")
        return
    volumes = Volumes(market)
    lots, surplus = volumes.at(told.price)
    if (told.quantity, told.surplus) != (lots, surplus):
        said = f"{told.quantity} lots and a surplus of {told.surplus} are told at {told.price}"
        market.say(UNCROSSING, f"{said}, there are {lots} and {surplus}")
    nearest = market.reference or (bid + ask) // 2
    best = min(volumes.candidates(ask, bid, nearest), key=lambda price: volumes.merit(price, nearest))
    if volumes.merit(best, nearest) < volumes.merit(told.price, nearest):
        better = volumes.at(best)
        said = f"uncrossed at {told.price} with {lots} lots and a surplus of {surplus}"
        market.say(UNCROSSING, f"{said}; at {best} it were {better[0]} and {better[1]}, the reference is {nearest}")


class Volumes:
    """How much would trade at each price, hidden lots counted."""

    def __init__(self, market: Market) -> None:
        self.bids, self.asks = _lots(market.bids), _lots(market.asks)

    def at(self, price: int) -> tuple[int, int]:
        """Lots that trade, and lots of one side that find nobody."""
        buys = sum(lots for at, lots in self.bids.items() if at >= price)
        sells = sum(lots for at, lots in self.asks.items() if at <= price)
        return min(buys, sells), abs(buys - sells)

    def candidates(self, low: int, high: int, nearest: int) -> Iterable[int]:
        """Between two levels nothing changes, so the best price is at a level, beside one, or the nearest of all."""
        near = max(low, min(high, nearest))
        beside = {near, *(price + step for price in (*self.bids, *self.asks) for step in (-1, 0, 1))}
        return sorted(price for price in beside if low <= price <= high)

    def merit(self, price: int, nearest: int) -> tuple[int, int, int]:
        """Smaller is better."""
        lots, surplus = self.at(price)
        return -lots, surplus, abs(price - nearest)


def _lots(side: Side) -> dict[int, int]:
    return {price: sum(order.unfilled for order in queue.values()) for price, queue in side.queues.items()}


def meets(market: Market, uncrossing: Uncrossing, maker: Order, taker: Order, price: int) -> None:
    """Best bid and best ask, each the oldest of its price; the one with the smaller number is the maker."""
    bid, ask = market.bids.oldest(), market.asks.oldest()
    if bid is None or ask is None:
        market.say(AUCTION, "they meet, but one side is empty", maker.id, taker.id)
        return
    older, younger = (bid, ask) if bid.id < ask.id else (ask, bid)
    if (maker, taker) != (older, younger):
        said = f"orders {maker.id} and {taker.id} met as maker and taker, but it was the turn of"
        market.say(AUCTION, f"{said} {older.id} and {younger.id}", maker.id, taker.id, older.id, younger.id)
    at = older.price if uncrossing.meets_in_pairs else uncrossing.price
    if price != at:
        market.say(AUCTION, f"they met at {price}, not at {at}", maker.id, taker.id)
    if not ask.price <= price <= bid.price:
        market.say(AUCTION, f"they met at {price}, with {bid.price} bid and {ask.price} asked", maker.id, taker.id)


def trade(market: Market, told: Traded, maker: Order, taker: Order) -> Costs:
    uncrossing = market.uncrossing
    assert uncrossing is not None
    meets(market, uncrossing, maker, taker, told.price)
    if taker.stp != STP_NONE and maker.terms.group == taker.terms.group:
        market.say(SELF_TRADES, f"orders {maker.id} and {taker.id} are of one owner", maker.id, taker.id)
    if told.quantity != min(maker.visible, taker.visible):
        said = f"{told.quantity} lots traded, and both showed {min(maker.visible, taker.visible)}"
        market.say(QUANTITY, said, maker.id, taker.id)
    uncrossing.trades_at(told.price)
    market.last = told.price
    return Costs(market, maker, taker, told.quantity, told.price)


def prevented(market: Market, told: MatchPrevented, maker: Order, taker: Order) -> None:
    uncrossing = market.uncrossing
    assert uncrossing is not None
    meets(market, uncrossing, maker, taker, told.price)
    require_one_owner(market, told, maker, taker)
    wanted = taker.visible if told.stp == STP_DECREMENT else taker.unfilled
    require_lost(market, told, wanted, maker)
    lose(market, told, maker, taker)


def level_told(market: Market) -> None:
    """The first level that is told says that nobody was left who could trade at the auction's price."""
    uncrossing = market.uncrossing
    if uncrossing is None or uncrossing.meets_in_pairs:
        return
    uncrossing.meets_in_pairs = True
    bid, ask = market.bids.best(), market.asks.best()
    if bid and ask and ask <= uncrossing.price <= bid:
        market.say(AUCTION, f"it ended although {bid} is bid and {ask} is asked at {uncrossing.price}")


def over(market: Market) -> None:
    """Stops hear of its first and its last price, and of the lowest and the highest."""
    uncrossing, market.uncrossing = market.uncrossing, None
    if uncrossing is None:
        return
    if uncrossing.first:
        market.judged = market.last
        for price in uncrossing.looked_at(market.findings.ruleset):
            market.looks_at(price)
