"""`trueman up --detach` and `trueman down`: the same exchange without a terminal."""

import os
import signal
import subprocess
import time
from pathlib import Path

from trueman.errors import StartError
from trueman.stack import claim
from trueman.stack.up import log_of, python_argv

READY_SECONDS_MAX = 900
"""The first start installs and builds the web client."""
STOP_SECONDS_MAX = 180


def detach(data: Path, arguments: list[str]) -> None:
    """Return when the exchange is ready. Its words go to <data>/logs/up.log."""
    if pid := claim.holder(data):
        raise StartError(f"TrueMan already runs in {data.absolute()} (process {pid}). Stop it with `trueman down`.")
    log = log_of(data.absolute())
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*python_argv(), "up", "--background", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not _is_ready(data, process.pid):
        if process.poll() is not None:
            said = log.read_text().strip().removeprefix("trueman: ") or "TrueMan ended without a word."
            raise StartError(said)
        if time.monotonic() > deadline:
            raise StartError(f"TrueMan is not ready after {READY_SECONDS_MAX} s; it goes on trying. See {log}")
        time.sleep(0.1)


def _is_ready(data: Path, pid: int) -> bool:
    status = claim.read_status(data)
    return status["ready"] and status["pid"] == pid


def down(data: Path) -> str:
    """Stop what runs in `data`, orderly, and what a killed supervisor left; say what was done."""
    pid = claim.holder(data)
    if pid:
        os.kill(pid, signal.SIGTERM)
        if not claim.wait_until_released(data, STOP_SECONDS_MAX):
            raise StartError(f"TrueMan (process {pid}) does not stop; see {log_of(data.absolute())}")
        return "Stopped."
    if ended := claim.Claim(data).end_leftovers():
        return f"No supervisor ran; ended what it had left behind: {', '.join(ended)}."
    return f"Nothing runs in {data.absolute()}."
