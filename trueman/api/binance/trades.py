"""What was traded: single trades, and the fills of one order at one price as one."""

from typing import Any, Final

from trueman.api.binance import reads, words
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.views.registry import Market
from trueman.views.tape import TRADES_MAX, Aggregate, Trade, aggregates
from trueman.wire import binance_errors as errors
from trueman.wire import rest, rest_market, rest_parameters

TRADES_DEFAULT: Final = 500
LIMIT_MAX: Final = 1_000
PAGES_MAX: Final = 4
"""How many pages of trades one answer of aggregates is drawn from, at most."""


async def trades(call: Call) -> list[rest_market.PublicTrade]:
    market = call.market()
    limit = rest_parameters.limit(call.parameters, TRADES_DEFAULT, LIMIT_MAX)
    return _public(call, market, call.state.live.tapes[market.number].recent(limit))


async def historical_trades(call: Call) -> list[rest_market.PublicTrade]:
    market = call.market()
    limit = rest_parameters.limit(call.parameters, TRADES_DEFAULT, LIMIT_MAX)
    first = rest_parameters.integer(call.parameters, "fromId")
    if first is None:
        return _public(call, market, call.state.live.tapes[market.number].recent(limit))
    return _public(call, market, await reads.trades_from(call.state, market.number, first, limit))


async def aggregate_trades(call: Call) -> list[rest_market.AggregateTrade]:
    market = call.market()
    limit = rest_parameters.limit(call.parameters, TRADES_DEFAULT, LIMIT_MAX)
    joined = await _aggregates(call, market, limit)
    return [rest_market.aggregate_trade(market, aggregate, call.per_time) for aggregate in joined]


async def _aggregates(call: Call, market: Market, limit: int) -> list[Aggregate]:
    first, (start, end) = rest_parameters.integer(call.parameters, "fromId"), call.span_us()
    if first is None and start is None:
        return await _newest_aggregates(call, market, limit, end)
    if first is None:
        page = await reads.trades_since(call.state, market.number, start or 0, end, TRADES_MAX)
        return await _aggregates_from(call, market, page, limit, end)
    if start is not None or end is not None:
        raise errors.combination("Send fromId, or startTime and endTime.", "fromId")
    page = await reads.trades_from(call.state, market.number, first, TRADES_MAX)
    return await _aggregates_from(call, market, page, limit, None)


async def _aggregates_from(
    call: Call, market: Market, page: list[Trade], limit: int, end_us: int | None
) -> list[Aggregate]:
    """The first `limit` aggregates of a page and the pages after it. One that is cut at the very end is left out."""
    found, pages = list(page), 1
    while len(page) == TRADES_MAX and pages < PAGES_MAX and _count(found) <= limit:
        page = await reads.trades_from(call.state, market.number, found[-1].traded.trade_id + 1, TRADES_MAX)
        page = page if end_us is None else [trade for trade in page if trade.time_us <= end_us]
        found += page
        pages += 1
    joined = list(aggregates(found))
    if len(page) == TRADES_MAX and len(joined) > 1:
        joined.pop()
    return joined[:limit]


def _count(found: list[Trade]) -> int:
    return sum(1 for _ in aggregates(found))


async def _newest_aggregates(call: Call, market: Market, limit: int, end_us: int | None) -> list[Aggregate]:
    newest = await reads.trades_until(call.state, market.number, end_us, 2 * limit + 1)
    joined = list(aggregates(newest))
    if newest and newest[0].traded.trade_id > 1 and len(joined) > 1:
        joined.pop(0)
    return joined[-limit:]


def _public(call: Call, market: Market, found: list[Trade]) -> list[rest_market.PublicTrade]:
    return [rest_market.public_trade(market, trade, call.per_time) for trade in found]


def routes() -> Routes:
    number = Parameter("fromId", words.INTEGER, description="From this id on, oldest first.")
    limit = words.limit(TRADES_DEFAULT, LIMIT_MAX)
    public = rest.schema(list[rest_market.PublicTrade])
    aggregate = rest.schema(list[rest_market.AggregateTrade])
    span = (number, words.START_TIME, words.END_TIME, limit)
    return {
        ("GET", "/api/v3/trades"): _trades_route(trades, "The last trades", public, 25, limit),
        ("GET", "/api/v3/historicalTrades"): _trades_route(
            historical_trades, "Trades from an id on", public, 25, number, limit
        ),
        ("GET", "/api/v3/aggTrades"): _trades_route(
            aggregate_trades, "Trades, the fills of one order at one price joined", aggregate, 4, *span
        ),
    }


def _trades_route(
    endpoint: Endpoint, summary: str, response: dict[str, Any], weight: int, *parameters: Parameter
) -> Route:
    return route(endpoint, Spec(summary, words.MARKET_TAG, (words.SYMBOL, *parameters), response, weight=weight))
