"""Deposits and withdrawals: money enters and leaves by the numbered operations of a source."""

from typing import Final, final

from librt.strings import read_i64_le
from mypy_extensions import i64

from trueman.core.accounts import Accounts
from trueman.core.listing import Listing
from trueman.core.placing import is_user
from trueman.core.rejections import (
    ACCOUNT_INVALID,
    AMOUNT_NOT_POSITIVE,
    ASSET_UNKNOWN,
    FUNDS_INSUFFICIENT,
    OK,
    OPERATION_OUT_OF_ORDER,
    SUPPLY_EXCEEDED,
)
from trueman.core.results import Results
from trueman.core.units import AVAILABLE, CAUSE_DEPOSIT, CAUSE_WITHDRAWAL, NONE, OUTSIDE_ACCOUNT, SUPPLY_ATOMS_MAX

SOURCE_MAX: Final = 2**53


@final
class Funding:
    def __init__(self, listing: Listing, accounts: Accounts, results: Results) -> None:
        self.listing: Listing = listing
        self.accounts: Accounts = accounts
        self.results: Results = results

    def move(self, frame: bytes, at: i64, is_deposit: bool) -> None:
        account = read_i64_le(frame, at + 16)
        source = read_i64_le(frame, at + 24)
        operation = read_i64_le(frame, at + 32)
        asset = read_i64_le(frame, at + 40)
        amount = read_i64_le(frame, at + 48)
        reason = self._static_refusal(account, asset, amount)
        if reason != OK:
            self.results.decided(reason, 0, 0)
        elif self._is_next(source, operation):
            reason = self._deposit(account, asset, amount) if is_deposit else self._withdraw(account, asset, amount)
            self.accounts.sources.record(source, operation, self.results.number, reason)

    def _static_refusal(self, account: i64, asset: i64, amount: i64) -> i64:
        if not is_user(account):
            return ACCOUNT_INVALID
        if amount <= 0:
            return AMOUNT_NOT_POSITIVE
        return OK if self.listing.has_asset(asset) else ASSET_UNKNOWN

    def _is_next(self, source: i64, operation: i64) -> bool:
        """Answer whatever is not the source's next operation: its last once more, any other with a refusal."""
        sources = self.accounts.sources
        if source < 1 or source > SOURCE_MAX:
            self.results.decided(OPERATION_OUT_OF_ORDER, 0, 0)
            return False
        if operation == sources.next_operation(source):
            return True
        slot = sources.find(source)
        if slot != NONE and operation == sources.operation[slot]:
            self.results.decided(sources.reason[slot], 0, sources.command[slot])
        else:
            self.results.decided(OPERATION_OUT_OF_ORDER, 0, 0)
        return False

    def _deposit(self, account: i64, asset: i64, amount: i64) -> i64:
        ledger = self.accounts.ledger
        if int(ledger.supply(asset)) + int(amount) > SUPPLY_ATOMS_MAX:
            self.results.decided(SUPPLY_EXCEEDED, 0, 0)
            return SUPPLY_EXCEEDED
        self.results.decided(OK, 0, 0)
        ledger.deposit(ledger.open(account, asset), amount)
        self.results.moved(asset, OUTSIDE_ACCOUNT, AVAILABLE, account, AVAILABLE, amount, CAUSE_DEPOSIT)
        return OK

    def _withdraw(self, account: i64, asset: i64, amount: i64) -> i64:
        ledger = self.accounts.ledger
        if ledger.available_of(account, asset) < amount:
            self.results.decided(FUNDS_INSUFFICIENT, 0, 0)
            return FUNDS_INSUFFICIENT
        self.results.decided(OK, 0, 0)
        ledger.withdraw(ledger.find(account, asset), amount)
        self.results.moved(asset, account, AVAILABLE, OUTSIDE_ACCOUNT, AVAILABLE, amount, CAUSE_WITHDRAWAL)
        return OK
