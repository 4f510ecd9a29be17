"""The wallet's list, in memory and in PostgreSQL: one contract, above all after it went back to an older copy."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import asyncpg
import pytest

from trueman.core.commands import DEPOSIT, RESERVE_WITHDRAWAL, SETTLE_WITHDRAWAL
from trueman.core.rejections import FUNDS_INSUFFICIENT
from trueman.errors import ServiceError
from trueman.infra.database.connection import API, connect_pool
from trueman.infra.database.wallet_operations import PostgresOperations
from trueman.infra.memory_operations import MemoryOperations
from trueman.infra.operations import (
    BROADCASTING,
    CAME_BACK,
    DONE,
    PENDING,
    REFUSED,
    RESERVED,
    Asked,
    Operation,
    OperationTables,
    mark_of,
    outcome,
    own_mark,
)
from trueman.views.source_operations import SourceOperation

ALICE = 1_024
RENT = Asked("payout", ALICE, 0, 500, "bc1", "rent")
GIFT = Asked("deposit", ALICE, 0, 500, "", "gift")


class Told:
    number = 0

    def __init__(self) -> None:
        self.rows: list[SourceOperation] = []

    def operations(self) -> list[SourceOperation]:
        return self.rows


class World(NamedTuple):
    table: OperationTables
    tell: Callable[[SourceOperation], Awaitable[None]]
    """The log has taken an operation, and the tables know it."""


@pytest.fixture(params=["memory", "postgres"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "memory":
        told = Told()

        async def tell(row: SourceOperation) -> None:
            told.rows.append(row)
            told.number = row.number

        yield World(MemoryOperations(told), tell)
        return
    url = request.getfixturevalue("database_url")
    owner = await asyncpg.connect(url)

    async def write(row: SourceOperation) -> None:
        marks = ", ".join(f"${at}" for at in range(1, len(row) + 1))
        await owner.execute(f"INSERT INTO source_operations VALUES ({marks})", *row)
        await owner.execute("UPDATE stream_offset SET number = $1", row.number)

    async with await connect_pool(url, API) as pool:
        yield World(PostgresOperations(pool), write)
    await owner.close()


def taken(asked: Asked, operation: int, number: int, *, reason: int = 0, tag: int | None = None) -> SourceOperation:
    kinds = {"deposit": DEPOSIT, "payout": RESERVE_WITHDRAWAL, "settlement": SETTLE_WITHDRAWAL}
    tag = mark_of(asked, operation) if tag is None else tag
    fields = (asked.account, operation, number, number * 10, kinds[asked.kind], asked.account)
    return SourceOperation(*fields, asked.asset, asked.amount, 0, reason, tag)


async def decided(world: World, asked: Asked, number: int) -> Operation:
    operation = await world.table.insert(asked, 1)
    assert operation is not None
    done = outcome(operation, number, number * 10, 0)
    await world.table.settle(done)
    return done


async def test_operations_are_numbered_one_after_the_other_and_one_is_open(world: World) -> None:
    first = await world.table.insert(GIFT, 1)
    assert first is not None
    assert (first.operation, first.state) == (1, PENDING)
    assert await world.table.insert(RENT, 1) is None
    assert await world.table.pending(ALICE) == first
    await world.table.settle(outcome(first, 7, 70, 0))
    assert await world.table.insert(GIFT, 1) is None, "its name is used"
    second = await world.table.insert(RENT, 1)
    assert second is not None
    assert second.operation == 2
    assert await world.table.accounts_pending() == [ALICE]
    claimed = await world.table.claim(second)
    assert claimed is not None
    assert not await world.table.withdraw_number(second), "somebody has claimed it"
    assert await world.table.withdraw_number(claimed)
    assert await world.table.pending(ALICE) is None
    found = await world.table.find_client_id(ALICE, "gift")
    assert found == await world.table.find(ALICE, 1)
    assert found is not None
    assert (found.state, found.number, found.decided_us) == (DONE, 7, 70)


async def test_a_payout_takes_each_step_once(world: World) -> None:
    reserved = await decided(world, RENT, 3)
    assert reserved.payout == RESERVED
    assert await world.table.move(reserved, BROADCASTING, 5)
    assert not await world.table.move(reserved, BROADCASTING, 6)
    asked_for = reserved._replace(payout=BROADCASTING)
    await world.table.note_trouble(asked_for, "no answer")
    await world.table.note_trouble(reserved, "of a step that is over")
    [row] = await world.table.unfinished()
    assert (row.payout, row.step_us, row.trouble) == (BROADCASTING, 5, "no answer")
    assert await world.table.move(asked_for, "paid", 7, "tx")
    assert await world.table.move(asked_for._replace(payout="paid"), "settled", 8)
    assert await world.table.unfinished() == []
    row = await world.table.find(ALICE, 1)  # type: ignore[assignment]
    assert (row.payout, row.txid, row.trouble) == ("settled", "tx", "")


async def test_a_list_that_lacks_something_gives_no_number(world: World) -> None:
    """C28: what is asked for now may be what it lacks."""
    await world.tell(taken(RENT, 1, 5))
    assert await world.table.is_behind(ALICE)
    assert await world.table.insert(RENT, 1) is None
    await world.table.mend(ALICE)
    assert not await world.table.is_behind(ALICE)
    again = await world.table.insert(GIFT, 1)
    assert again is not None
    assert again.operation == 2


async def test_lost_operations_come_back_with_their_outcome_and_get_their_names_again(world: World) -> None:
    """C28 C34: a withdrawal comes back in doubt, for it may have been sent."""
    for row in (taken(GIFT, 1, 4), taken(RENT, 2, 5), taken(GIFT, 3, 6, reason=FUNDS_INSUFFICIENT)):
        await world.tell(row)
    assert await world.table.behind() == (6, [ALICE])
    assert len((await world.table.mend(ALICE)).came) == 3
    await world.table.mended(6)
    assert await world.table.behind() == (6, [])
    gift, rent, refused = await world.table.nameless(ALICE)
    assert (gift.state, gift.number, gift.decided_us, gift.payout) == (DONE, 4, 40, "")
    assert (rent.state, rent.payout, rent.trouble, rent.mark) == (DONE, BROADCASTING, CAME_BACK, mark_of(RENT, 2))
    assert (refused.state, refused.reason) == (REFUSED, FUNDS_INSUFFICIENT)
    await world.table.name(rent, RENT)
    assert (await world.table.find(ALICE, 2)) == rent._replace(address="bc1", client_id="rent", mark=0)
    assert await world.table.nameless(ALICE) == [gift, refused]
    assert (await world.table.mend(ALICE)).came == ()


async def test_a_pending_one_that_the_log_has_decided_is_settled(world: World) -> None:
    """C2 C28: a copy taken between the question and the answer."""
    pending = await world.table.insert(RENT, 1)
    assert pending is not None
    await world.tell(taken(RENT, 1, 5))
    mend = await world.table.mend(ALICE)
    assert (mend.came, mend.gone) == ((), None)
    found = await world.table.find(ALICE, 1)
    assert found == outcome(pending, 5, 50, 0)


async def test_a_pending_one_with_a_lost_ones_number_takes_the_next(world: World) -> None:
    """C28: the lost one has the number in the log, for ever."""
    other = Asked("deposit", ALICE, 0, 500, "", "another")
    pending = await world.table.insert(other, 1)
    assert pending is not None
    await world.tell(taken(GIFT, 1, 5))
    await world.tell(taken(RENT, 2, 6))
    await world.table.mend(ALICE)
    again = await world.table.pending(ALICE)
    assert again == pending._replace(operation=3)
    back = await world.table.find(ALICE, 1)
    assert back is not None
    assert (back.number, back.mark, back.client_id) == (5, mark_of(GIFT, 1), "")


async def test_a_pending_one_that_was_done_under_another_number_is_that_one(world: World) -> None:
    """C28 C34: asked again by its name while the list was behind; it is not done twice."""
    pending = await world.table.insert(RENT, 1)
    assert pending is not None
    await world.tell(taken(GIFT, 1, 5))
    await world.tell(taken(RENT, 2, 6))
    await world.table.mend(ALICE)
    assert await world.table.pending(ALICE) is None
    found = await world.table.find_client_id(ALICE, "rent")
    assert found is not None
    assert (found.operation, found.number, found.address, found.mark) == (2, 6, "bc1", 0)


async def test_what_was_decided_otherwise_than_the_log_says_is_no_list_to_mend(world: World) -> None:
    await decided(world, GIFT, 3)
    await world.tell(taken(GIFT, 1, 5))
    with pytest.raises(ServiceError, match="decided by command 3, but the log has it from command 5"):
        await world.table.mend(ALICE)


async def test_operations_of_before_there_were_marks_go_by_what_they_moved(world: World) -> None:
    pending = await world.table.insert(GIFT, 1)
    assert pending is not None
    await world.tell(taken(GIFT, 1, 5, tag=77))
    await world.table.mend(ALICE)
    assert (await world.table.find(ALICE, 1)) == outcome(pending, 5, 50, 0)


def test_a_mark_says_all_that_was_asked_and_is_no_other_tag() -> None:
    asked = [RENT, RENT._replace(address="bc2"), RENT._replace(client_id="r"), RENT._replace(amount=501), GIFT]
    marks = {mark_of(each, number) for each in asked for number in (1, 2)}
    assert len(marks) == 10
    assert max(marks) < 0
    assert min(marks) >= -(2**63)
    nameless = Operation(ALICE, 1, "deposit", 0, 5, "", "", PENDING, 0, None, 10)
    assert own_mark(nameless) != own_mark(nameless._replace(created_us=11)), "two that are alike are two"
