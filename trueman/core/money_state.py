"""Balances, sources, fee tiers and members' terms as canonical bytes and back, each in the order of its numbers.

Where things lie in the arenas is left out, and so is an account that has nothing or whose terms are those of
everybody: whoever owns the same on the same terms writes the same.
"""

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

from trueman.core.canonical import CanonicalReader
from trueman.core.ledger import Ledger
from trueman.core.listing import Listing
from trueman.core.members import CANCEL_DUE_US, GROUP, IN_QUOTE, PERMISSIONS, TIER, Members
from trueman.core.sources import ACCOUNT, AMOUNT, ASSET, COMMAND, KIND, OPERATION, REASON, TARGET, Operation, Sources
from trueman.core.tiers import Tiers
from trueman.core.units import FEE_TIERS_MAX, NONE


def write_balances(out: BytesWriter, ledger: Ledger) -> None:
    for key in ledger.slots.sorted_keys():
        slot = ledger.slots.find(key)
        if ledger.is_empty(slot):
            continue
        write_i64_le(out, ledger.owner(slot))
        write_i64_le(out, ledger.asset(slot))
        write_i64_le(out, ledger.available(slot))
        write_i64_le(out, ledger.held(slot))
        write_i64_le(out, ledger.reserved(slot))
    write_i64_le(out, NONE)


def read_balances(reader: CanonicalReader, listing: Listing, ledger: Ledger) -> None:
    """After the assets, each of which has accounts of its own."""
    for asset in listing.assets:
        ledger.add_asset(asset.number)
    while True:
        owner = reader.word()
        if owner == NONE:
            break
        slot = ledger.open(owner, reader.word())
        available = reader.word()
        held = reader.word()
        ledger.restore(slot, available, held, reader.word())


def write_sources(out: BytesWriter, sources: Sources) -> None:
    write_i64_le(out, sources.slots.count)
    for source in sources.slots.sorted_keys():
        slot = sources.slots.find(source)
        write_i64_le(out, source)
        write_i64_le(out, sources.word(slot, OPERATION))
        write_i64_le(out, sources.word(slot, KIND))
        write_i64_le(out, sources.word(slot, ACCOUNT))
        write_i64_le(out, sources.word(slot, ASSET))
        write_i64_le(out, sources.word(slot, AMOUNT))
        write_i64_le(out, sources.word(slot, TARGET))
        write_i64_le(out, sources.word(slot, COMMAND))
        write_i64_le(out, sources.word(slot, REASON))


def read_sources(reader: CanonicalReader, sources: Sources) -> None:
    operation = Operation()
    left = reader.word()
    while left > 0:
        operation.source = reader.word()
        operation.number = reader.word()
        operation.kind = reader.word()
        operation.account = reader.word()
        operation.asset = reader.word()
        operation.amount = reader.word()
        operation.target = reader.word()
        command = reader.word()
        sources.record(operation, command, reader.word())
        left -= 1


def write_tiers(out: BytesWriter, tiers: Tiers) -> None:
    tier: i64 = 0
    while tier < FEE_TIERS_MAX:
        write_i64_le(out, tiers.maker_share[tier])
        write_i64_le(out, tiers.taker_share[tier])
        tier += 1


def read_tiers(reader: CanonicalReader, tiers: Tiers) -> None:
    tier: i64 = 0
    while tier < FEE_TIERS_MAX:
        maker_share = reader.word()
        tiers.set(tier, maker_share, reader.word())
        tier += 1


def write_members(out: BytesWriter, members: Members) -> None:
    """The terms, and when the dead man's switch falls; what the links lead to is written by those who keep it."""
    for account in members.slots.sorted_keys():
        slot = members.slots.find(account)
        if members.is_plain(slot):
            continue
        write_i64_le(out, account)
        write_i64_le(out, members.tier(slot))
        write_i64_le(out, members.group(slot))
        write_i64_le(out, members.permissions(slot))
        write_i64_le(out, members.in_quote(slot))
        write_i64_le(out, members.cancel_due_us(slot))
    write_i64_le(out, NONE)


def read_members(reader: CanonicalReader, members: Members) -> None:
    while True:
        account = reader.word()
        if account == NONE:
            break
        slot = members.open(account)
        members.set(slot, TIER, reader.word())
        members.set(slot, GROUP, reader.word())
        members.set(slot, PERMISSIONS, reader.word())
        members.set(slot, IN_QUOTE, reader.word())
        members.set(slot, CANCEL_DUE_US, reader.word())
