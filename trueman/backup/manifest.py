"""What is in a backup. Written last: a folder without it is no backup, whatever else lies there."""

import re
from collections.abc import Callable, Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Final

import msgspec

import trueman
from trueman.backup.progress import Progress
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


class Format(msgspec.Struct, frozen=True):
    """What every format has said, and will."""

    format: int
    build: str


class Manifest(Format, frozen=True):
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
    """Raise StartError when there is no whole backup of a known format, by this build or an older one."""
    if not folder.is_dir():
        raise StartError(f"{folder} is no backup: {'it is a file' if folder.exists() else 'there is no such folder'}.")
    try:
        written = (folder / NAME).read_bytes()
        manifest = msgspec.json.decode(written, type=Format)
        require_readable(folder, manifest)
        return msgspec.json.decode(written, type=Manifest)
    except FileNotFoundError:
        inside = sorted(path.parent for path in folder.glob(f"*/{NAME}"))
        perhaps = f" Did you mean {inside[-1]}?" if inside else ""
        raise StartError(f"{folder} is no backup, or one that was not finished: it has no {NAME}.{perhaps}") from None
    except msgspec.MsgspecError as error:
        raise StartError(f"{folder / NAME} is damaged: {error}. Take the backup before this one.") from None


def require_readable(folder: Path, manifest: Format) -> None:
    if manifest.format != FORMAT or version(manifest.build) > version(trueman.__version__):
        raise StartError(
            f"{folder} was made by TrueMan {manifest.build} (format {manifest.format}), and this is "
            f"{trueman.__version__} (format {FORMAT}). Use that version or a newer one."
        )


def version(build: str) -> tuple[int, ...]:
    """(0, 3, 1) of 0.3.1; what follows the numbers makes no difference."""
    return tuple(int(part) for part in re.findall(r"\d+", build)[:3])


def require_whole(folder: Path, manifest: Manifest, tell: Tell) -> None:
    """Raise StartError naming the files that are missing or not what was written."""
    progress = Progress(tell, "bytes of the backup looked at", sum(file.bytes for file in manifest.files))
    faults = list(_faults(folder, manifest, progress))
    if faults:
        raise StartError(f"The backup in {folder} is damaged; nothing was done with it:\n  " + "\n  ".join(faults))


def _faults(folder: Path, manifest: Manifest, progress: Progress) -> Iterator[str]:
    for file in manifest.files:
        path = folder / file.path
        progress.add(file.bytes)
        if Path(file.path).is_absolute() or ".." in Path(file.path).parts:
            yield f"{file.path} is named, which is no place in a backup"
        elif not path.is_file():
            yield f"{file.path} is missing"
        elif path.stat().st_size != file.bytes or checksum(path) != file.sha256:
            yield f"{file.path} has another checksum than when it was written"


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
