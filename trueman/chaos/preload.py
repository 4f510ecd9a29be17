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


def compiler() -> str | None:
    return next((found for name in COMPILERS if (found := shutil.which(name))), None)


def compiled(name: str, folder: Path) -> Path:
    """Raise StartError when this machine has no C compiler, or one that cannot make a library."""
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
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        self._folder = folder
        self._library = compiled("clock", folder)
        self._known: set[str] = set()

    def environment(self, part: str) -> dict[str, str]:
        self._known.add(part)
        self.set(part, 0)
        return {"LD_PRELOAD": str(self._library), "TRUEMAN_CLOCK": str(self._path(part))}

    def set(self, part: str, ahead_us: int) -> None:
        """From now on the part's clock is so far ahead of everybody's. The file is written in place: it is mapped."""
        with self._path(part).open("r+b" if self._path(part).exists() else "xb") as file:
            file.write(_MICROSECONDS.pack(ahead_us))

    def _path(self, part: str) -> Path:
        return self._folder / f"{part}.clock"
