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
from trueman.core.filters import filter_refusal, priced_refusal
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.frames import (
    ACCOUNT_AT,
    AMEND_CLIENT_ID_AT,
    AMEND_DEADLINE_AT,
    AMEND_QUANTITY_AT,
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
from trueman.core.order_terms import STOP_PRICE
from trueman.core.placing import is_stop, is_stop_market, read_order, static_refusal
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    AMEND_NOT_SMALLER,
    CANCEL_RESTRICTED,
    CLIENT_ID_DUPLICATE,
    CLIENT_ID_INVALID,
    DEADLINE_PASSED,
    MARKET_NOT_TRADING,
    MARKET_UNKNOWN,
    NOTIONAL_TOO_SMALL,
    OK,
    ORDER_IN_LIST,
    ORDER_UNKNOWN,
    QUANTITY_OUT_OF_RANGE,
    RESTRICTION_INVALID,
)
from trueman.core.results import Results
from trueman.core.tickets import EXECUTED, QUANTITY, RESTING
from trueman.core.units import (
    ANY_ORDER,
    AUCTION,
    CANCEL_ONLY,
    CANCELED,
    NONE,
    ONLY_NEW,
    ONLY_PARTIALLY_FILLED,
    TRADING,
)

FOLD_FACTOR: Final = 1_000_003
FOLD_MASK: Final = 2**62 - 1


@final
class Trading:
    """`order_id` is the order that the last placement brought, 0 for none."""

    def __init__(
        self, listing: Listing, accounts: Accounts, floor: Floor, results: Results, following: Following
    ) -> None:
        self.listing: Final[Listing] = listing
        self.accounts: Final[Accounts] = accounts
        self.floor: Final[Floor] = floor
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
            reason = static_refusal(order, self.results.time_us)
        if reason == OK and not self.listing.has_market(number):
            reason = MARKET_UNKNOWN
        fold = terms_fold(order, 0)
        if reason == OK:
            ids = self.accounts.client_ids
            order.client_hash = ids.hash_of(order.account, order.client_id)
            slot = ids.find(order.client_hash, order.account, order.client_id)
            if slot != NONE:
                if self.is_repeat(slot, kind, order, fold):
                    self._answer_repeat(slot)
                    return
                reason = CLIENT_ID_DUPLICATE
        if reason == OK:
            reason = self._refusal(order, self.listing.markets[number])
        self.reason = reason
        if reason != OK:
            self.results.decided(reason, 0, 0)
        else:
            self._accept(order, self.listing.markets[number], kind, fold, deadline_us)

    def is_repeat(self, slot: i64, kind: i64, order: Order, fold: i64) -> bool:
        """Whether the remembered order is this one."""
        ids = self.accounts.client_ids
        return ids.is_repeat(slot, kind, order.price, order.quantity, order.quote_quantity, fold)

    def cancel(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        order_id = read_i64_le(frame, at + CANCEL_ORDER_ID_AT)
        restriction = small(read_i64_le(frame, at), 4)
        read_client_id(self.order.client_id, frame, at + CANCEL_CLIENT_ID_AT)
        reason = self._asker_refusal(account, order_id, read_i64_le(frame, at + CANCEL_DEADLINE_AT))
        if reason == OK and restriction > ONLY_PARTIALLY_FILLED:
            reason = RESTRICTION_INVALID
        ticket: i64 = NONE
        if reason == OK:
            ticket = self._find(account, small_pair(read_i64_le(frame, at), 2), order_id)
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

    def amend(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        order_id = read_i64_le(frame, at + CANCEL_ORDER_ID_AT)
        quantity = read_i64_le(frame, at + AMEND_QUANTITY_AT)
        read_client_id(self.order.client_id, frame, at + AMEND_CLIENT_ID_AT)
        reason = self._asker_refusal(account, order_id, read_i64_le(frame, at + AMEND_DEADLINE_AT))
        ticket: i64 = NONE
        if reason == OK:
            ticket = self._find(account, small_pair(read_i64_le(frame, at), 2), order_id)
            reason = self._amend_refusal(ticket, quantity)
        if reason != OK:
            self.results.decided(reason, 0, 0)
            return
        self.results.decided(OK, self.accounts.tickets.order_id(ticket), 0)
        self._amend_ticket(ticket, quantity)

    def late(self, deadline_us: i64) -> i64:
        if deadline_us > 0 and self.results.time_us > deadline_us:
            return DEADLINE_PASSED
        return OK

    def _refusal(self, order: Order, market: Market) -> i64:
        reason = filter_refusal(order, market, self.results.bounds)
        if reason == OK:
            if is_stop(order.type):
                order.hold_price = self.floor.first_stop(market.number, order)
            reason = self.accounts.admission.refusal(order, market, self.results.bounds)
        if reason == OK:
            reason = self.floor.refusal(market.number, order)
        return reason

    def _accept(self, order: Order, market: Market, kind: i64, fold: i64, deadline_us: i64) -> None:
        accounts = self.accounts
        self.order_id = accounts.last_order_id + 1
        self.results.decided(OK, self.order_id, 0)
        accounts.accept(order, market, 0)
        accounts.remember(order, kind, fold, deadline_us)
        accounts.holds.hold(order.ticket, order.hold)
        self.following.begin(order, market)
        self.following.finish(market)

    def _answer_repeat(self, slot: i64) -> None:
        ids = self.accounts.client_ids
        self.reason = OK
        self.order_id = ids.word(slot, client_ids.ORDER_ID)
        self.results.decided(OK, self.order_id, ids.word(slot, client_ids.NUMBER))

    def _asker_refusal(self, account: i64, order_id: i64, deadline_us: i64) -> i64:
        """Of a command that names an order by its number, by the client id in the scratch order, or both."""
        if self.late(deadline_us) != OK:
            return DEADLINE_PASSED
        if not is_user(account):
            return ACCOUNT_INVALID
        client_id = self.order.client_id
        if (order_id == 0 or is_client_id_given(client_id)) and not is_client_id(client_id):
            return CLIENT_ID_INVALID
        return OK

    def _find(self, account: i64, market: i64, order_id: i64) -> i64:
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

    def _amend_refusal(self, ticket: i64, quantity: i64) -> i64:
        if ticket == NONE:
            return self.reason
        tickets = self.accounts.tickets
        market = self.listing.markets[tickets.market(ticket)]
        bounds = self.results.bounds
        if tickets.list(ticket) != NONE:
            return ORDER_IN_LIST
        if bounds.missed(quantity, market.quantity_lots_min, market.quantity_lots_max):
            return QUANTITY_OUT_OF_RANGE
        reduction = tickets.word(ticket, QUANTITY) - quantity
        if reduction <= 0 or tickets.unfilled(ticket) - reduction < 1:
            return AMEND_NOT_SMALLER
        price = tickets.price(ticket)
        if is_stop_market(tickets.type(ticket)):
            price = tickets.term(ticket, STOP_PRICE)
        if price != 0 and priced_refusal(price, quantity, market, bounds) == NOTIONAL_TOO_SMALL:
            return NOTIONAL_TOO_SMALL
        if market.status != TRADING and market.status != AUCTION and market.status != CANCEL_ONLY:
            return MARKET_NOT_TRADING
        return OK

    def _amend_ticket(self, ticket: i64, quantity: i64) -> None:
        accounts = self.accounts
        tickets = accounts.tickets
        market = self.listing.markets[tickets.market(ticket)]
        reduction = tickets.word(ticket, QUANTITY) - quantity
        unfilled = tickets.unfilled(ticket) - reduction
        tickets.set(ticket, QUANTITY, quantity)
        self.results.order_amended(market.number, tickets.order_id(ticket), tickets.account(ticket), quantity, unfilled)
        if tickets.state(ticket) == RESTING:
            outbox = self.floor.amend(market.number, tickets.place(ticket), tickets.side(ticket), reduction)
            self.following.settle(outbox, market)
        else:
            accounts.reduced(market, ticket, unfilled)


def terms_fold(order: Order, place_in_list: i64) -> i64:
    """Everything that distinguishes an order with terms, in one number of 62 bits; 0 for a plain order."""
    if not order.has_terms and place_in_list == 0:
        return 0
    fold = int(order.stop_price)
    for term in (order.trailing_bips, order.display_quantity, order.expire_us, place_in_list):
        fold = (fold * FOLD_FACTOR + int(term)) & FOLD_MASK
    folded: i64 = fold
    return folded
