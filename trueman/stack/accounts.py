"""The system user a database server runs as: PostgreSQL refuses root, so root lends it a smaller user."""

import os
import pwd
import stat
from pathlib import Path

from trueman.errors import StartError

USERS = ("postgres", "nobody")


def server_user(data_dir: Path) -> pwd.struct_passwd | None:
    """None when we are not root and need no other. Data that exists keeps its owner."""
    if os.geteuid() != 0:
        return None
    if data_dir.exists() and data_dir.stat().st_uid != 0:
        return pwd.getpwuid(data_dir.stat().st_uid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in USERS:
        if name in known:
            return known[name]
    raise StartError(f"PostgreSQL does not run as root, and this machine has none of the users {', '.join(USERS)}.")


def open_path(path: Path) -> None:
    """Let the smaller user pass through the folders above `path`: the right to enter, not to list or to read."""
    for folder in [path, *path.parents]:
        _allow(folder, stat.S_IXGRP | stat.S_IXOTH)


def open_tree(root: Path) -> None:
    """Let the smaller user run what an installation under a strict umask keeps to root."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            enter = path.is_dir() or bool(path.stat().st_mode & stat.S_IXUSR)
            _allow(path, stat.S_IRGRP | stat.S_IROTH | (stat.S_IXGRP | stat.S_IXOTH if enter else 0))


def _allow(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits != bits:
        path.chmod(mode | bits)
