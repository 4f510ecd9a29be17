"""What is promised to orders: each holds exactly what it needs for its unfilled lots, and lets the rest go.

Of a pair of which one cancels the other only one holds anything, and that is what the dearer of the two needs.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.fees import entry_ppm, reserve_of
from trueman.core.ledger import Ledger
from trueman.core.markets import Market
from trueman.core.order_lists import OrderLists
from trueman.core.order_terms import HOLD_PRICE
from trueman.core.placing import is_stop, is_stop_market
from trueman.core.results import Results
from trueman.core.seats import Seats
from trueman.core.tickets import ACTIVATED, CREDIT, PENDING, RESTING, Tickets
from trueman.core.tickets import HELD as HELD_ATOMS
from trueman.core.units import AVAILABLE, BUY, CAUSE_HOLD, CAUSE_RELEASE, HELD, NONE


@final
class Holds:
    def __init__(self, ledger: Ledger, seats: Seats, tickets: Tickets, lists: OrderLists, results: Results) -> None:
        self.ledger: Final[Ledger] = ledger
        self.seats: Final[Seats] = seats
        self.tickets: Final[Tickets] = tickets
        self.lists: Final[OrderLists] = lists
        self.results: Final[Results] = results

    def hold(self, ticket: i64, amount: i64) -> None:
        """Promise what the admission found to be there."""
        if amount == 0:
            return
        slot = self.tickets.spent(ticket)
        self.ledger.hold(slot, amount)
        self.promise(ticket, amount)
        self._moved(slot, AVAILABLE, HELD, amount, CAUSE_HOLD)

    def need(self, market: Market, ticket: i64) -> i64:
        """What the order by itself must hold for what it has not traded yet; nothing before its turn in a list."""
        if self.tickets.state(ticket) == PENDING:
            return 0
        return self._begun_need(market, ticket)

    def _begun_need(self, market: Market, ticket: i64) -> i64:
        """The same of one whose turn has come, also when it is not yet where it is going."""
        tickets = self.tickets
        state = tickets.state(ticket)
        unfilled = tickets.unfilled(ticket)
        if tickets.side(ticket) != BUY:
            return market.base_atoms(unfilled)
        price = tickets.price(ticket)
        if state != ACTIVATED and is_stop_market(tickets.type(ticket)):
            price = tickets.term(ticket, HOLD_PRICE)
        amount = market.quote_atoms(price, unfilled)
        if tickets.in_quote(ticket) == 0:
            return amount
        maker_ppm = tickets.maker_ppm(ticket)
        ppm = maker_ppm if state == RESTING else entry_ppm(maker_ppm, tickets.taker_ppm(ticket))
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
        if self.is_keeper(ticket, sibling):
            return max(need, self._begun_need(market, sibling))
        return 0

    def is_keeper(self, ticket: i64, sibling: i64) -> bool:
        """Whether the order keeps the hold of its pair: one that may trade without a trigger, else the first."""
        if is_stop(self.tickets.type(ticket)) != is_stop(self.tickets.type(sibling)):
            return not is_stop(self.tickets.type(ticket))
        return self.tickets.order_id(ticket) < self.tickets.order_id(sibling)

    def fit_hold(self, market: Market, ticket: i64) -> None:
        """Release what the order holds beyond its need. One of a pair that has just traded may hold less than the
        other would need, which closes next."""
        surplus = self.tickets.held(ticket) - self.pair_need(market, ticket)
        assert surplus >= 0 or self.tickets.list(ticket) != NONE
        self.release(ticket, max(surplus, 0))

    def hand_over(self, source: i64, target: i64) -> None:
        """What one order of a pair held is the other's now."""
        assert self.tickets.spent(source) == self.tickets.spent(target)
        held = self.tickets.held(source)
        self.promise(target, held)
        self.promise(source, -held)

    def release(self, ticket: i64, amount: i64) -> None:
        if amount == 0:
            return
        slot = self.tickets.spent(ticket)
        self.promise(ticket, -amount)
        self.ledger.release(slot, amount)
        self._moved(slot, HELD, AVAILABLE, amount, CAUSE_RELEASE)

    def promise(self, ticket: i64, change: i64) -> None:
        """The order says that it holds so much more or less; the ledger has to agree when the command is over."""
        words = self.tickets.words
        held = words[ticket + HELD_ATOMS] + change
        assert held >= 0
        words[ticket + HELD_ATOMS] = held
        self.ledger.unpromised -= change

    def is_fit(self, market: Market, ticket: i64) -> bool:
        """Whether an order that rests holds exactly what it needs; the review of a list may yet have to see to it."""
        tickets = self.tickets
        return tickets.held(ticket) == self.need(market, ticket) or tickets.list(ticket) != NONE

    def _moved(self, slot: i64, source_pot: i64, target_pot: i64, amount: i64, cause: i64) -> None:
        """From one pot of an account to its other."""
        owner = self.ledger.owner(slot)
        self.results.moved(self.ledger.asset(slot), owner, source_pot, owner, target_pot, amount, cause)
