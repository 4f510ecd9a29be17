"""Makes an exchange out of a backup, in a folder that nothing else has.

Everything is built beside the data folder and gets its name at the end, so a restore that is interrupted leaves
nothing that could be started; servers that we do not make ourselves are marked until then, and no engine starts on
them. Whoever comes after an interrupted one begins anew. The live log is filled as far back as database and snapshots
need it.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path

import msgspec

from trueman.backup import database, manifest, owner
from trueman.backup.files import copy_folder, require_empty, require_room
from trueman.backup.filling import fill
from trueman.backup.manifest import ARCHIVE, DATABASE, SECRETS, SNAPSHOTS, Manifest, Tell
from trueman.backup.owner import Claim, Owner
from trueman.backup.progress import Progress
from trueman.errors import StartError
from trueman.infra.archive import Archive
from trueman.infra.durable_files import sync_folder
from trueman.infra.log import Log
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import RESTORING, ValkeyLog
from trueman.stack.servers import EmbeddedPostgres, EmbeddedServer, EmbeddedValkey


async def restore(settings: Settings, backup: Path, tell: Tell) -> Manifest:
    """Into the data folder and, where URLs name servers, into those; all of it has to be empty."""
    data = settings.data.absolute()
    description = manifest.read(backup)
    require_empty(data, "The data folder")
    manifest.require_whole(backup, description, tell)
    tell(f"{len(description.files)} files are as they were written")
    with owner.claimed(data) as claim:
        if claim.earlier is not None and claim.earlier.is_complete_of(backup) and building_of(data).is_dir():
            tell(f"An earlier restore was complete but for the name of the folder: {claim.earlier}")
            await unmark(settings)
        else:
            await build(settings, backup, description, claim, tell)
        if data.exists():
            data.rmdir()
        building_of(data).rename(data)
        sync_folder(data.parent)
    return description


async def build(settings: Settings, backup: Path, description: Manifest, claim: Claim, tell: Tell) -> None:
    """All of it, in a folder beside the data folder. What an earlier one left there is begun anew."""
    data = settings.data.absolute()
    building, us = building_of(data), owner.me(backup, data)
    async with built_beside(building, settings, us):
        claim.write(us)
        copy(backup, building, description, tell)
        async with database_of(settings, building) as url:
            why = f"restored from a copy of {description.taken}, which knows of no payment that was made later"
            is_ours = not settings.database_url
            await database.bring_back(url, backup / DATABASE, description.epoch, why, is_ours=is_ours, tell=tell)
        tell(f"PostgreSQL: up to command {description.offset:,}")
        async with log_of(settings, building) as log:
            commands = Progress(tell, "logs: commands in Valkey", description.number)
            await fill(log, Archive(building / ARCHIVE), description, commands)
        tell(f"logs: commands {description.log_from + 1:,} to {description.number:,} in Valkey, all in the archive")
        claim.write(msgspec.structs.replace(us, is_complete=True))
        await unmark(settings)


def building_of(data: Path) -> Path:
    return data.with_name(data.name + ".restoring")


@asynccontextmanager
async def built_beside(folder: Path, settings: Settings, us: Owner) -> AsyncIterator[None]:
    """What an earlier restore left is begun anew, unless one of its servers is still at work."""
    for server in servers(settings, folder):
        if pid := server.leftover():
            raise StartError(f"A {server.name} (process {pid}) still runs in {folder}: another restore? End it first.")
    async with database.marked(settings.database_url, us) if settings.database_url else nullcontext():
        try:
            await mark(settings, us)
        except StartError:
            await unmark_database(settings)  # nothing was done there yet
            raise
        begin_anew(folder)
        try:
            yield
        except (StartError, OSError):
            shutil.rmtree(folder, ignore_errors=True)  # on a full disk it is in the way of everybody
            raise


def begin_anew(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def copy(backup: Path, building: Path, description: Manifest, tell: Tell) -> None:
    size = sum(file.bytes for file in description.files)
    require_room(building, size, "The backup's files")
    progress = Progress(tell, "bytes copied", size)
    for name in (ARCHIVE, SNAPSHOTS, SECRETS):
        copy_folder(backup / name, building / name, progress)


def servers(settings: Settings, folder: Path) -> tuple[EmbeddedPostgres, EmbeddedValkey]:
    """Where `trueman up` will look for them."""
    return (
        EmbeddedPostgres(folder / "postgres", settings.database_port),
        EmbeddedValkey(folder / "valkey", settings.valkey_port),
    )


@asynccontextmanager
async def database_of(settings: Settings, folder: Path) -> AsyncIterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    with running(servers(settings, folder)[0]) as server:
        yield server.url


@asynccontextmanager
async def log_of(settings: Settings, folder: Path) -> AsyncIterator[Log]:
    if settings.valkey_url:
        log = await ValkeyLog.connect(settings.valkey_url, durable=settings.valkey_durable)
        try:
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


async def mark(settings: Settings, us: Owner) -> None:
    """Until it is taken away no engine starts on a log that somebody else's server has, and no other restore begins."""
    if settings.valkey_url:
        log = await ValkeyLog.connect(settings.valkey_url, durable=settings.valkey_durable)
        try:
            await _mark(log, us)
        finally:
            await log.close()


async def _mark(log: ValkeyLog, us: Owner) -> None:
    found = await log.noted(RESTORING)
    if found:
        owner.require_gone(found, "the Valkey that VALKEY_URL names")
        await log.forget()
    if await log.exists():
        raise StartError("The Valkey that VALKEY_URL names has a log. Name an empty one; it was not changed.")
    if not await log.note_first(RESTORING, us.encoded()):
        owner.require_gone(await log.noted(RESTORING), "the Valkey that VALKEY_URL names")
        raise StartError("Another restore has just begun in the Valkey that VALKEY_URL names. Start again.")


async def unmark(settings: Settings) -> None:
    """Everything is there: what was marked may be used. It may be done again."""
    await unmark_database(settings)
    if settings.valkey_url:
        log = await ValkeyLog.connect(settings.valkey_url, durable=settings.valkey_durable)
        try:
            await log.note(RESTORING, "")
        finally:
            await log.close()


async def unmark_database(settings: Settings) -> None:
    if settings.database_url:
        await database.unmark(settings.database_url)


@contextmanager
def running(server: EmbeddedServer) -> Iterator[EmbeddedServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()
