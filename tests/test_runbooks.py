"""Whoever is told to look into a runbook finds it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RUNBOOK = re.compile(r"docs/runbooks/[a-z0-9-]+\.md")
MENTIONS = sorted({name for path in (ROOT / "trueman").rglob("*.py") for name in RUNBOOK.findall(path.read_text())})


@pytest.mark.parametrize("name", MENTIONS)
def test_a_runbook_that_is_named_exists_and_says_what_to_do(name: str) -> None:
    text = (ROOT / name).read_text().lower()
    for heading in ("what it means", "what to do", "how to know"):
        assert heading in text
