"""Cancelling many: all of an account, a list, everything a dead man's switch covers, everything of a closed market."""

from heapq import heapify, heappop, heapreplace
from typing import Final, final

from librt.strings import read_i64_le
from librt.vecs import vec
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.client_ids import is_client_id, read_client_id
from trueman.core.following import Following
from trueman.core.frames import (
    ACCOUNT_AT,
    CANCEL_AFTER_DEADLINE_AT,
    CANCEL_ALL_DEADLINE_AT,
    CANCEL_LIST_DEADLINE_AT,
    CANCEL_ORDER_ID_AT,
    CLIENT_ID_BYTES,
    NAMED_LIST_CLIENT_ID_AT,
    NAMED_LIST_DEADLINE_AT,
    small_pair,
)
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.members import CANCEL_DUE_US, is_user
from trueman.core.messages import client_id_words
from trueman.core.order_lists import LIST_ID, LIST_ORDERS_MAX
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    CLIENT_ID_INVALID,
    MARKET_UNKNOWN,
    OK,
    ORDER_UNKNOWN,
    TIMEOUT_OUT_OF_RANGE,
)
from trueman.core.results import Results
from trueman.core.seats import SEAT_WORDS
from trueman.core.tickets import NEWER
from trueman.core.timers import CANCEL_TIMER
from trueman.core.trading import Trading
from trueman.core.units import (
    ALL_MARKETS,
    CANCEL_TIMER_US_MAX,
    CANCEL_TIMER_US_MIN,
    CANCELED,
    CLOSING_ORDERS_MAX,
    EXPIRED,
    NONE,
)


@final
class Sweeping:
    def __init__(
        self, listing: Listing, accounts: Accounts, results: Results, following: Following, trading: Trading
    ) -> None:
        self.listing: Final[Listing] = listing
        self.accounts: Final[Accounts] = accounts
        self.results: Final[Results] = results
        self.following: Final[Following] = following
        self.trading: Final[Trading] = trading
        self.client_id: Final[vec[i64]] = client_id_words()

    def cancel_all(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        market = small_pair(read_i64_le(frame, at), 2)
        reason = self._refusal(account, read_i64_le(frame, at + CANCEL_ALL_DEADLINE_AT))
        if reason == OK and market != ALL_MARKETS and not self.listing.has_market(market):
            reason = MARKET_UNKNOWN
        orders: list[int] = []
        if reason == OK:
            orders = self.open_orders(account, market)
            reason = OK if orders else ORDER_UNKNOWN
        self.results.decided(reason, 0, 0)
        self.close_each(orders, CANCELED)

    def cancel_list(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        reason = self._refusal(account, read_i64_le(frame, at + CANCEL_LIST_DEADLINE_AT))
        slot = self.accounts.lists.by_list_id.find(read_i64_le(frame, at + CANCEL_ORDER_ID_AT))
        self._cancel_list(reason, slot, account, small_pair(read_i64_le(frame, at), 2))

    def cancel_named_list(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        name = at + NAMED_LIST_CLIENT_ID_AT
        read_client_id(self.client_id, frame, name)
        reason = self._refusal(account, read_i64_le(frame, at + NAMED_LIST_DEADLINE_AT))
        if reason == OK and not is_client_id(self.client_id):
            reason = CLIENT_ID_INVALID
        slot: i64 = NONE
        if reason == OK:
            slot = self.accounts.lists.names.find(account, frame[name : name + CLIENT_ID_BYTES])
        self._cancel_list(reason, slot, account, small_pair(read_i64_le(frame, at), 2))

    def _cancel_list(self, reason: i64, slot: i64, account: i64, market: i64) -> None:
        if reason == OK and not self.listing.has_market(market):
            reason = MARKET_UNKNOWN
        first: i64 = NONE
        if reason == OK:
            first = self._first_of_list(slot, account, market)
            reason = ORDER_UNKNOWN if first == NONE else OK
        if reason != OK:
            self.results.decided(reason, 0, 0)
            return
        self.results.decided(OK, self.accounts.lists.word(slot, LIST_ID), 0)
        self.trading.cancel_ticket(first)

    def cancel_all_after(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        timeout_us = read_i64_le(frame, at + CANCEL_ORDER_ID_AT)
        reason = self._refusal(account, read_i64_le(frame, at + CANCEL_AFTER_DEADLINE_AT))
        if reason == OK and timeout_us != 0 and not CANCEL_TIMER_US_MIN <= timeout_us <= CANCEL_TIMER_US_MAX:
            reason = TIMEOUT_OUT_OF_RANGE
        self.results.decided(reason, 0, 0)
        if reason == OK:
            self._set_switch(account, timeout_us)

    def _set_switch(self, account: i64, timeout_us: i64) -> None:
        members = self.accounts.members
        member = members.open(account)
        if members.cancel_due_us(member) != 0:
            self.accounts.timers.forget()
        due_us = 0 if timeout_us == 0 else self.results.time_us + timeout_us
        members.set(member, CANCEL_DUE_US, due_us)
        if due_us != 0:
            self.accounts.timers.add(due_us, CANCEL_TIMER, account)
        self.results.cancel_timer_set(account, due_us)

    def fall(self, account: i64) -> None:
        """The dead man's switch of an account falls."""
        members = self.accounts.members
        members.set(members.find(account), CANCEL_DUE_US, 0)
        self.results.cancel_timer_set(account, 0)
        self.close_each(self.open_orders(account, ALL_MARKETS), CANCELED)

    def empty(self, market: Market) -> None:
        """Expire the oldest orders of a closed market, as many as one command may."""
        self.close_each(self._oldest_of(market.number, CLOSING_ORDERS_MAX), EXPIRED)

    def _oldest_of(self, market: i64, most: i64) -> list[int]:
        """The queues of its seats are in order: the oldest of their first is the next of all."""
        seats = self.accounts.seats
        tickets = self.accounts.tickets
        heads: list[tuple[int, int]] = []
        seat: i64 = 0
        while seat < len(seats.words):
            if seats.market(seat) == market and seats.oldest(seat) != NONE:
                heads.append((tickets.order_id(seats.oldest(seat)), seats.oldest(seat)))
            seat += SEAT_WORDS
        heapify(heads)
        orders: list[int] = []
        while heads and len(orders) < most:
            order_id, ticket = heads[0]
            orders.append(order_id)
            newer = tickets.word(ticket, NEWER)
            if newer == NONE:
                heappop(heads)
            else:
                heapreplace(heads, (int(tickets.order_id(newer)), int(newer)))
        return orders

    def open_orders(self, account: i64, market: i64) -> list[int]:
        """The numbers of the account's open orders in one or all markets, oldest first."""
        seats = self.accounts.seats
        orders: list[int] = []
        if market != ALL_MARKETS:
            self._collect(seats.find(account, market), orders)
            return orders
        members = self.accounts.members
        seat = members.first_seat(members.find(account))
        while seat != NONE:
            self._collect(seat, orders)
            seat = seats.next_seat(seat)
        orders.sort()
        return orders

    def close_each(self, orders: list[int], status: i64) -> None:
        """One after the other, with all that it sets off; one that is closed by then is passed over."""
        tickets = self.accounts.tickets
        for order_id in orders:
            ticket = tickets.by_order_id.find(order_id)
            if ticket != NONE:
                market = self.listing.markets[tickets.market(ticket)]
                self.following.close_order(ticket, status)
                self.following.finish(market)

    def _collect(self, seat: i64, orders: list[int]) -> None:
        tickets = self.accounts.tickets
        ticket: i64 = NONE if seat == NONE else self.accounts.seats.oldest(seat)
        while ticket != NONE:
            orders.append(tickets.order_id(ticket))
            ticket = tickets.word(ticket, NEWER)

    def _refusal(self, account: i64, deadline_us: i64) -> i64:
        reason = self.trading.late(deadline_us)
        return ACCOUNT_INVALID if reason == OK and not is_user(account) else reason

    def _first_of_list(self, slot: i64, account: i64, market: i64) -> i64:
        """The oldest open order of the account's list, or NONE."""
        lists = self.accounts.lists
        tickets = self.accounts.tickets
        if slot == NONE:
            return NONE
        position: i64 = 0
        while position < LIST_ORDERS_MAX:
            ticket = lists.ticket(slot, position)
            if ticket != NONE:
                is_own = tickets.account(ticket) == account and tickets.market(ticket) == market
                return ticket if is_own else NONE
            position += 1
        return NONE
