"""Placing orders and lists of orders: every check in its turn, then the order begins (sections 4 and 8)."""

from tests.reference.naive_client_ids import is_repeat, likeness
from tests.reference.naive_filters import count_refusal, position_refusal, static_filters
from tests.reference.naive_lists import NaiveLists
from tests.reference.naive_rules import (
    CLIENT_ID,
    Answer,
    Asked,
    Refusal,
    is_expired,
    list_is_valid,
    pair_is_in_order,
    refused,
    static_refusal,
    with_terms,
)
from tests.reference.naive_state import PENDING, Likeness, NaiveList, NaiveMarket, NaiveOrder, is_user, up
from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u


class NaivePlacing(NaiveLists):
    def place(self, asked: Asked) -> Answer:
        if answer := self.first_answer(asked):
            return answer
        order = self._sealed(asked)
        self.set_first_stop(order)
        hold = self.whole_hold(order)
        self.begin_with(order, hold)
        failed = self._account_refusal([order], [order]) or self.hold_refusal([order])
        failed = failed or self.state_refusal(order, hold)
        if failed:
            return refused(failed)
        self._accept(order, asked, likeness(asked), with_its_terms=isinstance(asked, ask.PlaceOrderWithTerms))
        self.hold(order, hold)
        self.begin(order)
        self.settle(order.market)
        return Answer(order_id=order.order_id)

    def first_answer(self, asked: Asked) -> Answer | None:
        """What the checks 4.1 to 4.14 say: a refusal, or that it is a repeat."""
        if refusal := static_refusal(with_terms(asked), self.time_us, self.ruleset):
            return refused(refusal)
        market = self.market(asked.market)
        if market is None:
            return refused(no.MARKET_UNKNOWN)
        if known := self.known_client_id(asked, likeness(asked)):
            return known
        if is_expired(with_terms(asked), self.time_us):
            return refused(no.EXPIRY_INVALID)
        failed = static_filters(with_terms(asked), market, self.ruleset)
        return refused(failed) if failed else None

    def known_client_id(self, asked: Asked, like: Likeness) -> Answer | None:
        """Rule 4.8."""
        known = self.remembered_order(asked.account, asked.client_id)
        if known is None:
            return None
        if not is_repeat(known, like, self.ruleset):
            return refused(no.CLIENT_ID_DUPLICATE)
        return Answer(order_id=known.order_id, repeat_of=known.number)

    def _sealed(self, asked: Asked) -> NaiveOrder:
        """The order as it would be accepted, with the rates of this moment (section 6). It has no number yet."""
        full, terms = with_terms(asked), self.terms_of(asked.account)
        defined, tier = self.markets[asked.market].defined, self.tiers[terms.tier]
        maker = defined.maker_ppm
        return NaiveOrder(
            0,
            *full[1:9],
            full.quote_quantity,
            full.client_id,
            *full[11:15],
            maker_ppm=up(maker * tier.maker_share_ppm, u.PPM_ONE) if maker >= 0 else maker,
            taker_ppm=up(defined.taker_ppm * tier.taker_share_ppm, u.PPM_ONE),
            in_quote=terms.in_quote,
            group=-terms.group or asked.account,
            unfilled=full.quantity,
        )

    def _account_refusal(self, orders: list[NaiveOrder], first_ones: list[NaiveOrder]) -> Refusal | None:
        """Rules 4.15 to 4.17."""
        if not self.terms_of(orders[0].account).permissions & u.MAY_TRADE:
            return Refusal(no.ACCOUNT_RESTRICTED)
        if failed := count_refusal(self, orders):
            return failed
        return next((failed for order in first_ones if (failed := position_refusal(self, order))), None)

    def _accept(self, order: NaiveOrder, asked: Asked, like: Likeness, with_its_terms: bool) -> None:
        """Rule 7.1, but for the hold."""
        if order.order_id == 0:
            self.orders += 1
            order.order_id = self.orders
        self.open.append(order)
        kind = (order.market, order.side, order.type, order.time_in_force, order.stp)
        size = (order.price, order.quantity, order.quote_quantity)
        self.tell(fact.OrderAccepted(*kind, order.order_id, order.account, *size, order.client_id))
        if with_its_terms:
            terms = (order.stop_price, order.trailing_bips, order.display, order.expire_us)
            self.tell(fact.OrderTerms(order.order_id, *terms, order.in_list.list_id if order.in_list else 0))
        self.remember(asked, like, order)

    # Lists.

    def place_list(self, asked: ask.PlaceOrderList) -> Answer:
        """Rule 8.1."""
        if not is_user(asked.account):
            return refused(no.ACCOUNT_INVALID)
        if not CLIENT_ID.fullmatch(asked.client_id):
            return refused(no.CLIENT_ID_INVALID)
        if not list_is_valid(asked):
            return refused(no.LIST_INVALID)
        if not pair_is_in_order(asked, self.ruleset):
            return refused(no.PAIR_PRICES_INVALID)
        for part in asked.parts:
            if refusal := static_refusal(with_terms(part), self.time_us, self.ruleset):
                return refused(refusal)
        market = self.market(asked.market)
        if market is None:
            return refused(no.MARKET_UNKNOWN)
        likes = [likeness(part, asked.type, at) for at, part in enumerate(asked.parts)]
        if known := self._known_list(asked, likes):
            return known
        together = NaiveList(0, asked.account, asked.market, asked.type, [self._sealed(part) for part in asked.parts])
        together.client_id = asked.client_id if self.ruleset >= 3 else ""
        hold = self._begin_list(together)
        if failed := self._list_refusal(asked, together, market, hold):
            return refused(failed)
        self._accept_list(asked, together, likes, hold)
        self.settle(asked.market)
        return Answer(order_id=together.list_id)

    def _known_list(self, asked: ask.PlaceOrderList, likes: list[Likeness]) -> Answer | None:
        """A repeat, or a list of which something is known by another's name."""
        known = [self.known_client_id(part, like) for part, like in zip(asked.parts, likes, strict=True)]
        first = known[0]
        if first and first.repeat_of and all(one and one.repeat_of == first.repeat_of for one in known):
            return first
        is_taken = any(known) or self.open_list(asked.account, asked.client_id)
        return refused(no.CLIENT_ID_DUPLICATE) if is_taken else None

    def _begin_list(self, together: NaiveList) -> int:
        """What the list holds when it begins."""
        for order in together.orders:
            self.set_first_stop(order)
        return self.hold_of(together.first_ones)

    def _list_refusal(
        self, asked: ask.PlaceOrderList, together: NaiveList, market: NaiveMarket, hold: int
    ) -> Refusal | None:
        for part in asked.parts:
            if failed := static_filters(with_terms(part), market, self.ruleset):
                return failed
        first_ones = together.first_ones
        if failed := self._account_refusal(together.orders, first_ones) or self.hold_refusal(first_ones):
            return failed
        return next((failed for order in first_ones if (failed := self.state_refusal(order, hold))), None)

    def _accept_list(self, asked: ask.PlaceOrderList, together: NaiveList, likes: list[Likeness], hold: int) -> None:
        """Rule 8.2."""
        together.list_id = self.orders + 1
        start = (asked.market, asked.type, together.list_id, asked.account, asked.client_id)
        self.tell(fact.OrderListAccepted(*start))
        for order, part, like in zip(together.orders, asked.parts, likes, strict=True):
            order.in_list = together
            order.state = PENDING
            self._accept(order, part, like, with_its_terms=True)
        first_ones = together.first_ones
        for order in first_ones:
            self.begin_with(order, hold)
        self.hold(self.keeper(together) if len(first_ones) > 1 else first_ones[0], hold)
        for order in first_ones:
            self.begin(order)
