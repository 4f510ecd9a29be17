"""What an operator is told of a log."""

import json
from pathlib import Path

import pytest

from trueman.stack import logs
from trueman.stack.logs import keep_small, reason


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "part.log"


def write(log: Path, *lines: str) -> None:
    log.parent.mkdir(exist_ok=True)
    log.write_text("".join(line + "\n" for line in lines))


def test_the_last_error_is_the_reason(log: Path) -> None:
    first = json.dumps({"level": "error", "event": "cannot start", "reason": "port 80 is taken"})
    write(log, first, json.dumps({"level": "info", "event": "stopped"}), "")
    assert reason(log) == "cannot start: port 80 is taken"


def test_of_a_traceback_the_last_line_is_the_reason(log: Path) -> None:
    write(log, json.dumps({"level": "error", "event": "a bug", "exception": "Traceback …\n  File x\nKeyError: 'fee'"}))
    assert reason(log) == "a bug: KeyError: 'fee'"
    write(log, "Traceback (most recent call last):", "  File x", "KeyError: 'fee'")
    assert reason(log) == "KeyError: 'fee'"


def test_of_npm_the_sentence_is_the_reason_and_not_where_its_own_log_lies(log: Path) -> None:
    write(log, "npm error code E1", "npm error", "npm error The lock is old.", "npm error A complete log is in x")
    assert reason(log) == "The lock is old."


def test_a_part_that_ended_without_an_error_is_quoted_in_words(log: Path) -> None:
    write(log, json.dumps({"level": "info", "event": "stopped"}))
    assert reason(log) == "stopped"


def test_a_silent_part_is_said_to_have_been_silent(log: Path) -> None:
    assert reason(log) == "it said nothing"


def test_a_log_that_grew_is_put_aside_and_the_one_before_it_forgotten(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES_MAX", 3)
    for text in ("first", "second"):
        write(log, text)
        keep_small(log)
    assert not log.exists()
    assert log.with_suffix(".1.log").read_text() == "second\n"
