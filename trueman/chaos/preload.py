"""Libraries of ours that a process is started with, compiled on the spot: a clock to set, a disk that forgets."""

import shutil
import struct
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Final

from trueman.errors import StartError

COMPILERS: Final = ("cc", "gcc", "clang")
_MICROSECONDS: Final = struct.Struct("=q")
Inode = tuple[int, int]
"""A file by its device and number, whatever its name."""


def compiler() -> str | None:
    return next((found for name in COMPILERS if (found := shutil.which(name))), None)


class Library:
    """One of ours, compiled into a folder that is made for it. Raise StartError when this machine has no C compiler,
    or one that cannot make a library."""

    def __init__(self, name: str, folder: Path, mode: int = 0o777) -> None:
        """`mode` is the folder's: what is written there may be by another user, as a database's server is."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
        self.folder = folder
        self._variable = f"TRUEMAN_{name.upper()}"
        self._path = compiled(name, folder)

    def preloaded(self, told: Path) -> dict[str, str]:
        """The environment of a process that is started with it; `told` is the place that the library is told."""
        return {"LD_PRELOAD": str(self._path), self._variable: str(told)}


def inode_of(path: Path) -> Inode:
    found = path.stat()
    return found.st_dev, found.st_ino


def compiled(name: str, folder: Path) -> Path:
    found = compiler()
    if found is None:
        raise StartError(f"A C compiler is needed: none of {', '.join(COMPILERS)} is on this machine's PATH.")
    library = folder / f"{name}.so"
    source = str(files("trueman.chaos").joinpath(f"{name}.c"))
    command = [found, "-O2", "-Wall", "-shared", "-fPIC", "-o", str(library), source, "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise StartError(f"{found} cannot make {name}.so:\n{done.stderr}")
    library.chmod(0o755)
    return library


class Clocks:
    """The time of day of every part, each moved by itself."""

    def __init__(self, folder: Path) -> None:
        self._library = Library("clock", folder, 0o755)
        self._known: set[str] = set()

    def environment(self, part: str) -> dict[str, str]:
        self._known.add(part)
        self.set(part, 0)
        return self._library.preloaded(self._path(part))

    def set(self, part: str, ahead_us: int) -> None:
        """From now on the part's clock is so far ahead of everybody's. The file is written in place: it is mapped."""
        with self._path(part).open("r+b" if self._path(part).exists() else "xb") as file:
            file.write(_MICROSECONDS.pack(ahead_us))

    def _path(self, part: str) -> Path:
        return self._library.folder / f"{part}.clock"
