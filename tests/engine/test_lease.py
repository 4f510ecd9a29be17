"""A lease judges by looks on one's own clock, and by nothing else."""

from trueman.engine.lease import Lease


def looks(lease: Lease, sign: object, *times: float) -> list[bool]:
    return [lease.is_over(sign, now) for now in times]


def test_a_sign_that_stays_the_same_for_the_lease_is_over() -> None:
    assert looks(Lease(3), 7, 100, 101, 102, 102.9, 103) == [False, False, False, False, True]


def test_each_new_sign_begins_the_lease_again() -> None:
    lease = Lease(3)
    assert looks(lease, 7, 100, 101, 102) == [False] * 3
    assert looks(lease, 8, 102.5, 103.5, 104.5, 105.4) == [False] * 4
    assert looks(lease, 8, 105.5) == [True]


def test_a_watcher_that_was_paused_has_seen_nothing_meanwhile() -> None:
    """C17 C32: a shadow that wakes up, or whose host slept, does not take over from a primary that lived on."""
    lease = Lease(3)
    assert looks(lease, 7, 100, 101) == [False, False]
    assert looks(lease, 7, 111, 112, 113) == [False] * 3
    assert looks(lease, 7, 114) == [True]


def test_a_watcher_that_was_cut_off_begins_again() -> None:
    """C33: both lost the log; when it is back the primary has time for its next beat."""
    lease = Lease(3)
    assert looks(lease, 7, 100, 101, 102) == [False] * 3
    lease.lost_sight()
    assert looks(lease, 7, 103, 104, 105) == [False] * 3
    assert looks(lease, 7, 106) == [True]
