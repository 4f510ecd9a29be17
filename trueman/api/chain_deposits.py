"""/v1/admin/chain-deposits: what the watcher of a chain reports, credited once, and only when it is final.

A deposit is known by its place: chain, transaction, index, each in its one spelling. Nobody can spend it before it has
as many confirmations as the operator asks for; a chain that takes it back before that has brought nothing.
"""

from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from trueman.api.admin_acts import note
from trueman.api.asked import Asked, Asker
from trueman.api.http import Request
from trueman.api.wallet import wanted_amount
from trueman.core.units import USER_ACCOUNT_MAX, USER_ACCOUNT_MIN
from trueman.errors import BadInput, Conflict
from trueman.infra.chains import Chain, chains_of
from trueman.infra.database import chain_deposits
from trueman.infra.database.chain_deposits import CREDITED, FINAL, REVERSED, SEEN, ChainDepositKept
from trueman.wire.amounts import amount_text
from trueman.wire.binance_errors import refused

TAGS: Final = ["Administration"]
PLACE_MAX: Final = 2**31 - 1
FOR_EVER: Final = 2**62


class ChainDeposit(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    chain: str
    """One of TRUEMAN_CHAINS; capitals mean nothing."""
    txid: str
    index: int
    account: int
    asset: str
    amount: str
    confirmations: int
    orphaned: bool = False
    """The chain has taken it back."""


class ChainDepositShown(msgspec.Struct, rename="camel"):
    state: str
    """`seen`: not spendable yet. `final`: to be credited, and tried again by itself. `credited`: once. `reversed`: the
    chain took it back before it was final."""
    reason: str = ""
    """Of a final one: why the exchange did not take it."""


class DepositWaiting(msgspec.Struct, rename="camel"):
    """A final deposit that the exchange has not taken."""

    chain: str
    txid: str
    index: int
    account: int
    asset: str
    amount: str
    seen: int
    attempts: int
    reason: str


@post("/v1/admin/chain-deposits", status_code=200, summary="Report what a chain brings", tags=TAGS)
async def report(data: JSONBody[ChainDeposit], asked: Asked, admin: Asker) -> ChainDepositShown:
    """As often as you like, at every new block: it is credited once, when it has enough confirmations."""
    seen = _seen(asked, data)
    kept = await chain_deposits.report(asked.state.database, seen)
    if kept is None:
        raise Conflict("This place of the chain was reported with another account, asset or amount.", field="txid")
    if kept.state in (FINAL, CREDITED) and data.orphaned:
        raise Conflict("It was final and is credited; what the chain took back since is for an operator to settle.")
    if kept.state == FINAL and kept.retry_us <= asked.state.clock_us():
        await note(asked, admin, "chain deposit", f"account {kept.account}", {"name": kept.name, "amount": kept.amount})
        kept = await asked.state.crediting.credit(kept)
    return ChainDepositShown(kept.state, _reason(kept))


@get("/v1/admin/chain-deposits", summary="Final deposits that are not credited", tags=TAGS)
async def list_waiting(asked: Asked, admin_reader: Asker) -> list[DepositWaiting]:
    return await _waiting(asked)


@post("/v1/admin/chain-deposits/retry", status_code=200, summary="Try to credit all that waits, now", tags=TAGS)
async def retry(asked: Asked, admin: Asker) -> list[DepositWaiting]:
    """What is still not credited afterwards."""
    await note(asked, admin, "RetryChainDeposits", "chain deposits", {})
    await asked.state.crediting.run(at_once=True)
    return await _waiting(asked)


async def _waiting(asked: Request) -> list[DepositWaiting]:
    return [_shown(asked, kept) for kept in await chain_deposits.waiting(asked.state.database, FOR_EVER)]


def _shown(asked: Request, kept: ChainDepositKept) -> DepositWaiting:
    asset = asked.state.live.registry.assets[kept.asset]
    return DepositWaiting(
        chain=kept.chain,
        txid=kept.txid,
        index=kept.place,
        account=kept.account,
        asset=asset.code,
        amount=amount_text(asset, kept.amount),
        seen=kept.seen_us // 1_000,
        attempts=kept.attempt,
        reason=_reason(kept),
    )


def _reason(kept: ChainDepositKept) -> str:
    return str(refused(kept.reason)) if kept.reason else ""


def _seen(asked: Request, data: ChainDeposit) -> ChainDepositKept:
    chain = _chain(asked, data.chain)
    txid = chain.txid(data.txid)
    if txid is None:
        form = "a hexadecimal number" if chain.form == "hex" else "1 to 128 printable ASCII characters and no blanks"
        raise BadInput("txid", f"A txid of {chain.name} is {form}.")
    for field, number in (("index", data.index), ("confirmations", data.confirmations)):
        if not 0 <= number <= PLACE_MAX:
            raise BadInput(field, f"{field} can be 0 to {PLACE_MAX}.")
    if not USER_ACCOUNT_MIN <= data.account <= USER_ACCOUNT_MAX:
        raise BadInput("account", f"An account of a user is {USER_ACCOUNT_MIN} to {USER_ACCOUNT_MAX}.")
    asset, amount = wanted_amount(asked, data.asset, data.amount)
    if asset.code not in chain.assets:
        raise BadInput("asset", f"{chain.name} brings {', '.join(chain.assets)} (TRUEMAN_CHAINS), not {asset.code}.")
    enough = data.confirmations >= asked.state.settings.deposit_confirmations
    state = REVERSED if data.orphaned else FINAL if enough else SEEN
    place = (chain.name, txid, data.index, data.account, asset.number, amount)
    return ChainDepositKept(*place, data.confirmations, state, asked.state.clock_us())


def _chain(asked: Request, name: str) -> Chain:
    known = chains_of(asked.state.settings.chains)
    chain = known.get(name.lower())
    if chain is None:
        names = f"known are {', '.join(known)}" if known else "none is declared"
        raise BadInput("chain", f"There is no such chain here; {names} (TRUEMAN_CHAINS).")
    return chain


HANDLERS: Final[list[Any]] = [report, list_waiting, retry]
