"""The full walk: every sum, link and count of the state, asserted one by one. For tests, snapshots and audits."""

from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.book import BookSide
from trueman.core.floor import Floor
from trueman.core.ledger import ACCOUNT_WORDS
from trueman.core.listing import Listing
from trueman.core.matching import Matching
from trueman.core.seats import SEAT_WORDS
from trueman.core.tickets import FEE_CREDIT, NEWER, OLDER, QUANTITY
from trueman.core.units import BUY, FEE_ACCOUNT, NONE, OUTSIDE_ACCOUNT, PPM_ONE, SUPPLY_ATOMS_MAX


def check_exchange(listing: Listing, accounts: Accounts, floor: Floor) -> None:
    assert len(listing.markets) == len(floor.matchings)
    assert len(listing.assets) == len(accounts.ledger.outside)
    check_conservation(listing, accounts)
    check_holds(accounts)
    check_tickets(listing, accounts, floor)
    resting: i64 = 0
    for matching in floor.matchings:
        check_uncrossed(matching)
        resting += check_side(matching.book.bids, accounts, matching.market.number)
        resting += check_side(matching.book.asks, accounts, matching.market.number)
    assert resting == floor.orders.count
    assert resting == accounts.tickets.by_order_id.count
    assert resting == accounts.tickets.client_ids.count


def check_conservation(listing: Listing, accounts: Accounts) -> None:
    """Every asset sums to zero over all accounts, and only OUTSIDE is ever below it."""
    ledger = accounts.ledger
    sums = [0] * len(listing.assets)
    slot: i64 = 0
    while slot < len(ledger.words):
        sums[ledger.asset(slot)] += int(ledger.available(slot)) + int(ledger.held(slot))
        assert ledger.held(slot) >= 0
        assert ledger.find(ledger.owner(slot), ledger.asset(slot)) == slot
        if ledger.owner(slot) == OUTSIDE_ACCOUNT:
            assert -SUPPLY_ATOMS_MAX <= ledger.available(slot) <= 0
        else:
            assert ledger.available(slot) >= 0
        if ledger.owner(slot) <= FEE_ACCOUNT:
            assert ledger.held(slot) == 0
        slot += ACCOUNT_WORDS
    assert not any(sums)


def check_holds(accounts: Accounts) -> None:
    """What an account holds is what its open orders hold, to the atom."""
    ledger = accounts.ledger
    held: dict[int, int] = {}
    seat: i64 = 0
    while seat < len(accounts.seats.words):
        check_seat(accounts, seat, held)
        seat += SEAT_WORDS
    slot: i64 = 0
    while slot < len(ledger.words):
        assert ledger.held(slot) == held.get(slot, 0)
        slot += ACCOUNT_WORDS


def check_seat(accounts: Accounts, seat: i64, held: dict[int, int]) -> None:
    """Walk a seat's open orders, oldest first, and add up what they hold."""
    seats = accounts.seats
    tickets = accounts.tickets
    count: i64 = 0
    older: i64 = NONE
    ticket = seats.oldest(seat)
    while ticket != NONE:
        assert tickets.seat(ticket) == seat
        assert tickets.account(ticket) == seats.account(seat)
        assert tickets.word(ticket, OLDER) == older
        assert older == NONE or tickets.order_id(older) < tickets.order_id(ticket)
        slot = seats.quote(seat) if tickets.side(ticket) == BUY else seats.base(seat)
        held[slot] = held.get(slot, 0) + tickets.held(ticket)
        count += 1
        older = ticket
        ticket = tickets.word(ticket, NEWER)
    assert seats.newest(seat) == older
    assert seats.open_orders(seat) == count


def check_tickets(listing: Listing, accounts: Accounts, floor: Floor) -> None:
    """An open order holds exactly what its rest needs, and both sides know it by the same number."""
    tickets = accounts.tickets
    for order_id in tickets.by_order_id.sorted_keys():
        ticket = tickets.by_order_id.find(order_id)
        place = tickets.place(ticket)
        market = listing.markets[accounts.seats.market(tickets.seat(ticket))]
        unfilled = floor.orders.unfilled(place)
        assert order_id <= accounts.last_order_id
        assert floor.orders.order_id(place) == order_id
        assert floor.orders.ticket(place) == ticket
        assert 0 < unfilled <= tickets.word(ticket, QUANTITY)
        assert tickets.held(ticket) == accounts.need(market, ticket, unfilled)
        assert 0 <= tickets.word(ticket, FEE_CREDIT) < PPM_ONE


def check_uncrossed(matching: Matching) -> None:
    bids = matching.book.bids
    asks = matching.book.asks
    if bids.best != NONE and asks.best != NONE:
        assert bids.levels.price(bids.best) < asks.levels.price(asks.best)


def check_side(side: BookSide, accounts: Accounts, market: i64) -> i64:
    """Strictly sorted levels, none empty, totals that are sums; return how many orders rest here."""
    levels = side.levels
    count: i64 = 0
    counted: i64 = 0
    better: i64 = NONE
    level = side.best
    while level != NONE:
        assert levels.better(level) == better
        assert side.ladder.find(levels.price(level)) == level
        if better != NONE:
            assert (levels.price(level) < levels.price(better)) == (side.side == BUY)
            assert levels.price(level) != levels.price(better)
        count += check_level(side, level, accounts, market)
        counted += 1
        better = level
        level = levels.worse(level)
    assert counted == levels.count
    return count


def check_level(side: BookSide, level: i64, accounts: Accounts, market: i64) -> i64:
    orders = side.orders
    tickets = accounts.tickets
    count: i64 = 0
    total: i64 = 0
    older: i64 = NONE
    place = side.levels.oldest(level)
    assert place != NONE
    while place != NONE:
        ticket = orders.ticket(place)
        assert orders.level(place) == level
        assert orders.older(place) == older
        assert older == NONE or orders.order_id(older) < orders.order_id(place)
        assert tickets.place(ticket) == place
        assert tickets.side(ticket) == side.side
        assert tickets.price(ticket) == side.levels.price(level)
        assert tickets.account(ticket) == orders.account(place)
        assert accounts.seats.market(tickets.seat(ticket)) == market
        total += orders.unfilled(place)
        count += 1
        older = place
        place = orders.newer(place)
    assert side.levels.newest(level) == older
    assert side.levels.total(level) == total
    return count
