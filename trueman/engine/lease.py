"""Does somebody still live? Judged by whether a counter goes on counting, on the watcher's own monotonic clock.

No clock is compared with another, so a host whose wall clock jumps loses no lease and gains none. Time counts only
while the watcher really looks: one that was paused, or cut off from the log, has seen nothing and starts over.
"""

BLINDNESS = 0.5
"""The part of a lease after which two looks are too far apart to say anything about what was between them."""


class Lease:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._sign: object = None
        self._since = 0.0
        self._looked = 0.0

    def is_over(self, sign: object, now: float) -> bool:
        """To be told of each look: `sign` is what changes while the other lives, `now` the asyncio loop's time."""
        blind = now - self._looked > self._seconds * BLINDNESS
        self._looked = now
        if blind or sign != self._sign:
            self._sign, self._since = sign, now
        return now - self._since >= self._seconds

    def lost_sight(self) -> None:
        """What comes next is a first look again."""
        self._sign = None
