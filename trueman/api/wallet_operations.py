"""Deposits and withdrawals, exactly once, whatever dies in between.

An operation is written down with its account's next number, then submitted, then marked with what it came to. The
exchange takes each number once and answers the last one again, so an operation whose outcome is unknown is simply
submitted again: before the account's next one, and when the api starts.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from weakref import WeakValueDictionary

import asyncpg
import structlog

from trueman.api.desk_switch import Switch
from trueman.api.errors import DATABASE_AWAY
from trueman.api.payouts import RETURN, SETTLEMENT, Desk
from trueman.core import commands, rejections
from trueman.core.codec import Result
from trueman.errors import Conflict, LogUnavailable, OutcomeUnknown, Overloaded, ServiceError
from trueman.infra.custody import Custody, NoCustody
from trueman.infra.database import wallet_operations
from trueman.infra.database.payouts import RESERVED
from trueman.infra.database.wallet_operations import DONE, PENDING, REFUSED, Asked, Operation
from trueman.infra.writer import CommandWriter

DEPOSIT: Final = "deposit"
WITHDRAWAL: Final = "withdrawal"
"""At once; how it was done before there was a desk."""
PAYOUT: Final = "payout"
"""Reserved, then paid, then settled."""
CREDIT: Final = "credit"
"""Out of the operator's own account; its `address` is the number of the account that gets it."""
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
NUMBER_ATTEMPTS_MAX: Final = 20
"""How often another process may take the account's next number first."""
NOT_WRITTEN: Final = (LogUnavailable, Overloaded)
NUMBER_USED: Final = frozenset(
    {rejections.OK, rejections.ACCOUNT_RESTRICTED, rejections.SUPPLY_EXCEEDED, rejections.FUNDS_INSUFFICIENT}
)
"""The answers that use up the operation's number; after any other the exchange still waits for it."""

logger = structlog.get_logger()


def in_atoms(operation: Operation) -> tuple[str, str]:
    """Asset and amount for a custody that counts as the exchange does."""
    return str(operation.asset), str(operation.amount)


class Wallet:
    def __init__(
        self,
        database: asyncpg.Pool,
        writer: CommandWriter,
        clock_us: Callable[[], int],
        switch: Switch,
        custody: Custody | None = None,
        describe: Callable[[Operation], tuple[str, str]] = in_atoms,
    ) -> None:
        self.desk = Desk(database, custody or NoCustody(), self._in_turn, describe, switch)
        self._database = database
        self._writer = writer
        self._clock_us = clock_us
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Operation]] = set()

    async def perform(self, asked: Asked) -> Operation:
        """Do it, or say why not: the operation as decided. A caller who goes away does not stop it half-way.

        With a client id that was used before it is not done again: its first outcome is told. Raise OutcomeUnknown
        when the answer did not come in time, Conflict when that client id named something else, and ServiceError
        when nothing was done.
        """
        task = asyncio.create_task(self._perform(asked))
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    async def settle_all(self) -> int:
        """At the start: bring every operation that is still open to its end. Return how many could not be."""
        left = 0
        for account in await wallet_operations.accounts_pending(self._database):
            try:
                async with self._lock(account):
                    await self._settle_pending(account)
            except ServiceError as error:
                left += 1
                logger.warning("a wallet operation stays open", account=account, reason=str(error))
        return left

    async def close(self) -> None:
        """Wait for the operations under way."""
        if self._running:
            await asyncio.wait(self._running)

    @property
    def is_busy(self) -> bool:
        return bool(self._running)

    def _finished(self, task: asyncio.Task[Operation]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # its caller may have gone away

    async def _perform(self, asked: Asked) -> Operation:
        operation = await self._in_turn(asked)
        return await self.desk.go_on(operation) if operation.payout else operation

    async def _in_turn(self, asked: Asked) -> Operation:
        """After the account's other operations."""
        async with self._lock(asked.account):
            operation = await self._number(asked)
            return await self._decide(operation) if operation.state == PENDING else operation

    async def _number(self, asked: Asked) -> Operation:
        """A new pending operation, or the decided one that this repeats."""
        for _ in range(NUMBER_ATTEMPTS_MAX):
            await self._settle_pending(asked.account)
            earlier = await wallet_operations.find_client_id(self._database, asked.account, asked.client_id)
            if earlier is not None and earlier.asked != asked:
                raise Conflict("This clientId was used for another deposit or withdrawal.", field="clientId")
            if earlier is not None and earlier.state != PENDING:
                return earlier
            operation = await wallet_operations.insert(self._database, asked, self._clock_us())
            if operation is not None:
                return operation
        raise Overloaded("Too many deposits and withdrawals of one account at the same moment.")

    async def _settle_pending(self, account: int) -> None:
        """Raise ServiceError while the account's earlier operation cannot be brought to its end."""
        operation = await wallet_operations.pending(self._database, account)
        if operation is not None:
            operation = await wallet_operations.claim(self._database, operation)
        if operation is not None:
            try:
                await self._submit(operation)
            except (*NOT_WRITTEN, OutcomeUnknown) as error:
                raise ServiceError(f"an earlier operation of the account is not decided yet: {error}") from error

    async def _decide(self, operation: Operation) -> Operation:
        """Submit an operation for the first time: when nothing was written, it is as if it had never been asked."""
        try:
            return await self._submit(operation)
        except NOT_WRITTEN as error:
            await self._withdraw_number(operation, error)
            raise

    async def _withdraw_number(self, operation: Operation, why: Exception | None = None) -> None:
        """Raise OutcomeUnknown when another process has taken the operation on, and may have it executed."""
        if not await wallet_operations.withdraw_number(self._database, operation):
            raise OutcomeUnknown("another process of ours is at this operation; ask for it by its clientId") from why

    async def _submit(self, operation: Operation) -> Operation:
        result = await self._writer.submit(_command(operation))
        if result.decided.reason not in NUMBER_USED:
            return await self._not_taken(operation, result)
        decided = _decided(operation, result)
        try:
            await wallet_operations.settle(self._database, decided)
        except DATABASE_AWAY as error:
            # It is decided all the same; the next operation or start submits it again and hears the same.
            logger.warning("a decision could not be marked", account=operation.account, reason=str(error))
        return decided

    async def _not_taken(self, operation: Operation, result: Result) -> Operation:
        """The exchange did not use the number. Out of order: a later one was, and this is a damage to look at."""
        reason = result.decided.reason
        if reason in (rejections.OPERATION_OUT_OF_ORDER, rejections.OPERATION_CHANGED):
            raise ServiceError(f"operation {operation.operation} of account {operation.account} is out of order")
        await self._withdraw_number(operation)
        return _decided(operation, result)

    def _lock(self, account: int) -> asyncio.Lock:
        """Kept while somebody holds it or waits for it."""
        return self._locks.setdefault(account, asyncio.Lock())


def _command(operation: Operation) -> Move | commands.Transfer:
    """The account itself is the source that numbers its operations."""
    account = operation.account
    fields = (0, account, account, operation.operation, operation.asset, operation.amount)
    if operation.kind == CREDIT:
        return commands.Transfer(*fields, target=int(operation.address))
    return MOVES[operation.kind](*fields)


def _decided(operation: Operation, result: Result) -> Operation:
    reason = result.decided.reason
    state = DONE if reason == rejections.OK else REFUSED
    number = result.decided.repeat_of or result.decided.number
    payout = RESERVED if operation.kind == PAYOUT and state == DONE else operation.payout
    return operation._replace(state=state, reason=reason, number=number, payout=payout)
