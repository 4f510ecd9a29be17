"""The reference page of the frames is what its generator writes, and leaves out no byte."""

from pathlib import Path

from trueman.core import commands, events
from trueman.core.codec import COMMAND_LAYOUTS, EVENT_LAYOUTS
from trueman.infra.frames_page import as_markdown, documentation, fields
from trueman.infra.frames_words import MEANINGS

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "frames.md"
LAYOUTS = [*COMMAND_LAYOUTS.values(), *EVENT_LAYOUTS.values()]


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text() == as_markdown(), "run: trueman frames > docs/reference/frames.md"


def test_every_byte_of_every_record_is_told_once() -> None:
    docs = documentation(commands) | documentation(events)
    for layout in LAYOUTS:
        end = 0
        for offset, width, _, meaning in fields(layout, docs[layout.record.__name__]):
            assert offset == end
            assert meaning
            end += width
        assert end == layout.size


def test_no_meaning_is_of_a_field_that_is_no_more() -> None:
    known = {name for layout in LAYOUTS for name in layout.fields}
    known |= {f"{layout.record.__name__}.{name}" for layout in LAYOUTS for name in layout.fields}
    assert set(MEANINGS) - known == set()
