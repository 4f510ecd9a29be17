"""C7: what PostgreSQL acknowledged is there after the power was cut, whatever of it the kernel had written out."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import asyncpg
import pytest

from trueman.chaos.death import kill_tree
from trueman.chaos.disk import Disk
from trueman.chaos.preload import compiler
from trueman.chaos.undo import Undo
from trueman.errors import StartError
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedPostgres

pytestmark = pytest.mark.skipif(compiler() is None, reason="no C compiler (cc, gcc or clang) on this machine's PATH")
long = pytest.mark.skipif(os.environ.get("TRUEMAN_LONG") != "1", reason="takes minutes: make test-long")
ROUNDS, LONG_ROUNDS = 3, 25
WRITERS = 4
TABLES = """
    CREATE TABLE payments (number bigint PRIMARY KEY, words text NOT NULL);
    CREATE TABLE accounts (account int PRIMARY KEY, payments bigint NOT NULL);
    INSERT INTO accounts SELECT generate_series(0, 3), 0"""
INSERT = "INSERT INTO payments VALUES ($1, $2)"
COUNT = "UPDATE accounts SET payments = payments + 1 WHERE account = $1"
GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@pytest.fixture
def undo(tmp_path: Path) -> Undo:
    tmp_path.chmod(0o755)
    return Undo(tmp_path / "undo")


@contextmanager
def started(server: EmbeddedPostgres, undo: Undo, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server.prepare()
    with monkeypatch.context() as patch:
        for name, value in undo.environment().items():
            patch.setenv(name, value)
        server.start()
    try:
        yield
    finally:
        kill_all_of(server)


def kill_all_of(server: EmbeddedPostgres) -> None:
    if server.process is not None:
        kill_tree(server.process.pid)
        server.kill()


def cut(server: EmbeddedPostgres, undo: Undo, random: Random | None) -> int:
    return undo.cut((path for path in server.cluster.rglob("*") if path.is_file()), random)


async def pay_until_cut(server: EmbeddedPostgres, random: Random, begin: int) -> set[int]:
    """Numbers that were acknowledged. The server is killed while commits are on their way."""
    acknowledged: set[int] = set()

    async def pay(account: int) -> None:
        number, connection = begin + account, None
        try:
            connection = await asyncpg.connect(server.url)
            while True:
                async with connection.transaction():
                    await connection.execute(
                        "INSERT INTO payments VALUES ($1, $2)", number, "x" * random.randint(1, 900)
                    )
                    await connection.execute("UPDATE accounts SET payments = payments + 1 WHERE account = $1", account)
                acknowledged.add(number)
                number += WRITERS
                if random.random() < 0.02:
                    await connection.execute("CHECKPOINT")
        except GONE:
            if connection is not None:
                connection.terminate()

    paying = [asyncio.create_task(pay(account)) for account in range(WRITERS)]
    await asyncio.sleep(random.uniform(0.4, 1.0))
    kill_all_of(server)
    await asyncio.gather(*paying)
    return acknowledged


async def found_in(server: EmbeddedPostgres) -> set[int]:
    """All payments; of every account as many as it says."""
    connection = await asyncpg.connect(server.url)
    try:
        assert await connection.fetchval("SELECT sum(payments) FROM accounts") == await connection.fetchval(
            "SELECT count(*) FROM payments"
        )
        return {row["number"] for row in await connection.fetch("SELECT number FROM payments ORDER BY number")}
    finally:
        await connection.close()


async def cut_again_and_again(
    rounds: int, seed: int, server: EmbeddedPostgres, undo: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, acknowledged, lost = Random(seed), set[int](), 0
    for number in range(rounds):
        with started(server, undo, monkeypatch):
            if number == 0:
                connection = await asyncpg.connect(server.url)
                await connection.execute(TABLES)
                await connection.close()
            else:
                assert await found_in(server) >= acknowledged
            acknowledged |= await pay_until_cut(server, random, number * 1_000_000)
        lost += cut(server, undo, random if number % 2 else None)
    with started(server, undo, monkeypatch):
        assert await found_in(server) >= acknowledged
    assert len(acknowledged) > rounds
    assert lost > 0, "no change was ever taken away"


@pytest.mark.timeout(300)
async def test_c7_what_postgres_acknowledged_is_there_after_a_power_cut(
    tmp_path: Path, undo: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7 C27: every file as it was last synced, and some of them as they were last written."""
    await cut_again_and_again(ROUNDS, 7, EmbeddedPostgres(tmp_path / "postgres", free_port()), undo, monkeypatch)


@long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(3))
async def test_c7_postgres_keeps_its_word_however_often_the_power_is_cut(
    tmp_path: Path, undo: Undo, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """C7 C27: many more times."""
    server = EmbeddedPostgres(tmp_path / "postgres", free_port())
    await cut_again_and_again(LONG_ROUNDS, seed, server, undo, monkeypatch)


@pytest.mark.timeout(300)
async def test_c7_a_postgres_that_does_not_sync_loses_what_it_acknowledged(
    tmp_path: Path, undo: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes the test above worth something."""
    server = EmbeddedPostgres(tmp_path / "postgres", free_port(), durable=False)
    with pytest.raises((AssertionError, StartError, asyncpg.PostgresError)):
        await cut_again_and_again(1, 8, server, undo, monkeypatch)


def test_half_a_record_is_no_record(tmp_path: Path, undo: Undo) -> None:
    """Whoever is killed while it tells what it is about to change has changed nothing; what others tell later holds."""
    program = """
import os, sys
file = os.open("file", os.O_RDWR | os.O_CREAT)
os.write(file, b"a" * 100); os.fsync(file)
os.pwrite(file, b"b" * 50, 0)
if sys.argv[1] == "sync": os.fsync(file)
"""
    command = [sys.executable, "-c", program]
    environment = {**os.environ, **undo.environment()}
    log = tmp_path / "undo" / "undo.log"
    subprocess.run([*command, "leave"], cwd=tmp_path, env=environment, check=True)
    whole = log.read_bytes()
    for kept in (8, 63, 64, 100):
        log.write_bytes(whole + whole[-114:][:kept])  # of the last change, which took 50 bytes away
        subprocess.run([*command, "sync"], cwd=tmp_path, env=environment, check=True)
        assert undo.cut([tmp_path / "file"]) == 0, f"of a file that was synced, behind {kept} bytes of a record"

    log.write_bytes(whole + whole[-114:][:70])
    assert undo.cut([tmp_path / "file"]) == 1
    assert (tmp_path / "file").read_bytes() == b"a" * 100


@pytest.mark.timeout(300)
async def test_c7_postgres_keeps_its_word_when_its_disk_was_full_before_the_power_is_cut(
    tmp_path: Path, undo: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7 C27: what it could not write it has not acknowledged, and what it synced before stays."""
    disk, random, acknowledged = Disk(tmp_path / "disk"), Random(9), set[int]()
    if fault := disk.mount():
        pytest.skip(f"no small disk can be mounted: {fault}")
    try:
        server = EmbeddedPostgres(tmp_path / "disk" / "postgres", free_port())
        with started(server, undo, monkeypatch):
            connection = await asyncpg.connect(server.url)
            await connection.execute(TABLES)
            await connection.close()
            acknowledged |= await pay_until_cut(server, random, 0)
        with started(server, undo, monkeypatch):
            disk.fill(0)
            acknowledged |= await pay_until_cut(server, random, 1_000_000)
        disk.free()
        with started(server, undo, monkeypatch):
            acknowledged |= await pay_until_cut(server, random, 2_000_000)
        assert cut(server, undo, None) > 0
        with started(server, undo, monkeypatch):
            assert await found_in(server) >= acknowledged
    finally:
        disk.unmount()
    assert max(acknowledged) > 2_000_000


def test_what_was_not_synced_is_as_it_was(tmp_path: Path, undo: Undo) -> None:
    program = """
import os
file = os.open("file", os.O_RDWR | os.O_CREAT)
os.write(file, b"aaaabbbb"); os.fsync(file)
os.pwrite(file, b"XX", 2); os.pwrite(file, b"YYYY", 6); os.ftruncate(file, 5); os.pwrite(file, b"Z", 0)
other = os.open("other", os.O_RDWR | os.O_CREAT); os.write(other, b"never")
last = os.open("last", os.O_RDWR | os.O_CREAT); os.write(last, b"lasts"); os.fdatasync(last)
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, **undo.environment()}, check=True)
    assert (tmp_path / "file").read_bytes() == b"ZaXXb"
    assert undo.cut([tmp_path / name for name in ("file", "other", "last")]) == 5
    assert [(tmp_path / name).read_bytes() for name in ("file", "other", "last")] == [b"aaaabbbb", b"", b"lasts"]
