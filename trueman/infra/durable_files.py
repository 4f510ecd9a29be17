"""Files that are whole under their name, or not there at all, whatever happens while they are written.

A failed fsync is never tried again: the kernel may have dropped the pages and called them clean, so the next one
would succeed over a hole. The process ends instead, and what it knew it learns again from the log.
"""

import errno
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from trueman.errors import NotDurable

STALE_SUFFIX: Final = ".tmp"
"""After the number of the process that writes: another may be writing a file of the same name."""
FULL: Final = (errno.ENOSPC, errno.EDQUOT)
"""Errors that pass when somebody makes room. They cost the file, not the process."""
STALE_SECONDS: Final = 3_600.0
"""A half-written file this old belongs to nobody, whatever lives under its writer's number by now."""


def is_stale(partial: Path) -> bool:
    """Whether nobody writes this file with STALE_SUFFIX any more."""
    writer = partial.name.removesuffix(STALE_SUFFIX).rpartition(".")[2]
    try:
        if time.time() - partial.stat().st_mtime > STALE_SECONDS or not writer.isdecimal():
            return True
        os.kill(int(writer), 0)
    except (FileNotFoundError, ProcessLookupError):
        return True
    except PermissionError:
        return False  # it lives and is somebody else's
    return False


def write_durably(path: Path, parts: Iterable[bytes]) -> None:
    """Return when the file would survive a power cut. Raise NotDurable when the disk fails, OSError when it is full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}{STALE_SUFFIX}")
    try:
        with partial.open("wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            sync(file.fileno(), path)
        partial.rename(path)
    except OSError as error:
        partial.unlink(missing_ok=True)  # on a full disk it is in the way of everybody
        if error.errno == errno.EIO:
            raise NotDurable(advice(path, error)) from error
        raise
    except NotDurable:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync(descriptor: int, path: Path) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in FULL:
            raise
        raise NotDurable(advice(path, error)) from error


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        sync(descriptor, folder)
    finally:
        os.close(descriptor)


def advice(path: Path, error: OSError) -> str:
    return f"{path} cannot be made durable: {error}. See docs/runbooks/a-file-cannot-be-made-durable.md"
