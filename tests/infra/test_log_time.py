"""Clocks jump; the log's time does not follow them."""

import pytest
from redis.asyncio import Redis

from trueman.core.snapshot import RULESET
from trueman.infra.clock import wall_clock_us
from trueman.infra.memory_log import MemoryLog
from trueman.infra.valkey_log import ValkeyLog


async def test_a_clock_that_jumps_back_does_not_turn_the_log_back() -> None:
    """C32: what is stamped later is stamped no earlier."""
    clock = iter([1_000, 400, 2_000])
    log = MemoryLog(lambda: next(clock))
    await log.create(RULESET)
    for _ in range(3):
        await log.append_commands(1, b"x")
    assert [entry.time_us for entry in await log.read_commands(0)] == [1_000, 1_000, 2_000]


@pytest.mark.parametrize("ahead_us", [-3_600_000_000, 3_600_000_000])
async def test_c32_one_clock_that_jumps_ahead_lets_nothing_expire_early(valkey_url: str, ahead_us: int) -> None:
    """The log's time is the earlier one of the server's clock and the writer's: whose jumped is nobody's knowledge."""
    server, now = await ValkeyLog.connect(valkey_url, durable=False), wall_clock_us()
    await server.create(RULESET)
    other = await ValkeyLog.connect(valkey_url, durable=False, clock=lambda: wall_clock_us() + ahead_us)
    try:
        await server.append_commands(1, b"x")
        await other.append_commands(1, b"y")
        assert (await other.pass_time()).time_us - now < 60_000_000
        await server.append_commands(1, b"z")
        times = [entry.time_us for entry in await server.read_commands(0)]
        assert times == sorted(times)
        assert now <= times[0] <= times[2] <= wall_clock_us(), "and a clock that jumped back stops nobody for long"
    finally:
        await server.close()
        await other.close()


async def test_a_server_whose_clock_jumps_back_does_not_turn_the_log_back(valkey_url: str) -> None:
    """C32: what is stamped later is stamped no earlier."""
    log = await ValkeyLog.connect(valkey_url, durable=False)
    await log.create(RULESET)
    tomorrow = 4_000_000_000_000_000
    async with Redis.from_url(valkey_url) as client:
        await client.hset("trueman:log", "time", tomorrow)
    await log.append_commands(1, b"x")
    assert (await log.read_commands(0))[0].time_us == tomorrow
    await log.close()
