"""What the naive exchange remembers: plain objects in plain lists, and the few things that everybody does with them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import units as u

NEW, PENDING, DORMANT, TRIGGERED, RESTING, CLOSED = "new", "pending", "dormant", "triggered", "resting", "closed"
"""Where an order is; NEW also while it matches."""
NEWEST = 5
"""The newest ruleset that is written down here."""
STOP_TYPES = (u.STOP_LOSS, u.STOP_LOSS_LIMIT, u.TAKE_PROFIT, u.TAKE_PROFIT_LIMIT)
LIMIT_TYPES = (u.LIMIT, u.LIMIT_MAKER, u.STOP_LOSS_LIMIT, u.TAKE_PROFIT_LIMIT)


def up(a: int, b: int) -> int:
    """Division rounded up."""
    return -(-a // b)


def is_user(account: int) -> bool:
    return u.USER_ACCOUNT_MIN <= account <= u.USER_ACCOUNT_MAX


@dataclass(eq=False)
class NaiveOrder:
    order_id: int
    account: int
    market: int
    side: int
    type: int
    time_in_force: int
    stp: int
    price: int
    quantity: int
    """What it was accepted with, or last amended to."""
    quote_quantity: int
    client_id: str
    stop_price: int
    trailing_bips: int
    display: int
    expire_us: int
    maker_ppm: int
    taker_ppm: int
    in_quote: int
    group: int
    unfilled: int
    in_list: "NaiveList | None" = None
    state: str = NEW
    status: int = 0
    """Why it closed."""
    visible: int = 0
    budget: int = 0
    held: int = 0
    credit: int = 0
    """Millionths of an atom paid beyond what was due so far; below zero: of a rebate not yet given."""
    traded: bool = False
    activated: bool = False
    first_stop: int = 0
    stop: int = 0
    extreme: int = 0
    tracks: bool = False
    trails_a_low: bool = False
    at: int = 0
    """Since when it is at its price or stop."""
    dormant_since: int = 0

    @property
    def is_stop(self) -> bool:
        return self.type in STOP_TYPES

    @property
    def is_limit(self) -> bool:
        return self.type in LIMIT_TYPES

    @property
    def may_rest(self) -> bool:
        return self.is_limit and self.time_in_force in (u.GTC, u.GTD)

    @property
    def rises(self) -> bool:
        """Rule 7.8, and 7.9 once it tracks."""
        if self.tracks:
            return self.trails_a_low
        return (self.side == u.BUY) == (self.type in (u.STOP_LOSS, u.STOP_LOSS_LIMIT))


@dataclass(eq=False)
class NaiveList:
    list_id: int
    account: int
    market: int
    type: int
    orders: list[NaiveOrder]
    client_id: str = ""
    """"" for a list that was accepted under ruleset 2."""

    @property
    def is_open(self) -> bool:
        return any(order.state != CLOSED for order in self.orders)

    @property
    def pair(self) -> list[NaiveOrder]:
        """The two orders of which one cancels the other."""
        return {u.OCO: self.orders, u.OTO: [], u.OTOCO: self.orders[1:]}[self.type]

    @property
    def first_ones(self) -> list[NaiveOrder]:
        """Those that begin at once."""
        return self.orders if self.type == u.OCO else self.orders[:1]


@dataclass(eq=False)
class NaiveMarket:
    defined: fact.MarketDefined
    guard: fact.MarketGuarded
    last_price: int = 0
    trades: int = 0
    updates: int = 0
    preventions: int = 0
    auction_until_us: int = 0
    queue: list[NaiveOrder] = field(default_factory=list)
    """Triggered orders, waiting for their turn."""
    put_off: "list[NaiveList]" = field(default_factory=list)
    """Lists whose pending orders begin when the market trades again."""
    left_over_us: int = 0
    """When those go on that one command left over."""
    band_reference: int = 0

    @property
    def reference(self) -> int:
        return self.last_price or self.guard.reference_price

    @property
    def notional_max(self) -> int:
        """Rule 4.13."""
        most = self.guard.notional_atoms_max
        return most if 0 < most < u.SUPPLY_ATOMS_MAX else u.SUPPLY_ATOMS_MAX


class Likeness(NamedTuple):
    """What two orders have in common when one repeats the other: all but `tag` and `deadline_us`."""

    asked: ask.PlaceOrder | ask.PlaceOrderWithTerms
    list_type: int = 0
    position: int = 0


@dataclass
class Remembered:
    """An accepted order as its account may repeat it (rule 5)."""

    likeness: "Likeness"
    ruleset: int
    order_id: int
    number: int
    keep_until: int
    is_queued: bool = True
    is_open: bool = True


@dataclass
class NaiveState:
    ruleset: int = NEWEST
    """Whose differences are written out as `self.ruleset >= 3` where they apply (section 12)."""
    number: int = 0
    time_us: int = 0
    told: list[fact.Event] = field(default_factory=list)
    """What the command of the moment has caused so far."""
    assets: list[fact.AssetCreated] = field(default_factory=list)
    markets: list[NaiveMarket] = field(default_factory=list)
    tiers: list[fact.FeeTierDefined] = field(
        default_factory=lambda: [fact.FeeTierDefined(tier, u.PPM_ONE, u.PPM_ONE) for tier in range(u.FEE_TIERS_MAX)]
    )
    terms: dict[int, fact.AccountDefined] = field(default_factory=dict)
    pots: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """(account, asset, pot) to atoms."""
    sources: dict[int, tuple[int, object, int, int]] = field(default_factory=dict)
    """source to (last operation, what it was, its command's number, its reason)."""
    remembered: dict[int, dict[str, Remembered]] = field(default_factory=dict)
    queues: dict[int, list[str]] = field(default_factory=dict)
    open: list[NaiveOrder] = field(default_factory=list)
    timers: dict[int, int] = field(default_factory=dict)
    orders: int = 0
    moments: int = 0
    """Counts up whenever an order comes to a price or a stop."""
    activations: int = 0
    touched: list[NaiveList] = field(default_factory=list)
    """Lists to be reviewed."""
    skips: set[int] = field(default_factory=set)
    """Commands that the operator wants skipped."""
    is_behind: bool = False
    """The last command was skipped, so that what fell due by its time has not happened."""

    def tell(self, event: fact.Event) -> None:
        self.told.append(event)

    def moment(self) -> int:
        self.moments += 1
        return self.moments

    def market(self, number: int) -> NaiveMarket | None:
        return self.markets[number] if 0 <= number < len(self.markets) else None

    def terms_of(self, account: int) -> fact.AccountDefined:
        return self.terms.get(account, fact.AccountDefined(0, u.MAY_ALL, 0, account, 0))

    def touch(self, order: NaiveOrder) -> None:
        if order.in_list is not None and order.in_list not in self.touched:
            self.touched.append(order.in_list)

    def open_list(self, account: int, client_id: str) -> NaiveList | None:
        """The account's open list of that name, in whichever market (section 5)."""
        for order in self.open:
            together = order.in_list
            if together and together.account == account and client_id and together.client_id == client_id:
                return together
        return None

    def orders_of(self, account: int, market: int) -> list[NaiveOrder]:
        return [order for order in self.open if order.account == account and order.market == market]

    def book(self, market: int, side: int) -> list[NaiveOrder]:
        """Best price first, then the order that has been at its price longest (rule 7.2)."""
        sign = -1 if side == u.BUY else 1
        resting = [o for o in self.open if o.market == market and o.side == side and o.state == RESTING]
        return sorted(resting, key=lambda order: (sign * order.price, order.at))

    # Money: rule 3, and what orders do with it.

    def balance(self, account: int, asset: int, pot: int) -> int:
        return self.pots.get((account, asset, pot), 0)

    def move(self, asset: int, source: tuple[int, int], target: tuple[int, int], amount: int, cause: int) -> None:
        """From one (account, pot) to another."""
        assert amount > 0
        for (account, pot), change in ((source, -amount), (target, amount)):
            self.pots[account, asset, pot] = self.balance(account, asset, pot) + change
            assert account == u.OUTSIDE_ACCOUNT or self.pots[account, asset, pot] >= 0
        self.tell(fact.Moved(asset, source[1], target[1], cause, source[0], target[0], amount))

    def asset_held(self, order: NaiveOrder) -> int:
        defined = self.markets[order.market].defined
        return defined.quote if order.side == u.BUY else defined.base

    def available(self, order: NaiveOrder) -> int:
        return self.balance(order.account, self.asset_held(order), u.AVAILABLE)

    def hold(self, order: NaiveOrder, amount: int) -> None:
        order.held += amount
        if amount > 0:
            pots = (order.account, u.AVAILABLE), (order.account, u.HELD)
            self.move(self.asset_held(order), *pots, amount, u.CAUSE_HOLD)

    def release(self, order: NaiveOrder, amount: int) -> None:
        order.held -= amount
        if amount > 0:
            pots = (order.account, u.HELD), (order.account, u.AVAILABLE)
            self.move(self.asset_held(order), *pots, amount, u.CAUSE_RELEASE)

    # The end of an order.

    def level(self, market: int, side: int, price: int) -> None:
        shown = [o for o in self.open if o.market == market and o.side == side and o.state == RESTING]
        total = sum(order.visible for order in shown if order.price == price)
        self.markets[market].updates += 1
        self.tell(fact.LevelChanged(market, side, self.markets[market].updates, price, total))

    def close(self, order: NaiveOrder, status: int) -> None:
        """Moved RELEASE of all it holds, OrderClosed, and OrderListClosed if it was the last. Not LevelChanged."""
        self.release(order, order.held)
        order.state, order.status = CLOSED, status
        if order in self.open:
            self.open.remove(order)
        queue = self.markets[order.market].queue
        if order in queue:
            queue.remove(order)
        self.tell(fact.OrderClosed(order.market, status, order.order_id, order.account, order.unfilled))
        self.forget_closed(order)
        self.touch(order)
        together = order.in_list
        if together is not None and all(other.state == CLOSED for other in together.orders):
            self.tell(fact.OrderListClosed(order.market, together.list_id, order.account))

    def close_wherever(self, order: NaiveOrder, status: int) -> None:
        """Close an order that is not in the middle of matching."""
        rested = order.state == RESTING
        self.close(order, status)
        if rested:
            self.level(order.market, order.side, order.price)

    def forget_closed(self, order: NaiveOrder) -> None:
        """Rule 5: an entry that left the queue is forgotten once its order is closed."""
        mine = self.remembered[order.account]
        mine[order.client_id].is_open = False
        if not mine[order.client_id].is_queued:
            del mine[order.client_id]
