"""Commands that the operator has had skipped: each is answered, not looked at, and its markets are halted.

A command that no build survives would otherwise end every engine that reads it. Which ones are skipped is no part of
the state: whoever decides the log has to be told, and tells it by the results.
"""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.frames import (
    ACCOUNT_AT,
    CANCEL_ALL_AFTER_HEADER,
    CANCEL_ORDER_HEADER,
    CHANGE_MARKET_HEADER,
    GUARD_MARKET_HEADER,
    HEADER_MASK,
    SET_MARKET_STATUS_HEADER,
    TAG_AT,
    small_pair,
)
from trueman.core.kinds import (
    BATCH_BYTES,
    has_parts,
    is_of_account,
    is_of_money,
    is_of_operator,
    is_of_terms,
    is_order,
    next_part,
    part_count,
)
from trueman.core.listing import Listing
from trueman.core.rejections import SKIPPED
from trueman.core.results import Results
from trueman.core.rulesets import Rules
from trueman.core.units import HALTED, NONE


@final
class Skipping:
    """`numbers` of commands that are still to come, smallest first; `next` is the first of them, 0 for none."""

    def __init__(self, listing: Listing, results: Results, rules: Rules) -> None:
        self.listing: Final[Listing] = listing
        self.results: Final[Results] = results
        self.rules: Final[Rules] = rules
        self.numbers: Final[list[int]] = []
        self.next: i64 = 0

    def add(self, number: i64) -> None:
        if number not in self.numbers:
            self.numbers.append(number)
            self.numbers.sort()
        self.next = self.numbers[0]

    def answer_unreadable(self, sequence: i64) -> None:
        """A command of which nothing is known but its number."""
        self._go_on()
        self.results.begin(sequence, 0, 0, NONE)
        self.results.decided(SKIPPED, 0, 0)

    def answer(self, sequence: i64, frame: bytes, at: i64) -> None:
        """The command at a place, where a whole one lies."""
        self._go_on()
        header = read_i64_le(frame, at)
        kind = header & HEADER_MASK
        account = read_i64_le(frame, at + ACCOUNT_AT) if self._has_account(kind) else NONE
        self.results.begin(sequence, read_i64_le(frame, at + TAG_AT), header & 0xFF, account)
        self.results.decided(SKIPPED, 0, 0)
        self._halt_each(frame, at, header)

    def _go_on(self) -> None:
        self.numbers.pop(0)
        self.next = self.numbers[0] if self.numbers else 0

    def _has_account(self, kind: i64) -> bool:
        if is_order(kind) or kind == CANCEL_ORDER_HEADER or is_of_terms(kind):
            return True
        return is_of_account(kind, self.rules)

    def _halt_each(self, frame: bytes, at: i64, header: i64) -> None:
        """Every market that the command or one of its parts names."""
        halted: list[int] = []
        count = part_count(header)
        if names_market(header & HEADER_MASK):
            self._halt(small_pair(header, 2), halted)
        part = at + BATCH_BYTES
        while count > 0:
            self._halt(small_pair(read_i64_le(frame, part), 2), halted)
            part = next_part(frame, part)
            count -= 1

    def _halt(self, number: i64, halted: list[int]) -> None:
        if number in halted or not self.listing.has_market(number):
            return
        halted.append(number)
        self.listing.set_status(number, HALTED)
        self.results.market_defined(self.listing.markets[number])


def names_market(kind: i64) -> bool:
    """Whether the first small field of a command without parts of its own is a market."""
    if kind in (CHANGE_MARKET_HEADER, GUARD_MARKET_HEADER, SET_MARKET_STATUS_HEADER):
        return True
    if is_of_operator(kind) or is_of_money(kind):
        return False
    return kind != CANCEL_ALL_AFTER_HEADER and not has_parts(kind)
