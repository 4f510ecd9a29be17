"""One running exchange per data folder: the lock that says so, and the status file that tells others about it."""

import fcntl
import json
import os
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

import psutil

from trueman.errors import StartError
from trueman.stack.parts import PartStatus, ready_file, role_of

LEFTOVER_SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 2.0


class Status(TypedDict):
    running: bool
    ready: bool
    pid: int
    data: str
    parts: list[PartStatus]
    disk: NotRequired[dict[str, int]]
    """Bytes: free, of the snapshots, of the archive, and by how many it grows in a day."""
    withdrawals: NotRequired[str]


class Claim:
    """Held by the process that runs the exchange of a data folder, for as long as that process lives."""

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self.folder = self.data / "run"
        self._descriptor = -1
        self._ready = False

    def take(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise StartError(
                f"TrueMan already runs in {self.data} (process {holder(self.data)}). See `trueman status`, stop it "
                "with `trueman down`, or set TRUEMAN_DATA to another folder (and other ports) for a second one."
            ) from None
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def record(self, parts: Sequence[PartStatus], *, ready: bool | None = None) -> None:
        self._ready = self._ready if ready is None else ready
        status = Status(running=True, ready=self._ready, pid=os.getpid(), data=str(self.data), parts=list(parts))
        partial = self.folder / "status.json.partial"
        partial.write_text(json.dumps(status, indent=2) + "\n")
        partial.replace(self.folder / "status.json")

    def end_leftovers(self) -> list[str]:
        """End the parts of a supervisor that was killed; return their names."""
        ended = []
        for part in reversed(_last_status(self.data)["parts"]):
            if part["pid"] and _is_alive(part):
                ended.append(part["name"])
                end_process(part["pid"])
        return ended


def holder(data: Path) -> int:
    """The process that runs the exchange in `data`, or 0."""
    try:
        with (data.absolute() / "run" / "lock").open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0)
    except FileNotFoundError:
        return 0
    return 0


def read_status(data: Path) -> Status:
    """As it is now: of an exchange that does not run, no part runs, whatever the file says."""
    status = _last_status(data)
    pid = holder(data)
    if pid == 0 or pid != status["pid"]:
        status |= {"running": pid != 0, "ready": False, "pid": pid}
        for part in status["parts"]:
            if not _is_alive(part):
                part.update({"state": "stopped", "pid": 0, "process_started": 0.0})
    for part in status["parts"]:
        part["role"] = role_of(ready_file(data.absolute(), part["name"]), part["pid"])
    return status


def withdrawals(parts: Sequence[PartStatus]) -> str:
    """Whether they are paid: open, closed, or unknown while the API does not say."""
    url = next((part["url"] for part in parts if part["name"] == "api" and part["pid"]), "")
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=ANSWER_SECONDS_MAX) as answer:
            return str(json.loads(answer.read()).get("withdrawals", "unknown"))
    except (OSError, ValueError):
        return "unknown"


def end_process(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        process.terminate()
        try:
            process.wait(LEFTOVER_SECONDS_MAX)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(LEFTOVER_SECONDS_MAX)
    except psutil.NoSuchProcess:
        return


def wait_until_released(data: Path, seconds_max: float) -> bool:
    deadline = time.monotonic() + seconds_max
    while holder(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _last_status(data: Path) -> Status:
    try:
        status: Status = json.loads((data.absolute() / "run" / "status.json").read_text())
    except (FileNotFoundError, ValueError):
        return Status(running=False, ready=False, pid=0, data=str(data.absolute()), parts=[])
    return status


def _is_alive(part: PartStatus) -> bool:
    try:
        started: float = psutil.Process(part["pid"]).create_time() if part["pid"] else 0.0
    except psutil.NoSuchProcess:
        return False
    return part["pid"] != 0 and abs(started - part["process_started"]) < 1.0
