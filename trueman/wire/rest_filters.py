"""The filters of a market as exchangeInfo tells them: what an order must keep to be taken."""

from typing import Final

from trueman.core.units import (
    ALGO_ORDERS_USUAL,
    ICEBERG_ORDERS_USUAL,
    ICEBERG_PARTS_USUAL,
    OPEN_ORDERS_USUAL,
    PPM_ONE,
    SUPPLY_ATOMS_MAX,
    TRAILING_BIPS_MAX,
    TRAILING_BIPS_MIN,
)
from trueman.views.registry import Market
from trueman.wire import decimals
from trueman.wire.amounts import price_text, quantity_text, quote_text
from trueman.wire.orders import Wire

MULTIPLIER_DECIMALS: Final = 6
MULTIPLIER_PPM_MAX: Final = 1_000 * PPM_ONE
"""Stands for no bound: the operator can set none above it."""


class PriceFilter(Wire, tag="PRICE_FILTER", tag_field="filterType"):
    min_price: str
    max_price: str
    tick_size: str


class PercentPriceBySide(Wire, tag="PERCENT_PRICE_BY_SIDE", tag_field="filterType"):
    bid_multiplier_up: str
    bid_multiplier_down: str
    ask_multiplier_up: str
    ask_multiplier_down: str
    avg_price_mins: int


class LotSize(Wire, tag="LOT_SIZE", tag_field="filterType"):
    min_qty: str
    max_qty: str
    step_size: str


class MarketLotSize(Wire, tag="MARKET_LOT_SIZE", tag_field="filterType"):
    min_qty: str
    max_qty: str
    step_size: str


class Notional(Wire, tag="NOTIONAL", tag_field="filterType"):
    min_notional: str
    apply_min_to_market: bool
    max_notional: str
    apply_max_to_market: bool
    avg_price_mins: int


class IcebergParts(Wire, tag="ICEBERG_PARTS", tag_field="filterType"):
    limit: int


class TrailingDelta(Wire, tag="TRAILING_DELTA", tag_field="filterType"):
    min_trailing_above_delta: int
    max_trailing_above_delta: int
    min_trailing_below_delta: int
    max_trailing_below_delta: int


class MaxNumOrders(Wire, tag="MAX_NUM_ORDERS", tag_field="filterType"):
    max_num_orders: int


class MaxNumAlgoOrders(Wire, tag="MAX_NUM_ALGO_ORDERS", tag_field="filterType"):
    max_num_algo_orders: int


class MaxNumIcebergOrders(Wire, tag="MAX_NUM_ICEBERG_ORDERS", tag_field="filterType"):
    max_num_iceberg_orders: int


class MaxPosition(Wire, tag="MAX_POSITION", tag_field="filterType"):
    max_position: str


Filter = (
    PriceFilter
    | PercentPriceBySide
    | LotSize
    | MarketLotSize
    | Notional
    | IcebergParts
    | TrailingDelta
    | MaxNumOrders
    | MaxNumAlgoOrders
    | MaxNumIcebergOrders
    | MaxPosition
)


def filters(market: Market) -> list[Filter]:
    """Filters that every market has, then those that the operator has set."""
    guards = market.guards
    least, most, bips = market.quantity_lots_min, market.quantity_lots_max, (TRAILING_BIPS_MIN, TRAILING_BIPS_MAX)
    found: list[Filter] = [
        PriceFilter(*(price_text(market, ticks) for ticks in (market.price_ticks_min, market.price_ticks_max, 1))),
        LotSize(*(quantity_text(market, lots) for lots in (least, most, 1))),
        MarketLotSize(
            *(quantity_text(market, lots) for lots in (max(guards.market_lots_min, least), market_lots_max(market), 1))
        ),
        Notional(
            min_notional=quote_text(market, market.notional_atoms_min),
            apply_min_to_market=True,
            max_notional=quote_text(market, guards.notional_atoms_max or SUPPLY_ATOMS_MAX),
            apply_max_to_market=True,
            avg_price_mins=0,
        ),
        IcebergParts(guards.iceberg_parts_max or ICEBERG_PARTS_USUAL),
        TrailingDelta(*bips, *bips),
        MaxNumOrders(guards.orders_max or OPEN_ORDERS_USUAL),
        MaxNumAlgoOrders(guards.algo_orders_max or ALGO_ORDERS_USUAL),
    ]
    if guards.bid_down_ppm or guards.bid_up_ppm or guards.ask_down_ppm or guards.ask_up_ppm:
        found.append(_percent_price(market))
    found.append(MaxNumIcebergOrders(guards.iceberg_orders_max or ICEBERG_ORDERS_USUAL))
    if guards.position_lots_max:
        found.append(MaxPosition(quantity_text(market, guards.position_lots_max)))
    return found


def market_lots_max(market: Market) -> int:
    most = market.guards.market_lots_max
    return min(most, market.quantity_lots_max) if most else market.quantity_lots_max


def _percent_price(market: Market) -> PercentPriceBySide:
    guards = market.guards
    return PercentPriceBySide(
        multiplier(guards.bid_up_ppm or MULTIPLIER_PPM_MAX),
        multiplier(guards.bid_down_ppm),
        multiplier(guards.ask_up_ppm or MULTIPLIER_PPM_MAX),
        multiplier(guards.ask_down_ppm),
        0,
    )


def multiplier(ppm: int) -> str:
    return decimals.text(ppm, MULTIPLIER_DECIMALS)
