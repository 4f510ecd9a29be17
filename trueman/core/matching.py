"""One market's matching: an order meets the other side of the book, price by price, oldest first.

The market side knows orders by number, never money: it says who traded what at which price, and the account side
settles. Everything that may refuse an order is asked before the first change.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.book import Book, BookSide
from trueman.core.markets import Market
from trueman.core.messages import Order, Outbox
from trueman.core.rejections import BOOK_EMPTY, FUNDS_INSUFFICIENT, MARKET_NOT_TRADING, OK, WOULD_TAKE
from trueman.core.resting import RestingOrders
from trueman.core.units import (
    CANCELED,
    EXPIRED,
    EXPIRED_IN_MATCH,
    FILLED,
    FOK,
    GTC,
    LIMIT_MAKER,
    MARKET,
    NONE,
    STP_EXPIRE_MAKER,
    STP_EXPIRE_TAKER,
    STP_NONE,
    TRADING,
)
from trueman.core.walk import can_fill, can_pay, lots_wanted, reaches

OPEN: Final = 0
"""No closing status: the order may go on."""


@final
class Matching:
    def __init__(self, market: Market, orders: RestingOrders, outbox: Outbox) -> None:
        self.market: Market = market
        self.orders: RestingOrders = orders
        self.outbox: Outbox = outbox
        self.book: Book = Book(orders)
        self.last_trade_id: i64 = 0
        self.last_update_id: i64 = 0

    def place(self, order: Order) -> None:
        """Answer with REJECTED alone, or with fills and levels and, about the order itself, DONE or RESTED."""
        against = self.book.against(order.side)
        reason = self._refusal(against, order)
        if reason != OK:
            self.outbox.rejected(order.ticket, reason)
            return
        order.unfilled = order.quantity
        order.budget = order.quote_quantity
        if order.time_in_force == FOK and not can_fill(against, order, self.market.tick_atoms):
            self.outbox.done(order.ticket, EXPIRED, order.unfilled)
            return
        status = OPEN if order.type == LIMIT_MAKER else self._take(against, order)
        if status != OPEN:
            self.outbox.done(order.ticket, status, order.unfilled)
        elif order.type == MARKET or order.time_in_force != GTC:
            self.outbox.done(order.ticket, EXPIRED, order.unfilled)
        else:
            self._rest(order)

    def cancel(self, place: i64, side: i64) -> None:
        mine = self.book.of(side)
        level = self.orders.level(place)
        self.outbox.done(self.orders.ticket(place), CANCELED, self.orders.unfilled(place))
        mine.leave(place)
        self._level_changed(mine, level)

    def _refusal(self, against: BookSide, order: Order) -> i64:
        if self.market.status != TRADING:
            return MARKET_NOT_TRADING
        if order.type == LIMIT_MAKER and against.crosses(order.price):
            return WOULD_TAKE
        if order.type == MARKET and against.best == NONE:
            return BOOK_EMPTY
        if not can_pay(against, order, self.market.tick_atoms):
            return FUNDS_INSUFFICIENT
        return OK

    def _take(self, against: BookSide, order: Order) -> i64:
        """Trade while there is a price to trade at. Return the status that closes the order, or OPEN."""
        trades_before = self.last_trade_id
        while True:
            level = against.best
            if level == NONE:
                break
            price = against.levels.price(level)
            if order.type != MARKET and not reaches(order, price):
                break
            wanted = lots_wanted(order, price, self.market.tick_atoms)
            if wanted == 0:
                break
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
        """Trade until the level is empty or the order wants no more; say whether it met its own account and ends."""
        orders = self.orders
        price = against.levels.price(level)
        touched = False
        ends = False
        while wanted > 0:
            place = against.levels.oldest(level)
            if place == NONE:
                break
            if order.stp != STP_NONE and orders.account(place) == order.account:
                ends = order.stp != STP_EXPIRE_MAKER
                if order.stp != STP_EXPIRE_TAKER:
                    self.outbox.done(orders.ticket(place), EXPIRED_IN_MATCH, orders.unfilled(place))
                    against.leave(place)
                    touched = True
                if ends:
                    break
            else:
                wanted -= self._trade(against, order, place, price, min(wanted, orders.unfilled(place)))
                touched = True
        if touched:
            self._level_changed(against, level)
        return ends

    def _trade(self, against: BookSide, order: Order, place: i64, price: i64, quantity: i64) -> i64:
        maker = self.orders.ticket(place)
        self.last_trade_id += 1
        self.outbox.fill(order.ticket, maker, price, quantity, self.last_trade_id)
        if order.quote_quantity == 0:
            order.unfilled -= quantity
        else:
            order.budget -= self.market.quote_atoms(price, quantity)
        if against.fill(place, quantity) == 0:
            self.outbox.done(maker, FILLED, 0)
            against.leave(place)
        return quantity

    def _rest(self, order: Order) -> None:
        mine = self.book.of(order.side)
        place = self.orders.open(order.order_id, order.ticket, order.account, order.unfilled)
        self.outbox.rested(order.ticket, place, order.unfilled)
        self._level_changed(mine, mine.rest(place, order.price))

    def _level_changed(self, side: BookSide, level: i64) -> None:
        self.last_update_id += 1
        self.outbox.level(self.last_update_id, side.side, side.levels.price(level), side.levels.total(level))
        side.drop_if_empty(level)
