"""A disk that can be full: a small one in memory where mounting is allowed, else a bound on a process's files."""

import os
import resource
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

DISK_BYTES: Final = 192 * 1024 * 1024
BALLAST: Final = "ballast"


class Disk:
    """The folder of one server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.is_mounted = False

    def mount(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0755", "none", str(self._folder)]
        with suppress(FileNotFoundError):
            self.is_mounted = subprocess.run(command, capture_output=True).returncode == 0

    def unmount(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self._folder)], capture_output=True, check=True)
            self.is_mounted = False

    def fill(self, pid: int) -> str:
        """Say how it was filled; empty when nobody runs whose writes could be bounded."""
        if self.is_mounted:
            self._pour()
            return "a small disk, filled up"
        if pid == 0:
            return ""
        # No right to mount: the server may write no file any longer than it is. It hears of it as of a full disk.
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        return "a bound on the size of its files"

    def free(self) -> None:
        """A bound needs no undoing: it died with the process."""
        (self._folder / BALLAST).unlink(missing_ok=True)

    def _pour(self) -> None:
        descriptor = os.open(self._folder / BALLAST, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):  # full: the next size fills what is left
                    while True:
                        os.write(descriptor, b"\0" * size)
        finally:
            os.close(descriptor)
