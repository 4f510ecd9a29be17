"""Is the exchange there, what time is it, and which markets and rules does it have."""

from functools import lru_cache
from typing import Final

from trueman.api.binance import words
from trueman.api.binance.call import Call, market_named, route
from trueman.api.http import Parameter, Routes, Spec
from trueman.core.units import MARKETS_MAX
from trueman.infra.settings import Settings
from trueman.views.registry import Market
from trueman.wire import binance_errors as errors
from trueman.wire import rest, rest_parameters

MARKET_STATUSES: Final = frozenset(rest.STATUS_WORDS.values())

symbol_info: Final = lru_cache(MARKETS_MAX)(rest.symbol_info)


async def ping(call: Call) -> rest.Nothing:
    return rest.Nothing()


async def time(call: Call) -> rest.ServerTime:
    return rest.ServerTime(call.state.exchange_time_us() // call.per_time)


async def exchange_info(call: Call) -> rest.ExchangeInfo:
    return rest.ExchangeInfo(
        "UTC",
        call.state.exchange_time_us() // call.per_time,
        rate_limits(call.state.settings),
        [],
        [symbol_info(market) for market in _wanted(call)],
    )


def rate_limits(settings: Settings) -> list[rest.RateLimit]:
    return [
        rest.RateLimit("REQUEST_WEIGHT", "MINUTE", 1, settings.request_weight_per_minute),
        rest.RateLimit("ORDERS", "SECOND", 10, settings.orders_per_10_seconds),
        rest.RateLimit("ORDERS", "DAY", 1, settings.orders_per_day),
    ]


def _wanted(call: Call) -> list[Market]:
    symbols = rest_parameters.symbols(call.parameters)
    if "symbol" in call.parameters:
        return [call.market()]
    if symbols is not None:
        return [market_named(call.state, symbol) for symbol in symbols]
    markets = list(call.state.live.registry.markets.values())
    status = call.parameters.get("symbolStatus")
    if status is None:
        return markets
    if status not in MARKET_STATUSES:
        raise errors.Refusal(errors.INVALID_SYMBOL_STATUS, "Invalid symbolStatus.", "symbolStatus")
    return [market for market in markets if rest.STATUS_WORDS[market.status] == status]


def routes() -> Routes:
    status = Parameter("symbolStatus", words.one_of(*sorted(MARKET_STATUSES)), description="Only markets that are so.")
    return {
        ("GET", "/api/v3/ping"): route(
            ping, Spec("Test the connection", words.MARKET_TAG, response=rest.schema(rest.Nothing))
        ),
        ("GET", "/api/v3/time"): route(
            time, Spec("The exchange's clock", words.MARKET_TAG, response=rest.schema(rest.ServerTime))
        ),
        ("GET", "/api/v3/exchangeInfo"): route(
            exchange_info,
            Spec(
                "Markets, their filters, and the limits of use",
                words.MARKET_TAG,
                (words.ANY_SYMBOL, words.SYMBOLS, status),
                rest.schema(rest.ExchangeInfo),
                weight=20,
            ),
        ),
    }
