"""A price that somebody believes in: a seeded random walk with fat tails, pulled gently back to where it began."""

from math import exp, log, sqrt
from random import Random


class FairValue:
    """`volatility` is the standard deviation of the logarithm over one hour."""

    def __init__(self, random: Random, start: float, volatility: float = 0.012) -> None:
        self.random = random
        self.start = log(start)
        self.level = log(start)
        self.volatility = volatility
        self.now_us = 0

    def at(self, now_us: int) -> float:
        """The value at `now_us`; asking twice for one moment moves nothing."""
        hours = (now_us - self.now_us) / 3.6e9 if self.now_us else 0.0
        self.now_us = max(now_us, self.now_us)
        if hours > 0:
            jump = 4.0 if self.random.random() < 0.02 else 1.0
            self.level += jump * self.volatility * sqrt(min(hours, 1.0)) * self.random.gauss(0, 1)
            self.level += (self.start - self.level) * min(1.0, 0.05 * hours)
        return exp(self.level)
