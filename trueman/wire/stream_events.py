"""The bodies of market stream events, field for field as Binance Spot sends them.

Prices and amounts are strings with all decimals of their asset, times milliseconds. One letter a field is their
choice: these streams are most of an exchange's bandwidth.
"""

from collections.abc import Iterable

import msgspec

from trueman.core.units import SELL
from trueman.views.candles import Candle
from trueman.views.depth import Depth, Level
from trueman.views.registry import Market
from trueman.views.tape import Aggregate, Trade
from trueman.views.ticker import Stats
from trueman.wire import decimals
from trueman.wire.amounts import price_text, quantity_text, quote_text

LevelText = tuple[str, str]


class Body(msgspec.Struct, gc=False):
    """What a stream sends; its first field `e` is the name of the event, where it has one."""


class DepthUpdate(Body, tag="depthUpdate", tag_field="e"):
    E: int
    s: str
    U: int
    u: int
    b: list[LevelText]
    a: list[LevelText]


class PartialDepth(Body):
    lastUpdateId: int
    bids: list[LevelText]
    asks: list[LevelText]


class TradeEvent(Body, tag="trade", tag_field="e"):
    E: int
    s: str
    t: int
    p: str
    q: str
    T: int
    m: bool
    M: bool = True


class AggregateTradeEvent(Body, tag="aggTrade", tag_field="e"):
    E: int
    s: str
    a: int
    p: str
    q: str
    f: int
    l: int  # noqa: E741
    T: int
    m: bool
    M: bool = True


class BookTicker(Body):
    u: int
    s: str
    b: str
    B: str
    a: str
    A: str


class Kline(Body):
    t: int
    T: int
    s: str
    i: str
    f: int
    L: int
    o: str
    c: str
    h: str
    l: str  # noqa: E741
    v: str
    n: int
    x: bool
    q: str
    V: str
    Q: str
    B: str = "0"


class KlineEvent(Body, tag="kline", tag_field="e"):
    E: int
    s: str
    k: Kline


class MiniTickerEvent(Body, tag="24hrMiniTicker", tag_field="e"):
    E: int
    s: str
    c: str
    o: str
    h: str
    l: str  # noqa: E741
    v: str
    q: str


class TickerEvent(Body, tag="24hrTicker", tag_field="e"):
    E: int
    s: str
    p: str
    P: str
    w: str
    x: str
    c: str
    Q: str
    b: str
    B: str
    a: str
    A: str
    o: str
    h: str
    l: str  # noqa: E741
    v: str
    q: str
    O: int  # noqa: E741
    C: int
    F: int
    L: int
    n: int


class ServerShutdown(Body, tag="serverShutdown", tag_field="e"):
    E: int


def level_texts(market: Market, levels: Iterable[Level]) -> list[LevelText]:
    return [(price_text(market, price), quantity_text(market, lots)) for price, lots in levels]


def depth_update(
    market: Market, now_ms: int, first: int, last: int, bids: Iterable[Level], asks: Iterable[Level]
) -> DepthUpdate:
    return DepthUpdate(now_ms, market.symbol, first, last, level_texts(market, bids), level_texts(market, asks))


def partial_depth(market: Market, depth: Depth, levels: int) -> PartialDepth:
    bids, asks = depth.top(levels)
    return PartialDepth(depth.update_id, level_texts(market, bids), level_texts(market, asks))


def trade_event(market: Market, now_ms: int, trade: Trade) -> TradeEvent:
    traded = trade.traded
    return TradeEvent(
        now_ms,
        market.symbol,
        traded.trade_id,
        price_text(market, traded.price),
        quantity_text(market, traded.quantity),
        trade.time_us // 1_000,
        trade.is_buyer_maker,
    )


def aggregate_event(market: Market, now_ms: int, aggregate: Aggregate) -> AggregateTradeEvent:
    return AggregateTradeEvent(
        now_ms,
        market.symbol,
        aggregate.number,
        price_text(market, aggregate.price),
        quantity_text(market, aggregate.quantity),
        aggregate.first_trade_id,
        aggregate.last_trade_id,
        aggregate.time_us // 1_000,
        aggregate.taker_side == SELL,
    )


def book_ticker(market: Market, depth: Depth) -> BookTicker:
    (bid, bid_lots), (ask, ask_lots) = depth.best_bid() or (0, 0), depth.best_ask() or (0, 0)
    return BookTicker(
        depth.update_id,
        market.symbol,
        price_text(market, bid),
        quantity_text(market, bid_lots),
        price_text(market, ask),
        quantity_text(market, ask_lots),
    )


def kline_event(market: Market, now_ms: int, interval: str, candle: Candle, *, closed: bool) -> KlineEvent:
    kline = Kline(
        candle.open_us // 1_000,
        candle.close_us // 1_000,
        market.symbol,
        interval,
        candle.first_trade_id,
        candle.last_trade_id,
        price_text(market, candle.open),
        price_text(market, candle.close),
        price_text(market, candle.high),
        price_text(market, candle.low),
        quantity_text(market, candle.volume),
        candle.trades,
        closed,
        quote_text(market, candle.quote_volume),
        quantity_text(market, candle.taker_buy_volume),
        quote_text(market, candle.taker_buy_quote_volume),
    )
    return KlineEvent(now_ms, market.symbol, kline)


def mini_ticker_event(market: Market, now_ms: int, stats: Stats) -> MiniTickerEvent:
    return MiniTickerEvent(
        now_ms,
        market.symbol,
        price_text(market, stats.close),
        price_text(market, stats.open),
        price_text(market, stats.high),
        price_text(market, stats.low),
        quantity_text(market, stats.volume),
        quote_text(market, stats.quote_volume),
    )


def ticker_event(market: Market, now_ms: int, stats: Stats, depth: Depth) -> TickerEvent:
    best = book_ticker(market, depth)
    return TickerEvent(
        now_ms,
        market.symbol,
        price_text(market, stats.change),
        change_percent_text(stats),
        average_price_text(market, stats),
        price_text(market, stats.previous_close),
        price_text(market, stats.close),
        quantity_text(market, stats.last_quantity),
        best.b,
        best.B,
        best.a,
        best.A,
        price_text(market, stats.open),
        price_text(market, stats.high),
        price_text(market, stats.low),
        quantity_text(market, stats.volume),
        quote_text(market, stats.quote_volume),
        stats.open_us // 1_000,
        stats.close_us // 1_000,
        stats.first_trade_id,
        stats.last_trade_id,
        stats.trades,
    )


def change_percent_text(stats: Stats) -> str:
    """Of the open, three decimals, rounded to the nearest."""
    thousandths = (stats.change * 200_000 + stats.open) // (2 * stats.open) if stats.open else 0
    return decimals.text(thousandths, 3)


def average_price_text(market: Market, stats: Stats) -> str:
    """Quote volume by volume, in the decimals of the quote asset, rounded down."""
    volume_atoms = stats.volume * market.lot_atoms
    atoms = stats.quote_volume * 10**market.base.decimals // volume_atoms if volume_atoms else 0
    return decimals.text(atoms, market.quote.decimals)
