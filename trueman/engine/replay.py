"""From a snapshot and the log to the state at the event log's end, without saying anything.

Whatever was decided before is decided again and compared, never emitted again: that is the whole of "no result
twice". Where log, snapshots and database do not fit together something was lost, and the engine halts: going on
would build new truth on a hole. `StartError` then says what is known and what an operator can do.
"""

from typing import NamedTuple

import structlog

from trueman.core.exchange import Exchange
from trueman.core.rulesets import NEWEST_RULESET, UnknownRuleset
from trueman.engine.database import EngineDatabase
from trueman.engine.difference import difference
from trueman.engine.skipping import SkipList
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import Differs, Gap, StartError
from trueman.infra.archive import Archive
from trueman.infra.log import CommandEntry, EventEntry, Log

REPLAY_ENTRIES_MAX = 64
"""Frames read at once."""
DISAGREEMENT_RUNBOOK = "See docs/runbooks/engines-disagree.md."
RUNBOOK = "See docs/runbooks/log-lost-its-end.md."
RESTORE_ADVICE = (
    "Nothing was changed. Bring back the newest copy of Valkey's data (its appendonlydir) and start again; "
    f"if it is lost for good, restore PostgreSQL and the snapshots of the same moment with it. {RUNBOOK}"
)

logger = structlog.get_logger(__name__)


def decide(exchange: Exchange, entry: CommandEntry, epoch: int) -> EventEntry:
    try:
        results = exchange.apply(entry.first, entry.last - entry.first + 1, entry.time_us, entry.frame)
    except UnknownRuleset as unknown:
        raise StartError(
            f"Commands {entry.first} to {entry.last} cannot be decided by this build: {unknown}. Nothing was lost. "
            "See docs/runbooks/unknown-ruleset.md"
        ) from unknown
    assert exchange.sequence == entry.last
    return EventEntry(entry.first, entry.last, epoch, exchange.chain, results)


async def recover(
    log: Log, database: EngineDatabase, snapshots: SnapshotStore, archive: Archive | None = None
) -> Exchange:
    """The state at the event log's end, or at the very beginning."""
    offset = await database.updater_offset()
    found = snapshots.newest()
    is_there = await require_log(log, Past(offset, snapshots.last_command(), archive.last_command() if archive else 0))
    exchange = found[1] if found else Exchange(await log.genesis_ruleset())
    if is_there:
        end = await require_cover(log, exchange, offset)
        logger.info("replay", snapshot=exchange.sequence, until=end)
        await replay(log, exchange, end, SkipList(database.skips))
    return exchange


class Past(NamedTuple):
    """Up to which command others know the log. A snapshot counts though it does not load: another build wrote it."""

    offset: int
    snapshot: int
    archive: int


async def require_log(log: Log, past: Past) -> bool:
    """False at genesis, when there is nothing anywhere; then the log is made."""
    try:
        if await log.exists():
            await require_agreement(log)
            return True
    except Gap as gap:
        raise StartError(f"The log is damaged: {gap}. {RESTORE_ADVICE}") from gap
    if any(past):
        raise StartError(
            f"The log is gone: Valkey is empty, but PostgreSQL knows commands up to {past.offset}, the newest snapshot "
            f"up to {past.snapshot} and the archive up to {past.archive}. Is VALKEY_URL the right server, and "
            f"TRUEMAN_DATA the right folder? {RESTORE_ADVICE}"
        )
    logger.info("genesis: nothing exists yet, the log is created")
    await log.create(NEWEST_RULESET)
    return False


async def require_agreement(log: Log) -> None:
    if halted := (await log.heartbeat()).halted:
        raise StartError(f"Engines disagree and nobody may write. {halted}")


async def require_cover(log: Log, exchange: Exchange, offset: int) -> int:
    """The log reaches from the snapshot to everything that others have seen. Return the event log's end."""
    last_event = await log.last_event()  # first: another engine may be writing, and its results follow its commands
    last_command = await log.last_command()
    ends = f"The command log ends at {last_command}, the event log at {last_event}"
    if last_event > last_command:
        raise StartError(f"{ends}: results without commands. The log has lost its end. {RESTORE_ADVICE}")
    if last_event < offset:
        raise StartError(
            f"{ends}, but PostgreSQL holds results up to {offset}. The log has lost its end. {RESTORE_ADVICE}"
        )
    if last_event < exchange.sequence:
        known = f"a snapshot knows commands up to {exchange.sequence}"
        raise StartError(f"{ends}, but {known}. The log has lost its end. {RESTORE_ADVICE}")
    chain = await log.event_chain(exchange.sequence)
    if chain is not None and chain != exchange.chain:
        raise StartError(
            f"The snapshot at {exchange.sequence} belongs to another log: its hash chain differs. "
            "Is this the right data folder and the right VALKEY_URL?"
        )
    return last_event


async def replay(log: Log, exchange: Exchange, end: int, skips: SkipList) -> None:
    """Decide again everything up to `end`; raise Differs at the first frame that comes out differently."""
    while exchange.sequence < end:
        await follow(log, exchange, skips)


async def follow(log: Log, exchange: Exchange, skips: SkipList, *, wait_ms: int = 0) -> list[EventEntry]:
    """Decide again what follows, and return it; wait up to `wait_ms` when there is nothing yet.

    Raise Differs, and StartError for a log that does not go on from where we are.
    """
    commands, events = await following(log, exchange.sequence, wait_ms=wait_ms)
    for command, event in zip(commands, events, strict=False):
        await skips.tell(exchange, command, event)
        replay_one(exchange, command, event)
    return events


async def following(log: Log, after: int, *, wait_ms: int = 0) -> tuple[list[CommandEntry], list[EventEntry]]:
    """The next entries of both logs, of one perhaps more than of the other. Raise StartError when there is a gap."""
    try:
        events = await log.read_events(after, wait_ms=wait_ms, count=REPLAY_ENTRIES_MAX)
        return await log.read_commands(after, count=REPLAY_ENTRIES_MAX) if events else [], events
    except Gap as gap:
        raise StartError(await without(log, after, gap)) from gap


async def without(log: Log, after: int, gap: Gap) -> str:
    """Why the log does not go on from where we are: its beginning is gone, or its end."""
    end = await log.last_event()
    if end < after:
        return f"The event log ends at {end}, but commands up to {after} were decided. It has lost its end. " + (
            RESTORE_ADVICE
        )
    return (
        f"The log does not reach back to {after + 1}, where the newest usable snapshot ends: {gap}. "
        f"Bring back an older or undamaged snapshot of {after} or later, or the archived log. {RUNBOOK}"
    )


def replay_one(exchange: Exchange, command: CommandEntry, event: EventEntry) -> None:
    decided = decide(exchange, command, event.epoch)
    if decided != event:
        raise Differs(
            f"Other results than those of epoch {event.epoch} in the event log: {difference(decided, event)}. This "
            "build decides otherwise than the one that wrote the log, or log or memory is damaged. "
            f"{DISAGREEMENT_RUNBOOK}"
        )
