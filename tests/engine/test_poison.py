"""C21: a command that breaks the core: the engine says nothing more, writes down why, and does not try for ever."""

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.engine.day import Day, RunningEngine, decided, engine, entries_of, require_whole
from tests.engine.faulty_log import FaultyLog
from tests.engine.standby import RunningShadow, stands_by
from tests.reference.stream_world import world
from trueman.core.codec import decode_results, encode
from trueman.core.commands import SetMarketStatus
from trueman.core.events import MarketDefined
from trueman.core.exchange import Exchange
from trueman.core.rejections import SKIPPED
from trueman.core.units import HALTED, TRADING
from trueman.engine import pipeline, poison
from trueman.engine.database import MemoryEngineDatabase
from trueman.engine.past import state_at
from trueman.engine.poison import COMMANDS_FILE, COMMANDS_KEPT
from trueman.engine.replay import decide
from trueman.engine.skipping import SkipList
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import StartError
from trueman.infra.log import CommandEntry, EventEntry
from trueman.infra.skips import Skip, hash_in


class CoreBroken(Exception): ...


def broken_by(number: int) -> Callable[..., EventEntry]:
    """A core that breaks in the midst of a frame, after half of it has changed the state."""

    def decide_or_break(exchange: Exchange, entry: CommandEntry, *rest: int) -> EventEntry:
        if entry.first <= number <= entry.last and number not in exchange.skipping.numbers:
            exchange.apply(entry.first, number - entry.first + 1, entry.time_us, entry.frame)
            raise CoreBroken(f"command {number}")
        return decide(exchange, entry, *rest)

    return decide_or_break


async def ended(running: RunningEngine) -> BaseException | None:
    await asyncio.wait([running.task], timeout=10)
    assert running.task.done()
    return running.task.exception()


def commands_in(place: Path) -> list[CommandEntry]:
    lines = (place / COMMANDS_FILE).read_bytes().splitlines()
    return [msgspec.json.decode(line, type=CommandEntry) for line in lines]


@pytest.fixture
def core_broken_by_23(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "decide", broken_by(23))


@pytest.mark.usefixtures("core_broken_by_23")
async def test_the_engine_dies_once_tries_again_and_then_halts(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """C21: the first death is a bug, the second on the same command calls an operator and names N and the dump."""
    await Day().append(log)
    async with engine(log, database, tmp_path) as running:
        assert isinstance(await ended(running), CoreBroken)
    assert await log.last_event() <= 20
    for _ in range(2):  # the third start does not even try
        async with engine(log, database, tmp_path) as running:
            halt = await ended(running)
        assert isinstance(halt, StartError)
        for named in ("Command 23", str(tmp_path / "poison" / "23"), "trueman admin skip 23", "poison-command.md"):
            assert named in str(halt)
    assert len(list((tmp_path / "poison" / "23").glob("attempt-*.json"))) == 2
    assert (await log.last_command(), await log.last_event()) == (50, 20)


@pytest.mark.usefixtures("core_broken_by_23")
async def test_on_a_full_disk_an_operator_hears_what_broke_the_core(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C21 C37: what cannot be counted would be tried for ever."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(poison, "write_durably", full)
    await Day().append(log)
    async with engine(log, database, tmp_path) as running:
        halt = await ended(running)
    assert isinstance(halt, StartError)
    for named in ("Command 23", "No space left on device", "CoreBroken: command 23", "poison-command.md"):
        assert named in str(halt)


@pytest.mark.usefixtures("core_broken_by_23")
async def test_nothing_is_emitted_after_the_core_broke(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C21: what waits to be emitted is decided again by a whole core, not sent by one that broke."""

    async def dump_takes_its_time(*_: object) -> None:
        log.open.set()
        await asyncio.sleep(0.05)

    monkeypatch.setattr(poison.Poison, "_dump", dump_takes_its_time)
    log.open.clear()
    await Day().append(log)
    async with engine(log, database, tmp_path) as running:
        assert isinstance(await ended(running), CoreBroken)
    assert await log.last_event() == 5  # the one append that was on its way


async def test_a_build_that_knows_better_goes_on(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C21: attempts count for one build; another may try."""
    await Day().append(log)
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "decide", broken_by(23))
        for _ in range(2):
            async with engine(log, database, tmp_path) as running:
                await ended(running)
    monkeypatch.setattr(poison, "this_build", lambda: "the mended one")
    async with engine(log, database, tmp_path):
        await decided(log, 50)
    await require_whole(log)


async def test_the_dump_leads_to_the_break_again(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C21: the state before the frame, the last thousand commands up to it, and the traceback."""
    day = Day()
    async with engine(log, database, tmp_path, snapshot_commands=400) as running:
        last = await day.append(log, frames=400)
        await decided(log, last)
        await running.end()
    await day.append(log)
    monkeypatch.setattr(pipeline, "decide", broken_by(last + 28))
    async with engine(log, database, tmp_path) as running:
        assert isinstance(await ended(running), CoreBroken)
    place = tmp_path / "poison" / str(last + 28)
    found = SnapshotStore(place).newest()
    assert found is not None
    assert found[1].sequence == last + 25
    entries = commands_in(place)
    assert (entries[0].first, entries[-1].last) == (last + 30 - COMMANDS_KEPT + 1, last + 30)
    attempt = msgspec.json.decode((place / "attempt-2.json").read_bytes(), type=poison.Attempt)
    assert (attempt.number, attempt.first, attempt.last, attempt.epoch) == (last + 28, last + 26, last + 30, 2)
    assert f"CoreBroken: command {last + 28}" in attempt.traceback
    with pytest.raises(CoreBroken):
        broken_by(last + 28)(found[1], entries[-1], 0)


async def test_two_sign_and_the_engine_goes_on_with_everything_else(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C21: answered SKIPPED, its market halted, and whoever decides the log again comes to the same."""
    opening = b"".join(encode(command) for command in world(1))
    await log.append_commands(len(world(1)), opening)
    poisonous = len(world(1)) + 3
    orders = [SetMarketStatus(99, market, TRADING) for market in (0, 1, 0, 1, 0)]
    _, last = await log.append_commands(len(orders), b"".join(encode(order) for order in orders))
    monkeypatch.setattr(pipeline, "decide", broken_by(poisonous))
    for _ in range(2):
        async with engine(log, database, tmp_path) as running:
            await ended(running)
    entry = (await log.read_commands(len(world(1))))[0]
    wrong = Skip(poisonous, hash_in(entry, poisonous - 1), (1024, 1025), "the wrong bytes")
    database.skip_list = [wrong]
    async with engine(log, database, tmp_path) as running:
        assert "other bytes" in str(await ended(running))
    database.skip_list = [wrong, wrong._replace(hash=hash_in(entry, poisonous))]
    async with engine(log, database, tmp_path), RunningShadow(log, database, tmp_path / "shadow") as shadow:
        await decided(log, await log.append_commands(1, encode(SetMarketStatus(98, 1, TRADING))) and last + 1)
        await stands_by(log)
        assert not shadow.task.done()
    (event, _) = await log.read_events(len(world(1)))
    reasons = {result.decided.number: result.decided.reason for result in decode_results(event.frame)}
    assert {number for number, reason in reasons.items() if reason == SKIPPED} == {poisonous}
    exchange = await state_at(log, SnapshotStore(tmp_path / "none"), last + 1, SkipList(database.skips))
    assert [int(market.status) for market in exchange.listing.markets][:2] == [TRADING, TRADING]
    halted = [event for result in decode_results(event.frame) for event in result.events if result.decided.reason]
    assert [(event.market, event.status) for event in halted if isinstance(event, MarketDefined)] == [(0, HALTED)]
    database.skip_list = []
    with pytest.raises(StartError, match="no two administrators have signed"):
        await state_at(log, SnapshotStore(tmp_path / "none"), last + 1, SkipList(database.skips))


async def test_a_signature_that_came_after_the_decision_changes_nothing(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """C21: the result stands in the log."""
    async with engine(log, database, tmp_path):
        await decided(log, await Day().append(log))
    entry = (await log.read_commands(20))[0]
    database.skip_list = [Skip(23, hash_in(entry, 23), (1024, 1025), "too late")]
    async with engine(log, database, tmp_path / "other") as running:
        await decided(log, await log.append_commands(1, b"") and 51)
        assert not running.task.done()
    await require_whole(log)


@pytest.mark.usefixtures("core_broken_by_23")
async def test_an_engine_that_starts_again_over_a_skip_wants_its_signatures(
    log: FaultyLog, database: MemoryEngineDatabase, tmp_path: Path
) -> None:
    """C21 C28: it goes on with them; over a database restored from before them not until both have signed again."""

    async def goes_on() -> None:
        _, last = await log.append_commands(1, encode(SetMarketStatus(99, 1, TRADING)))
        async with engine(log, database, tmp_path) as running:
            await decided(log, last)
            assert not running.task.done()

    await Day().append(log)
    for _ in range(2):
        async with engine(log, database, tmp_path) as running:
            await ended(running)
    entry = (await log.read_commands(20))[0]
    signed = [Skip(23, hash_in(entry, 23), (1024, 1025), "the core breaks")]
    database.skip_list = signed
    await goes_on()
    await goes_on()  # decides again, and skips again, what the one before has skipped
    told = await entries_of(log)
    database.skip_list = []
    async with engine(log, database, tmp_path) as running:
        refused = await ended(running)
    assert isinstance(refused, StartError)
    for named in ("Command 23 is SKIPPED", "no two administrators have signed", "skipped-command.md"):
        assert named in str(refused)
    assert await entries_of(log) == told
    database.skip_list = signed
    await goes_on()
