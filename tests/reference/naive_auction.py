"""One price for all: uncrossing a book (section 9)."""

from tests.reference.naive_state import NaiveMarket, NaiveOrder
from tests.reference.naive_triggers import NaiveTriggers
from trueman.core import events as fact
from trueman.core import units as u


class NaiveAuction(NaiveTriggers):
    def become_trading(self, market: NaiveMarket) -> None:
        """The market's status has just become TRADING."""
        number = market.defined.market
        prices: list[int] = []
        while self._is_crossed(number):
            prices += self._uncross(market)
            if self.ruleset >= 3:
                prices += self._meet_in_pairs(market)
        if prices:
            market.band_reference = market.reference
        if prices and self.ruleset >= 5:
            prices = [prices[0], min(prices), max(prices), prices[-1]]
            for at, price in enumerate(prices):
                if at == 0 or price != prices[at - 1]:
                    self._look_at(market, price)
        else:
            self.look_at_triggers(market, prices)

    def _is_crossed(self, market: int) -> bool:
        bids, asks = self.book(market, u.BUY), self.book(market, u.SELL)
        return bool(bids and asks) and bids[0].price >= asks[0].price

    def _uncross(self, market: NaiveMarket) -> list[int]:
        """The prices of its trades, which are all the same."""
        number, prices = market.defined.market, []
        bids, asks = self.book(number, u.BUY), self.book(number, u.SELL)
        price, quantity, surplus = auction_price(bids, asks, market.reference)
        self.tell(fact.AuctionUncrossed(number, price, quantity, surplus))
        touched: set[tuple[int, int]] = set()
        while bids and asks and bids[0].price >= price >= asks[0].price:
            prices += self._meet(market, bids[0], asks[0], price, touched)
            bids, asks = self.book(number, u.BUY), self.book(number, u.SELL)
        self._tell_levels(number, touched)
        return prices

    def _meet_in_pairs(self, market: NaiveMarket) -> list[int]:
        """What the auction's price left crossed: each pair at the price of the order that was accepted first."""
        number, prices = market.defined.market, []
        touched: set[tuple[int, int]] = set()
        while self._is_crossed(number):
            bid, ask = self.book(number, u.BUY)[0], self.book(number, u.SELL)[0]
            price = bid.price if bid.order_id < ask.order_id else ask.price
            prices += self._meet(market, bid, ask, price, touched)
        self._tell_levels(number, touched)
        return prices

    def _meet(
        self, market: NaiveMarket, bid: NaiveOrder, ask: NaiveOrder, price: int, touched: set[tuple[int, int]]
    ) -> list[int]:
        """The price, if they traded."""
        older, younger = sorted((bid, ask), key=lambda order: order.order_id)
        if younger.stp != u.STP_NONE and younger.group == older.group:
            self._prevent_crossing(market, older, younger, price, touched)
            return []
        touched |= {(older.side, older.price), (younger.side, younger.price)}
        self._cross(market, older, younger, price)
        return [price]

    def _tell_levels(self, market: int, touched: set[tuple[int, int]]) -> None:
        """Bids first, best first."""
        for side, level in sorted(touched, key=lambda at: (at[0], -at[1] if at[0] == u.BUY else at[1])):
            self.level(market, side, level)

    def _cross(self, market: NaiveMarket, older: NaiveOrder, younger: NaiveOrder, price: int) -> None:
        self.fill(market, older, younger, price, min(older.visible, younger.visible), both_make=True)
        for order in (older, younger):
            self.release(order, order.held if order.unfilled == 0 else self.free(order))
        for order in (older, younger):
            if order.unfilled == 0:
                self.close(order, u.FILLED)

    def _prevent_crossing(
        self, market: NaiveMarket, older: NaiveOrder, younger: NaiveOrder, price: int, touched: set[tuple[int, int]]
    ) -> None:
        """Self-trade prevention by the mode of the younger, which stands for the taker."""
        shared = min(older.visible, younger.visible)
        older_lost, younger_lost = {
            u.STP_EXPIRE_TAKER: (0, younger.unfilled),
            u.STP_EXPIRE_MAKER: (older.unfilled, 0),
            u.STP_EXPIRE_BOTH: (older.unfilled, younger.unfilled),
            u.STP_DECREMENT: (shared, shared),
        }[younger.stp]
        self.tell_prevented(market, older, younger, price, older_lost, younger_lost)
        for order, lost in ((older, older_lost), (younger, younger_lost)):
            if lost:
                self.lose_resting(order, lost, younger.stp)
                touched.add((order.side, order.price))

    def tell_prevented(
        self, market: NaiveMarket, maker: NaiveOrder, taker: NaiveOrder, price: int, maker_lost: int, taker_lost: int
    ) -> None:
        market.preventions += 1
        who = (maker.order_id, taker.order_id, maker.account, taker.account)
        at = (market.defined.market, taker.stp, market.preventions, price)
        self.tell(fact.MatchPrevented(*at, *who, maker_lost, taker_lost))

    def lose_resting(self, order: NaiveOrder, lots: int, stp: int) -> None:
        """A resting order loses lots to self-trade prevention: all of them, or some by DECREMENT."""
        if stp != u.STP_DECREMENT:
            self.close(order, u.EXPIRED_IN_MATCH)
            return
        self.shrink(order, lots, 0)
        if order.unfilled == 0:
            self.close(order, u.EXPIRED_IN_MATCH)
        else:
            self.release(order, self.free(order))


def auction_price(bids: list[NaiveOrder], asks: list[NaiveOrder], reference: int) -> tuple[int, int, int]:
    """The price, the lots that trade at it, and the surplus.

    Between two neighbouring prices of orders nothing changes, so the best price is one of theirs, one next to them,
    or the one that is nearest to the reference.
    """
    low, high = asks[0].price, bids[0].price
    middle = reference or (high + low) // 2
    prices = {order.price + near for order in bids + asks for near in (-1, 0, 1)} | {low, high, middle}
    found: list[tuple[int, int, int, int, int]] = []
    for price in prices:
        if low <= price <= high:
            bought = sum(order.unfilled for order in bids if order.price >= price)
            sold = sum(order.unfilled for order in asks if order.price <= price)
            lots = min(bought, sold)
            found.append((-lots, abs(bought - sold), abs(price - middle), price, lots))
    _, surplus, _, price, lots = min(found)
    return price, lots, surplus
