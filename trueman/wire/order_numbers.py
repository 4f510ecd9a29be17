"""Prices and quantities of an order's parameters, read strictly; what is off the grid is told its neighbours."""

from typing import Final

from trueman.core.units import BIPS_ONE
from trueman.views.registry import Market
from trueman.wire import amounts, decimals
from trueman.wire import binance_errors as errors
from trueman.wire.filter_words import notional_bounds, price_bounds, quantity_bounds
from trueman.wire.rest_parameters import Parameters, integer, text

COUNT_MAX: Final = 2**62 - 1
"""No bound of a market lies beyond it, so what exceeds it is out of range and never reaches a frame."""


def price(parameters: Parameters, name: str, market: Market) -> int:
    """Ticks."""
    value = text(parameters, name)
    try:
        ticks = amounts.parse_price(market, value)
    except (decimals.NotADecimal, amounts.OffStep) as error:
        raise _refused(error, name, "PRICE_FILTER", value, market.quote.decimals, market.tick_size_atoms) from error
    if not 0 < ticks <= COUNT_MAX:
        raise errors.filter_failure("PRICE_FILTER", name, price_bounds(market))
    return ticks


def quantity(parameters: Parameters, name: str, market: Market) -> int:
    """Lots."""
    value = text(parameters, name)
    try:
        lots = amounts.parse_quantity(market, value)
    except (decimals.NotADecimal, amounts.OffStep) as error:
        raise _refused(error, name, "LOT_SIZE", value, market.base.decimals, market.lot_atoms) from error
    if not 0 < lots <= COUNT_MAX:
        raise errors.filter_failure("LOT_SIZE", name, quantity_bounds(market))
    return lots


def quote_quantity(parameters: Parameters, name: str, market: Market) -> int:
    """Atoms of quote."""
    value = text(parameters, name)
    try:
        atoms = amounts.parse_quote(market, value)
    except (decimals.NotADecimal, decimals.TooManyDecimals) as error:
        raise _refused(error, name, "NOTIONAL", value, market.quote.decimals, 1) from error
    if not 0 < atoms <= COUNT_MAX:
        raise errors.filter_failure("NOTIONAL", name, notional_bounds(market))
    return atoms


def display_quantity(parameters: Parameters, name: str, market: Market) -> int:
    """Lots; 0 for an order that hides nothing, said or not."""
    value = parameters.get(name)
    if value is None or (decimals.DECIMAL.fullmatch(value) and not value.strip("0.")):
        return 0
    return quantity(parameters, name, market)


def trailing_bips(parameters: Parameters, name: str) -> int:
    """Hundredths of a percent, 0 when it does not trail."""
    bips = integer(parameters, name, least=1)
    if bips is not None and bips > BIPS_ONE:
        raise errors.filter_failure("TRAILING_DELTA", name, f"at most {BIPS_ONE} hundredths of a percent")
    return bips or 0


def _refused(error: ValueError, field: str, filter_name: str, value: str, places: int, step: int) -> errors.Refusal:
    if isinstance(error, decimals.NotADecimal):
        return errors.illegal_characters(field, errors.DECIMAL_RANGE)
    hint = f"{field} {_nearest(value, places, step)}"
    if isinstance(error, decimals.TooManyDecimals) or isinstance(error.__cause__, decimals.TooManyDecimals):
        return errors.Refusal(errors.TOO_MUCH_PRECISION, f"Parameter '{field}' has too much precision: {hint}.", field)
    return errors.filter_failure(filter_name, field, hint)


def _nearest(value: str, places: int, step: int) -> str:
    whole, _, fraction = value.partition(".")
    below = decimals.parse(f"{whole}.{fraction[:places]}" if places and fraction else whole, places) // step * step
    near = " and ".join(decimals.text(atoms, places) for atoms in (below, below + step))
    return f"must be a multiple of {decimals.text(step, places)}; nearest are {near}"
