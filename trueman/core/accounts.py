"""The account side: who owns what, what is promised to which order, and what every trade costs whom.

It admits an order by its account's rules and funds, and settles what the market side answers. What is held is
recorded here, order by order, and only the market's DONE (or what a rest no longer needs) releases it.
"""

from typing import final

from mypy_extensions import i64

from trueman.core.fees import credit_after, fee_of
from trueman.core.ledger import Ledger
from trueman.core.markets import Market
from trueman.core.messages import Order
from trueman.core.rejections import CLIENT_ID_DUPLICATE, FUNDS_INSUFFICIENT, OK, OPEN_ORDERS_TOO_MANY
from trueman.core.results import Results
from trueman.core.seats import Seats
from trueman.core.sources import Sources
from trueman.core.tickets import FEE_CREDIT, MAKER_PPM, SEAT, TAKER_PPM, Tickets
from trueman.core.tickets import HELD as HELD_ATOMS
from trueman.core.units import (
    AVAILABLE,
    BUY,
    CAUSE_FEE,
    CAUSE_HOLD,
    CAUSE_RELEASE,
    CAUSE_TRADE,
    FEE_ACCOUNT,
    GTC,
    HELD,
    MARKET,
    NONE,
    OPEN_ORDERS_MAX,
    ORDER_ID_MAX,
)


@final
class Accounts:
    def __init__(self, results: Results) -> None:
        self.results: Results = results
        self.ledger: Ledger = Ledger()
        self.seats: Seats = Seats()
        self.tickets: Tickets = Tickets(self.seats)
        self.sources: Sources = Sources()
        self.last_order_id: i64 = 0

    def admit(self, order: Order, market: Market) -> i64:
        """Refuse, or give the order a ticket. Nothing is held before the market side has taken it."""
        if self.tickets.find_client_key(order.client_key) != NONE:
            return CLIENT_ID_DUPLICATE
        seat = self.seats.find(order.account, market.number)
        if seat != NONE and self.seats.open_orders(seat) >= OPEN_ORDERS_MAX:
            if order.type != MARKET and order.time_in_force == GTC:
                return OPEN_ORDERS_TOO_MANY
        available = self._available(order, market, seat)
        order.hold = hold_of(order, market, available)
        if order.hold == 0 or order.hold > available:
            return FUNDS_INSUFFICIENT
        order.funds = order.hold if order.side == BUY else order.hold // market.lot_atoms
        order.order_id = self.last_order_id + 1
        order.maker_ppm = market.maker_ppm
        order.taker_ppm = market.taker_ppm
        order.ticket = self.tickets.open(order, seat)
        return OK

    def dismiss(self, order: Order) -> None:
        """The market side rejected the order."""
        self.tickets.close(order.ticket)

    def accept(self, order: Order, market: Market) -> None:
        """The market side took the order: it counts, and its hold is moved."""
        assert order.order_id <= ORDER_ID_MAX
        self.last_order_id = order.order_id
        ticket = order.ticket
        if self.tickets.seat(ticket) == NONE:
            self.tickets.set(ticket, SEAT, self.seat_of(order.account, market))
        self.results.order_accepted(order, market.number)
        slot = self._spent(ticket)
        self.ledger.hold(slot, order.hold)
        self.tickets.set(ticket, HELD_ATOMS, order.hold)
        self._moved(slot, AVAILABLE, HELD, order.hold, CAUSE_HOLD)

    def fill(self, market: Market, taker: i64, maker: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        tickets = self.tickets
        taker_side = tickets.side(taker)
        base_amount = market.base_atoms(quantity)
        quote_amount = market.quote_atoms(price, quantity)
        taker_amount, maker_amount = (base_amount, quote_amount) if taker_side == BUY else (quote_amount, base_amount)
        maker_fee = self._fee(maker, maker_amount, tickets.word(maker, MAKER_PPM))
        taker_fee = self._fee(taker, taker_amount, tickets.word(taker, TAKER_PPM))
        results = self.results
        results.traded(market.number, trade_id, price, quantity, quote_amount, taker_side)
        results.traded_by(
            tickets.order_id(maker),
            tickets.order_id(taker),
            tickets.account(maker),
            tickets.account(taker),
            maker_fee,
            taker_fee,
        )
        buyer, seller = (taker, maker) if taker_side == BUY else (maker, taker)
        self._settle(seller, buyer, base_amount)
        self._settle(buyer, seller, quote_amount)
        self._pay_fee(maker, maker_fee)
        self._pay_fee(taker, taker_fee)

    def rested(self, market: Market, ticket: i64, place: i64, unfilled: i64) -> None:
        """The rest stands in the book: it holds what the rest needs, and no more."""
        self._release(ticket, self.tickets.held(ticket) - self.need(market, ticket, unfilled))
        self.tickets.list(ticket, place)

    def done(self, market: Market, ticket: i64, status: i64, unfilled: i64) -> None:
        """The order is over: whatever it still holds is free."""
        tickets = self.tickets
        self._release(ticket, tickets.held(ticket))
        self.results.order_closed(tickets.order_id(ticket), tickets.account(ticket), market.number, status, unfilled)
        tickets.close(ticket)

    def seat_of(self, account: i64, market: Market) -> i64:
        """The account's seat at a market, taken when it has none."""
        seat = self.seats.find(account, market.number)
        if seat != NONE:
            return seat
        base = self.ledger.open(account, market.base)
        quote = self.ledger.open(account, market.quote)
        return self.seats.add(account, market.number, base, quote)

    def need(self, market: Market, ticket: i64, unfilled: i64) -> i64:
        """What a limit order must hold for what it has not traded yet."""
        if self.tickets.side(ticket) == BUY:
            return market.quote_atoms(self.tickets.price(ticket), unfilled)
        return market.base_atoms(unfilled)

    def _available(self, order: Order, market: Market, seat: i64) -> i64:
        """What the account could put aside: quote to buy with, base to sell."""
        if seat == NONE:
            return self.ledger.available_of(order.account, market.quote if order.side == BUY else market.base)
        return self.ledger.available(self.seats.quote(seat) if order.side == BUY else self.seats.base(seat))

    def _spent(self, ticket: i64) -> i64:
        """The ledger account that an order spends from."""
        seat = self.tickets.seat(ticket)
        return self.seats.quote(seat) if self.tickets.side(ticket) == BUY else self.seats.base(seat)

    def _received(self, ticket: i64) -> i64:
        """The ledger account that it earns into."""
        seat = self.tickets.seat(ticket)
        return self.seats.base(seat) if self.tickets.side(ticket) == BUY else self.seats.quote(seat)

    def _fee(self, ticket: i64, amount: i64, ppm: i64) -> i64:
        credit = self.tickets.word(ticket, FEE_CREDIT)
        self.tickets.set(ticket, FEE_CREDIT, credit_after(amount, ppm, credit))
        return fee_of(amount, ppm, credit)

    def _settle(self, payer: i64, earner: i64, amount: i64) -> None:
        """What one order spends is what the other earns."""
        tickets = self.tickets
        rest = tickets.held(payer) - amount
        assert rest >= 0
        tickets.set(payer, HELD_ATOMS, rest)
        source = self._spent(payer)
        self.ledger.settle(source, self._received(earner), amount)
        asset = self.ledger.asset(source)
        self.results.moved(asset, tickets.account(payer), HELD, tickets.account(earner), AVAILABLE, amount, CAUSE_TRADE)

    def _pay_fee(self, ticket: i64, fee: i64) -> None:
        if fee == 0:
            return
        slot = self._received(ticket)
        self.ledger.collect_fee(slot, fee)
        account = self.tickets.account(ticket)
        self.results.moved(self.ledger.asset(slot), account, AVAILABLE, FEE_ACCOUNT, AVAILABLE, fee, CAUSE_FEE)

    def _release(self, ticket: i64, amount: i64) -> None:
        if amount == 0:
            return
        slot = self._spent(ticket)
        self.tickets.set(ticket, HELD_ATOMS, self.tickets.held(ticket) - amount)
        self.ledger.release(slot, amount)
        self._moved(slot, HELD, AVAILABLE, amount, CAUSE_RELEASE)

    def _moved(self, slot: i64, source_pot: i64, target_pot: i64, amount: i64, cause: i64) -> None:
        """From one pot of an account to its other."""
        owner = self.ledger.owner(slot)
        self.results.moved(self.ledger.asset(slot), owner, source_pot, owner, target_pot, amount, cause)


def hold_of(order: Order, market: Market, available: i64) -> i64:
    """What an order must put aside; 0 when the account has nothing that would do."""
    if order.side == BUY:
        if order.type != MARKET:
            return market.quote_atoms(order.price, order.quantity)
        return available if order.quote_quantity == 0 else order.quote_quantity
    if order.quote_quantity == 0:
        return market.base_atoms(order.quantity)
    return available - available % market.lot_atoms
