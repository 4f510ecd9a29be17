"""Placing two or three orders that depend on each other, all of them or none.

What the list looks like is checked first, then each order as if it came by itself; only orders that begin at once
must find their funds and their market now. A pair of which one cancels the other holds the larger of its two needs.
"""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core import client_ids
from trueman.core.accounts import Accounts
from trueman.core.admission import Newcomers
from trueman.core.client_ids import is_client_id, read_client_id, same_id
from trueman.core.filters import filter_refusal
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.frames import ACCOUNT_AT, LIST_CLIENT_ID_AT, PARTS_DEADLINE_AT, PLACE_DEADLINE_AT, small, small_pair
from trueman.core.kinds import LIST_BYTES, next_part
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.members import is_user
from trueman.core.messages import Order
from trueman.core.order_lists import LIST_ORDERS_MAX, PAIR, WORKING
from trueman.core.order_terms import LIST, POSITION
from trueman.core.placing import is_stop, read_order, static_refusal
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    ACCOUNT_RESTRICTED,
    CLIENT_ID_DUPLICATE,
    CLIENT_ID_INVALID,
    LIST_INVALID,
    MARKET_UNKNOWN,
    OK,
    PAIR_PRICES_INVALID,
)
from trueman.core.results import Results
from trueman.core.tickets import TERMS
from trueman.core.trading import Trading
from trueman.core.units import (
    GTD,
    LIMIT,
    LIMIT_MAKER,
    MAY_TRADE,
    NONE,
    OCO,
    OTO,
    OTOCO,
    SELL,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)


@final
class JointOrders:
    """`count` orders of the command lie in `orders`, their records at `places`; the first `beginning` begin at once."""

    def __init__(
        self,
        listing: Listing,
        accounts: Accounts,
        floor: Floor,
        results: Results,
        following: Following,
        trading: Trading,
    ) -> None:
        self.listing: Final[Listing] = listing
        self.accounts: Final[Accounts] = accounts
        self.floor: Final[Floor] = floor
        self.results: Final[Results] = results
        self.following: Final[Following] = following
        self.trading: Final[Trading] = trading
        self.orders: Final[list[Order]] = [Order(), Order(), Order()]
        self.places: Final[list[int]] = [0, 0, 0]
        self.newcomers: Final[Newcomers] = Newcomers()
        self.kind: i64 = 0
        self.count: i64 = 0
        self.beginning: i64 = 0

    def place(self, frame: bytes, at: i64) -> None:
        header = read_i64_le(frame, at)
        market = small_pair(header, 2)
        self.kind = small(header, 4)
        self.count = small(header, 5)
        reason = self.trading.late(read_i64_le(frame, at + PARTS_DEADLINE_AT))
        if reason == OK:
            reason = self._shape_refusal(frame, at, market)
        if reason == OK and self.accounts.rules.orders_pairs and not self._are_prices_in_order():
            reason = PAIR_PRICES_INVALID
        if reason == OK:
            reason = self._static_refusal(market)
        if reason == OK and self._is_repeat(frame, at):
            return
        if reason == OK:
            reason = self._refusal(market)
        if reason != OK:
            self.results.decided(reason, 0, 0)
        else:
            self._accept(frame, at, self.listing.markets[market])

    def _shape_refusal(self, frame: bytes, at: i64, market: i64) -> i64:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        if not is_user(account):
            return ACCOUNT_INVALID
        list_client_id = self.orders[0].client_id
        read_client_id(list_client_id, frame, at + LIST_CLIENT_ID_AT)
        if not is_client_id(list_client_id):
            return CLIENT_ID_INVALID
        wanted: i64 = LIST_ORDERS_MAX if self.kind == OTOCO else 2
        if self.kind < OCO or self.kind > OTOCO or self.count != wanted:
            return LIST_INVALID
        self.beginning = 2 if self.kind == OCO else 1
        part = at + LIST_BYTES
        index: i64 = 0
        while index < self.count:
            read_order(frame, part, self.orders[index])
            self.places[index] = part
            if read_i64_le(frame, part + ACCOUNT_AT) != account or small_pair(read_i64_le(frame, part), 2) != market:
                return LIST_INVALID
            part = next_part(frame, part)
            index += 1
        return OK if self._fits_together() else LIST_INVALID

    def _fits_together(self) -> bool:
        orders = self.orders
        index: i64 = 0
        while index < self.count:
            if orders[index].time_in_force == GTD:
                return False
            other = index + 1
            while other < self.count:
                if same_id(orders[index].client_id, orders[other].client_id):
                    return False
                other += 1
            index += 1
        if self.kind == OCO:
            return is_pair(orders[0], orders[1])
        if orders[0].type != LIMIT and orders[0].type != LIMIT_MAKER:
            return False
        return self.kind == OTO or is_pair(orders[1], orders[2])

    def _are_prices_in_order(self) -> bool:
        """Of a pair that sells the stop loss lies below the other, of one that buys above it."""
        if self.kind == OTO:
            return True
        one, other = self.orders[self.count - 2], self.orders[self.count - 1]
        stop_loss = price_in_pair(one if is_stop_loss(one.type) else other)
        profit = price_in_pair(other if is_stop_loss(one.type) else one)
        if stop_loss == 0 or (profit == 0 and one.type != LIMIT_MAKER and other.type != LIMIT_MAKER):
            return True
        return stop_loss < profit if one.side == SELL else stop_loss > profit

    def _static_refusal(self, market: i64) -> i64:
        index: i64 = 0
        while index < self.count:
            reason = static_refusal(self.orders[index], self.results.time_us, self.accounts.rules, self.results.bounds)
            if reason != OK:
                return reason
            index += 1
        return OK if self.listing.has_market(market) else MARKET_UNKNOWN

    def _is_repeat(self, frame: bytes, at: i64) -> bool:
        """Answer a list that was placed before, to its last order, or one of which a client id is taken."""
        ids = self.accounts.client_ids
        known: i64 = 0
        repeated: i64 = 0
        first: i64 = NONE
        index: i64 = 0
        while index < self.count:
            order = self.orders[index]
            order.client_hash = ids.hash_of(order.account, order.client_id)
            slot = ids.find(order.client_hash, order.account, order.client_id)
            if slot != NONE:
                known += 1
                if first == NONE:
                    first = slot
                if self._is_same(slot, first, frame, index):
                    repeated += 1
            index += 1
        if known == 0 and not self._is_name_taken(frame, at):
            return False
        if repeated == self.count:
            self.results.decided(OK, ids.word(first, client_ids.ORDER_ID), ids.word(first, client_ids.NUMBER))
        else:
            self.results.decided(CLIENT_ID_DUPLICATE, 0, 0)
        return True

    def _is_name_taken(self, frame: bytes, at: i64) -> bool:
        """Whether an open list of the account has the list's own client id."""
        if not self.accounts.rules.names_lists:
            return False
        client_id = frame[at + LIST_CLIENT_ID_AT : at + LIST_BYTES]
        return self.accounts.lists.names.find(self.orders[0].account, client_id) != NONE

    def _is_same(self, slot: i64, first: i64, frame: bytes, index: i64) -> bool:
        """Whether the remembered order is this one, in this place, and came with the first one."""
        ids = self.accounts.client_ids
        order = self.orders[index]
        place: i64 = self.places[index]
        if ids.word(slot, client_ids.NUMBER) != ids.word(first, client_ids.NUMBER):
            return False
        return self.trading.is_repeat(slot, read_i64_le(frame, place), order, self._place_in_list(index))

    def _refusal(self, number: i64) -> i64:
        market = self.listing.markets[number]
        bounds = self.results.bounds
        self.newcomers.clear()
        index: i64 = 0
        while index < self.count:
            order = self.orders[index]
            self.newcomers.add(order)
            reason = filter_refusal(order, market, bounds, self.accounts.rules)
            if reason != OK:
                return reason
            if is_stop(order.type):
                order.hold_price = self.floor.first_stop(number, order)
            index += 1
        reason = self._account_refusal(market)
        index = 0
        while reason == OK and index < self.beginning:
            reason = self.floor.refusal(number, self.orders[index])
            index += 1
        return reason

    def _account_refusal(self, market: Market) -> i64:
        admission = self.accounts.admission
        account = self.orders[0].account
        seat = admission.find_seat(account, market)
        member = admission.member_of(account, seat)
        if self.accounts.members.permissions(member) & MAY_TRADE == 0:
            return ACCOUNT_RESTRICTED
        reason = admission.count_refusal(self.newcomers, market, seat, member, self.results.bounds)
        index: i64 = 0
        while reason == OK and index < self.beginning:
            reason = admission.position_refusal(self.orders[index], market, seat, self.results.bounds)
            index += 1
        index = 0
        while index < self.count:
            admission.seal(self.orders[index], market, member)
            index += 1
        index = 0
        while reason == OK and index < self.beginning:
            order = self.orders[index]
            reason = admission.funds_refusal(order, market, admission.available(order, market, seat))
            index += 1
        return reason

    def _accept(self, frame: bytes, at: i64, market: Market) -> None:
        accounts = self.accounts
        list_id = accounts.last_order_id + 1
        self.results.decided(OK, list_id, 0)
        account = self.orders[0].account
        client_id = frame[at + LIST_CLIENT_ID_AT : at + LIST_BYTES]
        self.results.order_list_accepted(market.number, self.kind, list_id, account, client_id)
        slot = accounts.lists.open(list_id, self.kind, PAIR if self.kind == OCO else WORKING)
        if accounts.rules.names_lists:
            accounts.lists.names.give(slot, account, client_id)
        index: i64 = 0
        while index < self.count:
            order = self.orders[index]
            accounts.accept(order, market, list_id)
            self._join(slot, index, order.ticket)
            place: i64 = self.places[index]
            deadline_us = read_i64_le(frame, place + PLACE_DEADLINE_AT)
            fold = self.trading.fold(order, self._place_in_list(index))
            accounts.remember(order, read_i64_le(frame, place), fold, deadline_us)
            if index >= self.beginning:
                accounts.wait(order.ticket)
            index += 1
        self._hold()
        index = 0
        while index < self.beginning:
            self.following.begin(self.orders[index], market)
            index += 1
        self.following.finish(market)

    def _join(self, slot: i64, index: i64, ticket: i64) -> None:
        tickets = self.accounts.tickets
        own_terms = tickets.word(ticket, TERMS)
        tickets.terms.set(own_terms, LIST, slot)
        tickets.terms.set(own_terms, POSITION, index)
        self.accounts.lists.join(slot, index, ticket)

    def _hold(self) -> None:
        first = self.orders[0]
        hold = first.hold
        keeper = first.ticket
        if self.kind == OCO:
            second = self.orders[1]
            hold = max(hold, second.hold)
            keeper = first.ticket if self.accounts.holds.is_keeper(first.ticket, second.ticket) else second.ticket
        self.accounts.holds.hold(keeper, hold)

    def _place_in_list(self, index: i64) -> i64:
        """What distinguishes an order in this place of such a list from the same order elsewhere; never 0."""
        return self.kind * LIST_ORDERS_MAX + index


def is_pair(one: Order, other: Order) -> bool:
    """Whether one may cancel the other: a stop loss, and an order on the other side of the price."""
    if one.side != other.side or one.quantity != other.quantity:
        return False
    return (is_stop_loss(one.type) and is_profit(other.type)) or (is_profit(one.type) and is_stop_loss(other.type))


def price_in_pair(order: Order) -> i64:
    """Where an order of a pair would trade or fire; 0 for a stop that trails from the start."""
    return order.stop_price if is_stop(order.type) else order.price


def is_stop_loss(kind: i64) -> bool:
    return kind in (STOP_LOSS, STOP_LOSS_LIMIT)


def is_profit(kind: i64) -> bool:
    return kind in (LIMIT_MAKER, TAKE_PROFIT, TAKE_PROFIT_LIMIT)
