"""What is in a backup. Written last: a folder without it is no backup, whatever else lies there."""

from collections.abc import Callable, Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Final

import msgspec

from trueman.errors import StartError
from trueman.infra.durable_files import write_durably

FORMAT: Final = 1
NAME: Final = "manifest.json"
DATABASE: Final = "postgres.dump"
ARCHIVE: Final = "archive"
SNAPSHOTS: Final = "snapshots"
SECRETS: Final = "secrets"

Tell = Callable[[str], None]


class File(msgspec.Struct, frozen=True):
    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    format: int
    build: str
    taken: str
    """When, by the clock of the machine."""
    number: int
    """The last command in it: logs, and database once it has caught up, stand there."""
    offset: int
    """The last command whose results are in the database's dump."""
    chain: str
    epoch: int
    """Of the newest result; a restored exchange goes on with a later one."""
    log_from: int
    """The live log begins after this command, as far back as database and snapshots need it."""
    genesis_ruleset: int
    files: list[File]


def describe(folder: Path) -> list[File]:
    """Every file of a backup but the manifest itself, in the order of their names."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in (NAME, "lock"))
    return [File(str(path.relative_to(folder)), path.stat().st_size, checksum(path)) for path in paths]


def write(folder: Path, manifest: Manifest) -> None:
    write_durably(folder / NAME, [msgspec.json.format(msgspec.json.encode(manifest), indent=1), b"\n"])


def read(folder: Path) -> Manifest:
    """Raise StartError when there is no whole backup of a known format."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise StartError(f"{folder} is no backup, or one that was not finished: it has no {NAME}.") from None
    except msgspec.MsgspecError as error:
        raise StartError(f"{folder / NAME} is damaged: {error}") from None
    if manifest.format != FORMAT:
        raise StartError(f"{folder} is a backup of format {manifest.format}; this build reads {FORMAT}.")
    return manifest


def require_whole(folder: Path, manifest: Manifest) -> None:
    """Raise StartError naming the files that are missing or not what was written."""
    faults = list(_faults(folder, manifest))
    if faults:
        raise StartError(f"The backup in {folder} is damaged; nothing was restored:\n  " + "\n  ".join(faults))


def _faults(folder: Path, manifest: Manifest) -> Iterator[str]:
    for file in manifest.files:
        path = folder / file.path
        if not path.is_file():
            yield f"{file.path} is missing"
        elif path.stat().st_size != file.bytes or checksum(path) != file.sha256:
            yield f"{file.path} has another checksum than when it was written"


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
