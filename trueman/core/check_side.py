"""The walk through one side of a book, whatever lies in it: levels, queues and sums."""

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.units import BUY, NONE


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
