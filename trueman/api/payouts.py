"""The desk that pays withdrawals: at most once each, whoever dies in between.

The money is reserved first. Then the row moves from reserved to broadcasting, which only one can do, and only that one
asks for the payment. Whether it went out before he died is for the custody to say: without its proof nothing is sent
again, and an operator decides. What was paid leaves the books; what was surely not is available again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final, NamedTuple, Protocol

import structlog

from trueman.api.desk_switch import Switch
from trueman.api.errors import DATABASE_AWAY
from trueman.core.rejections import REASON_NAMES
from trueman.errors import ServiceError
from trueman.infra.custody import Custody, CustodySilent, NoCustody, Payment, PaymentRefused
from trueman.infra.operations import (
    BROADCASTING,
    DONE,
    FAILED,
    PAID,
    RESERVED,
    RETURN,
    RETURNED,
    SETTLED,
    SETTLEMENT,
    Asked,
    Operation,
    OperationTables,
)

ENDS: Final = {PAID: (SETTLEMENT, SETTLED), FAILED: (RETURN, RETURNED)}
OVER: Final = (SETTLED, RETURNED)
RUNBOOK: Final = "docs/runbooks/withdrawal-in-doubt.md"
FAULT: Final = "docs/runbooks/withdrawal-met-a-fault.md"
NOT_NOW: Final = (*DATABASE_AWAY, ServiceError)
NOBODY_SAID: Final = "it is not known whether it was paid: nobody wrote down what came of asking for it"

logger = structlog.get_logger()


class Books(Protocol):
    """The wallet, as the desk needs it."""

    async def in_turn(self, asked: Asked) -> Operation:
        """Do a numbered operation, after the account's others."""
        ...

    async def known(self, asked: Asked) -> Operation | None:
        """What became of an operation of that name, as the tables say once they have all that the log has now."""
        ...


class Terms(NamedTuple):
    describe: Callable[[Operation], tuple[str, str]]
    """Asset and amount, as the custody knows them."""
    hindrance: Callable[[Operation], str]
    """Why nothing may be sent at this moment; empty when it may."""
    clock_us: Callable[[], int]
    timeout_seconds: float
    """How long the custody may take for an answer."""


class Desk:
    def __init__(
        self, operations: OperationTables, custody: Custody, books: Books, terms: Terms, switch: Switch
    ) -> None:
        self.switch = switch
        self._operations = operations
        self._custody = custody
        self._books = books
        self._terms = terms
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
        for operation in await self._operations.unfinished():
            left += (await self.go_on(operation)).payout not in OVER
        return left

    async def go_on(self, operation: Operation) -> Operation:
        """The operation as far as it went; what could not be done now is done later, by whoever runs the desk."""
        try:
            if operation.payout in (RESERVED, BROADCASTING):
                operation = await self._ended_before(operation)
            if operation.payout == RESERVED and self.pays and (await self.switch.look()).is_open:
                operation = await self._pay(operation)
            elif operation.payout == BROADCASTING:
                operation = await self._look_up(operation)
            if operation.payout in ENDS:
                operation = await self._end(operation)
        except NOT_NOW as error:
            logger.warning("a withdrawal waits", **_named(operation), reason=_told(error))
            if isinstance(error, CustodySilent):
                await self._note(operation, _told(error))
        except Exception as error:
            # Whatever a custody's client raises: this one stays where it is written down to be, the others go on.
            self.faults += 1
            logger.error("a withdrawal met a fault", **_named(operation), faults=self.faults, see=FAULT, exc_info=error)
            await self._note(operation, _told(error))
        return operation

    async def find(self, operation: Operation) -> str | None:
        """The transaction by which the custody has paid it. Raise CustodySilent when it does not say."""
        async with self._patiently("was not asked in time whether it has paid"):
            return await self._custody.find(key_of(operation))

    async def _ended_before(self, operation: Operation) -> Operation:
        """Tables that went back may say "reserved" of what the log has settled or returned long ago."""
        for kind, step in ENDS.values():
            known = await self._books.known(_ending(operation, kind))
            if known is not None and known.state == DONE:
                logger.warning("the log has this withdrawal's end already", **_named(operation), end=step)
                txid = await self.find(operation) if step == SETTLED else None
                return await self._move(operation, step, txid or "")
        return operation

    async def _pay(self, operation: Operation) -> Operation:
        sent = await self.find(operation)
        if sent is not None:
            # Our tables went back to before the payment (a restored copy): it must not go out again.
            logger.info("the custody has this payment already", operation=key_of(operation), txid=sent)
            return await self._move(operation, PAID, sent)
        hindrance = self._terms.hindrance(operation)
        if hindrance:
            await self._note(operation, hindrance)
            return operation
        if not await self._operations.move(operation, BROADCASTING, self._terms.clock_us()):
            return operation
        return await self._send(operation._replace(payout=BROADCASTING, trouble=""))

    async def _send(self, operation: Operation) -> Operation:
        payment = Payment(key_of(operation), *self._terms.describe(operation), operation.address)
        try:
            async with self._patiently("did not say in time whether it has paid"):
                txid = await self._custody.pay(payment)
        except PaymentRefused as refusal:
            logger.warning("a withdrawal was not paid", operation=payment.key, reason=str(refusal))
            return await self._move(operation, FAILED, trouble=f"the custody refused it: {refusal}")
        except NOT_NOW as error:
            logger.error("it is not known whether a withdrawal was paid", operation=payment.key, see=RUNBOOK)
            await self._note(operation, f"it is not known whether it was paid: {_told(error)}")
            return operation
        except Exception as error:
            await self._note(operation, f"it is not known whether it was paid: {_told(error)}")
            raise
        return await self._move(operation, PAID, txid)

    async def _look_up(self, operation: Operation) -> Operation:
        """Somebody asked for it and did not write down what came of it."""
        txid = await self.find(operation)
        if txid is None:
            logger.error("it is not known whether a withdrawal was paid", operation=key_of(operation), see=RUNBOOK)
            await self._note(operation, operation.trouble or NOBODY_SAID)
            return operation
        return await self._move(operation, PAID, txid)

    async def _end(self, operation: Operation) -> Operation:
        """Out of the books, or back: once, because its name is used once (no caller can choose one with a blank)."""
        kind, step = ENDS[operation.payout]
        ended = await self._books.in_turn(_ending(operation, kind))
        if ended.state != DONE:
            self.faults += 1
            reason = REASON_NAMES.get(ended.reason, str(ended.reason))
            logger.error("a withdrawal could not be ended", **_named(operation), reason=reason, see=FAULT)
            await self._note(operation, f"the exchange refused its {kind}: {reason}")
            return operation
        return await self._move(operation, step, trouble=operation.trouble if step == RETURNED else "")

    async def _move(self, operation: Operation, target: str, txid: str = "", trouble: str = "") -> Operation:
        """Where it then is: there already, perhaps, or elsewhere, when somebody else was first."""
        if await self._operations.move(operation, target, self._terms.clock_us(), txid, trouble):
            return operation._replace(payout=target, txid=txid or operation.txid, trouble=trouble)
        return await self._operations.find(*operation[:2]) or operation

    async def _note(self, operation: Operation, trouble: str) -> None:
        """For the operator's list; the log has it already."""
        if trouble != operation.trouble:
            with contextlib.suppress(*NOT_NOW):
                await self._operations.note_trouble(operation, trouble)

    @contextlib.asynccontextmanager
    async def _patiently(self, what: str) -> AsyncIterator[None]:
        seconds = self._terms.timeout_seconds
        try:
            async with asyncio.timeout(seconds) as patience:
                yield
        except TimeoutError as error:
            if not patience.expired():
                raise
            raise CustodySilent(f"the custody {what} ({seconds:g} s)") from error


def _ending(operation: Operation, kind: str) -> Asked:
    name = f"{kind} {operation.operation}"
    return Asked(kind, operation.account, operation.asset, operation.amount, str(operation.operation), name)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, ServiceError) else f"{type(error).__name__}: {error}"


def _named(operation: Operation) -> dict[str, str]:
    return {"operation": key_of(operation), "step": operation.payout}


def key_of(operation: Operation) -> str:
    """With the moment of its decision in it, which the log knows too: numbers are given again after a copy of both
    was restored, a payment's name never is."""
    return f"{operation.account}-{operation.operation}-{operation.decided_us}"
