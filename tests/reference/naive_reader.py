"""A frame of bytes as commands, read field by field (rule 1.1). None stands for a command that cannot be read."""

from trueman.core import commands as ask
from trueman.core.codec import COMMAND_LAYOUTS, Layout
from trueman.core.records import PARTS

PARTS_ALLOWED = {
    ask.PLACE_BATCH: (ask.PLACE_ORDER, ask.PLACE_ORDER_WITH_TERMS, ask.CANCEL_ORDER),
    ask.CANCEL_REPLACE: (ask.PLACE_ORDER, ask.PLACE_ORDER_WITH_TERMS, ask.CANCEL_ORDER),
    ask.PLACE_ORDER_LIST: (ask.PLACE_ORDER, ask.PLACE_ORDER_WITH_TERMS),
}


def read_commands(frame: bytes, count: int) -> list[ask.Command | None]:
    commands: list[ask.Command | None] = []
    at = 0
    while len(commands) < count:
        command, at = _read_whole(frame, at)
        if command is None:
            return commands + [None] * (count - len(commands))
        commands.append(command)
    return commands


def _read_whole(frame: bytes, at: int) -> tuple[ask.Command | None, int]:
    """The command at a place with its parts, and the place after it."""
    layout = _layout_at(frame, at)
    if layout is None:
        return None, at
    command, at = _read(layout, frame, at), at + layout.size
    if not layout.has_parts:
        return command, at
    parts = []
    for _ in range(getattr(command, PARTS)):
        part = _layout_at(frame, at)
        if part is None or part.kind not in PARTS_ALLOWED[layout.kind]:
            return None, at
        parts.append(_read(part, frame, at))
        at += part.size
    return command._replace(parts=tuple(parts)), at  # type: ignore[call-arg,arg-type]


def _layout_at(frame: bytes, at: int) -> Layout | None:
    if at + 2 > len(frame):
        return None
    layout = COMMAND_LAYOUTS.get(frame[at])
    if layout is None or layout.words != frame[at + 1] or at + layout.size > len(frame):
        return None
    return layout


def _read(layout: Layout, frame: bytes, at: int) -> ask.Command:
    """Latin-1, so that any byte can be read; the rules for texts refuse what is not ASCII."""
    values = dict(zip(layout.laid, layout.read_fields(frame, at), strict=True))
    fields = (values[name] for name in layout.fields)
    texts = (field.rstrip(b"\0").decode("latin-1") if type(field) is bytes else field for field in fields)
    return layout.record(*texts)  # type: ignore[no-any-return]
