"""Messages for the book benchmark: prices on a random walk, order distances from the middle by a power law.

15 % of the orders are immediate or cancel; of the rest 20 % are modified and 95 % cancelled, each some while later.
"""

from collections.abc import Iterator
from math import exp
from random import Random
from struct import Struct
from typing import Final

RECORD: Final = Struct("<BBBBIQQqq")
HEADER: Final = Struct("<QII")
MAGIC: Final = int.from_bytes(b"TRUEMAN\n", "little")
VERSION: Final = 1

MIDDLE_TICKS: Final = 100_000
DISTANCE_TICKS_MAX: Final = 20_000
IOC_SHARE: Final = 0.15
MODIFIED_SHARE: Final = 0.20
CANCELLED_SHARE: Final = 0.95
LIFE_ORDERS: Final = 3_000
"""Orders that arrive, on average, before one is modified or cancelled."""

SWINGS: Final = {"no movement": 0.0, "routine day": 0.02, "25 % swing": 0.25, "40 % swing": 0.40, "flash crash": 0.30}
"""How far the price wanders; the crash falls this far in a twentieth of the time, and comes back."""


def middles(name: str, orders: int, random: Random) -> Iterator[int]:
    """The middle price at every order."""
    swing = SWINGS[name]
    step = swing / max(1, orders) ** 0.5
    walk = 0.0
    for number in range(orders):
        fallen = 0.0
        if name == "flash crash":
            since = (number / orders - 0.5) * 20
            fallen = swing * (min(1.0, since) if since < 1 else exp(1 - since)) if since > 0 else 0.0
            walk += random.gauss(0.0, 0.02 / orders**0.5)
        else:
            walk += random.gauss(0.0, step)
        yield max(1_000, round(MIDDLE_TICKS * exp(walk) * (1 - fallen)))


def workload(name: str, messages: int, seed: int = 1) -> bytes:
    """The records of a workload, without a file's header."""
    random = Random(seed)
    orders = round(messages / (1 + (1 - IOC_SHARE) * (MODIFIED_SHARE + CANCELLED_SHARE)))
    timed: list[tuple[float, bytes]] = []
    for order_id, middle in enumerate(middles(name, orders, random), start=1):
        timed += life(order_id, middle, random)
    timed.sort(key=lambda item: item[0])
    return b"".join(with_sequence(record, number) for number, (_, record) in enumerate(timed, start=1))


def life(order_id: int, middle: int, random: Random) -> Iterator[tuple[float, bytes]]:
    """An order and what becomes of it, each with the moment, counted in orders."""
    side, ioc = random.randrange(2), random.random() < IOC_SHARE
    price, quantity = price_of(side, middle, random), random.randint(1, 100)
    yield order_id, RECORD.pack(0, side, ioc, 0, quantity, 0, order_id, price, 0)
    if ioc:
        return
    moment = order_id + random.expovariate(1 / LIFE_ORDERS)
    if random.random() < MODIFIED_SHARE:
        yield moment, RECORD.pack(2, side, 0, 0, random.randint(1, 100), 0, order_id, price_of(side, middle, random), 0)
        moment += random.expovariate(1 / LIFE_ORDERS)
    if random.random() < CANCELLED_SHARE:
        yield moment, RECORD.pack(1, side, 0, 0, 0, 0, order_id, price, 0)


def price_of(side: int, middle: int, random: Random) -> int:
    """Most orders stand close to the middle, a few of them across it, some far away."""
    distance = min(DISTANCE_TICKS_MAX, round(random.paretovariate(0.9))) - 3
    return max(1, middle - distance if side == 0 else middle + distance)


def with_sequence(record: bytes, number: int) -> bytes:
    return record[:8] + number.to_bytes(8, "little") + record[16:]


def read_file(data: bytes) -> bytes:
    """The records of a workload file; raise ValueError when it is cut short."""
    _, _, count = HEADER.unpack_from(data)
    end = HEADER.size + count * RECORD.size
    if len(data) < end:
        raise ValueError(f"the workload says {count} records, but the file ends before them")
    return data[HEADER.size : end]


def file_of(records: bytes) -> bytes:
    return HEADER.pack(MAGIC, VERSION, len(records) // RECORD.size) + records
