"""Makes an exchange out of a backup, in a folder that nothing else has.

Everything is built beside the data folder and gets its name at the end, so a restore that is interrupted leaves
nothing that could be started. The live log is filled as far back as database and snapshots need it.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import groupby
from pathlib import Path

from trueman.backup import database, manifest
from trueman.backup.files import copy_folder, require_empty
from trueman.backup.manifest import ARCHIVE, DATABASE, SECRETS, SNAPSHOTS, Manifest, Tell
from trueman.errors import StartError
from trueman.infra.archive import Archive
from trueman.infra.durable_files import sync_folder
from trueman.infra.log import Log
from trueman.infra.segments import Pair
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog
from trueman.stack.servers import EmbeddedPostgres, EmbeddedServer, EmbeddedValkey

BATCH_ENTRIES_MAX = 64


async def restore(settings: Settings, backup: Path, tell: Tell) -> Manifest:
    """Into the data folder and, where URLs name servers, into those; all of it has to be empty."""
    data = settings.data.absolute()
    require_empty(data, "The data folder")
    description = manifest.read(backup)
    manifest.require_whole(backup, description)
    tell(f"{len(description.files)} files are as they were written")
    building = data.with_name(data.name + ".restoring")
    with built_beside(building, settings):
        for name in (ARCHIVE, SNAPSHOTS, SECRETS):
            copy_folder(backup / name, building / name)
        async with database_of(settings, building) as url:
            why = f"restored from a copy of {description.taken}, which knows of no payment that was made later"
            await database.bring_back(url, backup / DATABASE, description.epoch, why, is_ours=not settings.database_url)
        tell(f"PostgreSQL: up to command {description.offset:,}")
        async with log_of(settings, building) as log:
            await fill(log, Archive(building / ARCHIVE), description)
        tell(f"logs: commands {description.log_from + 1:,} to {description.number:,} in Valkey, all in the archive")
        if data.exists():
            data.rmdir()
        building.rename(data)
        sync_folder(data.parent)
    return description


@contextmanager
def built_beside(folder: Path, settings: Settings) -> Iterator[None]:
    """What an earlier restore left is begun anew, unless it is still at work."""
    for server in servers(settings, folder):
        if pid := server.leftover():
            raise StartError(f"A {server.name} (process {pid}) still runs in {folder}: another restore? End it first.")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    yield


def servers(settings: Settings, folder: Path) -> tuple[EmbeddedPostgres, EmbeddedValkey]:
    """Where `trueman up` will look for them."""
    return (
        EmbeddedPostgres(folder / "postgres", settings.database_port),
        EmbeddedValkey(folder / "valkey", settings.valkey_port),
    )


@asynccontextmanager
async def database_of(settings: Settings, folder: Path) -> AsyncIterator[str]:
    if settings.database_url:
        await database.require_no_tables(settings.database_url)
        yield settings.database_url
        return
    with running(servers(settings, folder)[0]) as server:
        yield server.url


@asynccontextmanager
async def log_of(settings: Settings, folder: Path) -> AsyncIterator[Log]:
    if settings.valkey_url:
        log = await ValkeyLog.connect(settings.valkey_url, durable=settings.valkey_durable)
        try:
            if await log.exists():
                raise StartError("The Valkey that VALKEY_URL names has a log. Name an empty one; it was not changed.")
            yield log
        finally:
            await log.close()
        return
    with running(servers(settings, folder)[1]) as server:
        log = await ValkeyLog.connect(server.url)
        try:
            yield log
        finally:
            await log.close()


@contextmanager
def running(server: EmbeddedServer) -> Iterator[EmbeddedServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def fill(log: Log, archive: Archive, description: Manifest) -> None:
    """The live log from where it has to begin, entry by entry as it was, and closed to every epoch so far."""
    begin, time_us = description.log_from, 0
    is_created = False
    for span in archive.spans():
        pairs = archive.segment(span).pairs if span.last >= begin else []
        before = [pair.command.time_us for pair in pairs if pair.command.last <= begin]
        time_us = before[-1] if before else time_us
        if pairs and not is_created and (span.last > begin or span.last == description.number):
            await log.create_after(begin, time_us, description.genesis_ruleset)
            is_created = True
        late = [pair for pair in pairs if pair.command.last > begin]
        for at in range(0, len(late), BATCH_ENTRIES_MAX):
            await append(log, late[at : at + BATCH_ENTRIES_MAX])
    if not is_created:
        await log.create(description.genesis_ruleset)
    if await log.last_event() != description.number:
        raise StartError(f"The backup's logs end at {await log.last_event()}, not at {description.number}.")
    await log.fence(description.epoch)


async def append(log: Log, pairs: list[Pair]) -> None:
    await log.restore_commands([pair.command for pair in pairs])
    for _, entries in groupby((pair.event for pair in pairs), key=lambda event: event.epoch):
        await log.append_event_entries(list(entries))
