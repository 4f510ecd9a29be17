"""The engine's state as it was right after one command, for whoever compares it with something kept elsewhere."""

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
    skips = skips or SkipList()
    found = snapshots.newest(until=number)
    exchange = found[1] if found else Exchange(await log.genesis_ruleset())
    while exchange.sequence < number:
        after = exchange.sequence
        try:
            commands = await log.read_commands(after, count=REPLAY_ENTRIES_MAX)
            events = await log.read_events(after, count=REPLAY_ENTRIES_MAX)
        except Gap as gap:
            raise StartError(f"The state at {number} cannot be rebuilt from {after} on: {gap}") from gap
        if not commands or not events:
            raise StartError(f"The state at {number} cannot be rebuilt: the log ends at {after}")
        for command, event in zip(commands, events, strict=False):
            if command.last > number:
                break
            await skips.tell(exchange, command, event)
            replay_one(exchange, command, event)
        if exchange.sequence == after:
            raise StartError(f"No entry of the log ends at {number}; the one after {after} goes beyond it")
    return exchange
