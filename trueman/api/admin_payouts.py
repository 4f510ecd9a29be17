"""/v1/admin/payouts: the withdrawals that are not at their end, why, and what an operator decides of one.

He says what the custody or the chain has told him: that it was paid, that it surely was not, or that it may be asked
for once more under the same key. What speaks against it, in our tables or at the custody, is refused.
"""

import re
from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from trueman.api.admin_acts import note
from trueman.api.admin_desk import reason_of
from trueman.api.asked import Asked, Asker
from trueman.api.auth import Caller
from trueman.api.http import Request
from trueman.api.payouts import ENDS, key_of
from trueman.errors import BadInput, Conflict, NotFound
from trueman.infra.operations import BROADCASTING, FAILED, PAID, REFUSED, RESERVED, RETURNED, SETTLED, Operation
from trueman.wire.amounts import amount_text

TAGS: Final = ["Administration"]
PAYOUT_ID: Final = re.compile("([0-9]{1,13})-([0-9]{1,16})")
TXID: Final = re.compile("[!-~]{1,128}")


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    reason: str
    """Why; it is kept in the audit log."""


class Payment(msgspec.Struct, forbid_unknown_fields=True):
    txid: str
    reason: str


class PayoutShown(msgspec.Struct, rename="camel"):
    id: str
    key: str
    """Under which the custody knows it."""
    step: str
    asset: str
    amount: str
    address: str
    """Empty when it was lost with the tables."""
    txid: str
    since: int
    """When it came to this step, in milliseconds."""
    age_seconds: int
    trouble: str
    """Why it is not further."""


@get("/v1/admin/payouts", summary="Withdrawals that are not at their end, and why", tags=TAGS)
async def list_payouts(asked: Asked, admin_reader: Asker) -> list[PayoutShown]:
    return [_shown(asked, operation) for operation in await asked.state.wallet.operations.unfinished()]


@post("/v1/admin/payouts/{payout:str}/paid", status_code=200, summary="It was paid, by this transaction", tags=TAGS)
async def paid(payout: FromPath[str], data: JSONBody[Payment], asked: Asked, admin: Asker) -> PayoutShown:
    operation = await _found(asked, payout)
    if not TXID.fullmatch(data.txid):
        raise BadInput("txid", "A txid has 1 to 128 printable ASCII characters and no blanks.")
    if operation.payout in (PAID, SETTLED) and operation.txid not in ("", data.txid):
        raise Conflict(f"It was paid by {operation.txid}.", field="txid")
    if operation.payout in (FAILED, RETURNED):
        raise Conflict("Its money was given back to its owner: what was paid beside that is for the books to settle.")
    if operation.payout == RESERVED:
        raise Conflict("It is reserved: nobody was asked to send it. What the custody has sent all the same, it finds.")
    if operation.payout == BROADCASTING:
        sent = await asked.state.wallet.desk.find(operation)
        if sent not in (None, data.txid):
            raise Conflict(f"The custody says that it was paid by {sent}.", field="txid")
    return await _decide(asked, admin, "PayoutPaid", operation, PAID, reason_of(data.reason), data.txid)


@post("/v1/admin/payouts/{payout:str}/release", status_code=200, summary="It was not paid: give it back", tags=TAGS)
async def release(payout: FromPath[str], data: JSONBody[Decision], asked: Asked, admin: Asker) -> PayoutShown:
    """Only when it surely was not sent and never will be: afterwards its owner can spend the money."""
    operation = await _found(asked, payout)
    if operation.payout in (PAID, SETTLED):
        raise Conflict(f"It was paid by {operation.txid or 'a transaction that the log knows of'}.")
    if operation.payout in (RESERVED, BROADCASTING):
        sent = await asked.state.wallet.desk.find(operation)
        if sent is not None:
            raise Conflict(f"The custody says that it was paid by {sent}. Nothing was released.")
    return await _decide(asked, admin, "PayoutReleased", operation, FAILED, reason_of(data.reason))


@post("/v1/admin/payouts/{payout:str}/retry", status_code=200, summary="Go on with it once more", tags=TAGS)
async def retry(payout: FromPath[str], data: JSONBody[Decision], asked: Asked, admin: Asker) -> PayoutShown:
    """One in doubt is asked for again under its key, which the custody pays once. One whose end the exchange refused is
    ended again."""
    operation, reason = await _found(asked, payout), reason_of(data.reason)
    if operation.payout == BROADCASTING and not operation.address:
        raise Conflict("Its address was lost with the tables: it cannot be sent. Say that it was paid, or release it.")
    if operation.payout in ENDS:
        await _free_the_name(asked, operation)
    target = RESERVED if operation.payout == BROADCASTING else operation.payout
    return await _decide(asked, admin, "PayoutRetried", operation, target, reason)


async def _free_the_name(asked: Request, operation: Operation) -> None:
    """Of its settlement or return, when the exchange has refused that: the next one needs it."""
    operations, (kind, _) = asked.state.wallet.operations, ENDS[operation.payout]
    name = f"{kind} {operation.operation}"
    ended = await operations.find_client_id(operation.account, name)
    if ended is not None and ended.state == REFUSED:
        await operations.rename(ended, f"{name}, refused {ended.operation}")


async def _decide(
    asked: Request, admin: Caller, act: str, operation: Operation, target: str, reason: str, txid: str = ""
) -> PayoutShown:
    """Written down, done, and taken on from there. What stands there already is not moved: it may be asked twice."""
    wallet, key = asked.state.wallet, key_of(operation)
    await note(asked, admin, act, key, {"from": operation.payout, "to": target, "txid": txid, "reason": reason})
    if operation.payout in (RESERVED, BROADCASTING) and operation.payout != target:
        trouble = "" if target == PAID else f"an operator: {reason}"
        await wallet.operations.move(operation, target, asked.state.clock_us(), txid, trouble)
    now = await wallet.desk.go_on(await _found(asked, f"{operation.account}-{operation.operation}"))
    await note(asked, admin, f"{act} decided", key, {"step": now.payout, "txid": now.txid})
    return _shown(asked, now)


async def _found(asked: Request, payout: str) -> Operation:
    named = PAYOUT_ID.fullmatch(payout)
    operation = await asked.state.wallet.operations.find(int(named[1]), int(named[2])) if named else None
    if operation is None or not operation.payout:
        raise NotFound(
            "There is no withdrawal of that id; it is account-number, as in the list of payouts.", field="id"
        )
    return operation


def _shown(asked: Request, operation: Operation) -> PayoutShown:
    asset = asked.state.live.registry.assets[operation.asset]
    since_us = operation.step_us or operation.created_us
    return PayoutShown(
        id=f"{operation.account}-{operation.operation}",
        key=key_of(operation),
        step=operation.payout,
        asset=asset.code,
        amount=amount_text(asset, operation.amount),
        address=operation.address,
        txid=operation.txid,
        since=since_us // 1_000,
        age_seconds=max(asked.state.clock_us() - since_us, 0) // 1_000_000,
        trouble=operation.trouble,
    )


HANDLERS: Final[list[Any]] = [list_payouts, paid, release, retry]
