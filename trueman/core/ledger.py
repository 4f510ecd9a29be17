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


@final
class Ledger:
    def __init__(self) -> None:
        self.owner: vec[i64] = vec[i64]()
        self.asset: vec[i64] = vec[i64]()
        self.available: vec[i64] = vec[i64]()
        self.held: vec[i64] = vec[i64]()
        self.outside: vec[i64] = vec[i64]()
        self.fees: vec[i64] = vec[i64]()
        self.slots: Index = Index()
        self.unbalanced: i64 = 0

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
        key = owner * BALANCE_KEY + asset
        slot = self.slots.find(key)
        if slot != NONE:
            return slot
        self.owner = append(self.owner, owner)
        self.asset = append(self.asset, asset)
        self.available = append(self.available, 0)
        self.held = append(self.held, 0)
        slot = len(self.owner) - 1
        self.slots.put(key, slot)
        return slot

    def supply(self, asset: i64) -> i64:
        """What all accounts inside own together."""
        return -self.available[self.outside[asset]]

    def available_of(self, owner: i64, asset: i64) -> i64:
        slot = self.find(owner, asset)
        return 0 if slot == NONE else self.available[slot]

    def deposit(self, slot: i64, amount: i64) -> None:
        outside = self.outside[self.asset[slot]]
        assert self.available[outside] - amount >= -SUPPLY_ATOMS_MAX
        self.available[outside] -= amount
        self.unbalanced -= amount
        self._give(slot, amount)

    def withdraw(self, slot: i64, amount: i64) -> None:
        outside = self.outside[self.asset[slot]]
        self._take(slot, amount)
        self.available[outside] += amount
        self.unbalanced += amount
        assert self.available[outside] <= 0

    def hold(self, slot: i64, amount: i64) -> None:
        self._take(slot, amount)
        self.held[slot] += amount
        self.unbalanced += amount

    def release(self, slot: i64, amount: i64) -> None:
        self._take_held(slot, amount)
        self._give(slot, amount)

    def settle(self, source: i64, target: i64, amount: i64) -> None:
        """Held money of one becomes available money of another."""
        assert self.asset[source] == self.asset[target]
        self._take_held(source, amount)
        self._give(target, amount)

    def collect_fee(self, source: i64, amount: i64) -> None:
        self._take(source, amount)
        self._give(self.fees[self.asset[source]], amount)

    def check_balanced(self) -> None:
        """What was taken was given, to the atom. Asked after every command."""
        assert self.unbalanced == 0

    def _take(self, slot: i64, amount: i64) -> None:
        rest = self.available[slot] - amount
        assert amount > 0
        assert rest >= 0
        self.available[slot] = rest
        self.unbalanced -= amount

    def _take_held(self, slot: i64, amount: i64) -> None:
        rest = self.held[slot] - amount
        assert amount > 0
        assert rest >= 0
        self.held[slot] = rest
        self.unbalanced -= amount

    def _give(self, slot: i64, amount: i64) -> None:
        assert amount > 0
        self.available[slot] += amount
        self.unbalanced += amount
