"""What sentences leave unsaid: because an earlier one said it, or because it only counts."""

from collections import defaultdict

from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.rejections import OK, OPERATION_CHANGED

OPERATIONS = (
    ask.Deposit,
    ask.Withdraw,
    ask.ReserveWithdrawal,
    ask.SettleWithdrawal,
    ask.ReleaseWithdrawal,
    ask.Transfer,
)

Bounds = tuple[int, int, int, int, int]
"""Least and most price, least and most quantity, least notional."""
Terms = tuple[int, int, int]
"""Tier, group and permissions of an account."""


class Unsaid:
    def __init__(self) -> None:
        self.time_us = 1
        self.orders = 0
        """How many orders were asked for: those without a name are numbered."""
        self.lists = 0
        self.bounds: Bounds = (1, 1_000_000, 1, 1_000, 0)
        self.fees = (0, 0)
        self.assets = ["BTC", "USDT"]
        self.markets = ["BTCUSDT"]
        self.operations: dict[int, int] = defaultdict(int)
        """The last operation of every source; an account's own source is the account."""
        self.terms: dict[int, Terms] = defaultdict(lambda: (0, 0, u.MAY_ALL))

    def used(self, command: ask.Command, reason: int) -> None:
        """A refused operation has used its number, unless it was refused before its source was looked at."""
        if isinstance(command, OPERATIONS) and (reason == OK or reason > OPERATION_CHANGED):
            self.operations[command.source] = command.operation

    def market(self, symbol: str | None) -> int:
        return self.markets.index(symbol) if symbol else 0
