"""The engine's state as it was right after one command, for whoever compares it with something kept elsewhere."""

from typing import NamedTuple

from trueman.core.exchange import Exchange
from trueman.engine.replay import REPLAY_ENTRIES_MAX, replay_one
from trueman.engine.skipping import SkipList
from trueman.engine.snapshots import SnapshotStore
from trueman.errors import Gap, StartError
from trueman.infra.log import Log


async def state_at(log: Log, snapshots: SnapshotStore, number: int, skips: SkipList | None = None) -> Exchange:
    """From the newest snapshot before it and the log, every result compared with the event log on the way.

    Raise StartError when these do not reach the command, when no entry ends with it, or when a command was skipped
    that nobody has signed in `skips`.
    """
    found = snapshots.newest(until=number)
    exchange = found[1] if found else Exchange(await log.genesis_ruleset())
    await live_until(log, exchange, number, skips or SkipList())
    return exchange


class Compared(NamedTuple):
    """The snapshot that was compared, from where it was decided again, and what was found otherwise."""

    number: int
    since: int
    differences: list[str]


async def newest_snapshot_again(
    log: Log, snapshots: SnapshotStore, skips: SkipList, known: Compared | None = None
) -> Compared | None:
    """Is the newest snapshot, which the engine wrote of its own state, what a replay from an older one comes to?

    From genesis when there is no older one. None when there is none at all, or the log does not reach from before it.
    """
    found = snapshots.newest()
    if found is None:
        return None
    header, kept = found
    if known is not None and known.number == header.sequence:
        return known
    older = snapshots.newest(until=header.sequence - 1)
    exchange = older[1] if older else Exchange(await log.genesis_ruleset())
    since = int(exchange.sequence)
    try:
        await live_until(log, exchange, header.sequence, skips)
    except Unreachable:
        return None
    lived, digest = exchange.digest().hex(), kept.digest().hex()
    differences = [f"snapshot {header.sequence}: digest {digest}, a replay from {since} on has {lived}"]
    return Compared(header.sequence, since, differences if lived != digest else [])


class Unreachable(StartError):
    """Snapshots and log do not reach the command."""


async def live_until(log: Log, exchange: Exchange, number: int, skips: SkipList) -> None:
    """Decide again up to a command, every result compared. Raise Unreachable, or Differs."""
    while exchange.sequence < number:
        after = exchange.sequence
        try:
            commands = await log.read_commands(after, count=REPLAY_ENTRIES_MAX)
            events = await log.read_events(after, count=REPLAY_ENTRIES_MAX)
        except Gap as gap:
            raise Unreachable(f"The state at {number} cannot be rebuilt from {after} on: {gap}") from gap
        if not commands or not events:
            raise Unreachable(f"The state at {number} cannot be rebuilt: the log ends at {after}")
        for command, event in zip(commands, events, strict=False):
            if command.last > number:
                break
            await skips.tell(exchange, command, event)
            replay_one(exchange, command, event)
        if exchange.sequence == after:
            raise Unreachable(f"No entry of the log ends at {number}; the one after {after} goes beyond it")
