"""The full walk: every sum, link and count of the state, asserted one by one. For tests, snapshots and audits."""

from mypy_extensions import i64

from trueman.core import client_ids
from trueman.core.accounts import Accounts
from trueman.core.check_floor import check_floor
from trueman.core.check_money import check_conservation, check_members
from trueman.core.floor import Floor
from trueman.core.listing import Listing
from trueman.core.members import TIMED_ORDERS
from trueman.core.order_lists import LIST_ID, LIST_ORDERS_MAX, OPEN, PLACE, PUT_OFF, STAGE
from trueman.core.order_terms import DISPLAY_QUANTITY, TRAILING_BIPS
from trueman.core.seats import SEAT_WORDS, TRAILING_ORDERS
from trueman.core.tickets import (
    CLIENT_ID,
    CREDIT,
    DORMANT,
    EXECUTED,
    NEWER,
    OLDER,
    PENDING,
    QUANTITY,
    RESTING,
)
from trueman.core.units import BUY, GTD, NONE, PPM_ONE


def check_exchange(listing: Listing, accounts: Accounts, floor: Floor) -> None:
    assert len(listing.markets) == len(floor.matchings)
    assert len(listing.assets) == len(accounts.ledger.outside)
    check_conservation(accounts.ledger)
    check_members(accounts.members)
    check_holds(accounts)
    check_tickets(listing, accounts, floor)
    check_lists(accounts)
    check_put_off(accounts)
    check_client_ids(accounts)
    check_floor(floor)


def check_holds(accounts: Accounts) -> None:
    """What an account holds is what its open orders hold, to the atom."""
    ledger = accounts.ledger
    held: dict[int, int] = {}
    seat: i64 = 0
    while seat < len(accounts.seats.words):
        check_seat(accounts, seat, held)
        seat += SEAT_WORDS
    for key in ledger.slots.sorted_keys():
        slot = ledger.slots.find(key)
        assert ledger.held(slot) == held.get(slot, 0)


def check_seat(accounts: Accounts, seat: i64, held: dict[int, int]) -> None:
    """Walk a seat's open orders, oldest first, add up what they hold and count their kinds."""
    seats = accounts.seats
    tickets = accounts.tickets
    count: i64 = 0
    algo: i64 = 0
    icebergs: i64 = 0
    trailing: i64 = 0
    buying: int = 0
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
        buying += int(tickets.unfilled(ticket)) if tickets.side(ticket) == BUY else 0
        algo += 1 if tickets.is_algo(ticket) else 0
        trailing += 1 if tickets.is_algo(ticket) and tickets.term(ticket, TRAILING_BIPS) != 0 else 0
        icebergs += 1 if tickets.term(ticket, DISPLAY_QUANTITY) != 0 else 0
        older = ticket
        ticket = tickets.word(ticket, NEWER)
    assert seats.newest(seat) == older
    assert not tickets.buying.is_counted(seat) or tickets.buying.lots(seat) == buying
    assert seats.open_orders(seat) == count
    assert seats.algo_orders(seat) == algo
    assert seats.iceberg_orders(seat) == icebergs
    assert seats.counted(seat, TRAILING_ORDERS) == trailing


def check_tickets(listing: Listing, accounts: Accounts, floor: Floor) -> None:
    """An open order holds exactly what it needs, and both sides know it by the same number."""
    tickets = accounts.tickets
    timed: dict[int, int] = {}
    in_market: i64 = 0
    for order_id in tickets.by_order_id.sorted_keys():
        ticket = tickets.by_order_id.find(order_id)
        state = tickets.state(ticket)
        market = listing.markets[tickets.market(ticket)]
        assert order_id <= accounts.last_order_id
        assert state in (RESTING, DORMANT, PENDING)
        assert tickets.held(ticket) == accounts.holds.pair_need(market, ticket)
        assert -PPM_ONE < tickets.word(ticket, CREDIT) < PPM_ONE
        assert tickets.unfilled(ticket) + tickets.word(ticket, EXECUTED) <= tickets.word(ticket, QUANTITY)
        if tickets.time_in_force(ticket) == GTD:
            timed[tickets.account(ticket)] = timed.get(tickets.account(ticket), 0) + 1
        if state != PENDING:
            in_market += 1
            check_ticket_in_market(tickets.place(ticket), order_id, ticket, accounts, floor)
    assert sum(timed.values()) == accounts.admission.timed
    for account in accounts.members.slots.sorted_keys():
        member = accounts.members.find(account)
        assert accounts.members.word(member, TIMED_ORDERS) == timed.get(account, 0)
    assert in_market == floor.orders.count


def check_ticket_in_market(place: i64, order_id: i64, ticket: i64, accounts: Accounts, floor: Floor) -> None:
    tickets = accounts.tickets
    orders = floor.orders
    assert orders.order_id(place) == order_id
    assert orders.ticket(place) == ticket
    assert tickets.unfilled(ticket) > 0
    if tickets.state(ticket) == RESTING:
        matching = floor.matchings[tickets.market(ticket)]
        side = matching.book.of(tickets.side(ticket))
        assert orders.unfilled(place) == tickets.unfilled(ticket)
        assert side.levels.price(orders.level(place)) == tickets.price(ticket)


def check_lists(accounts: Accounts) -> None:
    """Every open order of a list is in its place there, and no place is anybody else's."""
    lists = accounts.lists
    assert lists.first_touched == NONE
    for list_id in lists.by_list_id.sorted_keys():
        slot = lists.by_list_id.find(list_id)
        count: i64 = 0
        position: i64 = 0
        while position < LIST_ORDERS_MAX:
            ticket = lists.ticket(slot, position)
            if ticket != NONE:
                assert accounts.tickets.list(ticket) == slot
                count += 1
            position += 1
        assert 0 < count == lists.word(slot, OPEN)


def check_put_off(accounts: Accounts) -> None:
    """Every list that was put off waits once, in its own market and behind no younger one; nothing else does."""
    lists = accounts.lists
    heaps = accounts.put_off.heaps
    count: i64 = 0
    for list_id in lists.by_list_id.sorted_keys():
        slot = lists.by_list_id.find(list_id)
        place = lists.word(slot, PLACE)
        assert (place != NONE) == (lists.word(slot, STAGE) == PUT_OFF)
        if place != NONE:
            market = accounts.tickets.market(lists.any_ticket(slot))
            assert market < len(heaps)
            heap = heaps[market]
            assert place < heap.count
            assert heap.slots[place] == slot
            assert place == 0 or lists.word(heap.slots[(place - 1) >> 1], LIST_ID) < list_id
            count += 1
    assert accounts.put_off.count == count
    for heap in heaps:
        count -= heap.count
    assert count == 0


def check_client_ids(accounts: Accounts) -> None:
    """Every open order is remembered by its client id, and every member's queue is whole."""
    ids = accounts.client_ids
    tickets = accounts.tickets
    for order_id in tickets.by_order_id.sorted_keys():
        ticket = tickets.by_order_id.find(order_id)
        number = tickets.word(ticket, CLIENT_ID)
        assert ids.ticket(number) == ticket
        assert ids.word(number, client_ids.ORDER_ID) == order_id
        assert ids.word(number, client_ids.ACCOUNT) == tickets.account(ticket)
    members = accounts.members
    for account in members.slots.sorted_keys():
        member = members.find(account)
        count: i64 = 0
        number = members.oldest_id(member)
        while number != NONE:
            assert ids.word(number, client_ids.ACCOUNT) == account
            count += 1
            if ids.next(number) == NONE:
                assert members.newest_id(member) == number
            number = ids.next(number)
        assert count == members.ids(member)
