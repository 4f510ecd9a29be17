"""The account side: who owns what, and which orders are whose.

It accepts orders, remembers them and follows what the market side says of them. What is held is recorded here, order
by order (`holds`), trades are settled here (`settling`), and only the market's DONE, or what a rest no longer needs,
releases anything.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core import client_ids, order_terms
from trueman.core.admission import Admission
from trueman.core.client_ids import ClientIds
from trueman.core.holds import Holds
from trueman.core.ledger import Ledger
from trueman.core.markets import Market
from trueman.core.members import Members
from trueman.core.messages import Order
from trueman.core.order_lists import LIST_ID, PLACE, OrderLists
from trueman.core.put_off import PutOff
from trueman.core.results import Results
from trueman.core.rulesets import Rules
from trueman.core.seats import Seats
from trueman.core.settling import Settling
from trueman.core.sources import Sources
from trueman.core.tickets import (
    ARRIVING,
    CLIENT_ID,
    DORMANT,
    PENDING,
    RESTING,
    Tickets,
)
from trueman.core.tiers import Tiers
from trueman.core.timers import ORDER_EXPIRY, Timers
from trueman.core.units import GTD, NONE, ORDER_ID_MAX


@final
class Accounts:
    def __init__(self, results: Results, rules: Rules) -> None:
        self.results: Final[Results] = results
        self.rules: Final[Rules] = rules
        self.ledger: Final[Ledger] = Ledger()
        self.members: Final[Members] = Members()
        self.tiers: Final[Tiers] = Tiers()
        self.seats: Final[Seats] = Seats(self.members)
        self.tickets: Final[Tickets] = Tickets(self.seats)
        self.client_ids: Final[ClientIds] = ClientIds(self.members)
        self.lists: Final[OrderLists] = OrderLists()
        self.put_off: Final[PutOff] = PutOff(self.lists)
        self.sources: Final[Sources] = Sources()
        self.timers: Final[Timers] = Timers()
        self.admission: Final[Admission] = Admission(
            rules, self.members, self.tiers, self.ledger, self.seats, self.tickets
        )
        self.holds: Final[Holds] = Holds(self.ledger, self.seats, self.tickets, self.lists, results)
        self.settling: Final[Settling] = Settling(self.holds)
        self.last_order_id: i64 = 0

    def accept(self, order: Order, market: Market, list_id: i64) -> None:
        """The order gets its number and its ticket. `list_id` is 0 when it is in no list."""
        self.last_order_id += 1
        assert self.last_order_id <= ORDER_ID_MAX
        order.order_id = self.last_order_id
        has_terms = order.has_terms or list_id != 0
        order.ticket = self.tickets.open(order, has_terms)
        seat = self.admission.seat
        if seat == NONE:
            seat = self.seat_of(order.account, market)
        self.tickets.sit(order.ticket, seat)
        self.results.order_accepted(order, market.number)
        if has_terms:
            self.results.order_terms(order, list_id)

    def remember(self, order: Order, kind: i64, terms_fold: i64, deadline_us: i64) -> None:
        """Keep the order's client id, and what was ordered under it."""
        ids = self.client_ids
        number = ids.add(order.client_hash, order.account, order.client_id)
        keep_until: i64 = 0
        if deadline_us > 0:
            keep_until = min(deadline_us, self.results.time_us + self.rules.remembered_us_max)
        words = ids.words
        at = number * client_ids.ID_WORDS
        words[at + client_ids.KIND] = kind
        words[at + client_ids.PRICE] = order.price
        words[at + client_ids.QUANTITY] = order.quantity
        words[at + client_ids.NUMBER] = self.results.number
        words[at + client_ids.ORDER_ID] = order.order_id
        words[at + client_ids.KEEP_UNTIL] = keep_until
        ids.say_more(number, order.quote_quantity, terms_fold)
        ids.tie(number, order.ticket)
        self.tickets.set(order.ticket, CLIENT_ID, number)
        member = self.seats.member(self.tickets.seat(order.ticket))
        ids.queue(member, number)
        ids.trim(member, self.results.time_us)

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
        assert 0 < unfilled <= self.tickets.unfilled(ticket)
        self.tickets.stand(ticket, place)
        self.tickets.leave_unfilled(ticket, unfilled)
        self._enlist(ticket, RESTING)
        self.holds.fit_hold(market, ticket)

    def armed(self, ticket: i64, place: i64) -> None:
        """The order lies dormant and holds what it held."""
        self.tickets.stand(ticket, place)
        self._enlist(ticket, DORMANT)

    def wait(self, ticket: i64) -> None:
        """The order waits for its list."""
        self._enlist(ticket, PENDING)

    def reduced(self, market: Market, ticket: i64, unfilled: i64) -> None:
        """The order has fewer lots left than it holds for."""
        assert 0 <= unfilled <= self.tickets.unfilled(ticket)
        self.tickets.leave_unfilled(ticket, unfilled)
        if unfilled == 0:
            self.holds.release(ticket, self.tickets.held(ticket))
        else:
            self.holds.fit_hold(market, ticket)

    def done(self, market: Market, ticket: i64, status: i64, unfilled: i64) -> None:
        """The order is over: whatever it still holds is free. `unfilled` is NONE where only the ticket knows it."""
        tickets = self.tickets
        if unfilled == NONE:
            unfilled = tickets.unfilled(ticket)
        assert 0 <= unfilled <= tickets.unfilled(ticket)
        self.holds.release(ticket, tickets.held(ticket))
        self.results.order_closed(tickets.order_id(ticket), tickets.account(ticket), market.number, status, unfilled)
        self.client_ids.close(tickets.word(ticket, CLIENT_ID))
        list_slot = tickets.list(ticket)
        if list_slot != NONE:
            self._leave_list(market, list_slot, ticket, status)
        if tickets.time_in_force(ticket) == GTD and tickets.state(ticket) != ARRIVING:
            self.admission.count_timed(ticket, -1)
            self.timers.forget()
        tickets.close(ticket)

    def partner(self, ticket: i64) -> i64:
        """The other order of the pair that the order belongs to, or NONE."""
        slot = self.tickets.list(ticket)
        return NONE if slot == NONE else self.lists.partner(slot, ticket)

    def seat_of(self, account: i64, market: Market) -> i64:
        """The account's seat at a market, taken when it has none."""
        seat = self.seats.find(account, market.number)
        if seat != NONE:
            return seat
        base = self.ledger.open(account, market.base)
        quote = self.ledger.open(account, market.quote)
        return self.seats.add(account, market.number, base, quote)

    def _enlist(self, ticket: i64, state: i64) -> None:
        tickets = self.tickets
        if tickets.state(ticket) != ARRIVING:
            tickets.set_state(ticket, state)
            return
        tickets.enlist(ticket, state)
        if tickets.time_in_force(ticket) == GTD:
            self.admission.count_timed(ticket, 1)
            self.timers.add(tickets.term(ticket, order_terms.EXPIRE_US), ORDER_EXPIRY, tickets.order_id(ticket))

    def _leave_list(self, market: Market, list_slot: i64, ticket: i64, status: i64) -> None:
        lists = self.lists
        lists.touch(list_slot)
        if lists.word(list_slot, PLACE) != NONE:
            self.put_off.remove(market.number, list_slot)
        if lists.leave(list_slot, self.tickets.term(ticket, order_terms.POSITION), status):
            list_id = lists.word(list_slot, LIST_ID)
            self.results.order_list_closed(market.number, list_id, self.tickets.account(ticket))
