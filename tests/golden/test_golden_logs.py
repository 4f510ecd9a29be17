"""Logs of days long gone come to what they came to then: every chain, every result and every state, for ever."""

import subprocess
import sys
from collections import deque
from pathlib import Path
from random import Random

import pytest

from tests.core.replay import Replay
from tests.golden.write import FOLDER
from tests.reference.logbook import UNKNOWN, Frame, Mark, read, ruleset_of, write
from tests.reference.naive_reader import read_commands
from trueman.core.codec import decode_events
from trueman.core.commands import COMMAND_KINDS
from trueman.core.events import EVENT_KINDS

LOGS = sorted(FOLDER.glob("*.log"))
MARKS_MIN = 3
LOG_BYTES_MAX = 150_000


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_a_golden_log_comes_to_what_it_came_to(log: Path) -> None:
    ruleset = ruleset_of(log)
    lived, restored = Replay(None, ruleset), Replay(Random(log.stem), ruleset)
    for line in read(log):
        lived.live(line)
        restored.live(line)
    lived.exchange.check()


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_a_golden_log_says_what_every_part_of_it_came_to(log: Path) -> None:
    lines = list(read(log))
    marks = [line for line in lines if isinstance(line, Mark)]
    assert isinstance(lines[-1], Mark)
    assert len(marks) >= MARKS_MIN
    assert all(mark.digest != UNKNOWN for mark in marks)
    assert log.stat().st_size < LOG_BYTES_MAX


def test_golden_logs_have_every_kind_of_command_and_event() -> None:
    commands, events = set(), set()
    for log in LOGS:
        replay = Replay(None, ruleset_of(log))
        for line in read(log):
            if isinstance(line, Frame):
                commands |= {type(command) for command in read_commands(line.data, line.size)}
                result = replay.exchange.apply(replay.exchange.sequence + 1, line.size, line.time_us, line.data)
                events |= {type(event) for event in decode_events(result)}
    assert set(COMMAND_KINDS.values()) <= commands
    assert set(EVENT_KINDS.values()) == events


def test_a_changed_frame_is_noticed() -> None:
    replay = Replay()
    lines = list(read(LOGS[0]))
    lines.remove(next(line for line in lines[1:] if isinstance(line, Frame)))
    with pytest.raises(AssertionError, match="the log has"):
        deque(map(replay.live, lines), maxlen=0)


def test_the_same_lines_are_written_as_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write(tmp_path / name, read(LOGS[0]))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert list(read(tmp_path / "one")) == list(read(LOGS[0]))


def test_no_golden_log_is_written_over() -> None:
    before = LOGS[0].read_bytes()
    program = [sys.executable, "-m", "tests.golden.write", LOGS[0].stem, "1", "10"]
    done = subprocess.run(program, cwd=FOLDER.parent.parent, capture_output=True, text=True)
    assert done.returncode != 0
    assert "never written over" in done.stderr
    assert LOGS[0].read_bytes() == before
