"""Which order a client means by its own id, and whether that order was placed before.

An account's ids are remembered while their orders are open, until the deadline under which they were placed, and for
its last thousand orders. The same id with the same order under it is a repeat and is answered as the first time; the
same id with another order is refused. So whoever lost an answer may ask again without trading twice.

Of a usual order (an id of up to 16 letters, no terms, not given in quote) a record of ten words says everything; what
others have besides lies in a second arena. The links to the next id of the account and to the open order lie apart
from the records, close together: a new order and one that closes look at nothing else of older ids.

Clients choose their ids, so the hash that finds them is salted per process with what Python salts its own hashes
with: nobody can choose ids that collide, and where an id lies never shows.
"""

from typing import Final, final

from librt.strings import read_i64_le
from librt.vecs import append, extend, vec
from mypy_extensions import i64

from trueman.core.arena import blank_record
from trueman.core.hashed import HASH_MAX, Hashed
from trueman.core.members import IDS, NEWEST_ID, OLDEST_ID, Members
from trueman.core.messages import CLIENT_ID_WORDS
from trueman.core.units import CLIENT_ID_CHARS_MAX, NONE, REMEMBERED_MAX

ACCOUNT: Final = 0
ID: Final = 1
"""The first two words of the id."""
KIND: Final = 3
"""The first word of the command's record: its kind, market, side, type, time in force and self-trade mode."""
PRICE: Final = 4
QUANTITY: Final = 5
NUMBER: Final = 6
ORDER_ID: Final = 7
KEEP_UNTIL: Final = 8
MORE: Final = 9
"""Where the second arena says more, or NONE."""
ID_WORDS: Final = 10

OWN_ID_WORDS: Final = 2
REST: Final = 0
"""The other three words of the id."""
QUOTE_QUANTITY: Final = 3
TERMS: Final = 4
"""Trigger, display quantity, date and place in a list, folded into one number; 0 for none of them."""
MORE_WORDS: Final = 5

NEXT: Final = 0
"""The account's next younger id, NONE for its newest, UNQUEUED when only its open order keeps it here."""
TICKET: Final = 1
"""The open order, NONE once it is closed."""
LINK_WORDS: Final = 2

GROWTH: Final = 64
"""Ids by which the arenas grow at a time."""

UNQUEUED: Final = -2
QUEUE_MAX: Final = 10_000
"""Deadlines keep no more than this of one account."""
assert QUEUE_MAX == 10 * REMEMBERED_MAX
UPPER_HALF: Final = 31
LETTERS_A_WORD: Final = 8


@final
class ClientIds:
    """An id is remembered by its number: its record, and its links, lie at that many times their words. Numbers below
    `used` were given out."""

    def __init__(self, members: Members) -> None:
        self.members: Final[Members] = members
        self.words: vec[i64] = vec[i64]()
        self.links: vec[i64] = vec[i64]()
        self.more: vec[i64] = vec[i64]()
        self.blank: Final[vec[i64]] = blank_record(GROWTH * ID_WORDS, 0)
        self.blank_links: Final[vec[i64]] = blank_record(GROWTH * LINK_WORDS, UNQUEUED)
        self.blank_more: Final[vec[i64]] = blank_record(MORE_WORDS, 0)
        self.used: i64 = 0
        self.free: i64 = NONE
        self.free_more: i64 = NONE
        self.hashed: Final[Hashed] = Hashed()
        self.factors: Final[vec[i64]] = salted_factors()

    def word(self, number: i64, field: i64) -> i64:
        at = number * ID_WORDS + field
        return self.words[at]

    def set(self, number: i64, field: i64, value: i64) -> None:
        at = number * ID_WORDS + field
        self.words[at] = value

    def next(self, number: i64) -> i64:
        at = number * LINK_WORDS + NEXT
        return self.links[at]

    def ticket(self, number: i64) -> i64:
        at = number * LINK_WORDS + TICKET
        return self.links[at]

    def tie(self, number: i64, ticket: i64) -> None:
        """Say which open order has the id; NONE when it is closed."""
        at = number * LINK_WORDS + TICKET
        self.links[at] = ticket

    def added(self, number: i64, field: i64) -> i64:
        """A word of the second arena, 0 where it says nothing of the id."""
        more = self.word(number, MORE)
        if more == NONE:
            return 0
        return self.more[more + field]

    def id_word(self, number: i64, word: i64) -> i64:
        """One of the five words of the id."""
        if word < OWN_ID_WORDS:
            return self.word(number, ID + word)
        return self.added(number, REST + word - OWN_ID_WORDS)

    def find(self, hashed: i64, account: i64, client_id: vec[i64]) -> i64:
        """The number under which the account's id of this hash is remembered, or NONE."""
        table = self.hashed
        cell = table.first(hashed)
        while cell != NONE:
            number = table.number(cell)
            if self._is(number, account, client_id):
                return number
            cell = table.next(cell, hashed)
        return NONE

    def find_open(self, account: i64, client_id: vec[i64]) -> i64:
        """The ticket of the account's open order of this id, or NONE."""
        number = self.find(self.hash_of(account, client_id), account, client_id)
        if number == NONE:
            return NONE
        return self.ticket(number)

    def is_repeat(self, number: i64, kind: i64, price: i64, quantity: i64, quote_quantity: i64, terms: i64) -> bool:
        return (
            self.word(number, KIND) == kind
            and self.word(number, PRICE) == price
            and self.word(number, QUANTITY) == quantity
            and self.added(number, QUOTE_QUANTITY) == quote_quantity
            and self.added(number, TERMS) == terms
        )

    def add(self, hashed: i64, account: i64, client_id: vec[i64]) -> i64:
        """Remember an id that is not remembered yet; the caller sets the other fields, and queues it."""
        number = self.free
        if number == NONE:
            number = self._unused()
        else:
            self.free = self.next(number)
        words = self.words
        at = number * ID_WORDS
        words[at + ACCOUNT] = account
        words[at + ID] = client_id[0]
        words[at + ID + 1] = client_id[1]
        words[at + MORE] = NONE
        if client_id[2] != 0:
            self._add_rest(number, client_id)
        links = self.links
        links[number * LINK_WORDS + NEXT] = UNQUEUED
        links[number * LINK_WORDS + TICKET] = NONE
        self.hashed.add(hashed, number)
        return number

    def say_more(self, number: i64, quote_quantity: i64, terms: i64) -> None:
        """What a usual order has not."""
        if quote_quantity == 0 and terms == 0:
            return
        if self.word(number, MORE) == NONE:
            self._open_more(number)
        more = self.word(number, MORE)
        self.more[more + QUOTE_QUANTITY] = quote_quantity
        self.more[more + TERMS] = terms

    def queue(self, member: i64, number: i64) -> None:
        """The newest id of an account."""
        members = self.members.words
        links = self.links
        newest = members[member + NEWEST_ID]
        links[number * LINK_WORDS + NEXT] = NONE
        if newest == NONE:
            members[member + OLDEST_ID] = number
        else:
            links[newest * LINK_WORDS + NEXT] = number
        members[member + NEWEST_ID] = number
        members[member + IDS] += 1

    def trim(self, member: i64, time_us: i64) -> None:
        """Let the account's oldest ids go that nothing asks to keep."""
        members = self.members
        count = members.word(member, IDS)
        while count > REMEMBERED_MAX:
            oldest = members.word(member, OLDEST_ID)
            if self.word(oldest, KEEP_UNTIL) >= time_us and count <= QUEUE_MAX:
                break
            members.set(member, OLDEST_ID, self.next(oldest))
            count -= 1
            members.set(member, IDS, count)
            if self.ticket(oldest) == NONE:
                self._remove(oldest)
            else:
                self.links[oldest * LINK_WORDS + NEXT] = UNQUEUED

    def close(self, number: i64) -> None:
        """The order of this id is over."""
        links = self.links
        at = number * LINK_WORDS
        links[at + TICKET] = NONE
        if links[at + NEXT] == UNQUEUED:
            self._remove(number)

    def _remove(self, number: i64) -> None:
        self.hashed.remove(self._hash_again(number), number)
        more = self.word(number, MORE)
        if more != NONE:
            self.more[more] = self.free_more
            self.free_more = more
        self.set(number, ORDER_ID, 0)
        self.links[number * LINK_WORDS + NEXT] = self.free
        self.free = number

    def _is(self, number: i64, account: i64, client_id: vec[i64]) -> bool:
        if self.word(number, ACCOUNT) != account:
            return False
        word: i64 = 0
        while word < CLIENT_ID_WORDS:
            if self.id_word(number, word) != client_id[word]:
                return False
            word += 1
        return True

    def hash_of(self, account: i64, client_id: vec[i64]) -> i64:
        """Up to the first empty word, and over it too: what comes last is mixed once more that way."""
        factors = self.factors
        hashed = mixed(account, factors[0])
        word: i64 = 0
        while word < CLIENT_ID_WORDS:
            part = client_id[word]
            word += 1
            hashed = mixed(hashed + part, factors[word])
            if part == 0:
                break
        return hashed

    def _hash_again(self, number: i64) -> i64:
        """The hash of a remembered id."""
        factors = self.factors
        hashed = mixed(self.word(number, ACCOUNT), factors[0])
        word: i64 = 0
        while word < CLIENT_ID_WORDS:
            part = self.id_word(number, word)
            word += 1
            hashed = mixed(hashed + part, factors[word])
            if part == 0:
                break
        return hashed

    def _add_rest(self, number: i64, client_id: vec[i64]) -> None:
        self._open_more(number)
        more = self.word(number, MORE)
        self.more[more + REST] = client_id[2]
        self.more[more + REST + 1] = client_id[3]
        self.more[more + REST + 2] = client_id[4]

    def _open_more(self, number: i64) -> None:
        more = self.free_more
        if more == NONE:
            more = len(self.more)
            self.more = extend(self.more, self.blank_more)
        else:
            self.free_more = self.more[more]
            word: i64 = 0
            while word < MORE_WORDS:
                self.more[more + word] = 0
                word += 1
        self.set(number, MORE, more)

    def _unused(self) -> i64:
        """A number that no id had yet."""
        number = self.used
        self.used = number + 1
        if self.used * ID_WORDS > len(self.words):
            self.words = extend(self.words, self.blank)
            self.links = extend(self.links, self.blank_links)
        return number


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
    word: i64 = 0
    while word < CLIENT_ID_WORDS:
        rest = client_id[word]
        if rest != 0 and chars != word * LETTERS_A_WORD:
            return False
        while rest != 0:
            if not is_letter(rest & 0xFF):
                return False
            chars += 1
            rest >>= 8
        word += 1
    return 1 <= chars <= CLIENT_ID_CHARS_MAX


def is_letter(letter: i64) -> bool:
    """A-Z, a-z, the digits with their neighbours `-./` and `:`, and `_`."""
    return 97 <= letter <= 122 or 45 <= letter <= 58 or 65 <= letter <= 90 or letter == 95
