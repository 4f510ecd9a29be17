"""The full walk through the market side: every sum, link and count of it, asserted one by one."""

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.check_side import check_side
from trueman.core.check_trailing import check_trailing
from trueman.core.floor import Floor
from trueman.core.matching import Matching
from trueman.core.resting import ICEBERG
from trueman.core.triggers import FIRED, Triggers
from trueman.core.units import BUY, NONE, STP_DECREMENT, STP_NONE, TRADING, TRAILING_ORDERS_MAX


def check_floor(floor: Floor) -> None:
    """What the account side knows of an order is not asked here."""
    known: i64 = 0
    icebergs: i64 = 0
    for matching in floor.matchings:
        check_uncrossed(matching)
        for side in (matching.book.bids, matching.book.asks):
            known += check_side(side)
            icebergs += check_resting(side)
        known += check_triggers(matching.triggers)
    assert known == floor.orders.count
    assert icebergs == floor.orders.icebergs.count


def check_uncrossed(matching: Matching) -> None:
    """Only a market that trades matches what crosses."""
    if matching.market.status == TRADING:
        assert not matching.book.is_crossed()


def check_resting(side: BookSide) -> i64:
    """Every order shows something, and what icebergs hide adds up; return how many of them there are."""
    orders = side.orders
    icebergs: i64 = 0
    level = side.best
    while level != NONE:
        hidden: i64 = 0
        place = side.levels.oldest(level)
        while place != NONE:
            assert orders.visible(place) > 0
            assert STP_NONE <= orders.stp(place) <= STP_DECREMENT
            if orders.words[place + ICEBERG] != NONE:
                assert orders.hidden(place) > 0
                assert orders.visible(place) <= orders.display(place)
                icebergs += 1
            hidden += orders.hidden(place)
            place = orders.newer(place)
        assert side.levels.hidden(level) == hidden
        level = side.levels.worse(level)
    return icebergs


def check_triggers(triggers: Triggers) -> i64:
    """Dormant orders lie in the book of their direction or track the price."""
    dormant: i64 = 0
    for side in (triggers.falling, triggers.rising):
        dormant += check_side(side)
        check_dormant(triggers, side)
    dormant += check_trailing(triggers, triggers.falling_trails) + check_trailing(triggers, triggers.rising_trails)
    assert dormant == triggers.dormant
    assert triggers.trailing_orders() <= TRAILING_ORDERS_MAX
    return dormant + check_fired(triggers)


def check_dormant(triggers: Triggers, side: BookSide) -> None:
    """At each stop whoever came first, and nobody who tracks the price."""
    level = side.best
    while level != NONE:
        assert side.levels.total(level) == 0
        turn: i64 = 0
        place = side.levels.oldest(level)
        while place != NONE:
            assert triggers.is_rising(place) == (side.side != BUY)
            assert turn < triggers.turn_of(place) <= triggers.turn
            turn = triggers.turn_of(place)
            place = side.orders.newer(place)
        level = side.levels.worse(level)


def check_fired(triggers: Triggers) -> i64:
    orders = triggers.orders
    count: i64 = 0
    older: i64 = NONE
    place = triggers.first_fired
    while place != NONE:
        assert orders.level(place) == FIRED
        assert orders.older(place) == older
        assert triggers.trail_of(place) == NONE
        count += 1
        older = place
        place = orders.newer(place)
    assert triggers.last_fired == older
    assert count == triggers.fired
    return count
