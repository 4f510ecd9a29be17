"""Where money enters and leaves: each source numbers its operations, and the exchange takes only the next number.

A repeat of the last operation is answered as it was the first time and changes nothing, so that whoever lost the
answer may ask again. That the same number is the same operation is the source's word.
"""

from typing import final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.units import NONE


@final
class Sources:
    """The last operation of every source: its number there, the command that was decided, and how."""

    def __init__(self) -> None:
        self.source: vec[i64] = vec[i64]()
        self.operation: vec[i64] = vec[i64]()
        self.command: vec[i64] = vec[i64]()
        self.reason: vec[i64] = vec[i64]()
        self.slots: Index = Index()

    def find(self, source: i64) -> i64:
        return self.slots.find(source)

    def next_operation(self, source: i64) -> i64:
        slot = self.slots.find(source)
        return 1 if slot == NONE else self.operation[slot] + 1

    def record(self, source: i64, operation: i64, command: i64, reason: i64) -> None:
        slot = self.slots.find(source)
        if slot == NONE:
            slot = self._add(source)
        self.operation[slot] = operation
        self.command[slot] = command
        self.reason[slot] = reason

    def _add(self, source: i64) -> i64:
        self.source = append(self.source, source)
        self.operation = append(self.operation, 0)
        self.command = append(self.command, 0)
        self.reason = append(self.reason, 0)
        slot: i64 = len(self.source) - 1
        self.slots.put(source, slot)
        return slot
