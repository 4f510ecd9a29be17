"""Order books, and tickers drawn from books and trades."""

from typing import Any, Final

from trueman.api.binance import reads, words
from trueman.api.binance.call import Call, Endpoint, market_named, route
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.views.depth import Depth
from trueman.views.registry import Market
from trueman.views.ticker import Stats
from trueman.wire import binance_errors as errors
from trueman.wire import rest, rest_market, rest_parameters
from trueman.wire.orders import Wire

DEPTH_DEFAULT: Final = 100
DEPTH_MAX: Final = 5_000
DEPTH_WEIGHTS: Final = ((100, 5), (500, 25), (1_000, 50), (DEPTH_MAX, 250))
TICKER_WEIGHTS: Final = ((20, 2), (100, 40))
TICKER_WEIGHT_MAX: Final = 80


async def depth(call: Call) -> rest_market.DepthBook:
    market = call.market()
    limit = rest_parameters.limit(call.parameters, DEPTH_DEFAULT, DEPTH_MAX)
    call.weigh(next(weight for most, weight in DEPTH_WEIGHTS if limit <= most) - DEPTH_WEIGHTS[0][1])
    await reads.fresh(call.state)
    return rest_market.depth_book(market, _book(call, market), limit)


async def ticker_24h(call: Call) -> object:
    kind = call.parameters.get("type", "FULL")
    if kind not in ("FULL", "MINI"):
        raise errors.invalid_data("type", "It must be FULL or MINI.")
    markets, single = _wanted(call)
    call.weigh(_ticker_weight(call, len(markets)) - TICKER_WEIGHTS[0][1])
    if kind == "FULL":
        return _one_or_all([_full(call, market) for market in markets], single)
    return _one_or_all([_mini(call, market) for market in markets], single)


async def ticker_price(call: Call) -> object:
    markets, single = _wanted(call)
    call.weigh(0 if single else 2)
    return _one_or_all([rest_market.price_ticker(market, _last_price(call, market)) for market in markets], single)


async def book_ticker(call: Call) -> object:
    markets, single = _wanted(call)
    call.weigh(0 if single else 2)
    return _one_or_all([rest_market.book_ticker(market, _book(call, market)) for market in markets], single)


def _wanted(call: Call) -> tuple[list[Market], bool]:
    """The markets asked for, and whether one was named on its own: then the answer is no list."""
    symbols = rest_parameters.symbols(call.parameters)
    if "symbol" in call.parameters:
        return [call.market()], True
    if symbols is not None:
        return [market_named(call.state, symbol) for symbol in symbols], False
    return list(call.state.live.registry.markets.values()), False


def _one_or_all(bodies: list[Wire], single: bool) -> object:
    return bodies[0] if single else bodies


def _ticker_weight(call: Call, count: int) -> int:
    if "symbol" not in call.parameters and "symbols" not in call.parameters:
        return TICKER_WEIGHT_MAX
    return next((weight for most, weight in TICKER_WEIGHTS if count <= most), TICKER_WEIGHT_MAX)


def _full(call: Call, market: Market) -> rest_market.Ticker24h:
    return rest_market.ticker_24h(market, _stats(call, market), _book(call, market), call.per_time)


def _mini(call: Call, market: Market) -> rest_market.MiniTicker:
    return rest_market.mini_ticker(market, _stats(call, market), call.per_time)


def _stats(call: Call, market: Market) -> Stats:
    """A ticker's time must not go back."""
    return call.state.live.tickers[market.number].stats(call.state.exchange_time_us())


def _book(call: Call, market: Market) -> Depth:
    return call.state.live.depth[market.number]


def _last_price(call: Call, market: Market) -> int:
    last = call.state.live.tapes[market.number].last()
    return last.traded.price if last else 0


def routes() -> Routes:
    some = (words.ANY_SYMBOL, words.SYMBOLS)
    kind = Parameter("type", words.one_of("FULL", "MINI"), description="MINI leaves out changes, bid and ask.")
    full = words.one_or_list(rest_market.Ticker24h)
    return {
        ("GET", "/api/v3/depth"): _market_route(
            depth, "The order book", rest.schema(rest_market.DepthBook), 5, words.SYMBOL, words.limit(100, DEPTH_MAX)
        ),
        ("GET", "/api/v3/ticker/24hr"): _market_route(ticker_24h, "The last 24 hours", full, 2, *some, kind),
        ("GET", "/api/v3/ticker/price"): _market_route(
            ticker_price, "Last prices", words.one_or_list(rest_market.PriceTicker), 2, *some
        ),
        ("GET", "/api/v3/ticker/bookTicker"): _market_route(
            book_ticker, "Best bids and asks", words.one_or_list(rest_market.BookTicker), 2, *some
        ),
    }


def _market_route(
    endpoint: Endpoint, summary: str, response: dict[str, Any], weight: int, *parameters: Parameter
) -> Route:
    return route(endpoint, Spec(summary, words.MARKET_TAG, parameters, response, weight=weight))
