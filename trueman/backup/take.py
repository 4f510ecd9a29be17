"""Takes a backup of an exchange that runs.

What belongs together is of one number. A wallet operation stands in PostgreSQL before its command is in the log, and
the other way round its number would be given again; so the log goes no further than it had come when the dump began,
or than the dump itself. The database's tables may be behind that: after a restore the updater writes the rest.
"""

from datetime import UTC, datetime
from pathlib import Path

import trueman
from trueman.backup import database, manifest
from trueman.backup.files import copy_durably, copy_folder, make_private, require_empty, require_room
from trueman.backup.manifest import ARCHIVE, DATABASE, SECRETS, SNAPSHOTS, Manifest, Tell
from trueman.backup.progress import Progress
from trueman.engine.archive import Archiver
from trueman.engine.snapshots import SnapshotStore, place_of
from trueman.errors import StartError
from trueman.infra.archive import Archive, End
from trueman.infra.archived_log import archived
from trueman.infra.durable_files import sync_folder
from trueman.infra.log import Log

SNAPSHOTS_COPIED = 2
"""The older is for the case that the newer does not load."""


async def take(data: Path, log: Log, database_url: str, folder: Path, tell: Tell, *, is_ours: bool) -> Manifest:
    """`is_ours`: the database is one that `trueman up` started. Raise StartError when there is nothing to take."""
    require_empty(folder, "The backup folder")
    if not await log.exists():
        raise StartError("There is no log yet: an exchange that never started needs no backup.")
    make_private(folder)
    number = await log.last_event()
    offset = await database.dump(database_url, folder / DATABASE, is_ours=is_ours, tell=tell)
    number = max(number, offset)
    tell(f"PostgreSQL: up to command {offset:,}")
    kept = copy_snapshots(SnapshotStore(data / "snapshots"), folder / SNAPSHOTS, number)
    tell(f"snapshots: {', '.join(map(str, kept)) or 'none yet'}")
    copy_folder(data / "secrets", folder / SECRETS)
    end = await copy_logs(data, log, folder / ARCHIVE, number, tell)
    tell(f"logs: commands 1 to {end.number:,}")
    needed = min([offset, *kept[-1:]]) if kept else 0
    description = Manifest(
        format=manifest.FORMAT,
        build=trueman.__version__,
        taken=datetime.now(UTC).isoformat(timespec="seconds"),
        number=end.number,
        offset=offset,
        chain=end.chain.hex(),
        epoch=(await log.heartbeat()).epoch,
        log_from=max(needed, Archive(folder / ARCHIVE).begin().number),
        genesis_ruleset=end.genesis_ruleset,
        files=manifest.describe(folder),
    )
    sync_folder(folder)
    manifest.write(folder, description)
    return description


def copy_snapshots(store: SnapshotStore, target: Path, until: int) -> list[int]:
    """Of the newest that know nothing after `until`. Return their numbers, newest first."""
    make_private(target)
    copied: list[int] = []
    for path in store.paths():
        if place_of(path)[0] <= until and len(copied) < SNAPSHOTS_COPIED:
            copy_durably(path, target / path.name)
            copied.append(place_of(path)[0])
    sync_folder(target)
    return copied


async def copy_logs(data: Path, log: Log, target: Path, until: int, tell: Tell) -> End:
    """The archive as it is, and what the live log has beyond it as segments that follow. Both in one unbroken chain."""
    source, copy = Archive(data / "archive"), Archive(target)
    make_private(target)
    copied = [span.path for span in source.spans() if span.last <= until]
    files = [*copied, *([source.base] if source.base else [])]
    size = sum(path.stat().st_size for path in files)
    require_room(target, size, "The archive's files")
    progress = Progress(tell, "bytes of the archive copied", size)
    for path in files:
        copy_durably(path, target / path.name)
        progress.add(path.stat().st_size)
    sync_folder(target)
    store = SnapshotStore(data / "snapshots")
    return await Archiver(archived(log, source), copy, store=store).advance(until)
