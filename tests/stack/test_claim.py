"""One exchange per data folder, and what others may know of it."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from trueman.errors import StartError
from trueman.stack.background import down
from trueman.stack.claim import Claim, holder, read_status
from trueman.stack.parts import PartStatus
from trueman.stack.supervisor import process_started


def part_of(process: "subprocess.Popen[bytes]") -> PartStatus:
    return PartStatus(
        name="engine",
        state="running",
        pid=process.pid,
        process_started=process_started(process.pid),
        restarts=2,
        url="",
        log="engine.log",
        role="",
    )


@pytest.fixture
def claim(tmp_path: Path) -> Claim:
    return Claim(tmp_path)


def test_a_second_start_in_one_folder_is_refused_with_the_process_that_runs(tmp_path: Path, claim: Claim) -> None:
    claim.take()
    with pytest.raises(StartError, match=rf"already runs in .* \(process {os.getpid()}\).*trueman down"):
        Claim(tmp_path).take()
    assert holder(tmp_path) == os.getpid()
    claim.release()
    Claim(tmp_path).take()


def test_the_status_of_a_folder_where_nothing_ever_ran_is_empty(tmp_path: Path) -> None:
    assert read_status(tmp_path) == {
        "running": False,
        "ready": False,
        "pid": 0,
        "data": str(tmp_path),
        "parts": [],
    }


def test_status_tells_of_parts_only_what_is_true_now(tmp_path: Path, claim: Claim) -> None:
    claim.take()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        claim.record([part_of(process)], ready=True)
        status = read_status(tmp_path)
        assert status["running"]
        assert status["ready"]
        assert status["parts"][0]["restarts"] == 2
        claim.release()
        process.kill()
    status = read_status(tmp_path)
    assert not status["running"]
    assert not status["ready"]
    assert status["parts"][0]["state"] == "stopped"
    assert status["parts"][0]["pid"] == 0


def test_status_says_who_is_primary_now(tmp_path: Path, claim: Claim) -> None:
    """A role changes while a process lives, and only it knows: it says so in its ready file."""
    claim.take()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        claim.record([part_of(process)], ready=True)
        ready = tmp_path / "run" / "engine.ready"
        said = [(f"{process.pid} shadow", "shadow"), (f"{process.pid} primary", "primary"), ("1 primary", ""), ("", "")]
        for words, role in said:
            ready.write_text(words)
            assert read_status(tmp_path)["parts"][0]["role"] == role
        process.kill()
    claim.release()


def test_down_ends_what_a_killed_supervisor_left_behind(tmp_path: Path, claim: Claim) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        claim.take()
        claim.record([part_of(process)])
        claim.release()
        assert down(tmp_path) == "No supervisor ran; ended what it had left behind: engine."
        assert not psutil.pid_exists(process.pid)
    assert down(tmp_path) == f"Nothing runs in {tmp_path}."


def test_a_stranger_with_a_reused_process_id_is_left_alone(tmp_path: Path, claim: Claim) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        claim.take()
        claim.record([part_of(process) | {"process_started": 1.0}])
        claim.release()
        assert claim.end_leftovers() == []
        assert process.poll() is None
        process.kill()
