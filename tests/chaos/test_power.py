"""C7: what was acknowledged or said to be durable is there after the power was cut; what was not said may be gone."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from trueman.chaos.power import Power
from trueman.chaos.preload import compiler
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import ServiceError
from trueman.infra.archive import Archive
from trueman.infra.log import GENESIS_RULESET
from trueman.infra.valkey_log import ValkeyLog
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedValkey

pytestmark = pytest.mark.skipif(compiler() is None, reason="no C compiler (cc, gcc or clang) on this machine's PATH")
ROUNDS = 4
SAID_BEFORE_THE_CUT = 12
LONG_SEEDS, LONG_ROUNDS, LONG_WRITERS = 5, 12, 40
long = pytest.mark.skipif(os.environ.get("TRUEMAN_LONG") != "1", reason="takes minutes: make test-long")


class Forgetful(EmbeddedValkey):
    """Syncs once a second: what most people run, and what loses acknowledged orders."""

    @property
    def argv(self) -> list[str]:
        return [*super().argv, "--appendfsync", "everysec"]


@pytest.fixture
def power(tmp_path: Path) -> Power:
    return Power(tmp_path / "power")


@contextmanager
def started(server: EmbeddedValkey, power: Power, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedValkey]:
    """Cut off at the end: killed, and robbed of what it had not synced."""
    with monkeypatch.context() as patch:
        for name, value in power.environment().items():
            patch.setenv(name, value)
        server.start()
    try:
        yield server
    finally:
        server.kill()
        power.cut((server.data_dir / "appendonlydir").glob("*"))


async def append_until_cut(log: ValkeyLog, server: EmbeddedValkey, random: Random) -> dict[int, bytes]:
    """Frames that were acknowledged, by number. The server is killed while appends are on their way."""
    acknowledged: dict[int, bytes] = {}

    async def append() -> None:
        while True:
            frame = random.randbytes(random.randint(8, 4_000))
            try:
                first, _ = await log.append_commands(1, frame)
            except ServiceError:
                return
            acknowledged[first] = frame

    appending = [asyncio.create_task(append()) for _ in range(4)]
    await asyncio.sleep(random.uniform(0.15, 0.4))
    server.kill()
    await asyncio.gather(*appending)
    return acknowledged


async def cut_again_and_again(
    rounds: int, seed: int, server: EmbeddedValkey, power: Power, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other time while it rewrites its file."""
    random, acknowledged = Random(seed), dict[int, bytes]()
    for number in range(rounds):
        with started(server, power, monkeypatch):
            log = await ValkeyLog.connect(server.url)
            if number == 0:
                await log.create(GENESIS_RULESET)
            elif number % 2:
                await log._questions.tell("BGREWRITEAOF")
            acknowledged |= await append_until_cut(log, server, random)
            await log.close()
    with started(server, power, monkeypatch):
        log = await ValkeyLog.connect(server.url)
        found = {entry.last: entry.frame for entry in await log.read_commands(0, count=1_000_000)}
        await log.close()
    assert len(acknowledged) > rounds
    assert {number: found.get(number) for number in acknowledged} == acknowledged


async def test_c7_what_valkey_acknowledged_is_there_after_a_power_cut(
    tmp_path: Path, power: Power, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7 C12: again and again, and while it rewrites its file."""
    await cut_again_and_again(ROUNDS, 7, EmbeddedValkey(tmp_path / "valkey", free_port()), power, monkeypatch)


@long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(LONG_SEEDS))
async def test_c7_valkey_keeps_its_word_however_often_the_power_is_cut(
    tmp_path: Path, power: Power, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """C7 C12: many more times."""
    server = EmbeddedValkey(tmp_path / "valkey", free_port())
    await cut_again_and_again(LONG_ROUNDS, seed, server, power, monkeypatch)


async def test_c7_a_valkey_that_syncs_once_a_second_does_lose_what_it_acknowledged(
    tmp_path: Path, power: Power, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes the test above worth something, and why the exchange refuses such a server."""
    server = Forgetful(tmp_path / "valkey", free_port())
    with started(server, power, monkeypatch):
        log = await ValkeyLog.connect(server.url, durable=False)
        await log.create(GENESIS_RULESET)
        await asyncio.sleep(2.2)
        acknowledged = await append_until_cut(log, server, Random(8))
        await log.close()
    with started(server, power, monkeypatch):
        log = await ValkeyLog.connect(server.url, durable=False)
        last = await log.last_command()
        await log.close()
    assert last < max(acknowledged)


def test_half_a_line_of_what_was_synced_is_nothing(tmp_path: Path, power: Power) -> None:
    """Its disk was full: whoever told it died, and what others tell later is still understood."""
    program = "import os; f = open('file', 'ab'); f.write(b'x' * 10); f.flush(); os.fsync(f.fileno())"
    environment = {**os.environ, **power.environment()}
    log = tmp_path / "power" / "power.log"
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    whole = log.read_text()
    for kept in range(len(whole)):
        log.write_text(whole + whole[:kept])
        subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
        length = (tmp_path / "file").stat().st_size
        with (tmp_path / "file").open("ab") as file:
            file.write(b"not synced")
        assert power.cut([tmp_path / "file"]) == 10, f"behind {kept} letters of a line"
        assert (tmp_path / "file").stat().st_size == length


def cut_off_a_writer(folder: Path, power: Power, said_before: int) -> None:
    """Snapshots and archive, cut off in the midst of writing one: what was said of them must be so."""
    folders = [folder / "snapshots", folder / "archive"]
    for each in folders:
        each.mkdir(parents=True)
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.durable_victim", str(folder)],
        env={**os.environ, **power.environment()},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout is not None
    said = [int(victim.stdout.readline()) for _ in range(said_before)]
    victim.kill()
    said += [int(line) for line in victim.stdout.read().split()]
    victim.stdout.close()
    victim.wait()
    power.cut(path for each in folders for path in each.iterdir())
    store = SnapshotStore(folders[0])
    for number in said:
        newest = store.newest(until=number)
        assert newest is not None
        assert newest[0].sequence == number
    segments = list(Archive(folders[1]).walk())
    assert [segment.header.last for segment in segments][: len(said)] == said


def test_c7_what_was_said_to_be_durable_is_whole_after_a_power_cut(tmp_path: Path, power: Power) -> None:
    """C7 C19: snapshots and archive, cut off in the midst of writing one."""
    cut_off_a_writer(tmp_path, power, SAID_BEFORE_THE_CUT)


@long
@pytest.mark.timeout(900)
def test_c7_what_was_said_to_be_durable_is_whole_however_often_the_power_is_cut(tmp_path: Path, power: Power) -> None:
    """C7 C19: wherever a writer was cut off."""
    random = Random(9)
    for number in range(LONG_WRITERS):
        cut_off_a_writer(tmp_path / str(number), power, random.randint(1, 40))


def test_what_was_never_synced_is_taken_away(tmp_path: Path, power: Power) -> None:
    program = """
import os, sys
with open("synced", "wb") as file:
    file.write(b"lasts"); file.flush(); os.fsync(file.fileno()); file.write(b" and this does not")
open("never", "wb").write(b"gone")
open("target", "wb").write(b"before")
with open("target", "rb+") as file:
    os.fsync(file.fileno())
with open("new", "wb") as file:
    file.write(b"after"); file.flush(); os.fsync(file.fileno())
os.rename("new", "target")
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, **power.environment()}, check=True)
    power.cut([tmp_path / name for name in ("synced", "never", "target")])
    assert (tmp_path / "synced").read_bytes() == b"lasts"
    assert (tmp_path / "never").read_bytes() == b""
    assert (tmp_path / "target").read_bytes() == b"before", "no sync of the folder followed the rename"
    assert (tmp_path / "new").read_bytes() == b"after"
