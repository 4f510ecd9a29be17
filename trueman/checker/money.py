"""Every pot of every account, as the movements make them: none falls below zero, and none moves for no reason."""

from collections import defaultdict, deque
from typing import Any, Final

from trueman.checker.findings import FILLS, MONEY, Findings
from trueman.core import commands as ask
from trueman.core.events import Moved
from trueman.core.units import (
    AVAILABLE,
    CAUSE_DEPOSIT,
    CAUSE_HOLD,
    CAUSE_RELEASE,
    CAUSE_RESERVE,
    CAUSE_TRANSFER,
    CAUSE_UNRESERVE,
    CAUSE_WITHDRAWAL,
    HELD,
    OUTSIDE_ACCOUNT,
    RESERVED,
)

POTS: Final = {CAUSE_HOLD: (AVAILABLE, HELD), CAUSE_RELEASE: (HELD, AVAILABLE)}


class Money:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.pots: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
        """By asset and account."""
        self.held: set[tuple[int, int]] = set()
        """Of which the HELD pot moved in this command."""
        self.expected: deque[Moved] = deque()
        """What has to move next, as the fill before says."""
        self.asked: Moved | None = None
        """What the command itself has to move."""

    def moved(self, told: Moved) -> None:
        if self.expected:
            expected = self.expected.popleft()
            if told != expected:
                self._findings.say(FILLS, f"after a fill {told} is told, and due is {expected}")
        elif told.cause in POTS:
            if POTS[told.cause] != (told.source_pot, told.target_pot) or told.source != told.target:
                self._findings.say(MONEY, f"{told} is no hold and no release")
        elif told == self.asked:
            self.asked = None
        else:
            self._findings.say(MONEY, f"{told} comes of nothing that was asked or traded")
        self._book(told)

    def _book(self, told: Moved) -> None:
        source = self.pots[told.asset, told.source]
        source[told.source_pot] -= told.amount
        if told.source_pot == HELD:
            self.held.add((told.asset, told.source))
        if told.target_pot == HELD:
            self.held.add((told.asset, told.target))
        self.pots[told.asset, told.target][told.target_pot] += told.amount
        if told.amount <= 0:
            self._findings.say(MONEY, f"{told} moves no amount above zero")
        if source[told.source_pot] < 0 and told.source != OUTSIDE_ACCOUNT:
            have = source[told.source_pot]
            self._findings.say(MONEY, f"account {told.source} has {have} of asset {told.asset} after {told}")

    def require_nothing_due(self) -> None:
        for due in self.expected:
            self._findings.say(FILLS, f"{due} is due after a fill and is not told")
        self.expected.clear()

    def end(self) -> None:
        """Of a command."""
        if self.asked is not None:
            self._findings.say(MONEY, f"the command was accepted, and {self.asked} is not told")
            self.asked = None


def movement_of(command: Any) -> Moved | None:
    """What a command that moves money comes to where it is accepted."""
    if type(command) not in MOVEMENTS:
        return None
    cause, source_pot, target_pot = MOVEMENTS[type(command)]
    source = target = command.account
    if cause == CAUSE_DEPOSIT:
        source = OUTSIDE_ACCOUNT
    elif cause == CAUSE_WITHDRAWAL:
        target = OUTSIDE_ACCOUNT
    elif cause == CAUSE_TRANSFER:
        target = command.target
    return Moved(command.asset, source_pot, target_pot, cause, source, target, command.amount)


MOVEMENTS: Final[dict[type[Any], tuple[int, int, int]]] = {
    ask.Deposit: (CAUSE_DEPOSIT, AVAILABLE, AVAILABLE),
    ask.Withdraw: (CAUSE_WITHDRAWAL, AVAILABLE, AVAILABLE),
    ask.ReserveWithdrawal: (CAUSE_RESERVE, AVAILABLE, RESERVED),
    ask.SettleWithdrawal: (CAUSE_WITHDRAWAL, RESERVED, AVAILABLE),
    ask.ReleaseWithdrawal: (CAUSE_UNRESERVE, RESERVED, AVAILABLE),
    ask.Transfer: (CAUSE_TRANSFER, AVAILABLE, AVAILABLE),
}
