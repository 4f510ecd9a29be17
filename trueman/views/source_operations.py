"""The numbered operations that the exchange took, as the log has them: whoever lost his own list reads it here again.

A result says how a command was decided, the command beside it what was asked. Together they are a row for each number
that a source has used up, refused ones too.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from trueman.core import commands, rejections
from trueman.core.codec import COMMAND_LAYOUTS, decode_commands
from trueman.core.commands import Command
from trueman.views.command_bytes import size_at

MONEY_RECORDS: Final = (
    commands.Deposit,
    commands.Withdraw,
    commands.ReserveWithdrawal,
    commands.SettleWithdrawal,
    commands.ReleaseWithdrawal,
    commands.Transfer,
)
MONEY_KINDS: Final = frozenset(kind for kind, layout in COMMAND_LAYOUTS.items() if layout.record in MONEY_RECORDS)
KIND_OF: Final = {layout.record: kind for kind, layout in COMMAND_LAYOUTS.items() if layout.record in MONEY_RECORDS}
NUMBER_USED: Final = frozenset(
    {rejections.OK, rejections.ACCOUNT_RESTRICTED, rejections.SUPPLY_EXCEEDED, rejections.FUNDS_INSUFFICIENT}
)
"""The answers that use up the operation's number; after any other the exchange still waits for it."""


class SourceOperation(NamedTuple):
    source: int
    operation: int
    number: int
    """The command that the exchange took."""
    time_us: int
    kind: int
    """The command's kind."""
    account: int
    asset: int
    amount: int
    target: int
    """Of a transfer; else 0."""
    reason: int
    tag: int
    """The command's own; a negative one is the mark of what was asked (`infra/operations.py`)."""


def taken(frame: bytes, first: int, decided: Mapping[int, tuple[int, int]]) -> Iterator[SourceOperation]:
    """The operations of a frame of commands, `decided` being the time and the reason of those that used a number.

    Raise ValueError when what stands in one's place is no such operation.
    """
    at, number, left = 0, first, len(decided)
    while left:
        size = size_at(frame, at)
        if size == 0:
            raise ValueError(f"of the commands from {number} on no bytes can be read")
        if number in decided:
            yield _taken(decode_commands(frame[at : at + size])[0], number, *decided[number])
            left -= 1
        at += size
        number += 1


def _taken(command: Command, number: int, time_us: int, reason: int) -> SourceOperation:
    if not isinstance(command, MONEY_RECORDS):
        raise ValueError(f"command {number} moves no money, but its result says that it did")
    target = command.target if isinstance(command, commands.Transfer) else 0
    return SourceOperation(
        source=command.source,
        operation=command.operation,
        number=number,
        time_us=time_us,
        kind=KIND_OF[type(command)],
        account=command.account,
        asset=command.asset,
        amount=command.amount,
        target=target,
        reason=reason,
        tag=command.tag,
    )
