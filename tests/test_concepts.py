"""Every worked example of the concepts is true: its lines are played against the exchange."""

import re
from pathlib import Path

import pytest

from tests.story import tell
from tests.story.worlds import FUNDED

PAGES = sorted((Path(__file__).parent.parent / "docs" / "concepts").glob("*.md"))
STORY = re.compile(r"^```story( bare)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(story[1], story[2], id=f"{page.stem}-{page.read_text()[: story.start()].count(chr(10)) + 1}")
    for page in PAGES
    for story in STORY.finditer(page.read_text())
]


@pytest.mark.parametrize(("bare", "story"), EXAMPLES)
def test_an_example_happens_as_it_is_told(bare: str | None, story: str) -> None:
    tell("" if bare else FUNDED, story)


def test_every_page_has_an_example_and_every_block_is_played() -> None:
    assert len(PAGES) >= 11
    for page in PAGES:
        text = page.read_text()
        assert text.count("```story") == len(STORY.findall(text)) > 0, page.name


def test_the_list_of_pages_is_whole() -> None:
    [readme] = [page for page in PAGES if page.stem == "README"]
    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", readme.read_text())) == {page.name for page in PAGES} - {"README.md"}
