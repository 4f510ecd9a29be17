"""Results reach the event log in order, once, or the engine ends."""

import asyncio

import pytest

from tests.engine.faulty_log import FaultyLog
from trueman.engine import emitter
from trueman.engine.emitter import Emitter
from trueman.errors import Fenced, Gap
from trueman.infra.log import EventEntry
from trueman.infra.memory_log import MemoryLog


def result(number: int, chain: bytes = b"ours") -> EventEntry:
    return EventEntry(number, number, 1, chain, b"frame")


async def test_what_waits_goes_out_together_and_in_order(log: FaultyLog) -> None:
    emitting = Emitter(log)
    task = asyncio.create_task(emitting.run())
    log.open.clear()
    for number in range(1, 151):
        emitting.put(result(number))
        await asyncio.sleep(0)
    log.open.set()
    await emitting.drained()
    assert [entry.last for entry in log.events.entries] == list(range(1, 151))
    assert log.appends == 4, "the first alone, then as many as fit"
    task.cancel()


async def test_too_many_waiting_results_hold_the_engine_back(log: FaultyLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emitter, "WAITING_ENTRIES_MAX", 3)
    emitting = Emitter(log)
    task = asyncio.create_task(emitting.run())
    log.open.clear()
    for number in range(1, 5):
        emitting.put(result(number))
    room = asyncio.create_task(emitting.has_room())
    await asyncio.sleep(0.01)
    assert not room.done()
    log.open.set()
    await asyncio.wait_for(room, 1)
    task.cancel()


@pytest.mark.parametrize("foreign", [b"theirs", b""])
async def test_results_of_somebody_else_in_our_place_end_the_engine(log: FaultyLog, foreign: bytes) -> None:
    await MemoryLog.append_event_entries(log, [result(1, foreign)])
    emitting = Emitter(log)
    emitting.put(result(1))
    with pytest.raises(Gap, match="other results than ours"):
        await asyncio.wait_for(emitting.run(), 1)
    assert not emitting.is_drained


async def test_who_was_replaced_while_results_were_in_doubt_is_fenced(log: FaultyLog) -> None:
    """C16 C17: the successor has decided a part of them, and the same."""
    emitting = Emitter(log)
    for number in range(1, 4):
        emitting.put(result(number))
    log.away = True
    task = asyncio.create_task(emitting.run())
    await asyncio.sleep(0.01)
    await MemoryLog.fence(log, 2)
    await MemoryLog.append_event_entries(log, [result(number)._replace(epoch=2) for number in (1, 2)])
    log.away = False
    with pytest.raises(Fenced):
        await asyncio.wait_for(task, 1)


async def test_a_log_that_lost_what_was_acknowledged_ends_the_engine(log: FaultyLog) -> None:
    """[C11]"""
    emitting = Emitter(log)
    emitting.put(result(5))
    with pytest.raises(Gap):
        await asyncio.wait_for(emitting.run(), 1)
