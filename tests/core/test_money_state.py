"""Listing, money and terms as canonical bytes: the same again after a reading, and the same however they came about."""

import pytest
from librt.strings import BytesWriter

from trueman.core import members as at
from trueman.core.canonical import CanonicalReader
from trueman.core.ledger import Ledger
from trueman.core.listing import Listing
from trueman.core.listing_state import read_listing, write_listing
from trueman.core.markets import Asset, Market, tick_atoms_of
from trueman.core.members import Members
from trueman.core.money_state import (
    read_balances,
    read_members,
    read_sources,
    read_tiers,
    write_balances,
    write_members,
    write_sources,
    write_tiers,
)
from trueman.core.sources import Operation, Sources
from trueman.core.tiers import Tiers

ALICE, BOB = 1_024, 1_025
GIVEN = {"number", "base", "quote", "symbol", "tick_size_atoms", "lot_atoms", "tick_atoms"}


class State:
    def __init__(self) -> None:
        self.listing, self.ledger, self.sources = Listing(), Ledger(), Sources()
        self.tiers, self.members = Tiers(), Members()

    def write(self) -> bytes:
        out = BytesWriter()
        write_listing(out, self.listing)
        write_balances(out, self.ledger)
        write_sources(out, self.sources)
        write_tiers(out, self.tiers)
        write_members(out, self.members)
        return out.getvalue()

    @staticmethod
    def read(data: bytes) -> "State":
        state, reader = State(), CanonicalReader(data)
        read_listing(reader, state.listing)
        read_balances(reader, state.listing, state.ledger)
        read_sources(reader, state.sources)
        read_tiers(reader, state.tiers)
        read_members(reader, state.members)
        reader.finish()
        return state

    def add_assets(self) -> None:
        for number, code in enumerate((b"BTC", b"USDT")):
            self.listing.add_asset(Asset(number, 1, code))
            self.ledger.add_asset(number)


def market_with_every_field_its_own() -> Market:
    market = Market(0, 1, 0, b"USDTBTC")
    market.tick_size_atoms, market.lot_atoms = 100, 10
    market.tick_atoms = tick_atoms_of(100, 10, 1)
    for value, name in enumerate(sorted(set(vars_of(market)) - GIVEN), 1):
        setattr(market, name, value)
    return market


def vars_of(market: Market) -> dict[str, object]:
    fields = {name: getattr(market, name) for name in dir(market) if not name.startswith("_")}
    return {name: value for name, value in fields.items() if not callable(value)}


def operation(*numbers: int) -> Operation:
    found = Operation()
    found.source, found.number, found.kind, found.account, found.asset, found.amount, found.target = numbers
    return found


def lived() -> State:
    state = State()
    state.add_assets()
    state.listing.add_market(market_with_every_field_its_own())
    bob, alice = state.ledger.open(BOB, 1), state.ledger.open(ALICE, 0)
    state.ledger.deposit(bob, 50)
    state.ledger.deposit(alice, 60)
    state.ledger.hold(alice, 20)
    state.ledger.reserve(alice, 15)
    state.sources.record(operation(9, 2, 3, 4, 5, 6, 7), 11, 540)
    state.sources.record(operation(1, 8, 17, ALICE, 1, 10, BOB), 12, 0)
    state.tiers.set(3, 7, 9)
    for account in (BOB, ALICE):
        slot = state.members.open(account)
        for value, field in enumerate((at.TIER, at.GROUP, at.PERMISSIONS, at.IN_QUOTE, at.CANCEL_DUE_US), 1):
            state.members.set(slot, field, value)
    return state


def test_what_was_written_reads_back_the_same() -> None:
    state = lived()
    again = State.read(state.write())
    assert again.write() == state.write()
    state.listing.markets[0].left_over_us = 0  # Comes back with its timer.
    assert vars_of(again.listing.markets[0]) == vars_of(state.listing.markets[0])
    assert [(a.number, a.decimals, a.code) for a in again.listing.assets] == [(0, 1, b"BTC"), (1, 1, b"USDT")]
    assert set(again.listing.asset_of_code) == {b"BTC", b"USDT"}
    assert set(again.listing.market_of_symbol) == {b"USDTBTC"}
    slot = again.ledger.find(ALICE, 0)
    assert (again.ledger.available(slot), again.ledger.held(slot), again.ledger.reserved(slot)) == (25, 20, 15)
    assert again.ledger.supply(0) == 60
    assert again.sources.is_same(again.sources.find(9), operation(9, 2, 3, 4, 5, 6, 7))
    assert (again.tiers.maker_share[3], again.tiers.taker_share[3]) == (7, 9)
    member = again.members.find(BOB)
    assert [again.members.words[member + field] for field in range(6)] == [BOB, 1, 2, 3, 4, 5]


def test_bytes_do_not_tell_on_which_way_a_state_was_reached() -> None:
    plain = State()
    plain.add_assets()
    busy = State()
    busy.add_assets()
    slot = busy.ledger.open(ALICE, 1)
    busy.ledger.deposit(slot, 7)
    busy.ledger.withdraw(slot, 7)
    busy.members.open(BOB)
    busy.members.set(busy.members.open(ALICE), at.TIER, 4)
    busy.members.set(busy.members.open(ALICE), at.TIER, 0)
    busy.members.set(busy.members.open(ALICE), at.FIRST_SEAT, 8)
    assert busy.write() == plain.write()


@pytest.mark.parametrize("pot", [(1, 0, 0), (0, 1, 0), (0, 0, 1)])
def test_an_account_with_anything_in_any_pot_is_written(pot: tuple[int, int, int]) -> None:
    state = State()
    state.add_assets()
    state.ledger.restore(state.ledger.open(ALICE, 0), *pot)
    again = State.read(state.write())
    slot = again.ledger.find(ALICE, 0)
    assert (again.ledger.available(slot), again.ledger.held(slot), again.ledger.reserved(slot)) == pot
