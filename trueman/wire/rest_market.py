"""Bodies of market data: books, trades, candles and tickers out of the views' integers."""

from typing import Final

from msgspec import field

from trueman.core.units import SELL
from trueman.views.candles import Candle
from trueman.views.depth import Depth, Level
from trueman.views.registry import Market
from trueman.views.tape import Aggregate, Trade
from trueman.views.ticker import Stats
from trueman.wire import amounts, decimals
from trueman.wire.orders import Wire

PERCENT_DECIMALS: Final = 3
AVERAGE_MINUTES: Final = 5

Kline = tuple[int, str, str, str, str, str, int, str, int, str, str, str]
"""Open time, open, high, low, close, volume, close time, quote volume, trades, what takers bought of base and
for how much quote, and a field that everybody ignores."""


class DepthBook(Wire):
    last_update_id: int
    bids: list[tuple[str, str]]
    asks: list[tuple[str, str]]


class PublicTrade(Wire):
    id: int
    price: str
    qty: str
    quote_qty: str
    time: int
    is_buyer_maker: bool
    is_best_match: bool


class AggregateTrade(Wire):
    number: int = field(name="a")
    price: str = field(name="p")
    quantity: str = field(name="q")
    first_trade_id: int = field(name="f")
    last_trade_id: int = field(name="l")
    time: int = field(name="T")
    is_buyer_maker: bool = field(name="m")
    is_best_match: bool = field(name="M")
    """Nobody needs the value, but clients tell a spot market by its presence."""


class MiniTicker(Wire):
    symbol: str
    open_price: str
    high_price: str
    low_price: str
    last_price: str
    volume: str
    quote_volume: str
    open_time: int
    close_time: int
    first_id: int
    last_id: int
    count: int


class Ticker24h(Wire):
    symbol: str
    price_change: str
    price_change_percent: str
    weighted_avg_price: str
    prev_close_price: str
    last_price: str
    last_qty: str
    bid_price: str
    bid_qty: str
    ask_price: str
    ask_qty: str
    open_price: str
    high_price: str
    low_price: str
    volume: str
    quote_volume: str
    open_time: int
    close_time: int
    first_id: int
    last_id: int
    count: int


class PriceTicker(Wire):
    symbol: str
    price: str


class BookTicker(Wire):
    symbol: str
    bid_price: str
    bid_qty: str
    ask_price: str
    ask_qty: str


class AveragePrice(Wire):
    mins: int
    price: str
    close_time: int


def depth_book(market: Market, depth: Depth, limit: int) -> DepthBook:
    bids, asks = depth.top(limit)
    return DepthBook(depth.update_id, _levels(market, bids), _levels(market, asks))


def _levels(market: Market, levels: list[Level]) -> list[tuple[str, str]]:
    return [(amounts.price_text(market, price), amounts.quantity_text(market, lots)) for price, lots in levels]


def public_trade(market: Market, trade: Trade, per_time: int) -> PublicTrade:
    traded = trade.traded
    return PublicTrade(
        traded.trade_id,
        amounts.price_text(market, traded.price),
        amounts.quantity_text(market, traded.quantity),
        amounts.quote_text(market, traded.quote_amount),
        trade.time_us // per_time,
        trade.is_buyer_maker,
        True,
    )


def aggregate_trade(market: Market, aggregate: Aggregate, per_time: int) -> AggregateTrade:
    return AggregateTrade(
        aggregate.number,
        amounts.price_text(market, aggregate.price),
        amounts.quantity_text(market, aggregate.quantity),
        aggregate.first_trade_id,
        aggregate.last_trade_id,
        aggregate.time_us // per_time,
        aggregate.taker_side == SELL,
        True,
    )


def kline(market: Market, candle: Candle, per_time: int) -> Kline:
    return (
        candle.open_us // per_time,
        amounts.price_text(market, candle.open),
        amounts.price_text(market, candle.high),
        amounts.price_text(market, candle.low),
        amounts.price_text(market, candle.close),
        amounts.quantity_text(market, candle.volume),
        candle.close_us // per_time,
        amounts.quote_text(market, candle.quote_volume),
        candle.trades,
        amounts.quantity_text(market, candle.taker_buy_volume),
        amounts.quote_text(market, candle.taker_buy_quote_volume),
        "0",
    )


def average_price(market: Market, quote: int, lots: int, otherwise_ticks: int) -> str:
    """What one whole base cost on average, rounded down to the quote asset's last decimal."""
    if not lots:
        return amounts.price_text(market, otherwise_ticks)
    return decimals.text(quote * 10**market.base.decimals // (lots * market.lot_atoms), market.quote.decimals)


def percent(change: int, of: int) -> str:
    """`change` in hundredths of `of`, rounded to nearest."""
    if not of:
        return decimals.text(0, PERCENT_DECIMALS)
    scaled, half = abs(change) * 100 * 10**PERCENT_DECIMALS, of // 2
    rounded = (scaled + half) // of
    return decimals.text(-rounded if change < 0 else rounded, PERCENT_DECIMALS)


def price_ticker(market: Market, ticks: int) -> PriceTicker:
    return PriceTicker(market.symbol, amounts.price_text(market, ticks))


def book_ticker(market: Market, depth: Depth) -> BookTicker:
    return BookTicker(market.symbol, *best(market, depth))


def best(market: Market, depth: Depth) -> tuple[str, str, str, str]:
    """Price and quantity of the best bid, then of the best ask; zeros where there is none."""
    bid, bid_lots = depth.best_bid() or (0, 0)
    ask, ask_lots = depth.best_ask() or (0, 0)
    return (
        amounts.price_text(market, bid),
        amounts.quantity_text(market, bid_lots),
        amounts.price_text(market, ask),
        amounts.quantity_text(market, ask_lots),
    )


def ticker_24h(market: Market, stats: Stats, depth: Depth, per_time: int) -> Ticker24h:
    return Ticker24h(
        market.symbol,
        amounts.price_text(market, stats.change),
        percent(stats.change, stats.open),
        average_price(market, stats.quote_volume, stats.volume, stats.close),
        amounts.price_text(market, stats.previous_close),
        amounts.price_text(market, stats.close),
        amounts.quantity_text(market, stats.last_quantity),
        *best(market, depth),
        amounts.price_text(market, stats.open),
        amounts.price_text(market, stats.high),
        amounts.price_text(market, stats.low),
        amounts.quantity_text(market, stats.volume),
        amounts.quote_text(market, stats.quote_volume),
        stats.open_us // per_time,
        stats.close_us // per_time,
        stats.first_trade_id,
        stats.last_trade_id,
        stats.trades,
    )


def mini_ticker(market: Market, stats: Stats, per_time: int) -> MiniTicker:
    return MiniTicker(
        market.symbol,
        amounts.price_text(market, stats.open),
        amounts.price_text(market, stats.high),
        amounts.price_text(market, stats.low),
        amounts.price_text(market, stats.close),
        amounts.quantity_text(market, stats.volume),
        amounts.quote_text(market, stats.quote_volume),
        stats.open_us // per_time,
        stats.close_us // per_time,
        stats.first_trade_id,
        stats.last_trade_id,
        stats.trades,
    )
