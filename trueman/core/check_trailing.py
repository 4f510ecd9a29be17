"""The walk through what trails: every crowd has one extreme, every heap is one, and each mark is where it belongs."""

from mypy_extensions import i64

from trueman.core.check_side import check_side
from trueman.core.trailing import PARTNER, TOP, Trailing
from trueman.core.trails import BIPS, CROWD, EXTREME, LEFT, PARENT, PLACE, RIGHT, TURN, Trails
from trueman.core.triggers import TRACKING, Triggers
from trueman.core.triggers_state import all_trails
from trueman.core.units import NONE


def check_trailing(triggers: Triggers, trailing: Trailing) -> i64:
    """Return how many track the price: those that do not lie in a book."""
    trails = trailing.trails
    found = all_trails(trails)
    assert len(found) == trails.count
    tracking: i64 = 0
    for trail in found:
        place = trails.word(trail, PLACE)
        assert triggers.trail_of(place) == trail
        assert triggers.follows_a_low(place) == trailing.is_rising
        assert not (trails.is_tracking(trail) and triggers.turns_round(place))
        assert (triggers.orders.level(place) == TRACKING) == trails.is_tracking(trail)
        tracking += 1 if trails.is_tracking(trail) else 0
        assert trails.word(trail, TURN) <= triggers.turn
    assert check_crowds(trailing) == tracking
    return tracking


def check_crowds(trailing: Trailing) -> i64:
    """Each crowd is alone at its extreme, and marked at its first stop; return how many trails are in one."""
    crowds = check_side(trailing.extremes)
    assert crowds == trailing.extremes.levels.count == check_side(trailing.stops)
    assert trailing.marks.count == 2 * crowds
    tracking: i64 = 0
    level = trailing.extremes.best
    while level != NONE:
        crowd = trailing.extremes.levels.oldest(level)
        mark = trailing.marks.words[crowd + PARTNER]
        top = trailing.marks.words[crowd + TOP]
        assert trailing.marks.words[mark + PARTNER] == crowd == trailing.trails.word(top, CROWD)
        assert trailing.trails.word(top, PARENT) == NONE
        assert trailing.stops.levels.price(trailing.marks.level(mark)) == trailing.trails.stop(top)
        tracking += check_heap(trailing.trails, top, trailing.extremes.levels.price(level))
        level = trailing.extremes.levels.worse(level)
    return tracking


def check_heap(trails: Trails, top: i64, extreme: i64) -> i64:
    """Nobody is below one with a greater distance, and all have seen the same; return how many they are."""
    waiting = [top]
    count: i64 = 0
    while waiting:
        trail: i64 = waiting.pop()
        count += 1
        assert trails.word(trail, EXTREME) == extreme
        for side in (LEFT, RIGHT):
            below = trails.word(trail, side)
            if below != NONE:
                assert trails.word(below, PARENT) == trail
                assert trails.word(below, BIPS) >= trails.word(trail, BIPS)
                waiting.append(below)
    return count
