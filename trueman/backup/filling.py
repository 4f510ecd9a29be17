"""The live log of a restored exchange: the end of its archive, entry by entry as it was."""

from collections.abc import Callable
from itertools import groupby
from typing import Final

from trueman.backup.manifest import Manifest
from trueman.errors import StartError
from trueman.infra.archive import Archive
from trueman.infra.log import Log
from trueman.infra.segments import Pair

BATCH_ENTRIES_MAX: Final = 64


async def fill(log: Log, archive: Archive, description: Manifest, told: Callable[[int], None]) -> None:
    """The live log from where it has to begin, entry by entry as it was, and closed to every epoch so far."""
    begin, time_us = description.log_from, 0
    is_created = False
    for span in archive.spans():
        pairs = archive.segment(span).pairs if span.last >= begin else []
        before = [pair.command.time_us for pair in pairs if pair.command.last <= begin]
        time_us = before[-1] if before else time_us
        if pairs and not is_created and (span.last > begin or span.last == description.number):
            await log.create_after(begin, time_us, description.genesis_ruleset)
            is_created = True
        late = [pair for pair in pairs if pair.command.last > begin]
        for at in range(0, len(late), BATCH_ENTRIES_MAX):
            await append(log, late[at : at + BATCH_ENTRIES_MAX])
            told(late[min(at + BATCH_ENTRIES_MAX, len(late)) - 1].command.last)
    if not is_created:
        await log.create(description.genesis_ruleset)
    if await log.last_event() != description.number:
        raise StartError(f"The backup's logs end at {await log.last_event()}, not at {description.number}.")
    await log.fence(description.epoch)


async def append(log: Log, pairs: list[Pair]) -> None:
    await log.restore_commands([pair.command for pair in pairs])
    for _, entries in groupby((pair.event for pair in pairs), key=lambda event: event.epoch):
        await log.append_event_entries(list(entries))
