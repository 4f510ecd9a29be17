"""Files that are whole under their name, or not there at all, whatever happens while they are written.

A failed fsync is never tried again: the kernel may have dropped the pages and called them clean, so the next one
would succeed over a hole. The process ends instead, and what it knew it learns again from the log.
"""

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from trueman.errors import NotDurable

STALE_SUFFIX: Final = ".tmp"
FULL: Final = (errno.ENOSPC, errno.EDQUOT)
"""Errors that pass when somebody makes room. They cost the file, not the process."""


def write_durably(path: Path, parts: Iterable[bytes]) -> None:
    """Return when the file would survive a power cut. Raise NotDurable when the disk fails, OSError when it is full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + STALE_SUFFIX)
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
