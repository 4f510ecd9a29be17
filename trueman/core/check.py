"""The full walk: every sum, link and count of the state, asserted one by one. For tests, snapshots and audits."""

from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.book import BookSide
from trueman.core.floor import Floor
from trueman.core.listing import Listing
from trueman.core.matching import Matching
from trueman.core.units import BUY, FEE_ACCOUNT, NONE, OUTSIDE_ACCOUNT, SUPPLY_ATOMS_MAX


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
    assert resting == len(accounts.tickets.by_client_key)


def check_conservation(listing: Listing, accounts: Accounts) -> None:
    """Every asset sums to zero over all accounts, and only OUTSIDE is ever below it."""
    ledger = accounts.ledger
    sums = [0] * len(listing.assets)
    slot: i64 = 0
    while slot < len(ledger.owner):
        sums[ledger.asset[slot]] += int(ledger.available[slot]) + int(ledger.held[slot])
        assert ledger.held[slot] >= 0
        assert ledger.find(ledger.owner[slot], ledger.asset[slot]) == slot
        if ledger.owner[slot] == OUTSIDE_ACCOUNT:
            assert -SUPPLY_ATOMS_MAX <= ledger.available[slot] <= 0
        else:
            assert ledger.available[slot] >= 0
        if ledger.owner[slot] <= FEE_ACCOUNT:
            assert ledger.held[slot] == 0
        slot += 1
    assert not any(sums)


def check_holds(accounts: Accounts) -> None:
    """What an account holds is what its open orders hold, to the atom."""
    ledger = accounts.ledger
    seats = accounts.seats
    tickets = accounts.tickets
    held = [0] * len(ledger.owner)
    seat: i64 = 0
    while seat < len(seats.account):
        count: i64 = 0
        ticket = seats.oldest[seat]
        older: i64 = NONE
        while ticket != NONE:
            assert tickets.seat[ticket] == seat
            assert tickets.older[ticket] == older
            assert older == NONE or tickets.order_id[older] < tickets.order_id[ticket]
            held[seats.quote[seat] if tickets.side[ticket] == BUY else seats.base[seat]] += tickets.held[ticket]
            count += 1
            older = ticket
            ticket = tickets.newer[ticket]
        assert seats.newest[seat] == older
        assert seats.open_orders[seat] == count
        seat += 1
    slot: i64 = 0
    while slot < len(ledger.owner):
        assert ledger.held[slot] == held[slot]
        slot += 1


def check_tickets(listing: Listing, accounts: Accounts, floor: Floor) -> None:
    """An open order holds exactly what its rest needs, and both sides know it by the same number."""
    tickets = accounts.tickets
    for order_id in tickets.by_order_id.sorted_keys():
        ticket = tickets.by_order_id.find(order_id)
        place = tickets.place[ticket]
        market = listing.markets[accounts.seats.market[tickets.seat[ticket]]]
        assert order_id <= accounts.last_order_id
        assert floor.orders.order_id[place] == order_id
        assert floor.orders.ticket[place] == ticket
        assert 0 < floor.orders.unfilled[place] <= tickets.quantity[ticket]
        assert tickets.held[ticket] == accounts.need(market, ticket, floor.orders.unfilled[place])
        assert tickets.find_client_key(tickets.client_key[ticket]) == ticket


def check_uncrossed(matching: Matching) -> None:
    bids = matching.book.bids
    asks = matching.book.asks
    if bids.best != NONE and asks.best != NONE:
        assert bids.price[bids.best] < asks.price[asks.best]


def check_side(side: BookSide, accounts: Accounts, market: i64) -> i64:
    """Strictly sorted levels, none empty, totals that are sums; return how many orders rest here."""
    count: i64 = 0
    levels: i64 = 0
    better: i64 = NONE
    level = side.best
    while level != NONE:
        assert side.better[level] == better
        assert side.ladder.find(side.price[level]) == level
        if better != NONE:
            assert (side.price[level] < side.price[better]) == (side.side == BUY)
            assert side.price[level] != side.price[better]
        count += check_level(side, level, accounts, market)
        levels += 1
        better = level
        level = side.worse[level]
    assert levels == side.levels
    return count


def check_level(side: BookSide, level: i64, accounts: Accounts, market: i64) -> i64:
    orders = side.orders
    tickets = accounts.tickets
    count: i64 = 0
    total: i64 = 0
    older: i64 = NONE
    place = side.oldest[level]
    assert place != NONE
    while place != NONE:
        ticket = orders.ticket[place]
        assert orders.level[place] == level
        assert orders.older[place] == older
        assert older == NONE or orders.order_id[older] < orders.order_id[place]
        assert tickets.place[ticket] == place
        assert tickets.side[ticket] == side.side
        assert tickets.price[ticket] == side.price[level]
        assert accounts.seats.market[tickets.seat[ticket]] == market
        assert accounts.seats.account[tickets.seat[ticket]] == orders.account[place]
        total += orders.unfilled[place]
        count += 1
        older = place
        place = orders.newer[place]
    assert side.newest[level] == older
    assert side.total[level] == total
    return count
