"""Where a command begins and ends in a frame, for who looks at single ones: a frame may hold bytes that are none."""

from trueman.core.codec import COMMAND_LAYOUTS, HEADER


def size_at(frame: bytes, at: int) -> int:
    """Of the command that begins there, with its parts; 0 when none does."""
    end = _record_end(frame, at)
    if end == 0:
        return 0
    layout = COMMAND_LAYOUTS[frame[at]]
    for _ in range(layout.decode(frame, at).parts if layout.has_parts else 0):
        end = _record_end(frame, end)
        if end == 0:
            return 0
    return end - at


def _record_end(frame: bytes, at: int) -> int:
    if at + HEADER.size > len(frame):
        return 0
    kind, words = HEADER.unpack_from(frame, at)
    layout = COMMAND_LAYOUTS.get(kind)
    fits = layout is not None and layout.words == words and at + layout.size <= len(frame)
    return at + layout.size if layout is not None and fits else 0
