"""Which open list an account means by the list's own client id.

Lists are few beside orders, so their names lie in dictionaries; an account and its text are one key of bytes, which
Python hashes with a salt of the process, and nobody walks through them.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.frames import CLIENT_ID_BYTES
from trueman.core.units import NONE

NO_NAME: bytes = bytes(CLIENT_ID_BYTES)


@final
class ListNames:
    """A name is forty bytes, its zeros included, and it is its list's only while that is open."""

    def __init__(self) -> None:
        self.slot_of: Final[dict[bytes, int]] = {}
        self.key_of: Final[dict[int, bytes]] = {}

    def find(self, account: i64, client_id: bytes) -> i64:
        """The slot of the account's open list of this name, or NONE."""
        return self.slot_of.get(key(account, client_id), NONE)

    def name(self, slot: i64) -> bytes:
        """All zeros for a list that has no name."""
        found = self.key_of.get(slot)
        return NO_NAME if found is None else found[-CLIENT_ID_BYTES:]

    def give(self, slot: i64, account: i64, client_id: bytes) -> None:
        named = key(account, client_id)
        assert named not in self.slot_of
        self.slot_of[named] = slot
        self.key_of[slot] = named

    def forget(self, slot: i64) -> None:
        """The list is over; it may have had no name."""
        found = self.key_of.pop(slot, None)
        if found is not None:
            del self.slot_of[found]


def key(account: i64, client_id: bytes) -> bytes:
    return int(account).to_bytes(8, "little") + client_id
