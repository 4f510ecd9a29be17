"""Decimal strings of /v1 bodies, read with messages that name the field and say what would work."""

from typing import Final

from trueman.core.units import FEE_PPM_MAX, SUPPLY_ATOMS_MAX
from trueman.errors import BadInput
from trueman.views.registry import Asset, Registry
from trueman.wire import decimals

FEE_DECIMALS: Final = 6


def parse_amount(field: str, text: str, places: int) -> int:
    try:
        return decimals.parse(text, places)
    except decimals.NotADecimal as error:
        raise BadInput(field, f"{field}: {error}, without sign, exponent or grouping.") from error
    except decimals.TooManyDecimals as error:
        raise BadInput(field, f"{field}: {error}.") from error


def parse_fee(field: str, text: str, *, may_be_rebate: bool = False) -> int:
    """Parts per million of a fraction: 0.001 is 1,000. A rebate begins with a minus."""
    if may_be_rebate and text.startswith("-"):
        return -parse_fee(field, text[1:])
    ppm = parse_amount(field, text, FEE_DECIMALS)
    if ppm > FEE_PPM_MAX:
        raise BadInput(field, f"{field} is a fraction of the amount: 0.001 is 0.1 %, and at most 0.1 is possible.")
    return ppm


def parse_bounded(field: str, text: str, places: int) -> int:
    """Zero is fine."""
    count = parse_amount(field, text, places)
    if count > SUPPLY_ATOMS_MAX:
        raise BadInput(field, f"{field} can be at most {decimals.text(SUPPLY_ATOMS_MAX, places)}.")
    return count


def parse_positive(field: str, text: str, places: int) -> int:
    count = parse_amount(field, text, places)
    if not 0 < count <= SUPPLY_ATOMS_MAX:
        most = decimals.text(SUPPLY_ATOMS_MAX, places)
        raise BadInput(field, f"{field} must be more than zero and at most {most}.")
    return count


def parse_steps(field: str, text: str, places: int, step: int, step_field: str) -> int:
    """How many `step`s the text counts."""
    steps, rest = divmod(parse_positive(field, text, places), step)
    if rest:
        raise BadInput(field, f"{field} must be a multiple of {step_field}, which is {decimals.text(step, places)}.")
    return steps


def asset_of_code(registry: Registry, code: str, field: str = "asset") -> Asset:
    asset = registry.asset_of_code.get(code)
    if asset is None:
        known = ", ".join(sorted(registry.asset_of_code)[:20]) or "none yet"
        raise BadInput(field, f"There is no asset {code[:20]!r}. Assets: {known}.", code=-1130)
    return asset
