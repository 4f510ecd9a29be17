"""The events folded again, by nothing but what they say; it must come to what the exchange itself says."""

from collections import defaultdict
from dataclasses import dataclass

from trueman.core import events as fact
from trueman.core import units as u
from trueman.core.exchange import Exchange
from trueman.core.portrait import OpenOrder
from trueman.core.tickets import RESTING


@dataclass
class Open:
    """An order as its events tell it. An order given in quote has no lots: `unfilled` stays 0."""

    market: int
    account: int
    side: int
    quantity: int
    unfilled: int


class Folded:
    def __init__(self) -> None:
        self.pots: dict[tuple[int, int, int], int] = defaultdict(int)
        self.levels: dict[tuple[int, int, int], int] = {}
        self.orders: dict[int, Open] = {}
        self.statuses: dict[int, int] = {}
        self.update_ids: dict[int, int] = defaultdict(int)
        self.payers_in_quote: set[int] = set()
        """Accounts that ever chose to: an order keeps to what it was accepted with."""

    def fold(self, event: fact.Event) -> None:
        match event:
            case fact.Moved():
                assert event.amount > 0
                self.pots[event.source, event.asset, event.source_pot] -= event.amount
                self.pots[event.target, event.asset, event.target_pot] += event.amount
            case fact.LevelChanged():
                self.level(event)
            case fact.OrderAccepted():
                quantity = event.quantity
                self.orders[event.order_id] = Open(event.market, event.account, event.side, quantity, quantity)
            case fact.Traded():
                self.fill(event.maker_order, event.quantity)
                self.fill(event.taker_order, event.quantity)
            case fact.MatchPrevented(stp=u.STP_DECREMENT):
                self.fill(event.maker_order, event.maker_quantity)
                self.fill(event.taker_order, event.taker_quantity)
            case fact.AccountDefined(in_quote=1):
                self.payers_in_quote.add(event.account)
            case fact.OrderAmended():
                order = self.orders[event.order_id]
                order.quantity, order.unfilled = event.quantity, event.unfilled
            case fact.OrderClosed():
                assert event.unfilled == self.orders.pop(event.order_id).unfilled

    def level(self, event: fact.LevelChanged) -> None:
        self.update_ids[event.market] += 1
        assert event.update_id == self.update_ids[event.market]
        key = event.market, event.side, event.price
        self.levels[key] = event.quantity
        if event.quantity == 0:
            del self.levels[key]

    def fill(self, order_id: int, lots: int) -> None:
        order = self.orders[order_id]
        if order.quantity:
            order.unfilled -= lots
            assert order.unfilled >= 0

    def book(self, market: int) -> dict[tuple[int, int], int]:
        """Lots by side and price."""
        return {(side, price): lots for (of, side, price), lots in self.levels.items() if of == market}

    def check(self, exchange: Exchange) -> None:
        """Balances, holds and open orders are what the events came to."""
        pots = {key: amount for key, amount in self.pots.items() if amount}
        said = {
            (account, asset, pot): amount
            for account, asset, *amounts in exchange.balances()
            for pot, amount in enumerate(amounts)
            if amount
        }
        assert said == pots
        assert all(amount > 0 or account == u.OUTSIDE_ACCOUNT for (account, _, _), amount in pots.items())
        self.check_orders(exchange)
        for market in {market for market, _, _ in self.levels}:
            self.check_uncrossed(market)

    def check_orders(self, exchange: Exchange) -> None:
        orders = exchange.open_orders()
        assert {order.order_id: order.unfilled for order in orders} == {
            number: order.unfilled for number, order in self.orders.items()
        }
        held: dict[int, int] = defaultdict(int)
        for order in orders:
            assert order.held == need_of(order, self.payers_in_quote) or need_of(order, self.payers_in_quote) is None
            held[order.account] += order.held
        pots: dict[int, int] = defaultdict(int)
        for (account, _, pot), amount in self.pots.items():
            if pot == u.HELD:
                pots[account] += amount
        assert {key: held[key] for key in held if held[key]} == {key: pots[key] for key in pots if pots[key]}
        self.check_levels(orders)

    def check_levels(self, orders: list[OpenOrder]) -> None:
        """Each level shows its orders: whole ones with all they have left, icebergs with a lot to a whole slice."""
        least: dict[tuple[int, int, int], int] = defaultdict(int)
        most: dict[tuple[int, int, int], int] = defaultdict(int)
        for order in orders:
            if order.state == RESTING:
                level = order.market, order.side, order.price
                least[level] += 1 if order.display_quantity else order.unfilled
                most[level] += min(order.unfilled, order.display_quantity or order.unfilled)
        assert self.levels.keys() == least.keys()
        assert all(least[level] <= lots <= most[level] for level, lots in self.levels.items())

    def check_uncrossed(self, market: int) -> None:
        book = self.book(market)
        bids = [price for side, price in book if side == u.BUY]
        asks = [price for side, price in book if side == u.SELL]
        if bids and asks and self.statuses.get(market, u.TRADING) == u.TRADING:
            assert max(bids) < min(asks)


def need_of(order: OpenOrder, payers_in_quote: set[int]) -> int | None:
    """What an order alone must hold where a lot is an atom and a tick too; None where that needs more than a line."""
    if order.list_id or order.account in payers_in_quote:
        return None
    if order.side == u.SELL:
        return order.unfilled
    return order.price * order.unfilled if order.price else None
