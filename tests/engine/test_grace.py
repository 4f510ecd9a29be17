"""After an unplanned start markets take cancels alone for a while, and nobody's own decision about a market is lost."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.engine.day import RunningEngine, decided, engine, require_whole
from tests.engine.faulty_log import FaultyLog
from tests.engine.standby import RunningShadow, stands_by
from tests.reference.stream_world import world
from trueman.core.codec import encode
from trueman.core.commands import Command, CreateMarket, SetMarketStatus
from trueman.core.exchange import Exchange
from trueman.core.units import CANCEL_ONLY, HALTED, TRADING
from trueman.engine import grace, service
from trueman.engine.database import MemoryEngineDatabase as Database
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import DatabaseUnavailable
from trueman.infra.log import EventEntry, Log

LONG, SHORT = 60.0, 0.05


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grace, "RETRY_SECONDS", 0.001)


async def append(log: Log, *commands: Command) -> int:
    _, last = await log.append_commands(len(commands), b"".join(encode(command) for command in commands))
    return last


async def opened(log: Log, database: Database, data: Path) -> dict[int, int]:
    """A world whose markets all trade but the last, and whose engine died."""
    async with engine(log, database, data):
        commands = world(1)
        markets = sum(isinstance(command, CreateMarket) for command in commands)
        assert markets > 2
        statuses = dict.fromkeys(range(markets - 1), TRADING) | {markets - 1: HALTED}
        asked = [SetMarketStatus(99, *pair) for pair in statuses.items()]
        await decided(log, await append(log, *commands, *asked))
    return statuses


def closed(statuses: dict[int, int]) -> dict[int, int]:
    return {market: CANCEL_ONLY if status == TRADING else status for market, status in statuses.items()}


async def statuses_of(log: Log) -> dict[int, int]:
    exchange = Exchange()
    while exchange.sequence < await log.last_event():
        for entry in await log.read_commands(exchange.sequence):
            exchange.apply(entry.first, entry.last - entry.first + 1, entry.time_us, entry.frame)
    return {int(market.number): int(market.status) for market in exchange.listing.markets}


async def become(log: Log, expected: dict[int, int]) -> None:
    try:
        async with asyncio.timeout(10):
            while await statuses_of(log) != expected:  # noqa: ASYNC110 - the log has no event for it
                await asyncio.sleep(0.005)
    except TimeoutError:
        assert await statuses_of(log) == expected


async def over(database: Database) -> None:
    async with asyncio.timeout(10):
        while database.grace is not None:  # noqa: ASYNC110 - the database has no event for it
            await asyncio.sleep(0.005)


async def test_after_a_crash_what_trades_takes_cancels_alone_and_then_trades_again(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C13: an engine that died comes back, and nobody trades before the grace is over."""
    before = await opened(log, database, tmp_path)
    async with engine(log, database, tmp_path, grace_seconds=0.3) as running:
        await become(log, closed(before))
        await asyncio.sleep(0.1)
        assert await statuses_of(log) == closed(before)
        await become(log, before)
        await over(database)
        await running.end()
    await require_whole(log)


async def test_an_orderly_end_and_the_very_first_start_need_no_grace(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    for _ in range(2):
        async with engine(log, database, tmp_path, grace_seconds=LONG) as running:
            end = await append(log, *world(1))
            await decided(log, end)
            await running.end()
    assert await log.last_command() == end
    assert database.grace is None


async def test_without_a_grace_nothing_is_appended(log: FaultyLog, database: Database, tmp_path: Path) -> None:
    before = await opened(log, database, tmp_path)
    end = await log.last_command()
    async with engine(log, database, tmp_path) as running:
        await decided(log, end)
        await running.end()
    assert await log.last_command() == end
    assert await statuses_of(log) == before


async def crash_in_grace(log: Log, database: Database, data: Path, expected: dict[int, int]) -> None:
    async with engine(log, database, data, grace_seconds=LONG) as running:
        await become(log, expected)
        await running.kill()


async def test_a_crash_in_the_midst_of_the_grace_forgets_no_market(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C13 C20: neither after a second crash, nor when the next end is an orderly one, nor without a grace setting."""
    before = await opened(log, database, tmp_path)
    for _ in range(2):
        await crash_in_grace(log, database, tmp_path, closed(before))
    async with engine(log, database, tmp_path, grace_seconds=LONG) as running:
        await become(log, closed(before))
        await asyncio.sleep(0.05)
        await running.end()
    async with engine(log, database, tmp_path, grace_seconds=0) as running:
        await become(log, before)
        await over(database)
        await running.end()
    await require_whole(log)


async def test_what_an_administrator_says_in_the_grace_stays_said(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """Halted, opened before the time, or closed on purpose just as the grace had closed it."""
    before = await opened(log, database, tmp_path)
    wanted = before | {0: HALTED, 1: CANCEL_ONLY}
    await crash_in_grace(log, database, tmp_path, closed(before))
    async with engine(log, database, tmp_path, grace_seconds=0.2) as running:
        await decided(log, await append(log, SetMarketStatus(99, 0, HALTED), SetMarketStatus(99, 1, CANCEL_ONLY)))
        await over(database)
        assert await statuses_of(log) == wanted
        await running.end()


async def test_a_market_that_was_cancel_only_before_is_not_opened(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    before = await opened(log, database, tmp_path) | {0: CANCEL_ONLY}
    async with engine(log, database, tmp_path, grace_seconds=SHORT):
        await decided(log, await append(log, SetMarketStatus(99, 0, CANCEL_ONLY)))
        await over(database)
    async with engine(log, database, tmp_path, grace_seconds=SHORT) as running:
        await become(log, closed(before))
        await over(database)
        assert await statuses_of(log) == before
        await running.end()


async def test_when_the_log_does_not_reach_back_markets_stay_closed_and_an_operator_is_told(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    before = await opened(log, database, tmp_path)
    async with engine(log, database, tmp_path, grace_seconds=LONG) as running:
        await become(log, closed(before))
        await decided(log, await append(log, SetMarketStatus(99, max(before), HALTED)))
        await running.end()
    await log.trim(await log.last_event())
    async with engine(log, database, tmp_path, grace_seconds=0) as running:
        await over(database)
        await running.end()
    found = SnapshotStore(tmp_path / "snapshots").newest()
    assert found is not None
    assert {int(market.number): int(market.status) for market in found[1].listing.markets} == closed(before)


async def test_a_shadow_that_takes_over_unasked_gives_grace_and_one_that_was_asked_does_not(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C17: the primary died; C36: an operator switches engines."""
    before = await opened(log, database, tmp_path)
    async with (
        engine(log, database, tmp_path, lease_seconds=0.3) as primary,
        RunningShadow(log, database, tmp_path / "shadow", grace_seconds=0.2),
    ):
        await stands_by(log)
        await primary.kill()
        await become(log, closed(before))
        await become(log, before)
        await over(database)
        end = await log.last_command()
        async with RunningShadow(log, database, tmp_path / "next", grace_seconds=LONG) as second:
            await stands_by(log)
            epoch = (await log.heartbeat()).epoch
            await log.ask_switch(epoch)
            async with asyncio.timeout(5):
                while (await log.heartbeat()).epoch == epoch:  # noqa: ASYNC110 - the log has no event for it
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert (await log.last_command(), await statuses_of(log)) == (end, before)
            await second.end()


async def test_an_engine_that_was_replaced_opens_nothing_in_the_new_ones_grace(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """C17: it slept through its own replacement."""
    before = await opened(log, database, tmp_path)
    older = RunningEngine(log, database, tmp_path, grace_seconds=0.3, lease_seconds=60)
    await become(log, closed(before))
    await log.fence(99)
    end = await log.last_command()
    await asyncio.wait([older.task], timeout=5)
    assert type(older.task.exception()).__name__ == "Fenced"
    assert await log.last_command() == end


async def test_the_closing_is_in_the_log_before_the_engine_decides_anything_or_says_that_it_is_ready(
    log: FaultyLog, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C13 C17: whatever is sent once the new engine answers anybody finds markets closed."""
    before = await opened(log, database, tmp_path)
    end = await append(log, SetMarketStatus(99, max(before), HALTED))
    done: list[str] = []
    ready = asyncio.Event()

    class Told(FaultyLog):
        """The same log, and the order in which its engine does things."""

        async def append_commands(self, count: int, frame: bytes) -> tuple[int, int]:
            done.append("closing")
            return await log.append_commands(count, frame)

        async def append_event_entries(self, entries: Sequence[EventEntry]) -> None:
            done.append("results")
            await asyncio.sleep(0.02)
            await log.append_event_entries(entries)

        def __getattribute__(self, name: str) -> object:
            own = name in ("append_commands", "append_event_entries")
            return super().__getattribute__(name) if own else getattr(log, name)

    monkeypatch.setattr(service, "announce_ready", lambda role: (done.append("ready"), ready.set()))
    async with engine(Told(), database, tmp_path, grace_seconds=LONG) as running:
        await asyncio.wait_for(ready.wait(), 5)
        decided_by_then = await log.last_event()
        await running.end()
    assert done[0] == "closing"
    assert done.index("ready") > done.index("results")
    assert decided_by_then == await log.last_command() == end + len(before) - 1
    assert await statuses_of(log) == closed(before)


async def test_a_market_that_was_halted_just_before_the_closing_is_halted_again(
    log: FaultyLog, database: Database, tmp_path: Path
) -> None:
    """The command waited in the log while nobody decided: its effect is not ours to undo, in the grace or after it."""
    before = await opened(log, database, tmp_path)
    await append(log, SetMarketStatus(99, 0, HALTED))
    async with engine(log, database, tmp_path, grace_seconds=0.3) as running:
        await become(log, closed(before) | {0: HALTED})
        await become(log, before | {0: HALTED})
        await over(database)
        await running.end()
    await require_whole(log)


async def test_an_engine_told_to_stop_before_the_grace_has_begun_leaves_it_to_the_next(
    log: FaultyLog, tmp_path: Path
) -> None:
    """C13 C27: the database is away, so nothing is decided, nobody is told ready, and the stop is no orderly end."""

    class Silent(Database):
        answers = True

        async def grace_after(self) -> int | None:
            if not self.answers:
                raise DatabaseUnavailable("away")
            return await super().grace_after()

    database = Silent()
    before = await opened(log, database, tmp_path)
    database.answers = False
    end = await append(log, SetMarketStatus(99, max(before), HALTED))
    async with engine(log, database, tmp_path, grace_seconds=LONG) as running:
        await asyncio.sleep(0.05)
        running.stop.set()
        await asyncio.wait_for(running.task, 1)
    assert await log.last_event() == end - 1
    database.answers = True
    async with engine(log, database, tmp_path, grace_seconds=LONG):
        await become(log, closed(before))
