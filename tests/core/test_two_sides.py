"""The account side and the market side meet in messages alone: with queues between them nothing is different.

What runs here are the uncompiled sources in another process (compiled classes take no stand-in for each other); that
these decide as the compiled ones do is what `test_replays` says. The books of the exchange that is tried hear of
everything through a queue of integers, and so do its accounts; see `two_sides`.
"""

import os
from pathlib import Path

import pytest

from tests.core.elsewhere import copy_sources, told
from tests.reference.logbook import recorded, write

LONG = os.environ.get("TRUEMAN_LONG") == "1"
DAYS = range(20 if LONG else 2)
COMMANDS = 50_000 if LONG else 10_000
NEVER = 10**9
CALLS_PER_COMMAND_MIN = 2


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_sources(tmp_path_factory.mktemp("sources"))


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("day", DAYS)
def test_queues_between_the_two_sides_change_nothing(day: int, sources: Path, tmp_path: Path) -> None:
    log = tmp_path / "day.log"
    write(log, recorded(70 + day, COMMANDS, every=NEVER))
    how, commands, calls = told(sources, "-m", "tests.core.two_sides", str(log))
    assert how == "uncompiled"
    assert int(commands) >= COMMANDS
    assert int(calls) > CALLS_PER_COMMAND_MIN * COMMANDS
