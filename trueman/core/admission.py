"""May this account place this order? Its permissions, its counts, its position, its funds, in the order of the rules.

Nothing is changed here. What the checks find out on the way is kept for the order's acceptance: who it is, where it
sits, what it will hold and pay.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.fees import entry_ppm, fee_of, sealed_ppm, spendable_of
from trueman.core.ledger import Ledger
from trueman.core.markets import Market
from trueman.core.members import IN_QUOTE, TIER, TIMED_ORDERS, Members
from trueman.core.messages import Bounds, Order
from trueman.core.placing import is_stop, is_stop_market, may_rest
from trueman.core.rejections import (
    ACCOUNT_RESTRICTED,
    ALGO_ORDERS_TOO_MANY,
    FUNDS_INSUFFICIENT,
    ICEBERG_ORDERS_TOO_MANY,
    OK,
    OPEN_ORDERS_TOO_MANY,
    OWN_TRAILING_ORDERS_TOO_MANY,
    POSITION_TOO_LARGE,
    TIMED_ORDERS_TOO_MANY,
)
from trueman.core.rulesets import Rules
from trueman.core.seats import ALGO_ORDERS, ICEBERG_ORDERS, OPEN_ORDERS, TRAILING_ORDERS, Seats
from trueman.core.tickets import Tickets
from trueman.core.tiers import Tiers
from trueman.core.units import (
    ALGO_ORDERS_USUAL,
    BUY,
    GTD,
    ICEBERG_ORDERS_USUAL,
    MARKET,
    MAY_TRADE,
    NONE,
    OPEN_ORDERS_USUAL,
    OWN_TIMED_ORDERS_MAX,
    OWN_TRAILING_ORDERS_MAX,
    SUPPLY_ATOMS_MAX,
    TIMED_ORDERS_MAX,
)


@final
class Newcomers:
    """How many orders of each counted kind are about to be placed together."""

    def __init__(self) -> None:
        self.open: i64 = 0
        self.algo: i64 = 0
        self.trailing: i64 = 0
        self.iceberg: i64 = 0
        self.timed: i64 = 0

    def clear(self) -> None:
        self.open = 0
        self.algo = 0
        self.trailing = 0
        self.iceberg = 0
        self.timed = 0

    def add(self, order: Order) -> None:
        if may_rest(order):
            self.open += 1
        if is_stop(order.type):
            self.algo += 1
            if order.trailing_bips != 0:
                self.trailing += 1
        if order.display_quantity != 0:
            self.iceberg += 1
        if order.time_in_force == GTD:
            self.timed += 1


@final
class Admission:
    """`timed` counts the open good-till-date orders of the exchange; `seat` is of the order that was looked at last."""

    def __init__(
        self, rules: Rules, members: Members, tiers: Tiers, ledger: Ledger, seats: Seats, tickets: Tickets
    ) -> None:
        self.rules: Final[Rules] = rules
        self.members: Final[Members] = members
        self.tiers: Final[Tiers] = tiers
        self.ledger: Final[Ledger] = ledger
        self.seats: Final[Seats] = seats
        self.tickets: Final[Tickets] = tickets
        self.timed: i64 = 0
        self.seat: i64 = NONE
        self.alone: Final[Newcomers] = Newcomers()

    def refusal(self, order: Order, market: Market, bounds: Bounds) -> i64:
        """Of an order that comes by itself. `order.hold_price` is known."""
        seat = self.find_seat(order.account, market)
        member = self.member_of(order.account, seat)
        if self.members.permissions(member) & MAY_TRADE == 0:
            return ACCOUNT_RESTRICTED
        if may_rest(order):
            self.alone.clear()
            self.alone.add(order)
            reason = self.count_refusal(self.alone, market, seat, member, bounds)
            if reason != OK:
                return reason
        if self.position_refusal(order, market, seat, bounds) != OK:
            return POSITION_TOO_LARGE
        self.seal(order, market, member)
        return self.funds_refusal(order, market, self.available(order, market, seat))

    def find_seat(self, account: i64, market: Market) -> i64:
        """The seat of whoever asks, also kept for the acceptance; NONE before its first order in the market."""
        self.seat = self.seats.find(account, market.number)
        return self.seat

    def member_of(self, account: i64, seat: i64) -> i64:
        if seat == NONE:
            return self.members.find(account)
        return self.seats.member(seat)

    def count_refusal(self, newcomers: Newcomers, market: Market, seat: i64, member: i64, bounds: Bounds) -> i64:
        most = bound(market.orders_max, OPEN_ORDERS_USUAL)
        if self._are_too_many(newcomers.open, seat, OPEN_ORDERS, most, bounds):
            return OPEN_ORDERS_TOO_MANY
        if newcomers.algo == 0 and newcomers.iceberg == 0 and newcomers.timed == 0:
            return OK
        return self._rarer_count_refusal(newcomers, market, seat, member, bounds)

    def _rarer_count_refusal(self, newcomers: Newcomers, market: Market, seat: i64, member: i64, bounds: Bounds) -> i64:
        """Of the kinds that few orders are of; whatever trails is an algo order too."""
        most = bound(market.algo_orders_max, ALGO_ORDERS_USUAL)
        if self._are_too_many(newcomers.algo, seat, ALGO_ORDERS, most, bounds):
            return ALGO_ORDERS_TOO_MANY
        most = OWN_TRAILING_ORDERS_MAX
        if self.rules.bounds_each_account and self._are_too_many(
            newcomers.trailing, seat, TRAILING_ORDERS, most, bounds
        ):
            return OWN_TRAILING_ORDERS_TOO_MANY
        most = bound(market.iceberg_orders_max, ICEBERG_ORDERS_USUAL)
        if self._are_too_many(newcomers.iceberg, seat, ICEBERG_ORDERS, most, bounds):
            return ICEBERG_ORDERS_TOO_MANY
        if newcomers.timed != 0 and self._are_timed_too_many(newcomers.timed, member, bounds):
            return TIMED_ORDERS_TOO_MANY
        return OK

    def _are_timed_too_many(self, newcomers: i64, member: i64, bounds: Bounds) -> bool:
        """Those of the account in all markets, or those of the exchange."""
        count = newcomers + self.members.words[member + TIMED_ORDERS]
        if self.rules.bounds_each_account and count > OWN_TIMED_ORDERS_MAX:
            bounds.set(count, 0, OWN_TIMED_ORDERS_MAX, OWN_TIMED_ORDERS_MAX)
            return True
        count = newcomers + self.timed
        bounds.set(count, 0, TIMED_ORDERS_MAX, TIMED_ORDERS_MAX)
        return count > TIMED_ORDERS_MAX

    def count_timed(self, ticket: i64, change: i64) -> None:
        """Of a good-till-date order that is listed now, or no longer."""
        member = self.seats.member(self.tickets.seat(ticket))
        self.timed += change
        self.members.words[member + TIMED_ORDERS] += change

    def _are_too_many(self, newcomers: i64, seat: i64, kind: i64, most: i64, bounds: Bounds) -> bool:
        """Whether the newcomers of a kind would make the seat's orders of that kind too many."""
        if newcomers == 0:
            return False
        count = newcomers
        if seat != NONE:
            count += self.seats.counted(seat, kind)
        if count <= most:
            return False
        bounds.set(count, 0, most, most)
        return True

    def position_refusal(self, order: Order, market: Market, seat: i64, bounds: Bounds) -> i64:
        if market.position_lots_max == 0 or order.side != BUY:
            return OK
        return POSITION_TOO_LARGE if self._is_position_too_large(order, market, seat, 0, bounds) else OK

    def position_refusal_of_pending(self, order: Order, market: Market, waiting: int, bounds: Bounds) -> i64:
        """Of an order whose turn in its list has come: `waiting` lots of it and its partner are open buys already."""
        if market.position_lots_max == 0 or order.side != BUY:
            return OK
        seat = self.tickets.seat(order.ticket)
        return POSITION_TOO_LARGE if self._is_position_too_large(order, market, seat, waiting, bounds) else OK

    def seal(self, order: Order, market: Market, member: i64) -> None:
        """What an order keeps from its acceptance on, whatever is decided later."""
        words = self.members.words
        tier = words[member + TIER]
        order.maker_ppm = sealed_ppm(market.maker_ppm, self.tiers.maker_share[tier])
        order.taker_ppm = sealed_ppm(market.taker_ppm, self.tiers.taker_share[tier])
        order.in_quote = words[member + IN_QUOTE]
        order.group = self.members.self_trade_group(order.account, member)

    def available(self, order: Order, market: Market, seat: i64) -> i64:
        """What the account could put aside: quote to buy with, base to sell."""
        if seat == NONE:
            return self.ledger.available_of(order.account, market.quote if order.side == BUY else market.base)
        return self.ledger.available(self.seats.quote(seat) if order.side == BUY else self.seats.base(seat))

    def funds_refusal(self, order: Order, market: Market, available: i64) -> i64:
        """Whether the account can put aside what the order holds; sets `hold`, `funds` and `budget`."""
        if is_stop_market(order.type) and order.hold_price == NONE and order.side == BUY:
            order.hold = 0
            return OK
        order.hold = hold_of(order, market, available)
        if order.hold == 0 or order.hold > available:
            return FUNDS_INSUFFICIENT
        self.fund(order, market)
        return OK

    def fund(self, order: Order, market: Market) -> None:
        """What the hold pays for."""
        if order.side != BUY:
            order.funds = order.hold // market.lot_atoms
            order.budget = order.quote_quantity
            return
        is_at_market = order.type == MARKET or order.is_activated
        pays_fees = order.in_quote != 0 and is_at_market and order.taker_ppm > 0
        order.funds = spendable_of(order.hold, order.taker_ppm) if pays_fees else order.hold
        order.budget = 0
        if order.quote_quantity != 0:
            order.budget = order.funds

    def _is_position_too_large(self, order: Order, market: Market, seat: i64, waiting: int, bounds: Bounds) -> bool:
        before = self._position(order, market, seat) - waiting
        position = before + self._lots_of(order, market)
        if position <= int(market.position_lots_max):
            return False
        shown: i64 = min(position, SUPPLY_ATOMS_MAX + 1)
        bounds.set(
            shown, 0, market.position_lots_max, self._room(order, market, int(market.position_lots_max) - before)
        )
        if self.rules.names_what_passes and order.quote_quantity == 0:
            bounds.keep_nearest_within(market.quantity_lots_min, market.quantity_lots_max)
        return True

    def _lots_of(self, order: Order, market: Market) -> int:
        """What the order may bring: one in quote no more than it could buy at the best price."""
        if order.quote_quantity == 0 or not self.rules.weighs_orders_in_quote:
            return int(order.quantity)
        return 0 if order.best_price == 0 else int(order.quote_quantity) // int(market.notional(order.best_price, 1))

    def _room(self, order: Order, market: Market, lots: int) -> i64:
        """So much of the order as the position leaves room for: lots, or atoms of quote where it is given in those."""
        if lots < 1:
            return NONE
        if order.quote_quantity != 0 and self.rules.weighs_orders_in_quote:
            lots = lots * market.notional(order.best_price, 1)
        room: i64 = min(lots, SUPPLY_ATOMS_MAX)
        return room

    def _position(self, order: Order, market: Market, seat: i64) -> int:
        """The lots that the account owns, and those that its open buys may bring: orders that wait for their turn
        hold nothing, so the sum knows no bound."""
        ledger = self.ledger
        slot = ledger.find(order.account, market.base)
        lots: int = 0
        if slot != NONE:
            lots = (ledger.available(slot) + ledger.held(slot) + ledger.reserved(slot)) // market.lot_atoms
        return lots if seat == NONE else lots + self.tickets.open_buys(seat)


def hold_of(order: Order, market: Market, available: i64) -> i64:
    """What an order must put aside; 0 when the account has nothing that would do."""
    if order.side != BUY:
        if order.quote_quantity == 0:
            return market.base_atoms(order.quantity)
        return available - available % market.lot_atoms
    if order.type == MARKET:
        return available if order.quote_quantity == 0 else order.quote_quantity
    price = order.price
    if is_stop_market(order.type):
        price = order.hold_price
        if market.notional(price, order.quantity) > SUPPLY_ATOMS_MAX:
            return SUPPLY_ATOMS_MAX + 1
    amount = market.quote_atoms(price, order.quantity)
    if order.in_quote == 0:
        return amount
    return amount + reserve(amount, entry_ppm(order.maker_ppm, order.taker_ppm))


def reserve(amount: i64, ppm: i64) -> i64:
    """The largest fee of an order that has paid none yet."""
    if ppm <= 0:
        return 0
    return fee_of(amount, ppm, 0)


def bound(own: i64, usual: i64) -> i64:
    """The market's own bound, or, when it set none, the usual one."""
    if own == 0:
        return usual
    return own
