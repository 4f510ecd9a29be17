"""/v1/admin/payout-desk: whether withdrawals are paid, what waits for it, and the switch.

Closing is for whoever sees that something is wrong, so it is done at once. Opening says that somebody has compared our
tables with what the custody paid; both are written down with a reason.
"""

from typing import Any, Final

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from trueman.api.admin_acts import note
from trueman.api.asked import Asked, Asker
from trueman.api.http import Request
from trueman.errors import BadInput, NotFound
from trueman.infra.database import payout_desk
from trueman.infra.database.identity import user_by_account
from trueman.wire.amounts import amount_text
from trueman.wire.binance_errors import DISCONNECTED, Refusal

TAGS: Final = ["Administration"]
REASON_CHARS_MAX: Final = 1_000
CLOSED_TEXT: Final = (
    "Withdrawals are closed for now, until an operator has compared our records with what was paid out. Nothing was "
    "taken from your balance. Deposits and trading go on; withdrawals that you asked for before are kept, and are paid "
    "when withdrawals are open again."
)


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


class WaitingShown(msgspec.Struct, rename="camel"):
    """Withdrawals that are not at their end. `broadcasting`: somebody asked the custody and did not hear."""

    step: str
    asset: str
    withdrawals: int
    amount: str


class DeskShown(msgspec.Struct, rename="camel"):
    open: bool
    why: str
    changed: int
    """When, in milliseconds; 0: it was never closed."""
    changed_by: str
    waiting: list[WaitingShown]


@get("/v1/admin/payout-desk", summary="Whether withdrawals are paid, and what waits", tags=TAGS)
async def show_desk(asked: Asked, admin_reader: Asker) -> DeskShown:
    return await _shown(asked)


@post("/v1/admin/payout-desk/close", status_code=200, summary="Pay no withdrawal until it is opened", tags=TAGS)
async def close_desk(data: JSONBody[Reason], asked: Asked, admin: Asker) -> DeskShown:
    reason = reason_of(data.reason)
    await asked.state.wallet.desk.switch.close(reason, await _name(asked, admin.account))
    await note(asked, admin, "ClosePayoutDesk", "payout desk", {"reason": reason})
    return await _shown(asked)


@post("/v1/admin/payout-desk/open", status_code=200, summary="Pay withdrawals again", tags=TAGS)
async def open_desk(data: JSONBody[Reason], asked: Asked, admin: Asker) -> DeskShown:
    reason = reason_of(data.reason)
    await note(asked, admin, "OpenPayoutDesk", "payout desk", {"reason": reason})
    await asked.state.wallet.desk.switch.open_again(reason, await _name(asked, admin.account))
    return await _shown(asked)


async def require_open(asked: Request, account: int, client_id: str) -> None:
    """What was asked for before is told again, as always. Nothing new is held back meanwhile: it would be paid, perhaps
    days later, when its owner wants something else by then."""
    state = await asked.state.wallet.desk.switch.look()
    if not state.is_open and await asked.state.wallet.earlier(account, client_id) is None:
        raise Refusal(DISCONNECTED, CLOSED_TEXT, status=503)


async def _shown(asked: Request) -> DeskShown:
    state = await asked.state.wallet.desk.switch.look()
    waiting = []
    for step, number, withdrawals, amount in await payout_desk.waiting(asked.state.database):
        asset = asked.state.live.registry.assets[number]
        waiting.append(WaitingShown(step, asset.code, withdrawals, amount_text(asset, amount)))
    return DeskShown(state.is_open, state.why, state.changed_us // 1_000, state.changed_by, waiting)


async def _name(asked: Request, account: int) -> str:
    user = await user_by_account(asked.state.database, account)
    if user is None:
        raise NotFound(f"There is no account {account}.")
    return user.email


def reason_of(text: str) -> str:
    reason = text.strip()
    if not 1 <= len(reason) <= REASON_CHARS_MAX:
        raise BadInput("reason", f"A reason of 1 to {REASON_CHARS_MAX} characters is needed: others will ask why.")
    return reason


HANDLERS: Final[list[Any]] = [show_desk, close_desk, open_desk]
