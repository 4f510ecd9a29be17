"""The full walk through the market side: every sum, link and count of it, asserted one by one."""

from mypy_extensions import i64

from trueman.core.book import BookSide
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


def check_side(side: BookSide) -> i64:
    """Strictly sorted levels, none empty, totals that are sums; return how many orders are here."""
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
        count += check_level(side, level)
        counted += 1
        better = level
        level = levels.worse(level)
    assert counted == levels.count
    return count


def check_level(side: BookSide, level: i64) -> i64:
    orders = side.orders
    count: i64 = 0
    total: i64 = 0
    older: i64 = NONE
    place = side.levels.oldest(level)
    assert place != NONE
    while place != NONE:
        assert orders.level(place) == level
        assert orders.older(place) == older
        total += orders.visible(place)
        count += 1
        older = place
        place = orders.newer(place)
    assert side.levels.newest(level) == older
    assert side.levels.total(level) == total
    return count


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
    """Dormant orders lie in the book of their direction, and trails and orders point at each other."""
    dormant: i64 = 0
    for side in (triggers.falling, triggers.rising):
        dormant += check_side(side)
        check_dormant(triggers, side)
    assert dormant == triggers.dormant
    check_trailing(triggers)
    return dormant + check_fired(triggers)


def check_dormant(triggers: Triggers, side: BookSide) -> None:
    level = side.best
    while level != NONE:
        assert side.levels.total(level) == 0
        place = side.levels.oldest(level)
        while place != NONE:
            assert triggers.is_rising(place) == (side.side != BUY)
            trail = triggers.trail_of(place)
            assert trail == NONE or triggers.trailing.place(trail) == place
            place = side.orders.newer(place)
        level = side.levels.worse(level)


def check_trailing(triggers: Triggers) -> None:
    trailing = triggers.trailing
    count: i64 = 0
    trail = trailing.oldest
    while trail != NONE:
        assert triggers.trail_of(trailing.place(trail)) == trail
        assert trailing.extreme(trail) >= 0
        count += 1
        trail = trailing.newer(trail)
    assert count == trailing.count <= TRAILING_ORDERS_MAX


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
