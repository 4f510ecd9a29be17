"""The log in Valkey: two streams, a hash of their last numbers, and Functions that are their only writers.

Keys: `trueman:commands` and `trueman:events` (an entry's id is `LAST-0`), `trueman:log` (last numbers, time, and
what engines must know of each other), `trueman:notes` (texts that others want kept beside them).
A reader gets an entry only after it was fsynced, because Valkey with `appendfsync always` answers nobody before.
"""

import asyncio
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

from trueman.errors import Gap, LogUnavailable, StartError
from trueman.infra.clock import Clock, wall_clock_us
from trueman.infra.log import GENESIS_RULESET, CommandEntry, EventEntry, Heartbeat, LogSize, Moment
from trueman.infra.shared_answer import SharedAnswer
from trueman.infra.valkey_connection import ValkeyConnection

LIBRARY: Final = "trueman"
STATE: Final = "trueman:log"
COMMANDS: Final = "trueman:commands"
EVENTS: Final = "trueman:events"
NOTES: Final = "trueman:notes"
RESTORING: Final = "restoring"
"""The note that says who is filling this log from a backup."""
TRIM_STEP_ENTRIES_MAX: Final = 1_000
"""Entries forgotten in one call, so that nobody waits long behind it."""
HEARTBEAT: Final = ("fence", "beats", "over", "switch", "standby_beats", "standby_at", "halted")
DURABLE: Final = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}

Row = tuple[bytes, list[bytes]]


class ValkeyLog:
    """Make one with `connect`. Appends, questions, signs of life and both blocking reads have a connection each."""

    def __init__(self, url: str, clock: Clock = wall_clock_us) -> None:
        self._clock = clock
        self._appender = ValkeyConnection(url)
        self._questions = ValkeyConnection(url)
        self._signs = ValkeyConnection(url)
        self._command_reader = ValkeyConnection(url)
        self._event_reader = ValkeyConnection(url)
        self._connections = (self._appender, self._questions, self._signs, self._command_reader, self._event_reader)
        self._appends: set[asyncio.Task[Any]] = set()
        self._last_event = SharedAnswer(lambda: self._number("event"))

    @classmethod
    async def connect(
        cls, url: str, *, durable: bool = True, clock: Clock = wall_clock_us, reads_only: bool = False
    ) -> "ValkeyLog":
        """Raise StartError when the server would lose what it acknowledged and `durable` asks that it does not.

        Who only reads leaves the functions alone that others write with, of whatever version they are.
        """
        log = cls(url, clock)
        try:
            if durable:
                await log._require_durable()
            if not reads_only:
                await log._load(library())
        except BaseException:
            await log.close()
            raise
        return log

    async def _load(self, ours: str) -> None:
        """Unless the server has it already; a newer one is in use by somebody and stays."""
        found = await self._questions.ask("FUNCTION", "LIST", "LIBRARYNAME", LIBRARY, "WITHCODE")
        theirs = version_of(found[0][found[0].index(b"library_code") + 1].decode()) if found else -1
        if theirs > version_of(ours):
            raise StartError(
                f"The log's functions in Valkey are of version {theirs}, this build has version {version_of(ours)}: a "
                "newer build is at work there, and nothing was changed. Use that build. To go back to this one, stop "
                f"every part of the newer one and delete its functions: valkey-cli FUNCTION DELETE {LIBRARY}"
            )
        if theirs < version_of(ours):
            await self._questions.tell("FUNCTION", "LOAD", "REPLACE", ours)

    async def _require_durable(self) -> None:
        answer = await self._questions.ask("CONFIG", "GET", *DURABLE)
        texts = [word.decode() for word in answer]
        found = dict(zip(texts[::2], texts[1::2], strict=True))
        wrong = [
            f"{name} is {found.get(name)} and must be {wanted}"
            for name, wanted in DURABLE.items()
            if found.get(name) != wanted
        ]
        if wrong:
            raise StartError(
                f"Valkey would lose acknowledged orders: {'; '.join(wrong)}. "
                "Change its configuration, or set TRUEMAN_VALKEY_DURABLE=false where losing them does not matter."
            )

    async def create(self, ruleset: int) -> None:
        await self._append("FCALL", "log_create", 3, STATE, COMMANDS, EVENTS, ruleset)

    async def genesis_ruleset(self) -> int:
        return int(await self._questions.ask("HGET", STATE, "ruleset") or GENESIS_RULESET)

    async def exists(self) -> bool:
        found = await self._questions.ask("EXISTS", STATE, COMMANDS, EVENTS)
        if found and (owner := await self.noted(RESTORING)):
            raise Gap(f"a part of the log is missing: a restore into it was not finished ({owner}); start it again")
        if found not in (0, 3):
            raise Gap(f"a part of the log is missing: only {found} of {STATE}, {COMMANDS} and {EVENTS} exist")
        return bool(found)

    async def append_commands(self, count: int, frame: bytes) -> tuple[int, int]:
        first, last = await self._append("FCALL", "cmd_append", 2, STATE, COMMANDS, count, frame, self._clock())
        return first, last

    async def append_events(self, epoch: int, first: int, last: int, frame: bytes, chain: bytes) -> None:
        await self.append_event_entries([EventEntry(first, last, epoch, chain, frame)])

    async def append_event_entries(self, entries: Sequence[EventEntry]) -> None:
        words: list[bytes | int] = []
        for entry in entries:
            words += (entry.first, entry.last, entry.chain, entry.frame)
        await self._append("FCALL", "evt_append", 2, STATE, EVENTS, entries[0].epoch, *words)

    async def _append(self, *words: bytes | str | int) -> Any:
        """Runs to its end whatever becomes of the caller."""
        append = asyncio.create_task(self._appender.tell(*words))
        self._appends.add(append)
        append.add_done_callback(self._forget)
        return await asyncio.shield(append)

    def _forget(self, append: asyncio.Task[Any]) -> None:
        self._appends.discard(append)
        if not append.cancelled():
            append.exception()  # looked at here, because the caller may be gone

    async def read_commands(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[CommandEntry]:
        rows = await self._read(self._command_reader, COMMANDS, "command", after, wait_ms, count)
        entries = [CommandEntry(int(row[1]), number_of(name), int(row[3]), row[5]) for name, row in rows]
        require_dense(after, entries)
        return entries

    async def read_events(self, after: int, *, wait_ms: int = 0, count: int = 64) -> list[EventEntry]:
        rows = await self._read(self._event_reader, EVENTS, "event", after, wait_ms, count)
        entries = [EventEntry(int(row[1]), number_of(name), int(row[3]), row[5], row[7]) for name, row in rows]
        require_dense(after, entries)
        return entries

    async def _read(
        self, reader: ValkeyConnection, stream: str, last: str, after: int, wait_ms: int, count: int
    ) -> list[Row]:
        waiting = ("BLOCK", wait_ms) if wait_ms > 0 else ()
        answer = await reader.ask(
            "XREAD", "COUNT", count, *waiting, "STREAMS", stream, f"{after}-0", wait_ms=max(wait_ms, 0)
        )
        if answer is None and await self._number(last) != after:
            # Silence has three causes: nothing new, an entry that has just come, or a loss that only this tells.
            answer = await reader.ask("XREAD", "COUNT", count, "STREAMS", stream, f"{after}-0")
            if answer is None:
                raise Gap(f"{stream} ends at {await self._number(last)} and nothing follows {after}")
        rows: list[Row] = answer[0][1] if answer else []
        return rows

    async def event_chain(self, last: int) -> bytes | None:
        rows = await self._questions.ask("XRANGE", EVENTS, f"{last}-0", f"{last}-0")
        return rows[0][1][5] if rows else None

    async def last_command(self) -> int:
        return await self._number("command")

    async def last_event(self) -> int:
        return await self._last_event.ask()

    async def pass_time(self) -> Moment:
        """Harmless when it is not known whether it was done: it says only what the next append would."""
        return Moment(*await self._questions.ask("FCALL", "log_time", 1, STATE, self._clock()))

    async def _number(self, field: str) -> int:
        return int(await self._questions.ask("HGET", STATE, field) or 0)

    async def fence(self, epoch: int) -> int:
        return int(await self._append("FCALL", "log_fence", 1, STATE, epoch))

    async def beat(self, epoch: int, *, is_over: bool = False) -> None:
        await self._signs.tell("FCALL", "log_beat", 1, STATE, epoch, int(is_over))

    async def stand_by(self, sequence: int) -> None:
        await self._signs.tell("FCALL", "log_stand_by", 1, STATE, sequence)

    async def heartbeat(self) -> Heartbeat:
        found = await self._signs.ask("HMGET", STATE, *HEARTBEAT)
        if found[0] is None:
            raise LogUnavailable("the log was not created")
        epoch, beats, over, switch, standby_beats, standby_at = (int(word or 0) for word in found[:-1])
        known = epoch > 0
        halted = (found[-1] or b"").decode()
        return Heartbeat(
            epoch, beats, known and over == epoch, known and switch == epoch, standby_beats, standby_at, halted
        )

    async def take_back_switch(self, epoch: int) -> None:
        await self._append("FCALL", "log_take_back_switch", 1, STATE, epoch)

    async def ask_switch(self, epoch: int) -> None:
        await self._append("FCALL", "log_ask_switch", 1, STATE, epoch)

    async def halt(self, reason: str) -> None:
        await self._append("FCALL", "log_halt", 1, STATE, reason)

    async def resume(self) -> None:
        await self._append("FCALL", "log_resume", 1, STATE)

    async def note(self, name: str, text: str) -> None:
        await self._append(*(("HSET", NOTES, name, text) if text else ("HDEL", NOTES, name)))

    async def noted(self, name: str) -> str:
        return (await self._questions.ask("HGET", NOTES, name) or b"").decode()

    async def note_first(self, name: str, text: str) -> bool:
        """False when something is kept under this name already."""
        return bool(await self._append("HSETNX", NOTES, name, text))

    async def forget(self) -> None:
        """All of the log. Only what a restore has left that was interrupted."""
        await self._append("DEL", STATE, COMMANDS, EVENTS, NOTES)

    async def create_after(self, number: int, time_us: int, ruleset: int) -> None:
        await self._append("FCALL", "log_create", 3, STATE, COMMANDS, EVENTS, ruleset, number, time_us)

    async def restore_commands(self, entries: Sequence[CommandEntry]) -> None:
        words: list[bytes | int] = []
        for entry in entries:
            words += entry
        await self._append("FCALL", "cmd_restore", 2, STATE, COMMANDS, *words)

    async def trim(self, below: int) -> None:
        for stream in (COMMANDS, EVENTS):
            near = ("XTRIM", stream, "MINID", "~", f"{below}-0", "LIMIT", TRIM_STEP_ENTRIES_MAX)
            while await self._questions.ask(*near):
                pass
            await self._questions.ask("XTRIM", stream, "MINID", "=", f"{below}-0")

    async def size(self) -> LogSize:
        lines = bytes(await self._questions.ask("INFO", "memory")).decode().splitlines()
        found = dict(line.split(":", 1) for line in lines if ":" in line)
        return LogSize(int(found["used_memory"]), int(found["maxmemory"]))

    async def close(self) -> None:
        """Appends on their way are waited for: cutting them off would leave their callers in doubt."""
        if self._appends:
            await asyncio.wait(self._appends)
        for connection in self._connections:
            await connection.close()


def library() -> str:
    return files("trueman.infra").joinpath("valkey_log.lua").read_text()


def version_of(code: str) -> int:
    """0 of a library that is older than its version's line."""
    found = re.search(r"^-- version (\d+)$", code, re.MULTILINE)
    return int(found[1]) if found else 0


def number_of(name: bytes) -> int:
    return int(name.partition(b"-")[0])


def require_dense(after: int, entries: Sequence[CommandEntry | EventEntry]) -> None:
    for entry in entries:
        if entry.first != after + 1:
            raise Gap(f"an entry begins at {entry.first} where {after + 1} was expected")
        after = entry.last
