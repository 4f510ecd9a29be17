"""Whose restore it is: one at a time into a folder and into each server, and who died leaves nothing that looks whole.

A folder is claimed by a lock that dies with its process. Servers on other machines cannot see that, so a text there
says who began and when; whoever finds one of a process that is surely gone clears away what it left and begins anew.
"""

import fcntl
import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil

from trueman.errors import StartError

RUNBOOK = "docs/runbooks/backup-and-restore.md"


class Owner(msgspec.Struct, frozen=True):
    process: int
    process_started: float
    user: str
    host: str
    began: str
    backup: str
    data: str
    is_complete: bool = False
    """Everything is there and only the data folder's name is missing."""

    def __str__(self) -> str:
        return (
            f"process {self.process} of {self.user}@{self.host}, begun {self.began}, of {self.backup} into {self.data}"
        )

    @property
    def is_surely_gone(self) -> bool:
        """Of a process on this machine that ended; of another machine's nothing is known."""
        if self.host != socket.gethostname():
            return False
        try:
            return abs(psutil.Process(self.process).create_time() - self.process_started) > 1.0
        except psutil.NoSuchProcess:
            return True

    def is_complete_of(self, backup: Path) -> bool:
        return self.is_complete and self.backup == str(backup.absolute())

    def encoded(self) -> str:
        return msgspec.json.encode(self).decode()


def me(backup: Path, data: Path) -> Owner:
    return Owner(
        process=os.getpid(),
        process_started=psutil.Process().create_time(),
        user=getpass.getuser(),
        host=socket.gethostname(),
        began=datetime.now(UTC).isoformat(timespec="seconds"),
        backup=str(backup.absolute()),
        data=str(data),
    )


def read(text: str) -> Owner | None:
    """None of a text that says nothing, of a process that died before it had written it, perhaps."""
    try:
        return msgspec.json.decode(text, type=Owner)
    except msgspec.MsgspecError:
        return None


def require_gone(found: str, where: str) -> None:
    """Raise StartError, saying who and when, unless whoever began there has surely ended."""
    owner = read(found)
    if owner is None or not owner.is_surely_gone:
        raise StartError(
            f"Another restore is at work in {where}, or died there on another machine: {owner or found}. Nothing was "
            f"changed. When it is surely over, empty that server and start again. See {RUNBOOK}"
        )


class Claim:
    """The lock beside a data folder, and what the last one who had it wrote into it."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path
        self.earlier = read(os.pread(descriptor, 1 << 16, 0).decode(errors="replace"))

    def write(self, owner: Owner) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, owner.encoded().encode(), 0)
        os.fsync(self._descriptor)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


@contextmanager
def claimed(data: Path) -> Iterator[Claim]:
    """Raise StartError, saying who and when, while another process restores into the same folder."""
    path = data.with_name(data.name + ".restoring.lock")
    existed = path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = read(os.pread(descriptor, 1 << 16, 0).decode(errors="replace"))
            raise StartError(
                f"Another restore into {data} is at work: {owner or 'it has just begun'}. Wait for it, or end it; "
                "nothing was changed."
            ) from None
        claim = Claim(descriptor, path)
        yield claim
        claim.forget()
    except StartError:
        if not existed and not any(each for each in path.parent.iterdir() if each != path):
            path.unlink(missing_ok=True)
            path.parent.rmdir()
        raise
    finally:
        os.close(descriptor)
