"""The checker as a witness of `trueman verify`: called when the first ruleset is known, heard at the end."""

from typing import Final

from trueman.checker.findings import Fault
from trueman.checker.log import LogChecker

RUNBOOK: Final = "docs/runbooks/a-trade-was-not-right.md"
LINES_MAX: Final = 20


class Summons:
    def __init__(self) -> None:
        self._checker: LogChecker | None = None

    def __call__(self, genesis_ruleset: int) -> LogChecker:
        self._checker = LogChecker(genesis_ruleset)
        return self._checker

    @property
    def faults(self) -> list[Fault]:
        return self._checker.faults if self._checker else []

    def lines(self) -> list[str]:
        if self._checker is None:
            return ["Trades were not checked: the log does not begin with command 1, so nobody knows the books there."]
        if not self.faults:
            said = f"{self._checker.trades:,} trades of commands 1 to {self._checker.number:,}"
            return [f"The checker of trades held {said} against the rules: all are right."]
        shown = [f"  {fault.line()}" for fault in self.faults[:LINES_MAX]]
        return [f"The checker of trades found {len(self.faults):,} faults:", *shown, f"See {RUNBOOK}"]
