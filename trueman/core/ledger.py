"""Double entry: money is never set, only moved.

A ledger account is a slot: what one owner has of one asset, in three pots. OUTSIDE, the world beyond the exchange,
is an account like any other and the only one that may go below zero; so every asset sums to zero.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.units import ASSETS_MAX, FEE_ACCOUNT, NONE, OUTSIDE_ACCOUNT, SUPPLY_ATOMS_MAX

ASSET_BITS: Final = 12
"""The key of a ledger account is its owner, and in the lowest bits the asset: it sorts by owner, then asset."""
ASSET_MASK: Final = 0xFFF
assert ASSETS_MAX == 1 << ASSET_BITS

KEY: Final = 0
FREE: Final = 1
HELD: Final = 2
RESERVED: Final = 3
ACCOUNT_WORDS: Final = 4


@final
class Ledger:
    """A slot is where an account's first word lies.

    Of the four counts for the proof after every command, `unbalanced` is what was taken and not given, `unpromised`
    what is held and no order says so. `moves` counts the moves and `moved` is the exclusive or of their amounts, which
    no number of them makes too large: the events must come to the same.
    """

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.outside: vec[i64] = vec[i64]()
        self.fees: vec[i64] = vec[i64]()
        self.slots: Final[Index] = Index()
        self.unbalanced: i64 = 0
        self.unpromised: i64 = 0
        self.moves: i64 = 0
        self.moved: i64 = 0

    def owner(self, slot: i64) -> i64:
        at = slot + KEY
        return self.words[at] >> ASSET_BITS

    def asset(self, slot: i64) -> i64:
        at = slot + KEY
        return self.words[at] & ASSET_MASK

    def available(self, slot: i64) -> i64:
        at = slot + FREE
        return self.words[at]

    def held(self, slot: i64) -> i64:
        at = slot + HELD
        return self.words[at]

    def reserved(self, slot: i64) -> i64:
        at = slot + RESERVED
        return self.words[at]

    def add_asset(self, asset: i64) -> None:
        """Every asset has its OUTSIDE and its fee account from the start."""
        assert asset == len(self.outside)
        self.outside = append(self.outside, self.open(OUTSIDE_ACCOUNT, asset))
        self.fees = append(self.fees, self.open(FEE_ACCOUNT, asset))

    def find(self, owner: i64, asset: i64) -> i64:
        """The slot of an account, or NONE when no money ever reached it."""
        return self.slots.find(key_of(owner, asset))

    def open(self, owner: i64, asset: i64) -> i64:
        """The slot of an account, made when there is none."""
        key = key_of(owner, asset)
        found = self.slots.find(key)
        if found != NONE:
            return found
        slot: i64 = len(self.words)
        self.words = append(append(append(append(self.words, key), 0), 0), 0)
        self.slots.put(key, slot)
        return slot

    def restore(self, slot: i64, available: i64, held: i64, reserved: i64) -> None:
        self.words[slot + FREE] = available
        self.words[slot + HELD] = held
        self.words[slot + RESERVED] = reserved

    def is_empty(self, slot: i64) -> bool:
        return self.available(slot) == 0 and self.held(slot) == 0 and self.reserved(slot) == 0

    def supply(self, asset: i64) -> i64:
        """What all accounts inside own together."""
        return -self.available(self.outside[asset])

    def available_of(self, owner: i64, asset: i64) -> i64:
        slot = self.find(owner, asset)
        if slot == NONE:
            return 0
        return self.available(slot)

    def reserved_of(self, owner: i64, asset: i64) -> i64:
        slot = self.find(owner, asset)
        if slot == NONE:
            return 0
        return self.reserved(slot)

    def deposit(self, slot: i64, amount: i64) -> None:
        outside = self.outside[self.asset(slot)]
        self.words[outside + FREE] -= amount
        self.unbalanced -= amount
        assert self.available(outside) >= -SUPPLY_ATOMS_MAX
        self._give(slot, FREE, amount)
        self.moves += 1
        self.moved ^= amount

    def withdraw(self, slot: i64, amount: i64) -> None:
        self._take(slot, FREE, amount)
        self._give_back(slot, amount)

    def reserve(self, slot: i64, amount: i64) -> None:
        """Put aside what is about to leave the exchange."""
        self._take(slot, FREE, amount)
        self._give(slot, RESERVED, amount)

    def unreserve(self, slot: i64, amount: i64) -> None:
        self._take(slot, RESERVED, amount)
        self._give(slot, FREE, amount)

    def settle_reserved(self, slot: i64, amount: i64) -> None:
        """What was put aside has left."""
        self._take(slot, RESERVED, amount)
        self._give_back(slot, amount)

    def transfer(self, source: i64, target: i64, amount: i64) -> None:
        assert source != target
        assert self.asset(source) == self.asset(target)
        self._take(source, FREE, amount)
        self._give(target, FREE, amount)

    def hold(self, slot: i64, amount: i64) -> None:
        self._move(slot + FREE, slot + HELD, amount)
        self.unpromised += amount

    def release(self, slot: i64, amount: i64) -> None:
        self._move(slot + HELD, slot + FREE, amount)
        self.unpromised -= amount

    def settle(self, source: i64, target: i64, amount: i64) -> None:
        """Held money of one becomes available money of another."""
        assert self.asset(source) == self.asset(target)
        self._move(source + HELD, target + FREE, amount)
        self.unpromised -= amount

    def collect_fee(self, source: i64, amount: i64) -> None:
        """From what was just received."""
        self._take(source, FREE, amount)
        self._give(self.fees[self.asset(source)], FREE, amount)

    def collect_held_fee(self, source: i64, amount: i64) -> None:
        """From what the order put aside for its fees."""
        self._take(source, HELD, amount)
        self._give(self.fees[self.asset(source)], FREE, amount)
        self.unpromised -= amount

    def pay_rebate(self, target: i64, amount: i64) -> None:
        """Out of the taker's fee, which was collected just before."""
        self._take(self.fees[self.asset(target)], FREE, amount)
        self._give(target, FREE, amount)

    def check_balanced(self) -> None:
        """What was taken was given, to the atom, and what is held is an order's. Asked after every command."""
        assert self.unbalanced == 0
        assert self.unpromised == 0

    def _move(self, source: i64, target: i64, amount: i64) -> None:
        """From one pot to another of the same asset, each given by where its word lies."""
        words = self.words
        before = words[source] + words[target]
        rest = words[source] - amount
        assert amount > 0
        assert rest >= 0
        words[source] = rest
        words[target] += amount
        self.unbalanced += words[source] + words[target] - before
        self.moves += 1
        self.moved ^= amount

    def _take(self, slot: i64, pot: i64, amount: i64) -> None:
        words = self.words
        rest = words[slot + pot] - amount
        assert amount > 0
        assert rest >= 0
        words[slot + pot] = rest
        self.unbalanced -= amount
        self.moves += 1
        self.moved ^= amount

    def _give(self, slot: i64, pot: i64, amount: i64) -> None:
        assert amount > 0
        at = slot + pot
        self.words[at] += amount
        self.unbalanced += amount

    def _give_back(self, slot: i64, amount: i64) -> None:
        """To the world outside, which has never got back more than came from it."""
        outside = self.outside[self.asset(slot)]
        self._give(outside, FREE, amount)
        assert self.available(outside) <= 0


def key_of(owner: i64, asset: i64) -> i64:
    return owner << ASSET_BITS | asset
