"""The small world of the random streams: few accounts, few prices, four markets with different units and fees."""

from random import Random

from trueman.core import commands as ask
from trueman.core import units as u

ASSETS = ("BTC", "ETH", "USDT")
ACCOUNTS = 6
MARKETS = 4
MIDDLE = 30
"""The price to which the streams come back."""
HIGHEST = 60


HUGE = (3, 25 * 2**51)
"""Tick size and lot of a market in which a few orders are worth the whole supply, so that no sum may overflow."""


def is_huge(seed: int) -> bool:
    return seed % 4 == 3


def user(index: int) -> int:
    return u.USER_ACCOUNT_MIN + index


def world(seed: int) -> list[ask.Command]:
    """Assets, markets, and some money for everybody."""
    random = Random(seed)
    commands: list[ask.Command] = [
        ask.CreateAsset(0, decimals, code) for code, decimals in zip(ASSETS, (2, 3, 2), strict=True)
    ]
    fees = [(0, 0), (1_000, 2_000), (333, 77_777), (-900, 1_000), (-20_000, 60_000), (50_000, 100)]
    last = HUGE if is_huge(seed) else (700_000, 1_000)
    for number, (base, quote, tick_size, lot) in enumerate(
        ((0, 2, 100, 1), (1, 2, 1_000, 3), (1, 0, 500, 2), (0, 2, *last))
    ):
        maker, taker = random.choice(fees)
        bounds = (1, HIGHEST, 1, 40, random.choice((0, 0, 25)))
        symbol = ASSETS[base] + ASSETS[quote] + ("" if number < 3 else "2")
        commands.append(ask.CreateMarket(0, base, quote, tick_size, lot, *bounds, maker, taker, symbol))
    for account in range(ACCOUNTS):
        for operation, asset in enumerate(range(len(ASSETS)), start=1):
            amount = random.choice((500, 50_000, 5_000_000, 500_000_000))
            if is_huge(seed) and account < 4:
                amount = u.SUPPLY_ATOMS_MAX // 5
            commands.append(ask.Deposit(0, user(account), user(account), operation, asset, amount))
    return commands


def guard(random: Random, tag: int, market: int, tick_atoms: int) -> ask.GuardMarket:
    """Most of its filters off, some on, so narrow that they are met."""
    often = random.choice((0, 0.15, 0.3))

    def sometimes(*values: int) -> int:
        return random.choice(values) if random.random() < often else 0

    band = random.choice((60_000, 100_000, 150_000)) if random.random() < 0.5 else 0
    numbers = {
        "market_lots_min": sometimes(1, 3),
        "market_lots_max": sometimes(8, 11),
        "notional_atoms_max": tick_atoms * sometimes(20, 250, 300, 320),
        "bid_down_ppm": sometimes(700_000, 900_000),
        "bid_up_ppm": sometimes(950_000, 1_100_000, 1_400_000),
        "ask_down_ppm": sometimes(700_000, 900_000),
        "ask_up_ppm": sometimes(950_000, 1_100_000, 1_400_000),
        "orders_max": sometimes(8, 12),
        "algo_orders_max": sometimes(2, 4),
        "iceberg_orders_max": sometimes(2, 3),
        "iceberg_parts_max": sometimes(3, 5),
        "position_lots_max": sometimes(30, 1_000, 1_000_000),
        "reference_price": random.choice((0, MIDDLE, 25)),
        "band_ppm": band,
        "auction_us": random.choice((1, 20_000, 900_000)) if band else 0,
    }
    if random.random() < 0.1:  # most of these are invalid
        numbers[random.choice(list(numbers))] = random.choice((1, 999_999, u.PPM_ONE, 2_000_000, 10_001))
    return ask.GuardMarket(tag, market, **numbers)
