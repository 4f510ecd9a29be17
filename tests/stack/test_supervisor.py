"""What the supervisor promises: order, a second life for what dies, and words that tell an operator what happened."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.stack.conftest import MakePart
from trueman.errors import StartError
from trueman.stack import supervisor as module
from trueman.stack.parts import PartStatus
from trueman.stack.supervisor import Supervisor

Story = Callable[[], list[str]]


class Witness:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.statuses: list[PartStatus] = []
        self.supervisor = Supervisor(self.lines.append, self.record)

    def record(self, statuses: Sequence[PartStatus]) -> None:
        self.statuses = list(statuses)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS_MAX", 0.5)


async def test_parts_stop_in_the_opposite_order_of_their_start(make_part: MakePart, story: Story) -> None:
    witness = Witness()
    for name in ("first", "second", "third"):
        await witness.supervisor.start(make_part(name))
    assert [part["state"] for part in witness.statuses] == ["running"] * 3
    await witness.supervisor.stop()
    assert story() == ["first began", "second began", "third began", "third stopped", "second stopped", "first stopped"]
    assert [(part["state"], part["pid"]) for part in witness.statuses] == [("stopped", 0)] * 3


async def test_a_part_that_dies_is_started_again_and_that_is_said(make_part: MakePart, story: Story) -> None:
    witness = Witness()
    await witness.supervisor.start(make_part("engine"))
    first = witness.statuses[0]["pid"]
    os.kill(first, signal.SIGKILL)
    await witness.until(lambda: witness.statuses[0]["restarts"] == 1 and witness.statuses[0]["state"] == "running")
    assert witness.statuses[0]["pid"] not in (0, first)
    assert story() == ["engine began", "engine began"]
    assert "engine ended (SIGKILL)" in witness.lines[0]
    assert witness.lines[1] == "engine runs again"
    await witness.supervisor.stop()


async def test_a_fenced_part_stays_down_and_the_operator_is_told_what_to_do(make_part: MakePart, story: Story) -> None:
    witness = Witness()
    await witness.supervisor.start(make_part("engine", ending="70"))
    await witness.until(lambda: witness.statuses[0]["state"] == "fenced")
    await asyncio.sleep(0.7)
    assert story() == ["engine began"]
    assert "fenced" in witness.lines[0]
    assert "trueman down" in witness.lines[0]
    await witness.supervisor.stop()


async def test_a_fenced_part_that_knows_another_role_comes_back_in_it(
    make_part: MakePart, story: Story, tmp_path: Path
) -> None:
    """C17: never by itself as what it was, or the two would take each other's place for ever."""
    witness = Witness()
    part = make_part("engine", ending="70")
    part.argv_again = make_part("shadow").argv
    part.is_ready = lambda: any(tmp_path.glob("*.ready"))
    await witness.supervisor.start(part)
    await witness.until(lambda: story()[-1:] == ["shadow began"])
    assert story() == ["engine began", "shadow began"]
    assert "exit code 70" in witness.lines[0]
    await witness.supervisor.stop()


async def test_a_killed_part_that_knows_another_role_comes_back_in_it(
    make_part: MakePart, story: Story, tmp_path: Path
) -> None:
    """C18: by the time it is back another may have its place."""
    witness = Witness()
    part = make_part("engine")
    part.argv_again = make_part("shadow").argv
    part.is_ready = lambda: any(tmp_path.glob("*.ready"))
    await witness.supervisor.start(part)
    await witness.until(lambda: story() == ["engine began"])
    os.kill(witness.statuses[0]["pid"], signal.SIGKILL)
    await witness.until(lambda: story()[-1:] == ["shadow began"])
    await witness.supervisor.stop()


async def test_the_pauses_between_restarts_grow(make_part: MakePart) -> None:
    witness = Witness()
    await witness.supervisor.start(make_part("api", ending="1"))
    await witness.until(lambda: witness.statuses[0]["restarts"] >= 3)
    await witness.supervisor.stop()
    said = [line for line in witness.lines if "starting it again" in line]
    assert "in 0.5 s" in said[0]
    assert witness.supervisor.running[0].pause_seconds == module.PAUSE_SECONDS_MAX


async def test_a_part_whose_disk_is_full_comes_back_when_there_is_room(make_part: MakePart) -> None:
    """C8: the ground under a part may be missing for a while, and nobody has to be there when it is back."""
    witness, full = Witness(), [OSError(28, "No space left on device"), StartError("Port 5433 is in use."), None]
    part = make_part("valkey")

    def prepare() -> None:
        trouble = full.pop(0) if witness.lines else None
        if trouble is not None:
            raise trouble

    part.prepare = prepare
    await witness.supervisor.start(part)
    os.kill(witness.statuses[0]["pid"], signal.SIGKILL)
    await witness.until(lambda: "valkey runs again" in witness.lines)
    assert "cannot start: [Errno 28] No space left on device; trying again" in witness.lines[1]
    assert "cannot start: Port 5433 is in use.; trying again" in witness.lines[2]
    await witness.supervisor.stop()


async def test_a_part_that_never_becomes_ready_is_named_with_its_last_words(make_part: MakePart) -> None:
    witness = Witness()
    program = "import sys; print('the disk is full'); sys.exit(1)"
    with pytest.raises(StartError, match=r"api did not start: the disk is full"):
        await witness.supervisor.start(make_part("api", program=program))
    await witness.supervisor.stop()


async def test_a_part_that_ignores_the_request_to_stop_is_killed(make_part: MakePart) -> None:
    witness = Witness()
    program = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[2], "deaf.ready").touch()
time.sleep(60)
"""
    part = make_part("deaf", program=program)
    part.stop_seconds_max = 0.2
    await witness.supervisor.start(part)
    pid = witness.statuses[0]["pid"]
    await witness.supervisor.stop()
    assert "did not stop within 0.2 s" in witness.lines[0]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
