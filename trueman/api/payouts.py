"""The desk that pays withdrawals: at most once each, whoever dies in between.

The money is reserved first. Then the row moves from reserved to broadcasting, which only one can do, and only that one
asks for the payment. Whether it went out before he died is for the custody to say: without its proof nothing is sent
again, and an operator decides. What was paid leaves the books; what was surely not is available again.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg
import structlog

from trueman.api.desk_switch import Switch
from trueman.api.errors import DATABASE_AWAY
from trueman.errors import ServiceError
from trueman.infra.custody import Custody, NoCustody, Payment, PaymentRefused
from trueman.infra.database import payouts
from trueman.infra.database.payouts import BROADCASTING, FAILED, PAID, RESERVED, RETURNED, SETTLED
from trueman.infra.database.wallet_operations import DONE, Asked, Operation

SETTLEMENT: Final = "settlement"
RETURN: Final = "return"
ENDS: Final = {PAID: (SETTLEMENT, SETTLED), FAILED: (RETURN, RETURNED)}
RUNBOOK: Final = "docs/runbooks/withdrawal-in-doubt.md"
FAULT: Final = "docs/runbooks/withdrawal-met-a-fault.md"
NOT_NOW: Final = (*DATABASE_AWAY, ServiceError)

logger = structlog.get_logger()


class Desk:
    def __init__(
        self,
        database: asyncpg.Pool,
        custody: Custody,
        perform: Callable[[Asked], Awaitable[Operation]],
        describe: Callable[[Operation], tuple[str, str]],
        switch: Switch,
    ) -> None:
        """`perform` does a numbered operation; `describe` names asset and amount as the custody knows them."""
        self.switch = switch
        self._database = database
        self._custody = custody
        self._perform = perform
        self._describe = describe
        self.faults = 0
        """How often something else than an absent neighbour stopped a withdrawal."""

    @property
    def pays(self) -> bool:
        """Whether there is somebody to pay a withdrawal; without him what is reserved stays so."""
        return not isinstance(self._custody, NoCustody)

    async def run(self) -> int:
        """Take every withdrawal as far as it goes; return how many are not at their end."""
        await self.switch.look()  # also when nothing waits: whoever watches the desk learns of it now
        left = 0
        for operation in await payouts.unfinished(self._database):
            left += (await self.go_on(operation)).payout not in (SETTLED, RETURNED)
        return left

    async def go_on(self, operation: Operation) -> Operation:
        """The operation as far as it went; what could not be done now is done later, by whoever runs the desk."""
        try:
            if operation.payout == RESERVED and self.pays and (await self.switch.look()).is_open:
                operation = await self._pay(operation)
            elif operation.payout == BROADCASTING:
                operation = await self._look_up(operation)
            if operation.payout in ENDS:
                operation = await self._end(operation)
        except NOT_NOW as error:
            logger.warning("a withdrawal waits", operation=key_of(operation), step=operation.payout, reason=str(error))
        except Exception as error:
            # Whatever a custody's client raises: this one stays where it is written down to be, the others go on.
            self.faults += 1
            logger.error("a withdrawal met a fault", **_named(operation), faults=self.faults, see=FAULT, exc_info=error)
        return operation

    async def _pay(self, operation: Operation) -> Operation:
        if not await self._move(operation, BROADCASTING):
            return operation
        operation = operation._replace(payout=BROADCASTING)
        sent = await self._custody.find(key_of(operation))
        if sent is not None:
            # Our tables went back to before the payment (a restored copy): it must not go out again.
            logger.info("the custody has this payment already", operation=key_of(operation), txid=sent)
            return await self._paid(operation, sent)
        try:
            txid = await self._custody.pay(Payment(key_of(operation), *self._describe(operation), operation.address))
        except PaymentRefused as refusal:
            logger.warning("a withdrawal was not paid", operation=key_of(operation), reason=str(refusal))
            await self._move(operation, FAILED)
            return operation._replace(payout=FAILED)
        return await self._paid(operation, txid)

    async def _look_up(self, operation: Operation) -> Operation:
        """Somebody asked for it and did not write down what came of it."""
        txid = await self._custody.find(key_of(operation))
        if txid is None:
            logger.error("it is not known whether a withdrawal was paid", operation=key_of(operation), see=RUNBOOK)
            return operation
        return await self._paid(operation, txid)

    async def _paid(self, operation: Operation, txid: str) -> Operation:
        await payouts.move(self._database, operation.account, operation.operation, BROADCASTING, PAID, txid)
        return operation._replace(payout=PAID, txid=txid)

    async def _end(self, operation: Operation) -> Operation:
        """Out of the books, or back: once, because its name is used once (no caller can choose one with a blank)."""
        kind, step = ENDS[operation.payout]
        account, asset, amount = operation.account, operation.asset, operation.amount
        name = f"{kind} {operation.operation}"
        ended = await self._perform(Asked(kind, account, asset, amount, str(operation.operation), name))
        if ended.state != DONE:
            self.faults += 1
            logger.error("a withdrawal could not be ended", **_named(operation), reason=ended.reason, see=FAULT)
            return operation
        await self._move(operation, step)
        return operation._replace(payout=step)

    async def _move(self, operation: Operation, target: str) -> bool:
        return await payouts.move(self._database, operation.account, operation.operation, operation.payout, target)


def _named(operation: Operation) -> dict[str, str]:
    return {"operation": key_of(operation), "step": operation.payout}


def key_of(operation: Operation) -> str:
    """With the moment in it: numbers are given again after a copy was restored, a payment's name never is."""
    return f"{operation.account}-{operation.operation}-{operation.created_us}"
