"""/v1/wallet: money in, money out, what there is, and what happened."""

import re
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import get, post
from litestar.params import FromQuery, JSONBody, QueryParameter

from trueman.api import idempotency
from trueman.api.admin_desk import require_open
from trueman.api.amounts import asset_of_code, parse_amount
from trueman.api.asked import Asked, Asker
from trueman.api.http import Request
from trueman.api.idempotency import IdempotencyKey
from trueman.api.outcomes import Unresolved
from trueman.core.units import CLIENT_ID_CHARS_MAX, SUPPLY_ATOMS_MAX
from trueman.errors import BadInput, Conflict, Forbidden, OutcomeUnknown
from trueman.infra.database import wallet_operations
from trueman.infra.live import Live
from trueman.infra.operations import (
    BROADCASTING,
    CREDIT,
    DEPOSIT,
    DONE,
    FAILED,
    PAID,
    PAYOUT,
    REFUSED,
    RESERVED,
    RETURNED,
    SETTLED,
    WITHDRAWAL,
    Operation,
)
from trueman.infra.operations import Asked as Wanted
from trueman.views.registry import Asset, Registry
from trueman.wire import decimals
from trueman.wire.amounts import amount_text
from trueman.wire.binance_errors import TIMEOUT_TEXT, Refusal, mandatory, refused

ADDRESS_CHARS_MAX: Final = 128
ADDRESS: Final = re.compile(f"[!-~]{{1,{ADDRESS_CHARS_MAX}}}")
CLIENT_ID: Final = re.compile(f"[.A-Z:/a-z0-9_-]{{1,{CLIENT_ID_CHARS_MAX}}}")
HISTORY_ROWS_MAX: Final = 500
CURSOR_MAX: Final = 2**53
PROCESSING: Final = "processing"
STATES: Final = {RESERVED: PROCESSING, BROADCASTING: PROCESSING, PAID: DONE, SETTLED: DONE} | dict.fromkeys(
    (FAILED, RETURNED), "failed"
)
"""How far a withdrawal is, as its owner is told."""
SEND_AGAIN: Final = "Send it again under the same clientId or Idempotency-Key: it is never done twice."
LOOK_UP: Final = "It will be decided by itself: look into GET /v1/wallet/history until its state is no longer pending."


class DepositBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    asset: str
    amount: str
    client_id: str = ""
    """Your own name for it: asked again with the same name, it is not done again."""


class WithdrawalBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    asset: str
    amount: str
    address: str
    client_id: str = ""
    """As for a deposit. A program must give one: a signed request can be sent again by whoever saw it."""


class WalletOperation(msgspec.Struct, omit_defaults=True, rename="camel"):
    id: str
    kind: str
    asset: str
    amount: str
    state: str
    time: int
    address: str = ""
    client_id: str = ""
    txid: str = ""
    """Of a withdrawal: the transaction that pays it."""
    reason: str = ""
    """Why it was refused."""


class Balance(msgspec.Struct):
    asset: str
    free: str
    locked: str
    total: str


class Balances(msgspec.Struct):
    balances: list[Balance]


class History(msgspec.Struct):
    items: list[WalletOperation]
    next: str | None
    """Give it as `before` to go on; null at the end."""


@post("/v1/wallet/deposits", summary="Deposit from the faucet", tags=["Wallet"])
async def deposit(
    data: JSONBody[DepositBody], asked: Asked, trader: Asker, idempotency_key: IdempotencyKey = None
) -> WalletOperation:
    state = asked.state
    if not state.settings.faucet:
        raise Forbidden("Deposits from the faucet are switched off here.")
    asset, amount = wanted_amount(asked, data.asset, data.amount)
    most = decimals.parse_down(state.settings.faucet_amount_max, asset.decimals)
    if amount > most:
        raise BadInput("amount", f"The faucet gives at most {amount_text(asset, most)} {asset.code} at once.")
    client_id = _client_id(data.client_id, idempotency_key)
    wanted = Wanted(DEPOSIT, trader.account, asset.number, amount, client_id=client_id)
    return told(state.live.registry, await _perform(asked, wanted, idempotency_key))


@post("/v1/wallet/withdrawals", summary="Withdraw", tags=["Wallet"])
async def withdraw(
    data: JSONBody[WithdrawalBody], asked: Asked, withdrawer: Asker, idempotency_key: IdempotencyKey = None
) -> WalletOperation:
    if not asked.state.wallet.desk.pays:
        raise Forbidden("Withdrawals are not possible here: no custody is configured to pay them.")
    asset, amount = wanted_amount(asked, data.asset, data.amount)
    address = _address(data.address)
    client_id = _client_id(data.client_id, idempotency_key)
    if withdrawer.api_key and not client_id:
        raise mandatory("clientId")
    await require_open(asked, withdrawer.account, client_id)
    wanted = Wanted(PAYOUT, withdrawer.account, asset.number, amount, address, client_id)
    return told(asked.state.live.registry, await _perform(asked, wanted, idempotency_key))


@get("/v1/wallet/balances", summary="What you have", tags=["Wallet"])
async def balances(asked: Asked, reader: Asker) -> Balances:
    await asked.state.live.caught_up()
    return Balances(balances_of(asked.state.live, reader.account))


@get("/v1/wallet/history", summary="Your deposits and withdrawals, newest first", tags=["Wallet"])
async def history(
    asked: Asked,
    reader: Asker,
    kind: FromQuery[Literal["deposit", "withdrawal", "credit"] | None] = None,
    asset: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=HISTORY_ROWS_MAX)] = 50,
    before: Annotated[int, QueryParameter(ge=1, le=CURSOR_MAX)] = CURSOR_MAX,
) -> History:
    """What the operator gave you is under kind `credit`."""
    registry = asked.state.live.registry
    number = None if asset is None else asset_of_code(registry, asset).number
    if kind == CREDIT:
        rows = await wallet_operations.credits_of(asked.state.database, reader.account, before, number, limit)
    else:
        rows = await wallet_operations.history(asked.state.database, reader.account, before, kind, number, limit)
    following = str(rows[-1].operation) if len(rows) == limit else None
    return History([_shown(registry, row) for row in rows], following)


def wanted_amount(asked: Request, code: str, amount: str) -> tuple[Asset, int]:
    asset = asset_of_code(asked.state.live.registry, code)
    atoms = parse_amount("amount", amount, asset.decimals)
    if atoms == 0:
        raise BadInput("amount", "The amount must be more than zero.")
    if atoms > SUPPLY_ATOMS_MAX:
        raise BadInput("amount", f"The amount can be at most {amount_text(asset, SUPPLY_ATOMS_MAX)} {asset.code}.")
    return asset, atoms


def _address(address: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise BadInput("address", f"An address has 1 to {ADDRESS_CHARS_MAX} ASCII characters and no spaces.")
    return address


async def _perform(asked: Request, wanted: Wanted, key: str | None) -> Operation:
    try:
        return await asked.state.wallet.perform(wanted)
    except Conflict:
        if key is None:
            raise
        raise idempotency.conflict() from None
    except OutcomeUnknown as unknown:
        data = Unresolved(SEND_AGAIN if wanted.client_id else LOOK_UP)
        raise Refusal(unknown.code, TIMEOUT_TEXT, status=unknown.status, data=data) from unknown


def _client_id(client_id: str, key: str | None) -> str:
    idempotency.require_one_name(key, client_id, "clientId")
    if key is not None:
        return idempotency.name_under(key)
    if client_id and not CLIENT_ID.fullmatch(client_id):
        raise BadInput("clientId", "A clientId has 1 to 36 letters, digits or any of . : / _ -")
    return client_id


def told(registry: Registry, operation: Operation) -> WalletOperation:
    """Raise Refusal for an operation that was refused."""
    if operation.state == REFUSED:
        raise refused(operation.reason, field="amount")
    assert operation.state == DONE
    return _shown(registry, operation)


def _shown(registry: Registry, operation: Operation) -> WalletOperation:
    asset = registry.assets[operation.asset]
    return WalletOperation(
        id=f"{operation.account}-{operation.operation}",
        kind=WITHDRAWAL if operation.kind == PAYOUT else operation.kind,
        asset=asset.code,
        amount=amount_text(asset, operation.amount),
        state=STATES.get(operation.payout, operation.state),
        txid=operation.txid,
        time=operation.created_us // 1_000,
        address=operation.address,
        client_id=operation.client_id,
        reason=str(refused(operation.reason)) if operation.state == REFUSED else "",
    )


def balances_of(live: Live, account: int) -> list[Balance]:
    """Of every asset there is."""
    return [_balance(asset, *live.portfolio.balance(account, number)) for number, asset in live.registry.assets.items()]


def _balance(asset: Asset, free: int, held: int, reserved: int) -> Balance:
    texts = (amount_text(asset, atoms) for atoms in (free, held + reserved, free + held + reserved))
    return Balance(asset.code, *texts)


HANDLERS: Final[list[Any]] = [deposit, withdraw, balances, history]
