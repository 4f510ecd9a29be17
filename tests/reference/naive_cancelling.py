"""Cancelling and amending, the dead man's switch, and parts of batches (section 11)."""

from tests.reference.naive_client_ids import likeness
from tests.reference.naive_filters import failed as failed_by
from tests.reference.naive_filters import notional_at_own_price, quantity_range
from tests.reference.naive_placing import NaivePlacing
from tests.reference.naive_rules import CLIENT_ID, Answer, Asked, Refusal, deadline_refusal, refused
from tests.reference.naive_state import CLOSED, RESTING, NaiveOrder, is_user
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u

Part = Asked | ask.CancelOrder


class NaiveCancelling(NaivePlacing):
    def cancel(self, asked: ask.CancelOrder) -> Answer:
        """Rule 11.1."""
        if not is_user(asked.account):
            return refused(no.ACCOUNT_INVALID)
        if (asked.order_id == 0 or asked.client_id) and not CLIENT_ID.fullmatch(asked.client_id):
            return refused(no.CLIENT_ID_INVALID)
        if asked.restriction not in (u.ANY_ORDER, u.ONLY_NEW, u.ONLY_PARTIALLY_FILLED):
            return refused(no.RESTRICTION_INVALID)
        if self.market(asked.market) is None:
            return refused(no.MARKET_UNKNOWN)
        order = self._named(asked)
        if order is None:
            return refused(no.ORDER_UNKNOWN)
        if asked.restriction == (u.ONLY_NEW if order.traded else u.ONLY_PARTIALLY_FILLED):
            return refused(no.CANCEL_RESTRICTED)
        self.end_with_list(order, u.CANCELED)
        self.settle(order.market)
        return Answer(order_id=order.order_id)

    def _named(self, asked: ask.CancelOrder | ask.AmendOrder) -> NaiveOrder | None:
        for order in self.orders_of(asked.account, asked.market):
            if asked.order_id in (0, order.order_id) and asked.client_id in ("", order.client_id):
                return order
        return None

    def end_with_list(self, order: NaiveOrder, status: int) -> None:
        """Rule 8.4: that one first, then the others by number."""
        self.close_wherever(order, status)
        for other in order.in_list.orders if order.in_list else []:
            if other.state != CLOSED:
                self.close_wherever(other, status)

    def end_all(self, orders: list[NaiveOrder], status: int) -> None:
        for order in sorted(orders, key=lambda order: order.order_id):
            if order.state != CLOSED:
                self.end_with_list(order, status)
                self.settle(order.market)

    def cancel_all(self, asked: ask.CancelAllOrders) -> int:
        if not is_user(asked.account):
            return no.ACCOUNT_INVALID
        if asked.market != u.ALL_MARKETS and self.market(asked.market) is None:
            return no.MARKET_UNKNOWN
        mine = [o for o in self.open if o.account == asked.account and asked.market in (o.market, u.ALL_MARKETS)]
        self.end_all(mine, u.CANCELED)
        return no.OK if mine else no.ORDER_UNKNOWN

    def cancel_list(self, asked: ask.CancelOrderList) -> Answer:
        if not is_user(asked.account):
            return refused(no.ACCOUNT_INVALID)
        if self.market(asked.market) is None:
            return refused(no.MARKET_UNKNOWN)
        mine = self.orders_of(asked.account, asked.market)
        members = [order for order in mine if order.in_list and order.in_list.list_id == asked.list_id]
        if not members:
            return refused(no.ORDER_UNKNOWN)
        self.end_all(members, u.CANCELED)
        return Answer(order_id=asked.list_id)

    def cancel_named_list(self, asked: ask.CancelNamedList) -> Answer:
        """Rule 8.4."""
        if not is_user(asked.account):
            return refused(no.ACCOUNT_INVALID)
        if not CLIENT_ID.fullmatch(asked.client_id):
            return refused(no.CLIENT_ID_INVALID)
        if self.market(asked.market) is None:
            return refused(no.MARKET_UNKNOWN)
        together = self.open_list(asked.account, asked.client_id)
        if together is None or together.market != asked.market:
            return refused(no.ORDER_UNKNOWN)
        self.end_all([order for order in together.orders if order.state != CLOSED], u.CANCELED)
        return Answer(order_id=together.list_id)

    def amend(self, asked: ask.AmendOrder) -> Answer:
        """Rule 11.3."""
        if not is_user(asked.account):
            return refused(no.ACCOUNT_INVALID)
        if (asked.order_id == 0 or asked.client_id) and not CLIENT_ID.fullmatch(asked.client_id):
            return refused(no.CLIENT_ID_INVALID)
        market = self.market(asked.market)
        if market is None:
            return refused(no.MARKET_UNKNOWN)
        order = self._named(asked)
        if order is None:
            return refused(no.ORDER_UNKNOWN)
        if order.in_list is not None and self.ruleset < 3:
            return refused(no.ORDER_IN_LIST)
        if failed := quantity_range(asked.quantity, market):
            return refused(failed)
        concerned = self._amended_with(order)
        too_large = [self._not_smaller(each, asked.quantity) for each in concerned]
        too_small = [
            notional_at_own_price(each, asked.quantity, market, no.NOTIONAL_TOO_SMALL, self.ruleset)
            for each in concerned
        ]
        if failed := next(filter(None, too_large + too_small), None):
            return refused(failed)
        if market.defined.status not in (u.TRADING, u.AUCTION, u.CANCEL_ONLY):
            return refused(no.MARKET_NOT_TRADING)
        self._make_smaller(concerned, asked.quantity)
        return Answer(order_id=order.order_id)

    def _amended_with(self, order: NaiveOrder) -> list[NaiveOrder]:
        """The order, and the one that cancels it, if that is open."""
        pair = order.in_list.pair if order.in_list else []
        others = [other for other in pair if other is not order and other.state != CLOSED] if order in pair else []
        return [order, *others]

    def _not_smaller(self, order: NaiveOrder, quantity: int) -> Refusal | None:
        reason = no.AMEND_NOT_SMALLER
        if quantity < order.quantity and order.unfilled - (order.quantity - quantity) >= 1:
            return None
        if self.ruleset < 3:
            return Refusal(reason)
        least, most = order.quantity - order.unfilled + 1, order.quantity - 1
        nearest = -1 if least > most else least if quantity < least else most
        return failed_by(reason, quantity, least, most, nearest)

    def _make_smaller(self, orders: list[NaiveOrder], quantity: int) -> None:
        shown = [order.visible for order in orders]
        for order in orders:
            order.unfilled -= order.quantity - quantity
            order.quantity, order.visible = quantity, min(order.visible, order.unfilled)
            self.tell(fact.OrderAmended(order.market, order.order_id, order.account, quantity, order.unfilled))
        for order in orders:
            self.release(order, self.free(order))
        for order, before in zip(orders, shown, strict=True):
            if order.state == RESTING and order.visible != before:
                self.level(order.market, order.side, order.price)

    def cancel_all_after(self, asked: ask.CancelAllAfter) -> int:
        """Section 10."""
        if not is_user(asked.account):
            return no.ACCOUNT_INVALID
        if asked.timeout_us != 0 and not u.CANCEL_TIMER_US_MIN <= asked.timeout_us <= u.CANCEL_TIMER_US_MAX:
            return no.TIMEOUT_OUT_OF_RANGE
        self.timers[asked.account] = self.time_us + asked.timeout_us if asked.timeout_us else 0
        self.tell(fact.CancelTimerSet(asked.account, self.timers[asked.account]))
        return no.OK

    # Batches.

    def batch(self, asked: ask.PlaceBatch) -> Answer:
        """Rule 11.4."""
        if not is_user(asked.account):
            return refused(no.ACCOUNT_INVALID)
        if not 1 <= len(asked.parts) <= u.BATCH_ORDERS_MAX or any(p.account != asked.account for p in asked.parts):
            return refused(no.LIST_INVALID)
        for index, part in enumerate(asked.parts):
            self._do_part(part, index)
        return Answer()

    def cancel_replace(self, asked: ask.CancelReplace) -> Answer:
        """Rule 11.5."""
        if not is_user(asked.account):
            return refused(no.ACCOUNT_INVALID)
        if asked.mode not in (u.STOP_ON_FAILURE, u.ALLOW_FAILURE) or len(asked.parts) != 2:
            return refused(no.LIST_INVALID)
        cancel, order = asked.parts
        if not isinstance(cancel, ask.CancelOrder) or isinstance(order, ask.CancelOrder):
            return refused(no.LIST_INVALID)
        if any(part.account != asked.account for part in asked.parts):
            return refused(no.LIST_INVALID)
        known = self.known_client_id(order, likeness(order))
        if known and known.reason == no.OK:
            return known
        if self.ruleset >= 3:
            if refusal := deadline_refusal(order.deadline_us, self.time_us, self.ruleset):
                return refused(refusal)
            if answer := self.first_answer(order):
                return answer
        failed = self._do_part(cancel, 0).reason != no.OK
        if failed and asked.mode == u.STOP_ON_FAILURE:
            self._tell_part(order, 1, refused(no.CANCEL_FAILED), [])
            return Answer()
        return Answer(order_id=self._do_part(order, 1).order_id)

    def _do_part(self, part: Part, index: int) -> Answer:
        before, self.told = self.told, []
        if refusal := deadline_refusal(part.deadline_us, self.time_us, self.ruleset):
            answer = refused(refusal)
        else:
            answer = self.cancel(part) if isinstance(part, ask.CancelOrder) else self.place(part)
        caused, self.told = self.told, before
        self._tell_part(part, index, answer, caused)
        return answer

    def _tell_part(self, part: Part, index: int, answer: Answer, caused: list[fact.Event]) -> None:
        kind = next(kind for kind, record in ask.COMMAND_KINDS.items() if type(part) is record)
        self.tell(fact.PartDecided(kind, answer.reason, index, answer.order_id, answer.repeat_of))
        self.told += [answer.failed] if answer.failed else []
        self.told += caused
