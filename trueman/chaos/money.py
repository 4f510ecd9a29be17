"""Money in and out, as the log has it: what was told of it, each thing once, and each withdrawal with one end.

A withdrawal is reserved, and then settled or released. The log's ends do not name what they end, so that they are
counted: of each account, asset and amount there must be one for every reservation, and never one before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from trueman.chaos.attempts import Attempt, History
from trueman.core.commands import Deposit, ReleaseWithdrawal, ReserveWithdrawal, SettleWithdrawal, Withdraw
from trueman.wire import decimals

ASSETS: Final = {"BTC": 0, "USDT": 1}
DECIMALS: Final = 8
BEGINNINGS: Final = {"deposit": (Deposit,), "withdrawal": (ReserveWithdrawal, Withdraw)}
Wish = tuple[str, int, int, int]
"""Kind, account, asset, amount."""


class Movement(NamedTuple):
    """An operation that was carried out: a repeat that is only answered again is none."""

    number: int
    command: Any


class Money:
    def __init__(self, movements: Iterable[Movement]) -> None:
        self._begun: dict[tuple[int, int], list[Movement]] = defaultdict(list)
        self._withdrawals: list[Movement] = []
        for movement in movements:
            if isinstance(movement.command, Deposit | ReserveWithdrawal | Withdraw):
                self._begun[movement.command.account, movement.command.operation].append(movement)
            if isinstance(movement.command, ReserveWithdrawal | SettleWithdrawal | ReleaseWithdrawal):
                self._withdrawals.append(movement)

    def named(self, told: str) -> list[Movement]:
        """Those that have the id which the caller was told."""
        account, _, operation = told.partition("-")
        return self._begun.get((int(account), int(operation)), [])

    def faults(self, history: History) -> Iterator[str]:
        yield from self._wrong_ends()
        yield from self._done_unasked(history)

    def _wrong_ends(self) -> Iterator[str]:
        open_ones: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for number, command in self._withdrawals:
            key = (command.account, command.asset, command.amount)
            if isinstance(command, ReserveWithdrawal):
                open_ones[key].append(number)
            elif open_ones[key]:
                open_ones[key].pop(0)
            else:
                yield f"command {number} ends a withdrawal a second time, or one that there never was: {command}"
        for (account, _, amount), numbers in open_ones.items():
            for number in numbers:
                yield f"the withdrawal {number} of account {account} over {amount} was neither settled nor released"

    def _done_unasked(self, history: History) -> Iterator[str]:
        """Whatever is nobody's answer must be somebody's question that is still open."""
        accounts = {attempt.account for attempt in history.attempts}
        answered = {attempt.told.get("id") for attempt in history.attempts}
        doubts = [_wish(a) for a in history.attempts if a.kind in BEGINNINGS and a.outcome == "unknown"]
        for (account, operation), movements in self._begun.items():
            if account not in accounts or f"{account}-{operation}" in answered:
                continue
            for number, command in movements:
                kind = "deposit" if isinstance(command, Deposit) else "withdrawal"
                wish = (kind, account, command.asset, command.amount)
                if wish in doubts:
                    doubts.remove(wish)
                else:
                    yield f"{kind} {account}-{operation} is in the log at {number}, and nobody was told so: {command}"


def _wish(attempt: Attempt) -> Wish:
    amount = decimals.parse(attempt.told["amount"], DECIMALS)
    return attempt.kind, attempt.account, ASSETS[attempt.told["asset"]], amount
