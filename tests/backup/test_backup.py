"""T17: an exchange that trades is copied, comes back on an empty machine, and is the same to the last atom."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.db_updater.recorded import follow_to_end
from tests.views.lived import DAY_START_US, Life
from trueman.backup import manifest
from trueman.backup.restore import restore, servers
from trueman.backup.take import take
from trueman.core.codec import encode
from trueman.core.exchange import Exchange
from trueman.core.snapshot import RULESET
from trueman.db_updater.reconcile import reconcile
from trueman.engine import snapshots
from trueman.engine.archive import Archiver
from trueman.engine.past import state_at
from trueman.engine.replay import decide, recover
from trueman.engine.snapshots import SnapshotStore
from trueman.engine.succession import Succession
from trueman.engine.verify import Verifier
from trueman.errors import StartError
from trueman.infra.archive import Archive
from trueman.infra.archived_log import archived
from trueman.infra.database import payout_desk
from trueman.infra.database.connection import API, ENGINE, READER, UPDATER, connect_pool
from trueman.infra.database.epochs import PostgresEngineDatabase
from trueman.infra.log import Log
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog
from trueman.stack.ports import free_port

EPOCH = 7
"""Of the engine before the backup; the database in this test knows of none."""


def say_nothing(line: str) -> None:
    """The tests read what is there, not what is said."""


class Source:
    """An exchange with a past: archive, snapshots and a live log that was trimmed."""

    def __init__(self, folder: Path, log: ValkeyLog, database_url: str) -> None:
        self.data = folder / "data"
        self.log = log
        self.database_url = database_url
        self.exchange = Exchange()
        self.life = Life(61)
        self.at = 0

    async def live(self, frames: int) -> None:
        for _ in range(frames):
            self.at += 1
            commands = [self.life.next(DAY_START_US + self.at)[0] for _ in range(40)]
            await self.log.append_commands(len(commands), b"".join(encode(command) for command in commands))
            (entry,) = await self.log.read_commands(self.exchange.sequence)
            await self.log.append_event_entries([decide(self.exchange, entry, EPOCH)])

    async def keep(self) -> None:
        SnapshotStore(self.data / "snapshots").save(snapshots.take(self.exchange, EPOCH))
        await Archiver(self.log, Archive(self.data / "archive"), segment_bytes=30_000).advance(self.exchange.sequence)

    async def backup(self, folder: Path) -> manifest.Manifest:
        return await take(self.data, self.log, self.database_url, folder, say_nothing, is_ours=True)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with await connect_pool(database_url, UPDATER, connections_max=4) as opened:
        yield opened


@pytest.fixture
async def source(tmp_path: Path, valkey_url: str, database_url: str, pool: asyncpg.Pool) -> AsyncIterator[Source]:
    """The tables stand at 800 of 1,200 commands, the log begins after 400, snapshots are at 400, 600 and 1,000."""
    log = await ValkeyLog.connect(valkey_url, durable=False)
    source = Source(tmp_path, log, database_url)
    secret = source.data / "secrets" / "jwt.key"
    secret.parent.mkdir(parents=True)
    secret.write_bytes(b"k" * 32)
    secret.chmod(0o600)
    await log.create(RULESET)
    for frames in (10, 5):
        await source.live(frames)
        await source.keep()
    await source.live(5)
    await follow_to_end(log, pool)
    await source.live(5)
    await source.keep()
    await source.live(5)
    await log.trim(401)
    yield source
    await log.close()


def new_machine(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "new" / "data", database_port=free_port(), valkey_port=free_port())


async def require_same(settings: Settings, source: Source, digest: bytes, number: int) -> None:
    """Recovered, reconciled, verified from genesis, and trading on."""
    postgres, valkey = servers(settings, settings.data)
    await asyncio.to_thread(postgres.start)
    await asyncio.to_thread(valkey.start)
    store, archive = SnapshotStore(settings.data / "snapshots"), Archive(settings.data / "archive")
    live = await ValkeyLog.connect(valkey.url)
    log = archived(live, archive)
    try:
        async with (
            await connect_pool(postgres.url, ENGINE) as engine_pool,
            await connect_pool(postgres.url, UPDATER) as updater_pool,
            await connect_pool(postgres.url, READER) as reader_pool,
        ):
            database = PostgresEngineDatabase(engine_pool)
            assert await engine_pool.fetchval("SELECT epoch FROM engine_epoch") >= EPOCH
            await require_closed_desk(postgres.url)
            exchange = await recover(log, database, store)
            assert (exchange.sequence, exchange.digest()) == (number, digest)
            epoch = await Succession(log, database).attempt(exchange, await log.heartbeat())
            assert epoch > EPOCH
            await decide_more(log, source.life, exchange, epoch)
            await follow_to_end(log, updater_pool)
            report = await reconcile(reader_pool, lambda at: state_at(log, store, at), await log.genesis_ruleset())
            assert report.agrees, report.lines()
            assert report.command == number + 40
        verified = await Verifier(archive, store, lambda _: None).run(live)
        assert (verified.sequence, verified.digest) == (exchange.sequence, exchange.digest())
    finally:
        await live.close()
        postgres.stop()
        valkey.stop()


async def require_closed_desk(url: str) -> None:
    async with await connect_pool(url, API) as pool:
        state = await payout_desk.state(pool)
    assert (state.is_open, state.changed_by) == (False, "trueman restore")
    assert "which knows of no payment that was made later" in state.why


async def decide_more(log: Log, life: Life, exchange: Exchange, epoch: int) -> None:
    await log.append_commands(40, b"".join(encode(life.next(DAY_START_US + 90)[0]) for _ in range(40)))
    (entry,) = await log.read_commands(exchange.sequence)
    await log.append_event_entries([decide(exchange, entry, epoch)])


async def test_an_exchange_comes_back_on_an_empty_machine_and_is_the_same(source: Source, tmp_path: Path) -> None:
    """C28: the tables of the backup are behind its logs; the updater writes the rest again."""
    taken = await source.backup(tmp_path / "backup")
    assert (taken.number, taken.offset, taken.log_from) == (1_200, 800, 600)
    digest = source.exchange.digest()
    await source.live(2)  # the exchange went on; that is not in the backup
    settings = new_machine(tmp_path)
    await restore(settings, tmp_path / "backup", say_nothing)
    assert (settings.data / "secrets" / "jwt.key").stat().st_mode & 0o777 == 0o600
    assert not settings.data.with_name("data.restoring").exists()
    await require_same(settings, source, digest, 1_200)


async def test_a_backup_of_an_exchange_without_snapshots_has_the_whole_log(
    valkey_url: str, database_url: str, tmp_path: Path
) -> None:
    log = await ValkeyLog.connect(valkey_url, durable=False)
    young = Source(tmp_path, log, database_url)
    await log.create(RULESET)
    await young.live(2)
    assert (await young.backup(tmp_path / "backup")).log_from == 0
    settings = new_machine(tmp_path)
    await restore(settings, tmp_path / "backup", say_nothing)
    await require_same(settings, young, young.exchange.digest(), 80)
    await log.close()


async def test_a_folder_that_holds_something_is_not_restored_into(source: Source, tmp_path: Path) -> None:
    await source.backup(tmp_path / "backup")
    settings = new_machine(tmp_path)
    settings.data.mkdir(parents=True)
    (settings.data / "something").touch()
    with pytest.raises(StartError, match="is not empty"):
        await restore(settings, tmp_path / "backup", say_nothing)
    with pytest.raises(StartError, match="is not empty"):
        await source.backup(tmp_path / "backup")
    assert [path.name for path in settings.data.iterdir()] == ["something"]


async def test_servers_that_hold_something_are_not_restored_into(source: Source, tmp_path: Path) -> None:
    await source.backup(tmp_path / "backup")
    settings = new_machine(tmp_path)
    used = settings.model_copy(update={"database_url": source.database_url})
    with pytest.raises(StartError, match="has tables"):
        await restore(used, tmp_path / "backup", say_nothing)
    assert not settings.data.exists()


@pytest.mark.parametrize("harm", ["byte", "missing", "manifest", "unfinished"])
async def test_a_damaged_backup_is_refused_before_anything_is_made(source: Source, tmp_path: Path, harm: str) -> None:
    backup = tmp_path / "backup"
    await source.backup(backup)
    segment = Archive(backup / "archive").spans()[0].path
    if harm == "byte":
        segment.write_bytes(segment.read_bytes()[:-1] + b"\x00")
    elif harm == "missing":
        segment.unlink()
    elif harm == "manifest":
        (backup / manifest.NAME).write_text(json.dumps({"format": 1}))
    else:
        (backup / manifest.NAME).unlink()
    settings = new_machine(tmp_path)
    with pytest.raises(StartError, match=r"another checksum|is missing|damaged|no backup"):
        await restore(settings, backup, say_nothing)
    assert not (tmp_path / "new").exists()


async def test_what_an_interrupted_restore_left_is_begun_anew(source: Source, tmp_path: Path) -> None:
    await source.backup(tmp_path / "backup")
    settings = new_machine(tmp_path)
    left = settings.data.with_name("data.restoring") / "postgres"
    left.mkdir(parents=True)
    (left / "initialised").touch()
    assert (await restore(settings, tmp_path / "backup", say_nothing)).number == 1_200
    assert (settings.data / "postgres" / "cluster").is_dir()


async def test_the_backup_goes_no_further_than_the_log_had_come_when_the_dump_began(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C28: a wallet operation is in the dump whenever its command is in the log."""
    from trueman.backup import database

    real = database.dump

    async def slow(url: str, path: Path, *, is_ours: bool, tell: manifest.Tell) -> int:
        offset = await real(url, path, is_ours=is_ours, tell=tell)
        await source.live(3)
        return offset

    monkeypatch.setattr(database, "dump", slow)
    assert (await source.backup(tmp_path / "backup")).number == 1_200
