"""Live views that start in the middle of a day must end it like those that lived through all of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import pytest

from tests.db_updater.recorded import entries_of, follow_to_end, log_of
from tests.views.lived import live_through
from trueman.core.codec import Result
from trueman.errors import DatabaseUnavailable, LogDamaged, LogUnavailable
from trueman.infra.database.connection import READER, UPDATER, connect_pool
from trueman.infra.live import Live
from trueman.infra.log import EventEntry
from trueman.infra.memory_log import MemoryLog
from trueman.views.candles import INTERVALS
from trueman.views.portfolio import NO_BALANCE
from trueman.views.world import World

COMMANDS = 900
WRITTEN = 600
STEP_US = 97_000_000
"""The day is a day long, so that candles close and the ticker's window moves."""


@asynccontextmanager
async def pool_of(url: str, role: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await connect_pool(url, role)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def following(live: Live) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(live.follow(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait([task])


def picture(world: World, now_us: int) -> dict[str, Any]:
    """All that readers can ask, in comparable form. Closed orders are left out: PostgreSQL has them."""
    return {
        "assets": world.registry.assets,
        "markets": world.registry.markets,
        "depth": {number: (depth.update_id, depth.top(5_000)) for number, depth in world.depth.items()},
        "tapes": {number: (tape.last_trade_id, tape.recent(1_000)) for number, tape in world.tapes.items()},
        "tickers": {number: ticker.stats(now_us) for number, ticker in world.tickers.items()},
        "candles": {
            (number, interval): candles.current(interval)
            for number, candles in world.candles.items()
            for interval in INTERVALS
        },
        "balances": {
            (account, asset): balance
            for account, assets in world.portfolio.balances.items()
            for asset, balance in assets.items()
            if balance != NO_BALANCE
        },
        "orders": {
            account: list(orders.items()) for account, orders in world.portfolio.orders.items() if orders
        },
        "lists": {
            account: lists for account in world.portfolio.orders if (lists := world.portfolio.lists.open_of(account))
        },
        "terms": world.portfolio.terms,
        "tiers": world.registry.fee_tiers,
    }  # fmt: skip


async def append(log: MemoryLog, results: list[Result]) -> None:
    """Go on where the log ends."""
    shift = log.events.last
    for first, last, epoch, chain, frame in entries_of(results[shift:], seed=2):
        await log.append_event_entries([EventEntry(first + shift, last + shift, epoch, chain, frame)])


async def database_at(url: str, log: MemoryLog) -> None:
    async with pool_of(url, UPDATER) as pool:
        await follow_to_end(log, pool)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_views_loaded_from_the_database_go_on_like_those_that_lived(database_url: str, seed: int) -> None:
    _, results = live_through(seed, COMMANDS, step_us=STEP_US)
    log = await log_of(results[:WRITTEN], seed)
    await database_at(database_url, log)
    lived = World(with_portfolio=True)
    for result in results[:WRITTEN]:
        lived.fold(result)
    async with pool_of(database_url, READER) as pool:
        live = Live(log, pool, portfolio=True)
        await live.start()
        assert (live.offset, live.time_us) == (WRITTEN, results[WRITTEN - 1].decided.time_us)
        assert picture(live.world, live.time_us) == picture(lived, live.time_us)
        await append(log, results)
        for result in results[WRITTEN:]:
            lived.fold(result)
        async with following(live):
            await live.caught_up()
            assert live.offset == len(results)
            assert picture(live.world, live.time_us) == picture(lived, live.time_us)


async def test_a_new_exchange_starts_with_empty_views(database_url: str) -> None:
    log = await log_of([])
    async with pool_of(database_url, READER) as pool:
        live = Live(log, pool, portfolio=True)
        await live.start()
        assert (live.offset, live.registry.markets, live.portfolio.balances) == (0, {}, {})


async def test_a_log_trimmed_past_the_database_is_damaged(database_url: str) -> None:
    _, results = live_through(1, 300)
    log = await log_of(results)
    await log.trim(200)
    async with pool_of(database_url, READER) as pool:
        with pytest.raises(LogDamaged, match="database stands at result 0, but the event log does not hold"):
            await Live(log, pool, portfolio=False).start()


async def test_a_log_that_ends_before_the_database_is_damaged(database_url: str) -> None:
    _, results = live_through(1, 100)
    log = await log_of(results)
    await database_at(database_url, log)
    async with pool_of(database_url, READER) as pool:
        with pytest.raises(LogDamaged, match="event log ends at 0"):
            await Live(await log_of([]), pool, portfolio=False).start()


async def test_an_unmigrated_database_is_unavailable(postgres_server: Any) -> None:
    async with pool_of(postgres_server.url_of("postgres"), READER) as pool:
        with pytest.raises(DatabaseUnavailable):
            await Live(await log_of([]), pool, portfolio=False).start()


def unloaded(log: MemoryLog) -> Live:
    """Live views from genesis, which need no database."""
    return Live(log, cast(asyncpg.Pool, None), portfolio=True)


async def test_listeners_hear_every_result_after_the_views_have_it() -> None:
    _, results = live_through(2, 200)
    live = unloaded(await log_of(results))
    heard: list[Result] = []
    frames: list[int] = []

    def listen(result: Result) -> None:
        assert live.offset == result.decided.number
        heard.append(result)

    live.listeners.append(listen)
    live.frame_listeners.append(lambda: frames.append(live.offset))
    async with following(live):
        await live.caught_up()
    assert heard == results
    assert frames == [entry.last for entry in entries_of(results, 1)]


async def test_a_reader_waits_until_its_number_is_folded_and_no_longer() -> None:
    _, results = live_through(2, 60)
    log = await log_of(results[:20])
    live = unloaded(log)
    async with following(live):
        await live.reached(20)
        waiting = [asyncio.create_task(live.reached(number)) for number in (30, 30, 31, 45, len(results))]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        assert not any(task.done() for task in waiting[1:])
        await append(log, results)
        async with asyncio.timeout(5):
            await asyncio.gather(*waiting[1:])
        assert waiting[0].cancelled()


async def test_who_waits_is_told_when_the_log_is_no_longer_followed() -> None:
    live = unloaded(await log_of([]))
    async with following(live):
        waiting = asyncio.create_task(live.reached(1))
        await asyncio.sleep(0.01)
    with pytest.raises(LogUnavailable):
        await waiting


async def test_a_gap_ends_the_following() -> None:
    _, results = live_through(2, 100)
    log = await log_of(results)
    live = unloaded(log)
    await log.trim(50)
    async with following(live) as task:
        with pytest.raises(LogDamaged):
            await asyncio.wait_for(task, 5)


async def test_a_log_that_is_away_for_a_moment_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _, results = live_through(2, 100)
    log = await log_of(results)
    live = unloaded(log)
    monkeypatch.setattr("trueman.infra.live.RETRY_SECONDS", 0.01)
    read, failures = log.read_events, iter(range(3))

    async def flaky(after: int, *, wait_ms: int = 0, count: int = 64) -> list[EventEntry]:
        if next(failures, None) is not None:
            raise LogUnavailable("away")
        return await read(after, wait_ms=wait_ms, count=count)

    monkeypatch.setattr(log, "read_events", flaky)
    async with following(live):
        async with asyncio.timeout(5):
            await live.reached(len(results))
