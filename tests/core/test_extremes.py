"""No number in any field stops the exchange or bends a balance; compiled, every product must fit where it is put."""

from random import Random

import pytest

from trueman.core import commands as ask
from trueman.core import units as u
from trueman.core.codec import COMMAND_LAYOUTS, decode_results, encode
from trueman.core.exchange import Exchange
from trueman.core.records import PARTS, SMALL_BYTES, TEXT_BYTES

MOST = u.SUPPLY_ATOMS_MAX
EDGES = (0, 1, 2, 3, 10**6, 2**31 - 1, 2**31, 2**53, 2**61, MOST, MOST + 1, 2**63 - 1, -1, -2, -(2**62), -(2**63))
SMALL = (0, 0, 0, 1, 1, 2, 3)
ORDERS = (ask.PLACE_ORDER,) * 6 + (ask.PLACE_ORDER_WITH_TERMS,) * 4
KINDS = (*ORDERS, ask.PLACE_ORDER_LIST, ask.PLACE_ORDER_LIST, *ask.COMMAND_KINDS)
MAKER_LEG = {"type": u.LIMIT_MAKER, "time_in_force": u.GTC, "stop_price": 0, "trailing_bips": 0}
STOP_LEG = {"type": u.STOP_LOSS_LIMIT, "time_in_force": u.GTC, "trailing_bips": 0}


def wide_world() -> list[ask.Command]:
    """Two markets whose bounds allow everything, and accounts that own half of all there can be."""
    made: list[ask.Command] = [ask.CreateAsset(0, 0, code) for code in ("BTC", "USDT", "ETH")]
    made.append(ask.CreateMarket(0, 0, 1, 1, 1, 1, MOST, 1, MOST, 0, 100_000, 99_999, "ONE"))
    made.append(ask.CreateMarket(0, 2, 1, 7, 3, 1, MOST, 1, MOST // 3, 0, 1, 0, "SEVEN"))
    for account in (u.USER_ACCOUNT_MIN, u.USER_ACCOUNT_MIN + 1):
        made += [ask.Deposit(0, account, account, asset + 1, asset, MOST // 2) for asset in range(3)]
    return made


def number_of(random: Random, name: str) -> int:
    """Extreme, though often enough the numbers of a record make sense together."""
    if name == "account":
        return u.USER_ACCOUNT_MIN + random.choice((0, 0, 0, 1, 1, 1, 2))
    if name in SMALL_BYTES:
        return random.choice(SMALL if random.random() < 0.95 else (4, 5, 6, 2 ** (8 * SMALL_BYTES[name]) - 1))
    if name in ("stop_price", "trailing_bips", "display_quantity", "expire_us", "deadline_us"):
        return random.choice((0, 0, 1, 10) if random.random() < 0.9 else EDGES)
    return random.choice(EDGES if random.random() < 0.7 else SMALL)


def strange(random: Random, number: int, kinds: tuple[int, ...], fixed: dict[str, int] | None = None) -> bytes:
    """A well-formed record whose numbers are strange, but for those that are fixed, and its parts."""
    layout, fixed = COMMAND_LAYOUTS[random.choice(kinds)], fixed or {}
    parts = parts_of(random, number, layout.kind) if layout.has_parts else []
    values: list[int | bytes] = []
    for name in layout.laid:
        if name == PARTS:
            values.append(len(parts))
        elif name in TEXT_BYTES:
            values.append(random.choice((f"n{number}".encode(), f"m{number}".encode(), b"", b"\xff" * 9, b"a\0b")))
        else:
            values.append(fixed.get(name, number_of(random, name)))
    return layout.struct.pack(layout.kind, layout.words, *values) + b"".join(parts)


def parts_of(random: Random, number: int, kind: int) -> list[bytes]:
    """Of a list mostly those of an OCO, else whatever may be a part."""
    if kind == ask.PLACE_ORDER_LIST and random.random() < 0.9:
        same = {name: random.choice(SMALL + EDGES[4:10]) for name in ("side", "market", "quantity")}
        same |= {"account": u.USER_ACCOUNT_MIN, "side": same["side"] & 1, "market": same["market"] & 1}
        legs = (MAKER_LEG, STOP_LEG)
        return [strange(random, number * 2 + at, ORDERS[-1:], same | leg) for at, leg in enumerate(legs)]
    first = ORDERS if kind == ask.PLACE_ORDER_LIST else (*ORDERS, ask.CANCEL_ORDER)
    return [strange(random, number, first), strange(random, number, ORDERS)]


@pytest.mark.parametrize("seed", range(6))
def test_extreme_numbers_are_decided_like_any_other(seed: int) -> None:
    random, exchange = Random(seed), Exchange()
    setup = [encode(command) for command in wide_world()]
    exchange.apply(1, len(setup), 1, b"".join(setup))
    assert all(free > 0 for account, _, free, _, _ in exchange.balances() if account >= u.USER_ACCOUNT_MIN)
    accepted = 0
    for number in range(2_000):
        record = strange(random, number, KINDS)
        [result] = decode_results(exchange.apply(exchange.sequence + 1, 1, 1, record))
        accepted += result.decided.reason == 0
        if number % 50 == 0:
            exchange.check()
    exchange.check()
    assert accepted > 20
    assert Exchange.restore(exchange.snapshot()).digest() == exchange.digest()
