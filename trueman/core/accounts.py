"""The account side: who owns what, what is promised to which order, and what every trade costs whom.

It settles what the market side answers. What is held is recorded here, order by order, and only the market's DONE (or
what a rest no longer needs) releases it.
"""

from typing import final

from mypy_extensions import i64

from trueman.core import client_ids, order_terms
from trueman.core.admission import Admission
from trueman.core.client_ids import ClientIds
from trueman.core.fees import (
    credit_after,
    credit_after_rebate,
    entry_ppm,
    fee_of,
    rebate_of,
    reserve_of,
)
from trueman.core.ledger import Ledger
from trueman.core.markets import Market
from trueman.core.members import Members
from trueman.core.messages import Order
from trueman.core.order_lists import LIST_ID, OrderLists
from trueman.core.placing import is_stop, is_stop_market
from trueman.core.results import Results
from trueman.core.seats import Seats
from trueman.core.sources import Sources
from trueman.core.tickets import (
    ARRIVING,
    CLIENT_ID,
    CREDIT,
    DORMANT,
    EXECUTED,
    MAKER_PPM,
    PENDING,
    PLACE,
    RESTING,
    STATE,
    TAKER_PPM,
    UNFILLED,
    Tickets,
)
from trueman.core.tickets import HELD as HELD_ATOMS
from trueman.core.tiers import Tiers
from trueman.core.timers import ORDER_EXPIRY, Timers
from trueman.core.units import (
    AVAILABLE,
    BUY,
    CAUSE_FEE,
    CAUSE_HOLD,
    CAUSE_REBATE,
    CAUSE_RELEASE,
    CAUSE_TRADE,
    FEE_ACCOUNT,
    GTD,
    HELD,
    NONE,
    ORDER_ID_MAX,
    REMEMBERED_US_MAX,
)


@final
class Accounts:
    def __init__(self, results: Results) -> None:
        self.results: Results = results
        self.ledger: Ledger = Ledger()
        self.members: Members = Members()
        self.tiers: Tiers = Tiers()
        self.seats: Seats = Seats(self.members)
        self.tickets: Tickets = Tickets(self.seats)
        self.client_ids: ClientIds = ClientIds(self.members)
        self.lists: OrderLists = OrderLists()
        self.sources: Sources = Sources()
        self.timers: Timers = Timers()
        self.admission: Admission = Admission(self.members, self.tiers, self.ledger, self.seats, self.tickets)
        self.last_order_id: i64 = 0

    def accept(self, order: Order, market: Market, list_id: i64) -> None:
        """The order gets its number and its ticket. `list_id` is 0 when it is in no list."""
        self.last_order_id += 1
        assert self.last_order_id <= ORDER_ID_MAX
        order.order_id = self.last_order_id
        has_terms = order.has_terms or list_id != 0
        order.ticket = self.tickets.open(order, self.seat_of(order.account, market), has_terms)
        self.results.order_accepted(order, market.number)
        if has_terms:
            self.results.order_terms(order, list_id)

    def remember(self, order: Order, kind: i64, terms_fold: i64, deadline_us: i64) -> None:
        """Keep the order's client id, and what was ordered under it."""
        ids = self.client_ids
        slot = ids.add(order.account, order.client_id)
        keep_until: i64 = 0
        if deadline_us > 0:
            keep_until = min(deadline_us, self.results.time_us + REMEMBERED_US_MAX)
        words = ids.words
        words[slot + client_ids.KIND] = kind
        words[slot + client_ids.PRICE] = order.price
        words[slot + client_ids.QUANTITY] = order.quantity
        words[slot + client_ids.QUOTE_QUANTITY] = order.quote_quantity
        words[slot + client_ids.TERMS] = terms_fold
        words[slot + client_ids.NUMBER] = self.results.number
        words[slot + client_ids.ORDER_ID] = order.order_id
        words[slot + client_ids.KEEP_UNTIL] = keep_until
        words[slot + client_ids.TICKET] = order.ticket
        self.tickets.set(order.ticket, CLIENT_ID, slot)
        member = self.seats.member(self.tickets.seat(order.ticket))
        ids.queue(member, slot)
        ids.trim(member, self.results.time_us)

    def hold(self, ticket: i64, amount: i64) -> None:
        """Promise what the admission found to be there."""
        if amount == 0:
            return
        slot = self.spent(ticket)
        self.ledger.hold(slot, amount)
        self.tickets.set(ticket, HELD_ATOMS, self.tickets.held(ticket) + amount)
        self._moved(slot, AVAILABLE, HELD, amount, CAUSE_HOLD)

    def fill(self, market: Market, taker: i64, maker: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        """A trade in which the taker pays as a taker, and the maker is paid when its rate is negative."""
        tickets = self.tickets
        base_amount = market.base_atoms(quantity)
        quote_amount = market.quote_atoms(price, quantity)
        taker_amount = self._fee_amount(taker, base_amount, quote_amount)
        maker_ppm = tickets.word(maker, MAKER_PPM)
        taker_fee = self._fee(taker, taker_amount, tickets.word(taker, TAKER_PPM))
        if maker_ppm >= 0:
            maker_fee = self._fee(maker, self._fee_amount(maker, base_amount, quote_amount), maker_ppm)
        else:
            maker_fee = -self._rebate(maker, taker_amount, maker_ppm, taker_fee)
        self._trade(market, taker, maker, price, quantity, trade_id, maker_fee, taker_fee)
        if maker_fee < 0:
            self._pay_rebate(maker, self._fee_slot(taker), -maker_fee)

    def cross(self, market: Market, younger: i64, older: i64, price: i64, quantity: i64, trade_id: i64) -> None:
        """A trade of an auction: both pay as makers, and nobody is paid."""
        base_amount = market.base_atoms(quantity)
        quote_amount = market.quote_atoms(price, quantity)
        older_fee = self._maker_fee(older, self._fee_amount(older, base_amount, quote_amount))
        younger_fee = self._maker_fee(younger, self._fee_amount(younger, base_amount, quote_amount))
        self._trade(market, younger, older, price, quantity, trade_id, older_fee, younger_fee)

    def prevented(
        self, market: i64, taker: i64, maker: i64, price: i64, maker_lots: i64, taker_lots: i64, prevention_id: i64
    ) -> None:
        tickets = self.tickets
        results = self.results
        results.match_prevented(market, tickets.stp(taker), prevention_id, price)
        results.prevented_of(
            tickets.order_id(maker),
            tickets.order_id(taker),
            tickets.account(maker),
            tickets.account(taker),
            maker_lots,
            taker_lots,
        )

    def rested(self, market: Market, ticket: i64, place: i64, unfilled: i64) -> None:
        """The rest stands in the book: it holds what the rest needs, and no more."""
        self.tickets.set(ticket, PLACE, place)
        self.tickets.set(ticket, UNFILLED, unfilled)
        self._enlist(ticket, RESTING)
        self.fit_hold(market, ticket)

    def armed(self, ticket: i64, place: i64) -> None:
        """The order lies dormant and holds what it held."""
        self.tickets.set(ticket, PLACE, place)
        self._enlist(ticket, DORMANT)

    def wait(self, ticket: i64) -> None:
        """The order waits for its list."""
        self._enlist(ticket, PENDING)

    def reduced(self, market: Market, ticket: i64, unfilled: i64) -> None:
        """The order has fewer lots left than it holds for."""
        self.tickets.set(ticket, UNFILLED, unfilled)
        self.fit_hold(market, ticket)

    def done(self, market: Market, ticket: i64, status: i64, unfilled: i64) -> None:
        """The order is over: whatever it still holds is free. `unfilled` is NONE where only the ticket knows it."""
        tickets = self.tickets
        if unfilled == NONE:
            unfilled = tickets.unfilled(ticket)
        self.release(ticket, tickets.held(ticket))
        self.results.order_closed(tickets.order_id(ticket), tickets.account(ticket), market.number, status, unfilled)
        self.client_ids.close(tickets.word(ticket, CLIENT_ID))
        list_slot = tickets.list(ticket)
        if list_slot != NONE:
            self._leave_list(market, list_slot, ticket, status)
        if tickets.time_in_force(ticket) == GTD and tickets.state(ticket) != ARRIVING:
            self.admission.timed -= 1
            self.timers.forget()
        tickets.close(ticket)

    def seat_of(self, account: i64, market: Market) -> i64:
        """The account's seat at a market, taken when it has none."""
        seat = self.seats.find(account, market.number)
        if seat != NONE:
            return seat
        base = self.ledger.open(account, market.base)
        quote = self.ledger.open(account, market.quote)
        return self.seats.add(account, market.number, base, quote)

    def need(self, market: Market, ticket: i64) -> i64:
        """What the order by itself must hold for what it has not traded yet."""
        tickets = self.tickets
        state = tickets.state(ticket)
        if state == PENDING:
            return 0
        unfilled = tickets.unfilled(ticket)
        if tickets.side(ticket) != BUY:
            return market.base_atoms(unfilled)
        price = tickets.price(ticket)
        if state == DORMANT and is_stop_market(tickets.type(ticket)):
            price = tickets.term(ticket, order_terms.HOLD_PRICE)
        amount = market.quote_atoms(price, unfilled)
        if tickets.in_quote(ticket) == 0:
            return amount
        maker_ppm = tickets.word(ticket, MAKER_PPM)
        ppm = maker_ppm if state == RESTING else entry_ppm(maker_ppm, tickets.word(ticket, TAKER_PPM))
        return amount + reserve_of(amount, ppm, tickets.word(ticket, CREDIT))

    def pair_need(self, market: Market, ticket: i64) -> i64:
        """What the order must hold: one of a pair holds what the dearer of the two needs, for both."""
        need = self.need(market, ticket)
        list_slot = self.tickets.list(ticket)
        if list_slot == NONE:
            return need
        sibling = self.lists.sibling(list_slot, ticket)
        if sibling == NONE:
            return need
        return max(need, self.need(market, sibling)) if self.is_keeper(ticket, sibling) else 0

    def is_keeper(self, ticket: i64, sibling: i64) -> bool:
        """Whether the order keeps the hold of its pair: one that may trade without a trigger, else the first."""
        if is_stop(self.tickets.type(ticket)) != is_stop(self.tickets.type(sibling)):
            return not is_stop(self.tickets.type(ticket))
        return self.tickets.order_id(ticket) < self.tickets.order_id(sibling)

    def fit_hold(self, market: Market, ticket: i64) -> None:
        """Release what the order holds beyond its need."""
        surplus = self.tickets.held(ticket) - self.pair_need(market, ticket)
        assert surplus >= 0
        self.release(ticket, surplus)

    def hand_over(self, source: i64, target: i64) -> None:
        """What one order of a pair held is the other's now."""
        tickets = self.tickets
        tickets.set(target, HELD_ATOMS, tickets.held(target) + tickets.held(source))
        tickets.set(source, HELD_ATOMS, 0)

    def release(self, ticket: i64, amount: i64) -> None:
        if amount == 0:
            return
        slot = self.spent(ticket)
        self.tickets.set(ticket, HELD_ATOMS, self.tickets.held(ticket) - amount)
        self.ledger.release(slot, amount)
        self._moved(slot, HELD, AVAILABLE, amount, CAUSE_RELEASE)

    def spent(self, ticket: i64) -> i64:
        """The ledger account that an order spends from."""
        seat = self.tickets.seat(ticket)
        return self.seats.quote(seat) if self.tickets.side(ticket) == BUY else self.seats.base(seat)

    def _received(self, ticket: i64) -> i64:
        """The ledger account that it earns into."""
        seat = self.tickets.seat(ticket)
        return self.seats.base(seat) if self.tickets.side(ticket) == BUY else self.seats.quote(seat)

    def _enlist(self, ticket: i64, state: i64) -> None:
        tickets = self.tickets
        if tickets.state(ticket) != ARRIVING:
            tickets.set(ticket, STATE, state)
            return
        tickets.enlist(ticket, state)
        if tickets.time_in_force(ticket) == GTD:
            self.admission.timed += 1
            self.timers.add(tickets.term(ticket, order_terms.EXPIRE_US), ORDER_EXPIRY, tickets.order_id(ticket))

    def _leave_list(self, market: Market, list_slot: i64, ticket: i64, status: i64) -> None:
        lists = self.lists
        lists.touch(list_slot)
        if lists.leave(list_slot, self.tickets.term(ticket, order_terms.POSITION), status):
            list_id = lists.word(list_slot, LIST_ID)
            self.results.order_list_closed(market.number, list_id, self.tickets.account(ticket))

    def _trade(
        self,
        market: Market,
        taker: i64,
        maker: i64,
        price: i64,
        quantity: i64,
        trade_id: i64,
        maker_fee: i64,
        taker_fee: i64,
    ) -> None:
        """The trade itself and its two moves, and the fees that are to be paid."""
        tickets = self.tickets
        taker_side = tickets.side(taker)
        kinds = taker_side | tickets.in_quote(maker) << 8 | tickets.in_quote(taker) << 16
        quote_amount = market.quote_atoms(price, quantity)
        results = self.results
        results.traded(market.number, kinds, trade_id, price, quantity, quote_amount)
        results.traded_by(
            tickets.order_id(maker),
            tickets.order_id(taker),
            tickets.account(maker),
            tickets.account(taker),
            maker_fee,
            taker_fee,
        )
        buyer, seller = (taker, maker) if taker_side == BUY else (maker, taker)
        self._settle(seller, buyer, market.base_atoms(quantity))
        self._settle(buyer, seller, quote_amount)
        self._executed(taker, quantity)
        self._executed(maker, quantity)
        self._pay_fee(maker, maker_fee)
        self._pay_fee(taker, taker_fee)

    def _executed(self, ticket: i64, quantity: i64) -> None:
        tickets = self.tickets
        words = tickets.words
        words[ticket + EXECUTED] += quantity
        if words[ticket + UNFILLED] != 0:
            words[ticket + UNFILLED] -= quantity
            assert words[ticket + UNFILLED] >= 0
        list_slot = tickets.list(ticket)
        if list_slot != NONE:
            self.lists.touch(list_slot)

    def _fee_amount(self, ticket: i64, base_amount: i64, quote_amount: i64) -> i64:
        """What the order's fee is a share of: what it receives, or always the quote amount."""
        is_base = self.tickets.side(ticket) == BUY and self.tickets.in_quote(ticket) == 0
        return base_amount if is_base else quote_amount

    def _maker_fee(self, ticket: i64, amount: i64) -> i64:
        ppm = self.tickets.word(ticket, MAKER_PPM)
        return 0 if ppm < 0 else self._fee(ticket, amount, ppm)

    def _fee(self, ticket: i64, amount: i64, ppm: i64) -> i64:
        words = self.tickets.words
        credit = words[ticket + CREDIT]
        words[ticket + CREDIT] = credit_after(amount, ppm, credit)
        return fee_of(amount, ppm, credit)

    def _rebate(self, ticket: i64, amount: i64, ppm: i64, taker_fee: i64) -> i64:
        words = self.tickets.words
        credit = words[ticket + CREDIT]
        words[ticket + CREDIT] = credit_after_rebate(amount, ppm, credit)
        return rebate_of(amount, ppm, credit, taker_fee)

    def _settle(self, payer: i64, earner: i64, amount: i64) -> None:
        """What one order spends is what the other earns."""
        tickets = self.tickets
        rest = tickets.held(payer) - amount
        assert rest >= 0
        tickets.set(payer, HELD_ATOMS, rest)
        source = self.spent(payer)
        self.ledger.settle(source, self._received(earner), amount)
        asset = self.ledger.asset(source)
        self.results.moved(asset, tickets.account(payer), HELD, tickets.account(earner), AVAILABLE, amount, CAUSE_TRADE)

    def _fee_slot(self, ticket: i64) -> i64:
        """The ledger account that pays an order's fees."""
        is_held = self.tickets.side(ticket) == BUY and self.tickets.in_quote(ticket) != 0
        return self.spent(ticket) if is_held else self._received(ticket)

    def _pay_fee(self, ticket: i64, fee: i64) -> None:
        """From what it received; from what it holds where a buyer pays in quote."""
        if fee <= 0:
            return
        tickets = self.tickets
        slot = self._fee_slot(ticket)
        pot: i64 = AVAILABLE
        if tickets.side(ticket) == BUY and tickets.in_quote(ticket) != 0:
            pot = HELD
            rest = tickets.held(ticket) - fee
            assert rest >= 0
            tickets.set(ticket, HELD_ATOMS, rest)
            self.ledger.collect_held_fee(slot, fee)
        else:
            self.ledger.collect_fee(slot, fee)
        account = tickets.account(ticket)
        self.results.moved(self.ledger.asset(slot), account, pot, FEE_ACCOUNT, AVAILABLE, fee, CAUSE_FEE)

    def _pay_rebate(self, maker: i64, taker_slot: i64, rebate: i64) -> None:
        """In the asset of the taker's fee, and out of it."""
        asset = self.ledger.asset(taker_slot)
        spent = self.spent(maker)
        slot = spent if self.ledger.asset(spent) == asset else self._received(maker)
        self.ledger.pay_rebate(slot, rebate)
        account = self.tickets.account(maker)
        self.results.moved(asset, FEE_ACCOUNT, AVAILABLE, account, AVAILABLE, rebate, CAUSE_REBATE)

    def _moved(self, slot: i64, source_pot: i64, target_pot: i64, amount: i64, cause: i64) -> None:
        """From one pot of an account to its other."""
        owner = self.ledger.owner(slot)
        self.results.moved(self.ledger.asset(slot), owner, source_pot, owner, target_pot, amount, cause)
