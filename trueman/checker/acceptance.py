"""Orders that are accepted: just those that were asked for, as they were asked for, each in its place of a list."""

from collections import deque
from typing import Any, Final

from trueman.checker import auctions
from trueman.checker.asked import differs, terms_differ
from trueman.checker.findings import ASKED, NUMBERS, Findings
from trueman.checker.floor import Floor
from trueman.checker.orders import PENDING, Order
from trueman.checker.roll import Roll
from trueman.checker.terms import TermsBook
from trueman.core import events as fact
from trueman.core.units import OCO, OTO, OTOCO

LEGS: Final = {OCO: 2, OTO: 2, OTOCO: 3}


class Acceptance:
    def __init__(self, findings: Findings, floor: Floor, terms: TermsBook, roll: Roll) -> None:
        self._findings = findings
        self._floor = floor
        self._terms = terms
        self._roll = roll
        self.asked: deque[Any] = deque()
        """Orders that have to be accepted next."""
        self.accepted_so_far = 0
        self._fresh: tuple[Order, Any] | None = None
        """Accepted just now, and as what it was asked for: its terms may follow."""
        self._list_id = 0
        """Of the list that is being accepted."""
        self._list: list[int] = []
        """Its kind, and how many of its orders are still to come."""
        self._legs: list[Order] = []
        """Its orders of which one cancels the other."""

    def end(self) -> None:
        """Of a command."""
        for asked in self.asked:
            self._findings.say(ASKED, f"{asked} was decided OK and is not accepted")
        self.asked.clear()
        self._list.clear()
        self._list_id = 0

    def list_accepted(self, told: fact.OrderListAccepted) -> None:
        self._list = [told.type, LEGS[told.type]]
        self._list_id = told.list_id
        self._legs = []

    def accepted(self, told: fact.OrderAccepted) -> None:
        market = self._floor.market(told.market)
        auctions.over(market)
        self.accepted_so_far += 1
        if told.order_id != self.accepted_so_far:
            market.say(NUMBERS, f"order {told.order_id} is accepted as number {self.accepted_so_far}", told.order_id)
        asked = self.asked.popleft() if self.asked else None
        if asked is None:
            market.say(ASKED, f"order {told.order_id} is accepted and was not asked for", told.order_id)
        elif fields := differs(told, asked):
            market.say(ASKED, f"order {told.order_id} has another {fields} than {asked}", told.order_id)
        order = Order(told, self._terms.of(told.account, market.defined))
        self._roll.open[order.id] = order
        self._fresh = (order, asked)
        self._roll.holds.touched[order.id] = order
        if self._list and self._waits_in_list(order):
            order.state = PENDING
        elif not order.is_stop:
            market.taker = order

    def _waits_in_list(self, order: Order) -> bool:
        kind, left = self._list
        if kind == OCO or (kind == OTOCO and left < LEGS[OTOCO]):
            self._legs.append(order)
            order.pair = self._legs
        self._list[1] -= 1
        if left == 1:
            self._list = []
        return kind != OCO and left != LEGS[kind]

    def terms(self, told: fact.OrderTerms) -> None:
        if self._fresh is None or self._fresh[0].id != told.order_id:
            self._findings.say(ASKED, f"{told} follows on no acceptance", told.order_id)
            return
        (order, asked), self._fresh = self._fresh, None
        if asked is not None and (fields := terms_differ(told, asked)):
            self._findings.say(ASKED, f"order {order.id} has another {fields} than {asked}", order.id)
        order.stop, order.bips, order.display = told.stop_price, told.trailing_bips, told.display_quantity
        order.expire_us, order.list_id = told.expire_us, told.list_id
        if told.list_id != self._list_id:
            self._findings.say(ASKED, f"order {order.id} is told to be of list {told.list_id}", order.id)
        if order.expire_us:
            self._roll.reasons.lasts_until(order)
        if order.is_stop and order.state != PENDING:
            market = self._floor.market(order.market)
            market.stops.lie(order, market.reference, self._findings.ruleset)
