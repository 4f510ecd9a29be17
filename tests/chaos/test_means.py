"""What chaos harms with does what it says: cable, clock and full disk; and its reader knows a gap when it meets one."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from trueman.chaos.cable import Cable
from trueman.chaos.disk import Disk
from trueman.chaos.network import Network, Wire
from trueman.chaos.preload import Clocks, compiler
from trueman.chaos.readers import Book, Gap, TooEarly
from trueman.chaos.slow_readers import follow
from trueman.errors import StartError

PATIENCE_SECONDS = 5
HOUR_US = 3_600_000_000


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(100):
            writer.write(data)
    writer.transport.abort()


async def said_back(cable: Cable, seconds: float) -> bytes:
    """Nothing when the connection breaks, or stays silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
    try:
        async with asyncio.timeout(seconds):
            writer.write(b"hello")
            return await reader.read(100)
    except (OSError, TimeoutError):
        return b""
    finally:
        writer.transport.abort()


async def test_a_cable_can_be_cut_silenced_and_mended() -> None:
    """C33: what every partition of chaos is made of."""
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    cable = Cable(server.sockets[0].getsockname()[1])
    await cable.lay()
    assert await said_back(cable, PATIENCE_SECONDS) == b"hello"
    cable.cut()
    assert await said_back(cable, PATIENCE_SECONDS) == b""
    cable.mend()
    assert await said_back(cable, PATIENCE_SECONDS) == b"hello"
    cable.silence()
    began = time.monotonic()
    assert await said_back(cable, 0.2) == b""
    assert time.monotonic() - began >= 0.2, "a silent cable keeps its connections"
    cable.mend()
    assert await said_back(cable, PATIENCE_SECONDS) == b"hello"
    await cable.remove()
    server.close()


@pytest.mark.skipif(compiler() is None, reason="no C compiler (cc, gcc or clang) on this machine's PATH")
def test_a_clock_jumps_for_one_process_alone(tmp_path: Path) -> None:
    """C32: the time of day jumps, the monotonic clock does not."""
    clocks = Clocks(tmp_path)
    environment = clocks.environment("part")
    program = "import sys, time\nfor _ in sys.stdin: print(time.time(), time.monotonic(), flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        told = []
        for ahead_us in (0, HOUR_US, -HOUR_US, 0):
            clocks.set("part", ahead_us)
            child.stdin.write("now\n")
            child.stdin.flush()
            told.append(tuple(map(float, child.stdout.readline().split())))
        child.stdin.close()
    ahead = [round((wall - time.time()) / 3_600) for wall, _ in told]
    assert ahead == [0, 1, -1, 0]
    assert told[3][1] - told[0][1] < 60


def test_where_nothing_can_be_mounted_a_process_may_write_no_more(tmp_path: Path) -> None:
    """C8: it hears of it as of a full disk, in the midst of its work."""
    program = """
import os, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print('ready', flush=True)
sys.stdin.readline()
try:
    os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), b'x')
except OSError as error:
    sys.exit(error.errno)
"""
    disk = Disk(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "file")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert disk.fill(child.pid) != ""
        child.communicate(b"go\n")
    assert child.returncode == 27, "EFBIG"
    assert disk.fill(0) == ""
    disk.free()


def test_a_small_disk_is_full_for_as_long_as_it_is_meant_to_be(tmp_path: Path) -> None:
    """C8 C29 C37: nobody can write a byte more there, whoever asks; then everybody can."""
    disk = Disk(tmp_path / "disk")
    if refusal := disk.mount():
        pytest.skip(f"mounting is not allowed here: {refusal}")
    try:
        held = tmp_path / "disk" / "held"
        held.write_bytes(b"x" * 4_096)
        assert disk.fill(0) == "a small disk, filled up"
        with pytest.raises(OSError, match="No space left"):
            (tmp_path / "disk" / "more").write_bytes(b"x" * 4_096)
        disk.free()
        (tmp_path / "disk" / "more").write_bytes(b"x" * 4_096)
        assert held.stat().st_size == 4_096
    finally:
        disk.unmount()
    assert not held.exists()


def test_what_was_on_a_small_disk_can_be_kept(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "disk")
    if refusal := disk.mount():
        pytest.skip(f"mounting is not allowed here: {refusal}")
    held = tmp_path / "disk" / "folder" / "held"
    try:
        held.parent.mkdir()
        held.write_bytes(b"evidence")
    finally:
        disk.unmount(keep=True)
    assert held.read_bytes() == b"evidence"
    assert not disk.is_mounted
    assert [path.name for path in tmp_path.iterdir()] == ["disk"]


LOSSES: dict[str, Callable[[Wire], None]] = {
    "unplugged": Wire.unplug,
    "deaf": Wire.lose_what_it_is_sent,
    "mute": Wire.lose_what_the_service_sends,
}
ANSWERING = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as server:
    while said := server.recv(10):
        server.sendall(said)
"""


@pytest.fixture
def network() -> Iterator[Network]:
    try:
        found = Network()
    except StartError as refusal:
        pytest.skip(str(refusal))
    try:
        found.add("part", ("valkey",))
        yield found
    except StartError as refusal:
        pytest.skip(f"network namespaces are not allowed here: {refusal}")
    finally:
        found.remove()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_wire_that_loses_what_it_carries_tells_nobody(network: Network, loss: str) -> None:
    """C33: connections live on and hang; what was said arrives late, when the wire is mended."""
    wire, lose = network.wires["part", "valkey"], LOSSES[loss]
    with socket.create_server((wire.near, 0)) as server:
        argv = [sys.executable, "-c", ANSWERING, wire.near, str(server.getsockname()[1])]
        with subprocess.Popen(network.argv_in("part", argv)):
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"one")
                assert connection.recv(10) == b"one"
                lose(wire)
                connection.settimeout(0.5)
                connection.sendall(b"two")
                with pytest.raises(TimeoutError):
                    connection.recv(10)
                wire.mend()
                connection.settimeout(PATIENCE_SECONDS)
                assert connection.recv(10) == b"two"


def change(first: int, last: int, **levels: list[list[str]]) -> dict[str, Any]:
    return {"U": first, "u": last, "b": [], "a": [], **levels}


def test_the_reader_of_chaos_notices_a_gap() -> None:
    """C30: one change that is missing is not folded over."""
    book = Book({"lastUpdateId": 10, "bids": [["1.00", "5"]], "asks": []})
    book.apply(change(8, 10, b=[["1.00", "9"]]))
    assert book.sides["b"] == {"1.00": "5"}, "the snapshot has it already"
    book.apply(change(10, 12, b=[["1.00", "0.000"], ["0.99", "1"]]))
    assert (book.last, book.sides["b"]) == (12, {"0.99": "1"})
    with pytest.raises(Gap, match="after update 12 came 14"):
        book.apply(change(14, 15))
    with pytest.raises(TooEarly):
        Book({"lastUpdateId": 10, "bids": [], "asks": []}).apply(change(12, 13))


def test_a_gap_in_what_a_slow_reader_reads_on_is_noticed() -> None:
    """C31: each stream is a sequence of its own."""
    last: dict[str, int] = {}
    for stream, first, until in (("fast", 5, 7), ("slow", 5, 12), ("fast", 8, 9)):
        follow(last, stream, change(first, until))
    assert last == {"fast": 9, "slow": 12}
    with pytest.raises(AssertionError, match="slow was told 14 after 12"):
        follow(last, "slow", change(14, 15))


async def test_a_cable_loses_one_direction_and_brings_it_late() -> None:
    """C33: what partitions are made of where no network of one's own is allowed."""
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    cable = Cable(server.sockets[0].getsockname()[1])
    await cable.lay()
    reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
    for there, back in ((True, False), (False, True), (True, True)):
        cable.lose(there=there, back=back)
        writer.write(b"hello")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(100), 0.2)
        cable.mend()
        assert await asyncio.wait_for(reader.read(100), PATIENCE_SECONDS) == b"hello"
    writer.transport.abort()
    await cable.remove()
    server.close()
