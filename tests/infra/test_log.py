"""What both logs promise. Names in brackets are the crash points of the reliability page."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from trueman.core.snapshot import RULESET
from trueman.errors import Fenced, Gap, Halted, LogUnavailable
from trueman.infra.log import CommandEntry, EventEntry, Heartbeat, Log
from trueman.infra.memory_log import MemoryLog
from trueman.infra.valkey_log import ValkeyLog

CHAIN = bytes(range(16))


@pytest.fixture(params=["memory", "valkey"])
async def empty_log(request: pytest.FixtureRequest) -> AsyncIterator[Log]:
    log: Log
    if request.param == "memory":
        log = MemoryLog()
    else:
        log = await ValkeyLog.connect(request.getfixturevalue("valkey_url"), durable=False)
    yield log
    await log.close()


@pytest.fixture
async def log(empty_log: Log) -> Log:
    await empty_log.create(RULESET)
    return empty_log


async def test_commands_are_numbered_densely_and_come_back_as_they_were(log: Log) -> None:
    frames = [b"one", b"\x00two\xff\r\n", b""]
    spans = [await log.append_commands(count, frame) for count, frame in zip([1, 3, 2], frames, strict=True)]
    assert spans == [(1, 1), (2, 4), (5, 6)]
    entries = await log.read_commands(0)
    assert [(entry.first, entry.last) for entry in entries] == spans
    assert [entry.frame for entry in entries] == frames
    assert await log.last_command() == 6
    assert await log.last_event() == 0


async def test_time_never_decreases(log: Log) -> None:
    for _ in range(20):
        await log.append_commands(1, b"x")
    times = [entry.time_us for entry in await log.read_commands(0)]
    assert times == sorted(times)
    assert times[0] > 1_700_000_000_000_000


async def test_a_reader_goes_on_from_its_own_offset(log: Log) -> None:
    for _ in range(5):
        await log.append_commands(2, b"x")
    assert [entry.last for entry in await log.read_commands(4, count=2)] == [6, 8]
    assert await log.read_commands(10) == []


async def test_a_waiting_reader_is_woken_by_the_append(log: Log) -> None:
    reading = asyncio.create_task(log.read_commands(0, wait_ms=5_000))
    await asyncio.sleep(0.05)
    assert not reading.done()
    await log.append_commands(1, b"news")
    (entry,) = await asyncio.wait_for(reading, 1)
    assert entry.frame == b"news"


async def test_a_reader_waits_no_longer_than_it_wants(log: Log) -> None:
    assert await asyncio.wait_for(log.read_commands(0, wait_ms=20), 2) == []
    assert await asyncio.wait_for(log.read_events(0, wait_ms=20), 2) == []


async def test_both_logs_can_be_waited_for_at_once(log: Log) -> None:
    commands = asyncio.create_task(log.read_commands(0, wait_ms=5_000))
    events = asyncio.create_task(log.read_events(0, wait_ms=5_000))
    await asyncio.sleep(0.05)
    await log.append_commands(1, b"question")
    await log.append_events(1, 1, 1, b"answer", CHAIN)
    assert (await asyncio.wait_for(commands, 1))[0].frame == b"question"
    assert (await asyncio.wait_for(events, 1))[0] == EventEntry(1, 1, 1, CHAIN, b"answer")


async def test_results_come_back_as_they_were(log: Log) -> None:
    written = [EventEntry(1, 3, 7, CHAIN, b"\x00\xff\n"), EventEntry(4, 4, 7, CHAIN[::-1], b"")]
    await log.append_event_entries(written)
    assert await log.read_events(0) == written
    assert await log.last_event() == 4
    assert await log.event_chain(3) == CHAIN
    assert await log.event_chain(4) == CHAIN[::-1]
    assert await log.event_chain(2) is None


async def test_a_result_in_the_wrong_place_is_a_gap_and_changes_nothing(log: Log) -> None:
    await log.append_events(1, 1, 3, b"a", CHAIN)
    for first, last in [(5, 6), (3, 4), (1, 3), (4, 3)]:
        with pytest.raises(Gap):
            await log.append_events(1, first, last, b"b", CHAIN)
    with pytest.raises(Gap):
        await log.append_event_entries([EventEntry(4, 4, 1, CHAIN, b"c"), EventEntry(6, 6, 1, CHAIN, b"d")])
    assert [entry.frame for entry in await log.read_events(0)] == [b"a"]


async def test_a_stale_epoch_is_fenced(log: Log) -> None:
    """[C17] [C18]"""
    await log.append_events(1, 1, 1, b"old", CHAIN)
    assert await log.fence(2) == 1
    with pytest.raises(Fenced):
        await log.append_events(1, 2, 2, b"old", CHAIN)
    with pytest.raises(Fenced):
        await log.fence(1)
    await log.append_events(2, 2, 2, b"new", CHAIN)
    assert [entry.epoch for entry in await log.read_events(0)] == [1, 2]


async def test_a_fence_may_be_set_again_by_its_owner(log: Log) -> None:
    """[C16] The answer to a fence can get lost."""
    await log.fence(4)
    assert await log.fence(4) == 0


async def test_an_append_with_a_later_epoch_fences_too(log: Log) -> None:
    await log.append_events(3, 1, 1, b"x", CHAIN)
    with pytest.raises(Fenced):
        await log.append_events(2, 2, 2, b"x", CHAIN)


async def test_nobody_creates_the_log_by_accident(empty_log: Log) -> None:
    """[C10]"""
    assert not await empty_log.exists()
    for appending in (
        empty_log.append_commands(1, b"x"),
        empty_log.append_events(1, 1, 1, b"x", CHAIN),
        empty_log.fence(1),
        empty_log.beat(1),
        empty_log.stand_by(1),
        empty_log.ask_switch(1),
        empty_log.halt("x"),
        empty_log.resume(),
        empty_log.heartbeat(),
    ):
        with pytest.raises(LogUnavailable):
            await appending
    assert not await empty_log.exists()
    assert await empty_log.last_command() == await empty_log.last_event() == 0
    assert await empty_log.read_commands(0) == []


async def test_the_log_is_created_once(log: Log) -> None:
    await log.append_commands(1, b"x")
    with pytest.raises(LogUnavailable):
        await log.create(RULESET)
    assert await log.exists()
    assert await log.last_command() == 1


async def test_a_log_says_under_which_ruleset_it_began(empty_log: Log) -> None:
    await empty_log.create(7)
    assert await empty_log.genesis_ruleset() == 7


async def test_a_log_that_does_not_say_its_ruleset_began_when_there_was_one(valkey_url: str) -> None:
    log = await ValkeyLog.connect(valkey_url, durable=False)
    await log.create(7)
    async with Redis.from_url(valkey_url) as client:
        await client.hdel("trueman:log", "ruleset")
    assert await log.genesis_ruleset() == 2
    await log.close()


async def test_beats_are_counted_and_only_the_primary_may_beat(log: Log) -> None:
    """C17: an engine that was replaced while it slept learns so from its next sign of life."""
    assert await log.heartbeat() == Heartbeat(epoch=0)
    await log.fence(1)
    await log.beat(1)
    await log.beat(1)
    assert await log.heartbeat() == Heartbeat(epoch=1, beats=2)
    await log.fence(2)
    with pytest.raises(Fenced):
        await log.beat(1)
    assert await log.heartbeat() == Heartbeat(epoch=2, beats=2)


async def test_an_orderly_end_and_a_wish_to_switch_are_of_one_epoch(log: Log) -> None:
    await log.fence(3)
    await log.ask_switch(3)
    assert await log.heartbeat() == Heartbeat(epoch=3, switch=True)
    await log.beat(3, is_over=True)
    assert await log.heartbeat() == Heartbeat(epoch=3, beats=1, is_over=True, switch=True)
    await log.fence(4)
    assert await log.heartbeat() == Heartbeat(epoch=4, beats=1)
    with pytest.raises(Fenced):
        await log.ask_switch(3)


async def test_a_wish_to_switch_is_taken_back_while_nobody_has_followed_it(log: Log) -> None:
    await log.fence(3)
    await log.ask_switch(3)
    await log.take_back_switch(3)
    assert await log.heartbeat() == Heartbeat(epoch=3)
    await log.fence(4)
    with pytest.raises(Fenced):
        await log.take_back_switch(3)


async def test_nobody_can_be_asked_to_make_room_before_the_first_engine(log: Log) -> None:
    await log.ask_switch(0)
    assert await log.heartbeat() == Heartbeat(epoch=0)


async def test_a_standby_says_that_it_lives_and_where_it_is(log: Log) -> None:
    await log.stand_by(0)
    await log.stand_by(17)
    assert await log.heartbeat() == Heartbeat(epoch=0, standby_beats=2, standby_at=17)


async def test_where_engines_disagree_nobody_writes_until_an_operator_has_decided(log: Log) -> None:
    """C22: commands are refused as well, so that no caller waits for an answer that cannot come."""
    await log.append_events(5, 1, 1, b"x", CHAIN)
    await log.halt("about command 2")
    await log.halt("about command 3")
    assert (await log.heartbeat()).halted == "about command 2"
    for forbidden in (
        log.append_commands(1, b"x"),
        log.append_events(5, 2, 2, b"x", CHAIN),
        log.append_events(6, 2, 2, b"x", CHAIN),
        log.fence(6),
        log.beat(5),
        log.ask_switch(5),
    ):
        with pytest.raises(Halted, match="about command 2"):
            await forbidden
    assert (await log.last_command(), await log.last_event()) == (0, 1)
    await log.resume()
    await log.append_events(5, 2, 2, b"x", CHAIN)
    assert (await log.heartbeat()).halted == ""


async def test_an_empty_frame_is_refused(log: Log) -> None:
    with pytest.raises(LogUnavailable):
        await log.append_commands(0, b"")


async def test_a_reader_behind_a_trim_is_told(log: Log) -> None:
    """[C20]"""
    for number in range(1, 301):
        await log.append_commands(1, b"x")
        await log.append_events(1, number, number, b"y", CHAIN)
    await log.trim(100)
    for read in (log.read_commands, log.read_events):
        with pytest.raises(Gap):
            await read(0)
        with pytest.raises(Gap):
            await read(98)
        assert (await read(99, count=1))[0].last == 100
    assert await log.last_command() == await log.last_event() == 300
    assert await log.append_commands(1, b"x") == (301, 301)


async def test_a_log_trimmed_to_nothing_does_not_look_like_a_quiet_one(log: Log) -> None:
    await log.append_commands(2, b"x")
    await log.trim(10)
    with pytest.raises(Gap):
        await log.read_commands(0, wait_ms=10)
    assert await log.read_commands(2, wait_ms=10) == []


async def test_a_reader_ahead_of_the_log_is_told(log: Log) -> None:
    """[C11] The log has lost what this reader has seen."""
    await log.append_commands(2, b"x")
    with pytest.raises(Gap):
        await log.read_commands(3, wait_ms=10)
    with pytest.raises(Gap):
        await log.read_events(3, wait_ms=10)


async def test_many_appends_at_once_get_numbers_of_their_own(log: Log) -> None:
    spans = await asyncio.gather(*[log.append_commands(2, bytes([number])) for number in range(50)])
    assert sorted(spans) == [(first, first + 1) for first in range(1, 101, 2)]
    entries = await log.read_commands(0)
    assert {(entry.first, entry.frame) for entry in entries} == {
        (span[0], bytes([number])) for number, span in enumerate(spans)
    }


async def test_an_append_whose_caller_leaves_is_still_made(log: Log) -> None:
    """[C5]"""
    appending = asyncio.create_task(log.append_commands(1, b"x" * 100_000))
    await asyncio.sleep(0)
    appending.cancel()
    await asyncio.wait([appending])
    entries = await log.read_commands(0, wait_ms=1_000)
    assert [len(entry.frame) for entry in entries] == [100_000]


async def test_a_cancelled_reader_leaves_no_answer_behind_for_the_next(log: Log) -> None:
    """[C5]"""
    for _ in range(5):
        reading = asyncio.create_task(log.read_commands(await log.last_command(), wait_ms=5_000))
        await asyncio.sleep(0.01)
        reading.cancel()
        await log.append_commands(1, b"x")
    assert [entry.last for entry in await log.read_commands(2)] == [3, 4, 5]


async def test_an_answer_about_the_end_is_never_older_than_the_question(log: Log) -> None:
    for number in range(1, 30):
        asked_before = asyncio.create_task(log.last_event())
        await asyncio.sleep(0)
        await log.append_events(1, number, number, b"x", CHAIN)
        answers = await asyncio.gather(*[log.last_event() for _ in range(3)])
        assert answers == [number] * 3
        assert await asked_before in (number - 1, number)


async def test_time_passes_in_a_log_that_nobody_appends_to(log: Log) -> None:
    """C4: what comes after the answer is never stamped earlier, and nothing was appended by asking."""
    await log.append_commands(2, b"x")
    first = await log.pass_time()
    await asyncio.sleep(0.002)
    second = await log.pass_time()
    assert first.last_command == second.last_command == 2
    assert second.time_us > first.time_us >= (await log.read_commands(0))[0].time_us
    await log.append_commands(1, b"y")
    assert (await log.read_commands(2))[0].time_us >= second.time_us


async def test_a_log_that_is_not_there_tells_no_time(empty_log: Log) -> None:
    with pytest.raises(LogUnavailable):
        await empty_log.pass_time()


async def test_time_that_was_told_holds_though_the_clock_jumps_back() -> None:
    """C4 C32: a deadline that has passed once has passed for ever."""
    clock = iter([5_000, 1_000])
    log = MemoryLog(lambda: next(clock))
    await log.create(RULESET)
    assert (await log.pass_time()).time_us == 5_000
    await log.append_commands(1, b"x")
    assert (await log.read_commands(0))[0].time_us == 5_000


async def test_time_that_a_server_told_is_the_least_of_what_follows(valkey_url: str) -> None:
    """C4 C32: the server writes it down, so that a clock set back cannot take it back."""
    log = await ValkeyLog.connect(valkey_url, durable=False)
    await log.create(RULESET)
    told = await log.pass_time()
    async with Redis.from_url(valkey_url) as client:
        assert int(await client.hget("trueman:log", "time") or 0) == told.time_us
    await log.close()


async def test_a_log_is_brought_back_with_the_numbers_and_times_that_it_had(empty_log: Log) -> None:
    """C28: a restored log goes on where the backup ended, and its clock does not turn back."""
    future = 4_000_000_000_000_000
    entries = [CommandEntry(41, 43, 7, b"x"), CommandEntry(44, 44, future, b"")]
    await empty_log.create_after(40, 5, 3)
    with pytest.raises(Gap):
        await empty_log.restore_commands([CommandEntry(42, 43, 7, b"x")])
    with pytest.raises(Gap):
        await empty_log.restore_commands([CommandEntry(41, 43, 4, b"x")])
    await empty_log.restore_commands(entries)
    results = [EventEntry(41, 43, 1, CHAIN, b"r"), EventEntry(44, 44, 2, CHAIN[::-1], b"s")]
    for result in results:
        await empty_log.append_event_entries([result])
    assert await empty_log.fence(2) == 44
    assert await empty_log.genesis_ruleset() == 3
    assert await empty_log.read_commands(40) == entries
    assert await empty_log.read_events(40) == results
    with pytest.raises(Gap):
        await empty_log.read_commands(0)
    assert await empty_log.append_commands(1, b"new") == (45, 45)
    assert (await empty_log.read_commands(44))[0].time_us == future
    with pytest.raises(LogUnavailable):
        await empty_log.restore_commands([CommandEntry(46, 46, future, b"")])


async def test_nothing_is_restored_into_a_log_that_exists(log: Log) -> None:
    with pytest.raises(LogUnavailable):
        await log.create_after(40, 5, 3)
    with pytest.raises(LogUnavailable):
        await log.restore_commands([CommandEntry(1, 1, 7, b"x")])
