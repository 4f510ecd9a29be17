"""Bytes to tuples and back, derived from the tables in `commands` and `events`.

Everything outside the core reads and writes frames through here; the core's own reader and writer of the hot
path take the same offsets, and a test compares them with these tables.
"""

from struct import Struct
from typing import Any, Final, NamedTuple, cast

from trueman.core.commands import COMMAND_KINDS, TEXT_BYTES, Command
from trueman.core.events import EVENT_KINDS, Decided, Event

HEADER: Final = Struct("<ii")


class Result(NamedTuple):
    """What one command came to: the decision, and what it caused."""

    decided: Decided
    events: tuple[Event, ...]


class Layout:
    """How one kind of record lies in its bytes."""

    def __init__(self, kind: int, record: type[Any]) -> None:
        self.kind = kind
        self.record = record
        self.fields: tuple[str, ...] = record._fields
        self.texts = [at for at, name in enumerate(self.fields) if name in TEXT_BYTES]
        formats = [f"{TEXT_BYTES[name]}s" if name in TEXT_BYTES else "q" for name in self.fields]
        self.struct = Struct("<ii" + "".join(formats))
        self.size = self.struct.size
        self.read_fields = Struct(f"<{HEADER.size}x" + "".join(formats)).unpack_from
        """The record without its header, from a frame and a place in it."""

    def encode(self, record: Any) -> bytes:
        """Raise ValueError when a text is not ASCII or does not fit, OverflowError when a number has over 63 bits."""
        values = list(record)
        for at in self.texts:
            text = values[at].encode("ascii")
            if len(text) > TEXT_BYTES[self.fields[at]] or b"\0" in text:
                raise ValueError(f"{self.fields[at]} has over {TEXT_BYTES[self.fields[at]]} characters or a zero byte")
            values[at] = text
        if any(type(value) is int and not -(2**63) <= value < 2**63 for value in values):
            raise OverflowError("a field of a record has over 63 bits")
        return self.struct.pack(self.kind, self.size, *values)

    def decode(self, frame: bytes, at: int) -> Any:
        values = self.read_fields(frame, at)
        return tuple.__new__(self.record, self._with_texts(values) if self.texts else values)

    def _with_texts(self, values: tuple[Any, ...]) -> list[Any]:
        fields = list(values)
        for at in self.texts:
            fields[at] = fields[at].rstrip(b"\0").decode("ascii")
        return fields


COMMAND_LAYOUTS: Final = {kind: Layout(kind, record) for kind, record in COMMAND_KINDS.items()}
EVENT_LAYOUTS: Final = {kind: Layout(kind, record) for kind, record in EVENT_KINDS.items()}
_LAYOUT_OF: Final = {layout.record: layout for layout in [*COMMAND_LAYOUTS.values(), *EVENT_LAYOUTS.values()]}


def encode(record: Command | Event) -> bytes:
    return _LAYOUT_OF[type(record)].encode(record)


def decode_commands(frame: bytes) -> list[Command]:
    """Read a frame of well-formed commands; raise ValueError otherwise (the engine never does: it refuses)."""
    return cast(list[Command], _decode(frame, COMMAND_LAYOUTS))


def decode_events(frame: bytes) -> list[Event]:
    return cast(list[Event], _decode(frame, EVENT_LAYOUTS))


def decode_results(frame: bytes) -> list[Result]:
    """Group the events of a result frame by the command that caused them."""
    results: list[Result] = []
    decided: Decided | None = None
    events: list[Event] = []
    for event in decode_events(frame):
        if type(event) is Decided:
            if decided is not None:
                results.append(Result(decided, tuple(events)))
            decided, events = event, []
        else:
            events.append(event)
    if decided is not None:
        results.append(Result(decided, tuple(events)))
    return results


def _decode(frame: bytes, layouts: dict[int, Layout]) -> list[Any]:
    records: list[Any] = []
    header, end, at = HEADER.unpack_from, len(frame), 0
    while at < end:
        if at + HEADER.size > end:
            raise ValueError(f"a record header is cut short at byte {at}")
        kind, size = header(frame, at)
        layout = layouts.get(kind)
        if layout is None or layout.size != size or at + size > end:
            raise ValueError(f"no record of kind {kind} with {size} bytes at byte {at}")
        records.append(layout.decode(frame, at))
        at += size
    return records
