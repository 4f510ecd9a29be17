"""After the faults: everything must come to rest by itself, and then everybody must say the same."""

import asyncio

from tests.simulation.client import ABSENT, NOT_WRITTEN, PLACED, REFUSED, UNKNOWN, Attempt
from tests.simulation.log_server import at_once
from tests.simulation.referee import Referee, require
from tests.simulation.units import Unit
from tests.simulation.world import World
from trueman.api.payouts import key_of
from trueman.checker.log import LogChecker
from trueman.core.events import RulesetSwitched
from trueman.core.rulesets import NEWEST_RULESET
from trueman.core.units import OUTSIDE_ACCOUNT, RESERVED
from trueman.db_updater.batch import Batch
from trueman.db_updater.memory_tables import COLUMNS, MemoryTables, Rows
from trueman.engine.snapshots import SnapshotStore
from trueman.infra.operations import (
    BROADCASTING,
    DEPOSIT,
    DONE,
    FAILED,
    PAYOUT,
    PENDING,
    RETURNED,
    SETTLED,
    SETTLEMENT,
    UNFINISHED,
    Asked,
    Operation,
    mark_of,
)
from trueman.views.orders import OPEN_STATES

HEALED_SECONDS_MAX = 60.0
SETTLED_SECONDS = 10.0
"""A take-over may begin at the last moment; afterwards every engine knows its role."""
DOUBT_SECONDS = 20.0
"""After the faults: what was asked of the custody by then has come there or never will."""
SIGNS = {DEPOSIT: 1, SETTLEMENT: -1}
"""What came in and what went out; between them money only changes its pot."""
RESOLVED_SECONDS_MAX = 300.0
"""An outcome is final when the log's time has passed its deadline, which a clock that was ahead may have set."""


async def converge(world: World, governing: asyncio.Future[None]) -> None:
    """Every unit ready, nothing left to decide or to write, every doubt resolved, within bounded time."""
    try:
        async with asyncio.timeout(HEALED_SECONDS_MAX):
            while not governing.done() or not is_at_rest(world):
                await asyncio.sleep(0.05)
                world.require_no_fault()
                look_after_the_desk(world)
        governing.result()
        async with asyncio.timeout(RESOLVED_SECONDS_MAX):
            await resolve_all(world)
            await asyncio.sleep(SETTLED_SECONDS)
            while not is_at_rest(world):
                await asyncio.sleep(0.05)
                look_after_the_desk(world)
    except TimeoutError:
        raise AssertionError(f"healed, and not at rest in time: {portrait(world)}") from None


def look_after_the_desk(world: World) -> None:
    """What an operator does: open it again, and ask the custody about what it was asked to pay and does not know."""
    world.database.desk_is_open = True
    if world.loop.time() < world.healed_at + DOUBT_SECONDS:
        return
    rows = world.database.operations.rows
    for place, row in rows.items():
        if row.payout == BROADCASTING and world.custody.refuse_for_good(key_of(row)):
            world.trace.say("operator", f"{key_of(row)} was never paid and never will be")
            rows[place] = row._replace(payout=FAILED)


def is_at_rest(world: World) -> bool:
    end = world.log.log.commands.last
    return (
        world.referee.decided == end == world.database.tables.number
        and all(gateway.state is not None and gateway.state.live.offset == end for gateway in world.gateways)
        and world.log.log.events.last == end
        and primary(world) is not None
        and all(is_over(operation) for operation in world.database.operations.rows.values())
        and (not world.has_shadow or shadow_stands_at(world, end))
    )


def is_over(operation: Operation) -> bool:
    return operation.state != PENDING and operation.payout not in UNFINISHED


def shadow_stands_at(world: World, end: int) -> bool:
    """Both engines live: one that was replaced a moment ago must have come back first."""
    return all(unit.is_running for unit in world.engines) and at_once(world.log.log.heartbeat()).standby_at == end


def primary(world: World) -> Unit | None:
    """Whose epoch may write, if it runs."""
    epoch = at_once(world.log.log.heartbeat()).epoch
    found = [unit for unit in world.engines if unit.is_running and unit.door and unit.door.epoch == epoch]
    return found[0] if found else None


def portrait(world: World) -> str:
    gateways = [gateway.state.live.offset if gateway.state else None for gateway in world.gateways]
    units = [f"{unit.name} {'runs' if unit.is_running else 'is down'} {unit.ends[-1:]}" for unit in world.units]
    return (
        f"commands {world.log.log.commands.last}, events {world.log.log.events.last}, seen {world.referee.decided}, "
        f"tables {world.database.tables.number}, gateways {gateways}; {'; '.join(units)}"
    )


async def resolve_all(world: World) -> None:
    """C4: after the deadline every outcome is definite."""
    by_account = {client.account: client for client in world.clients}
    for attempt in world.diary.orders:
        if attempt.outcome == UNKNOWN:
            while not await by_account[attempt.account].resolve(attempt):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    for (account, _), (asked, operation) in list(world.diary.operations.items()):
        if operation is None:
            while not await by_account[account].perform(asked):  # noqa: ASYNC110
                await asyncio.sleep(0.2)


async def judge(world: World) -> None:
    referee = world.referee
    referee.require_conserved()
    for attempt in world.diary.orders:
        judge_order(referee, attempt)
    judge_cancels(world)
    judge_money(world)
    judge_payouts(world)
    await judge_tables(world)
    judge_rulesets(world)
    judge_trades(world)
    await judge_engine(world)


def judge_order(referee: Referee, attempt: Attempt) -> None:
    found = referee.placed[attempt.account, attempt.client_id]
    if attempt.outcome == PLACED:
        require(len(found) == 1, f"{attempt.client_id} was confirmed and is {len(found)} times in the log")
        require(found[0].order_id == attempt.order_id, f"{attempt.client_id} is not order {attempt.order_id}")
    elif attempt.outcome in (REFUSED, NOT_WRITTEN, ABSENT):
        if attempt.outcome == REFUSED:
            found = [one for one in found if not referee.is_copy_of_refused(one.number)]
        require(not found, f"{attempt.client_id} was {attempt.outcome} ({attempt.told}) and is in the log: {found}")
    else:
        raise AssertionError(f"{attempt.client_id} is still {attempt.outcome}")


def judge_cancels(world: World) -> None:
    assert world.referee.exchange is not None
    still_open = {order.order_id for order in world.referee.exchange.open_orders()}
    for account, order_id in world.diary.cancelled:
        require(order_id not in still_open, f"account {account} was told that {order_id} is cancelled, and it is open")


def judge_money(world: World) -> None:
    """What came in and went out is what the wallet's operations say, each of them once."""
    expected: dict[tuple[int, int], int] = {}
    for operation in world.database.operations.rows.values():
        require(operation.state != PENDING, f"operation {operation} is still open")
        if operation.state == DONE:
            key = operation.account, operation.asset
            sign = SIGNS.get(operation.kind, 0)
            expected[key] = expected.get(key, 0) + sign * operation.amount
    moved = {key: amount for key, amount in world.referee.moved.items() if amount and key[0] != OUTSIDE_ACCOUNT}
    require(moved == {key: amount for key, amount in expected.items() if amount}, f"moved {moved}, asked {expected}")
    for (account, client_id), (asked, told) in world.diary.operations.items():
        assert told is not None, f"{client_id} of account {account} was never resolved"
        found = [row for row in world.database.operations.rows.values() if is_named(row, asked)]
        require(len(found) <= 1, f"{client_id} of account {account} was done {len(found)} times: {found}")
        state = found[0].state if found else "gone"
        if told.state == DONE:
            require(state == DONE, f"{client_id} was told as {told.state} and is {state}")


def is_named(row: Operation, asked: Asked) -> bool:
    """By its name, or, where it came back out of the log, by the mark that it has there."""
    named_so = (row.account, row.client_id) == (asked.account, asked.client_id)
    return named_so or (row.account == asked.account and bool(row.mark) and row.mark == mark_of(asked, row.operation))


def judge_payouts(world: World) -> None:
    """C34: what the custody has paid is what has left the books, each withdrawal once; all else is available again."""
    paid = dict(world.custody.paid)
    for row in world.database.operations.rows.values():
        if row.kind == PAYOUT and row.state == DONE:
            payment = paid.pop(key_of(row), None)
            require(row.payout in (SETTLED, RETURNED), f"{row} has no end")
            require((row.payout == SETTLED) == (payment is not None), f"{row}, and the custody has {payment}")
            if payment is not None:
                told = payment.asset, payment.amount
                require(told == (str(row.asset), str(row.amount)), f"{row} was paid as {payment}")
    require(not paid, f"nobody knows of {paid}")
    left = {place: amount for place, amount in world.referee.pots.items() if place[2] == RESERVED and amount}
    require(not left, f"money is reserved for withdrawals that are over: {left}")
    doubled = {key: times for key, times in world.custody.asked.items() if times > 1}
    again = world.faults["restore database"] + world.network.faults["request doubled: pay"]
    require(len(doubled) <= again, f"was asked to pay more than once: {doubled}")


async def judge_tables(world: World) -> None:
    """The tables are what one batch of the whole log makes of empty ones, and agree with the core."""
    referee, tables = world.referee, world.database.tables
    assert referee.exchange is not None
    batch = Batch(0)
    for asked, entry in zip(referee.commands, referee.events, strict=False):
        batch.fold(entry)
        if batch.owed:
            batch.describe(asked)
    batch.finish()
    whole = MemoryTables()
    whole.owner = "judge"
    await whole.write(batch, "judge")
    for table, rows in whole.rows.items():
        require(
            tables.rows[table] == rows, f"table {table} is not what the log says: {differing(tables.rows[table], rows)}"
        )
    require(
        (tables.number, tables.time_us, tables.chain) == (whole.number, whole.time_us, whole.chain),
        f"the tables stand at {tables.number}, the log at {whole.number}",
    )
    stored = {key: row[2:5] for key, row in tables.rows["balances"].items() if any(row[2:5])}
    lived = {(account, asset): tuple(pots) for account, asset, *pots in referee.exchange.balances()}
    require(stored == lived, "balances of the tables are not the core's")
    status = COLUMNS["orders"].index("status")
    is_open = {order_id for order_id, row in tables.rows["orders"].items() if row[status] in OPEN_STATES}
    require(is_open == {order.order_id for order in referee.exchange.open_orders()}, "open orders are not the core's")


def judge_rulesets(world: World) -> None:
    """C36: everybody knows by which command the rules changed, and by which rules it is decided now."""
    switched = {
        result.decided.number: event.ruleset
        for result in world.referee.results
        for event in result.events
        if isinstance(event, RulesetSwitched)
    }
    missing = [*range(world.genesis_ruleset + 1, NEWEST_RULESET + 1)]
    require([*switched.values()] == missing, f"the rules were switched to {switched}, and {missing} were due")
    stored = {number: ruleset for number, ruleset in world.database.tables.rows["ruleset_switches"].values()}
    require(stored == switched, f"the tables say that rules were switched at {stored}, the log says {switched}")
    assert world.referee.exchange is not None
    require(world.referee.exchange.ruleset == NEWEST_RULESET, "a fresh core decides by old rules")
    for gateway in world.gateways:
        assert gateway.state is not None, "they all are at rest"
        known = gateway.state.live.registry.ruleset or world.genesis_ruleset
        require(known == NEWEST_RULESET, f"{gateway.name} says that ruleset {known} is in force")


def judge_trades(world: World) -> None:
    """T4: a witness of another kind, who knows no core, finds every trade right."""
    checker = LogChecker(world.genesis_ruleset)
    for asked, entry in zip(world.referee.commands, world.referee.events, strict=False):
        checker.check(asked.time_us, asked.frame, entry.frame)
    require(not checker.faults, "\n".join(fault.line() for fault in checker.faults[:3]))
    require(checker.number == world.referee.decided, f"the checker was shown {checker.number} commands")


def differing(found: Rows, expected: Rows) -> list[object]:
    keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
    return [(key, found.get(key), expected.get(key)) for key in keys[:3]]


async def judge_engine(world: World) -> None:
    """An orderly end leaves the engine's own state behind: it is what a fresh core makes of the whole log."""
    assert world.referee.exchange is not None
    world.engines_wanted = False
    for _ in range(1 + world.has_shadow):
        before = world.referee.decided
        await asyncio.wait_for(touched(world, before), HEALED_SECONDS_MAX)
        await end_primary(world)
        found = SnapshotStore(world.snapshots).newest()
        require(found is not None, "the engine left no snapshot")
        assert found is not None
        require(found[1].sequence == world.referee.decided, f"the farewell is of {found[1].sequence}")
        require(found[0].ruleset == NEWEST_RULESET, f"the farewell is by ruleset {found[0].ruleset}")
        require(found[1].digest() == world.referee.exchange.digest(), "the engine's state is not what the log says")


async def touched(world: World, before: int) -> None:
    """One more command is decided, by whoever is the primary now."""
    while world.referee.decided == before:
        await world.clients[0].touch()


async def end_primary(world: World) -> None:
    """In order; a shadow then goes on at once."""
    engine = primary(world)
    assert engine is not None, "there is a primary when all is at rest"
    assert engine.task is not None
    engine.stop.set()
    await asyncio.wait([engine.task], timeout=HEALED_SECONDS_MAX)
    require(engine.task.done(), "the engine does not end")
    world.require_no_fault()
