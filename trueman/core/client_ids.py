"""Which order a client means by its own id, and whether that order was placed before.

An account's ids are remembered while their orders are open, until the deadline under which they were placed, and for
its last thousand orders. The same id with the same order under it is a repeat and is answered as the first time; the
same id with another order is refused. So whoever lost an answer may ask again without trading twice.

Clients choose their ids, so the hash that finds them is salted per process with what Python salts its own hashes
with: nobody can choose ids that collide, and where an id lies never shows.
"""

from typing import Final, final

from librt.strings import read_i64_le
from librt.vecs import append, extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.index import Index
from trueman.core.members import IDS, NEWEST_ID, OLDEST_ID, Members
from trueman.core.messages import CLIENT_ID_WORDS
from trueman.core.units import CLIENT_ID_CHARS_MAX, NONE, REMEMBERED_MAX

ACCOUNT: Final = 0
"""And then the id itself."""
ID: Final = 1
KIND: Final = 6
"""The first word of the record: its kind, market, side, type, time in force and self-trade mode."""
PRICE: Final = 7
QUANTITY: Final = 8
QUOTE_QUANTITY: Final = 9
TERMS: Final = 10
"""Trigger, display quantity, date and place in a list, folded into one number; 0 for none of them."""
NUMBER: Final = 11
ORDER_ID: Final = 12
KEEP_UNTIL: Final = 13
TICKET: Final = 14
"""The open order, NONE once it is closed."""
NEXT: Final = 15
"""The account's next younger id, NONE for its newest, UNQUEUED when only its open order keeps it here."""
HASH: Final = 16
TWIN: Final = 17
"""An older id that has the same hash by chance, or NONE."""
ID_WORDS: Final = 18

UNQUEUED: Final = -2
QUEUE_MAX: Final = 10 * REMEMBERED_MAX
"""Deadlines keep no more than this of one account."""
HASH_MAX: Final = 2**62 - 1
UPPER_HALF: Final = 31


@final
class ClientIds:
    """A slot is where a remembered id's first word lies. `slots` leads from a hash to the newest id that has it."""

    def __init__(self, members: Members) -> None:
        self.members: Final[Members] = members
        self.words: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(ID_WORDS, 0)
        self.free: i64 = NONE
        self.slots: Final[Index] = Index()
        self.count: i64 = 0
        self.factors: Final[vec[i64]] = salted_factors()

    def word(self, slot: i64, field: i64) -> i64:
        return self.words[slot + field]

    def find(self, hashed: i64, account: i64, client_id: vec[i64]) -> i64:
        """Where the account's id of this hash is remembered, or NONE."""
        slot = self.slots.find(hashed)
        while slot != NONE and not self._is(slot, account, client_id):
            slot = self.words[slot + TWIN]
        return slot

    def find_open(self, account: i64, client_id: vec[i64]) -> i64:
        """The ticket of the account's open order of this id, or NONE."""
        slot = self.find(self.hash_of(account, client_id), account, client_id)
        if slot == NONE:
            return NONE
        return self.words[slot + TICKET]

    def is_repeat(self, slot: i64, kind: i64, price: i64, quantity: i64, quote_quantity: i64, terms: i64) -> bool:
        words = self.words
        return (
            words[slot + KIND] == kind
            and words[slot + PRICE] == price
            and words[slot + QUANTITY] == quantity
            and words[slot + QUOTE_QUANTITY] == quote_quantity
            and words[slot + TERMS] == terms
        )

    def add(self, hashed: i64, account: i64, client_id: vec[i64]) -> i64:
        """Remember an id that is not remembered yet; the caller sets the other fields, and queues it."""
        slot = self.free
        if slot == NONE:
            slot = self._grow()
        else:
            self.free = self.words[slot + NEXT]
        words = self.words
        words[slot + ACCOUNT] = account
        words[slot + ID] = client_id[0]
        words[slot + ID + 1] = client_id[1]
        words[slot + ID + 2] = client_id[2]
        words[slot + ID + 3] = client_id[3]
        words[slot + ID + 4] = client_id[4]
        words[slot + NEXT] = UNQUEUED
        words[slot + HASH] = hashed
        words[slot + TWIN] = self.slots.put(hashed, slot)
        self.count += 1
        return slot

    def queue(self, member: i64, slot: i64) -> None:
        """The newest id of an account."""
        members = self.members.words
        words = self.words
        newest = members[member + NEWEST_ID]
        words[slot + NEXT] = NONE
        if newest == NONE:
            members[member + OLDEST_ID] = slot
        else:
            words[newest + NEXT] = slot
        members[member + NEWEST_ID] = slot
        members[member + IDS] += 1

    def trim(self, member: i64, time_us: i64) -> None:
        """Let the account's oldest ids go that nothing asks to keep."""
        members = self.members
        count = members.word(member, IDS)
        while count > REMEMBERED_MAX:
            oldest = members.word(member, OLDEST_ID)
            words = self.words
            if words[oldest + KEEP_UNTIL] >= time_us and count <= QUEUE_MAX:
                break
            members.set(member, OLDEST_ID, words[oldest + NEXT])
            count -= 1
            members.set(member, IDS, count)
            if words[oldest + TICKET] == NONE:
                self._remove(oldest)
            else:
                words[oldest + NEXT] = UNQUEUED

    def close(self, slot: i64) -> None:
        """The order of this id is over."""
        words = self.words
        words[slot + TICKET] = NONE
        if words[slot + NEXT] == UNQUEUED:
            self._remove(slot)

    def _remove(self, slot: i64) -> None:
        words = self.words
        hashed = words[slot + HASH]
        newest = self.slots.find(hashed)
        twin = words[slot + TWIN]
        if newest != slot:
            self._unlink(newest, slot)
        elif twin == NONE:
            self.slots.remove(hashed)
        else:
            self.slots.put(hashed, twin)
        self.count -= 1
        words[slot + ORDER_ID] = 0
        words[slot + NEXT] = self.free
        self.free = slot

    def _unlink(self, newer: i64, slot: i64) -> None:
        """Take an id out from among those of one hash, of which `newer` is a newer one."""
        words = self.words
        while words[newer + TWIN] != slot:
            newer = words[newer + TWIN]
            assert newer != NONE
        words[newer + TWIN] = words[slot + TWIN]

    def _is(self, slot: i64, account: i64, client_id: vec[i64]) -> bool:
        words = self.words
        if words[slot + ACCOUNT] != account:
            return False
        word: i64 = 0
        while word < CLIENT_ID_WORDS:
            if words[slot + ID + word] != client_id[word]:
                return False
            word += 1
        return True

    def hash_of(self, account: i64, client_id: vec[i64]) -> i64:
        factors = self.factors
        hashed = mixed(account, factors[0])
        word: i64 = 0
        while word < CLIENT_ID_WORDS:
            hashed = mixed(hashed + client_id[word], factors[word + 1])
            word += 1
        return hashed

    def _grow(self) -> i64:
        slot: i64 = len(self.words)
        self.words = extend(self.words, self.blank)
        return slot


def salted_factors() -> vec[i64]:
    """One for the account, and one for every word of an id."""
    factors = vec[i64]()
    for word in range(CLIENT_ID_WORDS + 1):
        factors = append(factors, hash(f"factor {word}") | 1)
    return factors


def mixed(word: i64, factor: i64) -> i64:
    """Folded after the product: a product's lower bits know nothing of the word's upper ones, so that ids which differ
    only there would meet in a few hashes, whatever the salt."""
    product = word * factor & HASH_MAX
    return product ^ product >> UPPER_HALF


def same_id(one: vec[i64], other: vec[i64]) -> bool:
    word: i64 = 0
    while word < CLIENT_ID_WORDS:
        if one[word] != other[word]:
            return False
        word += 1
    return True


def read_client_id(client_id: vec[i64], frame: bytes, at: i64) -> None:
    client_id[0] = read_i64_le(frame, at)
    client_id[1] = read_i64_le(frame, at + 8)
    client_id[2] = read_i64_le(frame, at + 16)
    client_id[3] = read_i64_le(frame, at + 24)
    client_id[4] = read_i64_le(frame, at + 32)


def is_client_id_given(client_id: vec[i64]) -> bool:
    return (client_id[0] | client_id[1] | client_id[2] | client_id[3] | client_id[4]) != 0


def is_client_id(client_id: vec[i64]) -> bool:
    """1 to 36 letters of those allowed, then zero bytes to the end."""
    chars: i64 = 0
    padded = False
    word: i64 = 0
    while word < CLIENT_ID_WORDS:
        rest = client_id[word]
        left: i64 = 8
        while left > 0:
            letter = rest & 0xFF
            if letter == 0:
                padded = True
            elif padded or not is_letter(letter):
                return False
            else:
                chars += 1
            if padded and rest == 0:
                break
            rest >>= 8
            left -= 1
        word += 1
    return 1 <= chars <= CLIENT_ID_CHARS_MAX


def is_letter(letter: i64) -> bool:
    """A-Z, a-z, the digits with their neighbours `-./` and `:`, and `_`."""
    return 97 <= letter <= 122 or 45 <= letter <= 58 or 65 <= letter <= 90 or letter == 95
