"""Candles: history from PostgreSQL, the newest trades from the tape, and flat candles where nobody traded.

PostgreSQL runs a little behind. A candle knows its last trade and trade ids are dense, so the trades that its
history lacks are taken from the tape by number and folded in with the views' own code.
"""

from typing import Any, Final, NamedTuple

from trueman.api.binance import reads, words
from trueman.api.binance.call import Call, Endpoint, route
from trueman.api.http import Parameter, Route, Routes, Spec
from trueman.api.state import ApiState
from trueman.core.events import Traded
from trueman.infra.database import history
from trueman.views.candles import FIXED_US, INTERVALS, Candle, close_time, next_open_time, open_time
from trueman.views.tape import TRADES_MAX, Trade
from trueman.wire import binance_errors as errors
from trueman.wire import rest, rest_market, rest_parameters

KLINES_DEFAULT: Final = 500
KLINES_MAX: Final = 1_000
UTC: Final = frozenset({"0", "+0", "-0", "00:00", "+00:00", "-00:00", "0:00", "+0:00", "-0:00"})
AVERAGE_MINUTES: Final = 5


class Span(NamedTuple):
    """Opening times, the first and the last that are wanted, and how many at most."""

    interval: str
    first_us: int
    last_us: int
    limit: int

    @property
    def end_us(self) -> int:
        return close_time(self.interval, self.last_us)


async def klines(call: Call) -> list[rest_market.Kline]:
    market = call.market()
    interval = rest_parameters.text(call.parameters, "interval")
    if interval not in INTERVALS:
        raise errors.Refusal(errors.INVALID_INTERVAL, "Invalid interval.", "interval")
    if call.parameters.get("timeZone", "0") not in UTC:
        raise errors.invalid_data("timeZone", "Candles are offered for 0, which is UTC.")
    span = _span(call, interval, rest_parameters.limit(call.parameters, KLINES_DEFAULT, KLINES_MAX))
    if span.first_us > span.last_us:
        return []
    candles = await _candles(call.state, market.number, span)
    return [rest_market.kline(market, candle, call.per_time) for candle in candles]


async def average_price(call: Call) -> rest_market.AveragePrice:
    """Over the minute that runs and the four before it, weighted by what was traded."""
    market, now_us = call.market(), _now_us(call)
    minute_us = open_time("1m", now_us)
    span = Span("1m", _back("1m", minute_us, AVERAGE_MINUTES - 1), minute_us, AVERAGE_MINUTES)
    candles = await _traded(call.state, market.number, span)
    quote, lots = sum(candle.quote_volume for candle in candles), sum(candle.volume for candle in candles)
    last = call.state.live.tapes[market.number].last()
    price = rest_market.average_price(market, quote, lots, last.traded.price if last else 0)
    return rest_market.AveragePrice(AVERAGE_MINUTES, price, (last.time_us if last else now_us) // call.per_time)


def _now_us(call: Call) -> int:
    """The log's clock may be ahead of ours."""
    return max(call.state.clock_us(), call.state.live.time_us)


def _span(call: Call, interval: str, limit: int) -> Span:
    start, end = call.span_us()
    now_us = _now_us(call)
    last_us = open_time(interval, now_us if end is None else min(end, now_us))
    if start is None:
        return Span(interval, _back(interval, last_us, limit - 1), last_us, limit)
    first_us = open_time(interval, start)
    return Span(interval, first_us if first_us == start else next_open_time(interval, first_us), last_us, limit)


def _back(interval: str, open_us: int, steps: int) -> int:
    """The opening time so many intervals before."""
    if interval in FIXED_US:
        return max(open_us - steps * FIXED_US[interval], 0)
    for _ in range(steps):
        open_us = open_time(interval, max(open_us - 1, 0))
    return open_us


async def _candles(state: ApiState, market: int, span: Span) -> list[Candle]:
    """A candle for every interval of the span, beginning with the first that ever saw a trade."""
    traded = await _traded(state, market, span)
    price = await _price_before(state, market, span.first_us)
    by_time = {candle.open_us: candle for candle in traded}
    open_us = span.first_us if price or not traded else traded[0].open_us
    candles: list[Candle] = []
    while open_us <= span.last_us and len(candles) < span.limit and (price or open_us in by_time):
        candle = by_time.get(open_us) or _flat(span.interval, open_us, price)
        candles.append(candle)
        price, open_us = candle.close, next_open_time(span.interval, open_us)
    return candles


def _flat(interval: str, open_us: int, price: int) -> Candle:
    return Candle(open_us, close_time(interval, open_us), price, price, price, price, 0, 0, 0, 0, 0, -1, -1)


async def _price_before(state: ApiState, market: int, time_us: int) -> int:
    """The last price before a moment, 0 when nobody had traded yet."""
    before = await reads.trades_until(state, market, time_us - 1, 1)
    return before[-1].traded.price if before else 0


async def _traded(state: ApiState, market: int, span: Span) -> list[Candle]:
    """The candles of the span that saw trades, at most the first `limit` of them."""
    tape = state.live.tapes[market].recent(TRADES_MAX)
    candles = await _stored(state, market, span)
    if _misses_trades(candles, tape, span):
        await reads.history_reached(state, state.live.offset)
        candles = await _stored(state, market, span)
    last_id = candles[-1].last_trade_id if candles else 0
    for time_us, traded in tape:
        if traded.trade_id > last_id and span.first_us <= time_us <= span.end_us:
            _fold(candles, span, time_us, traded)
    return candles


async def _stored(state: ApiState, market: int, span: Span) -> list[Candle]:
    return await history.candles_of_market(
        state.database, market, span.interval, start_us=span.first_us, end_us=span.last_us, limit=span.limit
    )


def _misses_trades(candles: list[Candle], tape: list[Trade], span: Span) -> bool:
    """Whether trades of the span may lie after the stored candles and before the tape."""
    if not tape or len(candles) == span.limit or tape[0].time_us > span.end_us:
        return False
    if candles:
        return tape[0].traded.trade_id > candles[-1].last_trade_id + 1
    return tape[0].traded.trade_id > 1 and tape[0].time_us >= span.first_us


def _fold(candles: list[Candle], span: Span, time_us: int, traded: Traded) -> None:
    if candles and time_us <= candles[-1].close_us:
        candles[-1].take(traded)
    elif len(candles) < span.limit:
        open_us = open_time(span.interval, time_us)
        candles.append(Candle.of(open_us, close_time(span.interval, open_us), traded))


def routes() -> Routes:
    interval = Parameter("interval", words.one_of(*INTERVALS), required=True)
    zone = Parameter("timeZone", words.STRING, description="0; candles of other time zones are not offered.")
    limit = words.limit(KLINES_DEFAULT, KLINES_MAX)
    span = (words.SYMBOL, interval, words.START_TIME, words.END_TIME, zone, limit)
    rows = rest.schema(list[rest_market.Kline])
    average = rest.schema(rest_market.AveragePrice)
    return {
        ("GET", "/api/v3/klines"): _candle_route(klines, "Candles", rows, span),
        ("GET", "/api/v3/uiKlines"): _candle_route(klines, "Candles for charts", rows, span),
        ("GET", "/api/v3/avgPrice"): _candle_route(average_price, "The average price", average, (words.SYMBOL,)),
    }


def _candle_route(
    endpoint: Endpoint, summary: str, response: dict[str, Any], parameters: tuple[Parameter, ...]
) -> Route:
    return route(endpoint, Spec(summary, words.MARKET_TAG, parameters, response, weight=2))
