"""Money in and out, between accounts, and put aside to leave (section 3)."""

from tests.reference.naive_listing import NaiveListing
from tests.reference.naive_rules import Answer
from tests.reference.naive_state import is_user
from trueman.core import commands as ask
from trueman.core import rejections as no
from trueman.core import units as u

MoneyCommand = (
    ask.Deposit | ask.Withdraw | ask.ReserveWithdrawal | ask.SettleWithdrawal | ask.ReleaseWithdrawal | ask.Transfer
)


class NaiveMoney(NaiveListing):
    def money(self, asked: MoneyCommand) -> Answer:
        if not _may(asked):
            return Answer(no.ACCOUNT_INVALID)
        if asked.amount <= 0:
            return Answer(no.AMOUNT_NOT_POSITIVE)
        if asked.asset >= len(self.assets):
            return Answer(no.ASSET_UNKNOWN)
        if not 1 <= asked.source <= 2**53:
            return Answer(no.OPERATION_OUT_OF_ORDER)
        last, what, number, reason = self.sources.get(asked.source, (0, None, 0, 0))
        this = (type(asked), asked._replace(tag=0))
        if last > 0 and asked.operation == last:
            return Answer(reason, repeat_of=number) if this == what else Answer(no.OPERATION_CHANGED)
        if asked.operation != last + 1:
            return Answer(no.OPERATION_OUT_OF_ORDER)
        reason = self._funds_refusal(asked)
        if reason == no.OK:
            self._transfer(asked)
        self.sources[asked.source] = (asked.operation, this, self.number, reason)
        return Answer(reason)

    def _funds_refusal(self, asked: MoneyCommand) -> int:
        """Rule 3.3."""
        if isinstance(asked, ask.Withdraw | ask.ReserveWithdrawal):
            if not self.terms_of(asked.account).permissions & u.MAY_WITHDRAW:
                return no.ACCOUNT_RESTRICTED
        if isinstance(asked, ask.Deposit):
            outside = -self.balance(u.OUTSIDE_ACCOUNT, asked.asset, u.AVAILABLE)
            return no.SUPPLY_EXCEEDED if outside + asked.amount > u.SUPPLY_ATOMS_MAX else no.OK
        pot = u.RESERVED if isinstance(asked, ask.SettleWithdrawal | ask.ReleaseWithdrawal) else u.AVAILABLE
        return no.FUNDS_INSUFFICIENT if self.balance(asked.account, asked.asset, pot) < asked.amount else no.OK

    def _transfer(self, asked: MoneyCommand) -> None:
        """Rule 3.4."""
        outside = (u.OUTSIDE_ACCOUNT, u.AVAILABLE)
        available, reserved = (asked.account, u.AVAILABLE), (asked.account, u.RESERVED)
        target = (asked.target, u.AVAILABLE) if isinstance(asked, ask.Transfer) else available
        source, target, cause = {
            ask.Deposit: (outside, available, u.CAUSE_DEPOSIT),
            ask.Withdraw: (available, outside, u.CAUSE_WITHDRAWAL),
            ask.ReserveWithdrawal: (available, reserved, u.CAUSE_RESERVE),
            ask.SettleWithdrawal: (reserved, outside, u.CAUSE_WITHDRAWAL),
            ask.ReleaseWithdrawal: (reserved, available, u.CAUSE_UNRESERVE),
            ask.Transfer: (available, target, u.CAUSE_TRANSFER),
        }[type(asked)]
        self.move(asked.asset, source, target, asked.amount, cause)


def _may(asked: MoneyCommand) -> bool:
    """Rule 3.1."""
    account = asked.account
    if isinstance(asked, ask.Transfer):
        target = is_user(asked.target) or asked.target == u.TREASURY_ACCOUNT
        return (
            (is_user(account) or account in (u.TREASURY_ACCOUNT, u.FEE_ACCOUNT)) and target and account != asked.target
        )
    if isinstance(asked, ask.Deposit | ask.Withdraw):
        return is_user(account) or account == u.TREASURY_ACCOUNT
    return is_user(account)
