"""What a market may be like: its bounds and fees, and the further filters that guard it."""

from typing import Final

from librt.strings import BytesWriter, read_i64_le, write_i64_le
from mypy_extensions import i64

from trueman.core.markets import Market
from trueman.core.rejections import BOUNDS_INVALID, FEE_OUT_OF_RANGE, OK
from trueman.core.units import (
    ALGO_ORDERS_MAX,
    AUCTION_US_MAX,
    FEE_PPM_MAX,
    ICEBERG_ORDERS_MAX,
    ICEBERG_PARTS_MAX,
    OPEN_ORDERS_MAX,
    PPM_ONE,
    SUPPLY_ATOMS_MAX,
)

GUARDS_BYTES: Final = 15 * 8
PERCENT_PPM_MAX: Final = 1_000 * PPM_ONE
"""No price filter lets through more than a thousand times the reference price."""


def read_bounds(frame: bytes, at: i64, market: Market) -> None:
    """The seven fields that CreateMarket and ChangeMarket have in common."""
    market.price_ticks_min = read_i64_le(frame, at)
    market.price_ticks_max = read_i64_le(frame, at + 8)
    market.quantity_lots_min = read_i64_le(frame, at + 16)
    market.quantity_lots_max = read_i64_le(frame, at + 24)
    market.notional_atoms_min = read_i64_le(frame, at + 32)
    market.maker_ppm = read_i64_le(frame, at + 40)
    market.taker_ppm = read_i64_le(frame, at + 48)


def read_guards(frame: bytes, at: i64, market: Market) -> None:
    """The fields of GuardMarket, from `market_lots_min` on; fifteen words."""
    market.market_lots_min = read_i64_le(frame, at)
    market.market_lots_max = read_i64_le(frame, at + 8)
    market.notional_atoms_max = read_i64_le(frame, at + 16)
    market.bid_down_ppm = read_i64_le(frame, at + 24)
    market.bid_up_ppm = read_i64_le(frame, at + 32)
    market.ask_down_ppm = read_i64_le(frame, at + 40)
    market.ask_up_ppm = read_i64_le(frame, at + 48)
    market.orders_max = read_i64_le(frame, at + 56)
    market.algo_orders_max = read_i64_le(frame, at + 64)
    market.iceberg_orders_max = read_i64_le(frame, at + 72)
    market.iceberg_parts_max = read_i64_le(frame, at + 80)
    market.position_lots_max = read_i64_le(frame, at + 88)
    market.reference_price = read_i64_le(frame, at + 96)
    market.band_ppm = read_i64_le(frame, at + 104)
    market.auction_us = read_i64_le(frame, at + 112)


def write_guards(out: BytesWriter, market: Market) -> None:
    """The same fields in the same order, as an event and a snapshot tell them."""
    write_i64_le(out, market.market_lots_min)
    write_i64_le(out, market.market_lots_max)
    write_i64_le(out, market.notional_atoms_max)
    write_i64_le(out, market.bid_down_ppm)
    write_i64_le(out, market.bid_up_ppm)
    write_i64_le(out, market.ask_down_ppm)
    write_i64_le(out, market.ask_up_ppm)
    write_i64_le(out, market.orders_max)
    write_i64_le(out, market.algo_orders_max)
    write_i64_le(out, market.iceberg_orders_max)
    write_i64_le(out, market.iceberg_parts_max)
    write_i64_le(out, market.position_lots_max)
    write_i64_le(out, market.reference_price)
    write_i64_le(out, market.band_ppm)
    write_i64_le(out, market.auction_us)


def bounds_refusal(market: Market) -> i64:
    if not is_fee_pair(market.maker_ppm, market.taker_ppm):
        return FEE_OUT_OF_RANGE
    if market.base == market.quote:
        return BOUNDS_INVALID
    if not is_step(market.tick_size_atoms) or not is_step(market.lot_atoms):
        return BOUNDS_INVALID
    if not is_range(market.price_ticks_min, market.price_ticks_max):
        return BOUNDS_INVALID
    if not is_range(market.quantity_lots_min, market.quantity_lots_max):
        return BOUNDS_INVALID
    if not is_up_to(market.notional_atoms_min, SUPPLY_ATOMS_MAX):
        return BOUNDS_INVALID
    return OK if int(market.quantity_lots_max) * int(market.lot_atoms) <= SUPPLY_ATOMS_MAX else BOUNDS_INVALID


def guards_refusal(market: Market) -> i64:
    if not has_quantity_guards(market) or not has_price_guards(market) or not has_count_guards(market):
        return BOUNDS_INVALID
    return OK if has_band_guards(market) else BOUNDS_INVALID


def has_quantity_guards(market: Market) -> bool:
    return (
        is_bounded(market.market_lots_min, market.market_lots_max, SUPPLY_ATOMS_MAX)
        and is_up_to(market.notional_atoms_max, SUPPLY_ATOMS_MAX)
        and is_up_to(market.position_lots_max, SUPPLY_ATOMS_MAX)
    )


def has_price_guards(market: Market) -> bool:
    return (
        is_bounded(market.bid_down_ppm, market.bid_up_ppm, PERCENT_PPM_MAX)
        and is_bounded(market.ask_down_ppm, market.ask_up_ppm, PERCENT_PPM_MAX)
        and is_up_to(market.reference_price, SUPPLY_ATOMS_MAX)
    )


def has_count_guards(market: Market) -> bool:
    return (
        is_up_to(market.orders_max, OPEN_ORDERS_MAX)
        and is_up_to(market.algo_orders_max, ALGO_ORDERS_MAX)
        and is_up_to(market.iceberg_orders_max, ICEBERG_ORDERS_MAX)
        and is_up_to(market.iceberg_parts_max, ICEBERG_PARTS_MAX)
    )


def has_band_guards(market: Market) -> bool:
    """A band without an auction would have no way to go on, an auction without a band no reason to begin."""
    return (
        is_up_to(market.band_ppm, PPM_ONE - 1)
        and is_up_to(market.auction_us, AUCTION_US_MAX)
        and (market.band_ppm == 0) == (market.auction_us == 0)
    )


def is_fee_pair(maker_ppm: i64, taker_ppm: i64) -> bool:
    """A rebate is paid out of the taker's fee of the same fill, so it can never be promised to be more."""
    return 0 <= taker_ppm <= FEE_PPM_MAX and -FEE_PPM_MAX <= maker_ppm <= FEE_PPM_MAX and maker_ppm + taker_ppm >= 0


def is_step(step: i64) -> bool:
    return 0 < step <= SUPPLY_ATOMS_MAX


def is_range(least: i64, most: i64) -> bool:
    return 0 < least <= most <= SUPPLY_ATOMS_MAX


def is_up_to(limit: i64, most: i64) -> bool:
    """0 means none."""
    return 0 <= limit <= most


def is_bounded(least: i64, most: i64, greatest: i64) -> bool:
    """A pair of limits, of which the upper may be none."""
    return is_up_to(least, greatest) and is_up_to(most, greatest) and (most == 0 or least <= most)
