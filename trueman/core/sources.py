"""Where money enters and leaves: each source numbers its operations, and the exchange takes only the next number.

A repeat of the last operation is answered as it was the first time and changes nothing, so that whoever lost the
answer may ask again. All of the last operation is kept: the same number with anything else under it is no repeat.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.units import NONE

SOURCE: Final = 0
OPERATION: Final = 1
KIND: Final = 2
ACCOUNT: Final = 3
ASSET: Final = 4
AMOUNT: Final = 5
TARGET: Final = 6
COMMAND: Final = 7
REASON: Final = 8
SOURCE_WORDS: Final = 9


@final
class Operation:
    """What a command asks a source's money to do; `target` is 0 where nobody else is concerned."""

    def __init__(self) -> None:
        self.source: i64 = 0
        self.number: i64 = 0
        self.kind: i64 = 0
        self.account: i64 = 0
        self.asset: i64 = 0
        self.amount: i64 = 0
        self.target: i64 = 0


@final
class Sources:
    """The last operation of every source, the command that brought it, and how it was decided."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.slots: Final[Index] = Index()

    def find(self, source: i64) -> i64:
        return self.slots.find(source)

    def word(self, slot: i64, field: i64) -> i64:
        return self.words[slot + field]

    def last_operation(self, source: i64) -> i64:
        """0 before the first."""
        slot = self.slots.find(source)
        return 0 if slot == NONE else self.words[slot + OPERATION]

    def is_same(self, slot: i64, operation: Operation) -> bool:
        """Whether the source's last operation asked for the same."""
        words = self.words
        return (
            words[slot + OPERATION] == operation.number
            and words[slot + KIND] == operation.kind
            and words[slot + ACCOUNT] == operation.account
            and words[slot + ASSET] == operation.asset
            and words[slot + AMOUNT] == operation.amount
            and words[slot + TARGET] == operation.target
        )

    def record(self, operation: Operation, command: i64, reason: i64) -> None:
        slot = self.slots.find(operation.source)
        if slot == NONE:
            slot = self._add(operation.source)
        words = self.words
        words[slot + OPERATION] = operation.number
        words[slot + KIND] = operation.kind
        words[slot + ACCOUNT] = operation.account
        words[slot + ASSET] = operation.asset
        words[slot + AMOUNT] = operation.amount
        words[slot + TARGET] = operation.target
        words[slot + COMMAND] = command
        words[slot + REASON] = reason

    def _add(self, source: i64) -> i64:
        words = self.words
        slot: i64 = len(words)
        word: i64 = 0
        while word < SOURCE_WORDS:
            words = append(words, 0)
            word += 1
        words[slot + SOURCE] = source
        self.words = words
        self.slots.put(source, slot)
        return slot
