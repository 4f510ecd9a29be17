"""Orders that depend on each other: what happens to one when something happened to another (section 8)."""

from tests.reference.naive_filters import failed, far_refusal, notional_at, position_refusal
from tests.reference.naive_matching import NaiveMatching
from tests.reference.naive_rules import Refusal
from tests.reference.naive_state import CLOSED, DORMANT, NEW, PENDING, TRIGGERED, NaiveList, NaiveMarket, NaiveOrder
from tests.reference.naive_triggers import is_met
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u


class NaiveLists(NaiveMatching):
    def state_refusal(self, order: NaiveOrder, hold: int, was_pending: bool = False) -> Refusal | None:
        """Rules 4.19 to 4.24. What was pending may have been reached by the price meanwhile."""
        market = self.markets[order.market]
        status = market.defined.status
        if status not in (u.TRADING, u.AUCTION):
            return Refusal(no.MARKET_NOT_TRADING)
        if status == u.AUCTION and not order.is_stop and (order.type != u.LIMIT or not order.may_rest):
            return Refusal(no.NOT_IN_AUCTION)
        if refusal := far_refusal(order, market, self.ruleset):
            return refusal
        refusal = self._notional_refusal(order, market) or self._book_refusal(order, market, hold)
        fires = was_pending and self.ruleset >= 4
        return None if fires and refusal and refusal.reason == no.WOULD_TRIGGER else refusal

    def _notional_refusal(self, order: NaiveOrder, market: NaiveMarket) -> Refusal | None:
        """Rule 4.21."""
        if order.type != u.MARKET or order.quantity == 0 or market.reference == 0:
            return None
        return next(
            (
                refusal
                for reason in (no.NOTIONAL_AT_MARKET_TOO_SMALL, no.NOTIONAL_AT_MARKET_TOO_LARGE)
                if (refusal := notional_at(market.reference, order.quantity, market, reason, self.ruleset))
            ),
            None,
        )

    def _book_refusal(self, order: NaiveOrder, market: NaiveMarket, hold: int) -> Refusal | None:
        """Rules 4.22 to 4.24."""
        if self.lacks_reference(order):
            return Refusal(no.REFERENCE_MISSING)
        trailing = [other for other in self.dormant_in(market) if other.trailing_bips] if order.trailing_bips else []
        most = u.TRAILING_ORDERS_MAX
        if len(trailing) >= most and self.ruleset < 3:
            return Refusal(no.TRAILING_ORDERS_TOO_MANY)
        if len(trailing) >= most:
            return failed(no.TRAILING_ORDERS_TOO_MANY, len(trailing) + 1, 0, most, most)
        if order.type == u.LIMIT_MAKER and self._would_take(order):
            return Refusal(no.WOULD_TAKE)
        r = market.reference
        if order.is_stop and not order.trailing_bips and r and is_met(order, r, order.stop_price):
            return Refusal(no.WOULD_TRIGGER)
        return self.market_refusal(order, hold) if order.type == u.MARKET else None

    def _would_take(self, order: NaiveOrder) -> bool:
        others = self.book(order.market, 1 - order.side)
        if not others:
            return False
        return others[0].price <= order.price if order.side == u.BUY else others[0].price >= order.price

    def review_lists(self) -> None:
        while self.touched:
            self.review(self.touched.pop(0))

    def review(self, together: NaiveList) -> None:
        """Rule 8.3."""
        working, pending = together.orders[0], [order for order in together.orders if order.state == PENDING]
        if pending and working.state == CLOSED:
            if working.status == u.FILLED:
                self._begin_or_put_off(together, pending)
            else:
                for order in pending:
                    self.close(order, _status_of_others(working))
        if together.pair and not any(order.state == PENDING for order in together.pair):
            self._review_pair(*together.pair)
            self._review_pair(*reversed(together.pair))

    def _review_pair(self, one: NaiveOrder, other: NaiveOrder) -> None:
        """When the one has traded, gone on or closed, the other closes, unless the one closed because of the other."""
        decided = one.traded or one.activated or one.state == CLOSED
        if other.state == CLOSED or not decided or other.traded or other.activated:
            return
        if one.state != CLOSED:
            one.held, other.held = one.held + other.held, 0
        self.close_wherever(other, _status_of_others(one))
        if one.state != CLOSED:
            self.release(one, self.free(one))

    def _begin_or_put_off(self, together: NaiveList, pending: list[NaiveOrder]) -> None:
        market = self.markets[together.market]
        if self.ruleset < 4 or (market.defined.status == u.TRADING and together not in market.put_off):
            self._begin_pending(together, pending)
        elif together not in market.put_off:
            market.put_off.append(together)

    def _begin_pending(self, together: NaiveList, pending: list[NaiveOrder]) -> None:
        for order in pending:
            order.state = NEW
            self.set_first_stop(order)
            self.tell(fact.OrderActivated(order.market, order.order_id, order.account, 0))
        hold = self.hold_of(pending)
        refused, refusal = pending[0], None
        for order in pending if self.ruleset >= 3 else []:
            if refusal is None:
                refused, refusal = order, position_refusal(self, order, passing=pending)
        if refusal is None:
            refused, refusal = pending[0], self.hold_refusal(pending)
        for order in pending:
            self.begin_with(order, hold)
            if refusal is None:
                refused, refusal = order, self.state_refusal(order, hold, was_pending=True)
        if refusal:
            self.tell(fact.OrderRefused(order.market, refusal.reason, refused.order_id, refused.account))
            for order in pending:
                self.close(order, u.EXPIRED)
            return
        self.hold(self.keeper(together) if len(pending) > 1 else pending[0], hold)
        for order in pending:
            self.begin(order)
        self._fire_what_is_reached(pending)

    def _fire_what_is_reached(self, begun: list[NaiveOrder]) -> None:
        market = self.markets[begun[0].market]
        for order in begun if self.ruleset >= 4 else []:
            lies = order.state == DORMANT and not order.trailing_bips
            if lies and market.reference and is_met(order, market.reference, order.stop):
                order.state = TRIGGERED
                market.queue.append(order)

    def hold_of(self, orders: list[NaiveOrder]) -> int:
        """What one order holds, or a pair: the larger need, once."""
        return max(self.whole_hold(order) for order in orders)

    # Triggered orders, one at a time (rule 7.11).

    def settle(self, number: int) -> None:
        """What the last happening in a market set off, until nothing more follows from it."""
        market = self.markets[number]
        most = u.ACTIVATIONS_MAX_3 if self.ruleset >= 3 else u.ACTIVATIONS_MAX
        self.review_lists()
        while market.defined.status == u.TRADING and self._waits(market) and self.activations < most:
            self.activations += 1
            if market.put_off:
                together = min(market.put_off, key=lambda one: one.list_id)
                market.put_off.remove(together)
                self._begin_pending(together, [order for order in together.orders if order.state == PENDING])
            else:
                self._go_on(market.queue.pop(0))
            self.review_lists()
        left_over = market.defined.status == u.TRADING and self._waits(market)
        later = 1 if self.ruleset < 4 else 0
        market.left_over_us = self.time_us + later if left_over else 0

    def _waits(self, market: NaiveMarket) -> bool:
        """Whether a list that was put off, or a triggered order, is to go on."""
        market.put_off = [one for one in market.put_off if any(order.state == PENDING for order in one.orders)]
        return bool(market.put_off or market.queue)

    def _go_on(self, order: NaiveOrder) -> None:
        order.state, order.activated = NEW, True
        if order.in_list is not None:
            self.review(order.in_list)
        self.tell(fact.OrderActivated(order.market, order.order_id, order.account, order.stop))
        if self.is_market_like(order):
            if order.side == u.BUY:
                self.hold(order, self.available(order))
            if refusal := self.market_refusal(order, order.held):
                self.tell(fact.OrderRefused(order.market, refusal.reason, order.order_id, order.account))
                self.close(order, u.EXPIRED)
                return
        self.take(order)


def _status_of_others(closed: NaiveOrder) -> int:
    return u.CANCELED if closed.state == CLOSED and closed.status == u.CANCELED else u.EXPIRED
