"""Bytes that were right, damaged by a seed in the ways that find faults: bits, extremes, cuts, doubles and mixtures."""

from collections.abc import Sequence
from random import Random
from typing import Final

WORD: Final = 8
EXTREMES: Final = tuple(
    number.to_bytes(WORD, "little", signed=True)
    for number in (0, 1, -1, 2**31, 2**32, 2**62 - 1, 2**62, 2**63 - 1, -(2**63), 10**18)
)
TEXTS: Final = (
    "٣",
    "1e9",
    "-0",
    "NaN",
    "Infinity",
    " 1",
    "1_0",
    "%00",
    "&&",
    "\x00",
    "\ud7ff",
    "9" * 50,
    '"',
    "[" * 99,
)
CHANGES_MAX: Final = 4


def mutated(seeds: Sequence[bytes], random: Random) -> bytes:
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, CHANGES_MAX)):
        random.choice(WAYS)(data, seeds, random)
    return bytes(data)


def _flip(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set_byte(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    if data:
        data[random.randrange(len(data))] = random.choice((0, 1, 127, 128, 255, random.randrange(256)))


def _set_word(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(data) // WORD + 1) * WORD
    data[at : at + WORD] = random.choice(EXTREMES)


def _cut(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    del data[random.randrange(len(data) + 1) :]


def _remove(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(data) + 1)
    del data[at : at + random.choice((1, WORD, 3 * WORD))]


def _double(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = data[at : at + random.choice((1, WORD, 20 * WORD))]


def _insert(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(TEXTS).encode()


def _splice(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    other = random.choice(seeds)
    at, there = random.randrange(len(data) + 1), random.randrange(len(other) + 1)
    data[at:] = other[there:]


WAYS: Final = (_flip, _set_byte, _set_word, _cut, _remove, _double, _insert, _splice)
