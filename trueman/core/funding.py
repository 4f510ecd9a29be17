"""Money in and out, and from one account to another: by the numbered operations of a source."""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.commands import DEPOSIT, RELEASE_WITHDRAWAL, RESERVE_WITHDRAWAL, SETTLE_WITHDRAWAL, TRANSFER, WITHDRAW
from trueman.core.frames import ACCOUNT_AT, small_pair
from trueman.core.ledger import Ledger
from trueman.core.listing import Listing
from trueman.core.members import Members, is_user
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    ACCOUNT_RESTRICTED,
    AMOUNT_NOT_POSITIVE,
    ASSET_UNKNOWN,
    FUNDS_INSUFFICIENT,
    OK,
    OPERATION_CHANGED,
    OPERATION_OUT_OF_ORDER,
    SUPPLY_EXCEEDED,
)
from trueman.core.results import Results
from trueman.core.sources import COMMAND, REASON, Operation, Sources
from trueman.core.units import (
    AVAILABLE,
    CAUSE_DEPOSIT,
    CAUSE_RESERVE,
    CAUSE_TRANSFER,
    CAUSE_UNRESERVE,
    CAUSE_WITHDRAWAL,
    FEE_ACCOUNT,
    MAY_WITHDRAW,
    OUTSIDE_ACCOUNT,
    RESERVED,
    SUPPLY_ATOMS_MAX,
    TREASURY_ACCOUNT,
)

SOURCE_MAX: Final = 2**53


@final
class Funding:
    def __init__(self, listing: Listing, ledger: Ledger, members: Members, sources: Sources, results: Results) -> None:
        self.listing: Final[Listing] = listing
        self.ledger: Final[Ledger] = ledger
        self.members: Final[Members] = members
        self.sources: Final[Sources] = sources
        self.results: Final[Results] = results
        self.operation: Final[Operation] = Operation()

    def move(self, kind: i64, frame: bytes, at: i64) -> None:
        """Decide a command of the six kinds that move money. A number that was used is used up, also by a refusal."""
        operation = self.operation
        read_operation(kind, frame, at, operation)
        reason = self._static_refusal(operation)
        if reason == OK and (operation.source < 1 or operation.source > SOURCE_MAX):
            reason = OPERATION_OUT_OF_ORDER
        if reason != OK:
            self.results.decided(reason, 0, 0)
        elif operation.number == self.sources.last_operation(operation.source) + 1:
            reason = self._refusal(operation)
            self.sources.record(operation, self.results.number, reason)
            self.results.decided(reason, 0, 0)
            if reason == OK:
                self._carry_out(operation)
        else:
            self._answer_again(operation)

    def _static_refusal(self, operation: Operation) -> i64:
        if not may_move(operation):
            return ACCOUNT_INVALID
        if operation.amount <= 0:
            return AMOUNT_NOT_POSITIVE
        return OK if self.listing.has_asset(operation.asset) else ASSET_UNKNOWN

    def _answer_again(self, operation: Operation) -> None:
        """The source's last operation once more is answered as it was then; any other number is refused."""
        sources = self.sources
        last = sources.last_operation(operation.source)
        if last == 0 or operation.number != last:
            self.results.decided(OPERATION_OUT_OF_ORDER, 0, 0)
            return
        slot = sources.find(operation.source)
        if sources.is_same(slot, operation):
            self.results.decided(sources.word(slot, REASON), 0, sources.word(slot, COMMAND))
        else:
            self.results.decided(OPERATION_CHANGED, 0, 0)

    def _refusal(self, operation: Operation) -> i64:
        """What stands against an operation whose turn it is."""
        kind = operation.kind
        account = operation.account
        if kind in (WITHDRAW, RESERVE_WITHDRAWAL):
            if not self.members.may(account, MAY_WITHDRAW):
                return ACCOUNT_RESTRICTED
        if kind == DEPOSIT:
            room = SUPPLY_ATOMS_MAX - self.ledger.supply(operation.asset)
            return OK if operation.amount <= room else SUPPLY_EXCEEDED
        if kind in (SETTLE_WITHDRAWAL, RELEASE_WITHDRAWAL):
            funds = self.ledger.reserved_of(account, operation.asset)
        else:
            funds = self.ledger.available_of(account, operation.asset)
        return OK if operation.amount <= funds else FUNDS_INSUFFICIENT

    def _carry_out(self, operation: Operation) -> None:
        """Move the money, and say so."""
        ledger = self.ledger
        kind = operation.kind
        amount = operation.amount
        slot = ledger.open(operation.account, operation.asset)
        if kind == DEPOSIT:
            ledger.deposit(slot, amount)
            self._moved(OUTSIDE_ACCOUNT, AVAILABLE, operation.account, AVAILABLE, CAUSE_DEPOSIT)
        elif kind == WITHDRAW:
            ledger.withdraw(slot, amount)
            self._moved(operation.account, AVAILABLE, OUTSIDE_ACCOUNT, AVAILABLE, CAUSE_WITHDRAWAL)
        elif kind == RESERVE_WITHDRAWAL:
            ledger.reserve(slot, amount)
            self._moved(operation.account, AVAILABLE, operation.account, RESERVED, CAUSE_RESERVE)
        elif kind == SETTLE_WITHDRAWAL:
            ledger.settle_reserved(slot, amount)
            self._moved(operation.account, RESERVED, OUTSIDE_ACCOUNT, AVAILABLE, CAUSE_WITHDRAWAL)
        elif kind == RELEASE_WITHDRAWAL:
            ledger.unreserve(slot, amount)
            self._moved(operation.account, RESERVED, operation.account, AVAILABLE, CAUSE_UNRESERVE)
        else:
            assert kind == TRANSFER
            ledger.transfer(slot, ledger.open(operation.target, operation.asset), amount)
            self._moved(operation.account, AVAILABLE, operation.target, AVAILABLE, CAUSE_TRANSFER)

    def _moved(self, source: i64, source_pot: i64, target: i64, target_pot: i64, cause: i64) -> None:
        operation = self.operation
        self.results.moved(operation.asset, source, source_pot, target, target_pot, operation.amount, cause)


def read_operation(kind: i64, frame: bytes, at: i64, operation: Operation) -> None:
    operation.kind = kind
    operation.asset = small_pair(read_i64_le(frame, at), 2)
    operation.account = read_i64_le(frame, at + ACCOUNT_AT)
    operation.source = read_i64_le(frame, at + 24)
    operation.number = read_i64_le(frame, at + 32)
    operation.amount = read_i64_le(frame, at + 40)
    operation.target = read_i64_le(frame, at + 48) if kind == TRANSFER else 0


def may_move(operation: Operation) -> bool:
    """Whether the accounts are of those whose money such an operation may move."""
    kind = operation.kind
    account = operation.account
    if kind == TRANSFER:
        target = operation.target
        return (is_owner(account) or account == FEE_ACCOUNT) and is_owner(target) and target != account
    return is_owner(account) if kind in (DEPOSIT, WITHDRAW) else is_user(account)


def is_owner(account: i64) -> bool:
    """Somebody whose money it is: a user, or the operator."""
    return is_user(account) or account == TREASURY_ACCOUNT
