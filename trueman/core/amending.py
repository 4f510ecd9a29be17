"""Amends: an order gets smaller and keeps its turn.

Of a pair of which one cancels the other only one can ever execute, so both are always of one size: an amend of either
is an amend of both.
"""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.client_ids import read_client_id
from trueman.core.filters import priced_refusal
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.frames import (
    ACCOUNT_AT,
    AMEND_CLIENT_ID_AT,
    AMEND_DEADLINE_AT,
    AMEND_QUANTITY_AT,
    CANCEL_ORDER_ID_AT,
    small_pair,
)
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.order_terms import STOP_PRICE
from trueman.core.placing import is_stop_market
from trueman.core.rejections import (
    AMEND_NOT_SMALLER,
    MARKET_NOT_TRADING,
    NOTIONAL_TOO_SMALL,
    OK,
    ORDER_IN_LIST,
    QUANTITY_OUT_OF_RANGE,
)
from trueman.core.results import Results
from trueman.core.tickets import QUANTITY, RESTING
from trueman.core.trading import Trading
from trueman.core.units import AUCTION, CANCEL_ONLY, NONE, TRADING


@final
class Amending:
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

    def amend(self, frame: bytes, at: i64) -> None:
        account = read_i64_le(frame, at + ACCOUNT_AT)
        order_id = read_i64_le(frame, at + CANCEL_ORDER_ID_AT)
        quantity = read_i64_le(frame, at + AMEND_QUANTITY_AT)
        trading = self.trading
        read_client_id(trading.order.client_id, frame, at + AMEND_CLIENT_ID_AT)
        reason = trading.asker_refusal(account, order_id, read_i64_le(frame, at + AMEND_DEADLINE_AT))
        ticket: i64 = NONE
        if reason == OK:
            ticket = trading.find(account, small_pair(read_i64_le(frame, at), 2), order_id)
            reason = trading.reason if ticket == NONE else self._refusal(ticket, quantity)
        if reason != OK:
            self.results.decided(reason, 0, 0)
            return
        self.results.decided(OK, self.accounts.tickets.order_id(ticket), 0)
        self._amend(ticket, quantity)

    def _refusal(self, ticket: i64, quantity: i64) -> i64:
        market = self.listing.markets[self.accounts.tickets.market(ticket)]
        if self.accounts.tickets.list(ticket) != NONE and not self.accounts.rules.amends_lists:
            return ORDER_IN_LIST
        if self.results.bounds.missed(quantity, market.quantity_lots_min, market.quantity_lots_max):
            return QUANTITY_OUT_OF_RANGE
        partner = self.accounts.partner(ticket)
        if not self._is_smaller(ticket, quantity) or (partner != NONE and not self._is_smaller(partner, quantity)):
            return AMEND_NOT_SMALLER
        if self._is_worth_too_little(ticket, quantity, market):
            return NOTIONAL_TOO_SMALL
        if partner != NONE and self._is_worth_too_little(partner, quantity, market):
            return NOTIONAL_TOO_SMALL
        if market.status != TRADING and market.status != AUCTION and market.status != CANCEL_ONLY:
            return MARKET_NOT_TRADING
        return OK

    def _is_smaller(self, ticket: i64, quantity: i64) -> bool:
        """Whether an order of this quantity would be smaller than it is, and still have something unfilled."""
        tickets = self.accounts.tickets
        own = tickets.word(ticket, QUANTITY)
        least = own - tickets.unfilled(ticket) + 1
        most = own - 1
        if least <= quantity <= most:
            return True
        nearest: i64 = least if quantity < least else most
        self.results.bounds.set(quantity, least, most, NONE if least > most else nearest)
        return False

    def _is_worth_too_little(self, ticket: i64, quantity: i64, market: Market) -> bool:
        tickets = self.accounts.tickets
        price = tickets.price(ticket)
        if is_stop_market(tickets.type(ticket)):
            price = tickets.term(ticket, STOP_PRICE)
        return price != 0 and priced_refusal(price, quantity, market, self.results.bounds) == NOTIONAL_TOO_SMALL

    def _amend(self, ticket: i64, quantity: i64) -> None:
        """What rests is told last, since only the market knows what it shows then."""
        accounts = self.accounts
        tickets = accounts.tickets
        partner = accounts.partner(ticket)
        market = self.listing.markets[tickets.market(ticket)]
        reduction = tickets.word(ticket, QUANTITY) - quantity
        self._tell(ticket, quantity, reduction, market)
        if partner != NONE:
            self._tell(partner, quantity, reduction, market)
        self._shorten(ticket, reduction)
        if partner != NONE:
            self._shorten(partner, reduction)
        self._let_go(ticket, reduction, market)
        if partner != NONE:
            self._let_go(partner, reduction, market)

    def _tell(self, ticket: i64, quantity: i64, reduction: i64, market: Market) -> None:
        tickets = self.accounts.tickets
        tickets.set(ticket, QUANTITY, quantity)
        unfilled = tickets.unfilled(ticket) - reduction
        self.results.order_amended(market.number, tickets.order_id(ticket), tickets.account(ticket), quantity, unfilled)

    def _shorten(self, ticket: i64, reduction: i64) -> None:
        """Of an order that does not rest only the account side knows how much it has left."""
        tickets = self.accounts.tickets
        if tickets.state(ticket) != RESTING:
            tickets.leave_unfilled(ticket, tickets.unfilled(ticket) - reduction)

    def _let_go(self, ticket: i64, reduction: i64, market: Market) -> None:
        """What it holds beyond its need; of a pair one holds for both."""
        accounts = self.accounts
        tickets = accounts.tickets
        if tickets.state(ticket) != RESTING:
            accounts.holds.fit_hold(market, ticket)
            return
        outbox = self.floor.amend(market.number, tickets.place(ticket), tickets.side(ticket), reduction)
        self.following.settle(outbox, market)
