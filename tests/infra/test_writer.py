"""What a caller of the command writer may rely on."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from trueman.core.codec import Result, decode_commands
from trueman.core.commands import (
    CREATE_ASSET,
    AmendOrder,
    CancelAllOrders,
    CancelOrder,
    CancelReplace,
    Command,
    CreateAsset,
    PlaceBatch,
    PlaceOrder,
    PlaceOrderList,
    PlaceOrderWithTerms,
)
from trueman.core.events import Decided
from trueman.core.snapshot import RULESET
from trueman.errors import LogUnavailable, OutcomeUnknown, Overloaded
from trueman.infra.memory_log import MemoryLog
from trueman.infra.settings import Settings
from trueman.infra.writer import CommandWriter


class SlowLog(MemoryLog):
    """Appends wait until the test opens the door, as they would for a disk."""

    def __init__(self) -> None:
        super().__init__()
        self.door = asyncio.Event()
        self.error: Exception | None = None
        self.written_before_error = True

    async def append_commands(self, count: int, frame: bytes) -> tuple[int, int]:
        await self.door.wait()
        if self.error is not None and not self.written_before_error:
            raise self.error
        span = await super().append_commands(count, frame)
        if self.error is not None:
            raise self.error
        return span


@pytest.fixture
async def log() -> SlowLog:
    log = SlowLog()
    await log.create(RULESET)
    return log


def writer_of(log: MemoryLog, **settings: Any) -> CommandWriter:
    return CommandWriter(log, Settings(**settings))


def asset(code: str) -> CreateAsset:
    return CreateAsset(tag=0, decimals=8, code=code)


async def answer(log: MemoryLog, writer: CommandWriter, choose: Callable[[list[Any]], list[Any]] = list) -> None:
    """Play engine and event log: decide everything that was appended; the order id tells which code was asked for."""
    for entry in await log.read_commands(0):
        for number, command in choose(list(enumerate(decode_commands(entry.frame), entry.first))):
            writer.resolve(result_of(number, command))


def result_of(number: int, command: Command) -> Result:
    assert isinstance(command, CreateAsset)
    return Result(Decided(CREATE_ASSET, 0, number, 1, command.tag, -1, int(command.code), 0), ())


async def frames_of(log: MemoryLog) -> list[list[str]]:
    return [
        [command.code for command in decode_commands(entry.frame) if isinstance(command, CreateAsset)]
        for entry in await log.read_commands(0)
    ]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not true():  # noqa: ASYNC110 - a condition of another's state has no event to wait for
            await asyncio.sleep(0)


async def test_everybody_gets_the_answer_to_their_own_command(log: SlowLog) -> None:
    log.door.set()
    writer = writer_of(log)
    callers = [asyncio.create_task(writer.submit(asset(str(code)))) for code in range(50)]
    await until(lambda: log.commands.last == 50)
    await answer(log, writer, lambda decided: decided[::-1])
    assert [(await caller).decided.order_id for caller in callers] == list(range(50))


async def test_what_waits_for_an_append_goes_into_the_next_frame_together(log: SlowLog) -> None:
    writer = writer_of(log)
    callers = [asyncio.create_task(writer.submit(asset("1")))]
    await asyncio.sleep(0.01)
    callers += [asyncio.create_task(writer.submit(asset(str(code)))) for code in range(2, 7)]
    await asyncio.sleep(0.01)
    assert log.commands.last == 0
    log.door.set()
    await until(lambda: log.commands.last == 6)
    assert await frames_of(log) == [["1"], ["2", "3", "4", "5", "6"]]
    await answer(log, writer)
    await asyncio.gather(*callers)


async def test_a_frame_is_bounded(log: SlowLog) -> None:
    log.door.set()
    writer = writer_of(log, frame_commands_max=3)
    caller = asyncio.create_task(writer.submit_all([asset(str(code)) for code in range(7)]))
    await until(lambda: log.commands.last == 7)
    assert [len(frame) for frame in await frames_of(log)] == [3, 3, 1]
    await answer(log, writer)
    assert [result.decided.order_id for result in await caller] == list(range(7))


async def test_a_caller_who_leaves_cancels_neither_the_append_nor_the_others(log: SlowLog) -> None:
    """[C5]"""
    writer = writer_of(log)
    leaving, staying = (asyncio.create_task(writer.submit(asset(code))) for code in "12")
    await asyncio.sleep(0.01)
    leaving.cancel()
    await asyncio.wait([leaving])
    log.door.set()
    await until(lambda: log.commands.last == 2)
    await answer(log, writer)
    assert (await staying).decided.order_id == 2
    assert leaving.cancelled()


async def test_no_answer_in_time_is_unknown_and_a_late_one_disturbs_nobody(log: SlowLog) -> None:
    """[C4]"""
    log.door.set()
    writer = writer_of(log, answer_timeout_ms=30)
    with pytest.raises(OutcomeUnknown):
        await writer.submit(asset("1"))
    next_caller = asyncio.create_task(writer.submit(asset("2")))
    await until(lambda: log.commands.last == 2)
    await answer(log, writer)
    assert (await next_caller).decided.order_id == 2


async def test_each_caller_has_a_deadline_of_its_own(log: SlowLog) -> None:
    log.door.set()
    writer = writer_of(log, answer_timeout_ms=100)
    early = asyncio.create_task(writer.submit(asset("1")))
    await asyncio.sleep(0.07)
    late = asyncio.create_task(writer.submit(asset("2")))
    await asyncio.wait([early])
    assert not late.done()
    await answer(log, writer, lambda decided: [pair for pair in decided if pair[1].code == "2"])
    assert (await late).decided.order_id == 2
    with pytest.raises(OutcomeUnknown):
        await early


async def test_a_command_that_no_append_took_in_time_was_not_written(log: SlowLog) -> None:
    writer = writer_of(log, answer_timeout_ms=30)
    taken = asyncio.create_task(writer.submit(asset("1")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    left = asyncio.create_task(writer.submit(asset("2")))
    outcomes = await asyncio.gather(taken, left, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [OutcomeUnknown, LogUnavailable]
    log.door.set()
    await writer.close()
    assert await frames_of(log) == [["1"]]


async def test_when_nothing_was_written_the_callers_are_told_so_and_the_next_succeed(log: SlowLog) -> None:
    """[C8] [C9]"""
    log.door.set()
    log.error, log.written_before_error = LogUnavailable("disk full"), False
    writer = writer_of(log)
    with pytest.raises(LogUnavailable, match="disk full"):
        await writer.submit_all([asset("1"), asset("2")])
    log.error = None
    caller = asyncio.create_task(writer.submit(asset("3")))
    await until(lambda: log.commands.last == 1)
    await answer(log, writer)
    assert (await caller).decided.order_id == 3


async def test_when_the_append_is_in_doubt_its_callers_still_get_their_results(log: SlowLog) -> None:
    """[C3] The reply was lost, the frame was not."""
    log.door.set()
    log.error = OutcomeUnknown("connection lost")
    writer = writer_of(log)
    caller = asyncio.create_task(writer.submit(asset("1")))
    await until(lambda: log.commands.last == 1)
    await answer(log, writer)
    assert (await caller).decided.order_id == 1
    assert log.commands.last == 1, "an append in doubt is not repeated"


async def test_one_command_too_many_is_told_to_come_back(log: SlowLog) -> None:
    writer = writer_of(log, waiting_commands_max=3)
    callers = [asyncio.create_task(writer.submit(asset(str(code)))) for code in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await writer.submit_all([asset("3"), asset("4")])
    callers.append(asyncio.create_task(writer.submit(asset("2"))))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await writer.submit(asset("5"))
    log.door.set()
    await until(lambda: log.commands.last == 3)
    await answer(log, writer)
    await asyncio.gather(*callers)


async def test_a_command_that_does_not_fit_its_record_concerns_its_caller_alone(log: SlowLog) -> None:
    log.door.set()
    writer = writer_of(log)
    with pytest.raises(OverflowError):
        await writer.submit(CreateAsset(0, 2**70, "1"))
    with pytest.raises(ValueError, match="characters"):
        await writer.submit_all([asset("2"), asset("1" * 17)])
    caller = asyncio.create_task(writer.submit(asset("1")))
    await until(lambda: log.commands.last == 1)
    await answer(log, writer)
    await caller
    assert await frames_of(log) == [["1"]]


async def test_results_of_other_processes_are_passed_over(log: SlowLog) -> None:
    log.door.set()
    mine, theirs = writer_of(log), writer_of(log)
    callers = [asyncio.create_task(writer.submit(asset(code))) for writer, code in ((mine, "1"), (theirs, "2"))]
    await until(lambda: log.commands.last == 2)
    await answer(log, mine)
    await asyncio.sleep(0)
    assert [caller.done() for caller in callers] == [True, False]
    await answer(log, theirs)
    assert [(await caller).decided.order_id for caller in callers] == [1, 2]


async def test_closing_appends_what_was_taken_on_and_leaves_nobody_waiting(log: SlowLog) -> None:
    writer = writer_of(log)
    caller = asyncio.create_task(writer.submit(asset("1")))
    await asyncio.sleep(0.01)
    log.door.set()
    await writer.close()
    assert await frames_of(log) == [["1"]]
    with pytest.raises(OutcomeUnknown):
        await caller


async def test_when_orders_are_refused_everything_that_takes_them_away_is_still_taken(log: SlowLog) -> None:
    """C29: in effect the exchange is cancel-only."""
    log.door.set()
    writer = writer_of(log)
    writer.refuses_orders = True
    order = PlaceOrder(0, 1024, 0, 0, 0, 0, 0, 1, 1, 0, 0, "")
    cancel = CancelOrder(0, 1024, 0, 0, 1, 0, "")
    refused: list[Command] = [
        order,
        PlaceOrderWithTerms(0, 1024, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, ""),
        PlaceBatch(0, 1024, 0, (cancel, order)),
        CancelReplace(0, 1024, 0, 0, (cancel, order)),
        PlaceOrderList(0, 1024, 0, 0, 0, "", (order, order)),
    ]
    for command in refused:
        with pytest.raises(Overloaded, match="cancels are"):
            await writer.submit_all([cancel, command])
    assert log.commands.last == 0
    taken: list[Command] = [
        cancel,
        CancelAllOrders(0, 1024, 0, 0),
        PlaceBatch(0, 1024, 0, (cancel, cancel)),
        AmendOrder(0, 1024, 0, 1, 1, 0, ""),
        asset("BTC"),
    ]
    callers = [asyncio.create_task(writer.submit(command)) for command in taken]
    await until(lambda: log.commands.last == len(taken))
    await writer.close()
    await asyncio.gather(*callers, return_exceptions=True)
