"""Money moved by the numbered operations of a source: who may, what is refused, and what a repeat is."""

import pytest

from trueman.core import commands as ask
from trueman.core import events as fact
from trueman.core import rejections as no
from trueman.core import units as u
from trueman.core.check_money import check_conservation
from trueman.core.codec import Result, decode_results, encode
from trueman.core.funding import SOURCE_MAX, Funding
from trueman.core.ledger import Ledger
from trueman.core.listing import Listing
from trueman.core.markets import Asset
from trueman.core.members import PERMISSIONS, Members
from trueman.core.messages import Bounds
from trueman.core.results import Results
from trueman.core.rulesets import NEWEST_RULESET, Rules
from trueman.core.sources import Sources

ALICE, BOB, TREASURY, FEES = 1_024, u.USER_ACCOUNT_MAX, u.TREASURY_ACCOUNT, u.FEE_ACCOUNT
KIND_OF = {record: kind for kind, record in ask.COMMAND_KINDS.items()}

Move = ask.Deposit | ask.Withdraw | ask.ReserveWithdrawal | ask.SettleWithdrawal | ask.ReleaseWithdrawal | ask.Transfer

DEPOSIT = ask.Deposit(0, ALICE, 7, 1, 0, 100)
WITHDRAW = ask.Withdraw(0, ALICE, 7, 1, 0, 100)
RESERVE = ask.ReserveWithdrawal(0, ALICE, 7, 1, 0, 100)
SETTLE = ask.SettleWithdrawal(0, ALICE, 7, 1, 0, 100)
RELEASE = ask.ReleaseWithdrawal(0, ALICE, 7, 1, 0, 100)
TRANSFER = ask.Transfer(0, ALICE, 7, 1, 0, 100, BOB)
ALL_SIX: list[Move] = [DEPOSIT, WITHDRAW, RESERVE, SETTLE, RELEASE, TRANSFER]


class Bank:
    """Two assets, and commands numbered from 1."""

    def __init__(self) -> None:
        listing, self.ledger = Listing(), Ledger()
        for number, code in enumerate((b"BTC", b"USDT")):
            listing.add_asset(Asset(number, 0, code))
            self.ledger.add_asset(number)
        self.members, self.sources, self.results = Members(), Sources(), Results(Bounds(), Rules(NEWEST_RULESET))
        self.funding = Funding(listing, self.ledger, self.members, self.sources, self.results)
        self.number = 0

    def do(self, command: Move) -> Result:
        self.number += 1
        kind = KIND_OF[type(command)]
        self.results.begin_frame(5)
        self.results.begin(self.number, command.tag, kind, command.account)
        self.funding.move(kind, b"12345678" + encode(command), 8)
        check_conservation(self.ledger)
        [result] = decode_results(self.results.frame.getvalue())
        return result

    def next(self, command: Move, **fields: int) -> Result:
        """With the next number of its source."""
        command = command._replace(**fields)
        return self.do(command._replace(operation=self.sources.last_operation(command.source) + 1))

    def reasons(self, *commands: Move) -> list[int]:
        return [self.do(command).decided.reason for command in commands]

    def pots(self, account: int, asset: int = 0) -> tuple[int, int, int]:
        slot = self.ledger.find(account, asset)
        return self.ledger.available(slot), self.ledger.held(slot), self.ledger.reserved(slot)


def moved(source: int, source_pot: int, target: int, target_pot: int, cause: int, amount: int = 100) -> fact.Moved:
    return fact.Moved(0, source_pot, target_pot, cause, source, target, amount)


def test_money_comes_in_is_put_aside_and_leaves() -> None:
    """C34: money on its way out is put aside first: nothing else can spend it, and only what was put aside leaves."""
    bank = Bank()
    assert bank.next(DEPOSIT).events == (moved(u.OUTSIDE_ACCOUNT, 0, ALICE, 0, u.CAUSE_DEPOSIT),)
    assert bank.next(RESERVE, amount=60).events == (moved(ALICE, 0, ALICE, u.RESERVED, u.CAUSE_RESERVE, 60),)
    assert bank.pots(ALICE) == (40, 0, 60)
    assert bank.next(SETTLE, amount=25).events == (
        moved(ALICE, u.RESERVED, u.OUTSIDE_ACCOUNT, 0, u.CAUSE_WITHDRAWAL, 25),
    )
    assert bank.next(RELEASE, amount=35).events == (moved(ALICE, u.RESERVED, ALICE, 0, u.CAUSE_UNRESERVE, 35),)
    assert bank.next(WITHDRAW, amount=5).events == (moved(ALICE, 0, u.OUTSIDE_ACCOUNT, 0, u.CAUSE_WITHDRAWAL, 5),)
    assert bank.next(TRANSFER, amount=30).events == (moved(ALICE, 0, BOB, 0, u.CAUSE_TRANSFER, 30),)
    assert (bank.pots(ALICE), bank.pots(BOB)) == ((40, 0, 0), (30, 0, 0))
    assert bank.ledger.supply(0) == 70


def test_each_pot_pays_only_for_its_own_moves() -> None:
    bank = Bank()
    bank.next(DEPOSIT)
    bank.next(RESERVE, amount=60)
    short = [
        bank.next(WITHDRAW, amount=41),
        bank.next(RESERVE, amount=41),
        bank.next(TRANSFER, amount=41),
        bank.next(SETTLE, amount=61),
        bank.next(RELEASE, amount=61),
        bank.next(WITHDRAW, account=BOB),
        bank.next(SETTLE, account=BOB),
        bank.next(WITHDRAW, asset=1),
        bank.next(WITHDRAW, amount=2**63 - 1),
    ]
    assert {(result.decided.reason, result.events) for result in short} == {(no.FUNDS_INSUFFICIENT, ())}
    assert bank.pots(ALICE) == (40, 0, 60)


def test_the_supply_is_bounded_over_all_accounts() -> None:
    bank, most = Bank(), u.SUPPLY_ATOMS_MAX
    assert bank.next(DEPOSIT, amount=2**63 - 1).decided.reason == no.SUPPLY_EXCEEDED
    assert bank.next(DEPOSIT, amount=most - 10).decided.reason == no.OK
    assert bank.next(DEPOSIT, account=BOB, amount=11).decided.reason == no.SUPPLY_EXCEEDED
    assert bank.next(DEPOSIT, account=BOB, amount=2**63 - 1).decided.reason == no.SUPPLY_EXCEEDED
    assert bank.next(DEPOSIT, account=BOB, amount=10).decided.reason == no.OK
    assert bank.next(DEPOSIT, asset=1, amount=most).decided.reason == no.OK


@pytest.mark.parametrize("command", ALL_SIX, ids=lambda command: type(command).__name__)
def test_checks_run_in_the_order_of_their_numbers(command: Move) -> None:
    """Each has everything after it wrong too."""
    wrong = command._replace(source=0, operation=9)
    assert Bank().reasons(
        wrong._replace(account=0, amount=0, asset=2),
        wrong._replace(amount=0, asset=2),
        wrong._replace(amount=-(2**63), asset=65_535),
        wrong._replace(asset=2),
        wrong,
        command._replace(source=SOURCE_MAX + 1),
        command._replace(source=-1),
        command._replace(operation=0),
        command._replace(operation=-1),
        command._replace(operation=2),
        command._replace(source=SOURCE_MAX),
    ) == [
        no.ACCOUNT_INVALID,
        no.AMOUNT_NOT_POSITIVE,
        no.AMOUNT_NOT_POSITIVE,
        no.ASSET_UNKNOWN,
        *[no.OPERATION_OUT_OF_ORDER] * 6,
        no.OK if command is DEPOSIT else no.FUNDS_INSUFFICIENT,
    ]


def test_the_operator_has_money_of_its_own() -> None:
    bank = Bank()
    assert bank.next(DEPOSIT, account=TREASURY, amount=50).decided.reason == no.OK
    assert bank.next(TRANSFER, account=TREASURY, target=ALICE, amount=20).decided.reason == no.OK
    assert bank.next(TRANSFER, account=ALICE, target=TREASURY, amount=5).decided.reason == no.OK
    bank.ledger.collect_fee(bank.ledger.find(ALICE, 0), 15)
    assert bank.next(TRANSFER, account=FEES, target=TREASURY, amount=10).decided.reason == no.OK
    assert bank.next(TRANSFER, account=FEES, target=ALICE, amount=6).decided.reason == no.FUNDS_INSUFFICIENT
    assert bank.next(TRANSFER, account=FEES, target=BOB, amount=5).decided.reason == no.OK
    assert bank.next(WITHDRAW, account=TREASURY, amount=45).decided.reason == no.OK
    assert [bank.pots(owner)[0] for owner in (ALICE, BOB, TREASURY, FEES)] == [0, 5, 0, 0]


STRANGERS = (-(2**63), -1, u.OUTSIDE_ACCOUNT, 3, u.USER_ACCOUNT_MIN - 1, u.USER_ACCOUNT_MAX + 1, 2**63 - 1)


def test_nobody_else_may_move_money() -> None:
    refused = [
        *(command._replace(account=account) for command in ALL_SIX for account in STRANGERS),
        *(command._replace(account=FEES) for command in ALL_SIX[:5]),
        *(command._replace(account=TREASURY) for command in (RESERVE, SETTLE, RELEASE)),
        *(TRANSFER._replace(target=target) for target in (*STRANGERS, FEES, ALICE)),
        TRANSFER._replace(account=TREASURY, target=TREASURY),
        TRANSFER._replace(account=FEES, target=FEES),
    ]
    bank = Bank()
    assert set(bank.reasons(*refused)) == {no.ACCOUNT_INVALID}
    assert bank.sources.slots.count == 0


def test_an_account_that_may_not_withdraw_may_all_the_rest() -> None:
    bank = Bank()
    bank.next(DEPOSIT, amount=500)
    bank.next(RESERVE, amount=300)
    bank.members.set(bank.members.open(ALICE), PERMISSIONS, u.MAY_TRADE)
    assert [bank.next(command).decided.reason for command in (WITHDRAW, RESERVE)] == [no.ACCOUNT_RESTRICTED] * 2
    assert bank.next(WITHDRAW, amount=999).decided.reason == no.ACCOUNT_RESTRICTED
    assert {bank.next(command).decided.reason for command in (DEPOSIT, SETTLE, RELEASE, TRANSFER)} == {no.OK}


def test_a_repeat_is_answered_as_the_first_time_and_moves_nothing() -> None:
    """C34 C35: a deposit seen twice is credited once, a withdrawal settled twice is paid once."""
    bank = Bank()
    assert bank.do(DEPOSIT).decided.repeat_of == 0
    again = bank.do(DEPOSIT._replace(tag=9))
    assert (again.decided.reason, again.decided.repeat_of, again.decided.tag, again.events) == (no.OK, 1, 9, ())
    refused = WITHDRAW._replace(operation=2, amount=101)
    assert bank.do(refused).decided.reason == no.FUNDS_INSUFFICIENT
    bank.do(DEPOSIT._replace(source=8))
    again = bank.do(refused)
    assert (again.decided.reason, again.decided.repeat_of) == (no.FUNDS_INSUFFICIENT, 3)
    assert bank.reasons(DEPOSIT) == [no.OPERATION_OUT_OF_ORDER]
    assert bank.pots(ALICE) == (200, 0, 0)


def test_the_last_number_with_another_operation_is_no_repeat() -> None:
    """C35: one number stands for one deposit."""
    bank = Bank()
    bank.next(DEPOSIT, amount=1_000)
    transfer = TRANSFER._replace(operation=2)
    changed = [
        transfer._replace(account=BOB, target=ALICE),
        transfer._replace(asset=1),
        transfer._replace(amount=99),
        transfer._replace(target=TREASURY),
        *(command._replace(operation=2) for command in ALL_SIX[:5]),
    ]
    assert bank.reasons(transfer, *changed) == [no.OK] + [no.OPERATION_CHANGED] * len(changed)
    assert bank.reasons(transfer._replace(amount=0), transfer._replace(operation=1)) == [
        no.AMOUNT_NOT_POSITIVE,
        no.OPERATION_OUT_OF_ORDER,
    ]
    assert bank.do(transfer).decided.repeat_of == 2
    assert bank.next(TRANSFER).decided.reason == no.OK


def test_a_number_refused_before_its_turn_is_not_used_up() -> None:
    bank = Bank()
    assert bank.reasons(DEPOSIT._replace(amount=0), DEPOSIT._replace(operation=2), DEPOSIT) == [
        no.AMOUNT_NOT_POSITIVE,
        no.OPERATION_OUT_OF_ORDER,
        no.OK,
    ]
