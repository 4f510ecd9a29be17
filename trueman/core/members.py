"""A member is an account that ever did something: its terms, and where everything else of it begins.

The terms are the operator's and the account's own decisions; an account about which nobody decided anything has the
same terms with a record as without one. The links are for the modules that keep what they lead to.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.units import MAY_ALL, NONE, USER_ACCOUNT_MAX, USER_ACCOUNT_MIN

ACCOUNT: Final = 0
TIER: Final = 1
GROUP: Final = 2
PERMISSIONS: Final = 3
IN_QUOTE: Final = 4
CANCEL_DUE_US: Final = 5
FIRST_SEAT: Final = 6
OLDEST_ID: Final = 7
NEWEST_ID: Final = 8
IDS: Final = 9
TIMED_ORDERS: Final = 10
"""How many of its open orders are good till a date."""
MEMBER_WORDS: Final = 11

NOBODY: Final = 0
"""The slot of an account that never did anything."""


def is_user(account: i64) -> bool:
    return USER_ACCOUNT_MIN <= account <= USER_ACCOUNT_MAX


@final
class Members:
    """A slot is where a member's first word lies. The first is NOBODY's, whose terms are those of every account
    without a record."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.slots: Final[Index] = Index()
        assert self._grow(NONE) == NOBODY

    def find(self, account: i64) -> i64:
        """The slot of an account; that of NOBODY when it has none."""
        slot = self.slots.find(account)
        if slot == NONE:
            return NOBODY
        return slot

    def open(self, account: i64) -> i64:
        """The slot of an account, made when there is none."""
        slot = self.slots.find(account)
        if slot == NONE:
            slot = self._grow(account)
            self.slots.put(account, slot)
        return slot

    def account(self, slot: i64) -> i64:
        at = slot + ACCOUNT
        return self.words[at]

    def tier(self, slot: i64) -> i64:
        at = slot + TIER
        return self.words[at]

    def group(self, slot: i64) -> i64:
        """The number that the operator gave; 0: the account stands for itself."""
        at = slot + GROUP
        return self.words[at]

    def permissions(self, slot: i64) -> i64:
        at = slot + PERMISSIONS
        return self.words[at]

    def in_quote(self, slot: i64) -> i64:
        """1 where fees are always paid in quote, 0 where in the asset received."""
        at = slot + IN_QUOTE
        return self.words[at]

    def cancel_due_us(self, slot: i64) -> i64:
        """When the dead man's switch falls; 0: it is off."""
        at = slot + CANCEL_DUE_US
        return self.words[at]

    def first_seat(self, slot: i64) -> i64:
        """The head of the list of its seats, in no order that means anything."""
        at = slot + FIRST_SEAT
        return self.words[at]

    def oldest_id(self, slot: i64) -> i64:
        """The head of the queue of client ids that are remembered of it."""
        at = slot + OLDEST_ID
        return self.words[at]

    def newest_id(self, slot: i64) -> i64:
        at = slot + NEWEST_ID
        return self.words[at]

    def ids(self, slot: i64) -> i64:
        """How many are in that queue."""
        at = slot + IDS
        return self.words[at]

    def word(self, slot: i64, field: i64) -> i64:
        at = slot + field
        return self.words[at]

    def is_plain(self, slot: i64) -> bool:
        """Whether its terms are those of an account without a record, and no switch of it is on."""
        words = self.words
        return (
            words[slot + TIER] == 0
            and words[slot + GROUP] == 0
            and words[slot + PERMISSIONS] == MAY_ALL
            and words[slot + IN_QUOTE] == 0
            and words[slot + CANCEL_DUE_US] == 0
        )

    def set(self, slot: i64, field: i64, value: i64) -> None:
        self.words[slot + field] = value

    def may(self, account: i64, permission: i64) -> bool:
        """Whether the account may do what the permission's bit stands for."""
        return self.permissions(self.find(account)) & permission != 0

    def self_trade_group(self, account: i64, slot: i64) -> i64:
        """Whom self-trade prevention takes for one owner with this account; a group is below zero, an account above."""
        group = self.group(slot)
        if group == 0:
            return account
        return -group

    def _grow(self, account: i64) -> i64:
        words = self.words
        slot: i64 = len(words)
        word: i64 = 0
        while word < MEMBER_WORDS:
            words = append(words, 0)
            word += 1
        words[slot + ACCOUNT] = account
        words[slot + PERMISSIONS] = MAY_ALL
        words[slot + FIRST_SEAT] = NONE
        words[slot + OLDEST_ID] = NONE
        words[slot + NEWEST_ID] = NONE
        self.words = words
        return slot
