"""Prices, quantities and amounts of a market as the decimal strings that travel.

A price has the decimals of the quote asset, a quantity those of the base asset, as on Binance Spot.
"""

from trueman.views.registry import Asset, Market
from trueman.wire import decimals


class OffStep(ValueError):
    """The number is no multiple of the market's tick or lot; the message names the nearest valid values."""


def price_text(market: Market, ticks: int) -> str:
    return decimals.text(ticks * market.tick_size_atoms, market.quote.decimals)


def quantity_text(market: Market, lots: int) -> str:
    return decimals.text(lots * market.lot_atoms, market.base.decimals)


def quote_text(market: Market, atoms: int) -> str:
    return decimals.text(atoms, market.quote.decimals)


def amount_text(asset: Asset, atoms: int) -> str:
    return decimals.text(atoms, asset.decimals)


def parse_price(market: Market, text: str) -> int:
    """Ticks. Raise NotADecimal or OffStep."""
    return _steps(text, market.quote.decimals, market.tick_size_atoms)


def parse_quantity(market: Market, text: str) -> int:
    """Lots. Raise NotADecimal or OffStep."""
    return _steps(text, market.base.decimals, market.lot_atoms)


def parse_quote(market: Market, text: str) -> int:
    """Atoms of quote. Raise NotADecimal or TooManyDecimals."""
    return decimals.parse(text, market.quote.decimals)


def parse_amount(asset: Asset, text: str) -> int:
    """Atoms. Raise NotADecimal or TooManyDecimals."""
    return decimals.parse(text, asset.decimals)


def _steps(text: str, places: int, step: int) -> int:
    try:
        atoms = decimals.parse(text, places)
    except decimals.TooManyDecimals as error:
        raise OffStep(f"must be a multiple of {decimals.text(step, places)}") from error
    steps, rest = divmod(atoms, step)
    if rest:
        below, above = (decimals.text(near * step, places) for near in (steps, steps + 1))
        raise OffStep(f"must be a multiple of {decimals.text(step, places)}; nearest are {below} and {above}")
    return steps
