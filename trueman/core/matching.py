"""One market's matching: an order meets the other side of the book, price by price, oldest first.

The market side knows orders by number, never money: it says who traded what at which price, and the account side
settles. Everything that may refuse an order is asked before, at the gate; nothing here can fail.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.book import Book, BookSide
from trueman.core.markets import Market
from trueman.core.messages import FILL, MESSAGE_WORDS, Order, Outbox
from trueman.core.prices import Moment, Prices
from trueman.core.resting import RestingOrders, owner_of
from trueman.core.rulesets import Rules
from trueman.core.triggers import Triggers
from trueman.core.units import (
    AUCTION,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    GTC,
    GTD,
    LIMIT_MAKER,
    NONE,
    STP_DECREMENT,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
    STP_NONE,
    TRADING,
)
from trueman.core.walk import Walk, lots_wanted, reaches

OPEN: Final = 0
"""No closing status: the order may go on."""
ENDS: Final = -1
"""What an order wants that self-trade prevention ends."""


@final
class Matching:
    def __init__(self, market: Market, orders: RestingOrders, outbox: Outbox, moment: Moment, rules: Rules) -> None:
        self.market: Final[Market] = market
        self.rules: Final[Rules] = rules
        self.orders: Final[RestingOrders] = orders
        self.outbox: Final[Outbox] = outbox
        self.moment: Final[Moment] = moment
        self.book: Final[Book] = Book(orders)
        self.prices: Final[Prices] = Prices(market, moment)
        self.triggers: Final[Triggers] = Triggers(orders, rules)
        self.walk: Final[Walk] = Walk(orders, self.prices)
        self.last_trade_id: i64 = 0
        self.last_update_id: i64 = 0
        self.last_prevention_id: i64 = 0

    def place(self, order: Order) -> None:
        """Answer with fills and levels and, about the order itself, DONE or RESTED; or with ARMED alone."""
        if order.type > LIMIT_MAKER and not order.is_activated:
            self.outbox.armed(order.ticket, self.triggers.arm(order, self.prices.reference()))
            return
        order.unfilled = order.quantity
        trades_before = self.last_trade_id
        status = self._match(order)
        if status == OPEN:
            self._rest(order)
        else:
            self.outbox.done(order.ticket, status, order.unfilled)
        if self.triggers.dormant != 0 and self.last_trade_id != trades_before:
            if self.market.status == TRADING or self.rules.looks_after_call:
                self._look()

    def cancel(self, place: i64, side: i64, status: i64) -> None:
        mine = self.book.of(side)
        level = self.orders.level(place)
        self.outbox.done(self.orders.ticket(place), status, self.orders.unfilled(place))
        mine.leave(place)
        self.level_changed(mine, level)

    def amend(self, place: i64, side: i64, reduction: i64) -> None:
        """An order that gets smaller keeps its turn."""
        mine = self.book.of(side)
        uncovered = mine.reduce(place, reduction)
        self.outbox.reduced(self.orders.ticket(place), self.orders.unfilled(place))
        if uncovered != 0:
            self.level_changed(mine, self.orders.level(place))

    def disarm(self, place: i64, status: i64) -> None:
        """What a dormant order has left, only the account side knows."""
        self.outbox.done(self.orders.ticket(place), status, NONE)
        self.triggers.disarm(place)

    def shrink(self, side: BookSide, place: i64, lots: i64) -> None:
        """Take lots that self-trade prevention costs an order in the book."""
        ticket = self.orders.ticket(place)
        if side.fill(place, lots) != 0 or side.shows_more(place):
            self.outbox.reduced(ticket, self.orders.unfilled(place))
        else:
            self.outbox.done(ticket, EXPIRED_IN_MATCH, 0)
            side.leave(place)

    def level_changed(self, side: BookSide, level: i64) -> None:
        self.last_update_id += 1
        self.outbox.level(self.last_update_id, side.side, side.levels.price(level), side.levels.total(level))
        side.drop_if_empty(level)

    def _match(self, order: Order) -> i64:
        """Trade what can be traded. Return the status that closes the order, or OPEN if it rests."""
        status: i64 = OPEN
        if order.type != LIMIT_MAKER and self.market.status == TRADING:
            against = self.book.against(order.side)
            if order.time_in_force == FOK and not self.walk.can_fill(against, order):
                return EXPIRED
            status = self._take(against, order)
        if status == OPEN and not can_wait(order):
            return EXPIRED
        return status

    def _take(self, against: BookSide, order: Order) -> i64:
        """Trade while there is a price to trade at. Return the status that closes the order, or OPEN."""
        trades_before = self.last_trade_id
        while True:
            level = against.best
            if level == NONE:
                break
            price = against.levels.price(level)
            if not reaches(order, price):
                break
            wanted = lots_wanted(order, price, self.market.tick_atoms)
            if wanted == 0:
                break
            if self.market.band_ppm != 0 and self.prices.breaks_band(price):
                self._call(price)
                return OPEN
            if self._take_level(against, order, level, wanted):
                return EXPIRED_IN_MATCH
            if order.quote_quantity == 0 and order.unfilled == 0:
                return FILLED
        return self._status_in_quote(order, trades_before, level)

    def _status_in_quote(self, order: Order, trades_before: i64, level: i64) -> i64:
        """An order given in quote is filled when it traded and its rest pays for no lot at the next price."""
        if order.quote_quantity == 0 or self.last_trade_id == trades_before:
            return OPEN
        return OPEN if level == NONE and order.budget != 0 else FILLED

    def _take_level(self, against: BookSide, order: Order, level: i64, wanted: i64) -> bool:
        """Trade until the level is empty or the order wants no more; say whether self-trade prevention ends it."""
        orders = self.orders
        price = against.levels.price(level)
        touched = False
        while wanted > 0:
            place = against.levels.oldest(level)
            if place == NONE:
                break
            if order.stp != STP_NONE and orders.group(place) == order.group:
                touched = touched or order.stp != STP_EXPIRE_TAKER
                wanted = self._prevent(against, order, place, price, wanted)
            else:
                wanted -= self._trade(against, order, place, price, min(wanted, orders.visible(place)))
                touched = True
        if touched:
            self.level_changed(against, level)
        return wanted == ENDS

    def _trade(self, against: BookSide, order: Order, place: i64, price: i64, quantity: i64) -> i64:
        maker = self.orders.ticket(place)
        self.last_trade_id += 1
        self.prices.last = price
        self.outbox.fill(order.ticket, maker, price, quantity, self.last_trade_id)
        self._shorten(order, price, quantity)
        if against.fill(place, quantity) == 0 and not against.shows_more(place):
            self.outbox.done(maker, FILLED, 0)
            against.leave(place)
        return quantity

    def _shorten(self, order: Order, price: i64, quantity: i64) -> None:
        if order.quote_quantity == 0:
            order.unfilled -= quantity
        else:
            order.budget -= self.market.quote_atoms(price, quantity)

    def _prevent(self, against: BookSide, order: Order, place: i64, price: i64, wanted: i64) -> i64:
        """Keep an order from trading with one of its own; return what it still wants, or ENDS."""
        mode = order.stp
        maker = self.orders.ticket(place)
        self.last_prevention_id += 1
        if mode == STP_DECREMENT:
            lots = min(wanted, self.orders.visible(place))
            self.outbox.prevented(order.ticket, maker, price, lots, lots, self.last_prevention_id)
            self.shrink(against, place, lots)
            self._shorten(order, price, lots)
            if lots == wanted:
                return ENDS
            return wanted - lots
        unfilled = self.orders.unfilled(place)
        maker_lots: i64 = 0
        taker_lots: i64 = 0
        if mode != STP_EXPIRE_TAKER:
            maker_lots = unfilled
        if mode != STP_EXPIRE_MAKER:
            taker_lots = wanted
        self.outbox.prevented(order.ticket, maker, price, maker_lots, taker_lots, self.last_prevention_id)
        if mode != STP_EXPIRE_TAKER:
            self.outbox.done(maker, EXPIRED_IN_MATCH, unfilled)
            against.leave(place)
        if mode == STP_EXPIRE_MAKER:
            return wanted
        return ENDS

    def _call(self, price: i64) -> None:
        """Let the market collect orders for a while instead of trading at this price."""
        market = self.market
        market.status = AUCTION
        market.auction_until_us = self.moment.time_us + market.auction_us
        self.outbox.called(price, self.prices.centre, market.auction_until_us)

    def _rest(self, order: Order) -> None:
        mine = self.book.of(order.side)
        unfilled = order.unfilled
        visible = unfilled if order.display_quantity == 0 else min(order.display_quantity, unfilled)
        assert visible > 0
        assert self.market.status != TRADING or not self.book.against(order.side).crosses(order.price)
        place = self.orders.open(order.order_id, order.ticket, owner_of(order.group, order.stp), visible)
        self.outbox.rested(order.ticket, place, unfilled)
        level = mine.rest(place, order.price)
        if visible != unfilled:
            mine.hide(place, unfilled - visible, order.display_quantity)
        self.level_changed(mine, level)

    def _look(self) -> None:
        """Let the order's first and last price set off what waits for them."""
        words = self.outbox.words
        at: i64 = 0
        while words[at] != FILL:
            at += MESSAGE_WORDS
        first = words[at + 3]
        self.triggers.look(first)
        if self.prices.last != first:
            self.triggers.look(self.prices.last)


def can_wait(order: Order) -> bool:
    """Orders without a price of their own never rest."""
    return order.price != 0 and (order.time_in_force == GTC or order.time_in_force == GTD)
