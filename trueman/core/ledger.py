"""Double entry: money is never set, only moved.

A ledger account is a slot: one owner's available and held atoms of one asset. OUTSIDE, the world beyond the
exchange, is an account like any other and the only one that may go below zero; so every asset sums to zero.
"""

from typing import Final, final

from librt.vecs import append, vec
from mypy_extensions import i64

from trueman.core.index import Index
from trueman.core.units import ASSETS_MAX, FEE_ACCOUNT, NONE, OUTSIDE_ACCOUNT, SUPPLY_ATOMS_MAX

BALANCE_KEY: Final = ASSETS_MAX
"""The key of a ledger account is its owner times this, plus the asset: it sorts by owner, then asset."""

OWNER: Final = 0
ASSET: Final = 1
FREE: Final = 2
HELD: Final = 3
ACCOUNT_WORDS: Final = 4


@final
class Ledger:
    """A slot is where an account's first word lies."""

    def __init__(self) -> None:
        self.words: vec[i64] = vec[i64]()
        self.outside: vec[i64] = vec[i64]()
        self.fees: vec[i64] = vec[i64]()
        self.slots: Index = Index()
        self.unbalanced: i64 = 0

    def owner(self, slot: i64) -> i64:
        return self.words[slot + OWNER]

    def asset(self, slot: i64) -> i64:
        return self.words[slot + ASSET]

    def available(self, slot: i64) -> i64:
        return self.words[slot + FREE]

    def held(self, slot: i64) -> i64:
        return self.words[slot + HELD]

    def add_asset(self, asset: i64) -> None:
        """Every asset has its OUTSIDE and its fee account from the start."""
        assert asset == len(self.outside)
        self.outside = append(self.outside, self.open(OUTSIDE_ACCOUNT, asset))
        self.fees = append(self.fees, self.open(FEE_ACCOUNT, asset))

    def find(self, owner: i64, asset: i64) -> i64:
        """The slot of an account, or NONE when no money ever reached it."""
        return self.slots.find(owner * BALANCE_KEY + asset)

    def open(self, owner: i64, asset: i64) -> i64:
        """The slot of an account, made when there is none."""
        found = self.find(owner, asset)
        if found != NONE:
            return found
        slot: i64 = len(self.words)
        self.words = append(append(append(append(self.words, owner), asset), 0), 0)
        self.slots.put(owner * BALANCE_KEY + asset, slot)
        return slot

    def restore(self, slot: i64, available: i64, held: i64) -> None:
        self.words[slot + FREE] = available
        self.words[slot + HELD] = held

    def supply(self, asset: i64) -> i64:
        """What all accounts inside own together."""
        return -self.available(self.outside[asset])

    def available_of(self, owner: i64, asset: i64) -> i64:
        slot = self.find(owner, asset)
        return 0 if slot == NONE else self.available(slot)

    def deposit(self, slot: i64, amount: i64) -> None:
        outside = self.outside[self.asset(slot)]
        self.words[outside + FREE] -= amount
        self.unbalanced -= amount
        assert self.available(outside) >= -SUPPLY_ATOMS_MAX
        self._give(slot, amount)

    def withdraw(self, slot: i64, amount: i64) -> None:
        self._take(slot, amount)
        self._give(self.outside[self.asset(slot)], amount)
        assert self.supply(self.asset(slot)) >= 0

    def hold(self, slot: i64, amount: i64) -> None:
        self._take(slot, amount)
        self.words[slot + HELD] += amount
        self.unbalanced += amount

    def release(self, slot: i64, amount: i64) -> None:
        self._take_held(slot, amount)
        self._give(slot, amount)

    def settle(self, source: i64, target: i64, amount: i64) -> None:
        """Held money of one becomes available money of another."""
        assert self.asset(source) == self.asset(target)
        self._take_held(source, amount)
        self._give(target, amount)

    def collect_fee(self, source: i64, amount: i64) -> None:
        self._take(source, amount)
        self._give(self.fees[self.asset(source)], amount)

    def check_balanced(self) -> None:
        """What was taken was given, to the atom. Asked after every command."""
        assert self.unbalanced == 0

    def _take(self, slot: i64, amount: i64) -> None:
        words = self.words
        rest = words[slot + FREE] - amount
        assert amount > 0
        assert rest >= 0
        words[slot + FREE] = rest
        self.unbalanced -= amount

    def _take_held(self, slot: i64, amount: i64) -> None:
        words = self.words
        rest = words[slot + HELD] - amount
        assert amount > 0
        assert rest >= 0
        words[slot + HELD] = rest
        self.unbalanced -= amount

    def _give(self, slot: i64, amount: i64) -> None:
        assert amount > 0
        self.words[slot + FREE] += amount
        self.unbalanced += amount
