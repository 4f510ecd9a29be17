"""Deposits and withdrawals, exactly once, whatever dies in between.

An operation is written down with its account's next number, then submitted, then marked with what it came to. The
exchange takes each number once and answers the last one again, so an operation whose outcome is unknown is simply
submitted again: before the account's next one, and when the api starts. What the exchange says of a number that was
used before is compared with the log's own list of operations: ours may be older, when PostgreSQL was restored.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

import structlog

from trueman.api.desk_switch import Switch
from trueman.api.errors import DATABASE_AWAY
from trueman.api.payouts import Desk, Terms
from trueman.core import rejections
from trueman.core.events import Decided
from trueman.errors import Conflict, LogUnavailable, OutcomeUnknown, Overloaded, ServiceError
from trueman.infra.custody import Custody, NoCustody
from trueman.infra.log import Log
from trueman.infra.operations import (
    PENDING,
    Asked,
    Operation,
    OperationTables,
    command_of,
    is_same,
    mark_of,
    named,
    outcome,
)
from trueman.infra.writer import CommandWriter
from trueman.views.source_operations import NUMBER_USED

NUMBER_ATTEMPTS_MAX: Final = 20
"""How often another process may take the account's next number first."""
LOOK_SECONDS: Final = 0.02
NOT_WRITTEN: Final = (LogUnavailable, Overloaded)
CAME_BACK: Final = (
    "withdrawals were in the log and not in the tables: PostgreSQL is older than it was, and may not know of payments"
)
ITSELF: Final = "the exchange itself"
RUNBOOK: Final = "docs/runbooks/wallet-operations-came-back.md"
USED_BEFORE: Final = (rejections.OPERATION_OUT_OF_ORDER, rejections.OPERATION_CHANGED)

logger = structlog.get_logger()


class NumberTaken(Exception):
    """Another operation, which our list had lost, has this one's number: this one was surely not done."""


def in_atoms(operation: Operation) -> tuple[str, str]:
    """Asset and amount for a custody that counts as the exchange does."""
    return str(operation.asset), str(operation.amount)


def unhindered(operation: Operation) -> str:
    return ""


class Wallet:
    def __init__(
        self,
        operations: OperationTables,
        log: Log,
        writer: CommandWriter,
        clock_us: Callable[[], int],
        switch: Switch,
        *,
        custody: Custody | None = None,
        describe: Callable[[Operation], tuple[str, str]] = in_atoms,
        hindrance: Callable[[Operation], str] = unhindered,
        custody_timeout_seconds: float = 30.0,
        tables_seconds: float = 5.0,
    ) -> None:
        """`tables_seconds`: how long one waits for the tables that come from the log before it is left for later."""
        terms = Terms(describe, hindrance, clock_us, custody_timeout_seconds)
        self.desk = Desk(operations, custody or NoCustody(), self, terms, switch)
        self.operations = operations
        self._log = log
        self._writer = writer
        self._clock_us = clock_us
        self._tables_seconds = tables_seconds
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
        """Now and then: bring back what our list has lost, and every operation that is still open to its end. Return
        how many accounts could not be."""
        number, accounts = await self.operations.behind()
        left = await self._each(accounts, self._mend)
        if left == 0:
            await self.operations.mended(number)
        return left + await self._each(await self.operations.accounts_pending(), self._settle_pending)

    async def _each(self, accounts: list[int], act: Callable[[int], Awaitable[None]]) -> int:
        left = 0
        for account in accounts:
            try:
                async with self._lock(account):
                    await act(account)
            except ServiceError as error:
                left += 1
                logger.warning("a wallet operation stays open", account=account, reason=str(error))
        return left

    async def earlier(self, account: int, client_id: str) -> Operation | None:
        """What was asked for under this name."""
        return await self.operations.find_client_id(account, client_id)

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

    async def in_turn(self, asked: Asked) -> Operation:
        """After the account's other operations."""
        async with self._lock(asked.account):
            for _ in range(NUMBER_ATTEMPTS_MAX):
                operation = await self._number(asked)
                if operation.state != PENDING:
                    return operation
                try:
                    return await self._decide(operation)
                except NumberTaken as taken:
                    await self._withdraw_number(operation, taken)
        raise Overloaded("Too many deposits and withdrawals of one account at the same moment.")

    async def known(self, asked: Asked) -> Operation | None:
        """What became of an operation of that name, as the tables say once they have all that the log has now."""
        await self._reach(await self._log.last_event())
        async with self._lock(asked.account):
            await self._catch_up(asked.account)
            return await self._earlier(asked)

    async def _perform(self, asked: Asked) -> Operation:
        operation = await self.in_turn(asked)
        return await self.desk.go_on(operation) if operation.payout else operation

    async def _number(self, asked: Asked) -> Operation:
        """A new pending operation, or the decided one that this repeats."""
        for _ in range(NUMBER_ATTEMPTS_MAX):
            await self._settle_pending(asked.account)
            await self._catch_up(asked.account)
            earlier = await self._earlier(asked)
            if earlier is not None and earlier.asked != asked:
                raise Conflict("This clientId was used for another deposit or withdrawal.", field="clientId")
            if earlier is not None and earlier.state != PENDING:
                return earlier
            operation = await self.operations.insert(asked, self._clock_us())
            if operation is not None:
                return operation
        raise Overloaded("Too many deposits and withdrawals of one account at the same moment.")

    async def _earlier(self, asked: Asked) -> Operation | None:
        """By its name, or by the mark of one that came back without."""
        if not asked.client_id:
            return None
        earlier = await self.operations.find_client_id(asked.account, asked.client_id)
        if earlier is not None:
            return earlier
        for back in await self.operations.nameless(asked.account):
            if back.mark == mark_of(asked, back.operation):
                await self.operations.name(back, asked)
                return named(back, asked)
        return None

    async def _catch_up(self, account: int) -> None:
        if await self.operations.is_behind(account):
            await self._mend(account)

    async def _mend(self, account: int) -> None:
        mend = await self.operations.mend(account)
        if mend.came:
            numbers = [operation.operation for operation in mend.came]
            logger.warning("operations came back out of the log", account=account, operations=numbers, see=RUNBOOK)
        if any(operation.payout for operation in mend.came):
            await self.desk.switch.close(CAME_BACK, ITSELF)

    async def _settle_pending(self, account: int) -> None:
        """Raise ServiceError while the account's earlier operation cannot be brought to its end."""
        for _ in range(NUMBER_ATTEMPTS_MAX):
            operation = await self.operations.pending(account)
            if operation is not None:
                operation = await self.operations.claim(operation)
            if operation is None:
                return
            try:
                await self._submit(operation)
            except NumberTaken:
                await self._mend(account)
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
        if not await self.operations.withdraw_number(operation):
            raise OutcomeUnknown("another process of ours is at this operation; ask for it by its clientId") from why

    async def _submit(self, operation: Operation) -> Operation:
        """Raise NumberTaken when its number was another's."""
        decided = (await self._writer.submit(command_of(operation))).decided
        if decided.repeat_of or decided.reason in USED_BEFORE:
            ended = await self._as_logged(operation, decided)
        elif decided.reason in NUMBER_USED:
            ended = outcome(operation, decided.number, decided.time_us, decided.reason)
        else:
            await self._withdraw_number(operation)
            return outcome(operation, decided.number, decided.time_us, decided.reason)
        try:
            await self.operations.settle(ended)
        except DATABASE_AWAY as error:
            # It is decided all the same; the next operation or start submits it again and hears the same.
            logger.warning("a decision could not be marked", account=operation.account, reason=str(error))
        return ended

    async def _as_logged(self, operation: Operation, decided: Decided) -> Operation:
        """The number was used before: by this operation, or by another that our list does not have any more."""
        await self._reach(decided.number)
        logged = await self.operations.logged(operation.account, operation.operation)
        if logged is not None and is_same(logged, operation):
            return outcome(operation, logged.number, logged.time_us, logged.reason)
        if logged is not None:
            raise NumberTaken
        if decided.repeat_of:  # from before the tables kept such operations
            return outcome(operation, decided.repeat_of, operation.created_us, decided.reason)
        raise ServiceError(f"operation {operation.operation} of account {operation.account} is out of order")

    async def _reach(self, number: int) -> None:
        """Wait until the tables that come from the log have command `number`. Raise OutcomeUnknown when they lag."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._tables_seconds
        while (offset := await self.operations.offset()) < number:
            if loop.time() >= deadline:
                raise OutcomeUnknown(f"the tables are at command {offset} and wait for {number}; try again later")
            await asyncio.sleep(LOOK_SECONDS)

    def _lock(self, account: int) -> asyncio.Lock:
        """Kept while somebody holds it or waits for it."""
        return self._locks.setdefault(account, asyncio.Lock())
