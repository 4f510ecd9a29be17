"""Markets as administrators write them, decimal strings, and as the core counts them, integers.

Prices are counted in ticks, quantities in lots, and one tick times one lot must be a whole number of atoms of the
quote asset; where it is not, the message works out what would be.
"""

from math import gcd
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from trueman.api.amounts import FEE_DECIMALS, asset_of_code, parse_bounded, parse_fee, parse_positive, parse_steps
from trueman.core.commands import ChangeMarket, CreateMarket
from trueman.core.units import AUCTION, CANCEL_ONLY, CLOSED, HALTED, PRE_TRADING, TRADING
from trueman.errors import BadInput
from trueman.views.registry import Asset, Market, Registry
from trueman.wire import decimals
from trueman.wire.amounts import price_text, quantity_text, quote_text

STATUS_NAMES: Final = {
    TRADING: "TRADING",
    HALTED: "HALTED",
    CANCEL_ONLY: "CANCEL_ONLY",
    PRE_TRADING: "PRE_TRADING",
    AUCTION: "AUCTION",
    CLOSED: "CLOSED",
}


class MarketBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Fees are fractions of the amount received: 0.001 is 0.1 %. A makerFee below zero is a rebate."""

    symbol: str
    base: str
    quote: str
    tick_size: str
    lot_size: str
    min_price: str
    max_price: str
    min_quantity: str
    max_quantity: str
    min_notional: str
    maker_fee: str
    taker_fee: str


class MarketChange(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """What is not given stays. Tick and lot size never change: open orders count in them."""

    min_price: str | UnsetType = UNSET
    max_price: str | UnsetType = UNSET
    min_quantity: str | UnsetType = UNSET
    max_quantity: str | UnsetType = UNSET
    min_notional: str | UnsetType = UNSET
    maker_fee: str | UnsetType = UNSET
    taker_fee: str | UnsetType = UNSET


class MarketShown(MarketBody, forbid_unknown_fields=False, rename="camel"):
    status: str


def create_command(registry: Registry, body: MarketBody) -> CreateMarket:
    """Raise BadInput naming the field that cannot be."""
    base = asset_of_code(registry, body.base, "base")
    quote = asset_of_code(registry, body.quote, "quote")
    if base == quote:
        raise BadInput("quote", "Base and quote must be two different assets.")
    tick = parse_positive("tickSize", body.tick_size, quote.decimals)
    lot = parse_positive("lotSize", body.lot_size, base.decimals)
    _require_exact(base, quote, tick, lot)
    command = CreateMarket(
        tag=0,
        base=base.number,
        quote=quote.number,
        tick_size_atoms=tick,
        lot_atoms=lot,
        price_ticks_min=parse_steps("minPrice", body.min_price, quote.decimals, tick, "tickSize"),
        price_ticks_max=parse_steps("maxPrice", body.max_price, quote.decimals, tick, "tickSize"),
        quantity_lots_min=parse_steps("minQuantity", body.min_quantity, base.decimals, lot, "lotSize"),
        quantity_lots_max=parse_steps("maxQuantity", body.max_quantity, base.decimals, lot, "lotSize"),
        notional_atoms_min=parse_bounded("minNotional", body.min_notional, quote.decimals),
        maker_ppm=parse_fee("makerFee", body.maker_fee, may_be_rebate=True),
        taker_ppm=parse_fee("takerFee", body.taker_fee),
        symbol=body.symbol,
    )
    _require_order(command)
    return command


def change_command(market: Market, change: MarketChange) -> ChangeMarket:
    quote, base = market.quote.decimals, market.base.decimals
    tick, lot = market.tick_size_atoms, market.lot_atoms
    changed: dict[str, int] = {}
    if isinstance(change.min_price, str):
        changed["price_ticks_min"] = parse_steps("minPrice", change.min_price, quote, tick, "tickSize")
    if isinstance(change.max_price, str):
        changed["price_ticks_max"] = parse_steps("maxPrice", change.max_price, quote, tick, "tickSize")
    if isinstance(change.min_quantity, str):
        changed["quantity_lots_min"] = parse_steps("minQuantity", change.min_quantity, base, lot, "lotSize")
    if isinstance(change.max_quantity, str):
        changed["quantity_lots_max"] = parse_steps("maxQuantity", change.max_quantity, base, lot, "lotSize")
    if isinstance(change.min_notional, str):
        changed["notional_atoms_min"] = parse_bounded("minNotional", change.min_notional, quote)
    if isinstance(change.maker_fee, str):
        changed["maker_ppm"] = parse_fee("makerFee", change.maker_fee, may_be_rebate=True)
    if isinstance(change.taker_fee, str):
        changed["taker_ppm"] = parse_fee("takerFee", change.taker_fee)
    command = _unchanged(market)._replace(**changed)
    _require_order(command)
    return command


def shown(market: Market) -> MarketShown:
    return MarketShown(
        symbol=market.symbol,
        base=market.base.code,
        quote=market.quote.code,
        tick_size=price_text(market, 1),
        lot_size=quantity_text(market, 1),
        min_price=price_text(market, market.price_ticks_min),
        max_price=price_text(market, market.price_ticks_max),
        min_quantity=quantity_text(market, market.quantity_lots_min),
        max_quantity=quantity_text(market, market.quantity_lots_max),
        min_notional=quote_text(market, market.notional_atoms_min),
        maker_fee=decimals.text(market.maker_ppm, FEE_DECIMALS),
        taker_fee=decimals.text(market.taker_ppm, FEE_DECIMALS),
        status=STATUS_NAMES[market.status],
    )


def _unchanged(market: Market) -> ChangeMarket:
    return ChangeMarket(
        tag=0,
        market=market.number,
        price_ticks_min=market.price_ticks_min,
        price_ticks_max=market.price_ticks_max,
        quantity_lots_min=market.quantity_lots_min,
        quantity_lots_max=market.quantity_lots_max,
        notional_atoms_min=market.notional_atoms_min,
        maker_ppm=market.maker_ppm,
        taker_ppm=market.taker_ppm,
    )


def _require_order(command: CreateMarket | ChangeMarket) -> None:
    if command.price_ticks_min > command.price_ticks_max:
        raise BadInput("maxPrice", "maxPrice must not be below minPrice.")
    if command.quantity_lots_min > command.quantity_lots_max:
        raise BadInput("maxQuantity", "maxQuantity must not be below minQuantity.")
    if command.maker_ppm + command.taker_ppm < 0:
        raise BadInput("makerFee", "A rebate comes out of the taker's fee, so it cannot be more than takerFee.")


def _require_exact(base: Asset, quote: Asset, tick: int, lot: int) -> None:
    whole = 10**base.decimals
    if tick * lot % whole == 0:
        return
    lot_exact = decimals.text(whole // gcd(tick, whole), base.decimals)
    raise BadInput(
        "lotSize",
        f"tickSize times lotSize must be a whole number of the smallest unit of {quote.code} "
        f"({decimals.text(1, quote.decimals)}). With this tickSize, lotSize must be a multiple of {lot_exact}.",
    )
