"""Orders and cancels: where the account side and the market side meet.

An order goes through static checks, the account's rules and funds, then the market's state and book; the first
refusal ends it and nothing has changed. Then the market side's answers are settled in the order they happened.
"""

from typing import final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.client_ids import is_client_id, is_client_id_given, read_client_key
from trueman.core.floor import Floor
from trueman.core.frames import (
    ACCOUNT_AT,
    CANCEL_ALL_DEADLINE_AT,
    CANCEL_CLIENT_ID_AT,
    CANCEL_DEADLINE_AT,
    CANCEL_ORDER_ID_AT,
    MARKET_AT,
    PLACE_DEADLINE_AT,
)
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.messages import DONE, FILL, LEVEL, MESSAGE_WORDS, REJECTED, RESTED, Order, Outbox
from trueman.core.placing import filter_refusal, is_user, read_order, static_refusal
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    CLIENT_ID_INVALID,
    DEADLINE_PASSED,
    MARKET_UNKNOWN,
    OK,
    ORDER_UNKNOWN,
)
from trueman.core.results import Results
from trueman.core.units import NONE


@final
class Trading:
    def __init__(self, listing: Listing, accounts: Accounts, floor: Floor, results: Results) -> None:
        self.listing: Listing = listing
        self.accounts: Accounts = accounts
        self.floor: Floor = floor
        self.results: Results = results
        self.order: Order = Order()

    def place(self, frame: bytes, at: i64) -> None:
        order = self.order
        read_order(frame, at, order)
        reason = self._late(read_i64_le(frame, at + PLACE_DEADLINE_AT))
        if reason == OK:
            reason = static_refusal(order)
        number = read_i64_le(frame, at + MARKET_AT)
        if reason == OK and not self.listing.has_market(number):
            reason = MARKET_UNKNOWN
        if reason == OK:
            reason = filter_refusal(order, self.listing.markets[number])
        if reason == OK:
            reason = self.accounts.admit(order, self.listing.markets[number])
        if reason == OK:
            self._trade(order, self.listing.markets[number])
        else:
            self.results.decided(reason, 0, 0)

    def cancel(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        market = read_i64_le(frame, at + MARKET_AT)
        order_id = read_i64_le(frame, at + CANCEL_ORDER_ID_AT)
        key = self.order.client_key
        read_client_key(key, account, frame, at + CANCEL_CLIENT_ID_AT)
        reason = self._late(read_i64_le(frame, at + CANCEL_DEADLINE_AT))
        if reason == OK and not is_user(account):
            reason = ACCOUNT_INVALID
        if reason == OK and (order_id == 0 or is_client_id_given(key)) and not is_client_id(key):
            reason = CLIENT_ID_INVALID
        if reason == OK and not self.listing.has_market(market):
            reason = MARKET_UNKNOWN
        ticket: i64 = NONE
        if reason == OK:
            ticket = self._find(account, market, order_id)
            reason = ORDER_UNKNOWN if ticket == NONE else OK
        if reason != OK:
            self.results.decided(reason, 0, 0)
            return
        self.results.decided(OK, self.accounts.tickets.order_id(ticket), 0)
        self._cancel_ticket(ticket, self.listing.markets[market])

    def cancel_all(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        market = read_i64_le(frame, at + MARKET_AT)
        seats = self.accounts.seats
        seat: i64 = NONE
        reason = self._late(read_i64_le(frame, at + CANCEL_ALL_DEADLINE_AT))
        if reason == OK and not is_user(account):
            reason = ACCOUNT_INVALID
        if reason == OK and not self.listing.has_market(market):
            reason = MARKET_UNKNOWN
        if reason == OK:
            seat = seats.find(account, market)
            reason = ORDER_UNKNOWN if seat == NONE or seats.open_orders(seat) == 0 else OK
        self.results.decided(reason, 0, 0)
        if reason == OK:
            while seats.oldest(seat) != NONE:
                self._cancel_ticket(seats.oldest(seat), self.listing.markets[market])

    def _late(self, deadline_us: i64) -> i64:
        return DEADLINE_PASSED if deadline_us > 0 and self.results.time_us > deadline_us else OK

    def _find(self, account: i64, market: i64, order_id: i64) -> i64:
        """The ticket of the account's own open order in this market, or NONE: a stranger learns nothing."""
        tickets = self.accounts.tickets
        key = self.order.client_key
        ticket = tickets.find_client_key(key) if order_id == 0 else tickets.by_order_id.find(order_id)
        if ticket == NONE or tickets.account(ticket) != account:
            return NONE
        if self.accounts.seats.market(tickets.seat(ticket)) != market:
            return NONE
        if order_id != 0 and is_client_id_given(key) and not tickets.has_client_key(ticket, key):
            return NONE
        return ticket

    def _trade(self, order: Order, market: Market) -> None:
        outbox = self.floor.place(market.number, order)
        if outbox.words[0] == REJECTED:
            self.accounts.dismiss(order)
            self.results.decided(outbox.words[2], 0, 0)
            return
        self.results.decided(OK, order.order_id, 0)
        self.accounts.accept(order, market)
        self._settle(outbox, market)

    def _cancel_ticket(self, ticket: i64, market: Market) -> None:
        tickets = self.accounts.tickets
        self._settle(self.floor.cancel(market.number, tickets.place(ticket), tickets.side(ticket)), market)

    def _settle(self, outbox: Outbox, market: Market) -> None:
        """Tell the account side what the market side did, message by message."""
        accounts = self.accounts
        words = outbox.words
        at: i64 = 0
        while at < outbox.end:
            kind = words[at]
            if kind == FILL:
                accounts.fill(market, words[at + 1], words[at + 2], words[at + 3], words[at + 4], words[at + 5])
            elif kind == DONE:
                accounts.done(market, words[at + 1], words[at + 2], words[at + 3])
            elif kind == RESTED:
                accounts.rested(market, words[at + 1], words[at + 2], words[at + 3])
            else:
                assert kind == LEVEL
                self.results.level_changed(market.number, words[at + 1], words[at + 2], words[at + 3], words[at + 4])
            at += MESSAGE_WORDS
