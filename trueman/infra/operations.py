"""The wallet's numbered operations: what each is, how far it is, and the door to the table that lists them.

The list is the api's own; the log has every operation that was taken as well, with a mark of what was asked. So a list
that went back to an older copy is mended out of the log: each lost row comes back with its outcome, and gets its name
again when somebody asks for the same. `PostgresOperations` and `MemoryOperations` meet one contract test.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple, Protocol

import msgspec

from trueman.core import commands, rejections
from trueman.errors import ServiceError
from trueman.views.source_operations import SourceOperation

PENDING: Final = "pending"
DONE: Final = "done"
REFUSED: Final = "refused"

DEPOSIT: Final = "deposit"
WITHDRAWAL: Final = "withdrawal"
"""At once; how it was done before there was a desk."""
PAYOUT: Final = "payout"
"""Reserved, then paid, then settled."""
SETTLEMENT: Final = "settlement"
RETURN: Final = "return"
CREDIT: Final = "credit"
"""Out of the operator's own account; its `address` is the number of the account that gets it."""

RESERVED: Final = "reserved"
"""The money is put aside; nobody has been asked to send it."""
BROADCASTING: Final = "broadcasting"
"""Somebody has been asked to send it, and may have."""
PAID: Final = "paid"
SETTLED: Final = "settled"
"""Paid, and out of the books."""
FAILED: Final = "failed"
"""It was surely not sent."""
RETURNED: Final = "returned"
"""Not sent, and available again."""
UNFINISHED: Final = (RESERVED, BROADCASTING, PAID, FAILED)

Move = (
    commands.Deposit
    | commands.Withdraw
    | commands.ReserveWithdrawal
    | commands.SettleWithdrawal
    | commands.ReleaseWithdrawal
)
MOVES: Final[dict[str, type[Move]]] = {
    DEPOSIT: commands.Deposit,
    WITHDRAWAL: commands.Withdraw,
    PAYOUT: commands.ReserveWithdrawal,
    SETTLEMENT: commands.SettleWithdrawal,
    RETURN: commands.ReleaseWithdrawal,
}
WORD_OF: Final = {
    commands.DEPOSIT: DEPOSIT,
    commands.WITHDRAW: WITHDRAWAL,
    commands.RESERVE_WITHDRAWAL: PAYOUT,
    commands.SETTLE_WITHDRAWAL: SETTLEMENT,
    commands.RELEASE_WITHDRAWAL: RETURN,
    commands.TRANSFER: CREDIT,
}
CAME_BACK: Final = "it came back out of the log, without its address: whether it was sent is for the custody to say"
MARK_BYTES: Final = 8


class Asked(NamedTuple):
    """What somebody wants. Two with the same client id are one."""

    kind: str
    """deposit, credit, payout (a withdrawal in steps), settlement or return (its end), or withdrawal (at once)."""
    account: int
    asset: int
    amount: int
    """Atoms of the asset."""
    address: str = ""
    client_id: str = ""
    """The caller's own name for it, unique within the account for ever; empty for none."""


class Operation(NamedTuple):
    account: int
    operation: int
    kind: str
    asset: int
    amount: int
    address: str
    client_id: str
    state: str
    reason: int
    """Why it was refused, as the core counts reasons. While it is pending: minus how often it was claimed."""
    number: int | None
    """The command that decided it."""
    created_us: int
    payout: str = ""
    """Of a payout whose money is reserved: how far it is."""
    txid: str = ""
    """Where the chain has it."""
    decided_us: int = 0
    """The log's time of the command that decided it: part of a payment's name."""
    mark: int = 0
    """Not 0: it came back out of the log, which knows only this of what was asked."""
    step_us: int = 0
    """When a payout came to where it is."""
    trouble: str = ""
    """Why a payout is not further."""

    @property
    def asked(self) -> Asked:
        return Asked(self.kind, self.account, self.asset, self.amount, self.address, self.client_id)


class Mend(NamedTuple):
    """What has to change in an account's list so that it says what the log says."""

    settled: tuple[Operation, ...] = ()
    """Pending ones that the log has decided."""
    gone: Operation | None = None
    """A pending one that was given the number of a lost one."""
    came: tuple[Operation, ...] = ()
    """Lost ones, decided."""
    again: Operation | None = None
    """The one that is gone, to be written down under the next free number."""


class OperationTables(Protocol):
    async def insert(self, asked: Asked, now_us: int) -> Operation | None:
        """The account's next operation, pending; None while another is open or was numbered at the same moment, and
        while the list is behind: what is asked for may be among what it lacks."""
        ...

    async def settle(self, operation: Operation) -> None:
        """Write down what a pending operation came to. Whoever is second changes nothing."""

    async def claim(self, operation: Operation) -> Operation | None:
        """Before submitting what somebody else wrote down, who may be at it: from now on only we may withdraw it.

        None when it is pending no more.
        """
        ...

    async def withdraw_number(self, operation: Operation) -> bool:
        """Forget an operation that the exchange never saw, so that the next one takes its number.

        False when somebody else has claimed it meanwhile: what he submits may be executed.
        """
        ...

    async def find(self, account: int, operation: int) -> Operation | None: ...

    async def find_client_id(self, account: int, client_id: str) -> Operation | None: ...

    async def pending(self, account: int) -> Operation | None: ...

    async def accounts_pending(self) -> list[int]: ...

    async def nameless(self, account: int) -> list[Operation]:
        """Those that came back and have a mark in the place of a name."""
        ...

    async def name(self, operation: Operation, asked: Asked) -> None:
        """Give one of these its name and address back."""

    async def move(self, operation: Operation, target: str, now_us: int, txid: str = "", trouble: str = "") -> bool:
        """A payout to its next step; False when it is not where it was thought to be: somebody else has moved it.

        While the desk is closed nobody moves one to where its payment is asked for, whatever he thinks of the desk."""
        ...

    async def note_trouble(self, operation: Operation, trouble: str) -> None:
        """Why a payout stays at its step."""

    async def rename(self, operation: Operation, client_id: str) -> None:
        """Another name for an operation that was refused, so that its own is free again."""

    async def unfinished(self) -> list[Operation]:
        """Payouts under way, the oldest first; those in doubt after the others, so that many of them keep nobody
        from being paid. A bounded number."""
        ...

    async def offset(self) -> int:
        """How far the tables are that come from the log."""
        ...

    async def logged(self, account: int, operation: int) -> SourceOperation | None:
        """The operation of that number, as the log has it; None when the tables know of none (yet)."""
        ...

    async def is_behind(self, account: int) -> bool:
        """Whether the log is known to have taken later operations of the account than the list has."""
        ...

    async def mend(self, account: int) -> Mend:
        """Make the account's list say what the log says, as far as the tables know it. Whole, or not at all.

        Raise ServiceError when somebody else is at the list at the same moment.
        """
        ...

    async def behind(self) -> tuple[int, list[int]]:
        """How far the tables are, and the accounts whose lists lack something up to there."""
        ...

    async def mended(self, number: int) -> None:
        """The lists lack nothing up to this command."""


def mark_of(asked: Asked, operation: int, created_us: int = 0) -> int:
    """What the log keeps of an operation's cause, as the tag of its command: negative, for other tags are not.

    One without a name is known by the moment in which it was written down.
    """
    text = msgspec.json.encode((*asked, operation, 0 if asked.client_id else created_us))
    return -1 - (int.from_bytes(blake2b(text, digest_size=MARK_BYTES).digest(), "big") >> 1)


def own_mark(operation: Operation) -> int:
    return mark_of(operation.asked, operation.operation, operation.created_us)


def command_of(operation: Operation) -> Move | commands.Transfer:
    """The account itself is the source that numbers its operations."""
    account = operation.account
    mark = own_mark(operation)
    fields = (mark, account, account, operation.operation, operation.asset, operation.amount)
    if operation.kind == CREDIT:
        return commands.Transfer(*fields, target=int(operation.address))
    return MOVES[operation.kind](*fields)


def is_same(logged: SourceOperation, operation: Operation) -> bool:
    """Whether the log's operation of that number is this one. Without a mark it goes by what it moved."""
    if logged.number == operation.number:
        return True
    moved = (WORD_OF[logged.kind], logged.asset, logged.amount, str(logged.target))
    target = operation.address if operation.kind == CREDIT else "0"
    if moved != (operation.kind, operation.asset, operation.amount, target):
        return False
    return logged.tag >= 0 or logged.tag == own_mark(operation)


def outcome(operation: Operation, number: int, time_us: int, reason: int) -> Operation:
    """The operation as command `number` decided it."""
    state = DONE if reason == rejections.OK else REFUSED
    payout = RESERVED if operation.kind == PAYOUT and state == DONE else operation.payout
    return operation._replace(
        state=state, reason=reason, number=number, payout=payout, decided_us=time_us, step_us=time_us
    )


def mending(lost: Sequence[tuple[SourceOperation, Operation | None]]) -> Mend:
    """`lost`: what the log has of an account, and what the list has under that number instead."""
    settled: tuple[Operation, ...] = ()
    came: list[Operation] = []
    gone: Operation | None = None
    for logged, found in lost:
        if found is not None and found.state != PENDING:
            raise ServiceError(
                f"operation {found.operation} of account {found.account} was decided by command {found.number}, "
                f"but the log has it from command {logged.number}"
            )
        if found is not None and is_same(logged, found):
            settled = (outcome(found, logged.number, logged.time_us, logged.reason),)
            continue
        gone = found or gone
        came.append(_back(logged))
    again = gone
    for at, back in enumerate(came):
        if gone is not None and back.mark == mark_of(gone.asked, back.operation):
            came[at], again = named(back, gone.asked), None
    return Mend(settled, gone, tuple(came), again)


def named(back: Operation, asked: Asked) -> Operation:
    return back._replace(address=asked.address, client_id=asked.client_id, mark=0)


def _back(logged: SourceOperation) -> Operation:
    """A lost row, as far as the log knows it. A payout may have been sent, and to where nobody knows."""
    kind = WORD_OF[logged.kind]
    address = str(logged.target) if kind == CREDIT else ""
    fields = (logged.account, logged.operation, kind, logged.asset, logged.amount, address, "", PENDING, 0, None)
    empty = Operation(*fields, created_us=logged.time_us, mark=min(logged.tag, 0))
    back = outcome(empty, logged.number, logged.time_us, logged.reason)
    return back._replace(payout=BROADCASTING, trouble=CAME_BACK) if back.payout else back
