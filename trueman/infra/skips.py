"""Commands that nobody looks at any more: two administrators have signed that their bytes are to be skipped.

The log is never changed; whoever decides a command, or decides it again, is told beforehand. What is signed is the
SHA-256 of the command's own bytes, so that a number alone, of another log perhaps, skips nothing.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from trueman.core.codec import decode_commands, decode_results
from trueman.core.commands import Command
from trueman.core.exchange import Exchange
from trueman.core.frames import DECIDED_HEADER
from trueman.core.rejections import SKIPPED
from trueman.errors import StartError
from trueman.infra.log import CommandEntry, Log
from trueman.views.command_bytes import size_at

SIGNATURES_NEEDED: Final = 2
RUNBOOK: Final = "docs/runbooks/skipped-command.md"


class Skip(NamedTuple):
    """`hash` is that of the command's bytes; `signers` the accounts of those who signed, in order."""

    number: int
    hash: bytes
    signers: tuple[int, ...]
    reason: str
    command_us: int = 0
    """The log's time of the command, as the signers have said it: by it the database judges who may sign."""

    @property
    def counts(self) -> bool:
        return len(set(self.signers)) >= SIGNATURES_NEEDED


class Skips:
    """What counts, by number."""

    def __init__(self, signed: Iterable[Skip] = ()) -> None:
        self._hashes: dict[int, dict[bytes, int]] = {}
        """And the latest time that a signer gave the command."""
        for skip in signed:
            if skip.counts:
                self._hashes.setdefault(skip.number, {})[skip.hash] = skip.command_us

    def __contains__(self, number: int) -> bool:
        return number in self._hashes

    def of(self, entry: CommandEntry) -> list[int]:
        """The numbers of this entry that are to be skipped. Raise StartError when other bytes were signed."""
        if not self._hashes:
            return []
        numbers = [number for number in range(entry.first, entry.last + 1) if number in self._hashes]
        for number in numbers:
            found = hash_in(entry, number)
            if found not in self._hashes[number]:
                raise StartError(
                    f"Two administrators have signed that command {number} is skipped, but for other bytes than the "
                    f"log's: its SHA-256 is {found.hex()}, signed was "
                    f"{', '.join(signed.hex() for signed in self._hashes[number])}. Is this the right log, and the "
                    f"right database? Nothing was decided. See {RUNBOOK}"
                )
            if self._hashes[number][found] > entry.time_us:
                raise StartError(
                    f"Whoever signed that command {number} is skipped gave it a later time than the log does: perhaps "
                    f"he became an administrator only after it. Nothing was decided. See {RUNBOOK}"
                )
        return numbers

    def tell(self, exchange: Exchange, entry: CommandEntry) -> None:
        """Before the entry is decided for the first time."""
        for number in self.of(entry):
            exchange.skip(number)


NOTHING_SKIPPED: Final = Skips()

SAYS_SKIPPED: Final = re.compile(
    re.escape(DECIDED_HEADER.to_bytes(2, "little")) + b"." + re.escape(SKIPPED.to_bytes(2, "little")), re.DOTALL
)
"""The begin of such a result, or some other bytes that look like it: a reason to read the frame, no more."""


def skipped_in(frame: bytes) -> list[int]:
    """The commands that a frame of results says were skipped."""
    if not SAYS_SKIPPED.search(frame):
        return []
    return [result.decided.number for result in decode_results(frame) if result.decided.reason == SKIPPED]


def hash_in(entry: CommandEntry, number: int) -> bytes:
    return sha256(bytes_in(entry, number)).digest()


def bytes_in(entry: CommandEntry, number: int) -> bytes:
    """The bytes of one command with its parts; of one that cannot be told apart, all that is left of the frame."""
    at = 0
    for _ in range(entry.first, number):
        size = size_at(entry.frame, at)
        if size == 0:
            break
        at += size
    size = size_at(entry.frame, at)
    return entry.frame[at : at + size] if size else entry.frame[at:]


def command_in(entry: CommandEntry, number: int) -> Command | None:
    """None when its bytes are no command."""
    try:
        return decode_commands(bytes_in(entry, number))[0]
    except (ValueError, IndexError):
        return None


async def undecided_entry(log: Log, number: int) -> CommandEntry:
    """The entry that holds a command without a result. Raise StartError when there is none."""
    decided, last = await log.last_event(), await log.last_command()
    if number <= decided:
        raise StartError(f"Command {number} was decided: the event log ends at {decided}. There is nothing to skip.")
    if number > last:
        raise StartError(f"There is no command {number}: the command log ends at {last}.")
    while True:
        for entry in await log.read_commands(decided):
            if number <= entry.last:
                return entry
            decided = entry.last
