"""What becomes of open orders: begun, traded, amended, closed; each step held against the mirror."""

from trueman.checker import auctions, continuous, endings
from trueman.checker.findings import AMENDING, CLOSING, FEES, LISTS, NUMBERS, PRIORITY, TRIGGERS, Findings
from trueman.checker.floor import Floor
from trueman.checker.market import Market
from trueman.checker.money import Money
from trueman.checker.orders import CLOSED, DORMANT, FIRED, PENDING, RESTING, TAKING, Order
from trueman.checker.roll import Roll
from trueman.checker.stops import is_reached
from trueman.core import events as fact
from trueman.core.units import BUY, CANCELED, EXPIRED, EXPIRED_IN_MATCH, FILLED, SELL, TRADING


class Lifecycle:
    def __init__(self, findings: Findings, floor: Floor, money: Money, roll: Roll) -> None:
        self._findings = findings
        self._floor = floor
        self._money = money
        self._roll = roll
        self._refused_lists: set[int] = set()

    def end(self) -> None:
        """Of a command."""
        self._refused_lists.clear()

    def activated(self, told: fact.OrderActivated) -> None:
        market = self._floor.market(told.market)
        auctions.over(market)
        order = self._roll.known(market, told.order_id, told.account)
        if order is None:
            return
        market.went_on += 1
        self._roll.touch(order)
        if told.price:
            self._goes_on(market, order, told.price)
        elif order.state != PENDING or order.list_id not in self._roll.reasons.filled:
            market.say(LISTS, f"its list calls order {order.id}, which does not wait for it, or not yet", order.id)
        elif order.is_stop:
            market.stops.lie(order, market.reference, self._findings.ruleset)
            if (
                self._findings.ruleset >= 4
                and not order.bips
                and market.reference
                and is_reached(order, market.reference)
            ):
                market.stops.fire(order)
        else:
            order.state, market.taker = TAKING, order

    def _goes_on(self, market: Market, order: Order, stop: int) -> None:
        waiting = market.waiting()
        if order.state != FIRED:
            market.say(TRIGGERS, f"order {order.id} goes on, but no trade reached its stop {order.stop}", order.id)
            if order.state == DORMANT:
                market.stops.forget(order)
        elif waiting is not order and waiting is not None:
            market.say(TRIGGERS, f"order {order.id} goes on before order {waiting.id}", order.id, waiting.id)
        if stop != order.stop:
            market.say(TRIGGERS, f"order {order.id} goes on at {stop}, its stop is {order.stop}", order.id)
        if order.state == FIRED:
            market.stops.fired.remove(order)
        if market.defined.status != TRADING:
            market.say(TRIGGERS, f"order {order.id} goes on while the market does not trade", order.id)
        order.state, market.taker = TAKING, order

    def refused(self, told: fact.OrderRefused) -> None:
        order = self._roll.known(self._floor.market(told.market), told.order_id, told.account)
        if order is not None:
            order.is_refused = True
            if order.list_id:
                self._refused_lists.add(order.list_id)
                self._roll.reasons.reviewed.add(order.list_id)

    def traded(self, told: fact.Traded) -> None:
        market = self._floor.market(told.market)
        market.trades += 1
        if told.trade_id != market.trades:
            market.say(NUMBERS, f"trade {told.trade_id} is number {market.trades}")
        maker, taker = self._parties(market, told)
        if maker is None or taker is None:
            return
        judge = auctions.trade if market.uncrossing is not None else continuous.trade
        costs = judge(market, told, maker, taker)
        if said := costs.differs_from(told):
            market.say(FEES, said, maker.id, taker.id)
        self._money.expected.extend(costs.movements())
        for order in (maker, taker):
            order.executed += told.quantity
            market.take(order, told.quantity, told.price)
            self._roll.touch(order)

    def _parties(self, market: Market, told: fact.Traded | fact.MatchPrevented) -> tuple[Order | None, Order | None]:
        maker = self._roll.known(market, told.maker_order, told.maker_account)
        taker = self._roll.known(market, told.taker_order, told.taker_account)
        if isinstance(told, fact.Traded) and taker and told.taker_side != (BUY if taker.is_buy else SELL):
            market.say(PRIORITY, f"the taker is told to be on side {told.taker_side}", taker.id)
        return maker, taker

    def prevented(self, told: fact.MatchPrevented) -> None:
        market = self._floor.market(told.market)
        market.preventions += 1
        if told.prevention_id != market.preventions:
            market.say(NUMBERS, f"prevention {told.prevention_id} is number {market.preventions}")
        maker, taker = self._parties(market, told)
        if maker is None or taker is None:
            return
        judge = auctions.prevented if market.uncrossing is not None else continuous.prevented
        judge(market, told, maker, taker)
        self._roll.touch(maker)
        self._roll.touch(taker)

    def amended(self, told: fact.OrderAmended) -> None:
        market = self._floor.market(told.market)
        order = self._roll.known(market, told.order_id, told.account)
        if order is None:
            return
        smaller = order.quantity - told.quantity
        if smaller <= 0 or told.unfilled != order.unfilled - smaller or told.unfilled < 1:
            said = f"of {order.unfilled} of {order.quantity} lots, {told.unfilled} of {told.quantity} are left"
            market.say(AMENDING, said, order.id)
        order.quantity = told.quantity
        self._roll.holds.touched[order.id] = order
        if order.state == RESTING:
            market.side_of(order).shrink(order, order.unfilled - told.unfilled)
        order.unfilled = told.unfilled

    def closed(self, told: fact.OrderClosed) -> None:
        market = self._floor.market(told.market)
        order = self._roll.known(market, told.order_id, told.account)
        if order is None:
            return
        del self._roll.open[order.id]
        left = order.unfilled if order.budget < 0 else 0
        if told.unfilled != left:
            said = f"order {order.id} closed with {told.unfilled} lots left, it has {left}"
            market.say(CLOSING, said, order.id)
        if order.list_id in self._refused_lists:
            order.is_refused = True
        if order is market.taker:
            endings.closed(market, order, told)
        else:
            self._leaves(market, order, told.status)
        order.state = CLOSED
        if told.status == FILLED and order.id == order.list_id:
            self._roll.reasons.filled.add(order.list_id)
        self._roll.touch(order)

    def _leaves(self, market: Market, order: Order, status: int) -> None:
        """Of one that rests, lies dormant or waits."""
        if market.leaving.pop(order.id, None) is not None:
            due = EXPIRED_IN_MATCH if order.is_ended else FILLED
            if status != due:
                market.say(CLOSING, f"order {order.id} closed with status {status}, not {due}", order.id)
            return
        auctions.over(market)
        if order.state == RESTING:
            market.side_of(order).remove(order)
        elif order.state == DORMANT:
            market.stops.forget(order)
        if status not in (CANCELED, EXPIRED) or not self._has_reason(market, order, status):
            market.say(CLOSING, f"order {order.id} closed with status {status} and nothing asked for that", order.id)

    def _has_reason(self, market: Market, order: Order, status: int) -> bool:
        """One of a pair expires just before the other goes on after its trigger."""
        waiting = market.waiting()
        gives_way = order.pair is not None and waiting is not None and waiting in order.pair
        return gives_way or self._roll.reasons.explain(order, status)
