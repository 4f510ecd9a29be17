"""A disk that can be full: a small one in memory where mounting is allowed, else a bound on a process's files."""

import os
import resource
import subprocess
import time
from pathlib import Path
from typing import Final

DISK_BYTES: Final = 4 * 1024**3
"""So much may be written; nothing is taken before it is."""
FULL_SECONDS_MAX: Final = 5.0


class Disk:
    """A folder that is a disk of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.is_mounted = False

    def mount(self) -> str:
        """Why it could not be; empty when it is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        options = f"size={DISK_BYTES},mode=0755"
        try:
            done = _run("mount", "-t", "tmpfs", "-o", options, "none", str(self._folder))
        except FileNotFoundError:
            return "there is no program `mount`"
        self.is_mounted = done.returncode == 0
        return done.stderr.partition("\n")[0]

    def unmount(self, *, keep: bool = False) -> None:
        """What is on it is gone with it, or, kept, in the folder itself."""
        if not self.is_mounted:
            return
        kept = self._folder.with_name(f"{self._folder.name}.kept")
        if keep:
            subprocess.run(["cp", "-a", str(self._folder), str(kept)], capture_output=True, check=True)
        subprocess.run(["umount", "--lazy", str(self._folder)], capture_output=True, check=True)
        self.is_mounted = False
        if keep:
            self._folder.rmdir()
            kept.rename(self._folder)

    def fill(self, pid: int) -> str:
        """Say how it was filled; empty when there is no way to. `pid`: whose writes are bounded otherwise, or 0."""
        if self.is_mounted:
            return "a small disk, filled up" if self._shrink() else ""
        if pid == 0:
            return ""
        # No right to mount: the server may write no file any longer than it is. It hears of it as of a full disk.
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        return "a bound on the size of its files"

    def free(self) -> None:
        """A bound needs no undoing: it died with the process."""
        if self.is_mounted:
            self._resize(DISK_BYTES)

    def _shrink(self) -> bool:
        """Make it as small as what it holds. That grows meanwhile: again until it is done."""
        deadline = time.monotonic() + FULL_SECONDS_MAX
        while time.monotonic() < deadline:
            found = os.statvfs(self._folder)
            if self._resize((found.f_blocks - found.f_bfree) * found.f_frsize):
                return True
        return False

    def _resize(self, size: int) -> bool:
        return _run("mount", "-o", f"remount,size={size}", str(self._folder)).returncode == 0


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True)
