"""The trailing stops of one direction: those that have seen the same extreme are a crowd and follow the price together.

A price looks at two things: the crowd whose extreme it beats first, and the crowd whose first stop it reaches first.
Both are the best of a side of a book, in which a crowd has a mark: so a trade that neither beats nor reaches anything
costs two looks, a new extreme costs the crowds that it makes one of, and firing the trails that fire. Nothing walks
all of them.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.resting import ORDER_ID, TICKET, RestingOrders
from trueman.core.trails import AT_NOTHING, CROWD, EXTREME, PARENT, PLACE, SINCE, TURN, Trails
from trueman.core.units import BUY, NONE, SELL

TOP: Final = ORDER_ID
PARTNER: Final = TICKET
"""What a mark keeps in the words of a resting order: the top of its crowd, and where the crowd's other mark is."""


@final
class Trailing:
    """A crowd is where its mark among the extremes lies. Its mark among the stops is at the first of them."""

    def __init__(self, is_rising: bool) -> None:
        extremes: i64 = SELL
        stops: i64 = BUY
        if is_rising:
            extremes = BUY
            stops = SELL
        self.is_rising: Final[bool] = is_rising
        self.trails: Final[Trails] = Trails(is_rising)
        self.marks: Final[RestingOrders] = RestingOrders()
        self.extremes: Final[BookSide] = BookSide(extremes, self.marks)
        self.stops: Final[BookSide] = BookSide(stops, self.marks)

    def first_stop(self) -> i64:
        """The stop that the price meets first, of all; there has to be one."""
        return self.stops.levels.price(self.stops.best)

    def begin(self, trail: i64, extreme: i64, turn: i64) -> None:
        """Let a trail track the price from here."""
        words = self.trails.words
        words[trail + EXTREME] = extreme
        words[trail + TURN] = turn
        self._join(trail, extreme)

    def close(self, trail: i64) -> None:
        """Forget a trail, wherever it is."""
        if self.trails.is_tracking(trail):
            is_top = self.trails.word(trail, PARENT) == NONE
            rest = self.trails.leave(trail)
            if is_top:
                self._lead(self.trails.word(trail, CROWD), rest)
        self.trails.close(trail)

    def take(self, stop: i64) -> list[tuple[int, int, int]]:
        """Take out all that are at the first stop, in the order in which they fire: when each came there, when it was
        laid down, and its place."""
        taken: list[tuple[int, int, int]] = []
        words = self.trails.words
        while self.stops.best != NONE and self.first_stop() == stop:
            mark = self.stops.levels.oldest(self.stops.best)
            trail = self.marks.words[self.marks.words[mark + PARTNER] + TOP]
            taken.append((words[trail + TURN], words[trail + SINCE], words[trail + PLACE]))
            self.close(trail)
        taken.sort()
        return taken

    def follow(self, price: i64, turn: i64) -> None:
        """Let every crowd whose extreme this price beats have it as its extreme."""
        beaten = price + 1 if self.is_rising else price - 1
        if beaten == AT_NOTHING or not self.extremes.crosses(beaten):
            return
        top: i64 = NONE
        while self.extremes.crosses(beaten):
            crowd = self.extremes.levels.oldest(self.extremes.best)
            first = self.marks.words[crowd + TOP]
            self.trails.follow(first, price, turn, NONE)
            top = self.trails.meld(top, first)
            self._lead(crowd, NONE)
        self._join(top, price)

    def _join(self, trail: i64, extreme: i64) -> None:
        """Bring a heap into the crowd of its extreme."""
        level = self.extremes.ladder.find(extreme)
        if level == NONE:
            self._lead(self._open(extreme), trail)
        else:
            crowd = self.extremes.levels.oldest(level)
            self._lead(crowd, self.trails.meld(self.marks.words[crowd + TOP], trail))

    def _open(self, extreme: i64) -> i64:
        """A crowd that has nobody yet, and no mark among the stops."""
        crowd = self.marks.open(NONE, NONE, 0, 0)
        self.extremes.rest(crowd, extreme)
        return crowd

    def _lead(self, crowd: i64, top: i64) -> None:
        """Put a crowd's mark at the stop of its first; one that has nobody any more is gone."""
        marks = self.marks
        mark = marks.ticket(crowd)
        if top == NONE:
            self._drop(self.stops, mark)
            self._drop(self.extremes, crowd)
            return
        self.trails.words[top + CROWD] = crowd
        marks.words[crowd + TOP] = top
        stop = self.trails.stop(top)
        if mark == NONE:
            mark = marks.open(NONE, crowd, 0, 0)
            marks.words[crowd + PARTNER] = mark
        else:
            level = marks.level(mark)
            if self.stops.levels.price(level) == stop:
                return
            self.stops.detach(mark)
            self.stops.drop_if_empty(level)
        self.stops.rest(mark, stop)

    def _drop(self, side: BookSide, mark: i64) -> None:
        level = self.marks.level(mark)
        side.leave(mark)
        side.drop_if_empty(level)
