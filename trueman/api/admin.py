"""/v1/admin: assets and markets. Every act passes through the log like any other command, and is written down."""

from typing import Any, Final

import msgspec
from litestar import get, patch, post
from litestar.params import FromPath, JSONBody

from trueman.api.asked import Asked, Asker
from trueman.api.auth import Caller
from trueman.api.http import Request
from trueman.api.market_bodies import MarketBody, MarketChange, MarketShown, change_command, create_command, shown
from trueman.core.commands import ChangeMarket, CreateAsset, CreateMarket, SetMarketStatus
from trueman.core.rejections import OK, REASON_NAMES
from trueman.core.units import DECIMALS_MAX, HALTED, TRADING
from trueman.errors import BadInput, NotFound
from trueman.infra.database import audit
from trueman.views.registry import Market
from trueman.wire.binance_errors import INVALID_SYMBOL, refused

CODE_CHARS_MAX: Final = 10
SYMBOL_CHARS_MAX: Final = 20
_UPPER: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_SYMBOL: Final = _UPPER | frozenset("._-")

AdminCommand = CreateAsset | CreateMarket | ChangeMarket | SetMarketStatus


class AssetBody(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    decimals: int


@post("/v1/admin/assets", summary="Add an asset", tags=["Administration"])
async def create_asset(data: JSONBody[AssetBody], asked: Asked, admin: Asker) -> AssetBody:
    if not 1 <= len(data.code) <= CODE_CHARS_MAX or not _UPPER.issuperset(data.code):
        raise BadInput("code", f"A code has 1 to {CODE_CHARS_MAX} of A-Z and 0-9.")
    if not 0 <= data.decimals <= DECIMALS_MAX:
        raise BadInput("decimals", f"An asset has 0 to {DECIMALS_MAX} decimals.")
    await _act(asked, admin, CreateAsset(0, data.decimals, data.code), data.code)
    return data


@get("/v1/admin/assets", summary="All assets", tags=["Administration"])
async def list_assets(asked: Asked, admin_reader: Asker) -> list[AssetBody]:
    await asked.state.live.caught_up()
    return [AssetBody(asset.code, asset.decimals) for asset in asked.state.live.registry.assets.values()]


@post("/v1/admin/markets", summary="List a market", tags=["Administration"])
async def create_market(data: JSONBody[MarketBody], asked: Asked, admin: Asker) -> MarketShown:
    if not 2 <= len(data.symbol) <= SYMBOL_CHARS_MAX or not _SYMBOL.issuperset(data.symbol):
        raise BadInput("symbol", f"A symbol has 2 to {SYMBOL_CHARS_MAX} of A-Z, 0-9, dot, dash and underscore.")
    await asked.state.live.caught_up()
    await _act(asked, admin, create_command(asked.state.live.registry, data), data.symbol)
    return shown(_market(asked, data.symbol))


@get("/v1/admin/markets", summary="All markets", tags=["Administration"])
async def list_markets(asked: Asked, admin_reader: Asker) -> list[MarketShown]:
    await asked.state.live.caught_up()
    return [shown(market) for market in asked.state.live.registry.markets.values()]


@patch("/v1/admin/markets/{symbol:str}", summary="Change bounds and fees", tags=["Administration"])
async def change_market(symbol: FromPath[str], data: JSONBody[MarketChange], asked: Asked, admin: Asker) -> MarketShown:
    await asked.state.live.caught_up()
    await _act(asked, admin, change_command(_market(asked, symbol), data), symbol)
    return shown(_market(asked, symbol))


@post("/v1/admin/markets/{symbol:str}/halt", status_code=200, summary="Stop new orders", tags=["Administration"])
async def halt_market(symbol: FromPath[str], asked: Asked, admin: Asker) -> MarketShown:
    return await _set_status(asked, admin, symbol, HALTED)


@post("/v1/admin/markets/{symbol:str}/resume", status_code=200, summary="Trade again", tags=["Administration"])
async def resume_market(symbol: FromPath[str], asked: Asked, admin: Asker) -> MarketShown:
    return await _set_status(asked, admin, symbol, TRADING)


async def _set_status(asked: Request, admin: Caller, symbol: str, status: int) -> MarketShown:
    await asked.state.live.caught_up()
    await _act(asked, admin, SetMarketStatus(0, _market(asked, symbol).number, status), symbol)
    return shown(_market(asked, symbol))


async def _act(asked: Request, admin: Caller, command: AdminCommand, subject: str) -> None:
    """Write down what is asked, do it, write down what came of it. Raise Refusal when the exchange says no."""
    state, action = asked.state, type(command).__name__
    detail: dict[str, Any] = {"subject": subject, "request": asked.request_id, **command._asdict()}
    await audit.record(state.database, state.clock_us(), admin.account, action, detail)
    decided = (await state.writer.submit(command)).decided
    outcome = {"subject": subject, "number": decided.number, "reason": REASON_NAMES.get(decided.reason, "")}
    await audit.record(state.database, state.clock_us(), admin.account, f"{action} decided", outcome)
    if decided.reason != OK:
        raise refused(decided.reason)


def _market(asked: Request, symbol: str) -> Market:
    market = asked.state.live.registry.market_of_symbol.get(symbol)
    if market is None:
        raise NotFound("Invalid symbol.", code=INVALID_SYMBOL, field="symbol")
    return market


HANDLERS: Final[list[Any]] = [
    create_asset,
    list_assets,
    create_market,
    list_markets,
    change_market,
    halt_market,
    resume_market,
]
