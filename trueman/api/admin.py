"""/v1/admin: assets and markets. Every act passes through the log like any other command, and is written down."""

from typing import Any, Final

import msgspec
from litestar import get, patch, post, put
from litestar.params import FromPath, JSONBody

from trueman.api.admin_acts import act, market_of
from trueman.api.asked import Asked, Asker
from trueman.api.auth import Caller
from trueman.api.guard_bodies import Guards, guard_command
from trueman.api.guard_bodies import shown as guards_shown
from trueman.api.http import Request
from trueman.api.market_bodies import (
    STATUS_NAMES,
    MarketBody,
    MarketChange,
    MarketShown,
    change_command,
    create_command,
    shown,
)
from trueman.core.commands import CreateAsset, SetMarketStatus
from trueman.core.units import DECIMALS_MAX, HALTED, TRADING
from trueman.errors import BadInput

CODE_CHARS_MAX: Final = 10
SYMBOL_CHARS_MAX: Final = 20
_UPPER: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_SYMBOL: Final = _UPPER | frozenset("._-")

TAGS: Final = ["Administration"]


class StatusBody(msgspec.Struct, forbid_unknown_fields=True):
    """CLOSED expires the oldest open orders, a bounded number at a time: repeat it until none is left."""

    status: str


class AssetBody(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    decimals: int


@post("/v1/admin/assets", summary="Add an asset", tags=TAGS)
async def create_asset(data: JSONBody[AssetBody], asked: Asked, admin: Asker) -> AssetBody:
    if not 1 <= len(data.code) <= CODE_CHARS_MAX or not _UPPER.issuperset(data.code):
        raise BadInput("code", f"A code has 1 to {CODE_CHARS_MAX} of A-Z and 0-9.")
    if not 0 <= data.decimals <= DECIMALS_MAX:
        raise BadInput("decimals", f"An asset has 0 to {DECIMALS_MAX} decimals.")
    await act(asked, admin, CreateAsset(0, data.decimals, data.code), data.code)
    return data


@get("/v1/admin/assets", summary="All assets", tags=TAGS)
async def list_assets(asked: Asked, admin_reader: Asker) -> list[AssetBody]:
    await asked.state.live.caught_up()
    return [AssetBody(asset.code, asset.decimals) for asset in asked.state.live.registry.assets.values()]


@post("/v1/admin/markets", summary="List a market", tags=TAGS)
async def create_market(data: JSONBody[MarketBody], asked: Asked, admin: Asker) -> MarketShown:
    if not 2 <= len(data.symbol) <= SYMBOL_CHARS_MAX or not _SYMBOL.issuperset(data.symbol):
        raise BadInput("symbol", f"A symbol has 2 to {SYMBOL_CHARS_MAX} of A-Z, 0-9, dot, dash and underscore.")
    await asked.state.live.caught_up()
    await act(asked, admin, create_command(asked.state.live.registry, data), data.symbol)
    return shown(market_of(asked, data.symbol))


@get("/v1/admin/markets", summary="All markets", tags=TAGS)
async def list_markets(asked: Asked, admin_reader: Asker) -> list[MarketShown]:
    await asked.state.live.caught_up()
    return [shown(market) for market in asked.state.live.registry.markets.values()]


@patch("/v1/admin/markets/{symbol:str}", summary="Change bounds and fees", tags=TAGS)
async def change_market(symbol: FromPath[str], data: JSONBody[MarketChange], asked: Asked, admin: Asker) -> MarketShown:
    await asked.state.live.caught_up()
    await act(asked, admin, change_command(market_of(asked, symbol), data), symbol)
    return shown(market_of(asked, symbol))


@post("/v1/admin/markets/{symbol:str}/halt", status_code=200, summary="Stop new orders", tags=TAGS)
async def halt_market(symbol: FromPath[str], asked: Asked, admin: Asker) -> MarketShown:
    return await _set_status(asked, admin, symbol, HALTED)


@post("/v1/admin/markets/{symbol:str}/resume", status_code=200, summary="Trade again", tags=TAGS)
async def resume_market(symbol: FromPath[str], asked: Asked, admin: Asker) -> MarketShown:
    return await _set_status(asked, admin, symbol, TRADING)


@put("/v1/admin/markets/{symbol:str}/status", summary="Set a market's state", tags=TAGS)
async def set_status(symbol: FromPath[str], data: JSONBody[StatusBody], asked: Asked, admin: Asker) -> MarketShown:
    statuses = {name: status for status, name in STATUS_NAMES.items()}
    if data.status not in statuses:
        raise BadInput("status", f"status must be one of {', '.join(statuses)}.")
    return await _set_status(asked, admin, symbol, statuses[data.status])


@get("/v1/admin/markets/{symbol:str}/guards", summary="Further filters and the price band", tags=TAGS)
async def show_guards(symbol: FromPath[str], asked: Asked, admin_reader: Asker) -> Guards:
    await asked.state.live.caught_up()
    return guards_shown(market_of(asked, symbol))


@put("/v1/admin/markets/{symbol:str}/guards", summary="Set all further filters and the price band", tags=TAGS)
async def guard_market(symbol: FromPath[str], data: JSONBody[Guards], asked: Asked, admin: Asker) -> Guards:
    await asked.state.live.caught_up()
    await act(asked, admin, guard_command(market_of(asked, symbol), data), symbol)
    return guards_shown(market_of(asked, symbol))


async def _set_status(asked: Request, admin: Caller, symbol: str, status: int) -> MarketShown:
    await asked.state.live.caught_up()
    await act(asked, admin, SetMarketStatus(0, market_of(asked, symbol).number, status), symbol)
    return shown(market_of(asked, symbol))


HANDLERS: Final[list[Any]] = [
    create_asset,
    list_assets,
    create_market,
    list_markets,
    change_market,
    halt_market,
    resume_market,
    set_status,
    show_guards,
    guard_market,
]
