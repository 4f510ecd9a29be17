"""Copies that are on disk when the call returns."""

import os
import shutil
from pathlib import Path

from trueman.backup.progress import Progress
from trueman.errors import StartError
from trueman.infra.durable_files import sync, sync_folder


def copy_durably(source: Path, target: Path) -> None:
    """With its mode: what only its owner may read stays so."""
    with source.open("rb") as read, open(target, "wb", opener=private) as write:
        shutil.copyfileobj(read, write, 1 << 20)
        write.flush()
        sync(write.fileno(), target)
    shutil.copymode(source, target)


def private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def copy_folder(source: Path, target: Path, progress: Progress | None = None) -> None:
    """The files directly in it; nothing when there is no such folder."""
    make_private(target)
    for path in sorted(source.glob("*")):
        if path.is_file() and path.name != "lock":
            copy_durably(path, target / path.name)
            if progress is not None:
                progress.add(path.stat().st_size)
    sync_folder(target)


def require_room(folder: Path, size: int, what: str) -> None:
    """Before anything is copied. Raise StartError when it would surely not fit."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise StartError(
            f"{what} take {size / 1e6:,.1f} MB, and where {folder} lies {free / 1e6:,.1f} MB are free. Make room, or "
            "choose a folder on another disk."
        )


def make_private(folder: Path) -> None:
    """Also one that was there before: a dump has the hashes of passwords in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.chmod(0o700)
    except PermissionError as error:
        raise StartError(
            f"{folder} belongs to somebody else: {error}. Name a folder that does not exist yet."
        ) from error


def require_empty(folder: Path, what: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise StartError(f"{what} {folder} is a file. Name a folder that does not exist yet; nothing was changed.")
    if folder.exists() and any(folder.iterdir()):
        raise StartError(f"{what} {folder} is not empty. Name a folder that does not exist yet; nothing was changed.")
