"""Decimal strings and the integers behind them. The only decimal parser of the exchange: strict ASCII."""

import re
from typing import Final

DECIMAL: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
DECIMAL_CHARS_MAX: Final = 40
DECIMALS_MAX: Final = 40
ONES: Final = [10**places for places in range(DECIMALS_MAX + 1)]
FORMATS: Final[list[str]] = [f"%d.%0{places}d" for places in range(DECIMALS_MAX + 1)]


class NotADecimal(ValueError):
    """The text is no plain decimal number such as 12 or 0.5."""


class TooManyDecimals(ValueError):
    """The number is finer than the unit it counts."""


def parse(text: str, decimals: int) -> int:
    """Read `text` as a count of ten to the minus `decimals`: parse("1.5", 8) is 150_000_000.

    Digits and one point, nothing else: no sign, exponent, space, underscore or grouping. Zeros beyond
    `decimals` are harmless, other digits there raise TooManyDecimals.
    """
    if len(text) > DECIMAL_CHARS_MAX or not DECIMAL.fullmatch(text):
        raise NotADecimal("a plain decimal number such as 12 or 0.5 is needed")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise TooManyDecimals(f"at most {decimals} decimals are possible")
    return int(whole + fraction.ljust(decimals, "0"))


def parse_down(text: str, decimals: int) -> int:
    """Like `parse`, but digits beyond `decimals` are cut off: the greatest count that is not more than `text`."""
    count: int = parse(text, DECIMALS_MAX) // ONES[DECIMALS_MAX - decimals]
    return count


def text(count: int, decimals: int) -> str:
    """Write `count` units of ten to the minus `decimals` with all its decimals: text(150_000_000, 8) is 1.50000000."""
    if count < 0:
        return "-" + text(-count, decimals)
    if not decimals:
        return str(count)
    written: str = FORMATS[decimals] % divmod(count, ONES[decimals])
    return written
