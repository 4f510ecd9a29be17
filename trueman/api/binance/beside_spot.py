"""What trading programs ask beside the spot interface when they load markets.

There are no margin and no futures markets here, and saying so is all it takes for a client to go on.
"""

from typing import Any, Final

from trueman.api.binance import reads, words
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.core.units import SUPPLY_ATOMS_MAX
from trueman.views.registry import Asset
from trueman.wire import amounts, rest

LIST_OF_NOTHING: Final[dict[str, Any]] = {"type": "array", "maxItems": 0}
TAG: Final = "Compatibility"


async def nothing(call: Call) -> list[object]:
    return []


async def no_futures(call: Call) -> rest.ExchangeInfo:
    return rest.ExchangeInfo("UTC", call.state.clock_us() // call.per_time, [], [], [])


async def system_status(call: Call) -> rest.SystemStatus:
    return rest.SystemStatus(0, "normal")


async def coins(call: Call) -> list[rest.Coin]:
    await reads.fresh(call.state)
    return [_coin(call, asset) for asset in call.state.live.registry.assets.values()]


def _coin(call: Call, asset: Asset) -> rest.Coin:
    free, held, reserved = call.state.live.portfolio.balance(call.account, asset.number)
    nothing = amounts.amount_text(asset, 0)
    return rest.Coin(
        coin=asset.code,
        name=asset.code,
        free=amounts.amount_text(asset, free),
        locked=amounts.amount_text(asset, held),
        freeze=nothing,
        withdrawing=amounts.amount_text(asset, reserved),
        ipoing=nothing,
        ipoable=nothing,
        storage=nothing,
        is_legal_money=False,
        trading=True,
        deposit_all_enable=call.state.settings.faucet,
        withdraw_all_enable=True,
        network_list=[_network(call, asset)],
    )


def _network(call: Call, asset: Asset) -> rest.Network:
    nothing, least = amounts.amount_text(asset, 0), amounts.amount_text(asset, 1)
    return rest.Network(
        network=asset.code,
        coin=asset.code,
        name=asset.code,
        is_default=True,
        deposit_enable=call.state.settings.faucet,
        withdraw_enable=True,
        withdraw_fee=nothing,
        withdraw_min=least,
        withdraw_max=amounts.amount_text(asset, SUPPLY_ATOMS_MAX),
        withdraw_integer_multiple=least,
        deposit_dust=least,
        min_confirm=0,
        un_lock_confirm=0,
        contract_address="",
    )


async def trade_fees(call: Call) -> list[rest.TradeFee]:
    markets = [call.market()] if "symbol" in call.parameters else call.state.live.registry.markets.values()
    return [rest.TradeFee(market.symbol, *map(rest.fraction, call.rates(market))) for market in markets]


def routes() -> Routes:
    futures = rest.schema(rest.ExchangeInfo)
    return {
        ("GET", "/sapi/v1/margin/allPairs"): _public(nothing, "Margin markets: none", LIST_OF_NOTHING),
        ("GET", "/sapi/v1/margin/isolated/allPairs"): _public(nothing, "Isolated margin: none", LIST_OF_NOTHING),
        ("GET", "/sapi/v1/spot/delist-schedule"): _public(nothing, "Markets about to close: none", LIST_OF_NOTHING),
        ("GET", "/fapi/v1/exchangeInfo"): _public(no_futures, "Futures markets: none", futures),
        ("GET", "/dapi/v1/exchangeInfo"): _public(no_futures, "Coin futures markets: none", futures),
        ("GET", "/sapi/v1/system/status"): _public(system_status, "Is it open", rest.schema(rest.SystemStatus)),
        ("GET", "/sapi/v1/capital/config/getall"): _private(coins, "Assets and balances", rest.schema(list[rest.Coin])),
        ("GET", "/sapi/v1/asset/tradeFee"): _private(
            trade_fees, "Fees by market", rest.schema(list[rest.TradeFee]), words.ANY_SYMBOL
        ),
    }


def _public(endpoint: Endpoint, summary: str, response: dict[str, Any]) -> Route:
    return route(endpoint, Spec(summary, TAG, (), response))


def _private(endpoint: Endpoint, summary: str, response: dict[str, Any], *parameters: Parameter) -> Route:
    return route(endpoint, Spec(summary, TAG, (*parameters, *words.SIGNED), response, "read"))
