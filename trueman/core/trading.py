"""Orders, cancels and amends: where the account side and the market side meet.

An order goes through static checks, what is named, its client id, the market's filters, the account's rules and
funds, then the market's state and book; the first refusal ends it and nothing has changed. Then it goes to the market
and everything follows in the order in which it happens.
"""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core import client_ids
from trueman.core.accounts import Accounts
from trueman.core.client_ids import is_client_id, is_client_id_given, read_client_id
from trueman.core.filters import filter_refusal
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.frames import (
    ACCOUNT_AT,
    CANCEL_CLIENT_ID_AT,
    CANCEL_DEADLINE_AT,
    CANCEL_ORDER_ID_AT,
    PLACE_DEADLINE_AT,
    small,
    small_pair,
)
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.members import is_user
from trueman.core.messages import Order
from trueman.core.placing import is_expired, is_stop, read_order, static_refusal
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    CANCEL_RESTRICTED,
    CLIENT_ID_DUPLICATE,
    CLIENT_ID_INVALID,
    DEADLINE_PASSED,
    DEADLINE_TOO_FAR,
    EXPIRY_INVALID,
    MARKET_UNKNOWN,
    OK,
    ORDER_UNKNOWN,
    RESTRICTION_INVALID,
)
from trueman.core.results import Results
from trueman.core.rulesets import Rules
from trueman.core.tickets import EXECUTED
from trueman.core.units import (
    ANY_ORDER,
    CANCELED,
    DEADLINE_AHEAD_US_MAX,
    NONE,
    ONLY_NEW,
    ONLY_PARTIALLY_FILLED,
)

FOLD_FACTOR: Final = 1_000_003
FOLD_MASK: Final = 2**62 - 1
MIX_FACTOR: Final = 2_862_933_555_777_941_757
MIX_SHIFT: Final = 29


@final
class Trading:
    """`order_id` is the order that the last placement brought, 0 for none."""

    def __init__(
        self, listing: Listing, accounts: Accounts, floor: Floor, results: Results, following: Following
    ) -> None:
        self.listing: Final[Listing] = listing
        self.accounts: Final[Accounts] = accounts
        self.floor: Final[Floor] = floor
        self.rules: Final[Rules] = accounts.rules
        self.results: Final[Results] = results
        self.following: Final[Following] = following
        self.order: Final[Order] = Order()
        self.order_id: i64 = 0
        self.reason: i64 = OK

    def place(self, frame: bytes, at: i64) -> None:
        order = self.order
        read_order(frame, at, order)
        self.order_id = 0
        deadline_us = read_i64_le(frame, at + PLACE_DEADLINE_AT)
        kind = read_i64_le(frame, at)
        number = small_pair(kind, 2)
        reason = self.late(deadline_us)
        if reason == OK:
            reason = static_refusal(order, self.results.time_us, self.rules, self.results.bounds)
        if reason == OK and not self.listing.has_market(number):
            reason = MARKET_UNKNOWN
        if reason == OK:
            ids = self.accounts.client_ids
            order.client_hash = ids.hash_of(order.account, order.client_id)
            slot = ids.find(order.client_hash, order.account, order.client_id)
            if slot != NONE:
                if self.is_repeat(slot, kind, order, 0):
                    self._answer_repeat(slot)
                    return
                reason = CLIENT_ID_DUPLICATE
        if reason == OK and is_expired(order, self.results.time_us):
            reason = EXPIRY_INVALID
        if reason == OK:
            reason = self._refusal(order, self.listing.markets[number])
        self.reason = reason
        if reason != OK:
            self.results.decided(reason, 0, 0)
        else:
            self._accept(order, self.listing.markets[number], kind, deadline_us)

    def refusal_before_cancel(self, frame: bytes, at: i64) -> i64:
        """Of the order of a cancel-replace: what it alone, its client id and its market's filters show."""
        order = self.order
        read_order(frame, at, order)
        number = small_pair(read_i64_le(frame, at), 2)
        reason = self.late(read_i64_le(frame, at + PLACE_DEADLINE_AT))
        if reason == OK:
            reason = static_refusal(order, self.results.time_us, self.rules, self.results.bounds)
        if reason == OK and not self.listing.has_market(number):
            reason = MARKET_UNKNOWN
        if reason != OK:
            return reason
        ids = self.accounts.client_ids
        if ids.find(ids.hash_of(order.account, order.client_id), order.account, order.client_id) != NONE:
            return CLIENT_ID_DUPLICATE
        if is_expired(order, self.results.time_us):
            return EXPIRY_INVALID
        return filter_refusal(order, self.listing.markets[number], self.results.bounds, self.rules)

    def is_repeat(self, slot: i64, kind: i64, order: Order, place_in_list: i64) -> bool:
        """Whether the remembered order is this one. What was remembered under older rules has their fold."""
        if self.rules.compares_whole_terms and not are_terms_of_some_order(order):
            return False
        ids = self.accounts.client_ids
        older = terms_fold(order, place_in_list)
        if ids.is_repeat(slot, kind, order.price, order.quantity, order.quote_quantity, older):
            return True
        if older == 0 or not self.rules.mixes_terms:
            return False
        mixed = terms_mixed(order, place_in_list)
        return ids.is_repeat(slot, kind, order.price, order.quantity, order.quote_quantity, mixed)

    def fold(self, order: Order, place_in_list: i64) -> i64:
        """By which the order's terms are remembered."""
        if self.rules.mixes_terms:
            return terms_mixed(order, place_in_list)
        return terms_fold(order, place_in_list)

    def cancel(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        order_id = read_i64_le(frame, at + CANCEL_ORDER_ID_AT)
        restriction = small(read_i64_le(frame, at), 4)
        read_client_id(self.order.client_id, frame, at + CANCEL_CLIENT_ID_AT)
        reason = self.asker_refusal(account, order_id, read_i64_le(frame, at + CANCEL_DEADLINE_AT))
        if reason == OK and restriction > ONLY_PARTIALLY_FILLED:
            reason = RESTRICTION_INVALID
        ticket: i64 = NONE
        if reason == OK:
            ticket = self.find(account, small_pair(read_i64_le(frame, at), 2), order_id)
            reason = self._cancel_refusal(ticket, restriction)
        self.reason = reason
        if reason != OK:
            self.results.decided(reason, 0, 0)
            return
        self.results.decided(OK, self.accounts.tickets.order_id(ticket), 0)
        self.cancel_ticket(ticket)

    def cancel_ticket(self, ticket: i64) -> None:
        market = self.listing.markets[self.accounts.tickets.market(ticket)]
        self.following.close_order(ticket, CANCELED)
        self.following.finish(market)

    def late(self, deadline_us: i64) -> i64:
        if deadline_us <= 0:
            return OK
        if self.results.time_us > deadline_us:
            return DEADLINE_PASSED
        if self.rules.bounds_deadlines and deadline_us - self.results.time_us > DEADLINE_AHEAD_US_MAX:
            most: i64 = DEADLINE_AHEAD_US_MAX
            self.results.bounds.set(deadline_us - self.results.time_us, 0, most, most)
            return DEADLINE_TOO_FAR
        return OK

    def _refusal(self, order: Order, market: Market) -> i64:
        reason = filter_refusal(order, market, self.results.bounds, self.rules)
        if reason == OK:
            if is_stop(order.type):
                order.hold_price = self.floor.first_stop(market.number, order)
            if order.quote_quantity != 0 and market.position_lots_max != 0:
                order.best_price = self.floor.best_ask(market.number)
            reason = self.accounts.admission.refusal(order, market, self.results.bounds)
        if reason == OK:
            reason = self.floor.refusal(market.number, order)
        return reason

    def _accept(self, order: Order, market: Market, kind: i64, deadline_us: i64) -> None:
        accounts = self.accounts
        self.order_id = accounts.last_order_id + 1
        self.results.decided(OK, self.order_id, 0)
        accounts.accept(order, market, 0)
        accounts.remember(order, kind, self.fold(order, 0), deadline_us)
        accounts.holds.hold(order.ticket, order.hold)
        self.following.begin(order, market)
        self.following.finish(market)

    def _answer_repeat(self, slot: i64) -> None:
        ids = self.accounts.client_ids
        self.reason = OK
        self.order_id = ids.word(slot, client_ids.ORDER_ID)
        self.results.decided(OK, self.order_id, ids.word(slot, client_ids.NUMBER))

    def asker_refusal(self, account: i64, order_id: i64, deadline_us: i64) -> i64:
        """Of a command that names an order by its number, by the client id in the scratch order, or both."""
        reason = self.late(deadline_us)
        if reason != OK:
            return reason
        if not is_user(account):
            return ACCOUNT_INVALID
        client_id = self.order.client_id
        if (order_id == 0 or is_client_id_given(client_id)) and not is_client_id(client_id):
            return CLIENT_ID_INVALID
        return OK

    def find(self, account: i64, market: i64, order_id: i64) -> i64:
        """The ticket of the account's own open order in this market, or NONE: a stranger learns nothing.
        `self.reason` tells an unknown market from an unknown order."""
        self.reason = ORDER_UNKNOWN
        if not self.listing.has_market(market):
            self.reason = MARKET_UNKNOWN
            return NONE
        tickets = self.accounts.tickets
        named: i64 = NONE
        client_id = self.order.client_id
        is_named = is_client_id_given(client_id)
        if is_named:
            named = self.accounts.client_ids.find_open(account, client_id)
        ticket = named if order_id == 0 else tickets.by_order_id.find(order_id)
        if ticket == NONE or (is_named and named != ticket):
            return NONE
        if tickets.account(ticket) != account or tickets.market(ticket) != market:
            return NONE
        return ticket

    def _cancel_refusal(self, ticket: i64, restriction: i64) -> i64:
        if ticket == NONE:
            return self.reason
        if restriction == ANY_ORDER:
            return OK
        is_new = self.accounts.tickets.word(ticket, EXECUTED) == 0
        return OK if is_new == (restriction == ONLY_NEW) else CANCEL_RESTRICTED


def are_terms_of_some_order(order: Order) -> bool:
    """Others lie far outside all bounds, and the fold would keep a part of them only."""
    return (
        0 <= order.stop_price <= FOLD_MASK
        and 0 <= order.trailing_bips <= FOLD_MASK
        and 0 <= order.display_quantity <= FOLD_MASK
        and 0 <= order.expire_us <= FOLD_MASK
    )


def terms_fold(order: Order, place_in_list: i64) -> i64:
    """What distinguishes an order with terms, in one number of 62 bits; 0 for a plain order. Before ruleset 4: a change
    of one term can make up for one of another."""
    if not order.has_terms and place_in_list == 0:
        return 0
    fold = int(order.stop_price)
    for term in (order.trailing_bips, order.display_quantity, order.expire_us, place_in_list):
        fold = (fold * FOLD_FACTOR + int(term)) & FOLD_MASK
    folded: i64 = fold
    return folded


def terms_mixed(order: Order, place_in_list: i64) -> i64:
    """The same so that it takes chance, one in 2^62, for two orders to agree: each step can be undone."""
    if not order.has_terms and place_in_list == 0:
        return 0
    mixed = int(order.stop_price)
    for term in (order.trailing_bips, order.display_quantity, order.expire_us, place_in_list):
        mixed = (mixed * MIX_FACTOR) & FOLD_MASK
        mixed = (mixed ^ mixed >> MIX_SHIFT) * MIX_FACTOR + int(term) & FOLD_MASK
        mixed ^= mixed >> MIX_SHIFT
    folded: i64 = mixed
    return folded
