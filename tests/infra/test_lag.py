"""C29: the tables lag behind: an alarm at the first bound, no new orders at the second, and no wait without end."""

import asyncio

import pytest
import structlog

from trueman.errors import DatabaseUnavailable, LogUnavailable
from trueman.infra import lag
from trueman.infra.lag import MARKS_MAX, Lag, LagWatch, State
from trueman.infra.log import LogSize
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings

SETTINGS = Settings(lag_alarm_commands=10, lag_alarm_seconds=30, lag_commands_max=100)


async def log_until(number: int) -> MemoryLog:
    log = MemoryLog()
    await log.create(2)
    await log.append_events(1, 1, number, b"frame", b"")
    return log


def test_the_doors_close_at_the_second_bound_and_open_below_the_first() -> None:
    """C29: in between they stay as they are, or they would flap."""
    lag = Lag(10, 30, 100)
    states = []
    for end, offset in ((9, 0), (10, 0), (99, 0), (100, 0), (100, 1), (100, 90), (100, 91), (190, 91), (191, 91)):
        lag.see(0, end, offset)
        states.append(lag.state)
    well, alarm, full = State
    assert states == [well, alarm, alarm, full, full, full, well, alarm, full]


def test_a_single_command_that_waits_too_long_is_an_alarm_and_no_more() -> None:
    lag = Lag(10, 30, 100)
    for now, expected in ((0, State.WELL), (29, State.WELL), (30, State.ALARM), (500, State.ALARM)):
        lag.see(now, 1, 0)
        assert (lag.state, lag.seconds) == (expected, now)
    lag.see(501, 2, 1)
    assert (lag.state, lag.seconds) == (State.WELL, 0)


def test_the_age_is_that_of_the_oldest_command_that_is_missing() -> None:
    lag = Lag(1_000, 1_000, 10_000)
    for now in range(100):
        lag.see(now, 10 * (now + 1), 10 * max(now - 20, 0))
    assert (lag.seconds, lag.commands) == (20, 1_000 - 790)
    for now in range(100, 3 * MARKS_MAX):
        lag.see(now, 10 * (now + 1), 790)
    assert lag.seconds == 3 * MARKS_MAX - 1 - 79
    assert len(lag._marks) == MARKS_MAX


async def test_a_database_that_hangs_is_asked_once_and_stands_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    """C29: and the look itself takes no longer than its bound."""
    monkeypatch.setattr(lag, "ANSWER_SECONDS_MAX", 0.01)
    log, asked, answers = await log_until(50), 0, asyncio.Event()

    async def offset() -> int:
        nonlocal asked
        asked += 1
        if asked > 1:
            await answers.wait()
        return 45 if asked == 1 else 145

    changes: list[State] = []
    watch = LagWatch(log, offset, SETTINGS, changes.append)
    await watch.look()
    assert watch.lag.commands == 5
    await log.append_events(1, 51, 150, b"", b"")
    for _ in range(5):
        await asyncio.wait_for(watch.look(), 1)
    assert (asked, watch.lag.commands, changes) == (2, 105, [State.FULL])
    answers.set()
    await watch.look()
    assert (watch.lag.commands, changes) == (5, [State.FULL, State.WELL])


async def test_what_nobody_has_told_yet_is_no_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    """C29: at a start the whole past is not taken for what is missing; what comes from then on is."""
    monkeypatch.setattr(lag, "ANSWER_SECONDS_MAX", 0.01)
    log, answers, changes = await log_until(5_000_000), asyncio.Event(), list[State]()

    async def offset() -> int:
        await answers.wait()
        return 5_000_150

    watch = LagWatch(log, offset, SETTINGS, changes.append)
    await watch.look()
    assert (watch.lag.state, watch.lag.commands, changes) == (State.WELL, 0, [])
    await log.append_events(1, 5_000_001, 5_000_150, b"", b"")
    await watch.look()
    assert (watch.lag.commands, changes) == (150, [State.FULL])
    answers.set()
    await watch.look()
    assert (watch.lag.commands, changes) == (0, [State.FULL, State.WELL])


async def test_neighbours_that_are_away_end_nothing() -> None:
    class Away(MemoryLog):
        away = False

        async def last_event(self) -> int:
            if self.away:
                raise LogUnavailable("gone")
            return await super().last_event()

    log = Away()
    await log.create(2)
    await log.append_events(1, 1, 50, b"", b"")
    offset = 50

    async def ask() -> int:
        if offset < 0:
            raise DatabaseUnavailable("gone")
        return offset

    watch = LagWatch(log, ask, SETTINGS, lambda _: None)
    await watch.look()
    await log.append_events(1, 51, 60, b"", b"")
    offset = -1
    await watch.look()
    assert (watch.lag.commands, watch.lag.state) == (10, State.ALARM)
    log.away = True
    await watch.look()
    assert watch.lag.commands == 10


async def test_an_alarm_is_a_line_in_the_log_that_names_the_runbook_and_is_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lag, "ALARM_AGAIN_SECONDS", 0.05)

    async def offset() -> int:
        return 0

    watch = LagWatch(await log_until(20), offset, SETTINGS, lambda _: None)
    with structlog.testing.capture_logs() as lines:
        await watch.look()
        await watch.look()
        await asyncio.sleep(0.06)
        await watch.look()
    alarms = [line for line in lines if line["log_level"] == "error"]
    assert [(line["commands"], line["runbook"]) for line in alarms] == [(20, lag.RUNBOOK)] * 2


async def test_memory_of_the_log_that_runs_out_is_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """C9: before the log's server refuses appends."""
    log, share = await log_until(1), 79

    async def size() -> LogSize:
        return LogSize(share, 100)

    async def offset() -> int:
        return 1

    monkeypatch.setattr(log, "size", size)
    watch = LagWatch(log, offset, SETTINGS, lambda _: None)
    with structlog.testing.capture_logs() as lines:
        await watch.look()
        assert lines == []
        share = 80
        await watch.look()
        await watch.look()
    assert [line["event"] for line in lines] == ["the log's memory is nearly full"]
