"""A market's price as the rules know it: the last trade's, and how far from it one command may trade.

The band is judged by the price before the command, so that no command can walk away from it in small steps.
"""

from typing import Final, final

from mypy_extensions import i64

from trueman.core.markets import Market
from trueman.core.units import NONE, PPM_ONE, SUPPLY_ATOMS_MAX


@final
class Moment:
    """The command that is being decided: its number and its log time."""

    def __init__(self) -> None:
        self.number: i64 = 0
        self.time_us: i64 = 0


@final
class Prices:
    """`last` is the last trade's price, 0 before the first. The rest is the band of the command `judged`."""

    def __init__(self, market: Market, moment: Moment) -> None:
        self.market: Final[Market] = market
        self.moment: Final[Moment] = moment
        self.last: i64 = 0
        self.judged: i64 = NONE
        self.centre: i64 = 0
        self.least: i64 = 0
        self.most: i64 = 0

    def reference(self) -> i64:
        """0 where there is none."""
        return self.last if self.last != 0 else self.market.reference_price

    def breaks_band(self, price: i64) -> bool:
        """Ask before every trade in a market that has a band: the first question of a command fixes it."""
        if self.judged != self.moment.number:
            self.judge()
        return self.centre != 0 and not self.least <= price <= self.most

    def judge(self) -> None:
        """From now on the command is judged by the price as it is."""
        self.judged = self.moment.number
        self.centre = self.reference()
        band = self.market.band_ppm
        self.least = part_up(self.centre, PPM_ONE - band)
        self.most = part_down(self.centre, PPM_ONE + band)


def part_up(amount: i64, ppm: i64) -> i64:
    """Parts per million of an amount, rounded up; more than there can be of anything becomes one more than that."""
    part = (int(amount) * int(ppm) + PPM_ONE - 1) // PPM_ONE
    return part if part <= SUPPLY_ATOMS_MAX else SUPPLY_ATOMS_MAX + 1


def part_down(amount: i64, ppm: i64) -> i64:
    """Parts per million of an amount, rounded down, at most what there can be of anything."""
    part = int(amount) * int(ppm) // PPM_ONE
    return part if part <= SUPPLY_ATOMS_MAX else SUPPLY_ATOMS_MAX
