"""Bytes to tuples and back, derived from the tables in `commands` and `events`.

Everything outside the core reads and writes frames through here; the core's own reader and writer of the hot
path take the same offsets, and a test compares them with these tables.
"""

from collections.abc import Callable
from operator import itemgetter
from struct import Struct
from typing import Any, Final, NamedTuple, cast

from trueman.core.commands import COMMAND_KINDS, Command
from trueman.core.events import EVENT_KINDS, Decided, Event
from trueman.core.records import PARTS, SMALL_BYTES, TEXT_BYTES

WORD: Final = 8
HEADER: Final = Struct("<BB")
"""A record's kind and its length in words."""
_SMALL_FORMATS: Final = {1: "B", 2: "H"}


class Result(NamedTuple):
    """What one command came to: the decision, and what it caused."""

    decided: Decided
    events: tuple[Event, ...]


class Layout:
    """How one kind of record lies in its bytes: small fields, zeros to the next word, numbers of 64 bits, texts."""

    def __init__(self, kind: int, record: type[Any]) -> None:
        self.kind = kind
        self.record = record
        self.fields: tuple[str, ...] = record._fields
        small = [name for name in self.fields if name in SMALL_BYTES]
        texts = [name for name in self.fields if name in TEXT_BYTES]
        whole = [name for name in self.fields if name not in SMALL_BYTES and name not in TEXT_BYTES]
        self.laid = (*small, *whole, *texts)
        """The fields in the order of their bytes."""
        bytes_so_far = HEADER.size + sum(SMALL_BYTES[name] for name in small)
        formats = "".join(
            [_SMALL_FORMATS[SMALL_BYTES[name]] for name in small]
            + [f"{-bytes_so_far % WORD}x"]
            + ["q" for _ in whole]
            + [f"{TEXT_BYTES[name]}s" for name in texts]
        )
        self.struct = Struct("<BB" + formats)
        self.size = self.struct.size
        self.words = self.size // WORD
        self.read_fields = Struct(f"<{HEADER.size}x" + formats).unpack_from
        """The record without its header, from a frame and a place in it."""
        self.has_parts = PARTS in self.fields
        self.reorder = None if self.laid == self.fields else itemgetter(*map(self.laid.index, self.fields))
        self.texts = [at for at, name in enumerate(self.fields) if name in TEXT_BYTES]
        several = len(self.fields) > 1
        self.order_laid: Callable[[Any], Any] = itemgetter(*map(self.fields.index, self.laid)) if several else tuple
        """The values as they are laid; a getter of a single item would give it bare."""

    def offset(self, name: str) -> int:
        """Where a field begins in the record."""
        at = HEADER.size
        for other in self.laid:
            width = SMALL_BYTES.get(other, 0)
            if width == 0:
                at += -at % WORD
            if other == name:
                return at
            at += width or TEXT_BYTES.get(other, WORD)
        raise KeyError(f"{self.record.__name__} has no {name}")

    def encode(self, record: Any) -> bytes:
        """Raise ValueError when a text is not ASCII or does not fit, OverflowError when a number does not fit."""
        values = list(record)
        for at in self.texts:
            text = values[at].encode("ascii")
            if len(text) > TEXT_BYTES[self.fields[at]] or b"\0" in text:
                raise ValueError(f"{self.fields[at]} has over {TEXT_BYTES[self.fields[at]]} characters or a zero byte")
            values[at] = text
        parts: tuple[Any, ...] = ()
        if self.has_parts:
            at = self.fields.index(PARTS)
            parts, values[at] = values[at], len(values[at])
        for name, value in zip(self.fields, values, strict=True):
            if type(value) is int and not fits(name, value):
                raise OverflowError(f"{name} {value} of a {self.record.__name__} does not fit its field")
        return self.struct.pack(self.kind, self.words, *self.order_laid(values)) + b"".join(map(encode, parts))

    def decode(self, frame: bytes, at: int) -> Any:
        """The record at a place; what follows it as its parts is left for the caller, who finds their number here."""
        values: Any = self.read_fields(frame, at)
        if self.reorder is not None:
            values = self.reorder(values)
        return tuple.__new__(self.record, self._with_texts(values) if self.texts else values)

    def _with_texts(self, values: tuple[Any, ...]) -> list[Any]:
        fields = list(values)
        for at in self.texts:
            text = fields[at].rstrip(b"\0")
            if b"\0" in text:
                raise ValueError(f"{self.fields[at]} of a {self.record.__name__} has a zero byte in its midst")
            fields[at] = text.decode("ascii")
        return fields


def fits(name: str, value: int) -> bool:
    if name in SMALL_BYTES:
        return 0 <= value < 1 << 8 * SMALL_BYTES[name]
    return -(2**63) <= value < 2**63


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
        kind, words = header(frame, at)
        layout = layouts.get(kind)
        if layout is None or layout.words != words or at + layout.size > end:
            raise ValueError(f"no record of kind {kind} with {words} words at byte {at}")
        records.append(layout.decode(frame, at))
        at += layout.size
    return _gathered(records) if layouts is COMMAND_LAYOUTS else records


def _gathered(records: list[Any]) -> list[Any]:
    """Put the parts of every command that has some into it."""
    commands: list[Any] = []
    following = iter(records)
    for record in following:
        if _LAYOUT_OF[type(record)].has_parts:
            parts = tuple(part for _, part in zip(range(record.parts), following, strict=False))
            if len(parts) < record.parts:
                raise ValueError(f"a {type(record).__name__} says it has {record.parts} parts, but {len(parts)} follow")
            record = record._replace(parts=parts)
        commands.append(record)
    return commands
