"""What falls due by log time: orders that expire, dead man's switches, ends of auctions, triggered orders left over."""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.floor import Floor
from trueman.core.following import Following
from trueman.core.governing import Governing
from trueman.core.listing import Listing
from trueman.core.order_terms import EXPIRE_US
from trueman.core.sweeping import Sweeping
from trueman.core.timers import AUCTION_END, CANCEL_TIMER, CASCADE, ORDER_EXPIRY, Timers
from trueman.core.units import EXPIRED, GTD, NONE, TRADING


@final
class Calendar:
    """A timer means something only as long as the state still says what it says."""

    def __init__(
        self,
        listing: Listing,
        accounts: Accounts,
        floor: Floor,
        following: Following,
        sweeping: Sweeping,
        governing: Governing,
    ) -> None:
        self.listing: Final[Listing] = listing
        self.accounts: Final[Accounts] = accounts
        self.floor: Final[Floor] = floor
        self.following: Final[Following] = following
        self.sweeping: Final[Sweeping] = sweeping
        self.governing: Final[Governing] = governing

    def turn(self, time_us: i64) -> None:
        """Let everything happen that is due at a time, one thing after the other."""
        timers = self.accounts.timers
        self.following.begin_turning()
        while timers.has_due(time_us):
            timers.pop()
            if not is_standing(self.listing, self.accounts, timers.due_us, timers.kind, timers.number):
                continue
            if timers.kind == ORDER_EXPIRY:
                self.sweeping.close_each([timers.number], EXPIRED)
            elif timers.kind == CANCEL_TIMER:
                self.sweeping.fall(timers.number)
            elif timers.kind == AUCTION_END:
                self._end_auction(timers.number)
            else:
                self._go_on(timers.number)
        self.following.end_turning()

    def _go_on(self, number: i64) -> None:
        """What was left over goes on; what is left over again sets a timer of its own."""
        market = self.listing.markets[number]
        market.left_over_us = 0
        self.following.finish(market)

    def _end_auction(self, number: i64) -> None:
        market = self.listing.markets[number]
        self.listing.set_status(number, TRADING)
        self.following.results.market_defined(market)
        self.governing.open_market(market)


def is_standing(listing: Listing, accounts: Accounts, due_us: i64, kind: i64, number: i64) -> bool:
    """Whether a timer still means what it meant when it was set."""
    tickets = accounts.tickets
    if kind == ORDER_EXPIRY:
        ticket = tickets.by_order_id.find(number)
        return ticket != NONE and tickets.time_in_force(ticket) == GTD and tickets.term(ticket, EXPIRE_US) == due_us
    if kind == CANCEL_TIMER:
        return accounts.members.cancel_due_us(accounts.members.find(number)) == due_us
    if kind == AUCTION_END:
        return listing.markets[number].auction_until_us == due_us
    assert kind == CASCADE
    return listing.markets[number].left_over_us == due_us


def standing_timers(listing: Listing, accounts: Accounts, timers: Timers) -> list[tuple[int, int, int]]:
    """Every timer that still means something, in the order in which they fall due."""
    standing: list[tuple[int, int, int]] = []
    for due_us, kind, number in timers.entries():
        if is_standing(listing, accounts, due_us, kind, number):
            standing.append((due_us, kind, number))
    standing.sort()
    return standing


def renew(listing: Listing, accounts: Accounts, timers: Timers) -> None:
    """Leave out what has become stale."""
    standing = standing_timers(listing, accounts, timers)
    timers.clear()
    for due_us, kind, number in standing:
        timers.add(due_us, kind, number)
