"""What falls due comes in order, however it was added; and what means nothing any more does not pile up."""

from heapq import heappop, heappush

from hypothesis import given
from hypothesis import strategies as st

from trueman.core.timers import CANCEL_TIMER, ORDER_EXPIRY, STALE_MIN, Timers

TIMERS = st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(0, 4))
STEPS = st.lists(st.one_of(TIMERS, TIMERS, st.none()), max_size=120)


def popped(timers: Timers) -> tuple[int, int, int]:
    timers.pop()
    return timers.due_us, timers.kind, timers.number


@given(STEPS)
def test_timers_come_in_the_order_of_their_time_kind_and_number(steps: list[tuple[int, int, int] | None]) -> None:
    timers, plain = Timers(), list[tuple[int, int, int]]()
    for step in steps:
        if step is not None:
            timers.add(*step)
            heappush(plain, step)
        elif plain:
            assert popped(timers) == heappop(plain)
        assert timers.count == len(plain)
        for time_us in range(-1, 11):
            assert timers.has_due(time_us) == any(due <= time_us for due, _, _ in plain)
    while plain:
        assert popped(timers) == heappop(plain)
    assert not timers.has_due(2**62)


@given(st.lists(TIMERS, max_size=40), st.lists(TIMERS, max_size=40))
def test_a_cleared_heap_is_as_good_as_a_new_one(
    first: list[tuple[int, int, int]], second: list[tuple[int, int, int]]
) -> None:
    timers = Timers()
    for timer in first:
        timers.add(*timer)
    timers.clear()
    assert timers.count == 0
    for timer in second:
        timers.add(*timer)
    assert [popped(timers) for _ in second] == sorted(second)


def test_a_heap_is_made_again_when_most_of_it_is_stale() -> None:
    """As the exchange does it: of one switch that is set over and over only the last still means something."""
    timers, largest = Timers(), 0
    for order in range(10):
        timers.add(10**9 + order, ORDER_EXPIRY, order)
    for due_us in range(1, 5_000):
        if due_us > 1:
            timers.forget()
        timers.add(due_us, CANCEL_TIMER, 1_024)
        if timers.is_mostly_stale():
            timers.clear()
            timers.add(due_us, CANCEL_TIMER, 1_024)
            for order in range(10):
                timers.add(10**9 + order, ORDER_EXPIRY, order)
        largest = max(largest, timers.count)
    assert largest <= 2 * STALE_MIN
    assert len(timers.words) <= 3 * 2 * STALE_MIN


def test_few_stale_timers_are_left_where_they_are() -> None:
    timers = Timers()
    for number in range(STALE_MIN):
        timers.add(1, ORDER_EXPIRY, number)
        timers.forget()
    assert not timers.is_mostly_stale()
    timers.forget()
    assert timers.is_mostly_stale()
    for number in range(2 * STALE_MIN):
        timers.add(2, ORDER_EXPIRY, number)
    assert not timers.is_mostly_stale()
