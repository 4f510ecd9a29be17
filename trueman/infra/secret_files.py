"""Keys that the exchange makes for itself at first start: files that nobody but the owner of the process may read."""

import os
import secrets
from pathlib import Path
from typing import Final

from trueman.infra.durable_files import sync_folder

KEY_BYTES: Final = 32


def read_or_make_key(path: Path) -> bytes:
    """The key in `path`, made now if there is none. Two processes that start at once get the same one."""
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} does not hold {KEY_BYTES} bytes; restore it from a backup")
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by others; make it mode 0600")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, fails when another process was first
        except FileExistsError:
            return
    finally:
        draft.unlink()
    sync_folder(path.parent)  # what is encrypted with this key is durable too
