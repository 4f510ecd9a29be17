"""No number in any field stops the exchange or bends a balance; compiled, every product must fit where it is put."""

from random import Random

import pytest

from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import COMMAND_LAYOUTS, decode_results, encode
from trueman.core.exchange import Exchange

MOST = u.SUPPLY_ATOMS_MAX
EDGES = (0, 1, 2, 3, 10**6, 2**31 - 1, 2**31, 2**53, 2**61, MOST, MOST + 1, 2**63 - 1, -1, -2, -(2**62), -(2**63))
SMALL = (0, 0, 0, 1, 1, 2, 3)


def wide_world() -> list[ask.Command]:
    """Two markets whose bounds allow everything, and accounts that own half of all there can be."""
    made: list[ask.Command] = [ask.CreateAsset(0, 0, code) for code in ("BTC", "USDT", "ETH")]
    made.append(ask.CreateMarket(0, 0, 1, 1, 1, 1, MOST, 1, MOST, 0, 100_000, 99_999, "ONE"))
    made.append(ask.CreateMarket(0, 2, 1, 7, 3, 1, MOST, 1, MOST // 3, 0, 1, 0, "SEVEN"))
    for account in (u.USER_ACCOUNT_MIN, u.USER_ACCOUNT_MIN + 1):
        made += [ask.Deposit(0, account, account, asset + 1, asset, MOST // 2) for asset in range(3)]
    return made


def strange(random: Random, number: int) -> bytes:
    """A well-formed record whose numbers are extreme, though often enough of them make sense together."""
    layout = COMMAND_LAYOUTS[random.choice((7, 7, 7, 7, 7, 8, 9, 5, 6, 2, 3, 4))]
    values: list[int | bytes] = []
    for name in layout.fields:
        if name in ask.TEXT_BYTES:
            values.append(random.choice((f"n{number}".encode(), b"x", b"", b"\xff" * 9, b"a\0b")))
        elif name == "account":
            values.append(u.USER_ACCOUNT_MIN + random.choice((0, 0, 0, 1, 1, 1, 2)))
        elif name in ("market", "side", "type", "time_in_force", "stp", "status", "base", "quote", "asset"):
            values.append(random.choice(SMALL if random.random() < 0.95 else EDGES))
        else:
            values.append(random.choice(EDGES if random.random() < 0.7 else SMALL))
    return layout.struct.pack(layout.kind, layout.size, *values)


@pytest.mark.parametrize("seed", range(6))
def test_extreme_numbers_are_decided_like_any_other(seed: int) -> None:
    random, exchange = Random(seed), Exchange()
    setup = [encode(command) for command in wide_world()]
    exchange.apply(1, len(setup), 1, b"".join(setup))
    assert all(free > 0 for account, _, free, _ in exchange.balances() if account >= u.USER_ACCOUNT_MIN)
    accepted = 0
    for number in range(2_000):
        record = strange(random, number)
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 1, record))
        accepted += result.decided.reason == 0
        if number % 50 == 0:
            exchange.check()
    exchange.check()
    assert accepted > 20
    assert Exchange.restore(exchange.snapshot()).digest() == exchange.digest()
