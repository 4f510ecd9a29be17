"""What every act of an administrator has in common: it is written down, done, and what came of it written down too."""

from typing import Any

from trueman.api.auth import Caller
from trueman.api.http import Request
from trueman.core.codec import Result
from trueman.core.commands import (
    ChangeMarket,
    CreateAsset,
    CreateMarket,
    GuardMarket,
    SetAccountTerms,
    SetFeeTier,
    SetMarketStatus,
    SwitchRuleset,
)
from trueman.core.rejections import OK, REASON_NAMES
from trueman.errors import NotFound
from trueman.infra.database import audit
from trueman.views.registry import Market
from trueman.wire.binance_errors import INVALID_SYMBOL, refused

AdminCommand = (
    CreateAsset
    | CreateMarket
    | ChangeMarket
    | GuardMarket
    | SetMarketStatus
    | SetFeeTier
    | SetAccountTerms
    | SwitchRuleset
)


async def act(asked: Request, admin: Caller, command: AdminCommand, subject: str) -> Result:
    """Raise Refusal when the exchange says no."""
    state, action = asked.state, type(command).__name__
    await note(asked, admin, action, subject, command._asdict())
    result = await state.writer.submit(command)
    decided = result.decided
    outcome = {"number": decided.number, "reason": REASON_NAMES.get(decided.reason, "")}
    await audit.record(
        state.database, state.clock_us(), admin.account, f"{action} decided", {"subject": subject, **outcome}
    )
    if decided.reason != OK:
        raise refused(decided.reason)
    await state.live.reached(decided.number)
    return result


async def note(asked: Request, admin: Caller, action: str, subject: str, asked_for: dict[str, Any]) -> None:
    detail = {"subject": subject, "request": asked.request_id, **asked_for}
    await audit.record(asked.state.database, asked.state.clock_us(), admin.account, action, detail)


def market_of(asked: Request, symbol: str) -> Market:
    market = asked.state.live.registry.market_of_symbol.get(symbol)
    if market is None:
        raise NotFound("Invalid symbol.", code=INVALID_SYMBOL, field="symbol")
    return market
