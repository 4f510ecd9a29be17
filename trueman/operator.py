"""The operator's tools: commands that look at an exchange, or mend one, from beside it.

Imports are made where they are needed, as in `cli`, which joins these commands to its own.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trueman.errors import StartError

if TYPE_CHECKING:
    from trueman.backup.manifest import Manifest
    from trueman.engine.verify import Summon, Verified
    from trueman.infra.archive import Archive
    from trueman.infra.settings import Settings

tools = typer.Typer()


def read_settings() -> Settings:
    """Raise StartError naming each environment variable that cannot be read."""
    from pydantic import ValidationError

    from trueman.infra.settings import Settings, environment_name

    try:
        return Settings()
    except ValidationError as error:
        faults = [f"{environment_name(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors()]
        raise StartError("Settings that cannot be read:\n  " + "\n  ".join(faults)) from None


def require_servers(settings: Settings) -> None:
    require_url("DATABASE_URL", settings.database_url)
    require_url("VALKEY_URL", settings.valkey_url)


def require_url(name: str, url: str) -> None:
    if not url:
        raise StartError(f"{name} is not set. A service alone needs it; `trueman up` starts servers of its own.")


def with_servers_of_up(settings: Settings) -> Settings:
    """Where no URL is set, the server that `trueman up` runs in our data folder."""
    from trueman.stack.servers import EmbeddedPostgres, EmbeddedValkey

    postgres = EmbeddedPostgres(settings.data / "postgres", settings.database_port)
    valkey = EmbeddedValkey(settings.data / "valkey", settings.valkey_port)
    known = {"database_url": settings.database_url, "valkey_url": settings.valkey_url}
    for name, server in (("database_url", postgres), ("valkey_url", valkey)):
        if not known[name] and server.leftover():
            known[name] = server.url
    return settings.model_copy(update=known)


@tools.command()
def migrate() -> None:
    """Bring the database's schema to the newest version."""
    from trueman.infra.database.connection import migrate as bring
    from trueman.stack.neighbours import database_errors_told

    settings = with_servers_of_up(read_settings())
    require_url("DATABASE_URL", settings.database_url)
    with database_errors_told():
        asyncio.run(bring(settings.database_url))


@tools.command()
def reconcile(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    every: Annotated[float, typer.Option(min=0, help="Again and again, so many seconds apart; 0: once.")] = 0,
) -> None:
    """Compare engine and database to the last atom. Exit code 1 when they differ. Nothing needs to stand still."""
    import msgspec

    from trueman.auditor import audit_for_ever, audit_once
    from trueman.infra.metrics import exposed
    from trueman.infra.service import run_service

    settings = with_servers_of_up(read_settings())
    require_servers(settings)
    if every:
        with exposed(settings.host, settings.metrics_port):
            run_service("auditor", lambda stop: audit_for_ever(settings, every, stop), log_level=settings.log_level)
        return
    report = asyncio.run(audit_once(settings))
    typer.echo(msgspec.json.format(msgspec.json.encode(report), indent=2) if as_json else "\n".join(report.lines()))
    if not report.agrees:
        raise typer.Exit(1)


@tools.command()
def chaos(
    seconds: Annotated[float, typer.Option(min=0, help="How long faults strike.")] = 60,
    cycles: Annotated[int, typer.Option(min=0, help="So many faults instead; 0: as many as fit.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed strikes in the same order.")] = 1,
    only: Annotated[str, typer.Option(help="Part of a fault's name: no other strikes.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write what it came to there, as JSON.")] = None,
    shadow: Annotated[bool, typer.Option(help="With a shadow engine beside the primary.")] = True,
    keep: Annotated[bool, typer.Option(help="Leave logs and data to look at.")] = False,
) -> None:
    """Start an exchange of its own, harm it in every way, and see that it kept its word. Exit code 1 when not."""
    from trueman.chaos.command import chaos as run
    from trueman.chaos.run import Plan

    raise typer.Exit(run(Plan(seed, cycles, seconds, only, shadow, keep), report))


@tools.command()
def verify(
    folder: Annotated[
        Path | None, typer.Argument(help="An archive or a backup; none: the one of our data folder.")
    ] = None,
    archive_only: Annotated[bool, typer.Option(help="Do not follow the live log from where the archive ends.")] = False,
    trades: Annotated[bool, typer.Option(help="Show the log to the checker of trades as well.")] = True,
) -> None:
    """Decide every command since genesis again and compare. Exit code 1 when anything is not as it was written.

    A second witness, which decides nothing, holds every trade against the rules of priority, price and money.
    """
    from trueman.checker.summons import Summons
    from trueman.core.rulesets import UnknownRuleset
    from trueman.errors import ArchiveDamaged

    settings = with_servers_of_up(read_settings())
    if folder is None and not archive_only:
        require_url("VALKEY_URL", settings.valkey_url)
    summons = Summons() if trades else None
    try:
        verified = asyncio.run(_verify(settings, folder, summons, is_alone=archive_only or folder is not None))
        typer.echo("\n".join([*verified.lines(), *(summons.lines() if summons else ())]))
    except UnknownRuleset as unknown:
        raise StartError(f"This build cannot decide that log again: {unknown}. Use the build that wrote it.") from None
    except OSError as error:
        raise StartError(f"It cannot be read: {error}") from error
    except ArchiveDamaged as damage:
        typer.echo(f"NOT as it was written: {damage}\nSee docs/runbooks/the-archive-is-damaged.md", err=True)
        raise typer.Exit(1) from None
    if summons and summons.faults:
        raise typer.Exit(1)


@tools.command()
def backup(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")]) -> None:
    """Copy PostgreSQL, both logs, snapshots and secrets of an exchange that may run. What is in it is secret."""
    given = read_settings()
    settings = with_servers_of_up(given)
    require_servers(settings)
    taken = asyncio.run(_backup(settings, folder, is_ours=not given.database_url))
    size = sum(file.bytes for file in taken.files)
    typer.echo(
        f"{folder}: commands 1 to {taken.number:,}, {size / 1e6:,.1f} MB. Look at it with: trueman verify {folder}"
    )


async def _backup(settings: Settings, folder: Path, *, is_ours: bool) -> Manifest:
    from trueman.backup.take import take
    from trueman.infra.valkey_log import ValkeyLog

    log = await ValkeyLog.connect(settings.valkey_url, durable=False)
    try:
        return await take(settings.data, log, settings.database_url, folder, typer.echo, is_ours=is_ours)
    except OSError as error:
        raise StartError(f"The backup was not finished; {folder} is none: {error}") from error
    finally:
        await log.close()


@tools.command()
def restore(folder: Annotated[Path, typer.Argument(help="What `trueman backup` made.")]) -> None:
    """Make an exchange out of a backup, in a data folder (TRUEMAN_DATA) that is empty. Then: trueman up, reconcile."""
    from trueman.backup.restore import restore as bring_back

    settings = read_settings()
    try:
        description = asyncio.run(bring_back(settings, folder, typer.echo))
    except OSError as error:
        raise StartError(f"Nothing was restored; {settings.data} was not made: {error}") from error
    typer.echo(
        f"{settings.data}: as it was at command {description.number:,}. Go on with: trueman up\n"
        "Withdrawals are paid once you have compared them with the custody and said so: trueman admin open-desk"
    )


def require_something_to_verify(root: Path, archive: Archive) -> None:
    """Of a backup every file first, the dump and the secrets as well. Raise StartError where there is no archive."""
    from trueman.backup import manifest

    if (root / manifest.NAME).is_file() or (root / manifest.DATABASE).is_file():
        manifest.require_whole(root, manifest.read(root), lambda line: typer.echo(line, err=True))
    if not archive.spans() and archive.base is None:
        said = "is a file" if root.is_file() else "has no segments in it" if root.is_dir() else "is not there"
        raise StartError(f"There is no archive to verify: {archive.folder} {said}. Name an archive or a backup.")


async def _verify(settings: Settings, folder: Path | None, summon: Summon | None, *, is_alone: bool) -> Verified:
    """Of a backup the snapshots beside the archive, of an archive in our data folder those of the data folder."""
    from rich.console import Console
    from rich.progress import Progress

    from trueman.engine.snapshots import SnapshotStore
    from trueman.engine.verify import Verifier
    from trueman.infra.archive import Archive
    from trueman.infra.valkey_log import ValkeyLog

    root = folder or settings.data
    found = root / "archive" if (root / "archive").is_dir() else root
    archive, snapshots = Archive(found), SnapshotStore(found.parent / "snapshots")
    if is_alone:
        require_something_to_verify(root, archive)
    log = None if is_alone else await ValkeyLog.connect(settings.valkey_url, durable=False)
    try:
        with Progress(console=Console(stderr=True)) as progress:
            spans = archive.spans()
            end = await log.last_event() if log else spans[-1].last if spans else 0
            task = progress.add_task("commands", total=end)
            verifier = Verifier(archive, snapshots, lambda number: progress.update(task, completed=number), summon)
            return await verifier.run(log)
    finally:
        if log is not None:
            await log.close()
