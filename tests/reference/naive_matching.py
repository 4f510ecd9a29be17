"""An order that meets the book, until it is filled, closed or at rest (section 7)."""

from tests.reference.naive_auction import NaiveAuction
from tests.reference.naive_plan import BAND, NO_LOT, NOTHING_LEFT, PREVENTED, Plan, Step, plan_of
from tests.reference.naive_rules import Refusal
from tests.reference.naive_state import RESTING, NaiveMarket, NaiveOrder
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u


class NaiveMatching(NaiveAuction):
    def begin(self, order: NaiveOrder) -> None:
        """The order is accepted and holds what it must."""
        if order.is_stop and not order.activated:
            self.lay_dormant(order)
        elif self.markets[order.market].defined.status == u.AUCTION:
            self._rest(order)
        else:
            self.take(order)

    def plan(self, order: NaiveOrder) -> Plan:
        return plan_of(order, self.markets[order.market], self.book(order.market, 1 - order.side))

    def market_refusal(self, order: NaiveOrder, hold: int) -> Refusal | None:
        """Rule 4.24."""
        if not self.book(order.market, 1 - order.side):
            return Refusal(no.BOOK_EMPTY)
        plan = self.plan(order)
        if order.side == u.BUY and order.quote_quantity == 0 and plan.cost > self.pays(order, hold):
            return Refusal(no.FUNDS_INSUFFICIENT)
        lot_atoms = self.markets[order.market].defined.lot_atoms
        if order.side == u.SELL and order.quote_quantity and plan.lots * lot_atoms > hold:
            return Refusal(no.FUNDS_INSUFFICIENT)
        return None

    def take(self, order: NaiveOrder) -> None:
        market = self.markets[order.market]
        plan = self.plan(order)
        if order.time_in_force == u.FOK and plan.lots < order.unfilled:  # 7.5
            self.close(order, u.EXPIRED)
            return
        self._carry_out(plan, order, market)
        if plan.end == BAND:
            self._call_auction(market, plan.band_price)
        status = self._status_after(order, plan)
        if status:
            self.close(order, status)
        else:
            self._rest(order)
        if market.defined.status == u.TRADING or self.ruleset >= 4:  # else the band was just broken
            self.look_at_triggers(market, [step.maker.price for step in plan.steps if step.traded])

    def _status_after(self, order: NaiveOrder, plan: Plan) -> int:
        """With which status the taker closes, 0 if it rests (rules 7.4 and 7.7)."""
        if plan.end == PREVENTED:
            return u.EXPIRED_IN_MATCH
        if order.quote_quantity:
            return u.FILLED if plan.lots and plan.end in (NO_LOT, NOTHING_LEFT) else u.EXPIRED
        if order.unfilled == 0:
            return u.FILLED
        return 0 if order.may_rest else u.EXPIRED

    def _rest(self, order: NaiveOrder) -> None:
        order.state = RESTING
        order.visible = min(order.display or order.unfilled, order.unfilled)
        order.at = self.moment()
        self.release(order, self.free(order))
        self.level(order.market, order.side, order.price)

    def _carry_out(self, plan: Plan, taker: NaiveOrder, market: NaiveMarket) -> None:
        touched = 0
        for step in plan.steps:
            price = step.maker.price
            if touched not in (0, price):
                self.level(taker.market, 1 - taker.side, touched)
                touched = 0
            if step.traded:
                self.fill(market, step.maker, taker, price, step.traded, both_make=False)
                if step.maker.unfilled == 0:
                    self.close(step.maker, u.FILLED)
            else:
                self._prevent(step, taker, market)
            if step.traded or step.maker_lost:
                touched = price
        if touched:
            self.level(taker.market, 1 - taker.side, touched)

    def _prevent(self, step: Step, taker: NaiveOrder, market: NaiveMarket) -> None:
        """Rule 7.4. Only DECREMENT makes an order smaller; the others end it as it is."""
        price = step.maker.price
        self.tell_prevented(market, step.maker, taker, price, step.maker_lost, step.taker_lost)
        if step.maker_lost:
            self.lose_resting(step.maker, step.maker_lost, taker.stp)
        if taker.stp == u.STP_DECREMENT:
            self.shrink(taker, step.taker_lost, price * market.defined.tick_atoms)

    def _call_auction(self, market: NaiveMarket, price: int) -> None:
        """Rule 7.6."""
        number, until = market.defined.market, self.time_us + market.guard.auction_us
        market.auction_until_us = until
        market.defined = market.defined._replace(status=u.AUCTION)
        self.tell(fact.AuctionCalled(number, price, market.band_reference, until))
        self.tell(market.defined)
