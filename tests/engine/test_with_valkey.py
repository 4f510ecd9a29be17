"""Engine, writer and a real Valkey that is killed: what was acknowledged is there, once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.day import Day, RunningEngine, decided, require_whole
from tests.reference.stream_world import world
from trueman.core.codec import Result, decode_results
from trueman.core.snapshot import RULESET
from trueman.engine.database import MemoryEngineDatabase
from trueman.errors import LogDamaged, LogUnavailable, OutcomeUnknown, StartError
from trueman.infra.log import Log
from trueman.infra.settings import Settings
from trueman.infra.valkey_log import ValkeyLog
from trueman.infra.writer import CommandWriter
from trueman.stack.ports import free_port
from trueman.stack.servers import EmbeddedValkey


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A durable one of this test's own, so that it can be killed."""
    server = EmbeddedValkey(tmp_path / "valkey", free_port())
    server.start()
    yield server
    server.stop()


async def resolve_for_ever(log: Log, writer: CommandWriter) -> None:
    after = 0
    while True:
        try:
            for entry in await log.read_events(after, wait_ms=200):
                after = entry.last
                for result in decode_results(entry.frame):
                    writer.resolve(result)
        except LogUnavailable:
            await asyncio.sleep(0.01)


async def trade_until(stop: asyncio.Event, writer: CommandWriter, seed: int, acknowledged: list[Result]) -> None:
    """A caller who goes on whatever it is told, and remembers what it was promised."""
    day = Day(seed)
    while not stop.is_set():
        try:
            acknowledged.append(await writer.submit(day.next()))
        except (LogUnavailable, OutcomeUnknown):
            await asyncio.sleep(0.01)


async def test_nothing_acknowledged_is_lost_when_valkey_is_killed(server: EmbeddedValkey, tmp_path: Path) -> None:
    """[C6]"""
    log, callers_log = await ValkeyLog.connect(server.url), await ValkeyLog.connect(server.url)
    engine = RunningEngine(log, MemoryEngineDatabase(), tmp_path)
    writer = CommandWriter(callers_log, Settings(answer_timeout_ms=400))
    resolving = asyncio.create_task(resolve_for_ever(callers_log, writer))
    async with asyncio.timeout(10):
        while not await log.exists():  # noqa: ASYNC110 - the log has no event for its own making
            await asyncio.sleep(0.01)
    acknowledged = await writer.submit_all(world(1))
    stop = asyncio.Event()
    callers = [asyncio.create_task(trade_until(stop, writer, seed, acknowledged)) for seed in range(20)]
    for _ in range(3):
        heard = len(acknowledged)
        async with asyncio.timeout(10):
            while len(acknowledged) < heard + 200:  # noqa: ASYNC110 - callers have no event for it
                await asyncio.sleep(0.005)
        server.kill()
        await asyncio.to_thread(server.start)
    stop.set()
    await asyncio.gather(*callers)
    assert not engine.task.done()
    await decided(log, await log.last_command())
    await engine.end()
    resolving.cancel()
    await require_acknowledged(log, acknowledged)
    for each in (writer, log, callers_log):
        await each.close()


async def require_acknowledged(log: Log, acknowledged: list[Result]) -> None:
    exchange = await require_whole(log)
    assert len({result.decided.number for result in acknowledged}) == len(acknowledged)
    told: dict[int, Result] = {}
    after = 0
    while entries := await log.read_events(after):
        told |= {result.decided.number: result for entry in entries for result in decode_results(entry.frame)}
        after = entries[-1].last
    assert [told[result.decided.number] for result in acknowledged] == acknowledged
    assert len(told) == exchange.sequence


async def test_a_server_that_would_lose_what_it_acknowledged_is_refused(
    valkey_url: str, server: EmbeddedValkey
) -> None:
    with pytest.raises(StartError, match="appendfsync is no and must be always"):
        await ValkeyLog.connect(valkey_url)
    await (await ValkeyLog.connect(server.url)).close()


async def test_while_the_server_is_away_callers_learn_that_nothing_was_written(server: EmbeddedValkey) -> None:
    """[C33]"""
    log = await ValkeyLog.connect(server.url)
    await log.create(RULESET)
    await log.append_commands(1, b"x")
    server.kill()
    await asyncio.sleep(0.05)  # until this side has noticed; an append on its way at that moment is in doubt
    for _ in range(2):
        with pytest.raises(LogUnavailable):
            await log.append_commands(1, b"y")
        with pytest.raises(LogUnavailable):
            await log.read_commands(0)
    await asyncio.to_thread(server.start)
    assert await log.append_commands(1, b"z") == (2, 2)
    assert [entry.frame for entry in await log.read_commands(0)] == [b"x", b"z"]
    await log.close()


async def test_a_server_killed_under_a_hanging_reader_does_not_hang_it_for_ever(server: EmbeddedValkey) -> None:
    log = await ValkeyLog.connect(server.url)
    await log.create(RULESET)
    reading = asyncio.create_task(log.read_commands(0, wait_ms=60_000))
    await asyncio.sleep(0.05)
    server.kill()
    with pytest.raises(LogUnavailable):
        await asyncio.wait_for(reading, 2)
    await log.close()


async def test_an_empty_server_in_place_of_ours_is_not_mistaken_for_a_quiet_one(
    server: EmbeddedValkey, tmp_path: Path
) -> None:
    """[C10]"""
    log = await ValkeyLog.connect(server.url)
    engine = RunningEngine(log, MemoryEngineDatabase(), tmp_path)
    callers_log = await ValkeyLog.connect(server.url)
    await asyncio.sleep(0.1)
    await callers_log.append_commands(2, b"")
    await decided(log, 2)
    server.kill()
    for path in (server.data_dir / "appendonlydir").iterdir():
        path.unlink()
    await asyncio.to_thread(server.start)
    await asyncio.wait([engine.task], timeout=5)
    assert isinstance(engine.task.exception(), LogDamaged)
    with pytest.raises(LogUnavailable):
        await callers_log.append_commands(1, b"")
    for each in (log, callers_log):
        await each.close()
