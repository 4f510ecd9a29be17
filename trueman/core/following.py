"""What follows: the market's answers are settled, lists are reviewed, triggered orders go on, one after the other.

Nothing here calls itself: what one step sets off waits in a queue (the lists that were touched, the orders that have
fired) until the step is over, and a command lets only so many triggered orders go on; the rest falls due next.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core import order_terms
from trueman.core.accounts import Accounts
from trueman.core.floor import Floor
from trueman.core.listing import Listing
from trueman.core.markets import Market
from trueman.core.messages import (
    ARMED,
    CALLED,
    CROSSED,
    DONE,
    FILL,
    LEVEL,
    MESSAGE_WORDS,
    PREVENTED,
    REDUCED,
    RESTED,
    UNCROSSED,
    Order,
    Outbox,
)
from trueman.core.order_lists import ENDED, KIND, LIST_ORDERS_MAX, OPEN, OVER, PAIR, PUT_OFF, STAGE, WORKING
from trueman.core.placing import is_stop, is_stop_market
from trueman.core.rejections import OK, WOULD_TRIGGER
from trueman.core.results import Results
from trueman.core.tickets import (
    DORMANT,
    EXECUTED,
    GROUP,
    PENDING,
    RESTING,
    TERMS,
)
from trueman.core.timers import AUCTION_END, CASCADE
from trueman.core.units import (
    ACTIVATIONS_MAX,
    BUY,
    CANCELED,
    EXPIRED,
    FILLED,
    NONE,
    OTO,
    TRADING,
)


@final
class Following:
    """`activations` is how many triggered orders the command may still let go on."""

    def __init__(self, listing: Listing, accounts: Accounts, floor: Floor, results: Results) -> None:
        self.listing: Final[Listing] = listing
        self.accounts: Final[Accounts] = accounts
        self.floor: Final[Floor] = floor
        self.results: Final[Results] = results
        self.activations: i64 = ACTIVATIONS_MAX
        self.is_turning: bool = False
        self.left_over: Final[list[int]] = []
        """Markets that leave something over while things fall due."""
        self.order: Final[Order] = Order()
        self.second: Final[Order] = Order()

    def settle(self, outbox: Outbox, market: Market) -> None:
        """Tell the account side what the market side did, message by message."""
        accounts = self.accounts
        settling = accounts.settling
        words = outbox.words
        at: i64 = 0
        while at < outbox.end:
            kind = words[at]
            if kind == FILL:
                settling.fill(market, words[at + 1], words[at + 2], words[at + 3], words[at + 4], words[at + 5])
            elif kind == DONE:
                accounts.done(market, words[at + 1], words[at + 2], words[at + 3])
            elif kind == RESTED:
                accounts.rested(market, words[at + 1], words[at + 2], words[at + 3])
            elif kind == LEVEL:
                self.results.level_changed(market.number, words[at + 1], words[at + 2], words[at + 3], words[at + 4])
            else:
                self._settle_rare(outbox, at, market)
            at += MESSAGE_WORDS

    def _settle_rare(self, outbox: Outbox, at: i64, market: Market) -> None:
        accounts = self.accounts
        words = outbox.words
        kind = words[at]
        a, b, c, d = words[at + 1], words[at + 2], words[at + 3], words[at + 4]
        if kind == ARMED:
            accounts.armed(a, b)
        elif kind == REDUCED:
            accounts.reduced(market, a, b)
        elif kind == PREVENTED:
            accounts.prevented(market.number, a, b, c, d, words[at + 5], words[at + 6])
        elif kind == CROSSED:
            accounts.settling.cross(market, a, b, c, d, words[at + 5])
        elif kind == CALLED:
            self.results.auction_called(market.number, a, b, c)
            self.results.market_defined(market)
            accounts.timers.add(c, AUCTION_END, market.number)
        else:
            assert kind == UNCROSSED
            self.results.auction_uncrossed(market.number, a, b, c)

    def finish(self, market: Market) -> None:
        """Let everything happen that the last step set off."""
        if self.accounts.lists.first_touched != NONE:
            self._review()
        if market.status != TRADING:
            return
        if self.floor.has_fired(market.number) or self.accounts.put_off.count != 0:
            self._let_go_on(market)

    def close_order(self, ticket: i64, status: i64) -> None:
        """Take an open order out, wherever it is."""
        tickets = self.accounts.tickets
        market = self.listing.markets[tickets.market(ticket)]
        state = tickets.state(ticket)
        place = tickets.place(ticket)
        if state == RESTING:
            self.settle(self.floor.cancel(market.number, place, tickets.side(ticket), status), market)
        elif state == PENDING:
            self.accounts.done(market, ticket, status, tickets.unfilled(ticket))
        else:
            self.settle(self.floor.disarm(market.number, place, status), market)

    def begin(self, order: Order, market: Market) -> None:
        """An order that was accepted, and whose hold is moved, goes to its market."""
        self.settle(self.floor.place(market.number, order), market)

    # Lists that were put off and triggered orders go on, one after the other.

    def _let_go_on(self, market: Market) -> None:
        while market.status == TRADING:
            slot = self.accounts.put_off.first(market.number)
            if slot == NONE and not self.floor.has_fired(market.number):
                break
            if self.activations == 0:
                self._leave_over(market)
                break
            self.activations -= 1
            if slot != NONE:
                self.accounts.put_off.remove(market.number, slot)
                self._begin_pending(slot)
            else:
                ticket = self.floor.next_fired(market.number)
                self._activate(ticket, self.floor.fired_price, market)
            if self.accounts.lists.first_touched != NONE:
                self._review()

    def _leave_over(self, market: Market) -> None:
        """The rest goes on before the next command; before ruleset 4, a microsecond later."""
        due_us = self.results.time_us
        if not self.accounts.rules.leaves_over_at_once:
            due_us += 1
        elif self.is_turning:
            market.left_over_us = due_us
            if market.number not in self.left_over:
                self.left_over.append(market.number)
            return
        if market.left_over_us != due_us:
            market.left_over_us = due_us
            self.accounts.timers.add(due_us, CASCADE, market.number)

    def begin_turning(self) -> None:
        """What is left over while things fall due is not due in the same turn again."""
        self.is_turning = True

    def end_turning(self) -> None:
        self.is_turning = False
        for number in self.left_over:
            self.accounts.timers.add(self.results.time_us, CASCADE, number)
        self.left_over.clear()

    def _activate(self, ticket: i64, price: i64, market: Market) -> None:
        """A stop order becomes the market or limit order that it stands for."""
        accounts = self.accounts
        tickets = accounts.tickets
        self._close_sibling(ticket, market)
        tickets.activate(ticket)
        self.results.order_activated(market.number, tickets.order_id(ticket), tickets.account(ticket), price)
        order = self.order
        self._load(order, ticket)
        order.is_activated = True
        if is_stop_market(order.type):
            reason = self._fund_at_market(order, ticket, market)
            if reason != OK:
                self._refuse(ticket, reason, market)
                return
        self.begin(order, market)

    def _fund_at_market(self, order: Order, ticket: i64, market: Market) -> i64:
        """A buy holds all that is there besides, as a market order by quantity does."""
        accounts = self.accounts
        if order.side == BUY:
            accounts.holds.hold(ticket, accounts.ledger.available(accounts.tickets.spent(ticket)))
        order.hold = accounts.tickets.held(ticket)
        accounts.admission.fund(order, market)
        return self.floor.activation_refusal(market.number, order)

    def _close_sibling(self, ticket: i64, market: Market) -> None:
        """One of a pair goes on; the other expires, and what it held is the first one's."""
        accounts = self.accounts
        slot = accounts.tickets.list(ticket)
        if slot == NONE:
            return
        sibling = accounts.lists.sibling(slot, ticket)
        if sibling == NONE:
            return
        accounts.holds.hand_over(sibling, ticket)
        accounts.lists.set(slot, STAGE, OVER)
        self.close_order(sibling, EXPIRED)
        accounts.holds.fit_hold(market, ticket)

    def _refuse(self, ticket: i64, reason: i64, market: Market) -> None:
        """An accepted order whose time has come in vain."""
        tickets = self.accounts.tickets
        self.results.order_refused(market.number, reason, tickets.order_id(ticket), tickets.account(ticket))
        self.accounts.done(market, ticket, EXPIRED, tickets.unfilled(ticket))

    def _load(self, order: Order, ticket: i64) -> None:
        """The order of a ticket, with the lots that it has left."""
        tickets = self.accounts.tickets
        order.ticket = ticket
        order.order_id = tickets.order_id(ticket)
        order.account = tickets.account(ticket)
        order.group = tickets.word(ticket, GROUP)
        order.side = tickets.side(ticket)
        order.type = tickets.type(ticket)
        order.time_in_force = tickets.time_in_force(ticket)
        order.stp = tickets.stp(ticket)
        order.price = tickets.price(ticket)
        order.quantity = tickets.unfilled(ticket)
        order.quote_quantity = tickets.term(ticket, order_terms.QUOTE_QUANTITY)
        order.stop_price = tickets.term(ticket, order_terms.STOP_PRICE)
        order.trailing_bips = tickets.term(ticket, order_terms.TRAILING_BIPS)
        order.display_quantity = tickets.term(ticket, order_terms.DISPLAY_QUANTITY)
        order.expire_us = tickets.term(ticket, order_terms.EXPIRE_US)
        order.hold_price = tickets.term(ticket, order_terms.HOLD_PRICE)
        order.best_price = 0
        order.maker_ppm = tickets.maker_ppm(ticket)
        order.taker_ppm = tickets.taker_ppm(ticket)
        order.in_quote = tickets.in_quote(ticket)
        order.is_activated = False

    # Lists.

    def _review(self) -> None:
        lists = self.accounts.lists
        while lists.first_touched != NONE:
            slot = lists.next_touched()
            stage = lists.word(slot, STAGE)
            if lists.word(slot, OPEN) == 0:
                lists.close(slot)
            elif stage in (WORKING, PUT_OFF):
                self._review_working(slot)
            elif stage == PAIR:
                self._review_pair(slot)

    def _review_working(self, slot: i64) -> None:
        """Filled: the others begin. Anything else that closed one of them closes all."""
        lists = self.accounts.lists
        ended = lists.word(slot, ENDED)
        if ended == 0:
            return
        if ended == FILLED:
            if lists.word(slot, STAGE) == WORKING:
                self._begin_or_put_off(slot)
            return
        lists.set(slot, STAGE, OVER)
        self._close_rest(slot, CANCELED if ended == CANCELED else EXPIRED)

    def _begin_or_put_off(self, slot: i64) -> None:
        """Where the market called an auction meanwhile, what waited for the working order goes on waiting."""
        accounts = self.accounts
        market = self.listing.markets[accounts.tickets.market(accounts.lists.any_ticket(slot))]
        if market.status == TRADING or not accounts.rules.puts_lists_off:
            self._begin_pending(slot)
            return
        accounts.lists.set(slot, STAGE, PUT_OFF)
        accounts.put_off.add(market.number, slot)

    def _review_pair(self, slot: i64) -> None:
        lists = self.accounts.lists
        tickets = self.accounts.tickets
        first = lists.first_of_pair(slot)
        one, other = lists.ticket(slot, first), lists.ticket(slot, first + 1)
        if one == NONE or other == NONE:
            lists.set(slot, STAGE, OVER)
            self._close_rest(slot, CANCELED if lists.word(slot, ENDED) == CANCELED else EXPIRED)
        elif tickets.word(one, EXECUTED) != 0:
            self._close_sibling(one, self.listing.markets[tickets.market(one)])
        elif tickets.word(other, EXECUTED) != 0:
            self._close_sibling(other, self.listing.markets[tickets.market(other)])

    def _close_rest(self, slot: i64, status: i64) -> None:
        lists = self.accounts.lists
        position: i64 = 0
        while position < LIST_ORDERS_MAX:
            ticket = lists.ticket(slot, position)
            if ticket != NONE:
                self.close_order(ticket, status)
            position += 1

    def _begin_pending(self, slot: i64) -> None:
        """The working order is filled: the one or the two that waited for it go to the market, or close."""
        accounts = self.accounts
        lists = accounts.lists
        one, other = lists.ticket(slot, 1), lists.ticket(slot, 2)
        market = self.listing.markets[accounts.tickets.market(one)]
        lists.set(slot, STAGE, OVER if lists.word(slot, KIND) == OTO else PAIR)
        self._load_pending(self.order, one, market)
        if other != NONE:
            self._load_pending(self.second, other, market)
        reason = self._pending_refusal(one, other, market)
        if reason != OK:
            lists.set(slot, STAGE, OVER)
            self._close_rest(slot, EXPIRED)
            return
        self._leave_waiting(self.order)
        if other != NONE:
            self._leave_waiting(self.second)
        self.begin(self.order, market)
        if other != NONE:
            self.begin(self.second, market)
        if accounts.rules.fires_what_was_passed:
            self._fire_if_passed(self.order, market)
            if other != NONE:
                self._fire_if_passed(self.second, market)

    def _fire_if_passed(self, order: Order, market: Market) -> None:
        """A stop that the price passed while its order waited fires at once."""
        if is_stop(order.type) and order.trailing_bips == 0:
            self.floor.fire_if_passed(market.number, self.accounts.tickets.place(order.ticket))

    def _leave_waiting(self, order: Order) -> None:
        """From now on the order needs its funds."""
        if is_stop(order.type):
            self.accounts.tickets.set_state(order.ticket, DORMANT)
        else:
            self.accounts.tickets.activate(order.ticket)

    def _load_pending(self, order: Order, ticket: i64, market: Market) -> None:
        tickets = self.accounts.tickets
        self._load(order, ticket)
        if is_stop(order.type):
            order.hold_price = self.floor.first_stop(market.number, order)
            tickets.terms.set(tickets.word(ticket, TERMS), order_terms.HOLD_PRICE, order.hold_price)
        if order.quote_quantity != 0 and market.position_lots_max != 0 and self.accounts.rules.weighs_pending_in_quote:
            order.best_price = self.floor.best_ask(market.number)
        self.results.order_activated(market.number, order.order_id, order.account, 0)

    def _pending_refusal(self, one: i64, other: i64, market: Market) -> i64:
        """Whether the funds and the market let them begin; else says of which of them not. Holds what they need."""
        accounts = self.accounts
        tickets = accounts.tickets
        reason = self._position_refusal(other, market)
        available = accounts.ledger.available(accounts.tickets.spent(one))
        if reason == OK:
            reason = accounts.admission.funds_refusal(self.order, market, available)
        if reason == OK and other != NONE:
            reason = accounts.admission.funds_refusal(self.second, market, available)
        refused = one
        if reason == OK:
            reason = self._market_refusal(self.order, market)
            if reason == OK and other != NONE:
                refused = other
                reason = self._market_refusal(self.second, market)
        if reason != OK:
            self.results.order_refused(market.number, reason, tickets.order_id(refused), tickets.account(refused))
            return reason
        hold = self.order.hold
        keeper = one
        if other != NONE:
            hold = max(hold, self.second.hold)
            keeper = one if accounts.holds.is_keeper(one, other) else other
        accounts.holds.hold(keeper, hold)
        return OK

    def _market_refusal(self, order: Order, market: Market) -> i64:
        reason = self.floor.refusal(market.number, order)
        return OK if reason == WOULD_TRIGGER and self.accounts.rules.fires_what_was_passed else reason

    def _position_refusal(self, other: i64, market: Market) -> i64:
        """Of the first of two that wait: the other is as large, and would say the same of itself."""
        if not self.accounts.rules.asks_position_again:
            return OK
        waiting = int(self.order.quantity)
        if other != NONE:
            waiting += int(self.second.quantity)
        return self.accounts.admission.position_refusal_of_pending(self.order, market, waiting, self.results.bounds)
