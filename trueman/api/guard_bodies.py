"""The guards of a market as administrators write them: decimals and fractions, null for none of that kind."""

from collections.abc import Callable
from typing import Final

import msgspec

from trueman.api.amounts import parse_amount, parse_bounded, parse_steps
from trueman.core.commands import GuardMarket
from trueman.core.units import (
    ALGO_ORDERS_MAX,
    AUCTION_US_MAX,
    ICEBERG_ORDERS_MAX,
    ICEBERG_PARTS_MAX,
    OPEN_ORDERS_MAX,
    PPM_ONE,
)
from trueman.errors import BadInput
from trueman.views.registry import Market
from trueman.wire import decimals
from trueman.wire.amounts import price_text, quantity_text, quote_text

SHARE_DECIMALS: Final = 6
MULTIPLIER_PPM_MAX: Final = 1_000 * PPM_ONE
MILLISECOND_US: Final = 1_000


class Guards(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Multipliers and the price band are fractions of the reference price: the last trade's, or before the first
    trade `referencePrice`. A trade further than `priceBand` away is not made: an auction of `auctionMs` begins."""

    market_min_quantity: str | None = None
    market_max_quantity: str | None = None
    max_notional: str | None = None
    bid_multiplier_down: str | None = None
    bid_multiplier_up: str | None = None
    ask_multiplier_down: str | None = None
    ask_multiplier_up: str | None = None
    max_orders: int | None = None
    max_algo_orders: int | None = None
    max_iceberg_orders: int | None = None
    max_iceberg_parts: int | None = None
    max_position: str | None = None
    reference_price: str | None = None
    price_band: str | None = None
    auction_ms: int | None = None


def guard_command(market: Market, body: Guards) -> GuardMarket:
    """Raise BadInput naming the field that cannot be."""
    command = GuardMarket(
        tag=0,
        market=market.number,
        market_lots_min=_lots(market, "marketMinQuantity", body.market_min_quantity),
        market_lots_max=_lots(market, "marketMaxQuantity", body.market_max_quantity),
        notional_atoms_max=_quote(market, "maxNotional", body.max_notional),
        bid_down_ppm=_ppm("bidMultiplierDown", body.bid_multiplier_down),
        bid_up_ppm=_ppm("bidMultiplierUp", body.bid_multiplier_up),
        ask_down_ppm=_ppm("askMultiplierDown", body.ask_multiplier_down),
        ask_up_ppm=_ppm("askMultiplierUp", body.ask_multiplier_up),
        orders_max=_count("maxOrders", body.max_orders, OPEN_ORDERS_MAX),
        algo_orders_max=_count("maxAlgoOrders", body.max_algo_orders, ALGO_ORDERS_MAX),
        iceberg_orders_max=_count("maxIcebergOrders", body.max_iceberg_orders, ICEBERG_ORDERS_MAX),
        iceberg_parts_max=_count("maxIcebergParts", body.max_iceberg_parts, ICEBERG_PARTS_MAX),
        position_lots_max=_lots(market, "maxPosition", body.max_position),
        reference_price=_ticks(market, "referencePrice", body.reference_price),
        band_ppm=_ppm("priceBand", body.price_band),
        auction_us=_count("auctionMs", body.auction_ms, AUCTION_US_MAX // MILLISECOND_US) * MILLISECOND_US,
    )
    _require_order(command)
    return command


def shown(market: Market) -> Guards:
    guards = market.guards
    return Guards(
        market_min_quantity=_shown(market, guards.market_lots_min, quantity_text),
        market_max_quantity=_shown(market, guards.market_lots_max, quantity_text),
        max_notional=_shown(market, guards.notional_atoms_max, quote_text),
        bid_multiplier_down=_share(guards.bid_down_ppm),
        bid_multiplier_up=_share(guards.bid_up_ppm),
        ask_multiplier_down=_share(guards.ask_down_ppm),
        ask_multiplier_up=_share(guards.ask_up_ppm),
        max_orders=guards.orders_max or None,
        max_algo_orders=guards.algo_orders_max or None,
        max_iceberg_orders=guards.iceberg_orders_max or None,
        max_iceberg_parts=guards.iceberg_parts_max or None,
        max_position=_shown(market, guards.position_lots_max, quantity_text),
        reference_price=_shown(market, guards.reference_price, price_text),
        price_band=_share(guards.band_ppm),
        auction_ms=guards.auction_us // MILLISECOND_US or None,
    )


def _require_order(command: GuardMarket) -> None:
    least, most = command.market_lots_min, command.market_lots_max
    if most and least > most:
        raise BadInput("marketMaxQuantity", "marketMaxQuantity must not be below marketMinQuantity.")
    for side, down, up in (
        ("bid", command.bid_down_ppm, command.bid_up_ppm),
        ("ask", command.ask_down_ppm, command.ask_up_ppm),
    ):
        if up and down > up:
            raise BadInput(f"{side}MultiplierUp", f"{side}MultiplierUp must not be below {side}MultiplierDown.")
        _require_room(side, down, up)
    if command.band_ppm >= PPM_ONE:
        raise BadInput("priceBand", "priceBand is a fraction of the price, so it must be below 1.")
    if (command.band_ppm == 0) != (command.auction_us == 0):
        raise BadInput("auctionMs", "priceBand and auctionMs need each other.")


def _require_room(side: str, down: int, up: int) -> None:
    """The price itself is always allowed: bounds on one side of it, rounded to ticks, may leave no price at all."""
    if down > PPM_ONE:
        raise BadInput(f"{side}MultiplierDown", f"{side}MultiplierDown must not be above 1, which is the price itself.")
    if 0 < up < PPM_ONE:
        raise BadInput(f"{side}MultiplierUp", f"{side}MultiplierUp must not be below 1, which is the price itself.")


def _lots(market: Market, field: str, text: str | None) -> int:
    if text is None:
        return 0
    return parse_steps(field, text, market.base.decimals, market.lot_atoms, "lotSize")


def _ticks(market: Market, field: str, text: str | None) -> int:
    if text is None:
        return 0
    return parse_steps(field, text, market.quote.decimals, market.tick_size_atoms, "tickSize")


def _quote(market: Market, field: str, text: str | None) -> int:
    return 0 if text is None else parse_bounded(field, text, market.quote.decimals)


def _ppm(field: str, text: str | None) -> int:
    ppm = 0 if text is None else parse_amount(field, text, SHARE_DECIMALS)
    if ppm > MULTIPLIER_PPM_MAX:
        raise BadInput(field, f"{field} can be at most {MULTIPLIER_PPM_MAX // PPM_ONE}.")
    return ppm


def _count(field: str, count: int | None, most: int) -> int:
    if count is not None and not 0 <= count <= most:
        raise BadInput(field, f"{field} can be 0 to {most}.")
    return count or 0


def _shown(market: Market, count: int, write: Callable[[Market, int], str]) -> str | None:
    return write(market, count) if count else None


def _share(ppm: int) -> str | None:
    return decimals.text(ppm, SHARE_DECIMALS) if ppm else None
