"""Names of market streams: what a client may subscribe to, as on Binance Spot.

`btcusdt@depth@100ms` is a stream of one market, `!miniTicker@arr` one of all. Symbols are lower case in names.
"""

import re
from typing import Final, NamedTuple

from trueman.views.candles import INTERVALS

DEPTH: Final = "depth"
PARTIAL_DEPTH: Final = "partialDepth"
TRADE: Final = "trade"
AGGREGATE_TRADE: Final = "aggTrade"
BOOK_TICKER: Final = "bookTicker"
TICKER: Final = "ticker"
MINI_TICKER: Final = "miniTicker"
KLINE: Final = "kline"

FAST_MS: Final = 100
SLOW_MS: Final = 1_000
PARTIAL_LEVELS: Final = (5, 10, 20)
STREAM_CHARS_MAX: Final = 64
SYMBOL: Final = re.compile(r"[a-z0-9._-]{2,20}", re.ASCII)


class Stream(NamedTuple):
    """`symbol` is upper case, empty for a stream of all markets; the other fields are set where the kind has them."""

    name: str
    kind: str
    symbol: str = ""
    period_ms: int = 0
    levels: int = 0
    interval: str = ""


class UnknownStream(ValueError):
    """The message says what is wrong with the name."""


_ALL_MARKETS: Final = {"!miniTicker@arr": MINI_TICKER, "!ticker@arr": TICKER}


def _one_market_kinds() -> dict[str, Stream]:
    """What may follow `<symbol>@`."""
    kinds = {kind: Stream("", kind) for kind in (TRADE, AGGREGATE_TRADE, BOOK_TICKER, TICKER, MINI_TICKER)}
    for suffix, period_ms in (("", SLOW_MS), ("@100ms", FAST_MS)):
        kinds[f"depth{suffix}"] = Stream("", DEPTH, period_ms=period_ms)
        for levels in PARTIAL_LEVELS:
            kinds[f"depth{levels}{suffix}"] = Stream("", PARTIAL_DEPTH, period_ms=period_ms, levels=levels)
    for interval in INTERVALS:
        kinds[f"kline_{interval}"] = Stream("", KLINE, interval=interval)
    return kinds


_ONE_MARKET: Final = _one_market_kinds()


def parse(name: str) -> Stream:
    """Raise UnknownStream; whether the market exists is for the caller to look up."""
    if name in _ALL_MARKETS:
        return Stream(name, _ALL_MARKETS[name])
    if len(name) > STREAM_CHARS_MAX:
        raise UnknownStream(f"a stream name has at most {STREAM_CHARS_MAX} characters")
    symbol, at, kind = name.partition("@")
    if not at or not SYMBOL.fullmatch(symbol):
        raise UnknownStream(f"{name!r} is no stream name such as btcusdt@trade (symbols are lower case)")
    template = _ONE_MARKET.get(kind)
    if template is None:
        raise UnknownStream(f"there is no stream {kind!r} of a market")
    return template._replace(name=name, symbol=symbol.upper())


def depth_name(symbol: str, period_ms: int, levels: int = 0) -> str:
    return f"{symbol.lower()}@depth{levels or ''}{'@100ms' if period_ms == FAST_MS else ''}"


def kline_name(symbol: str, interval: str) -> str:
    return f"{symbol.lower()}@kline_{interval}"


def stream_name(symbol: str, kind: str) -> str:
    """Of a kind that needs no parameter."""
    return f"{symbol.lower()}@{kind}"


def all_markets_name(kind: str) -> str:
    return f"!{kind}@arr"
