"""What is signed are the bytes of one command, whatever stands around it in its frame."""

from hashlib import sha256

import pytest

from tests.engine.day import Day
from trueman.core.codec import encode
from trueman.core.commands import CancelAllOrders, CancelOrder, PlaceBatch, SetMarketStatus
from trueman.errors import StartError
from trueman.infra.log import CommandEntry
from trueman.infra.memory_log import MemoryLog
from trueman.infra.skips import Skip, Skips, bytes_in, command_in, hash_in, undecided_entry

BATCH = PlaceBatch(1, 1024, 0, (CancelOrder(0, 1024, 3, 0, 7, 0, ""), CancelOrder(0, 1024, 4, 0, 8, 0, "")))


def test_a_frame_is_cut_where_its_commands_end() -> None:
    day = Day()
    commands = [encode(day.next()) for _ in range(300)] + [encode(BATCH), encode(CancelAllOrders(2, 1024, 3, 0))]
    entry = CommandEntry(11, 10 + len(commands), 0, b"".join(commands))
    assert [bytes_in(entry, 11 + at) for at in range(len(commands))] == commands
    assert command_in(entry, 311) == BATCH
    assert hash_in(entry, 312) == sha256(commands[-1]).digest()


def test_what_cannot_be_told_apart_is_signed_as_a_whole() -> None:
    whole = encode(SetMarketStatus(1, 0, 1))
    entry = CommandEntry(1, 3, 0, whole + b"\xff" * 12)
    assert bytes_in(entry, 2) == bytes_in(entry, 3) == b"\xff" * 12
    assert command_in(entry, 2) is None
    cut_short = CommandEntry(1, 1, 0, encode(BATCH)[:-8])
    assert bytes_in(cut_short, 1) == cut_short.frame
    assert command_in(cut_short, 1) is None


def test_only_two_different_signatures_count() -> None:
    """C21: a skip is a matter of two people."""
    entry = CommandEntry(1, 2, 0, encode(SetMarketStatus(1, 0, 1)) + encode(SetMarketStatus(2, 0, 1)))
    right = hash_in(entry, 2)
    assert Skips([Skip(2, right, (1024, 1025), "x")]).of(entry) == [2]
    assert Skips([Skip(2, right, (1024,), "x")]).of(entry) == []
    assert Skips([Skip(2, right, (1024, 1024), "x")]).of(entry) == []
    assert Skips([Skip(3, right, (1024, 1025), "x")]).of(entry) == []


def test_a_signature_for_other_bytes_halts() -> None:
    """C21: a number alone skips nothing, perhaps it is another log."""
    entry = CommandEntry(1, 2, 0, encode(SetMarketStatus(1, 0, 1)) + encode(SetMarketStatus(2, 0, 1)))
    with pytest.raises(StartError, match=rf"command 2 .*{hash_in(entry, 2).hex()}"):
        Skips([Skip(2, hash_in(entry, 1), (1024, 1025), "x")]).of(entry)
    both = [Skip(2, hash_in(entry, number), (1024, 1025), "x") for number in (1, 2)]
    assert Skips(both).of(entry) == [2]


def test_a_signer_who_gave_the_command_a_later_time_skips_nothing() -> None:
    """C21: by that time the database judges who was an administrator; the log knows better."""
    entry = CommandEntry(1, 1, 1_000, encode(SetMarketStatus(1, 0, 1)))
    skip = Skip(1, hash_in(entry, 1), (1024, 1025), "x", 1_000)
    assert Skips([skip]).of(entry) == [1]
    with pytest.raises(StartError, match="a later time than the log does"):
        Skips([skip._replace(command_us=1_001)]).of(entry)


async def test_only_a_command_without_a_result_can_be_signed() -> None:
    log, day = MemoryLog(), Day()
    await log.create(2)
    for _ in range(4):
        await log.append_commands(5, day.frame(5))
    await log.append_events(1, 1, 5, b"", b"")
    assert (await undecided_entry(log, 12)).first == 11
    for number, why in ((5, "was decided"), (21, "ends at 20")):
        with pytest.raises(StartError, match=why):
            await undecided_entry(log, number)
