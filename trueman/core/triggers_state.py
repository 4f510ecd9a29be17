"""The stop orders of a market as canonical bytes and back: every stop with its orders in the order in which they fire.

What trails lies among the others at its stop, as it would be met there, however it is kept.
"""

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.book import BookSide
from trueman.core.canonical import CanonicalReader
from trueman.core.index import Index
from trueman.core.trailing import Trailing
from trueman.core.trails import BIPS, EXTREME, PLACE, SINCE, TURN, Trails
from trueman.core.triggers import Triggers
from trueman.core.units import NONE, SELL


def write_triggers(out: BytesWriter, triggers: Triggers) -> None:
    _write_stops(out, triggers, triggers.falling, triggers.falling_trails)
    _write_stops(out, triggers, triggers.rising, triggers.rising_trails)
    _write_trails(out, triggers)
    write_i64_le(out, triggers.fired)
    place = triggers.first_fired
    while place != NONE:
        write_i64_le(out, triggers.orders.order_id(place))
        write_i64_le(out, triggers.fired_stop(place))
        place = triggers.orders.newer(place)


def read_triggers(reader: CanonicalReader, triggers: Triggers) -> None:
    places = Index()
    _read_stops(reader, triggers, False, places)
    _read_stops(reader, triggers, True, places)
    left = reader.word()
    while left > 0:
        place = places.find(reader.word())
        if place == NONE:
            raise ValueError("the snapshot has a trailing order that lies nowhere")
        bips = reader.word()
        if bips < 0:
            bips = -bips
            triggers.turn_round(place)
        if not triggers.trail(place, bips, reader.word()):
            raise ValueError("the snapshot has a trailing order whose stop does not follow from its extreme")
        left -= 1
    left = reader.word()
    while left > 0:
        place = triggers.orders.open(reader.word(), NONE, 0, 0)
        triggers.queue(place, reader.word())
        left -= 1


def all_trails(trails: Trails) -> list[int]:
    """Every trail that there is, after all of them have heard where the price was."""
    found: list[int] = []
    trail: i64 = 0
    while trail < len(trails.words):
        if trails.word(trail, PLACE) != NONE:
            trails.hear(trail)
            found.append(trail)
        trail += len(trails.blank)
    return found


def _write_stops(out: BytesWriter, triggers: Triggers, side: BookSide, trailing: Trailing) -> None:
    sign: i64 = 1 if side.side == SELL else -1
    moving = _moving(triggers, trailing, sign)
    alone = {stop for stop, _, _, _ in moving if side.ladder.find(stop * sign) == NONE}
    write_i64_le(out, side.levels.count + len(alone))
    level = side.best
    at = 0
    while level != NONE or at < len(moving):
        stop: i64 = moving[at][0] if at < len(moving) else sign * side.levels.price(level)
        place: i64 = NONE
        if level != NONE and sign * side.levels.price(level) <= stop:
            stop = sign * side.levels.price(level)
            place = side.levels.oldest(level)
            level = side.levels.worse(level)
        write_i64_le(out, stop * sign)
        at = _write_stop(out, triggers, place, stop, moving, at)
        write_i64_le(out, NONE)


def _moving(triggers: Triggers, trailing: Trailing, sign: i64) -> list[tuple[int, int, int, int]]:
    """(stop, turn, who goes first of one turn, order) of each that tracks the price, as the price would meet them."""
    moving: list[tuple[int, int, int, int]] = []
    trails = trailing.trails
    for trail in all_trails(trails):
        if trails.is_tracking(trail):
            order_id = triggers.orders.order_id(trails.word(trail, PLACE))
            moving.append((sign * trails.stop(trail), trails.word(trail, TURN), trails.word(trail, SINCE), order_id))
    moving.sort()
    return moving


def _write_stop(
    out: BytesWriter, triggers: Triggers, place: i64, stop: i64, moving: list[tuple[int, int, int, int]], at: int
) -> int:
    """Those that lie at a stop from this place on, and those that track and are there; return the first behind them."""
    while True:
        tracks = at < len(moving) and moving[at][0] == stop
        if tracks and (place == NONE or moving[at][1] < triggers.turn_of(place)):
            write_i64_le(out, moving[at][3])
            at += 1
        elif place != NONE:
            write_i64_le(out, triggers.orders.order_id(place))
            place = triggers.orders.newer(place)
        else:
            return at


def _write_trails(out: BytesWriter, triggers: Triggers) -> None:
    """In the order in which they were laid down; the distance below zero of one that will turn round when it tracks."""
    laid: list[tuple[int, int, int, int]] = []
    for trailing in (triggers.falling_trails, triggers.rising_trails):
        trails = trailing.trails
        for trail in all_trails(trails):
            extreme: i64 = 0
            if trails.is_tracking(trail):
                extreme = max(1, trails.word(trail, EXTREME))
            place = trails.word(trail, PLACE)
            bips = trails.word(trail, BIPS)
            if triggers.turns_round(place):
                bips = -bips
            laid.append((trails.word(trail, SINCE), triggers.orders.order_id(place), bips, extreme))
    laid.sort()
    write_i64_le(out, len(laid))
    for _, order_id, bips, extreme in laid:
        write_i64_le(out, order_id)
        write_i64_le(out, bips)
        write_i64_le(out, extreme)


def _read_stops(reader: CanonicalReader, triggers: Triggers, is_rising: bool, places: Index) -> None:
    left = reader.word()
    while left > 0:
        stop = reader.word()
        order_id = reader.word()
        while order_id != NONE:
            places.put(order_id, triggers.lay(order_id, NONE, is_rising, stop))
            order_id = reader.word()
        left -= 1
