"""The mirror of one market: its terms, its book, its stops, and who is matching at the moment."""

from trueman.checker.book import Side
from trueman.checker.findings import LEVELS, NUMBERS, Findings, Rule
from trueman.checker.orders import CLOSED, RESTING, Order
from trueman.checker.stops import Stops
from trueman.core.events import LevelChanged, MarketDefined, MarketGuarded
from trueman.core.units import BUY, SELL


class Uncrossing:
    """An auction while it trades."""

    __slots__ = ("first", "highest", "last", "lowest", "meets_in_pairs", "price")

    def __init__(self, price: int) -> None:
        self.price = price
        self.meets_in_pairs = False
        """Its price is over; what self-trade prevention left crossed meets at the price of the older one."""
        self.first = self.last = self.lowest = self.highest = 0

    def trades_at(self, price: int) -> None:
        self.first = self.first or price
        self.last = price
        self.lowest = min(self.lowest or price, price)
        self.highest = max(self.highest, price)

    def goes_on_after(self, before: "Uncrossing") -> None:
        self.first, self.last, self.lowest, self.highest = before.first, before.last, before.lowest, before.highest

    def looked_at(self, ruleset: int) -> list[int]:
        """The prices that stops hear of, no two neighbours alike."""
        prices = [self.first, self.lowest, self.highest, self.last] if ruleset >= 5 else [self.first, self.last]
        return [price for price, before in zip(prices, [0, *prices], strict=False) if price != before]


class Market:
    def __init__(self, defined: MarketDefined, findings: Findings) -> None:
        self.number = defined.market
        self.defined = defined
        self.guarded: MarketGuarded | None = None
        self.findings = findings
        self.bids, self.asks = Side(True), Side(False)
        self.stops = Stops()
        self.last = 0
        """Price of the last trade; 0: none yet."""
        self.judged = 0
        """The reference price before the command, around which the band lies."""
        self.trades = self.preventions = self.updates = 0
        """Counted so far."""
        self.taker: Order | None = None
        self.first_price = 0
        """At which the taker traded first; 0: it has not."""
        self.is_called = False
        """The taker met the end of the band."""
        self.uncrossing: Uncrossing | None = None
        self.leaving: dict[int, Order] = {}
        """Orders that have to close before anything else: filled, or ended by self-trade prevention."""
        self.went_on = 0
        """Orders that began in this command because they were triggered, or their list called them."""

    @property
    def reference(self) -> int:
        return self.last or (self.guarded.reference_price if self.guarded else 0)

    def side_of(self, order: Order) -> Side:
        return self.bids if order.is_buy else self.asks

    def against(self, order: Order) -> Side:
        return self.asks if order.is_buy else self.bids

    def say(self, rule: Rule, said: str, *orders: int) -> None:
        self.findings.say(rule, said, *orders, market=self.number)

    def begin(self) -> None:
        """A command begins that is about this market."""
        self.judged = self.reference
        self.went_on = self.stops.fired_now = 0

    def take(self, order: Order, lots: int, price: int) -> None:
        """Lots of an order are gone; one that rested and has none left has to close."""
        if order.state != RESTING:
            order.take(lots, price, self.defined.tick_atoms)
            return
        self.side_of(order).take(order, lots)
        if order.unfilled <= 0:
            self.leaving[order.id] = order

    def level(self, told: LevelChanged) -> None:
        self.updates += 1
        if told.update_id != self.updates:
            self.say(NUMBERS, f"level change {told.update_id} is number {self.updates}")
        side = self.bids if told.side == BUY else self.asks
        shows = side.shown.get(told.price, 0)
        if told.quantity != shows or told.side not in (BUY, SELL):
            self.say(LEVELS, f"the level at {told.price} is told with {told.quantity} lots and shows {shows}")
        side.told[told.price] = told.quantity
        side.touched.discard(told.price)
        if not told.quantity:
            del side.told[told.price]

    def looks_at(self, price: int) -> None:
        """Stops hear of a price that was traded."""
        self.stops.look(price, self.findings.ruleset)

    def waiting(self) -> Order | None:
        """The next of those that fired."""
        queue = self.stops.fired
        while queue and queue[0].state == CLOSED:
            queue.popleft()
        return queue[0] if queue else None
