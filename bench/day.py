"""An ordinary day of the whole core: a world, who trades in it and what they ask, as frames.

Many accounts trade in many markets: 55 % limit orders around the middle, 15 % of them immediate or cancel, and 45 %
cancels of recent orders, some of which have traded meanwhile. Every account was funded before.
"""

from collections.abc import Iterator
from random import Random
from typing import Final

from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import encode
from trueman.core.exchange import Exchange

Frame = tuple[int, bytes]

MIDDLE_TICKS: Final = 100_000
QUOTE: Final = 0
RECENT_ORDERS: Final = 300


def world(accounts: int, markets: int) -> Iterator[ask.Command]:
    """A quote asset, and a base asset and a market as often as asked, and plenty of everything for everybody."""
    for asset in range(markets + 1):
        yield ask.CreateAsset(0, 8, f"A{asset}")
    for market in range(markets):
        bounds = (1, 10**9, 1, 10**9, 1)
        yield ask.CreateMarket(0, market + 1, QUOTE, 10**6, 10**3, *bounds, 500, 1_000, f"M{market}")
    for account in range(u.USER_ACCOUNT_MIN, u.USER_ACCOUNT_MIN + accounts):
        for asset in range(markets + 1):
            yield ask.Deposit(0, account, account, asset + 1, asset, u.SUPPLY_ATOMS_MAX // accounts)


def trading(accounts: int, markets: int, commands: int, seed: int = 1, first_order: int = 1) -> Iterator[ask.Command]:
    """Every order is accepted, so the n-th of them has the number n, counted from the first one's."""
    random = Random(seed)
    placed: list[tuple[int, int]] = []
    for number in range(1, commands + 1):
        account, market = u.USER_ACCOUNT_MIN + random.randrange(accounts), random.randrange(markets)
        if random.random() < 0.55 or not placed:
            side = random.randrange(2)
            price = MIDDLE_TICKS + round(random.gauss(0, 20)) + (10 if side == u.SELL else -10)
            force = u.IOC if random.random() < 0.15 else u.GTC
            quantity, name = random.randint(1, 50), f"x-{number}"
            yield ask.PlaceOrder(number, account, market, side, u.LIMIT, force, 0, price, quantity, 0, 0, name)
            placed.append((account, market))
        else:
            order_id = random.randint(max(1, len(placed) - RECENT_ORDERS), len(placed))
            account, market = placed[order_id - 1]
            yield ask.CancelOrder(number, account, market, u.ANY_ORDER, first_order - 1 + order_id, 0, "")


def framed(commands: Iterator[ask.Command], size: int) -> list[Frame]:
    records = [encode(command) for command in commands]
    parts = [records[at : at + size] for at in range(0, len(records), size)]
    return [(len(part), b"".join(part)) for part in parts]


def play(exchange: Exchange, frames: list[Frame]) -> int:
    """Apply frames one by one; return the bytes that came out."""
    sequence, size = exchange.sequence, 0
    for count, frame in frames:
        size += len(exchange.apply(sequence + 1, count, sequence + 1, frame))
        sequence += count
    return size
