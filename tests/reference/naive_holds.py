"""What an order holds, and what a fill costs (section 6)."""

from tests.reference.naive_client_ids import NaiveClientIds
from tests.reference.naive_rules import Refusal
from tests.reference.naive_state import CLOSED, NEW, PENDING, RESTING, NaiveList, NaiveMarket, NaiveOrder, up
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u


class NaiveHolds(NaiveClientIds):
    def trailing_stop(self, order: NaiveOrder, extreme: int) -> int:
        """Rule 7.9."""
        if order.trails_a_low:
            return up(extreme * (u.BIPS_ONE + order.trailing_bips), u.BIPS_ONE)
        stop = extreme * (u.BIPS_ONE - order.trailing_bips) // u.BIPS_ONE
        return max(stop, 1) if self.ruleset >= 3 else stop

    def set_first_stop(self, order: NaiveOrder) -> None:
        order.first_stop = order.stop_price
        order.trails_a_low = order.side == u.BUY if self.ruleset >= 5 else order.rises
        if order.trailing_bips:
            order.first_stop = self.trailing_stop(order, order.stop_price or self.markets[order.market].reference)

    def lacks_reference(self, order: NaiveOrder) -> bool:
        """Rule 4.22."""
        return order.trailing_bips > 0 and order.stop_price == 0 and self.markets[order.market].reference == 0

    def whole_hold(self, order: NaiveOrder) -> int:
        """What an order holds when it begins."""
        if order.type != u.MARKET:
            return self.need(order)
        lot_atoms = self.markets[order.market].defined.lot_atoms
        if order.side == u.SELL:
            return order.quantity * lot_atoms or self.available(order) // lot_atoms * lot_atoms
        return order.quote_quantity or self.available(order)

    def need(self, order: NaiveOrder) -> int:
        """What an open order holds for its unfilled lots, if it is in no pair."""
        if order.state in (PENDING, CLOSED):
            return 0
        defined = self.markets[order.market].defined
        if order.side == u.SELL:
            return order.unfilled * defined.lot_atoms
        amount = (order.price if order.is_limit else order.first_stop) * order.unfilled * defined.tick_atoms
        if not order.in_quote:
            return amount
        rate = max(order.maker_ppm, 0) if order.state == RESTING else max(order.maker_ppm, order.taker_ppm)
        return amount + up(amount * rate - max(order.credit, 0), u.PPM_ONE)

    def keeper(self, together: NaiveList) -> NaiveOrder:
        """Rule 8.5."""
        makers = [order for order in together.pair if order.type == u.LIMIT_MAKER]
        return (makers or together.pair)[0]

    def free(self, order: NaiveOrder) -> int:
        """What an order holds beyond its need, or the need of the pair whose hold it keeps."""
        need = self.need(order)
        if order.in_list is not None and order in order.in_list.pair and self.keeper(order.in_list) is order:
            need = max(self.need(other) for other in order.in_list.pair)
        return max(0, order.held - need)

    def pays(self, order: NaiveOrder, hold: int) -> int:
        """What a hold of a market type pays for in trades."""
        if order.side == u.BUY and order.in_quote:
            return hold * u.PPM_ONE // (u.PPM_ONE + order.taker_ppm)
        return hold

    def hold_refusal(self, orders: list[NaiveOrder]) -> Refusal | None:
        """Rule 4.18, for one order or each of a pair."""
        for order in orders:
            checked = order.side == u.SELL or order.is_limit or not self.lacks_reference(order)
            if checked and not 0 < self.whole_hold(order) <= self.available(order):
                return Refusal(no.FUNDS_INSUFFICIENT)
        return None

    # A fill.

    def fill(
        self, market: NaiveMarket, maker: NaiveOrder, taker: NaiveOrder, price: int, lots: int, both_make: bool
    ) -> None:
        """Traded and what is moved for it; not what follows for an order that is filled by it."""
        defined = market.defined
        base, quote = lots * defined.lot_atoms, lots * price * defined.tick_atoms
        buyer, seller = (taker, maker) if taker.side == u.BUY else (maker, taker)
        amount = {buyer: quote if buyer.in_quote else base, seller: quote}
        asset = {buyer: defined.quote if buyer.in_quote else defined.base, seller: defined.quote}
        taker_fee = self._fee(taker, taker.maker_ppm if both_make else taker.taker_ppm, amount[taker])
        maker_fee = self._fee(maker, maker.maker_ppm, amount[maker])
        rebate = 0 if both_make or maker.maker_ppm >= 0 else self._rebate(maker, amount[taker], taker_fee)
        market.trades += 1
        market.last_price = price
        who = (maker.order_id, taker.order_id, maker.account, taker.account)
        flags = (taker.side, maker.in_quote, taker.in_quote)
        self.tell(
            fact.Traded(defined.market, *flags, market.trades, price, lots, quote, *who, maker_fee - rebate, taker_fee)
        )
        self.move(defined.base, (seller.account, u.HELD), (buyer.account, u.AVAILABLE), base, u.CAUSE_TRADE)
        self.move(defined.quote, (buyer.account, u.HELD), (seller.account, u.AVAILABLE), quote, u.CAUSE_TRADE)
        seller.held -= base
        buyer.held -= quote
        for order, fee in ((maker, maker_fee), (taker, taker_fee)):
            self._pay_fee(order, asset[order], fee)
        if rebate:
            pots = (u.FEE_ACCOUNT, u.AVAILABLE), (maker.account, u.AVAILABLE)
            self.move(asset[taker], *pots, rebate, u.CAUSE_REBATE)
        for order in (maker, taker):
            order.traded = True
            self.touch(order)
            self.shrink(order, lots, price * defined.tick_atoms)

    def _pay_fee(self, order: NaiveOrder, asset: int, fee: int) -> None:
        if fee == 0:
            return
        pot = u.HELD if order.side == u.BUY and order.in_quote else u.AVAILABLE
        if pot == u.HELD:
            order.held -= fee
        self.move(asset, (order.account, pot), (u.FEE_ACCOUNT, u.AVAILABLE), fee, u.CAUSE_FEE)

    def _fee(self, order: NaiveOrder, ppm: int, amount: int) -> int:
        if ppm < 0:
            return 0
        due = amount * ppm - max(order.credit, 0)
        fee = up(due, u.PPM_ONE)
        order.credit = fee * u.PPM_ONE - due
        return fee

    def _rebate(self, order: NaiveOrder, amount: int, taker_fee: int) -> int:
        rebate, carry = divmod(-order.maker_ppm * amount + max(-order.credit, 0), u.PPM_ONE)
        order.credit = -carry
        return min(rebate, taker_fee)

    def shrink(self, order: NaiveOrder, lots: int, lot_cost: int) -> None:
        """The order has lost lots, to a trade or to self-trade prevention. The next slice shows itself (rule 7.3)."""
        if order.quote_quantity:
            order.budget -= lots * lot_cost
            return
        order.unfilled -= lots
        if order.state == RESTING:
            order.visible -= lots
            if order.visible == 0 and order.unfilled:
                order.visible = min(order.display, order.unfilled)
                order.at = self.moment()

    def is_market_like(self, order: NaiveOrder) -> bool:
        """What check 24 is for: MARKET, and STOP_LOSS and TAKE_PROFIT once they go on."""
        return order.type == u.MARKET or (order.is_stop and not order.is_limit and order.activated)

    def begin_with(self, order: NaiveOrder, hold: int) -> None:
        """The order's hold is known."""
        order.state = NEW
        order.budget = 0
        if order.quote_quantity:
            order.budget = self.pays(order, hold) if order.side == u.BUY else order.quote_quantity
