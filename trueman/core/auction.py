"""The end of an auction: the book's two sides trade with each other at the one price that trades most."""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.matching import Matching
from trueman.core.units import (
    BUY,
    EXPIRED_IN_MATCH,
    FILLED,
    NONE,
    STP_DECREMENT,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
    STP_NONE,
)

IN_PAIRS: Final = 0
"""No price for all: each two that meet trade at the price of the older one."""


@final
class AuctionPrice:
    """The price at which most lots trade; of several the one with the smallest surplus, then the nearest to the
    market's own, then the lowest. Between two levels nothing changes, so one look at each of them is enough."""

    def __init__(self) -> None:
        self.price: i64 = 0
        self.quantity: i64 = 0
        self.surplus: i64 = 0
        self.distance: i64 = 0

    def find(self, bids: BookSide, asks: BookSide, reference: i64) -> None:
        lowest = asks.levels.price(asks.best)
        highest = bids.levels.price(bids.best)
        nearest = reference if reference != 0 else lowest + (highest - lowest) // 2
        bid = self._lowest_bid(bids, lowest)
        buys = self._lots_from(bids, bid)
        ask = asks.best
        sells: i64 = 0
        self.quantity = NONE
        while lowest <= highest:
            if ask != NONE and asks.levels.price(ask) == lowest:
                sells += lots_at(asks, ask)
                ask = asks.levels.worse(ask)
            upper = bids.levels.price(bid)
            if ask != NONE and asks.levels.price(ask) <= upper:
                self._consider(lowest, asks.levels.price(ask) - 1, buys, sells, nearest)
                lowest = asks.levels.price(ask)
                continue
            self._consider(lowest, upper, buys, sells, nearest)
            buys -= lots_at(bids, bid)
            bid = bids.levels.better(bid)
            lowest = upper + 1

    def _lowest_bid(self, bids: BookSide, price: i64) -> i64:
        """The lowest level of the buyers who pay this price."""
        bid = bids.best
        worse = bids.levels.worse(bid)
        while worse != NONE and bids.levels.price(worse) >= price:
            bid = worse
            worse = bids.levels.worse(bid)
        return bid

    def _lots_from(self, bids: BookSide, bid: i64) -> i64:
        """The lots of a level and of all better ones."""
        lots: i64 = 0
        while bid != NONE:
            lots += lots_at(bids, bid)
            bid = bids.levels.better(bid)
        return lots

    def _consider(self, low: i64, high: i64, buys: i64, sells: i64, nearest: i64) -> None:
        """Prices from low to high, at which the same lots meet."""
        price = max(low, min(high, nearest))
        quantity = min(buys, sells)
        surplus = apart(buys, sells)
        distance = apart(price, nearest)
        if quantity < self.quantity:
            return
        if quantity == self.quantity and surplus > self.surplus:
            return
        if quantity == self.quantity and surplus == self.surplus and distance >= self.distance:
            return
        self.price = price
        self.quantity = quantity
        self.surplus = surplus
        self.distance = distance


def apart(a: i64, b: i64) -> i64:
    return a - b if a > b else b - a


def lots_at(side: BookSide, level: i64) -> i64:
    return side.levels.total(level) + side.levels.hidden(level)


@final
class Uncrossing:
    """One market's book is uncrossed. Of two orders that meet, the older stands for the maker; `first` is the price of
    the first trade, `lowest` and `highest` those of all."""

    def __init__(self, matching: Matching) -> None:
        self.matching: Final[Matching] = matching
        self.bids: Final[BookSide] = matching.book.bids
        self.asks: Final[BookSide] = matching.book.asks
        self.found: Final[AuctionPrice] = AuctionPrice()
        self.first: i64 = 0
        self.lowest: i64 = 0
        self.highest: i64 = 0
        self.bids_touched: i64 = NONE
        self.asks_touched: i64 = NONE

    def run(self) -> None:
        """Orders that must not trade with each other may leave the book crossed: then once more, in pairs."""
        matching = self.matching
        if not matching.book.is_crossed():
            return
        self._trade_at_one_price()
        while matching.book.is_crossed():
            if matching.rules.uncrosses_once:
                self._trade_at(IN_PAIRS)
            else:
                self._trade_at_one_price()
        if self.first != 0:
            matching.prices.judge()
            self._look()

    def _look(self) -> None:
        """Pairs meet at prices that need not fall or rise throughout: their extremes count besides first and last."""
        triggers = self.matching.triggers
        looked = self.first
        triggers.look(looked)
        if self.matching.rules.looks_at_extremes:
            if self.lowest != looked:
                looked = self.lowest
                triggers.look(looked)
            if self.highest != looked:
                looked = self.highest
                triggers.look(looked)
        if self.matching.prices.last != looked:
            triggers.look(self.matching.prices.last)

    def _trade_at_one_price(self) -> None:
        matching = self.matching
        self.found.find(self.bids, self.asks, matching.prices.reference())
        matching.outbox.uncrossed(self.found.price, self.found.quantity, self.found.surplus)
        self._trade_at(self.found.price)

    def _trade_at(self, auction_price: i64) -> None:
        """The best of either side meet at the auction's price; or IN_PAIRS."""
        self.bids_touched = NONE
        self.asks_touched = NONE
        bid = self._first_of(self.bids, self.bids.best)
        ask = self._first_of(self.asks, self.asks.best)
        while bid != NONE and ask != NONE:
            bid_level = self.matching.orders.level(bid)
            ask_level = self.matching.orders.level(ask)
            price = self._price_of(bid, ask, auction_price)
            if self.bids.levels.price(bid_level) < price or self.asks.levels.price(ask_level) > price:
                break
            self._meet(bid, ask, price)
            bid = self._first_of(self.bids, bid_level)
            ask = self._first_of(self.asks, ask_level)
        self._tell_levels(self.bids, self.bids_touched)
        self._tell_levels(self.asks, self.asks_touched)

    def _price_of(self, bid: i64, ask: i64, auction_price: i64) -> i64:
        if auction_price != IN_PAIRS:
            return auction_price
        orders = self.matching.orders
        if orders.order_id(bid) < orders.order_id(ask):
            return self.bids.levels.price(orders.level(bid))
        return self.asks.levels.price(orders.level(ask))

    def _first_of(self, side: BookSide, level: i64) -> i64:
        """The oldest order of a level or, where it is empty, of the next worse: levels are dropped at the end."""
        while level != NONE and side.levels.oldest(level) == NONE:
            level = side.levels.worse(level)
        return NONE if level == NONE else side.levels.oldest(level)

    def _meet(self, bid: i64, ask: i64, price: i64) -> None:
        orders = self.matching.orders
        bid_is_older = orders.order_id(bid) < orders.order_id(ask)
        older = bid if bid_is_older else ask
        younger = ask if bid_is_older else bid
        older_side = self.bids if bid_is_older else self.asks
        younger_side = self.asks if bid_is_older else self.bids
        lots = min(orders.visible(bid), orders.visible(ask))
        if orders.stp(younger) != STP_NONE and orders.group(younger) == orders.group(older):
            self._prevent(older_side, older, younger_side, younger, price, lots)
        else:
            self._cross(older_side, older, younger_side, younger, price, lots)

    def _cross(
        self, older_side: BookSide, older: i64, younger_side: BookSide, younger: i64, price: i64, lots: i64
    ) -> None:
        matching = self.matching
        orders = matching.orders
        outbox = matching.outbox
        self._touch(older_side, older)
        self._touch(younger_side, younger)
        matching.last_trade_id += 1
        matching.prices.last = price
        if self.first == 0:
            self.first = price
            self.lowest = price
        self.lowest = min(self.lowest, price)
        self.highest = max(self.highest, price)
        outbox.crossed(orders.ticket(younger), orders.ticket(older), price, lots, matching.last_trade_id)
        older_stays = older_side.fill(older, lots) != 0 or older_side.shows_more(older)
        younger_stays = younger_side.fill(younger, lots) != 0 or younger_side.shows_more(younger)
        outbox.reduced(orders.ticket(older), orders.unfilled(older))
        outbox.reduced(orders.ticket(younger), orders.unfilled(younger))
        if not older_stays:
            self._close(older_side, older, FILLED)
        if not younger_stays:
            self._close(younger_side, younger, FILLED)

    def _prevent(
        self, older_side: BookSide, older: i64, younger_side: BookSide, younger: i64, price: i64, lots: i64
    ) -> None:
        matching = self.matching
        orders = matching.orders
        mode = orders.stp(younger)
        older_lots = lots
        younger_lots = lots
        if mode != STP_DECREMENT:
            older_lots = 0 if mode == STP_EXPIRE_TAKER else orders.unfilled(older)
            younger_lots = 0 if mode == STP_EXPIRE_MAKER else orders.unfilled(younger)
        matching.last_prevention_id += 1
        taker = orders.ticket(younger)
        maker = orders.ticket(older)
        matching.outbox.prevented(taker, maker, price, older_lots, younger_lots, matching.last_prevention_id)
        self._lose(older_side, older, older_lots, mode)
        self._lose(younger_side, younger, younger_lots, mode)

    def _lose(self, side: BookSide, place: i64, lots: i64, mode: i64) -> None:
        if lots == 0:
            return
        self._touch(side, place)
        if mode == STP_DECREMENT:
            self.matching.shrink(side, place, lots)
        else:
            self._close(side, place, EXPIRED_IN_MATCH)

    def _close(self, side: BookSide, place: i64, status: i64) -> None:
        orders = self.matching.orders
        self.matching.outbox.done(orders.ticket(place), status, orders.unfilled(place))
        side.leave(place)

    def _touch(self, side: BookSide, place: i64) -> None:
        """Levels are met best first, so the last one touched tells them all."""
        level = self.matching.orders.level(place)
        if side.side == BUY:
            self.bids_touched = level
        else:
            self.asks_touched = level

    def _tell_levels(self, side: BookSide, touched: i64) -> None:
        if touched == NONE:
            return
        level = side.best
        while level != touched:
            worse = side.levels.worse(level)
            self.matching.level_changed(side, level)
            level = worse
        self.matching.level_changed(side, level)
